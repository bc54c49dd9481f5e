"""What a careful reader would call drawing mistakes, found in a Frame by plain geometry.

    overlap   two texts whose ink overlaps
    outside   a text that leaves the picture
    cut       a text that the border of a box or of a filled shape runs through
    line      a line that runs through a text
    covered   a text under something filled that is painted later
    crossing  a leader or connector that crosses another one
    edge      a leader or connector that runs along the edge of a box, or close between two boxes
    fork      two connectors that leave one place
    dot       a leader's end on the head of an arrow
    loose     an arrow that ends at nothing
    small     a text smaller than the smallest type

A border or line is no fault where a filled box, painted between it and the text, hides it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from math import cos, floor, pi, sin
from typing import Literal, assert_never

from archposter.diagnostics import printable
from archposter.scene import Box, Claim, Command, Frame, Group, Item, Link, Path, Placement, Rect, Text, walk
from archposter.text.metrics import ink

FaultKind = Literal[
    "overlap", "outside", "cut", "line", "covered", "crossing", "edge", "fork", "dot", "loose", "small"
]

_LINES = ("leader", "connector")
_FLOWS = ("flow", "feed", "residual", "loop")
_GATHERING = ("cell", "choice", "state", "frame", "inset")
_ALONG = 3.0
"""A leader that is nearer than this to a parallel edge runs along it, if it does for at least `_LONG`."""
_LONG = 12.0
_CLOSE = 6.0
"""A leader that has boxes nearer than this at both sides runs between them."""
_TOUCH = 3.0
"""How far an arrow's tip may be from what it ends at; from the ink of a text `_TOUCH_TEXT`."""
_TOUCH_TEXT = 9.0
_SLACK = 0.02
"""Em; ink that two things share by less is a touch, not an overlap."""
_CELL = 50.0
_MARK = "\0"
_WHOLE = r"(?<!\d)(?<!\d[,.])"  # where a number begins
_CURVE_STEPS = 8
_QUARTER = tuple((cos(step * pi / 6), sin(step * pi / 6)) for step in range(4))

_Bounds = tuple[float, float, float, float]
_Segment = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: where it is in the Frame, and which parts of the spec are drawn there."""

    kind: FaultKind
    message: str
    rect: Rect
    sources: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind} at ({self.rect.x:.0f}, {self.rect.y:.0f}): {self.message}"


@dataclass(frozen=True, slots=True)
class _Ink:
    """A text's ink in the Frame's space; `z` counts in painting order."""

    z: int
    item: Text
    bounds: _Bounds
    em: float


@dataclass(frozen=True, slots=True)
class _Shape:
    """A box or path in the Frame's space."""

    z: int
    item: Box | Path
    segments: tuple[_Segment, ...]
    bounds: _Bounds
    half_stroke: float

    @property
    def name(self) -> str:
        return self.item.source or self.item.role or type(self.item).__name__.lower()


@dataclass
class _Grid:
    """Finds what may touch a rectangle."""

    cells: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, bounds: _Bounds, index: int) -> None:
        for cell in _cells(bounds):
            self.cells[cell].append(index)

    def near(self, bounds: _Bounds) -> list[int]:
        return sorted({index for cell in _cells(bounds) for index in self.cells.get(cell, ())})


def untold(frame: Frame, claims: Iterable[Claim]) -> tuple[str, ...]:
    """Return what the Frame should say and does not, a line each; a range of numbers says those within."""
    items = [item for item, _ in walk(frame.items)]
    roles = {item.role for item in items}
    texts = [item for item in items if isinstance(item, Text)]
    everything, prose = _plain(texts), _plain([text for text in texts if text.role == "prose"])
    places = [place + prose for place in _places(items, texts)] or [prose]
    found = []
    for claim in claims:
        missing = [words for words in claim.words if not _says(everything, words)]
        lacking = min(
            ([words for words in claim.together if not _says(place, words)] for place in places), key=len
        )
        found += [f"{claim.about}: says nowhere {words[0]!r}" for words in (*missing, *lacking)]
        found += [f"{claim.about}: draws no {role}" for role in claim.roles if role not in roles]
        if claim.norms:
            name, least, words = claim.norms
            boxes = len(re.findall(_spelled(name), everything))
            if boxes < least and not _says(everything, (words,)):
                found.append(f"{claim.about}: draws {boxes} boxes of {name}, expected {least} or {words!r}")
    return tuple(found)


def _plain(texts: Iterable[Text]) -> str:
    """Return texts in lower case, marked where words end: at blanks, dots between facts and line breaks."""
    return "".join(f"{_MARK.join(_words(text.text))}{_MARK}" for text in texts)


def _words(text: str) -> list[str]:
    return text.replace("·", " ").casefold().split()


def _places(items: Iterable[Item], texts: Iterable[Text]) -> Iterator[str]:
    """Yield what each box says, with what is said of all options of the choice that it is in."""
    boxes = [item for item in items if isinstance(item, Box) and item.role in ("cell", "choice")]
    cells = [box.rect for box in boxes if box.role == "cell"]
    choices = [box.rect for box in boxes if box.role == "choice"]
    inside: dict[Rect, list[Text]] = {rect: [] for rect in (*cells, *choices)}
    for text in texts:
        spot = Rect(text.x + text.width / 2, text.y - text.size / 4, 0.0, 0.0)
        holder = next((rect for rect in (*cells, *choices) if rect.contains(spot)), None)
        if holder:
            inside[holder].append(text)
    for rect in cells:
        around = next((choice for choice in choices if choice.contains(rect, 1.0)), None)
        yield _plain(inside[rect]) + (_plain(inside[around]) if around else "")


def _says(place: str, wordings: Iterable[str]) -> bool:
    return any(_found(place, words) for words in wordings)


def _spelled(words: str) -> str:
    """Return the pattern of words, broken over lines or not; a number is not the end of a larger one."""
    letters = "".join(_words(words))
    before = _WHOLE if letters[:1].isdigit() else ""
    return before + f"{_MARK}?".join(map(re.escape, letters))


def _found(place: str, words: str) -> bool:
    """Tell whether words are there, or a range that holds their number."""
    if re.search(_spelled(words), place):
        return True
    number = re.search(r"\d[\d,]*", words)
    if not number:
        return False
    before, after = _spelled(words[: number.start()]), _spelled(words[number.end() :])
    between = rf"{_MARK}?{_WHOLE}(\d[\d,]*){_MARK}to{_MARK}(\d[\d,]*){_MARK}?"
    value = _number(number[0])
    return any(
        _number(low) <= value <= _number(high) for low, high in re.findall(before + between + after, place)
    )


def _number(digits: str) -> int:
    return int(digits.replace(",", ""))


def audit(frame: Frame, smallest: float = 17.0) -> tuple[Fault, ...]:
    """Return every fault of the Frame; `smallest` is the smallest type allowed, in its points."""
    texts: list[_Ink] = []
    shapes: list[_Shape] = []
    for entry in _flat(frame.items):
        if isinstance(entry, _Ink):
            texts.append(entry)
        else:
            shapes.append(entry)
    return (
        *_sizes(texts, smallest),
        *_outside(texts, frame),
        *_overlaps(texts),
        *_obstacles(texts, shapes),
        *_crossings([shape for shape in shapes if shape.item.role in _LINES]),
        *_leaders(shapes),
        *_loose(texts, shapes),
    )


# ---- the checks


def _sizes(texts: Iterable[_Ink], smallest: float) -> Iterator[Fault]:
    for text in texts:
        if text.em < smallest - 1e-6:
            yield _fault("small", f"is set in {text.em:.4g}, smaller than {smallest:g}", text, text.bounds)


def _outside(texts: Iterable[_Ink], frame: Frame) -> Iterator[Fault]:
    whole = (0.0, 0.0, frame.size.width, frame.size.height)
    for text in texts:
        if not _within(text.bounds, whole):
            yield _fault("outside", "leaves the picture", text, text.bounds)


def _overlaps(texts: list[_Ink]) -> Iterator[Fault]:
    grid = _Grid()
    for index, text in enumerate(texts):
        for other in map(texts.__getitem__, grid.near(text.bounds)):
            shared = _shared(text.bounds, other.bounds, _SLACK * min(text.em, other.em))
            if shared:
                yield _fault("overlap", f"overlaps {printable(other.item.text)}", text, shared, other.item)
        grid.add(text.bounds, index)


def _obstacles(texts: list[_Ink], shapes: list[_Shape]) -> Iterator[Fault]:
    """Borders and lines that run through a text, and fills painted over it."""
    edges, fills = _Grid(), _Grid()
    for index, shape in enumerate(shapes):
        for segment in shape.segments:
            edges.add(_grown(_segment_bounds(segment), shape.half_stroke), index)
        if shape.item.fill:
            fills.add(shape.bounds, index)
    for text in texts:
        near = [shapes[index] for index in fills.near(text.bounds)]
        over = {shape.z: shape for shape in near if _covers(shape, text)}
        for shape in over.values():
            yield _fault("covered", f"is painted over by {shape.name}", text, text.bounds, shape.item)
        hiding = [shape for shape in near if isinstance(shape.item, Box)]
        for shape in map(shapes.__getitem__, edges.near(text.bounds)):
            if shape.z not in over and (place := _through(shape, text, hiding)):
                kind: FaultKind = "cut" if shape.item.fill or isinstance(shape.item, Box) else "line"
                yield _fault(kind, f"is crossed by {shape.name}", text, place, shape.item)


def _covers(shape: _Shape, text: _Ink) -> bool:
    if shape.z < text.z or not _shared(shape.bounds, text.bounds, _SLACK * text.em):
        return False
    if isinstance(shape.item, Box):
        return True
    left, top, right, bottom = text.bounds
    return _inside((left + right) / 2, (top + bottom) / 2, shape.segments)


def _through(shape: _Shape, text: _Ink, hiding: Iterable[_Shape]) -> _Bounds | None:
    """Return where the shape's outline is seen to run through the text's ink."""
    region = _grown(text.bounds, shape.half_stroke - _SLACK * text.em)
    for segment in shape.segments:
        if part := _clipped(segment, region):
            place = _segment_bounds(part)
            if not any(shape.z < box.z < text.z and _within(place, box.bounds) for box in hiding):
                return place
    return None


def _crossings(lines: list[_Shape]) -> Iterator[Fault]:
    grid = _Grid()
    segments = [(number, segment) for number, line in enumerate(lines) for segment in line.segments]
    found: set[tuple[int, int]] = set()
    for index, (number, segment) in enumerate(segments):
        bounds = _segment_bounds(segment)
        for other_number, other in map(segments.__getitem__, grid.near(bounds)):
            pair = (other_number, number)
            if other_number != number and pair not in found and _cross(segment, other):
                found.add(pair)
                first, second = lines[other_number], lines[number]
                place = _shared(bounds, _segment_bounds(other), -1e-9) or bounds
                sources = _sources(first.item, second.item)
                yield Fault("crossing", f"{first.name} crosses {second.name}", _rect(place), sources)
        grid.add(bounds, index)


def _leaders(shapes: list[_Shape]) -> Iterator[Fault]:
    """Leaders along edges, connectors that fork, and ends on heads of arrows."""
    boxes = [shape for shape in shapes if shape.item.role in _GATHERING]
    arrows = [shape for shape in shapes if shape.item.role == "arrow"]
    starts: list[_Shape] = []
    for line in (shape for shape in shapes if shape.item.role in _LINES):
        for segment, box in product(line.segments, boxes):
            if _along(segment, box.bounds):
                yield _clash("edge", line, "runs along an edge of", box, _segment_bounds(segment))
        for segment in line.segments:
            if between := _squeezed(segment, boxes):
                yield _clash("edge", line, "runs between others and", between, _segment_bounds(segment))
        if line.item.role == "connector":
            for other in starts:
                if (
                    max(abs(a - b) for a, b in zip(line.segments[0][:2], other.segments[0][:2], strict=True))
                    < _ALONG
                ):
                    yield _clash("fork", line, "leaves where another does:", other, line.bounds)
            starts.append(line)
    for dot in (shape for shape in shapes if shape.item.role == "dot"):
        for arrow in arrows:
            if place := _shared(dot.bounds, arrow.bounds, 0.0):
                yield _clash("dot", dot, "sits on", arrow, place)


def _along(segment: _Segment, box: _Bounds) -> bool:
    """Tell whether a level or upright segment runs along one of a box's edges."""
    x0, y0, x1, y1 = _segment_bounds(segment)
    for (low, high), (near, far), (start, end) in (
        ((y0, y1), (box[1], box[3]), (max(x0, box[0]), min(x1, box[2]))),
        ((x0, x1), (box[0], box[2]), (max(y0, box[1]), min(y1, box[3]))),
    ):
        if high - low < 1e-6 and end - start >= _LONG and min(abs(low - near), abs(low - far)) < _ALONG:
            return True
    return False


def _squeezed(segment: _Segment, boxes: Iterable[_Shape]) -> _Shape | None:
    """Return the box below a level segment that has another one as close above."""
    x0, y0, x1, y1 = _segment_bounds(segment)
    above = below = None
    for box in boxes:
        left, top, right, bottom = box.bounds
        if y1 - y0 < 1e-6 and min(x1, right) - max(x0, left) >= _LONG:
            above = box if 0 <= y0 - bottom < _CLOSE else above
            below = box if 0 <= top - y0 < _CLOSE else below
    return below if above else None


def _loose(texts: list[_Ink], shapes: list[_Shape]) -> Iterator[Fault]:
    """Arrows whose tips are at the border of no box, on no line of the flow and beside no text."""
    ends = _Grid()
    segments: list[_Segment] = []
    for shape in shapes:
        if isinstance(shape.item, Box) or shape.item.role in _FLOWS:
            for segment in shape.segments:
                ends.add(_segment_bounds(segment), len(segments))
                segments.append(segment)
    for arrow in (shape for shape in shapes if shape.item.role == "arrow"):
        x, y = arrow.segments[0][:2]
        around = _grown((x, y, x, y), _TOUCH)
        beside = _grown((x, y, x, y), _TOUCH_TEXT)
        if not any(_clipped(segments[index], around) for index in ends.near(around)) and not any(
            _shared(beside, text.bounds, 0.0) for text in texts
        ):
            yield Fault("loose", "an arrow ends at nothing", _rect(arrow.bounds), _sources(arrow.item))


def _clash(kind: FaultKind, shape: _Shape, message: str, other: _Shape, place: _Bounds) -> Fault:
    sources = _sources(shape.item, other.item)
    return Fault(kind, f"{shape.name} {message} {other.name}", _rect(place), sources)


def _fault(kind: FaultKind, message: str, text: _Ink, place: _Bounds, other: Item | None = None) -> Fault:
    items = (text.item,) if other is None else (text.item, other)
    return Fault(kind, f"{printable(text.item.text)} {message}", _rect(place), _sources(*items))


def _sources(*items: Item) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.source for item in items if item.source))


# ---- from items to plain geometry


def _flat(items: Iterable[Item]) -> Iterator[_Ink | _Shape]:
    for z, (item, at) in enumerate(walk(items)):
        match item:
            case Text():
                if box := ink(item.text, item.face, item.size):
                    local = (item.x + box.x, item.y + box.y, item.x + box.right, item.y + box.bottom)
                    yield _Ink(z, item, _moved(local, at), item.size * at.scale)
            case Box():
                yield from _shape(z, item, _border(item), at)
            case Path():
                yield from _shape(z, item, _outline(item.commands, bool(item.fill)), at)
            case Group() | Link():
                pass
            case _:
                assert_never(item)


def _shape(z: int, item: Box | Path, outline: Iterable[_Segment], at: Placement) -> Iterator[_Shape]:
    """Yield the shape, if it is seen."""
    segments = tuple(_moved(segment, at) for segment in outline)
    if segments and (item.fill or item.stroke):
        half_stroke = item.stroke_width * at.scale / 2 if item.stroke else 0.0
        yield _Shape(z, item, segments, _bounds(segments), half_stroke)


def _border(box: Box) -> list[_Segment]:
    rect, radius = box.rect, min(box.radius, box.rect.width / 2, box.rect.height / 2)
    corners = (
        (rect.right - radius, rect.bottom - radius, 1, 1),
        (rect.x + radius, rect.bottom - radius, -1, 1),
        (rect.x + radius, rect.y + radius, -1, -1),
        (rect.right - radius, rect.y + radius, 1, -1),
    )
    points = []
    for x, y, right, down in corners:
        arc = [
            (x + right * radius * u, y + down * radius * v) for u, v in (_QUARTER if radius else _QUARTER[:1])
        ]
        points += arc if right == down else arc[::-1]
    return [(*a, *b) for a, b in zip(points, points[1:] + points[:1], strict=True)]


def _outline(commands: Iterable[Command], closed: bool) -> list[_Segment]:
    """Return the path as straight segments; `closed` joins the ends of every part, as a fill does."""
    segments: list[_Segment] = []
    start = here = (0.0, 0.0)
    for verb, numbers in (*commands, ("M", (0.0, 0.0))):
        if here != start and (verb == "Z" or (verb == "M" and closed)):
            segments.append((*here, *start))
        if verb == "M":
            start = here = (numbers[0], numbers[1])
        elif verb == "Z":
            here = start
        else:
            for point in [(numbers[0], numbers[1])] if verb == "L" else _curve(here, numbers):
                segments.append((*here, *point))
                here = point
    return segments


def _curve(start: tuple[float, float], numbers: tuple[float, ...]) -> Iterator[tuple[float, float]]:
    (x0, y0), (x1, y1, x2, y2, x3, y3) = start, numbers
    for step in range(1, _CURVE_STEPS + 1):
        t = step / _CURVE_STEPS
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


# ---- geometry


def _moved(box: _Bounds, at: Placement) -> _Bounds:
    x, y, scale = at
    return x + box[0] * scale, y + box[1] * scale, x + box[2] * scale, y + box[3] * scale


def _grown(box: _Bounds, by: float) -> _Bounds:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _within(box: _Bounds, outer: _Bounds) -> bool:
    return box[0] >= outer[0] and box[1] >= outer[1] and box[2] <= outer[2] and box[3] <= outer[3]


def _shared(a: _Bounds, b: _Bounds, slack: float) -> _Bounds | None:
    """Return what two rectangles share, if it is more than `slack` both ways."""
    left, top, right, bottom = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return (left, top, right, bottom) if right - left > slack and bottom - top > slack else None


def _rect(box: _Bounds) -> Rect:
    return Rect(box[0], box[1], box[2] - box[0], box[3] - box[1])


def _cells(box: _Bounds) -> Iterator[tuple[int, int]]:
    for column in range(floor(box[0] / _CELL), floor(box[2] / _CELL) + 1):
        for row in range(floor(box[1] / _CELL), floor(box[3] / _CELL) + 1):
            yield column, row


def _segment_bounds(segment: _Segment) -> _Bounds:
    x0, y0, x1, y1 = segment
    return (x0 if x0 < x1 else x1, y0 if y0 < y1 else y1, x1 if x0 < x1 else x0, y1 if y0 < y1 else y0)


def _bounds(segments: tuple[_Segment, ...]) -> _Bounds:
    xs = [x for segment in segments for x in segment[::2]]
    ys = [y for segment in segments for y in segment[1::2]]
    return min(xs), min(ys), max(xs), max(ys)


def _clipped(segment: _Segment, region: _Bounds) -> _Segment | None:
    """Return the part of a segment inside a rectangle (Liang and Barsky, 1984)."""
    x0, y0, x1, y1 = segment
    left, top, right, bottom = region
    if (x0 < left and x1 < left) or (x0 > right and x1 > right):
        return None
    if (y0 < top and y1 < top) or (y0 > bottom and y1 > bottom):
        return None
    dx, dy, enter, leave = x1 - x0, y1 - y0, 0.0, 1.0
    for step, room in ((-dx, x0 - left), (dx, right - x0), (-dy, y0 - top), (dy, bottom - y0)):
        if step == 0:
            if room <= 0:
                return None
        elif step < 0:
            enter = max(enter, room / step)
        else:
            leave = min(leave, room / step)
    if enter >= leave:
        return None
    return x0 + enter * dx, y0 + enter * dy, x0 + leave * dx, y0 + leave * dy


def _inside(x: float, y: float, segments: Iterable[_Segment]) -> bool:
    """Tell whether a ray from the point crosses the closed outline an odd number of times."""
    odd = False
    for x0, y0, x1, y1 in segments:
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            odd = not odd
    return odd


def _cross(a: _Segment, b: _Segment) -> bool:
    """Tell whether two segments cross; meeting at an end is not crossing."""

    def side(line: _Segment, x: float, y: float) -> float:
        return (line[2] - line[0]) * (y - line[1]) - (line[3] - line[1]) * (x - line[0])

    return (
        side(a, b[0], b[1]) * side(a, b[2], b[3]) < -1e-9
        and side(b, a[0], a[1]) * side(b, a[2], a[3]) < -1e-9
    )
