"""Layers of several shapes that follow one another in turns, as layers of one frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from archposter.blocks.layers import Group, Seen, classes, norm_names, placement
from archposter.blocks.tree import Wordings
from archposter.blocks.view import View
from archposter.spec.arch import Sublayer
from archposter.spec.parts import SharedBlock

_Places = tuple[int | None, ...]
_APART = "Q, K, V read apart", "read apart"


def joined(segment: Group) -> tuple[Group, ...]:
    """Return a segment as one group if its steps can stand for one another, else its classes.

    Steps that only some layers have are left out in the others.  Where layers have norms in other places, no
    norm is drawn: each part says where its own are, and one that reads the stream in ways of its own, that.
    """
    shapes = classes(segment)
    if len(shapes) == 1:
        return shapes
    fullest = max(shapes, key=lambda group: len(group.layers[0].steps))
    found = [_aligned(group, fullest) for group in shapes]
    places = [one for one in found if one is not None]
    if len(places) < len(found):
        return shapes
    steps = range(len(fullest.layers[0].steps))
    columns = [[_step(group, one[at]) for group, one in zip(shapes, places, strict=True)] for at in steps]
    apart = [len({step and norm_names(step) for step in column}) > 1 for column in columns]
    read = [len({step.separate_inputs for step in column if step}) > 1 for column in columns]
    made: dict[Seen, Seen] = {}
    for group, one in zip(shapes, places, strict=True):
        for layer in group.distinct:
            made[layer] = _made(layer, one, apart, read, fullest.layers[0].shape)
    return (Group(segment.places, tuple(made[layer] for layer in segment.layers)),)


def _aligned(group: Group, fullest: Group) -> _Places | None:
    """Return which step of a class stands at each of the fullest's: those that share most kinds."""
    own, theirs = group.layers[0].steps, fullest.layers[0].steps
    if group.layers[0].layer.layer_scalar != fullest.layers[0].layer.layer_scalar:
        return None
    later = any(lane.joins_after for step in chain(own, theirs) if step for lane in step.branches)
    if later and len(own) < len(theirs):
        return None
    best: list[tuple[int, _Places] | None] = [(0, ())] + [None] * len(own)
    # best[n]: of the first n steps of the class, which places they take among the fullest's so far.
    for place in range(len(theirs)):
        following: list[tuple[int, _Places] | None] = []
        for taken in range(len(own) + 1):
            ways = []
            if (before := best[taken]) is not None:
                ways.append((before[0], (*before[1], None)))
            if taken and (before := best[taken - 1]) is not None and _alike(own[taken - 1], theirs[place]):
                shared = _kinds(group, taken - 1) & _kinds(fullest, place)
                ways.append((before[0] + 1 + bool(shared), (*before[1], taken - 1)))
            following.append(max(ways, key=lambda way: way[0], default=None))
        best = following
    return best[-1][1] if best[-1] else None


def _kinds(group: Group, step: int) -> set[str]:
    return {view.kind for layer in group.distinct for view in layer.views[step]}


def _alike(one: Sublayer | None, other: Sublayer | None) -> bool:
    """Tell whether two steps are drawn alike but for their norms."""
    return one is not None and other is not None and _drawing(one) == _drawing(other)


def _drawing(step: Sublayer) -> tuple[object, ...]:
    return (
        tuple((lane.joins_after, lane.input_multiplier, lane.multiplier) for lane in step.branches),
        bool(step.sum_norm),
        step.conv_kernel,
        step.stream_multiplier,
        step.whole,
        any(isinstance(part, SharedBlock) for part in step.parts),
    )


def _step(group: Group, place: int | None) -> Sublayer | None:
    return None if place is None else group.layers[0].steps[place]


def _made(layer: Seen, places: _Places, apart: Sequence[bool], read: Sequence[bool], shape: int) -> Seen:
    """Return a layer with its steps at these places, and words where norms are `apart` or parts `read` so."""
    steps: list[Sublayer | None] = []
    views: list[tuple[View, ...]] = []
    for place, words, otherwise in zip(places, apart, read, strict=True):
        step = None if place is None else layer.steps[place]
        if place is None or step is None:
            steps.append(None)
            views.append(())
            continue
        parts = layer.views[place]
        where = placement((step,))
        said: list[Wordings] = [(where,)] if words and where != "no norm" else []
        said += [_APART] if otherwise and step.separate_inputs else []
        parts = tuple(part._replace(facts=(*part.facts, *said)) for part in parts)
        views.append(parts)
        steps.append(_bare(step) if words else step)
    return replace(layer, steps=tuple(steps), views=tuple(views), shape=shape)


def _bare(step: Sublayer) -> Sublayer:
    """Return a step without norms."""
    lanes = tuple(lane._replace(pre_norm=None, post_norm=None) for lane in step.branches)
    return step._replace(branches=lanes, pre_norm=None, post_norm=None, sum_norm=None)
