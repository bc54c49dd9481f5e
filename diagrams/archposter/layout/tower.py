"""The tower: input at the bottom, output at the top, residual lines at the right of each frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from archposter.blocks.tree import Cell, Lane, Plan, Repeat, Step, Stream, Tower
from archposter.layout.canvas import Canvas
from archposter.layout.cells import Places
from archposter.layout.pieces import (
    SIDE,
    Fan,
    Flow,
    Fork,
    Framed,
    Loop,
    Narrow,
    Opening,
    Pen,
    Piece,
    Read,
    SideInput,
    Space,
    Stack,
    Stand,
    Tables,
    draw_rails,
    lane_width,
)
from archposter.layout.residual import Added, Line, Residual, Streams, kept
from archposter.layout.streams import FOOT, spread
from archposter.layout.stretch import ROOMY, SLIM, THIN, Measures, Stretch
from archposter.scene import Point, Rect
from archposter.text.metrics import cap_height
from archposter.theme import SMALL

WIDTH = 330.0
WIDTH_OF_PARALLEL = 392.0
_PAD = 14.0
"""Between the model's border and its frames."""
_WITHIN = 5.0  # how far residual lines that run beside one another stand off their middle
_BESIDE = 11.0  # how far the middle of streams is from the frame that they run along
_TAP = 0.35  # where a residual line leaves, of the gap below a step's first box
_READING = Stretch(FOOT, FOOT)


@dataclass(eq=False)
class Framing:
    """One way to draw a tower: by this plan, in these measures."""

    tower: Tower
    plan: Plan
    measures: Measures
    thin: int
    """0 where it is roomy, 1 where norms stand close to what they norm, 2 where nothing else fits."""

    @cached_property
    def body(self) -> Stack:
        """Everything inside the model's border."""
        return _body(self.tower, self.plan.frames, self.measures)

    @property
    def framed(self) -> bool:
        """Whether any layers are drawn with their parts, and not all in a line."""
        return any(isinstance(frame, Repeat) for frame in self.plan.frames)

    @cached_property
    def height(self) -> Stretch:
        """How high it is, with what comes in below and goes out above."""
        outside = 2 * self.measures.outside
        return self.body.height + self.measures.pad * 2 + Stretch(outside, outside)

    def draw(self, pen: Pen, rect: Rect) -> None:
        """Draw it into the region."""
        model = rect.inset(0, self.measures.outside)
        flow, look = _input_words(pen, rect), pen.canvas.look("model")
        pen.canvas.box(model, look.fill, look.stroke, radius=16, role="frame")
        pen.places.frames.append(model)
        flow = self.body.draw(pen, model.inset(_PAD + SIDE, self.measures.pad.at(pen.t)), flow)
        draw_rails(pen, flow.rails)
        for start in flow.points:
            pen.canvas.line([start, Point(start.x, rect.y)], arrow=True, role="exit")


def width(tower: Tower) -> float:
    """Return how wide the tower wants to be."""
    steps = [step for frame in tower.plans[0].frames if isinstance(frame, Repeat) for step in frame.steps]
    return WIDTH_OF_PARALLEL if any(len(step.lanes) > 1 for step in steps) else WIDTH


def framings(tower: Tower) -> tuple[Framing, ...]:
    """Return the ways to draw a tower, richest first: rather thin than with facts or parts beside it.

    Each is measured where it is asked how high it is, once.
    """
    inner = width(tower) - 2 * (_PAD + SIDE)
    manners = [measures.wide(inner) for measures in (ROOMY, SLIM, THIN)]
    plans = tower.plans[tower.drawn :]
    shown = [plan for plan in plans if any(isinstance(frame, Repeat) for frame in plan.frames)]
    ordered = (
        *(plan for plan in shown if not plan.notes),
        *(plan for plan in shown if plan.notes),
        *(plan for plan in plans if plan not in shown),
    )
    ways = product(ordered, enumerate(manners))
    return tuple(Framing(tower, plan, measures, thin) for plan, (thin, measures) in ways)


def fitting(ways: Sequence[Framing], height: float) -> Framing:
    """Return the richest of the ways that fits, or the last."""
    return next((way for way in ways if way.height.least <= height), ways[-1])


def framing(tower: Tower, height: float) -> Framing:
    """Return the richest way to draw a tower that fits, or the last."""
    return fitting(framings(tower), height)


def draw(canvas: Canvas, found: Framing, rect: Rect, loosest: float = 1.0) -> Places:
    """Draw a tower into the region and return where the boxes came to lie.

    `loosest`: how far it may be stretched; 1.0 is as far as it looks best alone.
    """
    t = found.height.solve(rect.height, loosest)
    spare = max(0.0, rect.height - found.height.at(t)) / 2
    pen = Pen(canvas, t, Places())
    found.draw(pen, rect.inset(0, spare))
    pen.places.tips.extend(canvas.tips)
    pen.places.levels.extend(canvas.levels)
    return pen.places


def _input_words(pen: Pen, rect: Rect) -> Flow:
    """Write what comes in, below the model; return the flow that leaves the words."""
    canvas, size, y = pen.canvas, cap_height("regular", SMALL), rect.bottom - 2
    canvas.text(rect.center_x, y, "Tokens", align=0.5, fill=canvas.theme.muted)
    pen.places.keyed["input"] = Rect(rect.center_x - 38, y - size, 76, size)
    return Flow((Point(rect.center_x, y - size - 5),))


# ---- from the Block tree to pieces


def _body(tower: Tower, frames: tuple[Repeat | Cell, ...], m: Measures) -> Stack:
    gap, stream = Space(m.gap), tower.stream
    several = stream.width > 1
    pieces: list[Piece] = []

    def put(*more: Piece) -> None:
        for piece in more:
            pieces.extend((piece, gap))

    def cells(*more: Cell | None) -> None:
        put(*(Stand(cell, m) for cell in more if cell))

    if tower.table:
        put(Tables(tower.embedding, tower.table, m))
    else:
        cells(tower.embedding)
    cells(tower.widened)
    put(*(SideInput(cell, m) for cell in tower.added))
    cells(*tower.below)
    put(_layers(tower, frames, m))
    if several and not stream.normed:
        pieces.append(Read(_READING, above=m.gap))
    if tower.ahead:
        put(Fork(tower.final, tower.ahead, m, "blocks" if stream.blocks else None))
    elif tower.final:
        put(Stand(tower.final, m, "blocks"))
    if several and stream.normed:
        pieces.append(Read(_READING))
    cells(*tower.above, tower.narrowed, tower.output)
    return Stack(tuple(pieces[:-1]))


def _layers(tower: Tower, frames: tuple[Repeat | Cell, ...], m: Measures) -> Piece:
    """Return the frames, between gaps, and the way back of a stack that runs several times."""
    pieces: list[Piece] = [Opening(tower.stream)]
    for frame in frames:
        if isinstance(frame, Repeat):
            pieces.append(_framed(frame, tower.stream, m))
        else:
            pieces.append(Stand(frame, m, beyond=SIDE))
        pieces.append(Space(m.gap))
    stack = Stack(tuple(pieces[:-1]))
    return Loop(stack, m.gap) if tower.loops > 1 else stack


def _framed(frame: Repeat, stream: Stream, m: Measures) -> Framed:
    """Return a frame; streams that are read once go past all its steps, which have one line."""
    if not stream.once:
        return Framed(frame, _steps(frame, stream, m, "residual"), m.pad)
    read = Read(m.gap + _READING, _mouth(stream, m))
    body = Stack((read, _steps(frame, Stream(), m.wide(m.width - _BESIDE), ""), Space(m.gap)))
    past = Added(
        Narrow(body, _BESIDE),
        _residual(stream),
        _tap(stream, m),
        aside=SIDE - _BESIDE,
        key="residual",
    )
    return Framed(frame, past, m.pad)


def _steps(frame: Repeat, stream: Stream, m: Measures, key: str) -> Stack:
    pieces: list[Piece] = []
    below: Stretch | None = None
    for step in frame.steps:
        within = [_step(step, stream, m, key, below), *_norms(step.sum, m, Space(m.joint))]
        pieces += within
        below = Stack(tuple(within)).height if step.within else None
    return Stack(tuple(pieces))


def _step(step: Step, stream: Stream, m: Measures, key: str, below: Stretch | None) -> Added:
    """Return a residual step; if `below` is the height of the one before, its line goes past both."""
    several, late = stream.width > 1, stream.normed and step.pre is not None
    foot = m.gap + _READING * float(several)
    reads = several and not step.whole
    joint = Space(m.joint)
    pieces: list[Piece] = [Read(foot, _mouth(stream, m)) if reads and not late else Space(foot)]
    if step.pre:
        pieces += [Stand(step.pre, m, "blocks" if step.mixed else None), joint]
    if reads and late:
        pieces.append(Read(_READING))
    pieces.append(_lanes(step.lanes, m))
    for cell in (step.post, step.conv):
        pieces += _norms(cell, m, joint)
    pieces.append(Space(m.gap))
    tap, aside = _tap(stream, m), SIDE / 2
    if step.within:
        aside -= _WITHIN
    elif below:
        tap, aside = tap + below * -1.0, aside + _WITHIN
    return Added(
        Stack(tuple(pieces)),
        _residual(stream, step.scaled)
        if step.anew == "none"
        else kept(step.anew, stream.residual_scaled or step.scaled),
        tap,
        aside,
        plus=step.anew != "all",
        scaled=stream.output_scaled,
        key=key if step.anew != "none" or not stream.blocks else "",
    )


def _norms(cell: Cell | None, m: Measures, joint: Space) -> list[Piece]:
    return [joint, Stand(cell, m)] if cell else []


def _lanes(lanes: tuple[Lane, ...], m: Measures) -> Piece:
    if len(lanes) == 1:
        return _lane(lanes[0], m)
    # Norms of the lanes stand at one height.
    even = all(lane.pre and not lane.post for lane in lanes)
    m = m.wide(lane_width(m.width, len(lanes)))
    later = tuple(lane.joins_after for lane in lanes)
    return Fan(tuple(_lane(lane, m) for lane in lanes), later, m.gap, even)


def _lane(lane: Lane, m: Measures) -> Stack:
    """Return a slot with the norms of its own."""
    joint, slot = Space(m.joint), Stand(lane.slot, m, "table" if lane.fed else None)
    below: list[Piece] = [Stand(lane.pre, m), joint] if lane.pre else []
    return Stack((*below, slot, *_norms(lane.post, m, joint)), loose=slot)


def _residual(stream: Stream, scaled: bool = False) -> Residual:
    scaled = scaled or stream.residual_scaled
    return Streams(stream.width, stream.mixed, scaled) if stream.width > 1 else Line(scaled)


def _tap(stream: Stream, m: Measures) -> Stretch:
    """Return how far above a step's lower edge the middle of what goes past it leaves."""
    half = spread(stream.width)
    return m.gap * _TAP + Stretch(half, half)


def _mouth(stream: Stream, m: Measures) -> Stretch:
    """Return how far above a step's lower edge its streams are read: above where they leave."""
    off = spread(stream.width) + 2
    return _tap(stream, m) + Stretch(off, off)
