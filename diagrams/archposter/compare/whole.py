"""What a model has once, and what can be counted of it: properties that need no alignment."""

from __future__ import annotations

from collections.abc import Iterable

from archposter.compare.patterns import arrangement, of_layers
from archposter.compare.properties import Properties, properties
from archposter.compare.values import Aspect, Value, over_layers
from archposter.counts.cache import cache
from archposter.counts.flops import flops_per_token
from archposter.counts.parameters import parameters
from archposter.spec.arch import Arch, Branch, Layer, Sublayer
from archposter.spec.parts import Part


def whole(arch: Arch) -> dict[Aspect, dict[str, Value]]:
    """Return a model's own properties by aspect; those that have no meaning in it are left out."""
    embedding, output, mtp = arch.embedding, arch.output, arch.mtp
    indices = range(len(arch.layers))
    table = (
        {"vocab_size_per_layer_input": embedding.per_layer.vocab_size_per_layer_input}
        if (embedding.per_layer)
        else {}
    )
    return {
        "layers": {
            "num_hidden_layers": len(arch.layers),
            "loops": arch.loops,
            "sublayers": over_layers(of_layers(arch, arrangement), indices),
            "layer_conv_kernel": over_layers(of_layers(arch, _convolved), indices),
            "layer_scalar": over_layers(of_layers(arch, lambda layer: layer.layer_scalar), indices),
            "branch_multipliers": over_layers(of_layers(arch, _factors), indices),
            "stream_multipliers": over_layers(of_layers(arch, _stream_factors), indices),
        },
        "width": {"hidden_size": arch.hidden_size},
        "norm": {
            "norm": arch.norm.kind,
            "final_norm": arch.final_norm is not None,
            "placement": _placement(arch),
            **{f"norm_{name}": value for name, value in properties(arch.norm).items()},
        },
        "residual": {"residual": arch.residual.kind, **properties(arch.residual)},
        "embedding": {
            "vocab_size": embedding.vocab_size,
            "word_embed_proj_dim": embedding.width,
            "max_position_embeddings": embedding.positions,
            "embedding_multiplier": embedding.multiplier,
            "embedding_norm": embedding.norm is not None,
            "embedding_norm_weight": embedding.norm is None or embedding.norm.weight,
            "additional_vocab_size": embedding.more,
            "ngram": embedding.ngram,
            **(properties(embedding.ngram) if embedding.ngram else {}),
            **table,
        },
        "head": {
            "tie_word_embeddings": output.tied,
            "lm_head_bias": output.bias,
            "logit_scale": output.logit_scale,
            "final_logit_softcapping": output.final_logit_softcapping,
            "dense_head": output.dense,
            "num_nextn_predict_layers": mtp.depth if mtp else 0,
            **({"mtp_sublayers": arrangement(mtp.layer)} if mtp else {}),
        },
    }


def parts_of_model(arch: Arch) -> tuple[Part, ...]:
    """Return the parts whose properties are the model's own, under their own names."""
    return (arch.residual, *([arch.embedding.ngram] if arch.embedding.ngram else []))


def counted(arch: Arch, tokens: int) -> dict[Aspect, Properties]:
    """Return the counts; caches and operations at a context of `tokens`."""
    sums = parameters(arch)
    kept = cache(arch, tokens)
    return {
        "parameters": {"total": sums.total, "active": sums.active, "mtp": sums.mtp},
        "cache": {
            "bytes_per_token_at_context": kept.bytes_per_token_at_context,
            "total_bytes_at_context": kept.total_bytes_at_context,
            "bytes_per_token": kept.bytes_per_token,
            "indexer_bytes_per_token": kept.indexer_bytes_per_token,
            "state_bytes": kept.state_bytes,
        },
        "compute": {"flops_per_token": flops_per_token(arch, tokens)},
    }


def _placement(arch: Arch) -> Value:
    """Return where each part has its norms; "pre, sandwich": those of the step, then those of the branch."""
    found = [
        (_norms(step) + (f", {inner}" if (inner := _norms(branch)) != "none" else ""), index)
        for index, layer in enumerate(arch.layers)
        for step in layer.sublayers
        for branch in step.branches
    ]
    return over_layers([words for words, _ in found], [index for _, index in found])


def _norms(around: Sublayer | Branch) -> str:
    """Return where norms stand, and whether they have a gate."""
    norms = {"pre": around.pre_norm, "post": around.post_norm}
    if isinstance(around, Sublayer):
        norms["sum"] = around.sum_norm
    found = [place for place, norm in norms.items() if norm]
    gated = any(norm and norm.gated_norm_rank for norm in norms.values())
    return "gated " * gated + ("sandwich" if len(found) == 2 else found[0] if found else "none")


def _factors(layer: Layer) -> str:
    """Return what the branches of its steps are multiplied by; "0.5 of 2": before the part, and after it."""
    branches = [branch for step in layer.sublayers for branch in step.branches]
    return _said(
        (branch.multiplier, f" of {branch.input_multiplier:g}" * (branch.input_multiplier != 1))
        for branch in branches
    )


def _stream_factors(layer: Layer) -> str:
    """Return what the stream is multiplied by in each of its steps."""
    return _said((step.stream_multiplier, "") for step in layer.sublayers)


def _said(factors: Iterable[tuple[float, str]]) -> str:
    found = tuple(factors)
    return ", ".join(f"{one:g}{more}" for one, more in found) if set(found) != {(1.0, "")} else "none"


def _convolved(layer: Layer) -> int:
    return max(step.conv_kernel for step in layer.sublayers)
