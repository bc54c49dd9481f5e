"""How files say that rotary positions were scaled to a longer context."""

from __future__ import annotations

from typing import Any

from archposter.importer.config import Config
from archposter.spec.parts import (
    DynamicScaling,
    LinearScaling,
    Llama3Scaling,
    LongRopeScaling,
    NtkScaling,
    RopeScaling,
    YarnScaling,
)
from archposter.spec.said import MAX_CONTEXT

_TYPES = {
    "default": "default",
    "linear": "linear",
    "dynamic": "dynamic",
    "yarn": "yarn",
    "deepseek_yarn": "yarn",
    "longrope": "longrope",
    "su": "longrope",
    "llama3": "llama3",
    "proportional": "proportional",
    "mrope": "default",
}
"""Names in files; the sections of multimodal positions are all alike for text."""


def scaled(config: Config, section: Config | None, layer_type: str) -> dict[str, Any]:
    """Return what a file says of scaling beside base and share, as fields of `Rope`.

    An old `rope_scaling` is not heard where windows have positions of their own: the classes add it to
    those of full attention only (`Gemma3TextConfig`, `Olmo3Config`).
    """
    old = config.section("rope_scaling")
    for each in (config.section("rope_parameters"), old):
        if each:
            each.skip("rope_type", "type", "max_position_embeddings", "rope_theta", "interleaved")
    found: dict[str, Any] = {}
    for each in (section, None if "sliding" in layer_type else old):
        if each and each.has("rope_type", "type"):
            kind = each.word("rope_type", "type", among=_TYPES)
            if kind == "proportional":
                found["proportional"] = True
            elif kind != "default":
                found["scaling"] = _scaling(kind, config, each)
    return found


def _scaling(kind: str, config: Config, said: Config) -> RopeScaling:
    said_context = config.has("max_position_embeddings")
    context = config.whole("max_position_embeddings", most=MAX_CONTEXT) if said_context else MAX_CONTEXT
    original = said.optional("original_max_position_embeddings") or config.optional(
        "original_max_position_embeddings"
    )
    if kind in ("linear", "dynamic") and said.has("alpha"):
        return said.build(NtkScaling, alpha=said.number("alpha"))
    factor = said.number("factor", default=context / original if original else 1.0)
    if kind == "linear":
        return said.build(LinearScaling, factor=factor)
    if kind == "dynamic":
        return said.build(DynamicScaling, factor=factor)
    before = original or context
    if kind == "llama3":
        return said.build(
            Llama3Scaling,
            factor=factor,
            low_freq_factor=said.number("low_freq_factor", default=1.0),
            high_freq_factor=said.number("high_freq_factor", default=4.0),
            original_max_position_embeddings=before,
        )
    stretch = said.number("attention_factor") if said.has("attention_factor") else None
    if kind == "longrope":
        return said.build(
            LongRopeScaling,
            original_max_position_embeddings=before,
            short_factor=said.amounts("short_factor"),
            long_factor=said.amounts("long_factor"),
            attention_factor=stretch,
        )
    if said.has("apply_scale") and not said.flag("apply_scale"):
        stretch = 1.0
    weights = {name: said.number(name) for name in ("mscale", "mscale_all_dim") if said.has(name)}
    return said.build(
        YarnScaling,
        factor=factor,
        original_max_position_embeddings=before,
        beta_fast=said.number("beta_fast", "beta", default=32.0),
        beta_slow=said.number("beta_slow", "alpha", default=1.0),
        truncate=said.flag("truncate", default=True),
        attention_factor=stretch,
        **{name: value for name, value in weights.items() if value},
    )
