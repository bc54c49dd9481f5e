"""The table of what a picture says: no field of any part is forgotten."""

import pytest

from archposter.blocks.sayings import SAYINGS
from archposter.blocks.terms import TERMS
from archposter.spec.parts import Part
from archposter.spec.parts.base import InnerNorm
from test_kinds import PARTS

ELSEWHERE = {part for part in PARTS if not part.__module__.startswith("archposter.spec.parts")}
ELSEWHERE |= {part for part in PARTS if part.__module__.endswith("model_wide")} | {InnerNorm}
"""Drawn as the layers' structure, or said by callouts of the model as a whole and by names of norms."""


@pytest.mark.parametrize("part", [part for part in PARTS if part not in ELSEWHERE])
def test_every_field_is_said_drawn_or_quiet(part: type[Part]) -> None:
    said = SAYINGS.get(part, {})
    assert set(part.model_fields) == set(said), (
        f"say in blocks/sayings.py how a picture tells {part.__name__}"
    )


def test_the_table_has_no_other_parts() -> None:
    assert set(SAYINGS) <= set(PARTS)


def test_a_term_has_at_most_one_abbreviation() -> None:
    assert all(1 <= len(words) <= 2 for words in TERMS.values())
    assert all(len(words[-1]) <= len(words[0]) for words in TERMS.values())
