"""Every text and every line that means something can be read on what is really behind it (WCAG 2.1 AA).

Each picture is drawn once, with the places of a style for colours ("looks.full.fill"); what then stands on
what is looked up in every style.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path as File

import pytest

from archposter import bundled, load
from archposter.blocks.card import card
from archposter.blocks.diff import diff
from archposter.layout.card import card_frame
from archposter.layout.diff import diff_frame
from archposter.layout.figure import figure_frame
from archposter.scene import Box, Color, Frame, Path, Text
from archposter.text.metrics import ink
from archposter.theme import LOOKS, Accent, Look, Theme, load_theme
from configs import CORPUS, SLUGS
from quick import sampled
from vision import contrast

SINGLE = ("ink", "mono", "paper")
TEXT, LINE = 4.5, 3.0
LINES = ("flow", "leader", "connector", "arrow")
COMPARED = (("deepseek-v4-pro", "deepseek-v3-2"), ("qwen3-next-80b-a3b", "gemma-3-27b"))
ORNAMENTS = ("model", "inset", "empty", "card")
"""Frames that only gather what is spaced apart anyway, and the squares of what is not chosen: their outlines
may be fainter."""


def places() -> Theme:
    words = {name: name for name in ("ink", "muted", "flow", "quiet")}
    looks = {role: Look(*(f"looks.{role}.{part}" for part in ("fill", "stroke", "text"))) for role in LOOKS}
    accents = tuple(Accent(f"accents.{i}.ink", f"accents.{i}.tint") for i in range(8))
    sides = tuple(Accent(f"sides.{i}.ink", f"sides.{i}.tint") for i in range(2))
    card = Look("card.fill", "card.stroke", "ink")
    return Theme("places", card, **words, looks=looks, sides=sides, accents=accents)


def color(style: str, place: str) -> Color:
    theme = load_theme(style, bundled.style_path(style))
    head, *rest = place.split(".")
    match head, rest:
        case "looks", [role, part]:
            found: Color = getattr(theme.looks[role], part)
        case "sides", [number, part]:
            found = getattr(theme.sides[int(number)], part)
        case "accents", [number, part]:
            found = getattr(theme.accents[int(number) % len(theme.accents)], part)
        case _:
            found = getattr(getattr(theme, head), rest[0]) if rest else getattr(theme, head)
    return found


def sources() -> Iterator[str | File]:
    yield from sampled(bundled.spec_names())
    yield from (CORPUS / "configs" / f"{slug}.json" for slug in sampled(SLUGS[::6]))
    yield from sorted((CORPUS / "kinds").glob("*.yaml"))


@cache
def pairs() -> tuple[dict[tuple[str, str], str], dict[tuple[str, str, str], str]]:
    """Which text stands on which ground, which line or outline with which fill on which; and where."""
    texts: dict[tuple[str, str], str] = {}
    lines: dict[tuple[str, str, str], str] = {}
    for source in sources():
        model = load(source, lenient=True)
        drawn = card(model.arch, model.facts())
        for frame in (card_frame(drawn, places()), figure_frame(drawn, places())):
            for pair, what in on_grounds(frame):
                where = f"{model.slug}: {what}"
                if len(pair) == 2:
                    texts.setdefault(pair, where)
                else:
                    lines.setdefault(pair, where)
    for first, second in COMPARED:
        one, other = load(first), load(second)
        compared = one.compare(other)
        facts = one.facts(compared.tokens), other.facts(compared.tokens)
        frame = diff_frame(diff((one.arch, other.arch), facts, compared), places())
        for pair, what in on_grounds(frame):
            (texts if len(pair) == 2 else lines).setdefault(pair, f"{first} and {second}: {what}")
    return texts, lines


def on_grounds(frame: Frame) -> Iterator[tuple[tuple, str]]:
    filled: list[Box] = []

    def ground(x: float, y: float) -> str:
        under = (
            box
            for box in reversed(filled)
            if box.rect.x <= x <= box.rect.right and box.rect.y <= y <= box.rect.bottom
        )
        return str(next(under).fill)

    for item in frame.items:
        if isinstance(item, Text):
            box = ink(item.text, item.face, item.size)
            assert box is not None
            for share in (0.02, 0.5, 0.98):
                x, y = item.x + box.x + share * box.width, item.y + box.y + box.height / 2
                yield (item.fill, ground(x, y)), item.text
        elif isinstance(item, Path) and item.role in LINES:
            # Half-way: a line begins and ends on the border of a box.
            ends = [numbers[-2:] for _, numbers in item.commands if numbers]
            for (x0, y0), (x1, y1) in pairwise(ends):
                yield (item.stroke or item.fill, "", ground((x0 + x1) / 2, (y0 + y1) / 2)), item.role
        elif isinstance(item, Box):
            if item.stroke and filled:
                yield (item.stroke, item.fill or "", ground(item.rect.x, item.rect.center_y)), item.role
            if item.fill:
                filled.append(item)


@pytest.mark.parametrize("style", SINGLE)
def test_texts(style: str) -> None:
    low = {
        pair: f"{ratio:.2f} at {where}"
        for pair, where in pairs()[0].items()
        if (ratio := contrast(color(style, pair[0]), color(style, pair[1]))) < TEXT
    }
    assert low == {}


@pytest.mark.parametrize("style", SINGLE)
def test_lines_and_outlines(style: str) -> None:
    """A line, or the outline or else the fill of a box, stands out from what is around it."""
    low = {}
    for (stroke, fill, ground), where in pairs()[1].items():
        if stroke.split(".")[1:2] and stroke.split(".")[-2] in ORNAMENTS:
            continue
        ratio = max(contrast(color(style, own), color(style, ground)) for own in (stroke, fill) if own)
        if ratio < LINE:
            low[stroke, fill, ground] = f"{ratio:.2f} at {where}"
    assert low == {}


def test_all_kinds_of_places_were_seen() -> None:
    texts, lines = pairs()
    assert len(texts) > 30
    assert {role for role in LOOKS if (f"looks.{role}.text", f"looks.{role}.fill") in texts} >= {
        *("full", "sliding", "latent", "linear", "ssm", "dense", "moe"),
    }
    assert ("flow", "", "looks.model.fill") in lines
    assert {
        ("sides.0.ink", "card.fill"),
        ("sides.1.ink", "card.fill"),
        ("sides.1.ink", "sides.1.tint"),
    } <= set(texts)
    assert {("sides.0.ink", "", "card.fill"), ("sides.1.ink", "", "card.fill")} <= set(lines)
