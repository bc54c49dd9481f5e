"""Kimi K3, as its `config.json` describes it, beside the shapes of the tensors that were published."""

from math import prod
from typing import Any

from archposter.audit import audit
from archposter.counts.facts import facts
from archposter.importer.read import import_config
from archposter.pipeline import Model
from archposter.spec.normalize import normalize
from archposter.spec.parts import BlockResidual, ExpertLatent, Kda, LatentGate, Mla, Moe

HIDDEN, HEADS, HEAD, EXPERTS, LATENT = 7168, 96, 128, 896, 3584
WIDTH = HEADS * HEAD
FULL = [*range(4, 93, 4), 93]
CONFIG: dict[str, Any] = {
    "architectures": ["KimiK3ForConditionalGeneration"],
    "model_type": "kimi_k3",
    "image_placeholder": "<|kimi_image_placeholder|>",
    "media_placeholder_token_id": 163605,
    "tie_word_embeddings": False,
    "vision_config": {"vt_hidden_size": 1024},
    "text_config": {
        "model_type": "kimi_linear",
        "activation_situ_beta": 4.0,
        "activation_situ_linear_beta": 25.0,
        "attn_res_block_size": 12,
        "first_k_dense_replace": 1,
        "hidden_act": "situ",
        "hidden_size": HIDDEN,
        "intermediate_size": 33792,
        "kv_lora_rank": 512,
        "latent_moe_use_norm": True,
        "linear_attn_config": {
            "full_attn_layers": FULL,
            "kda_layers": [number for number in range(1, 94) if number not in FULL],
            "gate_lower_bound": -5.0,
            "head_dim": HEAD,
            "num_heads": HEADS,
            "short_conv_kernel_size": 4,
            "use_full_rank_gate": True,
        },
        "max_position_embeddings": 1048576,
        "mla_use_nope": True,
        "mla_use_output_gate": True,
        "moe_intermediate_size": 3072,
        "moe_layer_freq": 1,
        "moe_renormalize": True,
        "moe_router_activation_func": "sigmoid",
        "num_attention_heads": HEADS,
        "num_expert_group": 1,
        "num_experts": EXPERTS,
        "num_experts_per_token": 16,
        "num_hidden_layers": 93,
        "num_key_value_heads": HEADS,
        "num_nextn_predict_layers": 0,
        "num_shared_experts": 2,
        "q_lora_rank": 1536,
        "qk_nope_head_dim": 128,
        "qk_rope_head_dim": 64,
        "routed_expert_hidden_size": LATENT,
        "topk_group": 1,
        "topk_method": "noaux_tc",
        "use_grouped_topk": True,
        "v_head_dim": 128,
        "vocab_size": 163840,
    },
}

GATED_OUTPUT = [(WIDTH, HIDDEN), (HIDDEN, WIDTH)]
KDA = [
    *[(WIDTH, HIDDEN)] * 3,
    *[(WIDTH, 1, 4)] * 3,
    *[(HEADS,), (WIDTH,), (HEADS, HIDDEN), (HEAD, HIDDEN), (WIDTH, HEAD), (HEAD,)],
    *GATED_OUTPUT,
]
"""The checkpoint pads `A_log` to 128 with zeros that no code reads."""
MLA = [
    *[(1536, HIDDEN), (1536,), (18432, 1536)],
    *[(576, HIDDEN), (512,), (24576, 512)],
    *GATED_OUTPUT,
]
DENSE = [(33792, HIDDEN)] * 3
MOE = [
    *[(3072, LATENT)] * 3 * EXPERTS,
    *[(EXPERTS, HIDDEN), (LATENT, HIDDEN), (LATENT,), (HIDDEN, LATENT)],
    *[(6144, HIDDEN)] * 3,
]
STEPS = [(HIDDEN,)] * 6
"""Norm, query and the query's norm, of two steps."""


def size(*lists: list[tuple[int, ...]]) -> int:
    return sum(prod(shape) for shapes in lists for shape in shapes)


def test_every_layer_has_the_published_shapes() -> None:
    arch = normalize(import_config(CONFIG, "config.json").spec)
    layers = [
        size(MLA if number in FULL else KDA, DENSE if number == 1 else MOE, STEPS) for number in range(1, 94)
    ]
    counted = facts(arch).parameters
    assert counted.per_layer == tuple(layers)
    around = [(163840, HIDDEN)] * 2 + [(HIDDEN,)] * 3
    assert counted.total == sum(layers) + size(around) == 2_779_484_393_568


def test_what_a_token_keeps() -> None:
    kept = facts(normalize(import_config(CONFIG, "config.json").spec)).kv_cache
    assert kept.bytes_per_token == 24 * (512 + 64) * 2


def test_its_parts_and_its_card() -> None:
    arch = normalize(import_config(CONFIG, "config.json").spec)
    assert arch.residual == BlockResidual(
        n_layers_per_attn_res_block=12, query_norm_weight=True, first_query=True
    )
    parts = {type(part): part for part in arch.part_counts}
    mla, kda, moe = parts[Mla], parts[Kda], parts[Moe]
    assert isinstance(mla, Mla)
    assert mla.gate == LatentGate(per="element")
    assert isinstance(kda, Kda)
    assert (kda.low_rank_decay, kda.low_rank_output_gate) == (True, False)
    assert isinstance(moe, Moe)
    assert (moe.latent, moe.activation) == (ExpertLatent(size=LATENT, norm=True), "situ")
    model = Model(arch, "kimi-k3")
    for picture in (model.card(), model.figure()):
        assert audit(picture.frame) == ()
