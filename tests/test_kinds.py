"""Every kind of part is treated everywhere: the unions are the one list, mypy closes the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from archposter.blocks.table import BUILDERS
from archposter.counts.facts import facts
from archposter.counts.tensors import WEIGHTS
from archposter.pipeline import load
from archposter.spec.arch import Arch, Branch, Layer, Sublayer
from archposter.spec.model import EmbeddingSpec, LayerSpec
from archposter.spec.parts import (
    Activation,
    AnyMixer,
    AnyPart,
    Attention,
    Cca,
    CompressedAttention,
    Mla,
    Part,
    RecurrentMixer,
    Residual,
    field_title,
)
from archposter.spec.parts.words import ACTIVATIONS, GATED_UNITS, word
from configs import CORPUS, SLUGS
from part_strategies import ffns, mixers, part
from quick import examples

KINDS: tuple[type[Part], ...] = get_args(AnyPart)
PLAIN = load(CORPUS / "configs" / f"{SLUGS[0]}.json").arch

random = settings(
    max_examples=examples(200),
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def alone(mixer: AnyMixer) -> Arch:
    """Return a model of one layer, of one mixer."""
    step = Sublayer((Branch(mixer, None, None, 0, 1.0),), None, None)
    return replace(PLAIN, layers=(Layer((step,), False, ""),), mtp=None, loops=1)


def test_the_tables_have_every_kind() -> None:
    assert set(WEIGHTS) == set(KINDS)
    assert set(BUILDERS) == set(KINDS)


@random
@given(mixers())
def test_what_grows_with_the_context(data: dict[str, Any]) -> None:
    """No cache: a state, the cache of an earlier layer, or a window that stands beside no entries."""
    mixer: Any = part(data)
    cache = facts(alone(mixer), 1000).kv_cache
    shared = isinstance(mixer, Attention | Mla) and mixer.key_value == "shared"
    bare = isinstance(mixer, CompressedAttention) and not mixer.compressor
    assert (cache.bytes_per_token > 0) != (isinstance(mixer, RecurrentMixer) or shared or bare)
    assert (cache.bytes_at_context > 0) != (isinstance(mixer, RecurrentMixer) or shared)


@random
@given(mixers())
def test_what_has_a_state(data: dict[str, Any]) -> None:
    mixer: Any = part(data)
    convolved = isinstance(mixer, Cca) or (isinstance(mixer, Attention) and mixer.conv is not None)
    assert (facts(alone(mixer)).kv_cache.state_bytes > 0) == (isinstance(mixer, RecurrentMixer) or convolved)


@random
@given(mixers())
def test_windows_and_positions(data: dict[str, Any]) -> None:
    """A mixer with a span or a window says it, and nothing beyond it is kept; one with a position, too."""
    mixer: Any = part(data)
    layer = facts(alone(mixer)).layers[0]
    size = getattr(getattr(mixer, "span", None), "size", None)
    assert layer.window == getattr(mixer, "sliding_window", size)
    assert (layer.position is not None) == ("position" in type(mixer).model_fields)
    if layer.window and size:
        most, beyond = (
            facts(alone(mixer), layer.window * times).kv_cache.bytes_at_context for times in (1, 9)
        )
        assert most == beyond


def classes(annotation: Any) -> Iterator[type[Part]]:
    """Yield the classes that a spec is made of."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
        for field in annotation.model_fields.values():
            yield from classes(field.annotation)
    for inner in get_args(annotation):
        yield from classes(inner)


PARTS = tuple(dict.fromkeys(classes(LayerSpec | Residual | EmbeddingSpec)))


def _is_kind(part: type[Part]) -> bool:
    kind = part.model_fields.get("kind")
    return kind is not None and not kind.is_required() and len(get_args(kind.annotation)) == 1


@pytest.mark.parametrize("kind", [each for each in PARTS if _is_kind(each)])
def test_every_kind_is_called_something(kind: type[Part]) -> None:
    assert "title" in kind.model_config


@pytest.mark.parametrize("owner", PARTS)
def test_titles_and_words_are_english(owner: type[Part]) -> None:
    """No name with an underscore is shown to people: not a field's, not that of a choice."""
    for name, field in owner.model_fields.items():
        assert "_" not in field_title(owner, name)
        choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
        assert not any("_" in word(name, choice) for choice in choices if name != "kind")


def test_every_activation_has_its_words() -> None:
    assert set(ACTIVATIONS) == set(GATED_UNITS) == set(get_args(Activation))


@random
@given(st.one_of(mixers(), ffns()))
def test_vectors_multiply_nothing(data: dict[str, Any]) -> None:
    """What is one number a channel is no product, and what is looked up or scored says so itself."""
    weights = tuple(WEIGHTS[type(part(data))](part(data), 64))
    assert not any(weight.use == "product" for weight in weights if len(weight.shape) == 1)
    assert {weight.use for weight in weights if weight.name.endswith(".bias")} <= {"elementwise"}
