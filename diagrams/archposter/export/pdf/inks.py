"""Colours as PDF operators: of a screen, of a press, or of black ink alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms

from archposter.scene import Color, light

MOST_INK = 3.0
"""Cyan, magenta, yellow and black together, of 4.0: more does not dry on coated paper (ISO 12647-2)."""

SMALL_TYPE = 8.0
"""Points: type below it shows every plate that is off register."""

OVERPRINT = "over"
"""The graphics state, which must be among the page's and forms' resources, that leaves other inks below."""

_LEAST_CHROMA, _CHROMA, _TINGE = 6, 32, 0.33
"""A grey's channels differ by next to nothing, or by little and by little of what they take from white."""


@dataclass(frozen=True)
class Inks:
    """How colours are written: the operators' names, what they take, and what sets their colour space."""

    components: Callable[[str], tuple[float, ...]]
    fill: str
    stroke: str
    prologue: str = ""
    black: Callable[[str], float] | None = None
    """Gives the black that stands for a colour of small type, where that needs other inks."""
    _known: dict[str, str] = field(default_factory=dict)

    def filling(self, color: Color) -> str:
        """Return the operator that fills with `color`."""
        return f"{self._numbers(light(color))} {self.fill}"

    def writing(self, color: Color, size: float) -> str:
        """Return the operators that fill type of a `size` in points: small type in black alone.

        Black printed over other inks needs no register with them; white has to be left out of them.
        """
        if self.black is None or size >= SMALL_TYPE:
            return self.filling(color)
        ink = self.black(light(color))
        over = f"/{OVERPRINT} gs " if ink else ""
        return f"{over}0 0 0 {ink:.4g} {self.fill}"

    def stroking(self, color: Color) -> str:
        """Return the operator that strokes with `color`."""
        return f"{self._numbers(light(color))} {self.stroke}"

    def _numbers(self, color: str) -> str:
        if color not in self._known:
            self._known[color] = " ".join(f"{part:.4g}" for part in self.components(color))
        return self._known[color]


def channels(color: str) -> tuple[int, int, int]:
    """Return red, green and blue from 0 to 255; raise ValueError unless `color` is #rrggbb."""
    if len(color) != 7 or color[0] != "#":
        raise ValueError(f"got the colour {color!r}, expected #rrggbb")
    red, green, blue = bytes.fromhex(color[1:])
    return red, green, blue


def _rgb(color: str) -> tuple[float, ...]:
    return tuple(channel / 255 for channel in channels(color))


DEVICE_RGB = Inks(_rgb, "rg", "RG")
SRGB = Inks(_rgb, "sc", "SC", "/sRGB cs /sRGB CS")
"""The colour space named sRGB must be among the page's and forms' resources."""


def cmyk(profile: bytes) -> Inks:
    """Return inks of a press's CMYK profile: greys as black alone, `MOST_INK` at the most."""
    convert, black = _transform(profile), _black(profile)

    def components(color: str) -> tuple[float, ...]:
        red, green, blue = channels(color)
        if neutral(red, green, blue):
            return 0.0, 0.0, 0.0, black(color)
        *chromatic, key = (ink / 255 for ink in _pixel(convert, "RGB", (red, green, blue)))
        share = min(1.0, (MOST_INK - key) / sum(chromatic))
        return *(ink * share for ink in chromatic), key

    return Inks(components, "k", "K", black=black)


def gray(profile: bytes) -> Inks:
    """Return black ink alone, as dark as each colour is."""
    black = _black(profile)
    return Inks(lambda color: (1 - black(color),), "g", "G")


def neutral(red: int, green: int, blue: int) -> bool:
    """Tell whether a colour is a grey to the eye: black ink alone prints it sharper than four inks."""
    chroma = max(red, green, blue) - min(red, green, blue)
    tinge = chroma / max(1, 255 - min(red, green, blue))
    return chroma <= _LEAST_CHROMA or (chroma <= _CHROMA and tinge < _TINGE)


def _black(profile: bytes) -> Callable[[str], float]:
    """Return what gives the share of black ink, from 0 to 1, whose lightness is nearest a colour's."""
    ladder = _ladder(profile)
    lightness = _built(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")

    @cache
    def share(color: str) -> float:
        wanted = _pixel(lightness, "RGB", channels(color))[0]
        nearest: int = min(range(256), key=lambda ink: abs(ladder[ink] - wanted))
        return nearest / 255

    return share


def _ladder(profile: bytes) -> bytes:
    """Return the lightness of 256 steps of black ink, from bare paper on."""
    steps = Image.frombytes("CMYK", (256, 1), b"".join(bytes((0, 0, 0, ink)) for ink in range(256)))
    lab = ImageCms.applyTransform(
        steps, _built(_opened(profile), ImageCms.createProfile("LAB"), "CMYK", "LAB")
    )
    assert lab is not None
    return lab.tobytes()[::3]


def _transform(profile: bytes) -> Any:
    return _built(ImageCms.createProfile("sRGB"), _opened(profile), "RGB", "CMYK")


def _opened(profile: bytes) -> Any:
    return ImageCms.ImageCmsProfile(BytesIO(profile))


def _built(source: Any, target: Any, source_mode: str, target_mode: str) -> Any:
    return ImageCms.buildTransform(
        source,
        target,
        source_mode,
        target_mode,
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION if target_mode == "CMYK" else ImageCms.Flags.NONE,
    )


def _pixel(transform: Any, mode: str, values: tuple[int, ...]) -> tuple[int, ...]:
    done = ImageCms.applyTransform(Image.new(mode, (1, 1), values), transform)
    assert done is not None
    return tuple(done.tobytes())
