"""Cards and figures of random models: whatever comes in, no fault, nothing cut short and nothing untold."""

import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from hypothesis import HealthCheck, Phase, given, settings

from archposter import bundled
from archposter.audit import audit, untold
from archposter.blocks.card import card
from archposter.blocks.essentials import essentials
from archposter.counts.facts import facts
from archposter.layout.card import card_frame
from archposter.layout.figure import figure_frame
from archposter.scene import Frame, Text
from archposter.spec.arch import Arch
from archposter.theme import load_theme
from quick import examples
from strategies import archs

THEME = load_theme("paper", bundled.style_path("paper"))
MORE = re.compile(r"\d+ more: archposter facts")
"""What a card says whose model has more kinds of parts than its square holds; a figure grows."""


def faults(arch: Arch) -> list[str]:
    blocks = card(arch, facts(arch))
    frames = [card_frame(blocks, THEME), figure_frame(blocks, THEME)]
    own = (arch.name, arch.size, arch.developer or "", arch.license or "", *arch.highlights)
    texts = [text for frame in frames for text in words(frame)]
    cut = [text for text in texts if "…" in text and not any(text[:-1].strip() in word for word in own)]
    claims = essentials(arch)
    whole = [frame for frame in frames if not any(map(MORE.fullmatch, words(frame)))]
    missing = [line for frame in whole for line in untold(frame, claims)]
    assert frames[1] in whole
    return [fault.message for frame in frames for fault in audit(frame)] + cut + missing


def words(frame: Frame) -> list[str]:
    return [item.text for item in frame.items if isinstance(item, Text)]


def found(many: int) -> list[list[str]]:
    """Return the faults of so many random models."""
    listed: list[list[str]] = []

    # Faults are collected, not raised: a failing model would be shrunk for minutes and printed on pages.
    @settings(
        max_examples=many,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(archs())
    def check(arch: Arch) -> None:
        listed.append(faults(arch))

    check()
    return listed


def test_no_fault() -> None:
    many = examples(250)
    # Hypothesis also draws numbers that loaded modules of the program hold; a process of its own has the
    # same ones whatever other tests have loaded.
    with ProcessPoolExecutor(1, get_context("spawn")) as alone:
        listed = alone.submit(found, many).result()
    assert len(listed) == many
    assert [fault for fault in listed if fault] == []
