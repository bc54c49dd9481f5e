"""OpenBMB's MiniCPM."""

from __future__ import annotations

from archposter.importer.body import Body, attention, biases, gated, hidden_size, layer, moe, num_layers, rope
from archposter.importer.config import Config
from archposter.importer.latent import mla
from archposter.spec.model import EmbeddingSpec
from archposter.spec.parts import AnyFfn, AnyMixer, PlainResidual, Router


def minicpm3(config: Config) -> Body:
    """`MiniCPM3ForCausalLM`: latent attention, scaled embedding, residual steps and logits."""
    return _minicpm(config, mla(config), gated(config, bias=config.flag("mlp_bias", default=False)))


def minicpm(config: Config) -> Body:
    """`MiniCPMForCausalLM`: Llama with scaled embedding, residual steps and logits; some have experts."""
    config.expect("mlp_bias", False)
    mixer = attention(config, position=rope(config), **biases(config))
    if not config.optional("num_experts"):
        return _minicpm(config, mixer, gated(config))
    width = config.whole("intermediate_size")
    return _minicpm(config, mixer, moe(config, router=Router(), moe_intermediate_size=width))


def _minicpm(config: Config, mixer: AnyMixer, ffn: AnyFfn) -> Body:
    count = num_layers(config)
    divisor = hidden_size(config) / config.whole("dim_model_base", default=hidden_size(config))
    step = config.number("scale_depth", default=1.0) / count**0.5
    return Body(
        [layer(mixer, ffn)] * count,
        residual=config.build(PlainResidual, residual_multiplier=round(step, 8)),
        embedding=config.build(EmbeddingSpec, multiplier=config.number("scale_emb", default=1)),
        output={"logit_scale": round(1 / divisor, 8)},
    )
