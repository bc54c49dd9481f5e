"""Zyphra's Zamba: Mamba, and transformer blocks that several layers share."""

from __future__ import annotations

from archposter.importer.body import Body, activation, hidden_size, layer, num_heads, num_layers, rope
from archposter.importer.config import Config
from archposter.importer.recurrent import TRAINING, mamba_of_hybrids
from archposter.spec.model import LayerSpec, SublayerSpec
from archposter.spec.parts import AnyMixer, Mamba2, NoPosition, Rope, SharedBlock


def _zamba_kinds(config: Config, count: int) -> list[bool]:
    """Tell of every layer whether it has the shared block before its Mamba."""
    words = {"mamba": False, "linear_attention": False, "hybrid": True, "g": True, "m": False}
    said = config.words("layers_block_type", "layer_types", length=count, among=words)
    if said:
        return [words[word] for word in said]
    period = config.whole("attn_layer_period", default=6)
    offset = config.whole("attn_layer_offset", default=4, least=0)
    return [index == 2 or (index > 2 and (index - 3) % period == offset) for index in range(count)]


def _sharing_layers(kinds: list[bool], mixer: AnyMixer, blocks: list[SharedBlock]) -> list[LayerSpec]:
    """Return Mamba layers, those of a kind behind one of the blocks in turn."""
    used = 0
    layers = []
    for hybrid in kinds:
        if not hybrid:
            layers.append(layer(mixer, None))
            continue
        block = blocks[used % len(blocks)]
        part = block if used < len(blocks) else block.model_copy(update={"weights": "earlier"})
        used += 1
        steps = (SublayerSpec(part=part, placement="none"), SublayerSpec(part=mixer))
        layers.append(LayerSpec(sublayers=steps))
    return layers


def zamba(config: Config) -> Body:
    """`ZambaForCausalLM`: Mamba, and one transformer block that several layers share."""
    count, heads = num_layers(config), num_heads(config)
    config.skip(*TRAINING, "attn_layer_period", "attn_layer_offset")
    config.expect("attention_hidden_size", 2 * hidden_size(config))
    # the class shares the block only where it ties the output layer
    config.expect("tie_word_embeddings", True)
    width = config.whole("attention_head_dim", default=2 * hidden_size(config) // heads)
    mixer = mamba_of_hybrids(
        config,
        n_mamba_heads=config.whole("n_mamba_heads", default=2),
        activation=activation(config, "hidden_mamba_act"),
    )
    block = config.build(
        SharedBlock,
        num_attention_heads=heads,
        num_key_value_heads=config.whole("num_key_value_heads", default=heads),
        head_dim=width,
        query_pre_attn_scalar=width / 2,
        intermediate_size=config.whole("intermediate_size"),
        activation=activation(config),
    )
    return Body(_sharing_layers(_zamba_kinds(config, count), mixer, [block]))


def _former(config: Config, now: str, once: str) -> str:
    """Return which name a file has for a key: today's, which the class reads, or that of its first files."""
    config.skip(now, once)
    return once if now not in config.data and once in config.data else now


def zamba2(config: Config) -> Body:
    """`Zamba2ForCausalLM`: Mamba-2, and shared transformer blocks with an adapter for each use."""
    count, heads, hidden = num_layers(config), num_heads(config), hidden_size(config)
    config.skip("hybrid_layer_ids", "use_mem_eff_path", "use_long_context", "kv_channels", "num_query_groups")
    config.skip("gated_linear_unit", "num_logits_to_keep", "chunk_size")
    config.expect("ft_lora", False)
    config.expect("use_shared_block_lora", True)
    config.expect("attention_hidden_size", 2 * hidden)
    config.expect("attention_head_dim", 2 * hidden // heads)
    bias = config.flag("add_bias_linear", default=False)
    inner = config.whole(_former(config, "mamba_expand", "expansion_factor"), default=2) * hidden
    wide = config.optional("mamba_headdim", least=1)
    is_former = "n_mamba_heads" not in config.data
    many = inner // wide if wide and is_former else config.whole("n_mamba_heads")
    if inner % many:
        raise config.refused("n_mamba_heads", f"{many} heads cannot share out {inner} channels")
    mixer = config.build(
        Mamba2,
        mamba_num_heads=many,
        mamba_head_dim=inner // many,
        ssm_state_size=config.whole(_former(config, "mamba_d_state", "state_size")),
        n_groups=config.whole("mamba_ngroups", default=1),
        conv_kernel=config.whole(_former(config, "mamba_d_conv", "conv_dimension")),
        bias=bias,
    )
    # the class always gives the convolution a bias
    config.skip("use_conv_bias")
    config.expect("mamba_headdim", inner // many)
    kinds = _zamba_kinds(config, count)
    turns = config.flag("use_mem_rope", default=False)
    position: Rope | NoPosition = rope(config) if turns else NoPosition()
    config.skip("rope_parameters", "rope_theta")
    number, uses = config.whole("num_mem_blocks", default=1), sum(kinds)
    blocks = [
        config.build(
            SharedBlock,
            num_attention_heads=heads,
            num_key_value_heads=config.whole("num_key_value_heads", default=heads),
            head_dim=2 * hidden // heads,
            query_pre_attn_scalar=(2 * hidden // heads) / 2,
            intermediate_size=config.whole(
                _former(config, "intermediate_size", "ffn_hidden_size"), default=4 * hidden
            ),
            activation=activation(config),
            position=position,
            adapter_rank=config.whole(_former(config, "adapter_rank", "lora_rank")),
            num_adapters=len(range(index, uses, number)),
            attention_adapters=config.flag(
                _former(config, "use_shared_attention_adapter", "use_shared_attention_lora"), default=False
            ),
            bias=bias,
        )
        for index in range(max(min(number, uses), 1))
    ]
    return Body(_sharing_layers(kinds, mixer, blocks))
