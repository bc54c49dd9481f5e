"""How deep and how wide models are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from statistics import median

from archposter import units
from archposter.charts.axes import logarithmic
from archposter.charts.labels import text_rect
from archposter.charts.plot import Drawing, Named, Plot, Sheet, kinds, merged
from archposter.charts.subject import Subject, descendants, names
from archposter.charts.words import COLORS
from archposter.scene import Point, Rect
from archposter.text.metrics import advance
from archposter.theme import SMALL

_RADIUS = 6.0


@dataclass(frozen=True)
class Shape:
    """A model's layers and hidden size; their ratio is `aspect`."""

    name: str
    title: str
    mixer: str
    layers: int
    hidden_size: int
    aspect: float


def rows(subjects: Sequence[Subject]) -> list[Shape]:
    """Return all models."""
    return [
        Shape(
            *(one.name, one.arch.title, one.mixer, len(one.arch.layers), one.arch.hidden_size),
            one.arch.hidden_size / len(one.arch.layers),
        )
        for one in subjects
    ]


def draw(subjects: Sequence[Subject], sheet: Sheet) -> Drawing:
    """Draw a mark a model, and lines of equal aspect."""
    found = rows(subjects)
    whole = lambda value: units.exact(round(value))  # noqa: E731
    plot = Plot(
        sheet,
        _title(found),
        f"{units.counted(len(found), 'model')}. Layers as models count them: where each holds a mixer or an "
        f"FFN alone, a model has twice as many. {COLORS}",
        logarithmic([one.hidden_size for one in found], whole, "hidden size", 2),
        logarithmic([one.layers for one in found], whole, "layers"),
        kinds(one.mixer for one in found),
    )
    spots = [plot.point(one.hidden_size, one.layers) for one in found]
    _aspects(plot, found, [Rect(*spot, 0.0, 0.0).inset(-_RADIUS - 2) for spot in spots])
    called, below = names(subjects), descendants(subjects)
    ends = {
        one.name for key in (_layers, _width, _aspect) for one in (min(found, key=key), max(found, key=key))
    }
    marks = []
    for one, at in zip(found, spots, strict=True):
        plot.mark(at, _RADIUS, one.mixer)
        marks.append(
            Named(at, _RADIUS, called[one.name], [one.name], 1000 * (one.name in ends) + below[one.name])
        )
    plot.names = merged(marks)
    return plot.finish(found)


def _layers(one: Shape) -> float:
    return one.layers


def _width(one: Shape) -> float:
    return one.hidden_size


def _aspect(one: Shape) -> float:
    return one.aspect


def _aspects(plot: Plot, found: Sequence[Shape], taken: Sequence[Rect]) -> None:
    """Draw lines on which a layer is so many channels wide for each layer there is."""
    area = plot.area
    low, high = (round(log2(end(one.aspect for one in found))) for end in (min, max))
    for power in range(low, high + 1):
        ends = _through(plot, 2.0**power)
        if ends is None:
            continue
        plot.rule(ends)
        words = f"{2**power} wide a layer"
        top = max(ends, key=lambda point: -point.y)
        x = min(top.x, area.right - advance(words, "regular", SMALL) - 6) + 4
        if top.y <= area.y + 1:
            rect = text_rect(x, area.y + SMALL, advance(words, "regular", SMALL))
            if not any(rect.overlaps(other.inset(-2.0)) for other in (*taken, *plot.solid)):
                plot.words.append((x, area.y + SMALL, words))
                plot.solid.append(rect)


def _through(plot: Plot, aspect: float) -> tuple[Point, Point] | None:
    """Return where the line of an aspect enters and leaves the area; None where it does not."""
    area = plot.area
    one, other = plot.point(aspect, 1.0), plot.point(aspect * 1024, 1024.0)
    slope = (other.y - one.y) / (other.x - one.x)
    places = [Point(x, one.y + slope * (x - one.x)) for x in (area.x, area.right)]
    places += [Point(one.x + (y - one.y) / slope, y) for y in (area.y, area.bottom)]
    inside = sorted({point for point in places if area.contains(Rect(*point, 0.0, 0.0), 0.5)})
    return (inside[0], inside[-1]) if len(inside) > 1 and inside[0] != inside[-1] else None


def _title(found: Sequence[Shape]) -> str:
    deep, wide = max(found, key=_layers), max(found, key=_width)
    if len(found) == 1:
        return (
            f"{deep.title}: {units.counted(deep.layers, 'layer')} of {units.exact(deep.hidden_size)} channels"
        )
    middle = median(one.aspect for one in found)
    extremes = (
        f"{deep.title} is the deepest with {units.exact(deep.layers)} layers, {wide.title} the widest with "
        f"{units.exact(wide.hidden_size)} channels"
    )
    if deep == wide:
        extremes = (
            f"{deep.title} is the deepest and the widest: {units.exact(deep.layers)} layers of "
            f"{units.exact(deep.hidden_size)} channels"
        )
    said = f"Half of the models are at most {units.exact(round(middle))} channels wide for each layer"
    return f"{said}; {extremes}"
