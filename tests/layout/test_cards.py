"""Cards of all bundled models: no fault, and in few sizes."""

import re
from functools import cache

import pytest

from archposter import bundled
from archposter.audit import audit
from archposter.layout.card import SIDE
from archposter.layout.figure import WIDTH
from archposter.pipeline import load
from archposter.scene import Box, Frame, Path, Size, Text, to_json
from archposter.theme import HEAD, NUMBER, SMALL, SMALL_TITLE, TITLE, load_theme
from conftest import DRAWN

NAMES = bundled.spec_names()
STYLES = bundled.style_names()


@cache
def frame(name: str, style: str = "paper") -> Frame:
    return load(name).card(style).frame


@pytest.mark.parametrize("name", NAMES)
def test_no_fault(name: str) -> None:
    assert audit(frame(name)) == ()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", DRAWN)
def test_no_fault_in_any_style(name: str, style: str) -> None:
    assert audit(frame(name, style)) == ()


@pytest.mark.parametrize("name", NAMES)
def test_no_fault_in_figures(name: str) -> None:
    drawn = load(name).figure().frame
    assert drawn.size.width == WIDTH
    assert audit(drawn) == ()
    assert [text.text for text in words(drawn) if "…" in text.text] == []


@pytest.mark.parametrize("name", DRAWN)
def test_styles_change_colours_and_hatching_only(name: str) -> None:
    def shape(style: str) -> str:
        drawn = frame(name, style)
        plain = drawn._replace(items=tuple(item for item in drawn.items if item.role != "hatch"))
        return re.sub(r'\["#[0-9A-F]{6}", "#[0-9A-F]{6}"\]|"#[0-9A-F]{6}"', '""', to_json(plain))

    assert {shape(style) for style in STYLES} == {shape("paper")}


def texts(name: str) -> list[Text]:
    return words(frame(name))


def words(drawn: Frame) -> list[Text]:
    return [item for item in drawn.items if isinstance(item, Text)]


@pytest.mark.parametrize("name", NAMES)
def test_few_sizes(name: str) -> None:
    assert frame(name).size == Size(SIDE, SIDE)
    assert {text.size for text in texts(name)} <= {SMALL, HEAD, NUMBER, TITLE, SMALL_TITLE}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut(name: str) -> None:
    assert [text.text for text in texts(name) if "…" in text.text or "  " in text.text] == []


@pytest.mark.parametrize("name", NAMES)
def test_all_that_is_new_is_said_on_card_and_figure(name: str) -> None:
    model = load(name)
    said = model.relatives().unlike
    for drawn in (frame(name), model.figure().frame):
        line = " ".join(text.text for text in words(drawn))
        assert [new for new in (said.new if said else ()) if new not in line] == []


@pytest.mark.parametrize(
    ("name", "said", "inset"),
    [
        ("llama-3-8b", "wide FFN", "4,096 → 14,336"),
        ("llama-3-8b", "query,", "32 × 128"),
        ("deepseek-v3", "KV latent of", "128 heads on all earlier tokens"),
    ],
)
def test_what_an_inset_tells_is_not_said_beside_the_tower(name: str, said: str, inset: str) -> None:
    card = " ".join(text.text for text in texts(name))
    assert inset in card
    assert said not in card


def test_a_figure_says_how_large_what_predicts_ahead_is() -> None:
    line = " ".join(text.text for text in words(load("deepseek-v3").figure().frame))
    assert "MTP: 11.6B not in the total" in line


@pytest.mark.parametrize("name", NAMES)
def test_layer_map_has_every_layer(name: str) -> None:
    model = load(name)
    sublayer_parts = len(model.arch.parts)
    squares = [item for item in frame(name).items if isinstance(item, Box) and item.role == "layer"]
    assert len(squares) == sublayer_parts


@pytest.mark.parametrize("name", NAMES)
def test_what_is_drawn_names_its_place_in_the_spec(name: str) -> None:
    sources = {item.source for item in frame(name).items if isinstance(item, Box | Path | Text)}
    assert any(source.startswith("stack[0]") for source in sources)


NEUTRAL = (
    "cached",
    "row",
    "square",
    "mask",
    "share",
    "mixing",
    "read",
    "scale",
    "dot",
    "connector",
    "leader",
)


@pytest.mark.parametrize("style", [style for style in STYLES if style != "mono"])
@pytest.mark.parametrize("name", DRAWN)
def test_marks_and_leaders_are_not_in_the_accent(name: str, style: str) -> None:
    accent = load_theme(style, bundled.style_path(style)).accent(load(name).arch.family)
    marks = [item for item in frame(name, style).items if item.role in NEUTRAL]
    assert marks
    assert {accent.ink, accent.tint}.isdisjoint(
        color for item in marks if isinstance(item, Box | Path) for color in (item.fill, item.stroke)
    )


def test_kinds_of_one_grey_are_hatched() -> None:
    hatched = {
        style for style in STYLES for item in frame("gemma-4-e2b", style).items if item.role == "hatch"
    }
    assert hatched == {"mono"}
