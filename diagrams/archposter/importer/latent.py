"""Latent attention, and the indexers that choose what it reads."""

from __future__ import annotations

from collections.abc import Sequence

from archposter.importer.body import alternating, hidden_size, rope
from archposter.importer.config import Config
from archposter.spec.model import LayerSpec
from archposter.spec.parts import Indexer, Mla, Position


def mla(config: Config, *, position: Position | None = None, **fields: object) -> Mla:
    """Return latent attention; every head has its own keys and values, whatever the config counts."""
    heads = config.whole("num_attention_heads")
    config.expect("num_key_value_heads", heads)
    nope, turning = config.whole("qk_nope_head_dim"), config.whole("qk_rope_head_dim", least=0)
    for key in ("qk_head_dim", "q_head_dim"):
        config.expect(key, nope + turning)
    value = config.whole("v_head_dim", default=hidden_size(config) // heads)
    # files put very different widths there, and no class uses it
    config.skip("head_dim")
    turn = rope(config).model_copy(update={"partial_rotary_factor": 1.0})
    return config.build(
        Mla,
        num_attention_heads=heads,
        q_lora_rank=config.optional("q_lora_rank") or 0,
        kv_lora_rank=config.whole("kv_lora_rank"),
        qk_nope_head_dim=nope,
        qk_rope_head_dim=turning,
        v_head_dim=value,
        position=position or turn,
        attention_bias=config.flag("attention_bias", default=False),
        **fields,
    )


def indexer(config: Config, **fields: object) -> Indexer:
    """Return the indexer of DeepSeek sparse attention."""
    return config.build(
        Indexer,
        index_n_heads=config.whole("index_n_heads"),
        index_head_dim=config.whole("index_head_dim"),
        index_topk=config.whole("index_topk"),
        **fields,
    )


def all_indexed(config: Config, count: int) -> None:
    """Read a list of layers that are all of one kind, under its name of today or its first one."""
    config.words("layer_types", length=count, among=("indexed_attention", "deepseek_sparse_attention"))


def indexer_types(config: Config, count: int) -> list[str]:
    """Return "full" or "shared" for each layer: listed, as a pattern of letters, or every so many layers."""
    period = max(config.whole("index_topk_freq", default=1, least=0), 1)
    offset = config.whole("index_skip_topk_offset", default=2, least=0)
    listed = config.words("indexer_types", length=count, among=("full", "shared"))
    config.skip("index_topk_pattern")
    if listed:
        return listed
    if config.has("index_topk_pattern"):
        letters = {"F": "full", "S": "shared"}
        pattern = config.text("index_topk_pattern")
        if len(pattern) != count or not set(pattern) <= set(letters):
            raise config.refused("index_topk_pattern", f"expected F or S for each of {count} layers")
        return [letters[letter] for letter in pattern]
    return ["shared" if max(index - offset + 1, 0) % period else "full" for index in range(count)]


def shared_choice(types: Sequence[str], layers: Sequence[LayerSpec]) -> list[LayerSpec]:
    """Return the layers, those of type "shared" with the choice of tokens of the last "full" one."""

    def built(kind: tuple[str, LayerSpec]) -> LayerSpec:
        word, own = kind
        if word == "full" or not isinstance(own.mixer, Mla) or own.mixer.indexer is None:
            return own
        reads = own.mixer.indexer.model_copy(update={"indexer_type": "shared"})
        return own.model_copy(update={"mixer": own.mixer.model_copy(update={"indexer": reads})})

    return alternating(list(zip(types, layers, strict=True)), built)
