"""How the field moved: the charts, whose marks lead to models, and their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from archposter.charting import Chart, chart
from archposter.charts.catalog import CHARTS
from archposter.diagnostics import UsageError
from archposter.export.svg import to_bare, to_svg
from archposter.pipeline import Model
from archposter.scene import Size
from archposter.site.page import Page, Site
from archposter.site.render import html

STYLE: Final = "auto"
LINK: Final = "models/{name}.html"
UPRIGHT: Final = Size(560.0, 1000.0)
"""Of charts on a telephone, where their small type is 11 pixels high."""
_LEFT_OUT = ("context",)
"""Charts of a few models, which a model's own page has."""


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart: its picture, that for a telephone, its title and note, and its files' path without ending."""

    name: str
    svg: str
    upright: str
    title: str
    note: str
    path: str


def pages(site: Site, models: Sequence[Model]) -> list[Page]:
    """Return the page of charts, and each chart as a picture and as numbers; those that can be drawn."""
    shown, files = [], []
    for name in CHARTS:
        if name not in _LEFT_OUT and (drawn := _drawn(name, models)):
            path = f"charts/{name}"
            words = drawn.frame.title, drawn.frame.description
            upright = to_bare(chart(name, models, style=STYLE, link=LINK, size=UPRIGHT).frame)
            shown.append(ChartView(name, to_bare(drawn.frame), upright, *words, path))
            files += [
                Page(f"{path}.svg", to_svg(drawn.frame).encode()),
                Page(f"{path}.csv", drawn.csv().encode()),
                Page(f"{path}.json", drawn.json().encode()),
            ]
    return [html(site, "charts", "charts.html", charts=shown, many=len(models)), *files]


def _drawn(name: str, models: Sequence[Model]) -> Chart | None:
    """Return a chart, None where these models have nothing that it shows."""
    try:
        return chart(name, models, style=STYLE, link=LINK)
    except UsageError:
        return None
