"""Our files in other programs against our own picture of them, as a table of docs/embedding.md.

For each program the share of pixels that are off by more than 96 of 255, mean over some cards; of live text
also how many lines run into another one.  Lines are drawn in the program without the others near them:
where the ink of two, a pixel wider, meets, they overlap.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageChops, ImageFilter

from archposter import load
from archposter.export.rows import Line, lines
from archposter.export.svg import to_svg
from archposter.pipeline import Picture
from archposter.scene import Box, Frame, Group, Item, Rect, Text
from viewers import ROOT, SIDE, VIEWERS, Draw, Viewer, draw

MODELS = (
    "deepseek-v3",
    "gemma-3-27b",
    "gpt-2-xl",
    "gpt-oss-20b",
    "kimi-linear-48b-a3b",
    "nemotron-3-nano-30b-a3b",
    "olmo-2-7b",
    "qwen3-next-80b-a3b",
)
FAR = 96
_NEAR = Rect(-160, -30, 320, 60)
"""How far around a line no other one is drawn with it: further than any font makes it grow."""
_PAGE = ROOT / "docs" / "embedding.md"
_COLUMNS = ("live text", "lines that meet", "outlines", "`auto`, outlines", "PDF")
_START, _END = "<!-- programs -->\n", "<!-- /programs -->\n"


def off(shown: Image.Image, expected: Image.Image) -> float:
    """Return the share of the pixels that are far from what is expected in any channel."""
    red, green, blue = ImageChops.difference(shown, expected).split()
    worst = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return sum(worst.histogram()[FAR + 1 :]) / (expected.width * expected.height)


def mean_off(how: Draw, files: Sequence[bytes], expected: Sequence[Image.Image]) -> float:
    """Return the mean share over some files."""
    shares = [off(*pair) for pair in zip(draw(how, files), expected, strict=True)]
    return sum(shares) / len(shares)


@cache
def _cards(style: str) -> list[Picture]:
    return [load(name).card(style) for name in MODELS]


@cache
def _expected() -> list[Image.Image]:
    return [Image.open(io.BytesIO(card.png(SIDE))).convert("RGB") for card in _cards("paper")]


# ---- lines that run into one another


def _texts(items: Sequence[Item]) -> list[Line]:
    plain = [part for item in items for part in (item.items if isinstance(item, Group) else (item,))]
    return [line for line in lines(plain) if isinstance(line, Line)]


def _room(line: Line) -> Rect:
    first = line.texts[0]
    return Rect(
        first.x + _NEAR.x, first.y - first.size + _NEAR.y, line.width + _NEAR.width, first.size + _NEAR.height
    )


def _apart(found: Sequence[Line]) -> list[list[Line]]:
    """Return the lines in as few groups as a greedy choice finds, none near another of its group."""
    groups: list[list[Line]] = []
    for line in found:
        free = (group for group in groups if not any(_room(line).overlaps(_room(other)) for other in group))
        group = next(free, None)
        if group is None:
            groups.append([line])
        else:
            group.append(line)
    return groups


def _alone(texts: Sequence[Text], frame: Frame) -> bytes:
    ground = Box(Rect(0, 0, *frame.size), fill="#FFFFFF")
    dark = (text._replace(fill="#000000") for text in texts)
    return to_svg(Frame(frame.size, (ground, *dark), "x")).encode()


def overlaps(how: Draw) -> int:
    """Return how many pairs of layers of lines meet in the program, over all cards."""
    count = 0
    for card in _cards("paper")[:4]:
        groups = _apart(_texts(card.frame.items))
        sheets = [_alone([text for line in group for text in line.texts], card.frame) for group in groups]
        inks = [
            sheet.convert("L").point(lambda level: 255 if level < 128 else 0).filter(ImageFilter.MaxFilter(3))
            for sheet in draw(how, sheets)
        ]
        for number, ink in enumerate(inks):
            count += sum(ImageChops.multiply(ink, other).getbbox() is not None for other in inks[:number])
    return count


# ---- the table


def _row(viewer: Viewer) -> str:
    cells = [""] * len(_COLUMNS)
    if viewer.svg:
        for place, files in enumerate(
            (
                [card.svg().encode() for card in _cards("paper")],
                [card.svg("outlines").encode() for card in _cards("paper")],
                [card.svg("outlines").encode() for card in _cards("auto")],
            )
        ):
            cells[(0, 2, 3)[place]] = f"{mean_off(viewer.svg, files, _expected()):.2%}"
        cells[1] = str(overlaps(viewer.svg))
    if viewer.pdf:
        cells[4] = f"{mean_off(viewer.pdf, [card.pdf() for card in _cards('paper')], _expected()):.2%}"
    return f"| {viewer.name} {viewer.release()} | {' | '.join(cells)} |"


def main() -> None:
    """Measure in every program that is here, and write the table."""
    here = [viewer for viewer in VIEWERS if viewer.is_here()]
    for viewer in VIEWERS:
        if viewer not in here:
            print(f"SKIPPED: {viewer.name} is not installed")
    rows = [
        f"| program | {' | '.join(_COLUMNS)} |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for viewer in here:
        rows.append(_row(viewer))
        print(rows[-1], flush=True)
    text = _PAGE.read_text(encoding="utf-8")
    before, rest = text.split(_START)
    after = rest.split(_END)[1]
    _PAGE.write_text(before + _START + "\n".join(rows) + "\n" + _END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
