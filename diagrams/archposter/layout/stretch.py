"""Heights that give: every height has a least and a most, and one parameter moves all between them."""

from typing import NamedTuple, Self


class Stretch:
    """A height between `least` and `most`, in points; it never changes."""

    __slots__ = ("least", "most")

    def __init__(self, least: float, most: float) -> None:
        self.least = least
        self.most = most

    def __add__(self, other: "Stretch") -> "Stretch":
        return Stretch(self.least + other.least, self.most + other.most)

    def __mul__(self, times: float) -> "Stretch":
        return Stretch(self.least * times, self.most * times)

    def at(self, t: float) -> float:
        """Return the height for t from 0 (tight) to 1 (loose)."""
        return self.least + t * (self.most - self.least)

    def solve(self, height: float, loosest: float = 1.0) -> float:
        """Return the t that makes this `height`, kept within 0 and `loosest`."""
        if self.most <= self.least:
            return 0.0
        return min(loosest, max(0.0, (height - self.least) / (self.most - self.least)))


def total(parts: list[Stretch]) -> Stretch:
    """Return the sum."""
    return Stretch(sum([part.least for part in parts]), sum([part.most for part in parts]))


def highest(parts: list[Stretch]) -> Stretch:
    """Return what holds each of the parts side by side."""
    return Stretch(max([p.least for p in parts]), max([p.most for p in parts]))


LINE = Stretch(25.0, 36.0)
"""A box with one quiet line, such as a norm."""
NAME = Stretch(31.0, 50.0)
"""A box with a part's name."""
NAME_AND_DETAIL = Stretch(46.0, 66.0)
"""A box with a part's name and a second line."""
GAP = Stretch(10.5, 26.0)
"""Between boxes on the flow: room for an arrow."""
MORE = Stretch(20.5, 22.0)
"""A further line of type in a box."""
NOTHING = Stretch(0.0, 0.0)
OP = Stretch(18.0, 18.0)
"""An operator's circle."""
PAD = Stretch(6.0, 18.0)
"""Between a frame and what it holds."""


class Measures(NamedTuple):
    """The heights of one manner of drawing a tower, and how wide its boxes are.

    `joint` lies between a part and a norm of its own; `more` is what each further line of facts takes.
    """

    line: Stretch
    name: Stretch
    name_and_detail: Stretch
    gap: Stretch
    joint: Stretch
    pad: Stretch
    outside: float
    more: Stretch
    width: float = 0.0

    def wide(self, width: float) -> Self:
        """Return the same measures for boxes of another width."""
        return self._replace(width=width)


ROOMY = Measures(LINE, NAME, NAME_AND_DETAIL, GAP, GAP, PAD, 30.0, MORE)
SLIM = Measures(
    line=Stretch(24.0, 25.0),
    name=Stretch(28.0, 31.0),
    name_and_detail=Stretch(46.0, 46.0),
    gap=Stretch(10.0, 10.5),
    joint=Stretch(5.0, 6.0),
    pad=Stretch(6.0, 6.0),
    outside=26.0,
    more=MORE,
)
"""For layers of many parts: thin norms close to what they norm."""
THIN = Measures(
    line=Stretch(24.0, 24.0),
    name=Stretch(26.0, 28.0),
    name_and_detail=Stretch(43.0, 46.0),
    gap=Stretch(6.5, 10.0),
    joint=Stretch(3.0, 5.0),
    pad=Stretch(4.0, 6.0),
    outside=18.0,
    more=Stretch(19.0, 20.0),
)
"""For layers that would else not be shown at all."""
