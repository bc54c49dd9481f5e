"""The living card: which places of a card draw what, so that a page can name, link and light them up.

Found in the finished Frame: an exporter or a layout knows nothing of pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

from archposter import units
from archposter.blocks.layers import Group, classes, see, segments
from archposter.blocks.model_wide import norm_name
from archposter.blocks.naming import Views, views
from archposter.blocks.tree import Card, Cell, Figure, Shares
from archposter.blocks.view import View
from archposter.counts.facts import Facts
from archposter.counts.listing import listing
from archposter.counts.tensors import part_parameters
from archposter.scene import Box, Frame, Link, Placement, Rect, Text, walk
from archposter.site.documents import concepts
from archposter.site.having import KINDS, has, inside, meaning
from archposter.site.labels import Label, labels
from archposter.spec.arch import Arch
from archposter.spec.dump import ranges
from archposter.spec.parts import AnyPart
from archposter.theme import HEAD, NUMBER

SpotKind = Literal["frame", "layers", "part", "model", "inset", "label", "layer", "fact"]

_FIGURES: Final = {
    "MTP layer": "mtp",
    "next token": "next",
    "active": "active",
    "state": "state",
    "cache": "cache",
    "token": "operations",
    "parameters": "parameters",
    "counted": "parameters",
}
"""A word of a fact on the card, and the number on the page that has its evidence."""
_FIELDS: Final = {
    "hidden size": "hidden_size",
    "vocabulary": "vocab_size",
    "context of": "context_length",
    "layers run": "loops",
}
"""Words of a label beside the tower, and the field of the spec that they say."""
_WIDE: Final = {
    "mixing": "residual",
    "mix": "residual",
    "gated norm": "norm",
    "ngram": "embedding",
    "ahead": "mtp",
}
"""The key of an inset about the model as a whole, and the field of the spec that says what it draws."""
_RING: Final = 5.0
"""A ring stands no farther than this around what is new."""
_MARGIN: Final = 4.0
"""Around the title of an inset, for a finger."""
_NEXT: Final = (20.0, 60.0)
"""A part of a choice is no farther than this, down and across, from the leader that ends at its border."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the card: `rect` in its units, what it draws in words, and where that leads.

    `layers` are those that have it, from 0; `source` is its place in the spec; `parameters` those of all of
    them; `concepts` the names of concepts, the main one first; `number` the evidence of a fact,
    `field` the place in the spec that says it, `group` that of the weights outside of layers; `new`: it has a
    ring.  Places of one `key` show the same thing.
    """

    rect: Rect
    kind: SpotKind
    key: str
    name: str
    says: str
    layers: tuple[int, ...] = ()
    source: str = ""
    parameters: int = 0
    concepts: tuple[str, ...] = ()
    number: str = ""
    field: str = ""
    group: str = ""
    new: bool = False

    @property
    def at(self) -> str:
        """The layers as ranges, from 0: "0-2,5"."""
        return ranges(list(self.layers))

    @property
    def where(self) -> str:
        """The layers as people count them, from 1, if they are a run: "layers 4–61"; else how many."""
        first, last = self.layers[0] + 1, self.layers[-1] + 1
        if last - first + 1 != len(self.layers):
            return units.counted(len(self.layers), "layer")
        return f"layers {first}–{last}" if last > first else f"layer {first}"

    @property
    def label(self) -> str:
        """All that it says, for readers who do not see the card."""
        words = [self.name, self.says, self.where if self.kind in ("part", "inset") and self.layers else ""]
        if self.parameters:
            words.append(f"{units.count(self.parameters)} parameters")
        if self.new:
            words.append("new")
        return ", ".join(filter(None, words))


@dataclass(frozen=True)
class PartOf:
    """What a page says of one kind of part: its view, the parts of that kind, the layers that have them."""

    view: View
    parts: tuple[AnyPart, ...]
    layers: tuple[int, ...]
    parameters: int
    concepts: tuple[str, ...]


@dataclass(frozen=True)
class Anatomy:
    """A model's layers and parts, as its card tells them apart."""

    arch: Arch
    facts: Facts

    @cached_property
    def views(self) -> Views:
        """Every part's view."""
        return views(self.arch)

    @cached_property
    def seen(self) -> Group:
        """Every layer with its views."""
        return see(self.arch, self.views)

    @cached_property
    def kinds(self) -> Mapping[str, PartOf]:
        """What is said of each kind of part."""
        found = {}
        for part, view in self.views.items():
            if view.kind in found:
                continue
            alike = tuple(other for other, seen in self.views.items() if seen.kind == view.kind)
            layers = tuple(n for n, layer in enumerate(self.seen.layers) if view.kind in layer.kinds)
            numbers = sum(
                part_parameters(other, self.arch.hidden_size) * self.arch.part_counts[other]
                for other in alike
            )
            found[view.kind] = PartOf(view, alike, layers, numbers, concepts_of(part))
        return found

    @cached_property
    def groups(self) -> Mapping[str, tuple[int, ...]]:
        """The layers that one frame of the tower draws, by the place in the spec of their first."""
        found: dict[str, tuple[int, ...]] = {}
        for segment in segments(self.seen):
            for group in classes(segment):
                source = group.layers[0].layer.source
                found[source] = (*found.get(source, ()), *group.places)
        return found


def concepts_of(part: AnyPart) -> tuple[str, ...]:
    """Return the concepts that a part has, first the one that is about its kind."""
    parts = list(inside(part))
    found: dict[str, bool] = {}
    for concept in concepts():
        hits = [reference for reference in concept.parts if any(has(one, reference) for one in parts)]
        if hits:
            found[concept.name] = any(_names(part, reference) for reference in hits)
    return tuple(sorted(found, key=lambda name: not found[name]))


def _names(part: AnyPart, reference: str) -> bool:
    slot = reference.partition(".")[0]
    return slot in KINDS and meaning(reference)[1] is None and has(part, reference)


def spots(blocks: Card, frame: Frame, anatomy: Anatomy) -> tuple[Spot, ...]:
    """Return the places of a card in a reader's order: up the tower, then aside, map and facts."""
    boxes = [(item, at.rect(item.rect)) for item, at in walk(frame.items) if isinstance(item, Box)]
    texts = [(item, at) for item, at in walk(frame.items) if isinstance(item, Text)]
    tower = list(_tower(blocks, boxes, texts, anatomy))
    tower.sort(key=lambda spot: (spot.kind == "layers", -spot.rect.bottom))
    insets = [
        spot for box, rect in boxes if box.role == "inset" for spot in _inset(rect, texts, blocks, anatomy)
    ]
    columns = _columns([rect for box, rect in boxes if box.role == "layer"], anatomy)
    facts = _facts(blocks.figures, boxes, texts, frame)
    whole = next(rect for box, rect in boxes if box.role == "frame" and not box.source)
    beside = [_beside(label, tower) for label in labels(frame, whole)]
    rings = [rect for box, rect in boxes if box.role == "ring"]
    tower = [replace(spot, new=any(_rings(ring, spot.rect) for ring in rings)) for spot in tower]
    # Frames lie under the boxes inside them.
    frames = [spot for spot in tower if spot.kind == "frame"]
    inner = [spot for spot in tower if spot.kind != "frame"]
    return (*frames, *inner, *insets, *beside, *columns, *facts)


def _rings(ring: Rect, rect: Rect) -> bool:
    return ring.contains(rect) and rect.contains(ring, _RING)


def _beside(label: Label, tower: Sequence[Spot]) -> Spot:
    """Return a label as a place: it shows what the box at its leader shows, and leads to a field."""
    field = next((field for words, field in _FIELDS.items() if words in label.words), "")
    spot = _touched(tower, *label.end)
    if spot is None:
        # Beside no box there is the stream.
        return Spot(label.rect, "label", f"label {label.words}", label.words, "", field=field or "residual")
    if spot.kind not in ("frame", "layers"):
        field = field or spot.field or spot.source
    return Spot(
        label.rect,
        "label",
        spot.key,
        label.words,
        "",
        spot.layers,
        spot.source,
        field=field,
        group=spot.group,
    )


def _touched(tower: Sequence[Spot], x: float, y: float) -> Spot | None:
    """Return the smallest box whose edge a leader touches, else the part of a choice next to its end."""

    def away(spot: Spot) -> tuple[float, float]:
        beside = min(abs(spot.rect.x - x), abs(spot.rect.right - x))
        return max(spot.rect.y - y, y - spot.rect.bottom, 0.0), beside

    touched = [spot for spot in tower if max(away(spot)) < 1]
    if touched:
        return min(touched, key=lambda spot: spot.rect.width * spot.rect.height)
    near = [spot for spot in tower if spot.kind == "part" and away(spot) < _NEXT and away(spot)[1] < _NEXT[1]]
    return min(near, key=away, default=None)


def listed(found: Iterable[Spot]) -> tuple[Spot, ...]:
    """Return the parts of the tower, each once, as a list beside the card has them: from below."""
    kept: dict[str, Spot] = {}
    for spot in found:
        if spot.kind in ("layers", "part", "model") and spot.parameters:
            kept.setdefault(spot.key, spot)
    return tuple(kept.values())


def without_links(frame: Frame) -> Frame:
    """Return a card whose places lead nowhere by themselves."""
    return frame._replace(items=tuple(item for item in frame.items if not isinstance(item, Link)))


def _gathers(box: Box) -> bool:
    """Tell whether a box stands for whole layers: a frame, or a frame condensed to a line."""
    return box.role == "frame" or (box.role == "cell" and box.look == "group")


def _drawn_groups(anatomy: Anatomy, drawn: set[str]) -> Mapping[str, tuple[int, ...]]:
    """Return the layers of each frame that is drawn; a line may stand for several groups, by its first."""
    found: dict[str, list[int]] = {}
    ordered = sorted(anatomy.groups.items(), key=lambda entry: entry[1])
    into = next((source for source, _ in ordered if source in drawn), "")
    for source, layers in ordered:
        into = source if source in drawn else into
        found.setdefault(into, []).extend(layers)
    return {source: tuple(sorted(layers)) for source, layers in found.items()}


def _words(texts: Sequence[tuple[Text, Placement]], rect: Rect) -> list[Text]:
    found = []
    for text, at in texts:
        x, y = at.x + text.x * at.scale, at.y + text.y * at.scale
        if rect.x <= x and x + text.width <= rect.right + 1 and rect.y <= y <= rect.bottom:
            found.append(text)
    return found


def _tower(
    blocks: Card,
    boxes: Sequence[tuple[Box, Rect]],
    texts: Sequence[tuple[Text, Placement]],
    anatomy: Anatomy,
) -> Iterator[Spot]:
    """Yield what the boxes of the tower draw: frames of layers, parts of them, parts of the model."""
    groups = _drawn_groups(anatomy, {box.source for box, _ in boxes if _gathers(box)})
    whole = next(rect for box, rect in boxes if box.role == "frame" and not box.source)
    frames = [(box.source, rect) for box, rect in boxes if box.role == "frame" and box.source in groups]
    wide = _model_wide(blocks, anatomy)
    parts: list[tuple[Box, Rect, PartOf]] = []
    for box, rect in boxes:
        source = next((frame for frame, around in frames if around.contains(rect)), box.source)
        layers = groups.get(source, ()) if box.source else ()
        if box.role not in ("cell", "frame") or rect == whole or not whole.contains(rect, 10.0):
            continue
        words = _words(texts, rect)
        name = " ".join(text.text for text in words if text.size == HEAD) or " ".join(t.text for t in words)
        if layers and _gathers(box):
            yield _layers(box, rect, layers, anatomy)
        elif layers and (of := _of_view(box, name, layers, anatomy)):
            parts.append((box._replace(source=source), rect, of))
        elif not layers:
            matching = [(len(said), entry) for said, entry in wide if name.startswith(said)]
            if matching:
                numbers, concept, group = max(matching, key=lambda match: match[0])[1]
                leads = (concept,) if concept else ()
                yield Spot(rect, "model", name, name, "", (), box.source, numbers, leads, group=group)
    drawn = {(box.source, of.view.kind) for box, _, of in parts}
    for box, rect, of in parts:
        yield _part(box, rect, of, groups[box.source], drawn, anatomy)


def _layers(box: Box, rect: Rect, layers: tuple[int, ...], anatomy: Anatomy) -> Spot:
    numbers = sum(anatomy.facts.parameters.per_layer[place] for place in layers)
    kind: SpotKind = "frame" if box.role == "frame" else "layers"
    what = " and ".join(dict.fromkeys(k for place in layers for k in anatomy.seen.layers[place].kinds))
    name = units.counted(len(layers), "layer")
    return Spot(rect, kind, box.source, name, what, layers, box.source, numbers)


def _part(
    box: Box,
    rect: Rect,
    of: PartOf,
    layers: Sequence[int],
    drawn: Set[tuple[str, str]],
    anatomy: Anatomy,
) -> Spot:
    """Return what a part's box draws: its kind, and those that look alike and have no box of their own."""
    seen = anatomy.seen.layers
    alike = {
        kind
        for place in layers
        for kind in seen[place].kinds
        if anatomy.kinds[kind].view.look == box.look and (box.source, kind) not in drawn
    }
    kinds = {of.view.kind, *alike}
    having = tuple(place for place in layers if kinds.intersection(seen[place].kinds))
    numbers = sum(
        part_parameters(part, anatomy.arch.hidden_size)
        for place in having
        for part in anatomy.arch.layers[place].parts
        if anatomy.views[part].kind in kinds
    )
    names = of.view.kind, of.view.names[0], of.view.callout
    field = f"{box.source}.{_slot(of)}"
    return Spot(rect, "part", *names, having, box.source, numbers, of.concepts, field=field)


def _model_wide(blocks: Card, anatomy: Anatomy) -> list[tuple[str, tuple[int, str, str]]]:
    """Return each name of boxes beside the layers: parameters, concept and group of weights, "" for none."""
    sums: Counter[str] = Counter()
    for row in listing(anatomy.arch):
        sums[row.group] += row.size
    tower, tied = blocks.tower, "tied-embeddings" if anatomy.arch.tied else ""
    found: list[tuple[Cell | None, str, str]] = [
        (Cell((norm_name(anatomy.arch.norm),)), "", "norm-placement"),
        *((cell, "", "norm-placement") for cell in tower.below),
        (tower.embedding, "embedding", tied),
        (tower.table, "extra_embedding", "per-layer-embeddings"),
        (tower.output, "head", tied),
        (tower.ahead, "mtp", "multi-token-prediction"),
        (tower.final, "final_norm", "norm-placement"),
    ]
    added = {
        "positions": ("position", "learned-positions-and-alibi"),
        "ngram": ("extra_embedding", "n-gram-embeddings"),
    }
    found += [(cell, *added[cell.key]) for cell in tower.added if cell.key in added]
    return [
        (name, (sums[group], concept, group)) for cell, group, concept in found if cell for name in cell.names
    ]


def _of_view(box: Box, name: str, layers: Sequence[int], anatomy: Anatomy) -> PartOf | None:
    """Return the kind of part of those layers that has a box's colour and one of its names."""
    kinds = dict.fromkeys(kind for place in layers for kind in anatomy.seen.layers[place].kinds)
    found = [anatomy.kinds[kind] for kind in kinds if anatomy.kinds[kind].view.look == box.look]
    named = [of for of in found if name in of.view.names]
    return next(iter(named or found), None)


def _inset(
    rect: Rect, texts: Sequence[tuple[Text, Placement]], blocks: Card, anatomy: Anatomy
) -> Iterator[Spot]:
    """Yield an inset, whose numbers a part of the spec says, and its title, which leads to the concept."""
    words = _words(texts, rect)
    titled = {title: inset for inset in blocks.insets for title in inset.titles}
    first = next((text for text in words if text.text in titled), words[0] if words else None)
    if first is None:
        return
    title, inset = first.text, titled.get(first.text)
    of = anatomy.kinds.get(inset.key.removeprefix("part ")) if inset else None
    if inset is None or of is None:
        number = "parameters" if inset and isinstance(inset.body, Shares) else ""
        field = _WIDE.get(inset.key, "") if inset else ""
        yield Spot(rect, "inset", title, title, "", number=number, field=field)
        return
    key, source = of.view.kind, anatomy.seen.layers[of.layers[0]].layer.source
    field = f"{source}.{_slot(of)}"
    yield Spot(
        rect, "inset", key, title, of.view.callout, of.layers, "", of.parameters, of.concepts, field=field
    )
    if of.concepts:
        at = next(at for text, at in texts if text is first)
        x, y = at.x + first.x * at.scale, at.y + first.y * at.scale
        above = first.size * at.scale
        head = Rect(x, y - above, first.width * at.scale, 1.3 * above).inset(-_MARGIN)
        yield Spot(head, "inset", key, title, "the concept", concepts=of.concepts)


def _slot(of: PartOf) -> str:
    """Return the name of a layer's field that has a part of a kind."""
    return "ffn" if isinstance(of.parts[0], tuple(KINDS["ffn"].values())) else "mixer"


def _columns(rects: Sequence[Rect], anatomy: Anatomy) -> Iterator[Spot]:
    """Yield the columns of the layer map."""
    by_x: dict[float, list[Rect]] = {}
    for rect in rects:
        by_x.setdefault(rect.x, []).append(rect)
    for place, (x, cells) in enumerate(sorted(by_x.items())):
        if place >= len(anatomy.seen):
            return
        top, bottom = min(cell.y for cell in cells), max(cell.bottom for cell in cells)
        layer = anatomy.seen.layers[place]
        yield Spot(
            Rect(x, top, cells[0].width, bottom - top),
            "layer",
            f"layer {place}",
            f"Layer {place + 1}",
            " and ".join(layer.kinds),
            (place,),
            layer.layer.source,
            anatomy.facts.parameters.per_layer[place],
        )


def _facts(
    figures: Sequence[Figure],
    boxes: Sequence[tuple[Box, Rect]],
    texts: Sequence[tuple[Text, Placement]],
    frame: Frame,
) -> Iterator[Spot]:
    """Yield the facts at the foot, each between its rules."""
    numbers = [(text, at) for text, at in texts if text.size == NUMBER]
    foot = max((at.y + text.y * at.scale for text, at in numbers), default=0.0)
    first = sorted(
        (at.x + text.x * at.scale for text, at in numbers if abs(at.y + text.y * at.scale - foot) < 1)
    )
    if len(first) < len(figures):
        return
    edges = [*first[: len(figures)], frame.size.width - first[0] + 12]
    for figure, left, right in zip(figures, edges, edges[1:], strict=False):
        words = " ".join((figure.beside[0], figure.above[0], figure.label[0])).strip()
        number = next((name for word, name in _FIGURES.items() if word in words), "")
        rect = Rect(left - 8, foot - NUMBER, right - left - 8, frame.size.height - 28 - foot + NUMBER)
        yield Spot(rect, "fact", f"number {number}", f"{figure.number} {words}", "", number=number)
