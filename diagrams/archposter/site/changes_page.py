"""What is new: models by their day, the program's changes, and a feed of both."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from archposter.blocks.card import MONTHS
from archposter.site.documents import changelog
from archposter.site.page import Page, Site
from archposter.site.render import html, markdown, xml
from archposter.site.summary import Summary

_NEWEST = 60
"""Entries of the feed."""
_IDS = uuid.UUID("6d1f2c3e-8a54-5b0e-9b1d-2f6c1f0a7e11")
"""The namespace of the feed's ids: an id stays what it is wherever the site lies."""


@dataclass(frozen=True, slots=True)
class Month:
    """Models of one month, newest first."""

    title: str
    models: tuple[Summary, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A model in the feed; `id` never changes, `updated` is the day of its release."""

    id: str
    model: Summary
    updated: str


def months(models: Sequence[Summary]) -> tuple[Month, ...]:
    """Return the models that have a day by month, newest first."""
    dated = sorted((m for m in models if m.released), key=lambda m: (m.released, m.slug), reverse=True)
    return tuple(
        Month(f"{MONTHS[int(month[5:7]) - 1]} {month[:4]}", tuple(group))
        for month, group in groupby(dated, lambda model: model.released[:7])
    )


def entries(models: Sequence[Summary]) -> tuple[Entry, ...]:
    """Return what the feed has."""
    newest = [model for month in months(models) for model in month.models][:_NEWEST]
    return tuple(
        Entry(f"urn:uuid:{uuid.uuid5(_IDS, model.slug)}", model, f"{model.released}T00:00:00Z")
        for model in newest
    )


def pages(site: Site, models: Sequence[Summary]) -> list[Page]:
    """Return the page of changes and the feed."""
    text = markdown(re.sub(r"(?m)\A# .*\n", "", changelog()).replace("\n## ", "\n### "))
    found = entries(models)
    shown = {"entries": found, "updated": found[0].updated if found else "1970-01-01T00:00:00Z"}
    feed = xml(site, "feed", "feed.xml", id=f"urn:uuid:{uuid.uuid5(_IDS, site.title)}", **shown)
    return [html(site, "changes", "changes.html", months=months(models), text=text), feed]
