"""EleutherAI's GPT-Neo."""

from __future__ import annotations

from typing import Any

from archposter.importer.body import FULL, Body, alternating, layer, num_layers, plain
from archposter.importer.classic import GPT_ACTIVATION, LAYERNORM, even, four_times, learned
from archposter.importer.config import Config
from archposter.spec.parts import Learned, SlidingSpan


def gpt_neo(config: Config) -> Body:
    """`GPTNeoForCausalLM`: a window in every second layer, unscaled scores, a bias on the output only."""
    count = num_layers(config)
    kinds = _neo_layers(config, count)
    window = config.build(SlidingSpan, size=config.whole("window_size"))
    ffn = plain(config, four_times(config, "intermediate_size"), bias=True, key=GPT_ACTIVATION)

    def built(local: bool) -> Any:
        span = window if local else FULL
        return layer(
            even(config, position=Learned(), span=span, output_bias=True, query_pre_attn_scalar=1.0), ffn
        )

    return Body(alternating(kinds, built), LAYERNORM, embedding=learned(config, "max_position_embeddings"))


def _neo_layers(config: Config, count: int) -> list[bool]:
    words = config.words("attention_layers", length=count, among=("global", "local"))
    said = config.data.get("attention_types", config.defaults.get("attention_types"))
    config.skip("attention_types")
    if words is None:
        words = _expanded(said) if said else ["global", "local"] * count
    if len(words) < count or not set(words) <= {"global", "local"}:
        raise config.refused("attention_types", f"expected global or local for each of {count} layers")
    return [word == "local" for word in words[:count]]


def _expanded(said: Any) -> list[str]:
    """Return [[["global", "local"], 12]] written out; nothing where it is anything else."""
    try:
        return [str(word) for words, times in said for _ in range(min(int(times), 1000)) for word in words]
    except (TypeError, ValueError, OverflowError):
        return []
