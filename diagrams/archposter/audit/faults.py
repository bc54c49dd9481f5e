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
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal, assert_never

from archposter.audit import geometry
from archposter.audit.geometry import Bounds, Segment
from archposter.diagnostics import printable
from archposter.scene import Box, Claim, Frame, Group, Item, Link, Path, Placement, Rect, Text, walk
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
_MARK = "\0"
_DIGITS = r"\d[\d,]*"
_WHOLE = r"(?<!\d)(?<!\d[,.])"  # where a number begins


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
    bounds: Bounds
    em: float


@dataclass(frozen=True, slots=True)
class _Shape:
    """A box or path in the Frame's space."""

    z: int
    item: Box | Path
    segments: tuple[Segment, ...]
    bounds: Bounds
    half_stroke: float
    scale: float = 1.0

    @property
    def name(self) -> str:
        return self.item.source or self.item.role or type(self.item).__name__.lower()


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
            name, whole, some = claim.norms
            told = [words for words in (whole, *(where for where, _ in some)) if _says(everything, (words,))]
            least = 0 if whole in told else sum(many for where, many in some if where not in told)
            boxes = len(re.findall(_spelled(name), everything))
            if boxes < least:
                found.append(f"{claim.about}: draws {boxes} boxes of {name}, expected {least} or {whole!r}")
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
    """Return the pattern of words, broken over lines or not; a number is not the end of a larger one.

    A line break may stand for a comma.
    """
    letters = [letter for word in _words(words) for letter in (*map(re.escape, word[:-1]), _last(word[-1]))]
    before = _WHOLE if letters and letters[0].isdigit() else ""
    return before + f"{_MARK}?".join(letters)


def _last(letter: str) -> str:
    return ",?" if letter == "," else re.escape(letter)


def _found(place: str, words: str) -> bool:
    """Tell whether words are there, or ranges that hold their numbers."""
    if re.search(_spelled(words), place):
        return True
    values = list(map(_number, re.findall(_DIGITS, words)))
    if not values:
        return False
    # A number may go on in the next line after a comma; without one, what stands there is another number.
    digits = rf"(\d{{1,3}}(?:,{_MARK}?\d{{3}})*)(?!\d)"
    ranged = (
        rf"{_MARK}?{_WHOLE}(?<!\d,{_MARK}){digits}(?:{_MARK}to{_MARK}{digits})?(?!{_MARK}to{_MARK}\d){_MARK}?"
    )
    pattern = ranged.join(map(_spelled, re.split(_DIGITS, words)))
    found = (tuple(map(_number, match.groups(default="0"))) for match in re.finditer(pattern, place))
    return any(
        all(
            low <= value <= max(low, high)
            for value, low, high in zip(values, bounds[::2], bounds[1::2], strict=True)
        )
        for bounds in found
    )


def _number(digits: str) -> int:
    return int(re.sub(r"\D", "", digits))


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
        if not geometry.within(text.bounds, whole):
            yield _fault("outside", "leaves the picture", text, text.bounds)


def _overlaps(texts: list[_Ink]) -> Iterator[Fault]:
    grid = geometry.Grid()
    for index, text in enumerate(texts):
        for other in map(texts.__getitem__, grid.near(text.bounds)):
            shared = geometry.shared(text.bounds, other.bounds, _SLACK * min(text.em, other.em))
            if shared:
                yield _fault("overlap", f"overlaps {printable(other.item.text)}", text, shared, other.item)
        grid.add(text.bounds, index)


def _obstacles(texts: list[_Ink], shapes: list[_Shape]) -> Iterator[Fault]:
    """Borders and lines that run through a text, and fills painted over it."""
    edges, fills = geometry.Grid(), geometry.Grid()
    for index, shape in enumerate(shapes):
        for segment in shape.segments:
            edges.add(geometry.grown(geometry.segment_bounds(segment), shape.half_stroke), index)
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
    if shape.z < text.z or not geometry.shared(shape.bounds, text.bounds, _SLACK * text.em):
        return False
    if isinstance(shape.item, Box):
        return True
    left, top, right, bottom = text.bounds
    return geometry.inside((left + right) / 2, (top + bottom) / 2, shape.segments)


def _through(shape: _Shape, text: _Ink, hiding: Iterable[_Shape]) -> Bounds | None:
    """Return where the shape's outline is seen to run through the text's ink."""
    region = geometry.grown(text.bounds, shape.half_stroke - _SLACK * text.em)
    for segment in shape.segments:
        if part := geometry.clipped(segment, region):
            place = geometry.segment_bounds(part)
            if not any(shape.z < box.z < text.z and geometry.within(place, box.bounds) for box in hiding):
                return place
    return None


def _crossings(lines: list[_Shape]) -> Iterator[Fault]:
    grid = geometry.Grid()
    segments = [(number, segment) for number, line in enumerate(lines) for segment in line.segments]
    found: set[tuple[int, int]] = set()
    for index, (number, segment) in enumerate(segments):
        bounds = geometry.segment_bounds(segment)
        for other_number, other in map(segments.__getitem__, grid.near(bounds)):
            pair = (other_number, number)
            if other_number != number and pair not in found and geometry.cross(segment, other):
                found.add(pair)
                first, second = lines[other_number], lines[number]
                place = geometry.shared(bounds, geometry.segment_bounds(other), -1e-9) or bounds
                sources = _sources(first.item, second.item)
                yield Fault("crossing", f"{first.name} crosses {second.name}", geometry.rect(place), sources)
        grid.add(bounds, index)


def _leaders(shapes: list[_Shape]) -> Iterator[Fault]:
    """Leaders along edges, connectors that fork, and ends on heads of arrows."""
    boxes = [shape for shape in shapes if shape.item.role in _GATHERING]
    arrows = [shape for shape in shapes if shape.item.role == "arrow"]
    starts: list[_Shape] = []
    for line in (shape for shape in shapes if shape.item.role in _LINES):
        for segment, box in product(line.segments, boxes):
            if _along(segment, box.bounds, line.scale):
                yield _clash("edge", line, "runs along an edge of", box, geometry.segment_bounds(segment))
        for segment in line.segments:
            if between := _squeezed(segment, boxes, line.scale):
                yield _clash(
                    "edge", line, "runs between others and", between, geometry.segment_bounds(segment)
                )
        if line.item.role == "connector":
            for other in starts:
                if (
                    max(abs(a - b) for a, b in zip(line.segments[0][:2], other.segments[0][:2], strict=True))
                    < _ALONG * line.scale
                ):
                    yield _clash("fork", line, "leaves where another does:", other, line.bounds)
            starts.append(line)
    for dot in (shape for shape in shapes if shape.item.role == "dot"):
        for arrow in arrows:
            if place := geometry.shared(dot.bounds, arrow.bounds, 0.0):
                yield _clash("dot", dot, "sits on", arrow, place)


def _along(segment: Segment, box: Bounds, scale: float) -> bool:
    """Tell whether a level or upright segment runs along one of a box's edges."""
    x0, y0, x1, y1 = geometry.segment_bounds(segment)
    for (low, high), (near, far), (start, end) in (
        ((y0, y1), (box[1], box[3]), (max(x0, box[0]), min(x1, box[2]))),
        ((x0, x1), (box[0], box[2]), (max(y0, box[1]), min(y1, box[3]))),
    ):
        nearest = min(abs(low - near), abs(low - far))
        if high - low < 1e-6 and end - start >= _LONG * scale and nearest < _ALONG * scale:
            return True
    return False


def _squeezed(segment: Segment, boxes: Iterable[_Shape], scale: float) -> _Shape | None:
    """Return the box below a level segment that has another one as close above."""
    x0, y0, x1, y1 = geometry.segment_bounds(segment)
    above = below = None
    for box in boxes:
        left, top, right, bottom = box.bounds
        if y1 - y0 < 1e-6 and min(x1, right) - max(x0, left) >= _LONG * scale:
            above = box if 0 <= y0 - bottom < _CLOSE * scale else above
            below = box if 0 <= top - y0 < _CLOSE * scale else below
    return below if above else None


def _loose(texts: list[_Ink], shapes: list[_Shape]) -> Iterator[Fault]:
    """Arrows whose tips are at the border of no box, on no line of the flow and beside no text."""
    ends = geometry.Grid()
    segments: list[Segment] = []
    for shape in shapes:
        if isinstance(shape.item, Box) or shape.item.role in _FLOWS:
            for segment in shape.segments:
                ends.add(geometry.segment_bounds(segment), len(segments))
                segments.append(segment)
    for arrow in (shape for shape in shapes if shape.item.role == "arrow"):
        x, y = arrow.segments[0][:2]
        around = geometry.grown((x, y, x, y), _TOUCH)
        beside = geometry.grown((x, y, x, y), _TOUCH_TEXT)
        if not any(geometry.clipped(segments[index], around) for index in ends.near(around)) and not any(
            geometry.shared(beside, text.bounds, 0.0) for text in texts
        ):
            yield Fault(
                "loose", "an arrow ends at nothing", geometry.rect(arrow.bounds), _sources(arrow.item)
            )


def _clash(kind: FaultKind, shape: _Shape, message: str, other: _Shape, place: Bounds) -> Fault:
    sources = _sources(shape.item, other.item)
    return Fault(kind, f"{shape.name} {message} {other.name}", geometry.rect(place), sources)


def _fault(kind: FaultKind, message: str, text: _Ink, place: Bounds, other: Item | None = None) -> Fault:
    items = (text.item,) if other is None else (text.item, other)
    return Fault(kind, f"{printable(text.item.text)} {message}", geometry.rect(place), _sources(*items))


def _sources(*items: Item) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.source for item in items if item.source))


# ---- from items to plain geometry


def _flat(items: Iterable[Item]) -> Iterator[_Ink | _Shape]:
    for z, (item, at) in enumerate(walk(items)):
        match item:
            case Text():
                if box := ink(item.text, item.face, item.size):
                    local = (item.x + box.x, item.y + box.y, item.x + box.right, item.y + box.bottom)
                    yield _Ink(z, item, geometry.moved(local, at), item.size * at.scale)
            case Box():
                yield from _shape(z, item, geometry.border(item), at)
            case Path():
                yield from _shape(z, item, geometry.outline(item.commands, bool(item.fill)), at)
            case Group() | Link():
                pass
            case _:
                assert_never(item)


def _shape(z: int, item: Box | Path, outline: Iterable[Segment], at: Placement) -> Iterator[_Shape]:
    """Yield the shape, if it is seen."""
    segments = tuple(geometry.moved(segment, at) for segment in outline)
    if segments and (item.fill or item.stroke):
        half_stroke = item.stroke_width * at.scale / 2 if item.stroke else 0.0
        yield _Shape(z, item, segments, geometry.bounds(segments), half_stroke, at.scale)
