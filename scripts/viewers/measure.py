"""Our files in other programs and pages against our own picture of them, as the tables of docs/embedding.md.

For each program the share of pixels that are off by more than 96 of 255, mean over some cards; of live text
also how many lines run into another one.  Lines are drawn in the program without the others near them:
where the ink of two, a pixel wider, meets, they overlap.
"""

from __future__ import annotations

import argparse
import io
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import TypeVar

import cairosvg
from drawing import ROOT, SIDE, VIEWERS, Draw, Viewer, draw
from pages import TREATMENTS, Treatment
from PIL import Image, ImageChops, ImageFilter

from archposter import load
from archposter.export.rows import Line, lines
from archposter.export.svg import to_svg
from archposter.kinds import TextMode
from archposter.pipeline import Picture
from archposter.scene import Box, Frame, Group, Item, Rect, Text

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
T = TypeVar("T", Viewer, Treatment)
FAR = 96
_NEAR = Rect(-160, -30, 320, 60)
"""How far around a line no other one is drawn with it: further than any font makes it grow."""
_GUIDE = ROOT / "docs" / "embedding.md"
_PROGRAMS = ("program", "live text", "lines that meet", "outlines", "`auto`, outlines", "PDF")
_PAGES = ("what is done to the card", "live text", "outlines", "`auto`")


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


# ---- the tables


def _files(style: str, text: TextMode) -> list[bytes]:
    return [card.svg(text).encode() for card in _cards(style)]


def _share(how: Draw, files: Sequence[bytes]) -> str:
    return f"{mean_off(how, files, _expected()):.2%}"


def _program(viewer: Viewer) -> list[str]:
    """Return the cells of a program; one of PDFs draws outlines as cairo's PDF has them."""
    live = meet = outlines = both = pdf = ""
    if viewer.svg:
        live, meet = _share(viewer.svg, _files("paper", "live")), str(overlaps(viewer.svg))
        outlines, both = (_share(viewer.svg, _files(style, "outlines")) for style in ("paper", "auto"))
    if viewer.pdf:
        pdf = _share(viewer.pdf, [card.pdf() for card in _cards("paper")])
        outlines = _share(viewer.pdf, [cairosvg.svg2pdf(file) for file in _files("paper", "outlines")])
    return [f"{viewer.name} {viewer.release()}", live, meet, outlines, both, pdf]


def _page(treatment: Treatment) -> list[str]:
    modes: tuple[tuple[str, TextMode], ...] = (("paper", "live"), ("paper", "outlines"), ("auto", "live"))
    shares = [_share(treatment.draw, _files(*mode)) for mode in modes]
    return [treatment.name, *shares]


def _measured(
    row: Callable[[T], list[str]], these: Iterable[T], names: tuple[str, ...]
) -> Iterator[list[str]]:
    """Yield the rows of those whose names begin so; say of what is not here, or does not work, why."""
    for each in these:
        if not each.name.startswith(names):
            continue
        if not each.is_here():
            print(f"SKIPPED: {each.name}: {each.needs} is not installed")
            continue
        try:
            yield row(each)
        except (subprocess.CalledProcessError, OSError) as error:
            said = getattr(error, "stderr", b"") or b""
            print(f"SKIPPED: {each.name}: {error} {said.decode(errors='replace')[-500:]}")


def _rows(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table as they are measured."""
    for cells in (columns, ["---", *["---:"] * (len(columns) - 1)]):
        yield f"| {' | '.join(cells)} |"
    for cells in rows:
        yield f"| {' | '.join(cells)} |"


def _write(name: str, rows: Iterable[str]) -> None:
    """Put a table into the guide, between its marks."""
    lines = []
    for line in rows:
        print(line, flush=True)
        lines.append(f"{line}\n")
    start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
    before, rest = _GUIDE.read_text(encoding="utf-8").split(start)
    _GUIDE.write_text(before + start + "".join(lines) + end + rest.split(end)[1], encoding="utf-8")


def main() -> None:
    """Measure in every program that is here, and write the tables; of some, by name, print them alone."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", help="measure what begins with these, and write nothing")
    names = tuple(parser.parse_args().names) or ("",)
    write = _write if names == ("",) else lambda _, rows: print(*rows, sep="\n")
    write("programs", _rows(_PROGRAMS, _measured(_program, VIEWERS, names)))
    write("pages", _rows(_PAGES, _measured(_page, TREATMENTS, names)))


if __name__ == "__main__":
    main()
