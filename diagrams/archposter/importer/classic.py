"""What decoders from before Llama, and those built like them, have in common."""

from __future__ import annotations

from typing import Any

from archposter.importer.body import attention, even_heads, hidden_size, num_heads
from archposter.importer.config import Config
from archposter.spec.model import EmbeddingSpec, NormSpec
from archposter.spec.parts import Attention, Position

LAYERNORM = NormSpec(kind="layernorm")
GPT_ACTIVATION = "activation_function"


def learned(config: Config, *keys: str, more: int = 0, **fields: Any) -> EmbeddingSpec:
    """Return an embedding with a table of positions, `more` rows longer than the context."""
    rows = config.whole(*(keys or ("n_positions", "max_position_embeddings"))) + more
    return config.build(EmbeddingSpec, max_position_embeddings=rows, **fields)


def four_times(config: Config, *keys: str) -> int:
    """Return the width of a plain FFN; unless said, four times the hidden size."""
    return config.whole(*(keys or ("n_inner",)), default=4 * hidden_size(config))


def even(config: Config, *, position: Position, **fields: Any) -> Attention:
    """Return attention whose query heads share out the hidden size."""
    heads = num_heads(config)
    return attention(
        config,
        num_attention_heads=heads,
        head_dim=even_heads(config, heads),
        position=position,
        **{"num_key_value_heads": heads, **fields},
    )


def unscaled(config: Config) -> dict[str, float]:
    """Return the scale of scores that a flag leaves as they are, of others nothing."""
    return {} if config.flag("scale_attn_weights", default=True) else {"query_pre_attn_scalar": 1.0}


def scaled_embedding(config: Config, key: str = "scale_embedding", **fields: Any) -> EmbeddingSpec:
    """Return an embedding that is multiplied by the root of its width where a flag says so."""
    scaled = config.flag(key, default=True)
    return config.build(
        EmbeddingSpec, multiplier=round(hidden_size(config) ** 0.5, 7) if scaled else 1.0, **fields
    )
