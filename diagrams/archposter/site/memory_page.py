"""The page that says what fits where: weights, caches and states on GPUs, for a context and a batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field

from archposter import units
from archposter.site.compare_page import grouped
from archposter.site.page import Page, Site
from archposter.site.render import data, html
from archposter.site.summary import Summary

FORMATS: Final = ("bf16", "fp8", "4-bit")
_FIRST = 3
"""So many of the newest models are shown at first."""
GPUS: Final = Path(__file__).with_name("gpus.yaml")


class Source(BaseModel):
    """A maker's page with the memory of its GPUs, and the day on which it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    maker: str
    url: str = Field(pattern="^https://")
    read: date
    gpus: dict[str, str]

    @property
    def sizes(self) -> dict[str, int]:
        """Bytes by the GPU's name; GB and GiB are as the page says."""
        return {name: int(units.parse(words, units.BYTES) or 0) for name, words in self.gpus.items()}


def gpus() -> tuple[Source, ...]:
    """Return the table of GPUs."""
    stated: list[Any] = yaml.load(GPUS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return tuple(Source.model_validate(each) for each in stated)


def record(model: Summary) -> dict[str, Any]:
    """Return what scripts know of a model's sizes."""
    return {
        "slug": model.slug,
        "name": model.name,
        "size": model.size,
        "developer": model.developer,
        "released": model.released,
        "license": model.license,
        "decoder": model.badge,
        "accent": model.accent,
        "layers": model.layers,
        "total": model.total,
        "active": model.active,
        "context": model.longest_context,
        "kept": model.kept,
        "indexed": model.indexed,
        "state": model.state_bytes,
        "strip": model.strip._asdict(),
    }


def pages(site: Site, models: Sequence[Summary]) -> list[Page]:
    """Return the page and the sizes of all models."""
    newest = sorted(models, key=lambda model: (model.released, model.slug), reverse=True)[:_FIRST]
    makers: dict[str, list[str]] = {}
    for gpu in _plain():
        makers.setdefault(gpu["maker"], []).append(gpu["name"])
    first = [model.slug for model in newest]
    shown = {"first": first, "formats": FORMATS, "sources": gpus(), "makers": makers}
    return [
        html(site, "memory", "memory.html", groups=grouped(models), **shown),
        *data("data/sizes", "sizes", {"models": [record(model) for model in models], "gpus": _plain()}),
    ]


def _plain() -> list[dict[str, Any]]:
    """Return all GPUs, the smallest first."""
    found = [
        {"name": name, "maker": source.maker, "words": source.gpus[name], "bytes": size}
        for source in gpus()
        for name, size in source.sizes.items()
    ]
    return sorted(found, key=lambda gpu: (gpu["bytes"], gpu["name"]))
