"""Cards of random models: whatever comes in, no fault and no number cut short."""

import re
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, settings

from archposter import resources
from archposter.audit import audit
from archposter.blocks.card import card
from archposter.counts.facts import facts
from archposter.layout.card import card_frame
from archposter.layout.figure import figure_frame
from archposter.scene import Text
from archposter.spec.arch import Arch
from archposter.theme import load_theme
from strategies import archs

THEME = load_theme("paper", resources.style_path("paper"))
CUT_NUMBER = re.compile(r"\d[,.]?\d*…")


@dataclass(frozen=True)
class Untold:
    """A model that a failure does not print: it would fill pages."""

    arch: Arch = field(repr=False)


# Without shrinking: a failing model is reported as found, in seconds.
@settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(archs().map(Untold))
def test_no_fault(untold: Untold) -> None:
    arch = untold.arch
    blocks = card(arch, facts(arch))
    frame = card_frame(blocks, THEME)
    assert audit(frame) == ()
    assert audit(figure_frame(blocks, THEME)) == ()
    own = (arch.name, arch.developer or "", arch.license or "", *arch.highlights)
    texts = [item.text for item in frame.items if isinstance(item, Text)]
    cut = [text for text in texts if CUT_NUMBER.search(text) and not any(text[:-1] in words for words in own)]
    assert cut == []
