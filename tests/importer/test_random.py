"""Configs changed at random: an architecture that can be counted, or a SpecError, and nothing else."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from archposter.counts.facts import facts
from archposter.diagnostics import SpecError
from archposter.importer.read import import_config
from archposter.spec.normalize import normalize
from configs import SLUGS, config
from quick import examples

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 200),
    st.sampled_from([2**31, 10**12, -(10**30), 10**400, 0.5, -1.0, 1e300, float("inf"), float("nan")]),
    st.text(max_size=5),
    st.sampled_from(["full_attention", "sliding_attention", "yarn", "gelu", "sigmoid", "llama", "MEM*-"]),
    st.lists(st.integers(0, 3) | st.sampled_from(["full_attention", "sparse"]), max_size=5),
    st.dictionaries(
        st.sampled_from(["rope_theta", "rope_type", "full_attention"]), st.integers(), max_size=2
    ),
)


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    data = config(draw(st.sampled_from(SLUGS)))
    for _ in range(draw(st.integers(1, 4))):
        target = data
        nested = [key for key, value in data.items() if isinstance(value, dict)]
        if nested and draw(st.booleans()):
            target = data[draw(st.sampled_from(sorted(nested)))]
        if not target:
            continue
        key = draw(st.sampled_from(sorted(target)))
        match draw(st.sampled_from(["drop", "replace", "nudge", "add"])):
            case "drop":
                del target[key]
            case "replace":
                target[key] = draw(VALUES)
            case "nudge" if isinstance(target[key], int | float):
                target[key] = target[key] + draw(st.integers(-3, 3))
            case "nudge" if isinstance(target[key], list):
                target[key] = target[key][: draw(st.integers(0, 70))]
            case _:
                target[draw(st.text(min_size=1, max_size=8))] = draw(VALUES)
    return data


@settings(max_examples=examples(300), derandomize=True)
@given(mutated(), st.booleans())
def test_an_architecture_or_a_spec_error(data: dict[str, Any], lenient: bool) -> None:
    before = repr(data)
    try:
        found = import_config(data, "c.json", lenient=lenient)
    except SpecError as error:
        diagnostics = error.diagnostics
    else:
        diagnostics = found.warnings
        assert facts(normalize(found.spec)).parameters.total > 0
    assert all(diagnostic.position.file == "c.json" for diagnostic in diagnostics)
    assert all(len(str(diagnostic)) < 1000 for diagnostic in diagnostics)
    assert repr(data) == before
