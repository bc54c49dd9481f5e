"""The page that compares any two models: their towers, and what differs between every two."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Final

from archposter.blocks.diff import body, each_cell
from archposter.blocks.tree import Cell
from archposter.compare.profile import Profile
from archposter.export.svg import to_bare
from archposter.layout.diff import side_frame
from archposter.pipeline import Model, theme
from archposter.relate.nearest import PARENTS
from archposter.scene import Box, Frame
from archposter.site.folder import Folder
from archposter.site.page import Page, Site
from archposter.site.pairs import tasks, texts
from archposter.site.palette import embedded
from archposter.site.render import compact, html
from archposter.site.source import Source
from archposter.site.summary import Summary
from archposter.site.traits import traits

PAIRS: Final = "data/pairs"
TOWERS: Final = "data/towers"
_MOST_STARTS = 12


def tower(model: Model, summary: Summary) -> Page:
    """Return a model's tower, the places of rings around what may differ, and its traits, as a script."""
    own = body(model.arch)
    marked = each_cell(own.tower, _marked)
    frame = side_frame(marked, own.counts, summary.title, model.arch.family, theme("auto"))
    bare = Frame(frame.size, tuple(item for item in frame.items if not _is_ring(item)), frame.title)
    plain = {
        "svg": to_bare(bare),
        "width": frame.size.width,
        "height": frame.size.height,
        "rings": rings(frame),
        "traits": traits(Profile(model.arch)),
    }
    return _script(f"{TOWERS}/{model.slug}.js", f"towers/{model.slug}", compact(plain))


def _marked(cell: Cell, names: Sequence[str]) -> Cell:
    return cell._replace(marked=bool(names), source="\n".join(names))


def _is_ring(item: object) -> bool:
    return isinstance(item, Box) and item.role == "ring"


def rings(frame: Frame) -> dict[str, list[list[float]]]:
    """Return the rings by what they are around, as `blocks.diff.differing` calls it: x, y, width, height."""
    found: dict[str, list[list[float]]] = {}
    boxes = [item for item in frame.items if isinstance(item, Box) and item.role in ("ring", "cell")]
    for ring, cell in pairwise(boxes):
        if ring.role == "ring":
            for name in cell.source.split("\n"):
                found.setdefault(name, []).append([round(side, 1) for side in ring.rect])
    return found


def pages(
    site: Site,
    sources: Sequence[Source],
    models: Sequence[Model],
    summaries: Sequence[Summary],
    earlier: Folder,
    same: Collection[str],
) -> list[Page]:
    """Return the page and what differs between every two models; `same` are those that did not change."""
    known = {source.slug: _text(source.slug, earlier) for source in sources}
    archs = {model.slug: model.arch for model in models}
    made = texts(sources, archs, tasks(known, {name: text for name, text in known.items() if text}, same))
    shown = {"groups": grouped(summaries), "total": len(models), "starts": starts(summaries)}
    return [
        html(site, "compare", "compare.html", **shown),
        _script("data/fonts.js", "fonts", compact(embedded())),
        *(_script(f"{PAIRS}/{name}.js", f"pairs/{name}", text) for name, text in made.items()),
    ]


def starts(models: Sequence[Summary]) -> list[tuple[Summary, Summary]]:
    """Return models and what they follow by their makers' word, the newest first; else neighbours by date."""
    known = {model.slug: model for model in models}
    newest = sorted(models, key=lambda one: (one.released, one.slug), reverse=True)
    found = [
        (model, known[name])
        for model in newest
        for relation, name in model.lineage
        if name in known and relation in PARENTS
    ]
    return (found or list(pairwise(newest)))[:_MOST_STARTS]


def grouped(models: Sequence[Summary]) -> Mapping[str, list[Summary]]:
    """Return the models by family, for a list to choose from: families by name, models by date."""
    found: dict[str, list[Summary]] = {}
    for model in sorted(models, key=lambda one: (one.family.casefold(), one.released, one.slug)):
        found.setdefault(model.family, []).append(model)
    return found


def _script(path: str, name: str, data: str) -> Page:
    return Page(path, f'archposter.put("{name}",{data});\n'.encode())


def _text(name: str, earlier: Folder) -> str:
    """Return the data that an earlier build wrote, "" where there is none or it is not as it was."""
    written = earlier.text(f"{PAIRS}/{name}.js")
    return written[len(f'archposter.put("pairs/{name}",') : -len(");\n")] if written else ""
