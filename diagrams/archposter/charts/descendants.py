"""What a model has that its landmark has not, as a strip of a page: its name, what differs, its layers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from math import sqrt
from typing import Final

from archposter import units
from archposter.blocks.strip import strip
from archposter.charts.subject import Subject
from archposter.charts.words import month
from archposter.layout.canvas import Canvas
from archposter.layout.layers import draw_layers
from archposter.relate.nearest import Known, corpus, index, parse
from archposter.relate.unlike import unlike
from archposter.scene import Frame, Rect, Size
from archposter.text.metrics import advance, cap_height
from archposter.text.wrap import fit, wrap
from archposter.theme import HEAD, SMALL, TITLE, Theme

WIDTH: Final = 1000.0
"""As wide as a card, so that both have one scale in a column."""
HEADING: Final = 3 * TITLE
_SIDE: Final = 270.0
"""Of the width: where sizes and layers stand."""
_GAP: Final = 24.0
_LINE: Final = 24.0
_LAYERS: Final = 22.0
_MOST_LINES: Final = 3
_MOST_SIZES: Final = 4
_KIND: Final = 2.0
"""What a new kind of part counts beside another mechanism."""
_FOOT: Final = 12.0


def known(landmark: Subject) -> Known:
    """Return a landmark as what others are compared with."""
    return parse(index({landmark.name: landmark.arch})).models[0]


def strip_frame(subject: Subject, others: Sequence[str], landmark: Known | None, theme: Theme) -> Frame:
    """Return the strip of a model, and of `others` of its architecture by name, beside a landmark if any."""
    canvas = Canvas(theme, subject.arch.family)
    room = WIDTH - _SIDE - _GAP
    name, ink = fit(subject.arch.title, "semibold", HEAD, room), canvas.accent.ink
    canvas.text(0.0, _LINE - 6, name, face="semibold", size=HEAD, fill=ink, role="name")
    y = 2 * _LINE - 6
    for line in (*_same(others, room), *(_differences(subject, landmark, room) if landmark else ())):
        canvas.text(0.0, y, line)
        y += _LINE
    counts = subject.facts.parameters
    said = list(dict.fromkeys((units.count(counts.total), units.count(counts.active))))
    if subject.day:
        said.append(month(subject.day, short=True))
    canvas.text(WIDTH, _LINE - 6, " · ".join(said), fill=theme.muted, align=1.0)
    draw_layers(canvas, Rect(WIDTH - _SIDE, _LINE + 4, _SIDE, _LAYERS), strip(subject.arch))
    high = max(y - _LINE + 6, _LINE + 4 + _LAYERS) + _FOOT
    canvas.box(Rect(0.0, high - 1.0, WIDTH, 1.0), theme.looks["model"].stroke, radius=0, role="rule")
    return Frame(Size(WIDTH, high), tuple(canvas.items), subject.arch.title)


def _same(others: Sequence[str], room: float) -> tuple[str, ...]:
    return wrap(f"= {', '.join(others)}", "regular", SMALL, room) if others else ()


def _differences(subject: Subject, landmark: Known, room: float) -> tuple[str, ...]:
    """Return what differs in a few lines: what is new, what is gone, then sizes while there is room."""
    found = unlike(subject.arch, landmark, corpus(), subject.signature)
    signed = (("+", found.new), ("−", found.gone))
    parts = [f"{sign} {', '.join(names)}" for sign, names in signed if names]
    if not parts and not found.sizes:
        return (f"= {landmark.title}",)
    for many in range(_MOST_SIZES, -1, -1):
        said = filter(None, (*parts, ", ".join(found.sizes[:many])))
        lines = [line for part in said for line in wrap(part, "regular", SMALL, room)]
        if len(lines) <= _MOST_LINES:
            return tuple(lines)
    return (*lines[: _MOST_LINES - 1], fit(" ".join(lines[_MOST_LINES - 1 :]), "regular", SMALL, room))


def heading_frame(words: str, theme: Theme) -> Frame:
    """Return a heading, three times as large as the title of a card where it is short enough."""
    size = min(HEADING, HEADING * WIDTH / advance(words, "display", HEADING))
    canvas = Canvas(theme, "")
    canvas.text(0.0, cap_height("display", size) + 30, words, face="display", size=size, role="heading")
    return Frame(Size(WIDTH, cap_height("display", size) + 60), tuple(canvas.items), words)


def again_frame(words: str, theme: Theme) -> Frame:
    """Return the line above what goes on in another column."""
    canvas = Canvas(theme, "")
    canvas.text(0.0, _LINE - 6, f"{words}, continued", face="semibold", size=HEAD, fill=theme.muted)
    return Frame(Size(WIDTH, _LINE + 12), tuple(canvas.items), words)


def telling(
    landmark: Subject, before: Subject | None, below: Iterable[Subject], said: Collection[str]
) -> str:
    """Return what a landmark brought: of what it has and `before` has not, what most models below it have.

    Kinds of parts count more, and what few others have; what was `said` before is not said again.  Without a
    landmark before it is the year, if there is one.
    """
    own, titles = landmark.signature
    if before is None:
        return str(landmark.day.year) if landmark.day else landmark.arch.family
    had = before.signature[0]
    new = (own.mechanisms | own.kinds.keys()) - had.mechanisms - had.kinds.keys()
    models, of = [one.signature[0] for one in below], corpus()

    def weight(path: str) -> tuple[float, str]:
        many = sum(path in one.mechanisms or path in one.kinds for one in models)
        kind = _KIND if path in own.kinds or path.startswith("mixer/variant=") else 1.0
        return kind * many * sqrt(max(0.0, of.rarity(path))), path

    for path in sorted(new, key=weight, reverse=True):
        words = titles[path][0].upper() + titles[path][1:]
        if words not in said and advance(words, "display", HEADING) <= WIDTH:
            return words
    return landmark.arch.family
