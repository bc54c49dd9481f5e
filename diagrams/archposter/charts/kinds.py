"""Which kinds of mixers and FFNs models are made of, quarter by quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from archposter.blocks.legend import KINDS
from archposter.charts.axes import Tick
from archposter.charts.plot import MARGIN, Drawing, Plot, Sheet, kinds
from archposter.charts.subject import FFNS, MIXERS, Subject
from archposter.charts.words import dated, percent
from archposter.scene import Point, Rect
from archposter.text.metrics import advance, cap_height
from archposter.theme import SMALL

_SLOTS: Final = {"mixers": MIXERS, "FFNs": FFNS}
_BETWEEN: Final = 34.0
_FEWEST: Final = 5
"""A quarter with fewer models is no end of a trend."""
_SCALE: Final = 64.0
"""Room at the left for the scale."""
_GAP: Final = 0.14
"""Between columns, of a column's width."""


@dataclass(frozen=True)
class Share:
    """The mean share of a kind among the mixers or FFNs of a quarter's models."""

    quarter: str
    models: int
    slot: str
    kind: str
    share: float


def rows(subjects: Sequence[Subject]) -> list[Share]:
    """Return every quarter with models, and each kind in it."""
    quarters: dict[str, list[Subject]] = {}
    for one in sorted((one for one in subjects if one.day), key=lambda one: (one.day, one.name)):
        assert one.day
        quarters.setdefault(f"{one.day.year} Q{(one.day.month + 2) // 3}", []).append(one)
    found = []
    for quarter, models in quarters.items():
        for slot, looks in _SLOTS.items():
            means = _means(models, looks)
            found += [Share(quarter, len(models), slot, kind, share) for kind, share in means.items()]
    return found


def _means(models: Sequence[Subject], looks: Sequence[str]) -> Mapping[str, float]:
    """Return the mean shares of the models that have such parts at all."""
    having = [one for one in models if any(kind in one.shares for kind in looks)]
    sums = {kind: sum(one.shares.get(kind, 0.0) for one in having) for kind in looks}
    return {kind: total / len(having) for kind, total in sums.items() if total}


def draw(subjects: Sequence[Subject], sheet: Sheet) -> Drawing:
    """Draw a column a quarter, of mixers above and of FFNs below."""
    found = rows(subjects)
    quarters = {one.quarter: one.models for one in found}
    pitch = (sheet.size.width - 2 * MARGIN - _SCALE) / len(quarters)
    counts = pitch >= 4 + max(advance(str(models), "regular", SMALL) for models in quarters.values())
    plot = Plot(
        sheet,
        _title(found),
        f"{dated(subjects)} Each model counts alike, whatever its size, and its layers by their number"
        f"{'; below each column is how many models it has' if counts else ''}. "
        "Quarters without a model are left out.",
        key=kinds(one.kind for one in found),
        left=_SCALE,
        foot=72.0,
    )
    area, half = plot.area, {}
    room = area.height - _BETWEEN
    half["mixers"] = Rect(area.x, area.y + 10, area.width, 0.62 * room)
    half["FFNs"] = Rect(area.x, half["mixers"].bottom + _BETWEEN, area.width, 0.38 * room - 10)
    for slot, rect in half.items():
        for tick in (Tick(0.0, "0 %"), Tick(0.5, "50 %"), Tick(1.0, "100 %")):
            y = rect.bottom - tick.at * rect.height
            plot.rule((Point(rect.x, y), Point(rect.right, y)))
            plot.canvas.text(rect.x - 8, y + 0.36 * SMALL, tick.words, fill=plot.theme.muted, align=1.0)
        plot.canvas.text(rect.x, rect.y - 8, f"of the {slot}", fill=plot.theme.muted)
        for place, quarter in enumerate(quarters):
            column = Rect(rect.x + (place + _GAP / 2) * pitch, rect.y, (1 - _GAP) * pitch, rect.height)
            _column(plot, column, [one for one in found if (one.quarter, one.slot) == (quarter, slot)])
    _quarters(plot, quarters, pitch, counts)
    return plot.finish(found)


def _column(plot: Plot, rect: Rect, shares: Sequence[Share]) -> None:
    bottom = rect.bottom
    for one in shares:
        height = one.share * rect.height
        part = Rect(rect.x, bottom - height, rect.width, height)
        plot.kind(part, one.kind)
        words = percent(one.share).removesuffix("\u00a0%")
        look = plot.look(one.kind)
        if height >= 24 and advance(words, "regular", SMALL) + 4 <= rect.width and not look.hatched:
            y = part.center_y + cap_height("regular", SMALL) / 2
            plot.canvas.text(part.center_x, y, words, fill=look.text, align=0.5)
        bottom -= height


def _quarters(plot: Plot, quarters: Mapping[str, int], pitch: float, counts: bool) -> None:
    """Write below each column its models, its quarter, and the year under the first of each."""
    area, end, year = plot.area, -1e9, ""
    for place, (quarter, models) in enumerate(quarters.items()):
        middle = area.x + (place + 0.5) * pitch
        if counts:
            plot.canvas.text(middle, area.bottom + 18, str(models), fill=plot.theme.muted, align=0.5)
        own, short = quarter.split()
        if pitch >= 30:
            plot.canvas.text(middle, area.bottom + 40, short, align=0.5)
        start = area.x + place * pitch + 2
        if own != year and start > end:
            plot.canvas.text(start, area.bottom + 62, own)
            end = start + advance(own, "regular", SMALL) + 8
            year = own


def _title(found: Sequence[Share]) -> str:
    quarters = list(dict.fromkeys(one.quarter for one in found if one.models >= _FEWEST))
    quarters = quarters or list(dict.fromkeys(one.quarter for one in found))
    first, last = quarters[0], quarters[-1]

    def shares(quarter: str) -> dict[str, float]:
        return {one.kind: one.share for one in found if one.quarter == quarter}

    now, before = shares(last), shares(first)
    if len(quarters) == 1:
        kind = max(MIXERS, key=lambda kind: now.get(kind, 0.0))
        return f"In {last} {percent(now.get(kind, 0.0))} of the mixers are {KINDS[kind][0]}"
    lost = min(MIXERS, key=lambda kind: now.get(kind, 0.0) - before.get(kind, 0.0))
    experts = now.get("moe", 0.0)
    said = f", and {percent(experts)} of the FFNs are mixtures of experts" if experts else ""
    was, is_ = percent(before.get(lost, 0.0)), percent(now.get(lost, 0.0))
    return f"{KINDS[lost][0].capitalize()} went from {was} of the mixers in {first} to {is_} in {last}{said}"
