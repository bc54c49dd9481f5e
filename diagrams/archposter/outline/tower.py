"""The tower as a graph, in the order in which data climbs it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from archposter.blocks.tree import (
    Callout,
    Card,
    Cell,
    Choice,
    Lane,
    LayerMap,
    Repeat,
    Slot,
    Step,
    Stream,
    Tower,
)
from archposter.outline.graph import Edge, Graph, Group, Line, Node, Shape

_LONGEST_TITLE = 76

Members = list[Node | Group]


def outline(card: Card) -> Graph:
    """Return a card's tower with its callouts as a graph; what insets show is not in it."""
    plan = card.tower.plans[0]
    climb = _Climb({label.key: label for label in (*plan.callouts, *card.callouts)}, card.tower.stream)
    members = climb.tower(card.tower, card.layer_map)
    total, active = card.figures[:2]
    figures = (total,) if total.number == active.number else (total, active)
    facts = (f"{figure.number} {figure.above[0] or figure.label[0]}" for figure in figures)
    return Graph(
        f"{card.title} {card.size}".strip(),
        tuple(filter(None, (*facts, card.notice))),
        card.description,
        card.family,
        tuple(members),
        tuple(climb.edges),
    )


@dataclass
class _Climb:
    """`top`: the nodes whose output flows on; `late`: those that join a later step of their layer, by number.

    `past`: where a residual line left that goes past more than one step.  `store` keeps the sums of blocks.
    """

    callouts: Mapping[str, Callout]
    stream: Stream
    edges: list[Edge] = field(default_factory=list)
    ids: Counter[str] = field(default_factory=Counter)
    said: set[str] = field(default_factory=set)
    top: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    late: dict[int, tuple[str, ...]] = field(default_factory=dict)
    store: str = ""
    table: str = ""

    def id(self, word: str) -> str:
        """Return the word, from its second use on with a number."""
        self.ids[word] += 1
        return f"{word}{self.ids[word]}" if self.ids[word] > 1 else word

    def once(self, key: str) -> str:
        """Return what is said of a thing that is shown in several places, the first time; else nothing."""
        if key in self.said or key not in self.callouts:
            return ""
        self.said.add(key)
        return self.callouts[key].text

    def link(self, starts: Iterable[str], end: str, line: Line = "flow", label: str = "") -> None:
        """Lead edges to a node; several that are alike have one label."""
        for start in starts:
            self.edges.append(Edge(start, end, line, label))
            label = ""

    def node(self, word: str, cell: Cell, shape: Shape = "box", name: str = "") -> Node:
        """Return a box with what the cell and its callout say."""
        said = (self.callouts.get(cell.key) or self.callouts.get(f"part {cell.part}")) if cell.part else None
        text = ", ".join(filter(None, (said.text, *said.inside))) if said else self.once(cell.key)
        shape = "norm" if cell.source == "norm" else shape
        facts = " · ".join(wordings[0] for wordings in cell.facts)
        lines = (name or cell.names[0], *cell.details[:1], facts, text)
        return Node(
            self.id("norm" if shape == "norm" else word), tuple(filter(None, lines)), cell.look, shape
        )

    def stack(self, node: Node, label: str = "") -> Node:
        """Put a node on top of what there is."""
        self.link(self.top, node.id, label=label)
        self.top = (node.id,)
        return node

    def plus(self) -> Node:
        return Node(self.id("sum"), ("+",), shape="sum")

    def tower(self, tower: Tower, layer_map: LayerMap) -> Members:
        tokens = Node("tokens", tuple(filter(None, ("Tokens", self.once("input")))), shape="end")
        members: Members = [self.stack(tokens)]
        if tower.table:
            table = self.node("table", tower.table)
            self.link(self.top, table.id)
            members.append(table)
            self.table = table.id
        members.append(self.stack(self.node("embedding", tower.embedding)))
        if tower.widened:
            members.append(self.stack(self.node("projection", tower.widened)))
        for cell in tower.added:
            added, plus = self.node("added", cell), self.plus()
            self.link((added.id,), plus.id)
            members += [added, self.stack(plus)]
        members += [self.stack(self.node("below", cell)) for cell in tower.below]
        members += self.layers(tower, layer_map)
        return members + self.head(tower)

    def layers(self, tower: Tower, layer_map: LayerMap) -> Members:
        """Return the frames; around those that do not tell the layers' order stands one that does."""
        before: Members = []
        if self.stream.blocks:
            store = Node("blocks", ("Sums of blocks", "kept for all later layers"))
            self.link(self.top, store.id, "feed")
            before.append(store)
            self.store = store.id
        first = len(self.edges)
        frames = [self.frame(frame) for frame in tower.plans[0].frames]
        if tower.loops > 1:
            self.link(self.top[:1], self.edges[first].end, "loop", self.once("loop"))
        if len(set(layer_map.columns)) == 1 or not any(map(self.mixed, tower.plans[0].frames)):
            return [*before, *frames]
        depth, order = len(layer_map.columns), layer_map.pattern
        short = next((words for words in order if len(words) <= _LONGEST_TITLE), "")
        note = (
            []
            if short
            else [Node("order", ("Order of the layers", order[min(1, len(order) - 1)]), shape="note")]
        )
        title = f"{depth} layers: {short}" if short else f"{depth} layers"
        if len(frames) == 1 and isinstance(frames[0], Group):
            return [*before, frames[0]._replace(title=title, members=(*note, *frames[0].members))]
        return [*before, Group("stack", title, "stack", (*note, *frames))]

    def mixed(self, frame: Repeat | Cell) -> bool:
        """Tell whether a frame has layers of several kinds, or layers that are not neighbours."""
        slots = (
            [lane.slot for step in frame.steps for lane in step.lanes] if isinstance(frame, Repeat) else []
        )
        apart = frame.key in self.callouts and self.callouts[frame.key].text.startswith("of ")
        return apart or any(isinstance(slot, Choice) for slot in slots)

    def frame(self, frame: Repeat | Cell) -> Node | Group:
        if isinstance(frame, Repeat):
            return self.repeat(frame)
        return self.stack(self.node("layers", frame, name=self.times(frame.key, frame.names[0])))

    def times(self, key: str, name: str = "") -> str:
        """Return how often layers stand there and which they are: "58 × layers 4 to 61"."""
        if key not in self.callouts:
            return name
        headline, text = self.callouts[key].headline, self.callouts[key].text
        self.said.add(key)
        if text.startswith("of "):
            headline = headline.removesuffix(" ×")
        return f"{headline} {text}" + f": {name}" * bool(name)

    def repeat(self, frame: Repeat) -> Group:
        members: Members = []
        self.late, before, outside = {}, self.top, self.stream
        name = self.id("layers")
        if self.stream.once:
            read = Node(self.id("read"), (f"Read 1 of {self.stream.width} streams",))
            members.append(self.stack(read))
            self.stream = Stream()
        for number, step in enumerate(frame.steps):
            members += self.step(number, step)
        if outside.once:
            self.stream = outside
            plus = self.plus()
            members.append(self.stack(plus))
            self.link(before, plus.id, "residual", self.once("residual"))
        return Group(name, self.times(frame.key), "layers", tuple(members))

    def step(self, number: int, step: Step) -> Members:
        members: Members = []
        tap = self.top
        if step.pre:
            members.append(self.stack(self.node("mix", step.pre)))
            if step.mixed and self.store:
                self.link((self.store,), self.top[0], "feed")
        members += self.lanes(number, step)
        for word, cell in (("norm", step.post), ("conv", step.conv)):
            if cell:
                members.append(self.stack(self.node(word, cell)))
        members += self.sum(number, step, tap)
        if step.sum:
            members.append(self.stack(self.node("norm", step.sum)))
        return members

    def sum(self, number: int, step: Step, tap: tuple[str, ...]) -> Members:
        """Add what goes past a step and what joins late; where a sum begins anew, the one before is kept."""
        late = self.late.pop(number, ())
        residual = tap if step.anew != "all" else ()
        if step.within:
            self.past = tap
        elif self.past:
            residual, self.past = self.past, ()
        if step.anew != "none" and self.store:
            kept = [node for node in tap if Edge(node, self.store, "feed", "") not in self.edges]
            self.link(kept, self.store, "feed", "in some layers" if step.anew == "some" else "")
        if not (residual or late):
            return []
        plus = self.plus()
        self.stack(plus, "scaled" if self.stream.output_scaled else "")
        said = self.once("residual") or "scaled" * step.scaled
        self.link(residual, plus.id, "residual", said)
        self.link(late, plus.id)
        return [plus]

    def lanes(self, number: int, step: Step) -> Members:
        members: Members = []
        start, ends = self.top, tuple[str, ...]()
        for lane in step.lanes:
            self.top = start
            members += self.lane(lane)
            if lane.joins_after:
                joined = number + lane.joins_after
                self.late[joined] = (*self.late.get(joined, ()), *self.top)
            else:
                ends = (*ends, *self.top)
        self.top = ends
        return members

    def lane(self, lane: Lane) -> Members:
        members: Members = []
        if lane.pre:
            members.append(self.stack(self.node("norm", lane.pre)))
        members.append(self.slot(lane.slot))
        if lane.fed and self.table:
            self.link((self.table,), self.top[0], "feed")
        if lane.post:
            members.append(self.stack(self.node("norm", lane.post)))
        return members

    def slot(self, slot: Slot) -> Node | Group:
        if isinstance(slot, Cell):
            return self.stack(self.node("part", slot))
        name, start = self.id("choice"), self.top
        options = [self.node("part", cell, name=f"{times} × {cell.names[0]}") for times, cell in slot.options]
        for option in options:
            self.link(start, option.id)
        self.top = tuple(option.id for option in options)
        shared = " · ".join(wordings[0] for wordings in slot.shared)
        title = "each layer has one of these" + f", all {shared}" * bool(shared)
        return Group(name, title, "choice", tuple(options))

    def head(self, tower: Tower) -> Members:
        members: Members = []
        start = self.top
        if tower.final:
            members.append(self.stack(self.node("final", tower.final)))
            if self.store:
                self.link((self.store,), self.top[0], "feed")
        if tower.ahead:
            ahead = self.node("ahead", tower.ahead)
            self.link(start, ahead.id)
            members.append(ahead)
            self.top = (*self.top, ahead.id)
        for cell in filter(None, (*tower.above, tower.narrowed, tower.output)):
            members.append(self.stack(self.node("output", cell)))
        return members
