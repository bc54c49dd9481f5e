"""Cards and figures of random models: whatever comes in, no fault, nothing cut short and nothing untold."""

import re

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


def test_no_fault() -> None:
    found: list[list[str]] = []

    # Faults are collected, not raised: a failing model would be shrunk for minutes and printed on pages.
    @settings(
        max_examples=examples(250),
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(archs())
    def check(arch: Arch) -> None:
        found.append(faults(arch))

    check()
    assert len(found) == examples(250)
    assert [fault for fault in found if fault] == []
