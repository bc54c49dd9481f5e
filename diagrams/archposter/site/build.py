"""The site strung together: models -> records -> pages -> folder.  What a page shows is not here."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from archposter import fingerprint, parallel
from archposter.blocks.card import card
from archposter.export.svg import to_svg
from archposter.layout.card import thumbnail_frame
from archposter.pipeline import Model, theme
from archposter.search.page import export
from archposter.search.record import records
from archposter.site import (
    about_page,
    catalogue,
    changes_page,
    charts_page,
    compare_page,
    concept_pages,
    memory_page,
    tree_page,
)
from archposter.site.documents import concepts
from archposter.site.folder import Folder
from archposter.site.model_page import citation, view
from archposter.site.page import Page, Site
from archposter.site.palette import fonts, palette
from archposter.site.pixels import small_png
from archposter.site.render import check, compact, data, html
from archposter.site.source import Source
from archposter.site.summary import Summary, summarize

_ASSETS: Final = Path(__file__).with_name("assets")
SECTIONS: Final = {
    "index.html": "Catalogue",
    "compare.html": "Compare",
    "tree.html": "Tree",
    "charts.html": "Charts",
    "memory.html": "Memory",
    "concepts/index.html": "Concepts",
    "changes.html": "New",
    "about.html": "About",
}
"""The pages that every page leads to, in this order."""
Known = Mapping[str, Any]
"""What a model's page says of others: titles of "models", of "concepts", and "children" by slug."""


class Job(NamedTuple):
    """A model whose pages are to be made."""

    site: Site
    source: Source
    summary: Summary
    known: Known


class Done(NamedTuple):
    """How many models and files a site has, and how many files were written."""

    models: int
    files: int
    written: int


def build(sources: Sequence[Source], site: Site, root: Path, told: Callable[[int], object] = int) -> Done:
    """Build the site of some models in a folder, only what changed since it was built there before.

    `told` hears of every model that is done.  Raises UsageError where a library is missing, SpecError for
    faults of a spec, OutputError where a file cannot be written.
    """
    check()
    sources = sorted(sources, key=lambda source: source.slug)
    models = [source.read()[1] for source in sources]
    tree = tree_page.drawn(models)
    site = replace(site, sections=tuple(SECTIONS.items() if tree else _without_tree()))
    folder = Folder.open(root)
    folder.keep(source.slug for source in sources)
    same = {source.slug for source in sources if _is_same(source, folder)}
    summaries = _summaries(sources, folder)
    compared = compare_page.pages(site, sources, models, summaries, folder, same)
    titles = {concept.name: (concept.title, concept.short) for concept in concepts()}
    jobs, keys = [], []
    for source, summary in zip(sources, summaries, strict=True):
        job = Job(site, source, summary, _known(summary, summaries, titles))
        key = _digest(_made_of(source), repr(site), compact(job.known))
        if folder.unchanged(source.slug, key):
            told(1)
        else:
            jobs.append(job)
            keys.append(key)
    shared = [*_assets(), *compared, *_shared(site, summaries, models, tree), *_searched(models)]

    def made() -> Any:
        for job, key, drawn in zip(jobs, keys, parallel.each(_pages, jobs), strict=True):
            said = {"of": _made_of(job.source), "summary": job.summary.as_dict()}
            yield job.source.slug, key, said, drawn
            told(1)

    written = folder.write(made(), shared)
    files = len(folder.others) + sum(len(kept.files) for kept in folder.kept.values())
    return Done(len(sources), files, written)


def _made_of(source: Source) -> str:
    return _digest(source.digest, fingerprint.program())


def _is_same(source: Source, folder: Folder) -> bool:
    """Whether an earlier build was made of the same spec by the same program."""
    kept = folder.kept.get(source.slug)
    return bool(kept and kept.said.get("of") == _made_of(source))


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


def _summaries(sources: Sequence[Source], folder: Folder) -> list[Summary]:
    """Return the records of all models, those of an earlier build where nothing changed."""
    found: dict[str, Summary] = {}
    for source in sources:
        kept = folder.kept.get(source.slug)
        if kept and _is_same(source, folder):
            found[source.slug] = Summary.from_dict(kept.said["summary"])
    missing = [source for source in sources if source.slug not in found]
    for source, summary in zip(missing, parallel.each(_summary, missing), strict=True):
        found[source.slug] = summary
    return [found[source.slug] for source in sources]


def _summary(source: Source) -> Summary:
    spec, model = source.read()
    return summarize(spec, model, concept_pages.held(spec), theme("auto"))


def _known(summary: Summary, summaries: Sequence[Summary], titles: Mapping[str, tuple[str, str]]) -> Known:
    related = set(summary.related)
    children = defaultdict(list)
    for other in summaries:
        for relation, name in other.lineage:
            if name == summary.slug:
                children[name].append((other.slug, other.title, f"{relation.replace('_', ' ')} it"))
    return {
        "models": {other.slug: other.title for other in summaries if other.slug in related},
        "concepts": titles,
        "children": dict(children),
        **_beside(summary, summaries),
    }


def _beside(summary: Summary, summaries: Sequence[Summary]) -> dict[str, tuple[str, str] | None]:
    """Return the models before and after one in the order of the catalogue."""
    listed = catalogue.newest_first(summaries)
    place = listed.index(summary)
    around = {"newer": place - 1, "older": place + 1}
    return {
        name: (listed[at].slug, listed[at].title) if 0 <= at < len(listed) else None
        for name, at in around.items()
    }


def _pages(job: Job) -> list[Page]:
    """Return a model's page, its pictures and its data."""
    _, model = job.source.read()
    slug = job.source.slug
    shown = view(model, job.source, job.summary, job.known)
    facts = model.facts().as_dict() | {"relatives": model.relatives().as_dict()}
    small = thumbnail_frame(card(model.arch, model.facts()), theme("auto"))
    return [
        html(job.site, "model", f"models/{slug}.html", view=shown, citation=citation(job.site, shown)),
        compare_page.tower(model, job.summary),
        Page(f"models/{slug}.json", (compact(facts) + "\n").encode()),
        Page(f"specs/{slug}.yaml", job.source.text.encode()),
        Page(f"thumbs/{slug}.svg", to_svg(small, embedded=False).encode()),
        Page(f"cards/{slug}.svg", model.card().svg().encode()),
        Page(f"cards/{slug}-ink.svg", model.card("ink").svg().encode()),
        Page(f"cards/{slug}-auto.svg", model.card("auto").svg().encode()),
        Page(f"cards/{slug}-outlines.svg", model.card().svg("outlines").encode()),
        Page(f"cards/{slug}.pdf", model.card().pdf()),
        Page(f"cards/{slug}.png", small_png(model.card())),
    ]


def _without_tree() -> Iterator[tuple[str, str]]:
    return ((path, words) for path, words in SECTIONS.items() if path != "tree.html")


def _shared(site: Site, summaries: Sequence[Summary], models: Sequence[Model], tree: Any) -> list[Page]:
    """Return the pages about all models."""
    made = [
        *catalogue.pages(site, summaries),
        *(tree_page.pages(site, tree) if tree else ()),
        *charts_page.pages(site, models),
        *memory_page.pages(site, summaries),
        *concept_pages.pages(site, summaries),
        *changes_page.pages(site, summaries),
    ]
    paths = [page.path for page in made] + [f"models/{summary.slug}.html" for summary in summaries]
    paths.append("compare.html")
    return [*made, *about_page.pages(site, summaries, paths)]


def _searched(models: Sequence[Model]) -> list[Page]:
    """Return what the catalogue's search reads: the language of `--where` and every model's answers."""
    found = records((model.slug, model.arch, model.facts()) for model in models)
    return data("data/where", "where", export(found))


def _assets() -> list[Page]:
    """Return style sheets, scripts and fonts."""
    files = sorted(path for path in _ASSETS.rglob("*") if path.is_file())
    own = [Page(f"assets/{path.relative_to(_ASSETS).as_posix()}", path.read_bytes()) for path in files]
    return [*own, Page("assets/palette.css", palette(theme("auto")).encode()), *fonts()]
