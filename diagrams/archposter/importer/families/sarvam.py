"""Sarvam: DeepSeek V3's and Ling 2's layers."""

from __future__ import annotations

from archposter.importer.body import HEAD_NORM, Body, attention, correction, grouped_router, rope
from archposter.importer.config import Config
from archposter.importer.decoders import first_dense, sparse_decoder
from archposter.importer.latent import mla


def sarvam_mla(config: Config) -> Body:
    """`SarvamMLAForCausalLM`: queries are not compressed but normed, each head apart."""
    config.expect("use_qk_norm", True)
    corrected = correction(config, "moe_router_enable_expert_bias")
    return sparse_decoder(config, mla(config), correction_bias=corrected)


def sarvam_moe(config: Config) -> Body:
    """`SarvamMoEForCausalLM`: no class in the library; built like Ling 2."""
    for key, value in {"use_rmsnorm": True, "score_function": "sigmoid", "use_bias": False}.items():
        config.expect(key, value)
    config.skip("max_window_layers")
    normed = HEAD_NORM if config.flag("use_qk_norm", default=True) else None
    bias = config.flag("use_qkv_bias", default=False)
    corrected = correction(config, "moe_router_enable_expert_bias")
    mixer = attention(config, position=rope(config), qk_norm=normed, qkv_bias=bias)
    config.expect("moe_shared_expert_intermediate_size", config.whole("moe_intermediate_size"))
    return first_dense(config, mixer, lambda: grouped_router(config, correction_bias=corrected))
