"""Styles: complete, and every text legible on its ground (WCAG 2.1 AA)."""

from itertools import combinations

import pytest

from archposter import resources
from archposter.theme import LOOKS, Theme, load_theme

STYLES = resources.style_names()
KINDS = ("full", "sliding", "chunked", "latent", "linear", "ssm", "dense", "moe")


def luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def style(name: str) -> Theme:
    return load_theme(name, resources.style_path(name))


def test_three_styles() -> None:
    assert STYLES == ("ink", "mono", "paper")


@pytest.mark.parametrize("name", STYLES)
def test_text_has_contrast(name: str) -> None:
    theme = style(name)
    pairs = {role: (look.text, look.fill) for role, look in theme.looks.items()}
    for ground in ("model", "inset", "empty"):
        pairs |= {
            f"{tone} on {ground}": (getattr(theme, tone), theme.looks[ground].fill)
            for tone in ("ink", "muted")
        }
    for number, accent in enumerate(theme.accents):
        pairs |= {
            f"accent {number} on {where}": (accent.ink, ground)
            for where, ground in {
                "card": theme.card.fill,
                "tint": accent.tint,
                "empty": theme.looks["empty"].fill,
            }.items()
        }
        pairs[f"ink on tint {number}"] = (theme.ink, accent.tint)
    pairs |= {f"{tone} on card": (getattr(theme, tone), theme.card.fill) for tone in ("ink", "muted")}
    low = {what: round(contrast(*pair), 2) for what, pair in pairs.items() if contrast(*pair) < 4.5}
    assert low == {}


def test_mono_kinds_differ_in_lightness() -> None:
    theme = style("mono")
    light = {kind: 116 * luminance(theme.looks[kind].fill) ** (1 / 3) - 16 for kind in KINDS}
    close = {(a, b) for a, b in combinations(KINDS, 2) if abs(light[a] - light[b]) < 8}
    assert close == set()


def test_every_role_has_a_look() -> None:
    assert [tuple(style(name).looks) for name in STYLES] == [LOOKS] * 3


def test_a_family_keeps_its_accent() -> None:
    theme = style("paper")
    assert theme.accent("Llama") == theme.accent("Llama")
    assert len({theme.accent(name) for name in ("Llama", "Gemma", "DeepSeek", "Qwen", "Kimi")}) == 5
