"""The sheet that charts are drawn on: title, key, axes, named marks, and a note at the foot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import quote

from archposter.blocks.legend import KINDS
from archposter.charts.axes import Axis
from archposter.charts.labels import Mark, Segment, place, text_rect
from archposter.layout.canvas import Canvas
from archposter.scene import Command, Frame, Link, Path, Point, Rect, Size
from archposter.text.metrics import advance
from archposter.text.wrap import fit, wrap
from archposter.theme import NUMBER, SMALL, Look, Theme
from archposter.units import counted

SIZE: Final = Size(1200.0, 800.0)
MARGIN: Final = 40.0
_TITLE_LINE: Final = 36.0
_LINE: Final = 25.0
_SWATCH: Final = 14.0
_SWATCH_GAP: Final = 8.0
_ENTRY_GAP: Final = 24.0
_TICK_GAP: Final = 10.0
_LONGEST_NAME: Final = 300.0
_MOST_RADIUS: Final = 6.0

Filling = Literal["solid", "hollow"]
_UNNAMED: Final = "{} without a name, for lack of room."
_SHARED: Final = "+ is how many more models a mark stands for."


class Entry(NamedTuple):
    """A swatch of the key with its words: a kind's look, solid or hollow."""

    look: str
    words: str
    filling: Filling = "solid"


class Sheet(NamedTuple):
    """What a chart is drawn on: a theme, a size, and the address of a model's page with {name} in it."""

    theme: Theme
    size: Size = SIZE
    link: str = ""

    def href(self, name: str) -> str:
        """Return where a model's mark leads; nowhere without a link."""
        return self.link.replace("{name}", quote(name, safe=""))


class Drawing(NamedTuple):
    """A finished chart, and the numbers it shows: frozen dataclasses, one a row."""

    frame: Frame
    rows: tuple[Any, ...]


@dataclass
class Named:
    """A mark that has a name, and the models that it stands for."""

    at: Point
    radius: float
    words: str
    models: list[str]
    weight: float = 0.0


def kinds(looks: Iterable[str]) -> list[Entry]:
    """Return the key of kinds, in the order of the legend of cards."""
    drawn = set(looks)
    return [Entry(look, words[0]) for look, words in KINDS.items() if look in drawn]


@dataclass
class Plot:
    """A chart that is being drawn; without an axis there are no ticks on that side."""

    sheet: Sheet
    title: str
    note: str
    x: Axis | None = None
    y: Axis | None = None
    key: Sequence[Entry] = ()
    left: float = 0.0
    """Room for words at the left of the area, where the axis has none; `right` and `foot` as well."""
    right: float = 0.0
    foot: float = 0.0
    names: list[Named] = field(default_factory=list)
    solid: list[Rect] = field(default_factory=list)
    lines: list[Segment] = field(default_factory=list)
    words: list[tuple[float, float, str]] = field(default_factory=list)
    """Quiet words among the marks, by where their baselines start."""

    def __post_init__(self) -> None:
        self.canvas = Canvas(self.sheet.theme, "archposter")
        self.theme = self.sheet.theme
        width, height = self.sheet.size
        self.canvas.box(Rect(0, 0, width, height), self.theme.card.fill, radius=0, role="card")
        inner = Rect(MARGIN, MARGIN, width - 2 * MARGIN, height - 2 * MARGIN)
        top = self._heading(inner)
        room = " ".join((self.note, _SHARED, _UNNAMED.format("1,000 marks")))
        self._foot = len(wrap(room, "regular", SMALL, inner.width)) * _LINE
        ticks = [advance(tick.words, "regular", SMALL) for tick in self.y.ticks] if self.y else []
        left = max([self.left, *(width + _TICK_GAP for width in ticks)])
        below = _LINE + 8 if self.x else self.foot
        below += _LINE if self.x and self.x.title else 0.0
        bottom = inner.bottom - self._foot - below - 10
        self.area = Rect(inner.x + left, top, inner.width - left - self.right, bottom - top)
        self._plates = len(self.canvas.items)
        self._axes()

    # ---- the frame around

    def _heading(self, inner: Rect) -> float:
        y = inner.y + 0.72 * NUMBER
        for line in wrap(self.title, "display", NUMBER, inner.width):
            self.canvas.text(inner.x, y, line, face="display", size=NUMBER, role="title")
            y += _TITLE_LINE
        y += -_TITLE_LINE + _LINE + 10
        x = inner.x
        for entry in self.key:
            wide = _SWATCH + _SWATCH_GAP + advance(entry.words, "regular", SMALL)
            if x > inner.x and x + wide > inner.right:
                x, y = inner.x, y + _LINE
            self.swatch(Rect(x, y - 0.36 * SMALL - _SWATCH / 2, _SWATCH, _SWATCH), entry)
            self.canvas.text(x + _SWATCH + _SWATCH_GAP, y, entry.words)
            x += wide + _ENTRY_GAP
        y += _LINE + 6 if self.key else 0.0
        if self.y and self.y.title:
            self.canvas.text(inner.x, y, self.y.title, fill=self.theme.muted)
            y += _LINE - 8
        return y

    def swatch(self, rect: Rect, entry: Entry) -> None:
        """Draw a kind's sample."""
        if self.look(entry.look).hatched:
            self.kind(rect, entry.look)
        else:
            self.mark(Point(rect.center_x, rect.center_y), rect.width / 2, entry.look, entry.filling)

    def _axes(self) -> None:
        area, muted, grid = self.area, self.theme.muted, self.canvas.look("model").stroke
        for tick in self.y.ticks if self.y else ():
            y = self.down(tick.at)
            self.rule((Point(area.x, y), Point(area.right, y)))
            self.canvas.text(area.x - _TICK_GAP, y + 0.36 * SMALL, tick.words, fill=muted, align=1.0)
        if not self.x:
            return
        baseline, end = area.bottom + _LINE - 2, -1e9
        for tick in self.x.ticks:
            x = self.across(tick.at)
            half = advance(tick.words, "regular", SMALL) / 2
            self.rule((Point(x, area.y), Point(x, area.bottom + 6)))
            start = min(max(x - half, MARGIN), self.sheet.size.width - MARGIN - 2 * half)
            if start >= end + 8:
                self.canvas.text(start, baseline, tick.words, fill=muted)
                end = start + 2 * half
        self.canvas.items.append(_line((area.x, area.bottom), (area.right, area.bottom), grid, 1.6, "axis"))
        if self.x.title:
            self.canvas.text(area.right, baseline + _LINE, self.x.title, fill=muted, align=1.0)

    def rule(self, line: Segment) -> None:
        """Draw a quiet line to count by."""
        self.canvas.items.insert(self._plates, _line(*line, self.canvas.look("model").stroke, 1.0, "grid"))
        self._plates += 1

    # ---- what is measured

    def across(self, share: float) -> float:
        """Return the x of a share of the width."""
        return self.area.x + share * self.area.width

    def down(self, share: float) -> float:
        """Return the y of a share of the height, from below."""
        return self.area.bottom - share * self.area.height

    def point(self, x: float, y: float) -> Point:
        """Return the place of two values."""
        assert self.x
        assert self.y
        return Point(self.across(self.x.at(x)), self.down(self.y.at(y)))

    def look(self, kind: str) -> Look:
        """Return a kind's look."""
        return self.canvas.look(kind)

    def mark(self, at: Point, radius: float, kind: str, filling: Filling = "solid") -> None:
        """Draw a disc, or a square for a kind that is hatched; hollow ones have a thicker edge."""
        look = self.look(kind)
        fill = look.fill if filling == "solid" else self.theme.card.fill
        rect = Rect(at.x - radius, at.y - radius, 2 * radius, 2 * radius)
        width = 1.2 if filling == "solid" else 2.2
        rect = rect.inset(width / 2)
        corner = 0.0 if look.hatched else rect.width / 2
        self.canvas.box(rect, fill, look.stroke, width=width, radius=corner, role="mark", look=kind)

    def kind(self, rect: Rect, kind: str) -> None:
        """Draw an area of a kind."""
        look = self.look(kind)
        self.canvas.box(rect, look.fill, look.stroke, width=0.8, radius=0, role="share", look=kind)
        if look.hatched:
            self.canvas.hatch(rect, look.text)

    def stem(self, line: Segment, color: Any = "", dash: tuple[float, ...] = (), width: float = 1.6) -> None:
        """Draw a line that belongs to marks, and that no name may cross."""
        self.canvas.items.append(_line(*line, color or self.theme.quiet, width, "stem", dash))
        self.lines.append(line)

    # ---- the end

    def named(self) -> tuple[int, int]:
        """Write the names that find a place, and return of how many marks."""
        marks = [
            Mark(one.at, one.radius, fit(one.words, "regular", SMALL, _LONGEST_NAME), one.weight)
            for one in self.names
        ]
        found = place(marks, self.area.inset(2.0), self.solid, self.lines)
        plates = []
        for x, y, words in self.words:
            width = self.canvas.text(x, y, words, fill=self.theme.muted)
            plates.append(text_rect(x, y, width).inset(-2.0, -1.5))
        for label in found:
            width = advance(marks[label.mark].words, "regular", SMALL)
            rect = text_rect(label.x, label.y, width)
            plates.append(rect.inset(-2.0, -1.5))
            if label.leader:
                self.canvas.items.append(_line(*label.leader, self.theme.quiet, 1.0, "leader"))
            self.canvas.text(label.x, label.y, marks[label.mark].words, role="name")
            self.link(rect, self.names[label.mark].models, marks[label.mark].words)
        self._lay(plates)
        for one in self.names:
            side = max(one.radius, _MOST_RADIUS)
            self.link(Rect(one.at.x - side, one.at.y - side, 2 * side, 2 * side), one.models, one.words)
        return len(found), len(marks)

    def link(self, rect: Rect, models: Sequence[str], words: str) -> None:
        """Lead to the first of the models that stand at a place."""
        if self.sheet.link and models:
            self.canvas.items.append(Link(rect, self.sheet.href(models[0]), "link", models[0], words))

    def _lay(self, plates: Iterable[Rect]) -> None:
        """Hide the lines of the grid behind words."""
        canvas = Canvas(self.theme, "archposter")
        for plate in plates:
            canvas.box(plate, self.theme.card.fill, radius=0, role="plate")
        self.canvas.items[self._plates : self._plates] = canvas.items

    def finish(self, rows: Sequence[Any], description: str = "") -> Drawing:
        """Write names and note, and return what is drawn with its numbers."""
        named, marks = self.named()
        left = marks - named
        shared = any(len(one.models) > 1 for one in self.names)
        more = (_SHARED if shared else "", _UNNAMED.format(counted(left, "mark")) if left else "")
        said = " ".join(filter(None, (self.note, *more)))
        inner = self.sheet.size.width - 2 * MARGIN
        lines = wrap(said, "regular", SMALL, inner) if said else ()
        y = self.sheet.size.height - MARGIN - _LINE * (len(lines) - 1)
        for line in lines:
            self.canvas.text(MARGIN, y, line, fill=self.theme.muted, role="note")
            y += _LINE
        frame = Frame(self.sheet.size, tuple(self.canvas.items), self.title, description or said)
        return Drawing(frame, tuple(rows))


def _line(
    start: tuple[float, float],
    end: tuple[float, float],
    color: Any,
    width: float,
    role: str,
    dash: tuple[float, ...] = (),
) -> Path:
    moves: tuple[Command, ...] = (("M", tuple(start)), ("L", tuple(end)))
    return Path(moves, None, color, width, dash, role)


def merged(marks: Iterable[Named]) -> list[Named]:
    """Return the marks, those at one place as one that says how many there are."""
    found: dict[tuple[int, int, int], Named] = {}
    for one in marks:
        here = (round(one.at.x), round(one.at.y), round(one.radius))
        if here in found:
            found[here].models += one.models
            found[here].weight = max(found[here].weight, one.weight)
        else:
            found[here] = one
    for one in found.values():
        if len(one.models) > 1:
            one.words = f"{one.words} +{len(one.models) - 1}"
    return list(found.values())
