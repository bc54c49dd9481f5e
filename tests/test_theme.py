"""Styles: complete, and their kinds of boxes told apart by every eye; contrast is in test_contrast."""

from itertools import combinations, product
from pathlib import Path

import pytest
import yaml

from archposter import bundled, load
from archposter.diagnostics import UsageError
from archposter.scene import Box, Frame, Pair, Text
from archposter.theme import KINDS, LOOKS, Theme, load_theme
from vision import SIGHTS, difference, lab

STYLES = bundled.style_names()
SINGLE = ("ink", "mono", "paper")

LEAST_DIFFERENCE = 10.0
"""CIEDE2000: ten steps that can just be seen, since the cells of a map are small and apart.  Eight greys
of equal steps between black and white differ by no more."""


def style(name: str) -> Theme:
    return load_theme(name, bundled.style_path(name))


def test_the_styles() -> None:
    assert STYLES == ("auto", "ink", "mono", "paper")


def test_the_difference_is_the_published_one() -> None:
    # Of the test data of Sharma, Wu and Dalal (2005).
    assert difference((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert difference((50, 2.5, 0), (73, 25, -18)) == pytest.approx(27.1492, abs=1e-4)
    assert difference((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619)) == pytest.approx(
        2.0373, abs=1e-4
    )


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("name", SINGLE)
def test_kinds_differ_or_are_hatched(name: str, sight: str) -> None:
    looks = style(name).looks
    assert len({(looks[kind].fill, looks[kind].hatched) for kind in KINDS}) == len(KINDS)
    seen = {kind: lab(looks[kind].fill, sight) for kind in KINDS}
    differences = {
        (a, b): round(difference(seen[a], seen[b]), 1)
        for a, b in combinations(KINDS, 2)
        if looks[a].fill != looks[b].fill
    }
    assert {pair: value for pair, value in differences.items() if value < LEAST_DIFFERENCE} == {}


@pytest.mark.parametrize("name", SINGLE)
def test_the_accent_of_no_family_is_the_colour_of_a_kind(name: str) -> None:
    drawn = style(name)
    families = {load(slug).arch.family for slug in bundled.spec_names()}
    near = {
        (family, kind): round(apart, 1)
        for family, kind in product(families, KINDS)
        if (apart := difference(lab(drawn.accent(family).ink), lab(drawn.looks[kind].fill)))
        < LEAST_DIFFERENCE
    }
    assert near == {}
    assert all(
        difference(lab(accent.ink), lab(drawn.looks[kind].fill)) >= LEAST_DIFFERENCE
        for accent, kind in product(drawn.accents, KINDS)
    )


@pytest.mark.parametrize("name", SINGLE)
def test_the_sides_of_a_comparison(name: str) -> None:
    """Told apart by every eye, and without any hue by their lightness; no side is the colour of a kind."""
    left, right = (side.ink for side in style(name).sides)
    assert min(difference(lab(left, sight), lab(right, sight)) for sight in SIGHTS) > 30
    assert abs(lab(left)[0] - lab(right)[0]) > 20
    looks = style(name).looks.values()
    apart = min(difference(lab(side), lab(look.fill)) for side in (left, right) for look in looks)
    assert name == "mono" or apart >= LEAST_DIFFERENCE


def test_mono_has_no_hue() -> None:
    grey = {color for color in yaml_colors("mono") if not color[1:3] == color[3:5] == color[5:7]}
    assert grey == set()


def yaml_colors(name: str) -> set[str]:
    found: set[str] = set()

    def collect(value: object) -> None:
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, dict | list):
            for entry in value.values() if isinstance(value, dict) else value:
                collect(entry)

    collect(yaml.safe_load(bundled.style_path(name).read_text(encoding="utf-8")))
    return found


def test_every_role_has_a_look() -> None:
    assert [tuple(style(name).looks) for name in STYLES] == [LOOKS] * 4


def test_a_family_keeps_its_accent() -> None:
    theme = style("paper")
    assert theme.accent("Llama") == theme.accent("Llama")
    assert len({theme.accent(name) for name in ("Llama", "Gemma", "DeepSeek", "Qwen", "Kimi")}) == 5


def test_auto_is_paper_by_light_and_ink_by_dark() -> None:
    def scheme(frame: Frame, place: int) -> list[object]:
        def one(color: object) -> object:
            return color[place] if isinstance(color, Pair) else color

        return [
            item._replace(
                fill=one(item.fill), **({} if isinstance(item, Text) else {"stroke": one(item.stroke)})
            )
            for item in frame.items
            if not hasattr(item, "href")
        ]

    drawn = {name: load("kimi-linear-48b-a3b").card(name).frame for name in ("auto", "paper", "ink")}
    assert any(isinstance(item, Box) and isinstance(item.fill, Pair) for item in drawn["auto"].items)
    assert scheme(drawn["auto"], 0) == scheme(drawn["paper"], 0)
    assert scheme(drawn["auto"], 1) == scheme(drawn["ink"], 0)


def test_styles_of_different_accents_make_no_pair(tmp_path: Path) -> None:
    for name in ("paper", "mono"):
        (tmp_path / f"{name}.yaml").write_bytes(bundled.style_path(name).read_bytes())
    mixed = tmp_path / "mixed.yaml"
    mixed.write_text("light: paper\ndark: mono\n")
    with pytest.raises(UsageError, match="paper and mono differ in their number of accents"):
        load_theme("mixed", mixed)
