"""Pictures of two models: no fault, marks where they differ and nowhere else, leaders that do not cross."""

from itertools import permutations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from archposter import bundled
from archposter.audit import audit
from archposter.blocks.diff import diff
from archposter.compare.comparison import compare
from archposter.counts.facts import facts
from archposter.layout.diff import diff_frame
from archposter.layout.diff_topics import rising
from archposter.pipeline import Model, load
from archposter.scene import Box, Frame, Path, Text
from archposter.spec.arch import Arch
from archposter.theme import HEAD, NUMBER, SMALL, SMALL_TITLE, TITLE, load_theme
from configs import CORPUS, SLUGS
from quick import examples
from strategies import archs

PAPER = load_theme("paper", bundled.style_path("paper"))
PAIRS = list(permutations(SLUGS, 2))[::171]
TELLING = [
    ("llama-3-8b", "olmo-2-7b"),
    ("gemma-4-e2b", "mimo-v2-5"),
    ("longcat-flash-lite", "deepseek-v4-pro"),
    ("zaya1-8b", "xlstm-7b"),
]


def model(slug: str) -> Model:
    return load(CORPUS / "configs" / f"{slug}.json")


def drawn(first: str, second: str, style: str = "paper") -> Frame:
    return model(first).diff(model(second), style).frame


def texts(frame: Frame) -> list[Text]:
    return [item for item in frame.items if isinstance(item, Text)]


def roles(frame: Frame) -> list[str]:
    return [item.role for item in frame.items]


@pytest.mark.parametrize("style", bundled.style_names())
@pytest.mark.parametrize("pair", TELLING, ids="+".join)
def test_no_fault_in_any_style(pair: tuple[str, str], style: str) -> None:
    assert audit(drawn(*pair, style)) == ()


@pytest.mark.costly
def test_no_fault_over_the_corpus() -> None:
    for pair in PAIRS:
        frame = drawn(*pair)
        assert audit(frame) == (), pair
        assert {text.size for text in texts(frame)} <= {SMALL, HEAD, NUMBER, SMALL_TITLE, TITLE}
        assert [text.text for text in texts(frame) if "…" in text.text] == [], pair


def test_no_fault_in_random_pairs() -> None:
    found: list[list[str]] = []

    # Faults are collected, not raised: a failing model would be shrunk for minutes and printed on pages.
    @settings(
        max_examples=examples(20),
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(archs(), archs())
    def check(first: Arch, second: Arch) -> None:
        comparison = compare((first, second))
        both = facts(first, comparison.tokens), facts(second, comparison.tokens)
        frame = diff_frame(diff((first, second), both, comparison), PAPER)
        found.append([str(fault) for fault in audit(frame)])

    check()
    assert len(found) == examples(20)
    assert [faults for faults in found if faults] == []


def test_what_differs_is_marked_and_joined() -> None:
    frame = drawn("deepseek-v3", "deepseek-v3-2")
    # Latent attention stands in one frame of each tower, and in the few leading layers, which are a line.
    assert roles(frame).count("ring") == 4
    joined = [item.stroke for item in frame.items if isinstance(item, Path) and item.role == "leader"]
    assert [joined.count(side.ink) for side in PAPER.sides] == [1, 1]
    assert roles(frame).count("rule") == 2
    assert {"none", "64 heads of 128, best 2,048", "sparse indexer"} <= {text.text for text in texts(frame)}


def test_each_side_has_its_colour() -> None:
    """Whatever families are compared."""
    words = {text.text: text.fill for text in texts(drawn("deepseek-v3", "deepseek-v3-2"))}
    assert (words["deepseek-v3"], words["deepseek-v3-2"]) == tuple(side.ink for side in PAPER.sides)
    words = {text.text: text.fill for text in texts(drawn("llama-3-8b", "olmo-2-7b"))}
    assert (words["GQA"], words["MHA"]) == tuple(side.ink for side in PAPER.sides)


def test_the_same_architecture_has_no_mark() -> None:
    frame = drawn("deepseek-v3", "deepseek-r1")
    assert "ring" not in roles(frame)
    assert "The same architecture" in {text.text for text in texts(frame)}
    assert frame.description == "deepseek-v3 and deepseek-r1 have the same architecture."


def test_layer_maps_share_a_scale() -> None:
    squares = [
        item.rect.width
        for item in drawn("llama-3-8b", "gpt-2-xl").items
        if isinstance(item, Box) and item.role == "layer"
    ]
    assert len(squares) == 2 * (32 + 48)
    assert max(squares) - min(squares) < 1e-6


def test_styles_change_colours_only() -> None:
    def shape(style: str) -> list[tuple[float, str]]:
        return [(text.x, text.text) for text in texts(drawn("llama-3-8b", "olmo-2-7b", style))]

    assert shape("ink") == shape("mono") == shape("paper")


def test_ratio_beside_its_count() -> None:
    words = [text.text for text in texts(drawn("llama-3-8b", "olmo-2-7b"))]
    place = words.index("cache per token at 4k")
    assert words[place - 3 : place + 2] == ["128 KiB", "→", "512 KiB", "cache per token at 4k", "4×"]


@pytest.mark.parametrize(
    ("heights", "kept"),
    [
        ([], []),
        ([1.0, 2.0, 3.0], [0, 1, 2]),
        ([3.0, 1.0, 2.0], [1, 2]),
        ([1.0, None, 1.0, 0.5], [0, 2]),
        ([5.0, 1.0, 6.0, 2.0, 3.0], [1, 3, 4]),
    ],
)
def test_leaders_keep_the_order_of_their_boxes(heights: list[float | None], kept: list[int]) -> None:
    assert rising(heights) == kept
