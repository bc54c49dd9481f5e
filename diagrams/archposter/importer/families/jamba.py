"""AI21's Jamba: Mamba, attention and experts by turns."""

from __future__ import annotations

from archposter.importer.body import Body, activation, alternating, attention, gated, layer, moe, num_layers
from archposter.importer.config import Config
from archposter.importer.recurrent import TRAINING, mamba_of_hybrids
from archposter.spec.parts import AnyFfn, AnyMixer, InnerNorm, NoPosition, Router


def jamba(config: Config) -> Body:
    """`JambaForCausalLM`: Mamba, attention in every eighth layer, experts in every second."""
    count = num_layers(config)
    config.skip(*TRAINING, "sliding_window", "calc_logits_for_entire_prompt", "layers_block_type")
    config.skip("mamba_inner_layernorms")
    experts_many = config.whole("num_experts", "num_local_experts")
    ssm = mamba_of_hybrids(config, inner_norms=InnerNorm(weight=True), activation=activation(config))
    softmax = attention(config, position=NoPosition())
    period, offset = config.whole("attn_layer_period"), config.whole("attn_layer_offset", least=0)
    every_n, first = config.whole("expert_layer_period"), config.whole("expert_layer_offset", least=0)
    ffns: dict[bool, AnyFfn] = {False: gated(config)}
    if experts_many > 1:
        width = config.whole("intermediate_size")
        ffns[True] = moe(
            config, num_experts=experts_many, moe_intermediate_size=width, router=Router(norm_topk_prob=False)
        )
    else:
        config.skip("num_experts_per_tok")
        ffns[True] = ffns[False]
    mixers: dict[bool, AnyMixer] = {True: softmax, False: ssm}
    kinds = [(index % period == offset, index % every_n == first) for index in range(count)]
    return Body(alternating(kinds, lambda kind: layer(mixers[kind[0]], ffns[kind[1]])))
