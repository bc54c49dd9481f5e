"""Cards of all bundled models in all styles: no fault, and nothing that moved unseen."""

import re

import pytest

from archposter import resources
from archposter.audit import audit
from archposter.layout.card import SIDE
from archposter.layout.figure import WIDTH
from archposter.pipeline import load
from archposter.scene import Box, Frame, Path, Size, Text, to_json
from archposter.theme import HEAD, NUMBER, SMALL, TITLE

NAMES = resources.spec_names()
STYLES = resources.style_names()


def frame(name: str, style: str = "paper") -> Frame:
    return load(name).card(style).frame


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", NAMES)
def test_no_fault(name: str, style: str) -> None:
    assert audit(frame(name, style)) == ()


@pytest.mark.parametrize("name", NAMES)
def test_no_fault_in_figures(name: str) -> None:
    drawn = load(name).figure().frame
    assert drawn.size.width == WIDTH
    assert audit(drawn) == ()


@pytest.mark.parametrize("name", NAMES)
def test_golden(name: str, golden) -> None:
    golden(f"frame/{name}.json", to_json(frame(name)))


@pytest.mark.parametrize("name", NAMES)
def test_styles_change_colours_only(name: str) -> None:
    def shape(style: str) -> str:
        return re.sub(r'\["#[0-9A-F]{6}", "#[0-9A-F]{6}"\]|"#[0-9A-F]{6}"', '""', to_json(frame(name, style)))

    assert {shape(style) for style in STYLES} == {shape("paper")}


@pytest.mark.parametrize("name", NAMES)
def test_few_sizes_and_nothing_cut(name: str) -> None:
    drawn = frame(name)
    assert drawn.size == Size(SIDE, SIDE)
    texts = [item for item in drawn.items if isinstance(item, Text)]
    assert {text.size for text in texts} <= {SMALL, HEAD, NUMBER, TITLE}
    assert [text.text for text in texts if "…" in text.text] == []
    # Renderers fold blanks, and would stretch what is left to the measured width.
    assert [text.text for text in texts if text.text != " ".join(text.text.split())] == []


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
