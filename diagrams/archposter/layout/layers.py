"""A model's layers in the shortest form: a strip, the kinds of mixers above those of FFNs."""

from __future__ import annotations

from itertools import groupby

from archposter.blocks.strip import Looks
from archposter.layout.canvas import Canvas
from archposter.scene import Command, Path, Rect


def draw_layers(canvas: Canvas, rect: Rect, layers: tuple[Looks, ...]) -> None:
    """Draw every layer in order, the kinds of its mixers above those of its FFNs."""
    pitch, half = rect.width / len(layers), rect.height / 2
    runs: dict[str, list[Rect]] = {}
    for slot in (0, 1):
        start = 0
        for looks, group in groupby(dict.fromkeys(layer[slot]) for layer in layers):
            many = len(list(group))
            for level, look in enumerate(looks):
                high = (half - 1.0) / len(looks)
                y = rect.y + slot * (half + 1.0) + level * high
                runs.setdefault(look, []).append(Rect(rect.x + start * pitch, y, many * pitch, high))
            start += many
    for look, rects in runs.items():
        paint = canvas.look(look)
        commands: list[Command] = []
        for one in rects:
            corners = ((one.x, one.y), (one.right, one.y), (one.right, one.bottom), (one.x, one.bottom))
            commands += [("L" if n else "M", corner) for n, corner in enumerate(corners)]
            commands.append(("Z", ()))
        canvas.items.append(Path(tuple(commands), paint.fill, paint.stroke, 0.5, role="layers"))
        if paint.hatched:
            for one in rects:
                canvas.hatch(one, paint.text)
