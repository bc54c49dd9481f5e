"""What a model has once or in every layer, and what can be counted of it: properties without alignment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from archposter.compare.names import FIELD_NAMES
from archposter.compare.patterns import arrangement, of_layers
from archposter.compare.properties import properties
from archposter.compare.values import Aspect, Properties, Property, Scalar, Value, over_layers
from archposter.counts.cache import cache
from archposter.counts.flops import flops_per_token
from archposter.counts.parameters import Parameters
from archposter.spec.arch import Arch, Branch, Layer, Sublayer
from archposter.spec.parts import DenseHead, Norm
from archposter.spec.parts.words import word

Whole = Mapping[Aspect, Properties]

_MODELS_OWN = "the model's"


def whole(arch: Arch) -> Whole:
    """Return what a model has once, by aspect; what has no meaning in it is left out."""
    embedding, output = arch.embedding, arch.output
    table = embedding.per_layer and embedding.per_layer.vocab_size_per_layer_input
    return {
        "layers": _named(num_hidden_layers=len(arch.layers), loops=arch.loops, exit_gate=arch.exit_gate),
        "width": _named(hidden_size=arch.hidden_size),
        "norm": _named(
            norm=arch.norm.kind,
            final_norm=arch.final_norm is not None,
            norm_weight=arch.norm.weight,
            norm_bias=arch.norm.bias,
            norm_gated_norm_rank=arch.norm.gated_norm_rank,
        ),
        "residual": {**_named(residual=arch.residual.kind), **properties(arch.residual)},
        "embedding": {
            **_named(
                vocab_size=embedding.vocab_size,
                word_embed_proj_dim=embedding.width,
                max_position_embeddings=embedding.positions,
                embedding_multiplier=embedding.multiplier,
                embedding_norm=embedding.norm and _in_words(embedding.norm),
                additional_vocab_size=embedding.more,
                ngram=embedding.ngram,
                vocab_size_per_layer_input=table,
            ),
            **(properties(embedding.ngram) if embedding.ngram else {}),
        },
        "head": {
            **_named(
                output_head=output.head,
                num_labels=output.num_labels,
                tie_word_embeddings=output.tied,
                lm_head_bias=output.bias,
                logit_scale=output.logit_scale,
                final_logit_softcapping=output.final_logit_softcapping,
                weight_norm=output.weight_norm,
                dense_head=output.dense is not None,
                num_nextn_predict_layers=arch.mtp.depth if arch.mtp else 0,
            ),
            **(_before_output(output.dense) if output.dense else {}),
        },
    }


def of_stack(layers: Sequence[Layer], norm: Norm) -> Whole:
    """Return what layers have beside their parts, by aspect; `norm` is the model's."""
    indices = range(len(layers))

    def over(**reads: Callable[[Layer], Scalar]) -> Properties:
        return _named(
            **{field: over_layers(of_layers(layers, read), indices) for field, read in reads.items()}
        )

    return {
        "layers": over(
            sublayers=arrangement,
            layer_conv_kernel=_convolved,
            layer_scalar=lambda layer: layer.layer_scalar,
            branch_multipliers=_factors,
            branch_input_multipliers=_input_factors,
            stream_multipliers=_stream_factors,
        ),
        "norm": {
            **_named(placement=_placement(layers)),
            **over(step_norm=partial(_step_norms, norm), step_post_norm=partial(_post_norms, norm)),
        },
    }


def counted(arch: Arch, sums: Parameters, tokens: int) -> Whole:
    """Return the counts; caches and operations at a context of `tokens`."""
    kept = cache(arch, tokens)
    return {
        "parameters": _named(total=sums.total, active=sums.active, mtp=sums.mtp),
        "cache": _named(
            bytes_per_token_at_context=kept.bytes_per_token_at_context,
            total_bytes_at_context=kept.total_bytes_at_context,
            bytes_per_token=kept.bytes_per_token,
            indexer_bytes_per_token=kept.indexer_bytes_per_token,
            state_bytes=kept.state_bytes,
        ),
        "compute": _named(flops_per_token=flops_per_token(arch, tokens)),
    }


def _named(**values: Value) -> Properties:
    """Return values under their fields' titles."""
    return {FIELD_NAMES[field]: Property(field, value) for field, value in values.items()}


def _before_output(dense: DenseHead) -> Properties:
    found = properties(dense).items()
    return {title: one._replace(field=f"dense_head_{one.field}") for title, one in found}


def _placement(layers: Sequence[Layer]) -> Value:
    """Return where each part has its norms; "pre, sandwich": those of the step, then those of the branch."""
    found = [
        (_places(step) + (f", {inner}" if (inner := _places(branch)) != "none" else ""), index)
        for index, layer in enumerate(layers)
        for step in layer.sublayers
        for branch in step.branches
    ]
    return over_layers([words for words, _ in found], [index for _, index in found])


def _places(around: Sublayer | Branch) -> str:
    """Return where norms stand, and whether they have a gate."""
    norms = {"pre": around.pre_norm, "post": around.post_norm}
    if isinstance(around, Sublayer):
        norms["sum"] = around.sum_norm
    found = [place for place, norm in norms.items() if norm]
    gated = any(norm and norm.gated_norm_rank for norm in norms.values())
    return "gated " * gated + ("sandwich" if len(found) == 2 else found[0] if found else "none")


def _step_norms(models: Norm, layer: Layer) -> str:
    inner = (branch for step in layer.sublayers for branch in step.branches)
    steps = (norm for step in layer.sublayers for norm in (step.pre_norm, step.sum_norm))
    return _others(
        models, (*steps, *(norm for branch in inner for norm in (branch.pre_norm, branch.post_norm)))
    )


def _post_norms(models: Norm, layer: Layer) -> str:
    return _others(models, [step.post_norm for step in layer.sublayers])


def _others(models: Norm, norms: Iterable[Norm | None]) -> str:
    """Return what norms are, in order, where some are not the model's; "none": all are."""
    said = [_MODELS_OWN if norm == models else _in_words(norm) for norm in norms if norm]
    if set(said) <= {_MODELS_OWN}:
        return "none"
    return said[0] if len(set(said)) == 1 else ", then ".join(said)


def _in_words(norm: Norm) -> str:
    usual = norm.weight and norm.kind == "layernorm"
    said = word("norm", norm.kind) + " without weight" * (not norm.weight)
    said += " without bias" * (usual and not norm.bias)
    return said + (f", gates of rank {norm.gated_norm_rank}" if norm.gated_norm_rank else "")


def _factors(layer: Layer) -> tuple[float, ...]:
    """Return what the branches of its steps are multiplied by."""
    return _said(branch.multiplier for step in layer.sublayers for branch in step.branches)


def _input_factors(layer: Layer) -> tuple[float, ...]:
    """Return what the branches' inputs are multiplied by."""
    return _said(branch.input_multiplier for step in layer.sublayers for branch in step.branches)


def _stream_factors(layer: Layer) -> tuple[float, ...]:
    """Return what the stream is multiplied by in each of its steps."""
    return _said(step.stream_multiplier for step in layer.sublayers)


def _said(factors: Iterable[float]) -> tuple[float, ...]:
    """Return factors in order, one if all are the same, none if they change nothing."""
    found = tuple(factors)
    if len(set(found)) > 1:
        return found
    return () if found[0] == 1 else found[:1]


def _convolved(layer: Layer) -> int:
    return max(step.conv_kernel for step in layer.sublayers)
