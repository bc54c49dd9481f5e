"""How colours are seen: contrast, and differences under the common colour-vision deficiencies."""

from __future__ import annotations

from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt
from typing import Final

from archposter.scene import Color

Triple = tuple[float, float, float]

SIGHTS: Final[dict[str, tuple[Triple, Triple, Triple]]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
"""On linear RGB: Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of
Color Vision Deficiency" (2009), severity 1."""

_XYZ: Final = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_D65: Final = (0.95047, 1.0, 1.08883)


def linear(color: Color) -> Triple:
    """The linear RGB of a colour as sRGB (IEC 61966-2-1), each from 0 to 1."""
    assert isinstance(color, str)
    r, g, b = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return _expanded(r), _expanded(g), _expanded(b)


def _expanded(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def contrast(a: Color, b: Color) -> float:
    """The contrast ratio of WCAG 2.1, from 1 to 21."""
    low, high = sorted(_dot((0.2126, 0.7152, 0.0722), linear(color)) for color in (a, b))
    return (high + 0.05) / (low + 0.05)


def _dot(row: Triple, column: Triple) -> float:
    return sum(a * b for a, b in zip(row, column, strict=True))


def lab(color: Color, sight: str = "normal") -> Triple:
    """A colour's CIE L*a*b* as an eye of that sight sees it."""
    r, g, b = (min(1.0, max(0.0, _dot(row, linear(color)))) for row in SIGHTS[sight])
    x, y, z = (_cube_root(_dot(row, (r, g, b)) / white) for row, white in zip(_XYZ, _D65, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _cube_root(t: float) -> float:
    return t ** (1 / 3) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29


def difference(first: Triple, second: Triple) -> float:
    """The CIEDE2000 difference of two colours; 1 is about the least that can be seen.

    Notation of Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula" (2005).
    """
    (l1, a1, b1), (l2, a2, b2) = first, second
    mean = (hypot(a1, b1) + hypot(a2, b2)) / 2
    grey = 0.5 * (1 - sqrt(mean**7 / (mean**7 + 25**7)))
    a1, a2 = a1 * (1 + grey), a2 * (1 + grey)
    c1, c2 = hypot(a1, b1), hypot(a2, b2)
    h1, h2 = degrees(atan2(b1, a1)) % 360, degrees(atan2(b2, a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    hue = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * cos(radians(hue - 30))
        + 0.24 * cos(radians(2 * hue))
        + 0.32 * cos(radians(3 * hue + 6))
        - 0.20 * cos(radians(4 * hue - 63))
    )
    lightness = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / sqrt(20 + (light - 50) ** 2))
    colorfulness = (c2 - c1) / (1 + 0.045 * chroma)
    shade = 2 * sqrt(c1 * c2) * sin(radians(turn / 2)) / (1 + 0.015 * chroma * t)
    twist = -2 * sqrt(chroma**7 / (chroma**7 + 25**7)) * sin(radians(60 * exp(-(((hue - 275) / 25) ** 2))))
    return sqrt(lightness**2 + colorfulness**2 + shade**2 + twist * colorfulness * shade)
