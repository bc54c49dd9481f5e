"""Pages of concepts: what a building block is, and the models that have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from archposter.site.documents import Concept, concepts
from archposter.site.having import has, inside
from archposter.site.page import Page, Site
from archposter.site.render import compact, html, markdown
from archposter.site.summary import Summary
from archposter.spec.model import ArchSpec


@dataclass(frozen=True, slots=True)
class ConceptView:
    """A concept, the models that have it, newest first, and the pages before and after it."""

    concept: Concept
    models: tuple[Summary, ...]
    first: Summary | None
    before: Concept | None
    after: Concept | None


def held(spec: ArchSpec) -> tuple[str, ...]:
    """Return the names of the concepts that a model has, in the order of the index."""
    parts = list(inside(spec))
    return tuple(
        concept.name
        for concept in concepts()
        if any(has(part, reference) for reference in concept.parts for part in parts)
    )


def views(models: Sequence[Summary]) -> tuple[ConceptView, ...]:
    """Return all concepts with their models."""
    listed = concepts()
    around = zip((None, *listed), listed, (*listed[1:], None), strict=False)
    found = []
    for before, concept, after in around:
        having = [model for model in models if concept.name in model.concepts]
        having.sort(key=lambda model: (model.released, model.slug), reverse=True)
        dated = [model for model in having if model.released]
        found.append(ConceptView(concept, tuple(having), dated[-1] if dated else None, before, after))
    return tuple(found)


def pages(site: Site, models: Sequence[Summary]) -> list[Page]:
    """Return the index of concepts, a page for each, and which models have which as data."""
    found = views(models)
    plain = [
        {
            "name": view.concept.name,
            "title": view.concept.title,
            "short": view.concept.short,
            "summary": view.concept.summary,
            "models": [model.slug for model in view.models],
        }
        for view in found
    ]
    sections = [(name, tuple(group)) for name, group in groupby(found, lambda view: view.concept.section)]
    twin = Page("concepts/index.json", (compact(plain) + "\n").encode())
    made = [twin, html(site, "concepts", "concepts/index.html", sections=sections, many=len(models))]
    known = {view.concept.name for view in found}
    for view in found:
        text = markdown(view.concept.text, known)
        path = f"concepts/{view.concept.name}.html"
        made.append(html(site, "concept", path, view=view, text=text, many=len(models)))
    return made
