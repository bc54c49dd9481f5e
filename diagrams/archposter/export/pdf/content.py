"""Items to the operators of a PDF content stream, in a space with y downwards (ISO 32000-1, annex A)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import assert_never

from archposter.export.pdf.inks import Inks
from archposter.scene import ARC, Box, Group, Item, Link, Path, Rect, Text, decimal, rounded
from archposter.text.metrics import advances, table


class Content:
    """Writes items: `show` gives a text's font runs and `store` puts a keyed group apart, once."""

    def __init__(
        self,
        inks: Inks,
        show: Callable[[Text], Iterable[tuple[str, list[str]]]],
        store: Callable[[Group, float], str],
    ) -> None:
        self._inks = inks
        self._show = show
        self._store = store

    def operators(self, items: Iterable[Item], scale: float = 1.0) -> Iterator[str]:
        """Yield operators that draw the items in order; a unit of theirs is `scale` points on the page."""
        for item in items:
            match item:
                case Box():
                    yield from self._painted(item, _outline(item.rect, item.radius))
                case Path():
                    yield from self._painted(item, _commands(item))
                case Text():
                    yield self._text(item, scale)
                case Group():
                    inner, x, y = f"{item.scale:.6g}", rounded(item.x), rounded(item.y)
                    yield f"q {inner} 0 0 {inner} {x:g} {y:g} cm"
                    if item.key:
                        yield f"/{self._store(item, scale * item.scale)} Do"
                    else:
                        yield from self.operators(item.items, scale * item.scale)
                    yield "Q"
                case Link():
                    pass
                case _:
                    assert_never(item)

    def _painted(self, item: Box | Path, outline: str) -> Iterator[str]:
        if item.fill:
            yield self._inks.filling(item.fill)
        if item.stroke:
            yield self._inks.stroking(item.stroke)
            yield f"{rounded(item.stroke_width):g} w [{' '.join(map(decimal, item.dash))}] 0 d"
        if item.fill or item.stroke:
            yield outline
            yield "B" if item.fill and item.stroke else "f" if item.fill else "S"

    def _text(self, text: Text, scale: float) -> str:
        """Show one line glyph by glyph, with the kerning that a plain string lacks."""
        metrics = table(text.face)
        thousandth = metrics.units_per_em / 1000
        fill = self._inks.writing(text.fill, text.size * scale)
        parts = [f"{fill} BT 1 0 0 -1 {decimal(text.x)} {decimal(text.y)} Tm"]
        steps = iter(zip(text.text, advances(text.text, text.face), strict=True))
        for font, codes in self._show(text):
            line = ""
            for code in codes:
                character, step = next(steps)
                shift = rounded((metrics.advances[character] - step) / thousandth)
                line += f"({code}){shift or ''}"
            parts.append(f"/{font} {decimal(text.size)} Tf [{line.replace(')(', '')}] TJ")
        shown = " ".join((*parts, "ET"))
        return f"q {shown} Q" if " gs " in fill else shown


def _commands(path: Path) -> str:
    names = {"M": "m", "L": "l", "C": "c", "Z": "h"}
    return " ".join(" ".join((*map(decimal, numbers), names[verb])) for verb, numbers in path.commands)


def _outline(rect: Rect, radius: float) -> str:
    radius = min(radius, rect.width / 2, rect.height / 2)
    if not radius:
        return f"{decimal(rect.x)} {decimal(rect.y)} {decimal(rect.width)} {decimal(rect.height)} re"
    left, top, right, bottom = rect.x, rect.y, rect.right, rect.bottom
    handle = radius * (1 - ARC)
    path = [f"{decimal(left + radius)} {decimal(top)} m"]
    for x, y, dx, dy in (
        (right, top, -1, 0),
        (right, bottom, 0, -1),
        (left, bottom, 1, 0),
        (left, top, 0, 1),
    ):
        # Each side ends `radius` before its corner (x, y); the arc then leaves at a right angle.
        start = (x + dx * radius, y + dy * radius)
        end = (x + dy * radius, y - dx * radius)
        near = (x + dx * handle, y + dy * handle)
        far = (x + dy * handle, y - dx * handle)
        path.append(" ".join((*map(decimal, start), "l", *map(decimal, (*near, *far, *end)), "c")))
    return " ".join((*path, "h"))
