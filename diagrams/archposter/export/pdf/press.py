"""What a press needs around a page: bleed, marks, boxes and inks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import Final, Literal, NamedTuple

from archposter.diagnostics import UsageError
from archposter.export.pdf import inks, profiles
from archposter.scene import ARC, Command, Item, Path, Rect, Size, Text
from archposter.text.metrics import advance
from archposter.text.wrap import fit

ColorSpace = Literal["rgb", "cmyk", "gray"]

COLORS: Final[tuple[ColorSpace, ...]] = ("rgb", "cmyk", "gray")

_MM: Final = 72 / 25.4
_CLEAR: Final = 3 * _MM  # from the trim to the marks, or the bleed where that is more
_MARK: Final = 6 * _MM  # a crop mark's length
_EDGE: Final = 1 * _MM  # from the marks to the edge of the sheet
_LINE: Final = 0.25
_RADIUS: Final = 1.8 * _MM
_SLUG: Final = 6.0
_BLACK: Final = "#000000"


class Press(NamedTuple):
    """How a document is printed.  A press takes no links; `screen` keeps them and gives up PDF/X-4."""

    condition: profiles.Condition
    color: ColorSpace = "rgb"
    bleed: float = 0.0
    marks: bool = False
    screen: bool = False

    @property
    def margin(self) -> float:
        """What the sheet has around the trimmed page, in points."""
        return max(self.bleed, _CLEAR) + _MARK + _EDGE if self.marks else self.bleed

    def inks(self) -> inks.Inks:
        """Return how colours are written."""
        match self.color:
            case "rgb":
                return inks.SRGB
            case "cmyk":
                return inks.cmyk(self.condition.profile)
            case "gray":
                return inks.gray(self.condition.profile)

    def boxes(self, sheet: Size) -> dict[str, Rect]:
        """Return PDF's page boxes for a sheet, each from its lower left corner."""
        whole = Rect(0, 0, sheet.width, sheet.height)
        trim = whole.inset(self.margin)
        return {"MediaBox": whole, "BleedBox": trim.inset(-self.bleed), "TrimBox": trim}


def press(
    color: ColorSpace = "rgb",
    bleed: float = 0.0,
    marks: bool = False,
    icc: FilePath | None = None,
    condition: str = "",
    screen: bool = False,
) -> Press:
    """Return how to print; raise UsageError where the wishes contradict one another."""
    if screen and (marks or bleed or icc or color != "rgb"):
        raise UsageError("a file for screens has no bleed, marks, press colours or press profile")
    if bool(icc) != bool(condition):
        raise UsageError(
            "a printer's profile needs both: its file, and the name of its printing condition, "
            'such as "PSO Coated v3 (FOGRA51)"'
        )
    chosen = profiles.own_condition(icc, condition) if icc else profiles.fogra39()
    return Press(chosen, color, bleed, marks, screen)


def printer_marks(size: Size, bleed: float, slug: str) -> list[Item]:
    """Return crop and registration marks and a line of words, all outside the bleed, in one black."""
    clear, items = max(bleed, _CLEAR), list[Item]()
    far = clear + _MARK
    for x, away in ((0.0, -1), (size.width, 1)):
        for y in (0.0, size.height):
            items.append(_line((x + away * clear, y), (x + away * far, y)))
    for y, away in ((0.0, -1), (size.height, 1)):
        for x in (0.0, size.width):
            items.append(_line((x, y + away * clear), (x, y + away * far)))
    middle = clear + _MARK / 2
    for x, y in (
        (size.width / 2, -middle),
        (size.width / 2, size.height + middle),
        (-middle, size.height / 2),
        (size.width + middle, size.height / 2),
    ):
        items += _target(x, y)
    words = fit(slug, "regular", _SLUG, size.width / 2 - 4 * _MARK)
    if words:
        width = advance(words, "regular", _SLUG)
        items.append(Text(_MARK, size.height + far, words, "regular", _SLUG, _BLACK, width, role="slug"))
    return items


def _line(start: tuple[float, float], end: tuple[float, float]) -> Path:
    return Path((("M", start), ("L", end)), stroke=_BLACK, stroke_width=_LINE, role="crop mark")


def _target(x: float, y: float) -> Sequence[Path]:
    """Return a registration mark: a circle with a cross through it."""
    r, c, arm = _RADIUS, _RADIUS * ARC, _MARK / 2
    circle: tuple[Command, ...] = (
        ("M", (x + r, y)),
        ("C", (x + r, y + c, x + c, y + r, x, y + r)),
        ("C", (x - c, y + r, x - r, y + c, x - r, y)),
        ("C", (x - r, y - c, x - c, y - r, x, y - r)),
        ("C", (x + c, y - r, x + r, y - c, x + r, y)),
        ("Z", ()),
    )
    ring = Path(circle, stroke=_BLACK, stroke_width=_LINE, role="registration mark")
    return ring, _line((x - arm, y), (x + arm, y)), _line((x, y - arm), (x, y + arm))
