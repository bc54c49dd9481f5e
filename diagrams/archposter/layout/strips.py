"""The two strips below the tower: the layer map and the facts."""

from __future__ import annotations

from collections.abc import Sequence

from archposter.blocks.tree import Figure, LayerMap, Legend, MapCell, Wordings
from archposter.layout.canvas import Canvas
from archposter.scene import Rect
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import fit
from archposter.theme import NUMBER, SMALL

_MAP_HEIGHT = 86.0
FACTS_HEIGHT = 70.0
_LINE = 24.0
_SWATCH = 15.0
_LEAD_GAP = 24.0
_LEAD = 0.4  # what a name before the legend may take, of the width
_END_GAP = 7.0
_LEAST_BAR = 48.0
_LEAST_GAP, _MOST_GAP = 14.0, 26.0  # between the legend's entries


def map_height(layer_map: LayerMap, width: float, lead: str = "") -> float:
    """Return how high the map is with its legend in as many rows as that needs."""
    return _MAP_HEIGHT + _LINE * (len(_rows(layer_map, width - _indent(lead, width))) - 1)


def _indent(lead: str, width: float) -> float:
    return advance(_lead(lead, width), "semibold", SMALL) + _LEAD_GAP if lead else 0.0


def _lead(lead: str, width: float) -> str:
    return fit(lead, "semibold", SMALL, width * _LEAD)


def draw_map(canvas: Canvas, layer_map: LayerMap, rect: Rect, lead: str = "", scale: int = 0) -> None:
    """Draw legend, one column a layer with its sublayers from below, and the pattern in words.

    `lead` stands before the legend; `scale` is how many columns would fill the width, all by default.
    """
    indent = _indent(lead, rect.width)
    if lead:
        y = rect.y + _LINE / 2 + cap_height("semibold", SMALL) / 2
        canvas.text(rect.x, y, _lead(lead, rect.width), face="semibold", fill=canvas.accent.ink)
    rows = _rows(layer_map, rect.width - indent)
    for number, entries in enumerate(rows):
        _legend(canvas, entries, Rect(rect.x + indent, rect.y + number * _LINE, rect.width - indent, _LINE))
    above = _LINE * len(rows)
    strip = Rect(rect.x, rect.y + above + 3, rect.width, rect.height - above - _LINE - 6)
    pitch = strip.width / (scale or len(layer_map.columns))
    gap = min(3.0, pitch * 0.18)
    places: dict[tuple[int, int, MapCell], list[Rect]] = {}
    for number, column in enumerate(layer_map.columns):
        height = strip.height / len(column)
        for level, cell in enumerate(column):
            square = Rect(
                strip.x + number * pitch + gap / 2,
                strip.bottom - (level + 1) * height,
                pitch - gap,
                height - (1.5 if level else 0.0),
            )
            places.setdefault((len(column), level, cell), []).append(square)
    # Equals after one another: what repeats in equal steps is what a writer can store once.
    for (_, _, cell), squares in places.items():
        _cells(canvas, cell, squares, "layer")
    line = Rect(rect.x, rect.bottom - _LINE, rect.width, _LINE)
    last = str(len(layer_map.columns))
    muted = canvas.theme.muted
    if scale:
        y = line.center_y + cap_height("regular", SMALL) / 2
        side = canvas.text(line.x, y, f"layers 1 to {last}", fill=muted)
        words = Rect(line.x + side + _LEAD_GAP, line.y, line.width - side - _LEAD_GAP, line.height)
        canvas.label(words, layer_map.pattern, align=0.0)
        return
    canvas.label(line, ("layer 1",), fill=muted, align=0.0)
    canvas.label(line, (last,), fill=muted, align=1.0)
    side = advance("layer 1", "regular", SMALL) + 16
    canvas.label(Rect(line.x + side, line.y, line.width - 2 * side, line.height), layer_map.pattern)


def _cells(canvas: Canvas, cell: MapCell, rects: Sequence[Rect], role: str) -> None:
    """Draw boxes of one kind, then their marks."""
    look = canvas.look(cell.look)
    for rect in rects:
        radius = min(2.5, rect.width / 3)
        canvas.box(rect, look.fill, look.stroke, width=0.8, radius=radius, role=role, look=cell.look)
        if look.hatched:
            canvas.hatch(rect, look.text)
    for mark in range(cell.mark):
        for rect in rects:
            side = min(4.0, rect.width * 0.6, rect.height / (1.5 * cell.mark + 0.5))
            y = rect.center_y - side / 2 + (mark - (cell.mark - 1) / 2) * side * 1.5
            canvas.box(Rect(rect.center_x - side / 2, y, side, side), look.text, radius=0, role="mark")


def _rows(layer_map: LayerMap, width: float) -> list[tuple[Legend, ...]]:
    """Return the legend in one row, or in two where its shortest words need them."""
    entries = layer_map.legend
    least = sum(advance(_texts(entry)[-1], "regular", SMALL) + _SWATCH + 8 for entry in entries)
    if least + _LEAST_GAP * (len(entries) - 1) <= width:
        return [entries]
    middle = (len(entries) + 1) // 2
    return [entries[:middle], entries[middle:]]


def _texts(entry: Legend) -> Wordings:
    return tuple(f"{entry.times} {words}" for words in entry.wordings)


def _legend(canvas: Canvas, legend: Sequence[Legend], line: Rect) -> None:
    entries = [(entry.cell, _texts(entry)) for entry in legend]
    longest = sum(advance(wordings[0], "regular", SMALL) for _, wordings in entries)
    swatches = len(entries) * (_SWATCH + 8)
    gap = (line.width - swatches - longest) / max(1, len(entries) - 1)
    gap = min(_MOST_GAP, max(_LEAST_GAP, gap))
    room = line.width - swatches - (len(entries) - 1) * gap
    words = _shortened([wordings for _, wordings in entries], room)
    x = line.x
    for (cell, _), word in zip(entries, words, strict=True):
        _cells(canvas, cell, [Rect(x, line.center_y - _SWATCH / 2, _SWATCH, _SWATCH)], "swatch")
        x += _SWATCH + 8
        x += canvas.text(x, line.center_y + cap_height("regular", SMALL) / 2, word) + gap


def _shortened(entries: Sequence[Wordings], room: float) -> list[str]:
    """Return a wording an entry; where all do not fit, the widest are shortened first."""
    level = [0] * len(entries)
    while True:
        widths = [advance(e[n], "regular", SMALL) for e, n in zip(entries, level, strict=True)]
        longer = [n for n, entry in enumerate(entries) if level[n] + 1 < len(entry)]
        if sum(widths) <= room or not longer:
            return [entry[n] for entry, n in zip(entries, level, strict=True)]
        level[max(longer, key=lambda n: (widths[n], -n))] += 1


def draw_facts(canvas: Canvas, figures: Sequence[Figure], rect: Rect) -> None:
    """Draw the facts side by side, ruled off from one another; where room is scarce, some in fewer words."""
    figures, widths = list(figures), [_facts_width(figure) for figure in figures]
    for _ in figures:
        if sum(widths) + _LEAST_GAP * (len(figures) - 1) <= rect.width:
            break
        saved = [w - _facts_width(_shortest(figure)) for figure, w in zip(figures, widths, strict=True)]
        place = saved.index(max(saved))
        figures[place] = _shortest(figures[place])
        widths[place] -= saved[place]
    gap = (rect.width - sum(widths)) / max(1, len(figures) - 1)
    x = rect.x
    for number, (figure, width) in enumerate(zip(figures, widths, strict=True)):
        if number:
            middle = x - gap / 2
            canvas.box(
                Rect(middle - 0.5, rect.y + 4, 1.0, rect.height - 8),
                canvas.look("model").stroke,
                radius=0,
                role="rule",
            )
        _fact(canvas, figure, Rect(x, rect.y, width, rect.height))
        x += width + gap


def _shortest(figure: Figure) -> Figure:
    """Return a fact in its wordings for scarce room."""
    return figure._replace(label=figure.label[-1:], above=figure.above[-1:], beside=figure.beside[-1:])


def _facts_width(figure: Figure) -> float:
    words = [advance(text, "regular", SMALL) for text in (figure.label[0], figure.above[0])]
    ends = sum(advance(end, "regular", SMALL) + _END_GAP for end in figure.ends or ())
    bar = ends + _LEAST_BAR if figure.level is not None else 0.0
    number = advance(figure.number, "semibold", NUMBER)
    if figure.beside[0]:
        number += _END_GAP + advance(figure.beside[0], "regular", SMALL)
    return max(number, *words, bar)


def _fact(canvas: Canvas, figure: Figure, rect: Rect) -> None:
    """Draw a number and its two lines; a bar in the first one may have numbers at its ends."""
    muted = canvas.theme.muted
    width = canvas.text(rect.x, rect.y + 24, figure.number, face="semibold", size=NUMBER)
    if figure.beside[0]:
        canvas.text(rect.x + width + _END_GAP, rect.y + 24, figure.beside[0], fill=muted)
    canvas.text(rect.x, rect.bottom - 4, figure.label[0], fill=muted)
    middle = rect.bottom - 24
    if figure.level is None:
        canvas.text(rect.x, middle, figure.above[0], fill=muted)
        return
    left, right = rect.x, rect.right
    if figure.ends:
        low, high = figure.ends
        left += canvas.text(left, middle, low, fill=muted) + _END_GAP
        right -= advance(high, "regular", SMALL) + _END_GAP
        canvas.text(right + _END_GAP, middle, high, fill=muted)
    track = Rect(left, middle - 9, right - left, 6)
    look = canvas.look("empty")
    canvas.box(track, look.fill, look.stroke, width=0.8, radius=3, role="bar")
    if figure.level > 0:
        filled = Rect(track.x, track.y, max(6.0, track.width * figure.level), track.height)
        canvas.box(filled, canvas.accent.ink, radius=3, role="bar")
