"""The colours and fonts of pages, as CSS: those of the cards, so that pictures and text are of one piece."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archposter.export.svg import family, paired, text_rules
from archposter.scene import Pair
from archposter.site.page import Page
from archposter.text.faces import BASIC, FALLBACK, FOLDER, POSTSCRIPT_NAMES, WEIGHTS
from archposter.theme import Theme

FOLDER_OF_FONTS = "assets/fonts"
_FAMILY = "archposter"


def palette(colors: Theme) -> str:
    """Return the style sheet of a theme that pairs light and dark: variables, fonts, classes of pictures."""
    return "\n".join((*_faces(), *_variables(colors), *_classes(colors))) + "\n"


def fonts() -> list[Page]:
    """Return the font files that pages and the cards on them share."""
    return [Page(f"{FOLDER_OF_FONTS}/{file.name}", file.read_bytes()) for file in _files()] + [
        Page(f"{FOLDER_OF_FONTS}/OFL.txt", (FOLDER / "OFL.txt").read_bytes())
    ]


def embedded() -> str:
    """Return the faces with the fonts inside, for pictures that leave the site."""
    rules = []
    for face, name in POSTSCRIPT_NAMES.items():
        data = base64.b64encode((FOLDER / f"{name}.woff2").read_bytes()).decode()
        about = f"font-family:{_FAMILY};font-weight:{WEIGHTS[face]}"
        rules.append(f"@font-face{{{about};src:url(data:font/woff2;base64,{data})}}")
    return "".join(rules)


def _files() -> list[Path]:
    names = [f"{name}{part}.woff2" for name in POSTSCRIPT_NAMES.values() for part in ("", "-basic")]
    return [FOLDER / name for name in names]


def _faces() -> Iterator[str]:
    """Yield the faces: of the two files of each the small one is enough for nearly every page."""
    names = []
    for face, name in POSTSCRIPT_NAMES.items():
        basic = ",".join(f"U+{ord(character):X}" for character in sorted(BASIC[face]))
        for part, span in (("", ""), ("-basic", f";unicode-range:{basic}")):
            source = f"src:url(fonts/{name}{part}.woff2) format('woff2')"
            rules = f"font-family:{_FAMILY};font-weight:{WEIGHTS[face]};font-display:swap"
            yield f"@font-face{{{rules};{source}{span}}}"
            kind = family(FOLDER / f"{name}{part}.woff2")
            names.append(f".{kind}")
            yield f".{kind}{{font-weight:{WEIGHTS[face]}}}"
    yield f"{','.join(names)}{{font-family:{_FAMILY},{FALLBACK}}}"
    yield text_rules(name.removeprefix(".") for name in names)
    yield f":root{{--sans:{_FAMILY},{FALLBACK}}}"


def _variables(colors: Theme) -> Iterator[str]:
    said: dict[str, Any] = {
        "card": colors.card.fill,
        "card-line": colors.card.stroke,
        "ink": colors.ink,
        "muted": colors.muted,
        "flow": colors.flow,
        "quiet": colors.quiet,
    }
    for name, look in colors.looks.items():
        said |= {f"{name}": look.fill, f"{name}-line": look.stroke, f"{name}-text": look.text}
    for name, side in zip(("left", "right"), colors.sides, strict=True):
        said |= {f"{name}": side.ink, f"{name}-tint": side.tint}
    rules = ";".join(f"--{name}:light-dark({color.light},{color.dark})" for name, color in said.items())
    yield f":root{{{rules}}}"
    for place, accent in enumerate(colors.accents):
        pairs = (("accent", accent.ink), ("tint", accent.tint))
        rules = ";".join(f"--{name}:light-dark({_of(pair).light},{_of(pair).dark})" for name, pair in pairs)
        yield f".accent-{place}{{{rules}}}"


def _of(color: Any) -> Pair:
    assert isinstance(color, Pair)
    return color


def _classes(colors: Theme) -> Iterator[str]:
    """Yield the colours of pictures; of one element alone, since what is drawn by reference sees no page."""
    for color in sorted(set(_pairs(colors))):
        for name in ("fill", "stroke"):
            yield f".{paired(name, color)}{{{name}:light-dark({color.light},{color.dark})}}"


def _pairs(value: Any) -> Iterator[Pair]:
    match value:
        case Pair():
            yield value
        case dict():
            for entry in value.values():
                yield from _pairs(entry)
        case tuple():
            for entry in value:
                yield from _pairs(entry)
