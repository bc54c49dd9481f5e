"""Charts: models chosen, counted, drawn and written.  No stage's logic is here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain, count
from pathlib import Path
from typing import Any, Final, Literal

from archposter import units
from archposter.charts.catalog import CHARTS, plain, to_csv, to_json
from archposter.charts.plot import SIZE, Sheet
from archposter.charts.subject import Subject
from archposter.diagnostics import UsageError, one_of, written
from archposter.export import files
from archposter.kinds import TextMode
from archposter.pipeline import DEFAULT_STYLE, AnyModel, Model, Picture, theme
from archposter.scene import Size
from archposter.sheets import loaded

Numbers = Literal["csv", "json"]
NUMBERS: Final[tuple[Numbers, ...]] = ("csv", "json")
"""What the numbers of a chart can be written as."""

_WEB: Final = ("http", "https")
_SCHEME: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")


@dataclass(frozen=True, repr=False)
class Chart(Picture):
    """A chart: a picture that has its numbers, too."""

    kind: str = ""
    numbers: tuple[Any, ...] = ()
    """Frozen dataclasses, one a row."""

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The numbers as plain data, an object a row."""
        return plain(self.numbers)

    def csv(self) -> str:
        """Return the numbers as CSV, with a line of names."""
        return to_csv(self.numbers)

    def json(self) -> str:
        """Return title, note and numbers as JSON."""
        return to_json(self.kind, self.frame, self.numbers)

    def save(
        self, path: str | Path, text: TextMode = "live", width: int | None = None, dpi: int | None = None
    ) -> Path:
        """Write a picture, or the numbers where the name ends with .csv or .json."""
        target = Path(path)
        if (ending := target.suffix.lower().removeprefix(".")) not in NUMBERS:
            return super().save(target, text, width, dpi)
        files.write(target, self.csv() if ending == "csv" else self.json())
        return target


def chart(
    kind: str,
    models: Iterable[AnyModel] | None = None,
    *,
    style: str | Path = DEFAULT_STYLE,
    link: str = "",
    size: Size = SIZE,
) -> Chart:
    """Return a chart of models, all bundled ones without; `kind` is one of `charts.catalog.CHARTS`.

    `link` is the address of a model's page with {name} in it, to which its marks lead; `size` is in the units
    in which small type is 17 high.  Raises `UsageError` for an unknown kind, and where there is nothing to
    draw.
    """
    one_of("chart", kind, CHARTS)
    subjects = _subjects(loaded(models))
    if not subjects:
        raise UsageError("a chart needs at least one model")
    days = [one.day for one in subjects if one.day]
    if CHARTS[kind].dated and not days:
        many = units.counted(len(subjects), "model")
        raise UsageError(f"chart {kind}: {many} without a day, expected one with (released: in a spec)")
    drawing = CHARTS[kind].draw(subjects, Sheet(theme(style), size, _checked(link)))
    return Chart(drawing.frame, max(days, default=None), kind, drawing.rows)


def _subjects(models: Iterable[Model]) -> list[Subject]:
    """Return what charts draw, each with a name of its own, in order of days."""
    found: dict[str, Subject] = {}
    for model in models:
        names = chain([model.slug], (f"{model.slug}-{number}" for number in count(2)))
        name = next(name for name in names if name not in found)
        found[name] = Subject(name, model.arch, model.facts())
    return sorted(found.values(), key=lambda one: (one.day or date.min, one.name))


def _checked(link: str) -> str:
    """Return an address that may stand in a page of others."""
    if isinstance(link, str):
        scheme = _SCHEME.match(link)
        if not link or ("{name}" in link and (not scheme or scheme[1].lower() in _WEB)):
            return link
    raise UsageError(f"link: got {written(link)}, expected an address with {{name}}, such as {{name}}.html")
