"""How the field moved: the charts, whose marks lead to models, and their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archposter.charting import Chart, chart
from archposter.charts.catalog import CHARTS
from archposter.diagnostics import UsageError
from archposter.export.svg import to_bare, to_svg
from archposter.pipeline import Model
from archposter.site.page import Page, Site
from archposter.site.render import html

_LEFT_OUT = ("context",)
"""Charts of a few models, which a model's own page has."""


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart: its picture for a page, its title, what is in it, and its files' path without ending."""

    name: str
    svg: str
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
            shown.append(ChartView(name, to_bare(drawn.frame), *words, path))
            files += [
                Page(f"{path}.svg", to_svg(drawn.frame).encode()),
                Page(f"{path}.csv", drawn.csv().encode()),
                Page(f"{path}.json", drawn.json().encode()),
            ]
    return [html(site, "charts", "charts.html", charts=shown, many=len(models)), *files]


def _drawn(name: str, models: Sequence[Model]) -> Chart | None:
    """Return a chart, None where these models have nothing that it shows."""
    try:
        return chart(name, models, style="auto", link="models/{name}.html")
    except UsageError:
        return None
