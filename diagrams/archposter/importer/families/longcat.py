"""Meituan's LongCat Flash."""

from __future__ import annotations

from archposter.importer.body import Body, gated, moe, num_layers, router_of
from archposter.importer.config import Config
from archposter.importer.latent import mla
from archposter.spec.model import BranchSpec, EmbeddingSpec, LayerSpec, SublayerSpec
from archposter.spec.parts import NgramEmbedding, ZeroExperts


def longcat_flash(config: Config) -> Body:
    """`LongcatFlashForCausalLM`: two attentions and two FFNs a layer, experts on a shortcut past both."""
    config.expect("zero_expert_type", "identity")
    config.expect("router_bias", False)
    mixer = mla(
        config,
        mla_scale_q_lora=config.flag("mla_scale_q_lora", default=True),
        mla_scale_kv_lora=config.flag("mla_scale_kv_lora", default=True),
    )
    ffn = gated(config, config.whole("ffn_hidden_size", "intermediate_size"))
    zero = config.optional("zero_expert_num")
    router = router_of(config, correction_bias="buffer", norm_topk_prob=False)
    experts = moe(
        config,
        num_experts_per_tok=config.whole("moe_topk", "num_experts_per_tok"),
        moe_intermediate_size=config.whole("expert_ffn_hidden_size", "moe_intermediate_size"),
        zero_experts=config.build(ZeroExperts, num=zero) if zero else None,
        router=router,
    )
    first = SublayerSpec(branches=(BranchSpec(part=ffn), BranchSpec(part=experts, joins_after=2)))
    attention, second = SublayerSpec(part=mixer), SublayerSpec(part=ffn)
    block = LayerSpec(sublayers=(attention, first, attention, second))
    return Body([block] * num_layers(config), embedding=_ngram(config))


def _ngram(config: Config) -> EmbeddingSpec:
    if not config.has("ngram_vocab_size_ratio"):
        return EmbeddingSpec()
    table = config.build(
        NgramEmbedding,
        ngram_vocab_size_ratio=config.whole("ngram_vocab_size_ratio"),
        emb_neighbor_num=config.whole("emb_neighbor_num"),
        emb_split_num=config.whole("emb_split_num"),
    )
    return config.build(EmbeddingSpec, ngram=table)
