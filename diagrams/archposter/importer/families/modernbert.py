"""A decoder built like ModernBERT."""

from __future__ import annotations

from archposter.importer.body import (
    ACTIVATIONS,
    Body,
    attention,
    biases,
    even_heads,
    gated,
    num_heads,
    num_layers,
    rope,
    windows,
)
from archposter.importer.config import Config
from archposter.spec.model import EmbeddingSpec, LayerSpec, NormSpec, SublayerSpec
from archposter.spec.parts import Attention, DenseHead, FullSpan, InnerNorm, Rope, SlidingSpan

_THETAS = {True: ("local_rope_theta", 10_000.0), False: ("global_rope_theta", 160_000.0)}


def modernbert_decoder(config: Config) -> Body:
    """`ModernBertDecoderForCausalLM`: a normed embedding, read as it is by the first layer; a dense head."""
    count = num_layers(config)
    for key in ("causal_mask", "is_causal"):
        config.expect(key, True)
    config.expect("sparse_prediction", False)
    config.skip("classifier_pooling", "initializer_cutoff_factor", "mlp_dropout", "position_embedding_type")
    config.skip("deterministic_flash_attn", "reference_compile", "repad_logits_with_grad")
    config.skip("sparse_pred_ignore_index", "sliding_window", "num_key_value_heads")
    period = config.whole("global_attn_every_n_layers", default=3)
    local = windows(config, count, lambda index: index % period != 0)
    mixers = {windowed: _mixer(config, windowed) for windowed in (True, False)}
    ffn = SublayerSpec(
        part=gated(config, bias=config.flag("mlp_bias", default=False), key="hidden_activation")
    )
    layers = [
        LayerSpec(sublayers=(SublayerSpec(part=mixers[windowed], placement=None if index else "none"), ffn))
        for index, windowed in enumerate(local)
    ]
    head = config.build(
        DenseHead,
        activation=config.word("classifier_activation", among=ACTIVATIONS, default="gelu"),
        bias=config.flag("classifier_bias", default=False),
    )
    norm = NormSpec(kind="layernorm", bias=config.flag("norm_bias", default=False))
    output = {"bias": config.flag("decoder_bias", default=True), "dense": head}
    return Body(layers, norm, embedding=EmbeddingSpec(norm=InnerNorm(weight=True)), output=output)


def _mixer(config: Config, windowed: bool) -> Attention:
    """Return the attention of one type of layer; its window is half of what the file says."""
    heads = num_heads(config)
    key, theta = _THETAS[windowed]
    kind = "sliding_attention" if windowed else "full_attention"
    turn = rope(config, kind, theta=config.number(key, default=theta))
    # both types of layers are scaled alike
    scaling = rope(config, "" if config.has("rope_scaling") else kind).scaling
    half = config.whole("local_attention", least=2) // 2 if windowed else 0
    return attention(
        config,
        num_key_value_heads=heads,
        head_dim=even_heads(config, heads),
        position=config.build(Rope, theta=turn.theta, scaling=scaling),
        span=config.build(SlidingSpan, size=half) if windowed else FullSpan(),
        **biases(config),
    )
