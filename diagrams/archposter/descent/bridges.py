"""Where two documented lines cross: the upright one lets the level one pass, and neither seems to turn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from archposter.descent.measures import Measures
from archposter.descent.routes import Way
from archposter.layout.canvas import CORNER
from archposter.scene import Point


class Bridge(NamedTuple):
    """A crossing: the ways of the level line, which is on top, and of the upright one."""

    at: Point
    over: Way
    under: Way


class _Leg(NamedTuple):
    """A straight piece along which nothing is rounded: where it is, and from where to where it leads."""

    at: float
    low: float
    high: float
    way: Way


def bridges(made: Measures, lines: Iterable[Way]) -> list[Bridge]:
    """Return the crossings of documented lines from different models, each once."""
    level: list[_Leg] = []
    upright: list[_Leg] = []
    for way in lines:
        if way.edge.kind == "documented":
            _add_legs(made.points(way), way, level, upright)
    found = {
        (leg.at, pier.at): Bridge(Point(pier.at, leg.at), leg.way, pier.way)
        for leg in level
        for pier in upright
        if leg.way.net != pier.way.net and leg.low < pier.at < leg.high and pier.low < leg.at < pier.high
    }
    return [found[place] for place in sorted(found)]


def _add_legs(points: Sequence[Point], way: Way, level: list[_Leg], upright: list[_Leg]) -> None:
    for a, b in pairwise(points):
        if a.y == b.y:
            level.append(_Leg(a.y, min(a.x, b.x) + CORNER, max(a.x, b.x) - CORNER, way))
        else:
            upright.append(_Leg(a.x, min(a.y, b.y) + CORNER, max(a.y, b.y) - CORNER, way))
