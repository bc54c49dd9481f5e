"""Random configurations of a model type: small ones, which the class itself may still refuse."""

from __future__ import annotations

import random
import re
from typing import Any

from archposter.importer.ignored import ignored

Overrides = dict[str, Any]

_RULES: tuple[tuple[str, list[Any]], ...] = (
    (r"(num|n)_(hidden_|mem_|decoder_)?(layers?|blocks)\Z", [1, 2, 3, 4, 5, 6, 8, 9]),
    (r"(moe_)?vocab_size(_per_layer_input)?\Z|padded_vocab", [96, 99, 128, 200]),
    (r"(max_(position_embeddings|seq_len|sequence_length)|n_positions|n_ctx)\Z", [64, 96, 128]),
    (r"(hidden_size|n_embd|d_model|embedding_dim|attention_hidden_size|lru_width)\Z", [32, 48, 64, 96, 128]),
    (r".*(num_)?(key_value|kv|query)_?(heads|groups)\w*\Z", [1, 2, 4, 8]),
    (r".*n_?(um)?_?\w*heads?\w*\Z", [2, 4, 8]),
    (r".*(head_dim|head_width|kv_channels)\w*\Z", [8, 16, 32]),
    (r".*(intermediate|ffn|inner|mlp)\w*(size|dim|hidden|width|ffn|inner)?\Z", [24, 32, 48, 64, 80]),
    (r".*(lora_rank|_rank)\Z", [4, 8, 12, 16]),
    (r".*shared_experts?\Z", [1, 2]),
    (r".*(experts|expert)_per_tok\w*\Z|.*top_?k\w*\Z", [1, 2, 3]),
    (r".*experts?\w*\Z", [2, 3, 4, 6, 8]),
    (r".*(window|chunk)\w*\Z", [16, 24, 32]),
    (r"local_attention\Z", [32, 48, 64]),
    (r".*(kernel|d_conv|conv_width)\w*\Z", [2, 3, 4, 5]),
    (r".*(state|d_state)\w*\Z", [8, 16, 32]),
    (r".*groups?\w*\Z", [1, 2, 4]),
)  # fmt: skip

_LAYERS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")
_ACTIVATIONS = ["silu", "gelu", "relu", "gelu_pytorch_tanh", "relu2", "gelu_new"]
_RUNNING = re.compile(
    r"(output_|return_|use_cache|is_encoder|is_decoder|add_cross|torchscript|tie_encoder|use_bfloat16|transformers_"
    r"|per_layer_config|pad_|bos_|eos_|chunk_size_feed|problem_type|id2label|label2id|architectures|dtype|_name|model_type|.*token_id"
    r"|initializer|use_mamba_kernels|.*dropout|.*_pdrop|.*loss|gradient|.*kernel\Z|.*eps(ilon)?\Z|mode\Z|return)"
)


def small(default: Overrides, chance: random.Random, needed: Overrides) -> Overrides:
    """Return overrides that make every size small."""
    found: Overrides = {key: 0 for key in default if re.match(r"(pad|bos|eos)_token_id", key)}
    for key, value in sorted(default.items()):
        if _RUNNING.match(key) or isinstance(value, bool):
            continue
        if isinstance(value, int):
            found[key] = _whole(key, value, chance)
        elif isinstance(value, dict) and key.endswith("_config") and value:
            found[key] = small(value, chance, needed.get(key, {}))
        elif key in needed or (_layered(value, default) and chance.random() < 0.5):
            found[key] = needed.get(key) or [chance.choice(_words(value, default)) for _ in value]
    return agreed(
        {**found, **{key: value for key, value in needed.items() if key not in found}}, default, chance
    )


def _layered(value: Any, default: Overrides) -> bool:
    """Tell whether a value is a list with a word for each layer."""
    lengths = {default[key] for key in _LAYERS if key in default}
    return isinstance(value, list) and len(value) in lengths and all(isinstance(word, str) for word in value)


def _words(values: list[str], default: Overrides) -> list[str]:
    """Return the words that a list of layers may hold, as far as the defaults tell."""
    words = set(values)
    if words & {"linear_attention", "conv", "full_attention", "sliding_attention"}:
        words.add("full_attention")
        if default.get("sliding_window"):
            words.add("sliding_attention")
    return sorted(words)


def agreed(found: Overrides, default: Overrides, chance: random.Random) -> Overrides:
    """Return overrides whose sizes fit one another where a class asks for it and does not say so."""
    heads = next((key for key in ("num_attention_heads", "n_heads") if key in default), "")
    if "kv_lora_rank" in default and heads in found:
        found["num_key_value_heads"] = found[heads]
    _agree_widths(found, default, heads)
    for prefix in ("mamba_n_heads mamba_d_head mamba_expand", "num_heads head_dim expand",
                   "n_mamba_heads mamba_headdim mamba_expand"):  # fmt: skip
        many, wide, factor = prefix.split()
        if all(key in default for key in (many, wide, factor)):
            inner = int(found.get(factor) or default[factor]) * int(found["hidden_size"] or 0)
            found[wide] = inner // int(found.get(many) or default[many])
            if "mamba_d_ssm" in default:
                found["mamba_d_ssm"] = found[wide] * int(found.get(many) or default[many])
    count = next((found[key] for key in _LAYERS if key in found), 0)
    lengths = {default[key] for key in _LAYERS if key in default}
    for key, value in default.items():
        if isinstance(value, list) and len(value) in lengths and key in found and len(found[key]) != count:
            found[key] = [chance.choice(found[key] or value) for _ in range(count)]
    if "attn_layer_indices" in default and count:
        found["attn_layer_indices"] = sorted(chance.sample(range(count), max(count // 3, 1)))
    if default.get("qk_rope_head_dim") == 0:
        found["qk_rope_head_dim"] = 0
    if "index_kpool" in default and "index_kpool" in found:
        found["index_topk"] = found["index_kpool"] * chance.choice([1, 2, 3])
    if "num_blocks" in default:
        found["num_blocks"] = count
    if "attention_types" in default:
        found["attention_types"] = (
            [[["global", "local"], 1], [["local"], count - 2]] if count > 2 else [[["local"], count]]
        )
    return found


def _agree_widths(found: Overrides, default: Overrides, heads: str) -> None:
    """Give a head's parts their sum, and the axes of pictures and text their shares of what turns."""
    turning, still = "qk_rope_head_dim", "qk_nope_head_dim"
    if turning in default and still in default:
        sums = {"head_dim": [turning], "qk_head_dim": [turning, still]}
        for key, parts in sums.items():
            if default.get(key) == sum(default[part] for part in parts):
                found[key] = sum(found.get(part, default[part]) for part in parts)
        if "index_head_dim" in found:
            found["index_head_dim"] = max(found["index_head_dim"], found.get(turning, default[turning]))
    rope = default.get("rope_parameters") or {}
    if "mrope_section" in rope:
        width = found.get("head_dim") or found["hidden_size"] // found[heads]
        half, axes = int(width * rope.get("partial_rotary_factor", 1.0)) // 2, len(rope["mrope_section"])
        shares = [half // axes + (axis < half % axes) for axis in range(axes)]
        found["rope_parameters"] = {**rope, "mrope_section": shares}


def changed(base: Overrides, default: dict[str, Any], chance: random.Random) -> Overrides:
    """Return overrides that differ from `base` in one to four keys."""
    found = {key: dict(value) if isinstance(value, dict) else value for key, value in base.items()}
    keys = [key for key in sorted(default) if not _RUNNING.match(key)]
    for key in chance.sample(keys, min(len(keys), chance.choice([1, 2, 3, 4]))):
        value = default[key]
        if isinstance(value, dict) and key.endswith("_config") and value:
            found[key] = changed(found.get(key, {}), value, chance)
        elif (said := _other(key, value, default, chance)) is not None:
            found[key] = said
    return agreed(found, default, chance)


def _other(key: str, value: Any, default: Overrides, chance: random.Random) -> Any:
    """Return another value for a key, or None for none."""
    if isinstance(value, bool):
        return chance.random() < 0.5
    if isinstance(value, int):
        return _whole(key, value, chance)
    if isinstance(value, str) and re.search(r"act(ivation)?(_function|_fn)?\Z", key):
        return chance.choice(_ACTIVATIONS)
    if isinstance(value, float) and re.search(r"(factor|pct|expand|ratio)\Z", key):
        return chance.choice([0.25, 0.5, 1.0, 2.0])
    if isinstance(value, float) and not ignored(key):
        return chance.choice([0.5, 1.0, 2.0, value])
    if value is None and re.search(
        r"(kv|key_value).*heads|head_dim|window|inner|intermediate|rank|width", key
    ):
        return _whole(key, 0, chance)
    if (
        isinstance(value, list)
        and value
        and all(isinstance(entry, str) for entry in value)
        and not ignored(key)
    ):
        return [chance.choice(_words(value, default)) for _ in value]
    return None


def _whole(key: str, value: int, chance: random.Random) -> int:
    for pattern, choices in _RULES:
        if re.match(pattern, key):
            return int(chance.choice(choices))
    if value > 64:
        return chance.choice([16, 24, 32, 48])
    return chance.choice([value, value, 1, 2, 3, 4]) if value > 0 else value
