"""Posters and books: models chosen, ordered, drawn, composed and written.  No stage's logic is here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal, NamedTuple

from archposter.blocks.card import BADGES, MONTHS
from archposter.blocks.legend import KINDS
from archposter.compose import book as bound
from archposter.compose import poster as tiled
from archposter.compose.bands import PageText
from archposter.compose.packed import packed
from archposter.compose.paper import MM, Orientation, bleed_size, paper_size
from archposter.diagnostics import UsageError, one_of, printable, written
from archposter.export import files
from archposter.kinds import LAYOUTS, POSTER_CHARTS, Layout
from archposter.pipeline import (
    DEFAULT_STYLE,
    FORMATS,
    AnyModel,
    Format,
    Model,
    Variant,
    as_model,
    by_date,
    format_of,
    legend,
    theme,
)
from archposter.pipeline import models as bundled
from archposter.relate.signature import digest
from archposter.scene import Box, Frame, Size, walk
from archposter.search.language import search
from archposter.search.record import records
from archposter.text.metrics import missing_characters
from archposter.units import counted

if TYPE_CHECKING:
    from archposter.export.pdf import ColorSpace, Press

Sort = Literal["date", "size", "kv", "name"]
Grouping = Literal["family", "decoder", "year"]

DEFAULT_TITLE: Final = "Language model architectures"
DEFAULT_DPI: Final = 150

_NOTES: Final = (
    "Parameters and cache sizes are counted from tensor shapes; KV cache in bf16 per token. "
    "Set in Inter. Made with archposter."
)

SORTS: Final[dict[Sort, Callable[[Model], Any]]] = {
    "date": lambda model: model.arch.released or date.min,
    "size": lambda model: model.facts().parameters.total,
    "kv": lambda model: model.facts().kv_cache.bytes_per_token_at_context,
    "name": lambda model: model.arch.title.casefold(),
}
GROUPINGS: Final[dict[Grouping, Callable[[Model], str]]] = {
    "family": lambda model: model.arch.family,
    "decoder": lambda model: BADGES[model.arch.decoder_type],
    "year": lambda model: str(model.arch.released.year) if model.arch.released else "Without a date",
}


def loaded(models: Iterable[AnyModel] | None) -> list[Model]:
    """Return the models, loaded where they are only named; all bundled ones by date for None."""
    if models is None:
        return bundled()
    if isinstance(models, Model | str | Path | Mapping) or not isinstance(models, Iterable):
        raise UsageError(f"models: got {written(models)}, expected a list of models or of their names")
    return [as_model(model) for model in models]


def select(
    models: Iterable[AnyModel], where: str | Sequence[str] = (), since: str = "", developer: str = ""
) -> list[Model]:
    """Return the models that meet all queries (see `search.language`), in their order.

    `since` is a release date, `developer` also the name of a family.  Raises `UsageError` for a query that
    makes no sense, and where no model is left.
    """
    said = [where] if isinstance(where, str) else list(where)
    if any(not query.strip() for query in said):
        raise UsageError("a condition is empty: expected FIELD:VALUE, FIELD<VALUE or a word of a name")
    said += [f"since:{since}"] * bool(since) + [f"dev={developer}"] * bool(developer)
    models = loaded(models)
    known = records((model.slug, model.arch, model.facts()) for model in models)
    met = [search(query, known) for query in said]
    chosen = [model for model, *each in zip(models, *met, strict=True) if all(each)]
    if not chosen:
        raise UsageError(
            f"no model of {len(models)} meets {' and '.join(said)}: archposter list shows them all"
        )
    return chosen


def arrange(
    models: Iterable[AnyModel], sort: Sort | None = None, group_by: Grouping | None = None
) -> list[Model]:
    """Return the models in order; sections follow one another by their first model, years by number.

    Raises `UsageError` for an unknown order or grouping.
    """
    ordered = loaded(models)
    if sort is not None:
        one_of("sort", sort, SORTS)
        ordered = sorted(ordered, key=lambda model: (SORTS[sort](model), model.slug))
    if group_by is None:
        return ordered
    one_of("group_by", group_by, GROUPINGS)
    names = [GROUPINGS[group_by](model) for model in ordered]
    sections = {name: place for place, name in reversed(list(enumerate(names)))}
    if group_by == "year":
        sections = {name: place for place, name in enumerate(sorted(sections))}
    return sorted(ordered, key=lambda model: sections[GROUPINGS[group_by](model)])


class Printing(NamedTuple):
    """What is asked of a PDF, in a person's words: Printing(bleed="3mm", marks=True, color="cmyk").

    `color` is rgb, cmyk or gray; `bleed` a length such as 3mm or 0.125in; `icc` a printer's own profile and
    `condition` the name of its printing condition.  `screen` keeps links and gives up the claim to PDF/X-4.
    """

    color: ColorSpace = "rgb"
    bleed: str = "0mm"
    marks: bool = False
    icc: str | Path | None = None
    condition: str = ""
    screen: bool = False

    def press(self, paper: Size) -> Press:
        """Return what it means on a paper; raise `UsageError` for what cannot be."""
        from archposter.export.pdf import COLORS, press

        one_of("color", self.color, COLORS)
        bleed = bleed_size(self.bleed, paper)
        icc = Path(self.icc) if self.icc else None
        return press(self.color, bleed, self.marks, icc, self.condition, self.screen)


FOR_PRESS: Final = Printing()
FOR_SCREEN: Final = Printing(screen=True)


@dataclass(frozen=True, repr=False)
class Sheets:
    """Finished pages that can be written as a PDF or, one by one, as pictures."""

    pages: tuple[Frame, ...]
    title: str
    day: date | None
    press: Press
    smallest_type: float
    """The smallest printed type, in points."""

    def __repr__(self) -> str:
        width, height = (side / MM for side in self.pages[0].size)
        pages = counted(len(self.pages), "page")
        return f"<{type(self).__name__} {self.title}, {pages} of {width:.0f} x {height:.0f} mm>"

    def pdf(self) -> bytes:
        """Return the PDF, as its `press` wants it."""
        from archposter.export.pdf import Info, finished_pdf

        info = Info(self.title, subject=self.pages[0].description)
        return finished_pdf(self.pages, info, self.press, self.day)

    def save(self, path: str | Path, dpi: int = DEFAULT_DPI) -> tuple[Path, ...]:
        """Write a PDF, or pictures: poster-1.png and so on where there are several pages.

        `dpi` is for PNG alone.  Raises `UsageError` or `OutputError`.
        """
        path = Path(path)
        kind = format_of(path)
        if kind == "pdf":
            files.write(path, self.pdf())
            return (path,)
        paths = [path]
        if len(self.pages) > 1:
            paths = [path.with_stem(f"{path.stem}-{number}") for number in range(1, len(self.pages) + 1)]
        for target, page in zip(paths, self.pages, strict=True):
            with files.replacing(target) as file:
                _write_page(file, page, kind, dpi)
        return tuple(paths)

    def write(self, file: BinaryIO, kind: Format, dpi: int = DEFAULT_DPI) -> None:
        """Write to an open file; raise `UsageError` for pictures of more than one page."""
        one_of("format", kind, FORMATS)
        if kind == "pdf":
            file.write(self.pdf())
        elif len(self.pages) > 1:
            raise UsageError(f"{len(self.pages)} pages are {len(self.pages)} files as {kind}; one as pdf")
        else:
            _write_page(file, self.pages[0], kind, dpi)


def _write_page(file: BinaryIO, page: Frame, kind: Format, dpi: int) -> None:
    if kind == "svg":
        from archposter.export.svg import to_svg

        file.write(to_svg(page, unit="pt").encode())
    else:
        from archposter.export.bands import write_png

        write_png(file, page, dpi)


@dataclass(frozen=True, repr=False)
class Poster(Sheets):
    """A poster: its grid, and options that would make the smallest type readable, where it is not.

    In other layouts than the grid there are no columns and rows.
    """

    cards: int
    columns: int
    rows: int
    advice: str
    layout: Layout = "grid"


def poster(
    models: Iterable[AnyModel] | None = None,
    *,
    layout: Layout = "grid",
    charts: Sequence[str] = POSTER_CHARTS,
    landmarks: Sequence[str] = (),
    paper: str = "A1",
    orientation: Orientation = "auto",
    style: str | Path = DEFAULT_STYLE,
    variant: Variant = "card",
    title: str = DEFAULT_TITLE,
    subtitle: str | None = None,
    notes: str | None = None,
    url: str = "",
    group_by: Grouping | None = None,
    pages: int = 1,
    printing: Printing = FOR_PRESS,
) -> Poster:
    """Return the models on sheets of paper, in a layout.

    "grid": the key and their cards in rows, one an architecture, or their towers in columns, as ordered.
    "skyline": a column a model by date and a cell a layer, above cards of `landmarks`, chosen by rule where
    none are named, and `charts`.  "landmarks": their cards, and what differs in their descendants.
    "tree": which model stems from which.

    Without `models`, all bundled ones by date.  `paper` is A1, ARCH-D, 24x36in or 500x700mm; `notes` stand at
    the foot, `url` is printed with its QR code.  Raises `UsageError` for a paper, a bleed, a number of pages
    or another wish that cannot be.
    """
    one_of("orientation", orientation, ("auto", "portrait", "landscape"))
    of_the_grid = {"group_by": bool(group_by), "pages": pages != 1, "variant": variant != "card"}
    _fitting(layout, bool(landmarks), of_the_grid)
    models = arrange(loaded(models), group_by=group_by)
    size = paper_size(paper)
    press = printing.press(size)
    if layout != "grid":
        from archposter import murals

        wish = murals.Wish(style, tuple(charts), tuple(landmarks))
        words = _words(models, murals.kinds(models), title, subtitle, notes, url)
        found = murals.mural(by_date(models), layout, wish, size, orientation, words, press.bleed)
        day, least = _newest(models), found.smallest_type
        return Poster((found.page,), title, day, press, least, 0, 0, 0, found.advice, layout)
    tiles = _tiles(models, variant, style, group_by)
    words = _words(models, _legend(tiles), title, subtitle, notes, url)
    colors = theme(style)
    if variant == "figure":
        made = packed(tiles, size, words, colors, orientation=orientation, pages=pages, bleed=press.bleed)
    else:
        made = tiled.poster(
            *(_merged(models, tiles), size, words, colors),
            orientation=orientation,
            pages=pages,
            bleed=press.bleed,
            key=legend(style).frame,
        )
    rest = (made.cards, made.columns, made.rows, made.advice)
    return Poster(made.pages, title, _newest(models), press, made.smallest_type, *rest)


def _fitting(layout: Layout, landmarks: bool, of_the_grid: Mapping[str, bool]) -> None:
    """Raise `UsageError` for a layout that is none, and for wishes that it cannot grant."""
    one_of("layout", layout, LAYOUTS)
    if landmarks and layout in ("grid", "tree"):
        raise UsageError(f"landmarks are for a skyline and for landmarks: a {layout} has none")
    for what, asked in of_the_grid.items():
        if asked and layout != "grid":
            raise UsageError(f"{what} is for the grid: a {layout} is one sheet")


def book(
    models: Iterable[AnyModel] | None = None,
    *,
    paper: str = "210x210mm",
    style: str | Path = DEFAULT_STYLE,
    title: str = DEFAULT_TITLE,
    subtitle: str | None = None,
    notes: str | None = None,
    url: str = "",
    group_by: Grouping | None = None,
    printing: Printing = FOR_SCREEN,
) -> Sheets:
    """Return the models' cards one to a page, in the order given, after the contents and the key.

    Without `models`, all bundled ones by date; the rest is as for `poster`.  Raises `UsageError` for a paper,
    a bleed or another wish that cannot be.
    """
    models = arrange(loaded(models), group_by=group_by)
    size = paper_size(paper)
    press = printing.press(size)
    tiles = _tiles(models, "card", style, group_by)
    words = _words(models, _legend(tiles), title, subtitle, notes, url)
    made = bound.book(tiles, size, words, theme(style), bleed=press.bleed, key=legend(style).frame)
    return Sheets(made.pages, title, _newest(models), press, made.smallest_type)


def _tiles(
    models: Sequence[Model], variant: Variant, style: str | Path, group_by: Grouping | None
) -> list[tiled.Tile]:
    section = GROUPINGS[group_by] if group_by else lambda model: ""
    return [
        tiled.Tile(model.draw(variant, style).frame, section(model), model.arch.developer or "")
        for model in models
    ]


def _merged(models: Sequence[Model], tiles: Sequence[tiled.Tile]) -> list[tiled.Tile]:
    """Return one card an architecture and section, which names the other models that it is the card of."""
    found: dict[tuple[str, str], list[int]] = {}
    for place, (model, tile) in enumerate(zip(models, tiles, strict=True)):
        found.setdefault((tile.section, digest(model.arch)), []).append(place)
    made = []
    for first, *others in found.values():
        same = ", ".join(models[place].arch.title for place in others)
        made.append(tiles[first]._replace(caption=f"= {same}" if same else ""))
    return made


def _words(
    models: Sequence[Model],
    legend: tuple[tuple[str, str], ...],
    title: str,
    subtitle: str | None,
    notes: str | None,
    url: str,
) -> PageText:
    for what, words in (("title", title), ("subtitle", subtitle), ("notes", notes), ("address", url)):
        if words and (missing := missing_characters(words)):
            raise UsageError(f"{what} {printable(words)}: the font has no {printable(missing)}")
    if notes is None:
        newest = _newest(models)
        until = f"Data to {newest.day} {MONTHS[newest.month - 1]} {newest.year}. " if newest else ""
        notes = f"{until}{_NOTES}"
    said = _span(models) if subtitle is None else subtitle
    return PageText(title, said, legend, (notes,) if notes else (), url)


def _newest(models: Sequence[Model]) -> date | None:
    return max((model.arch.released for model in models if model.arch.released), default=None)


def _span(models: Sequence[Model]) -> str:
    """Return how many models there are and from when: "72 models, November 2019 to May 2026"."""
    days = sorted(model.arch.released for model in models if model.arch.released)
    many = "1 model" if len(models) == 1 else f"{len(models)} models"
    months = list(dict.fromkeys(f"{MONTHS[day.month - 1]} {day.year}" for day in days))
    return ", ".join((many, *([" to ".join(dict.fromkeys((months[0], months[-1])))] if months else [])))


def _legend(tiles: Iterable[tiled.Tile]) -> tuple[tuple[str, str], ...]:
    """Return the looks that are drawn, and what they mean."""
    drawn = {item.look for tile in tiles for item, _ in walk(tile.frame.items) if isinstance(item, Box)}
    return tuple((look, words[0]) for look, words in KINDS.items() if look in drawn)
