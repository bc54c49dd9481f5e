"""Towers: which framing is drawn, and that what a model has once is there."""

from pathlib import Path

import pytest

from archposter.audit import audit
from archposter.blocks.card import card
from archposter.blocks.tree import Cell, Repeat
from archposter.layout.streams import bundle
from archposter.layout.stretch import ROOMY, THIN
from archposter.layout.tower import framing
from archposter.pipeline import Model, load
from archposter.scene import Box, Frame, Point, Text

CONFIGS = Path(__file__).parents[1] / "corpus" / "configs"
MAIN = 622.0
"""The height that a card with two lines below its title leaves the tower."""


def model(name: str) -> Model:
    return load(CONFIGS / f"{name}.json")


@pytest.mark.parametrize("file", sorted(CONFIGS.glob("*.json")), ids=lambda file: file.stem)
def test_most_layers_stand_in_a_frame(file: Path) -> None:
    loaded = load(file)
    drawn = framing(card(loaded.arch, loaded.facts()).tower, MAIN)
    assert drawn.height.least <= MAIN
    framed = sum(frame.times for frame in drawn.plan.frames if isinstance(frame, Repeat))
    assert framed > len(loaded.arch.layers) / 2


def test_thin_norms_only_where_room_is_short() -> None:
    tower = card(model("longcat-flash-lite").arch, model("longcat-flash-lite").facts()).tower
    assert framing(tower, MAIN).measures.line == THIN.line
    assert framing(tower, 2 * MAIN).measures.line == ROOMY.line
    assert all(isinstance(frame, Cell) for frame in framing(tower, 10.0).plan.frames)


@pytest.mark.parametrize("file", sorted(CONFIGS.glob("*.json")), ids=lambda file: file.stem)
def test_boxes_have_room_for_their_type(file: Path) -> None:
    boxes = [item for item in load(file).card().frame.items if isinstance(item, Box) and item.role == "cell"]
    assert min(box.rect.height for box in boxes) >= 24.0


def test_few_leading_layers_are_a_line_everywhere() -> None:
    shapes, framed = {}, []
    for file in CONFIGS.glob("*.json"):
        loaded = load(file)
        frames = framing(card(loaded.arch, loaded.facts()).tower, MAIN).plan.frames
        shapes[file.stem] = tuple(isinstance(frame, Repeat) for frame in frames)
        framed.append([frame.times for frame in frames if isinstance(frame, Repeat)])
    led = {name for name, shape in shapes.items() if shape == (False, True)}
    assert led >= {"deepseek-v3", "glm-4-5", "kimi-linear-48b-a3b", "ling-2-5-1t", "ling-2-6-1t"}
    assert all(8 * min(times) > max(times) for times in framed if times)


def words(frame: Frame) -> set[str]:
    return {item.text for item in frame.items if isinstance(item, Text)}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("deepseek-v3", "MTP"),
        ("minimax-m2", "3 extra tokens"),
        ("longcat-flash-lite", "N-grams"),
        ("gemma-4-e2b", "PLE table"),
        ("gpt-2-xl", "Positions"),
    ],
)
def test_what_a_model_has_once(name: str, said: str) -> None:
    assert said in words(model(name).card().frame)


def test_streams_are_mixed_at_every_step() -> None:
    roles = [getattr(item, "role", "") for item in model("deepseek-v4-flash").card().frame.items]
    assert roles.count("mixing") == 2
    assert roles.count("residual") == 8
    assert "mixing" not in [getattr(item, "role", "") for item in model("deepseek-v3").card().frame.items]


def test_a_bundle_turns_without_crossing() -> None:
    path = [Point(0, 100), Point(0, 50), Point(80, 50), Point(80, 0)]
    inner, outer = bundle(path, 2)
    assert inner == [Point(-2, 100), Point(-2, 48), Point(78, 48), Point(78, 0)]
    assert outer == [Point(2, 100), Point(2, 52), Point(82, 52), Point(82, 0)]
    assert bundle(path, 1) == [path]
    assert len(bundle(path, 64)) == 4


def test_loops_lead_back(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "specs" / "llama-3-8b.yaml").read_text(encoding="utf-8")
    file = tmp_path / "looped.yaml"
    file.write_text(text.replace("\nstack:", "\nloops: 3\nstack:"), encoding="utf-8")
    for frame in (load(file).card().frame, load(file).figure().frame):
        assert [item.role for item in frame.items if item.role == "loop"] == ["loop"]
        assert "times" in " ".join(words(frame))
        assert audit(frame) == ()
