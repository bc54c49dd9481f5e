"""Text decoders that only occur inside multimodal models, and are not another family's."""

from __future__ import annotations

from archposter.importer.body import (
    Body,
    alternating,
    attention,
    biases,
    even_heads,
    gated,
    grouped_router,
    layer,
    moe,
    num_heads,
    num_layers,
    plain,
    rope,
    shared_experts,
    sparse_layers,
)
from archposter.importer.config import Config
from archposter.spec.model import EmbeddingSpec, NormSpec
from archposter.spec.parts import AnyFfn


def cosmos3_edge(config: Config) -> Body:
    """`Cosmos3EdgeTextModel`: Llama with a plain FFN of squared ReLUs."""
    mixer = attention(config, position=rope(config), **biases(config))
    ffn = plain(config, config.whole("intermediate_size"), bias=config.flag("mlp_bias", default=False))
    return Body([layer(mixer, ffn)] * num_layers(config))


def molmo2(config: Config) -> Body:
    """`Molmo2TextModel`: norms of Qwen 3's or OLMo 2's kind, tokens that are only read."""
    norms = {"qwen3": "head", "olmo": "full"}
    mixer = attention(
        config,
        position=rope(config),
        qk_norm=config.word("qk_norm_type", among=norms),
        qkv_bias=config.flag("attention_bias", "qkv_bias", default=False),
    )
    # which layers take part in an extension of the context
    config.skip("rope_scaling_layers")
    return Body(
        [layer(mixer, gated(config))] * num_layers(config),
        NormSpec(placement="post" if config.flag("norm_after", default=False) else "pre"),
        embedding=config.build(
            EmbeddingSpec, additional_vocab_size=config.whole("additional_vocab_size", least=0)
        ),
    )


def deepseek_ocr2(config: Config) -> Body:
    """`DeepseekOcr2TextModel`: DeepSeek V2's experts, heads with keys and values of their own."""
    config.expect("topk_method", "greedy", "group_limited_greedy")
    width = even_heads(config, num_heads(config))
    config.expect("scoring_func", "softmax")
    config.expect("head_dim", width)
    mixer = attention(config, position=rope(config), head_dim=width, **biases(config))
    ffn = gated(config, bias=config.flag("mlp_bias", default=False))
    shared = {"num_shared_experts": shared_experts(config)}
    if ffn.bias and shared["num_shared_experts"]:
        # all shared experts are one wide one, with one bias for their sum
        wide = shared["num_shared_experts"] * config.whole("moe_intermediate_size")
        shared = {"num_shared_experts": 1, "shared_expert_intermediate_size": wide}
    router = grouped_router(config, scoring="softmax")
    experts = moe(config, router=router, shared_expert_bias=ffn.bias, **shared)
    ffns: dict[bool, AnyFfn] = {True: experts, False: ffn}
    kinds = sparse_layers(config, num_layers(config), dense=1)
    return Body(alternating(kinds, lambda sparse: layer(mixer, ffns[sparse])))
