"""What a model has once: tables, the residual stream, what stands above the layers; and their callouts."""

from __future__ import annotations

from math import isclose

from archposter.blocks.terms import short
from archposter.blocks.tree import Callout, Cell, Plan, Stream, Tower
from archposter.spec.arch import Arch
from archposter.spec.parts import (
    AltUp,
    Attention,
    BlockResidual,
    DepthScaledResidual,
    GatedResidual,
    HyperConnections,
    Norm,
    PlainResidual,
    ScaledResidual,
    ScaledStream,
)
from archposter.spec.parts.words import ACTIVATIONS, word
from archposter.units import count, counted, exact, tokens

_MOST_DIVISOR = 1000
_MOST_IN_ROOT = 50  # higher, any number is near a root


def norm_name(norm: Norm) -> str:
    """Return "RMSNorm", "LayerNorm", or the same with a gate."""
    return f"{'Gated ' * bool(norm.gated_norm_rank)}{word('kind', norm.kind)}"


def norm_cell(norm: Norm) -> Cell:
    """Return the box of a norm; what has a gate is explained."""
    return Cell((norm_name(norm),), key="gated norm" if norm.gated_norm_rank else "", source="norm")


def scaled(factor: float) -> str:
    """Say a factor, small ones that divide by a whole number or a root as that: "× 2.5", "/ 16", "/ √2"."""
    for power, sign, most in ((1, "", _MOST_DIVISOR), (2, "√", _MOST_IN_ROOT)):
        divisor = factor**-power if 0 < factor < 1 else 0.0
        if 1 < round(divisor) <= most and isclose(divisor, round(divisor), rel_tol=1e-4):
            return f"/ {sign}{exact(round(divisor))}"
    return f"× {factor:.4g}"


def norm_and_factor(norm: Norm | None, factor: float, *, first: bool = False) -> Cell | None:
    """Return the box of a norm and of what is multiplied behind it (`first`: before it); None for neither."""
    if factor == 1:
        return norm_cell(norm) if norm else None
    times = scaled(factor)
    if not norm:
        return Cell((times,))
    cell = norm_cell(norm)
    name = cell.names[0]
    both = f"{times}, {name}" if first else f"{name}, {times}"
    return cell._replace(names=(both,))


def reading(norm: Norm | None, mixes: int, apart: bool) -> Cell | None:
    """Return the box of what a step does first: a norm, a mix of blocks, or three where `apart`."""
    if not mixes:
        cell = norm_cell(norm) if norm else None
        return cell and cell._replace(names=(f"3 × {cell.names[0]}",)) if apart else cell
    times = "3 × mix" if apart else "Mix"
    if not norm:
        return Cell((f"{times} of blocks", times), key="mix")
    name = norm_name(norm)
    return Cell((f"{times} of blocks, {name}", f"{times}, {name}"), key="mix", source="norm")


def tower(arch: Arch, plans: tuple[Plan, ...]) -> Tower:
    """Return the tower around the frames of layers."""
    embedding = arch.embedding
    added = []
    if embedding.positions:
        added.append(Cell(("Position embedding", "Positions"), key="positions"))
    elif any(mixer.position.kind == "sinusoidal" for mixer in arch.parts if isinstance(mixer, Attention)):
        added.append(Cell(("Sinusoidal positions", "Sinusoids")))
    if embedding.ngram:
        added.append(Cell(("N-gram embedding", "N-grams"), key="ngram"))
    below = (Cell((f"Embedding {norm_name(embedding.norm)}",), source="norm"),) if embedding.norm else ()
    ahead = None
    if arch.mtp:
        further = counted(arch.mtp.depth, "extra token")
        ahead = Cell((short("mtp"),), look="group", key="ahead", source="mtp", facts=((further,),))
    return Tower(
        embedding=Cell(("Token embedding", "Embedding"), key="embedding", source="vocab_size"),
        added=tuple(added),
        table=Cell(("Per-layer embeddings", "PLE table"), key="table") if embedding.per_layer else None,
        below=below,
        plans=plans,
        final=_final(arch),
        ahead=ahead,
        output=_output(arch),
        stream=_stream(arch),
        loops=arch.loops,
        above=_dense_head(arch),
        widened=_projection(embedding.width, arch.hidden_size),
        narrowed=_projection(arch.hidden_size, embedding.width),
    )


def _output(arch: Arch) -> Cell | None:
    """Return the box of what the model gives; an embedding model gives the stream itself."""
    if arch.output.head == "none":
        return None
    name = "Output layer" if arch.output.head == "lm" else "Score head"
    return Cell((name,), ("shares the embedding", "tied") if arch.tied else (), key="output")


def _scored(arch: Arch) -> str:
    """Return what a classification head scores."""
    count = arch.output.num_labels
    labels = "1 label" if count == 1 else f"{exact(count)} labels"
    return f"{labels} for {'the text' if arch.output.head == 'sequence_classification' else 'each token'}"


def _dense_head(arch: Arch) -> tuple[Cell, ...]:
    """Return the box of what stands between the final norm and the output layer."""
    if not arch.output.dense:
        return ()
    words = "Dense", ACTIVATIONS[arch.output.dense.activation], norm_name(arch.norm)
    return (Cell((", ".join(words), ", ".join(words[:2]), words[0]), key="dense", source="output"),)


def _final(arch: Arch) -> Cell | None:
    """Return the box of the final norm; a stream in blocks is read there once more."""
    if isinstance(arch.residual, BlockResidual):
        return reading(arch.final_norm, 1, apart=False)
    if not arch.final_norm:
        return None
    name = norm_name(arch.final_norm)
    return Cell((f"Final {name}", name), source="norm")


def _projection(start: int, end: int) -> Cell | None:
    """Return the box of a projection between the widths of embedding and stream, where they differ."""
    if start == end:
        return None
    return Cell((f"Projection {exact(start)} → {exact(end)}", f"{exact(start)} → {exact(end)}"))


def _stream(arch: Arch) -> Stream:
    match arch.residual:
        case HyperConnections(hc_mult=width, independent=independent, hc_lowrank=rank):
            return Stream(width, mixed=not independent, normed=rank > 0)
        case AltUp(altup_num_inputs=width):
            return Stream(width, once=True)
        case ScaledStream():
            return Stream(residual_scaled=True)
        case ScaledResidual() | DepthScaledResidual() | GatedResidual():
            return Stream(residual_scaled=True, output_scaled=True)
        case BlockResidual():
            return Stream(blocks=True)
        case PlainResidual(residual_multiplier=factor):
            return Stream(output_scaled=factor != 1)


def _layers(size: int) -> str:
    return f"{exact(size)} layers" if size > 1 else "layer"


def _residual(arch: Arch) -> str:
    """Return what the callout beside the residual stream says; nothing of a plain one."""
    match arch.residual:
        case HyperConnections(hc_mult=width, hc_lowrank=rank) if rank:
            return f"{short('hc')}: {width} streams, read through gates of rank {exact(rank)}"
        case HyperConnections(hc_mult=width, independent=independent):
            name, how = ("hc", "not mixed") if independent else ("mhc", "mixed")
            return f"{short(name)}: {width} residual streams, {how}"
        case AltUp(altup_num_inputs=width):
            return f"{width} residual streams, one computed, the others predicted"
        case ScaledStream():
            return "learned scale on the stream"
        case ScaledResidual():
            return "learned scale and shift on both summands"
        case GatedResidual():
            return "both summands weighed by one learned gate"
        case DepthScaledResidual():
            return "sum n: √(1 − 1/n) of the stream, √(1/n) of the part"
        case BlockResidual(n_layers_per_attn_res_block=size):
            return f"a sum begins anew every {_layers(size)}"
        case PlainResidual(residual_multiplier=factor) if factor != 1:
            return f"{scaled(factor)} before each sum"
    factors = sorted({step.stream_multiplier for layer in arch.layers for step in layer.sublayers})
    if factors[-1] != 1 or factors[0] != 1:
        said = f"{factors[0]:.4g}" + f" to {factors[-1]:.4g}" * (len(factors) > 1)
        return f"stream × {said} before each sum"
    return ""


def _factor(value: float, width: int) -> str:
    """Return a factor, as the root of the width where it is that."""
    return f"√{exact(width)}" if isclose(value * value, width, rel_tol=1e-2) else f"{value:.4g}"


def callouts(arch: Arch, mtp: int = 0) -> list[Callout]:
    """Return what the callouts beside the model-wide boxes say, the most telling first.

    `mtp`: how many parameters predict ahead, if that is to be said.
    """
    embedding, output = arch.embedding, arch.output
    residual = _residual(arch)
    found = [Callout("residual", residual)] if residual else []
    if arch.loops > 1:
        gate = ", an exit gate after each" if arch.exit_gate else ""
        found.append(Callout("loop", f"the layers run {arch.loops} times{gate}"))
    if embedding.ngram:
        longest = embedding.ngram.emb_neighbor_num
        tables = f"{embedding.ngram.num_tables} tables for the last 2 to {longest} tokens"
        found.append(Callout("ngram", tables))
    if mtp:
        found.append(Callout("ahead", "", inside=(f"{count(mtp)} not in the total",), part=short("mtp")))
    vocabulary = f"{exact(embedding.vocab_size)} vocabulary"
    said = [vocabulary if output.head == "lm" else _scored(arch)]
    if output.logit_scale != 1:
        said.append(f"logits {scaled(output.logit_scale)}")
    if output.final_logit_softcapping:
        said.append(f"logit soft cap {output.final_logit_softcapping:g}")
    if output.weight_norm != "none":
        said.append(f"NormHead: unit {output.weight_norm}")
    if output.head != "none":
        found.append(Callout("output", ", ".join(said), usual=said[0]))
    scale = (
        f", embedding × {_factor(embedding.multiplier, arch.hidden_size)}"
        if embedding.multiplier != 1
        else ""
    )
    more = f", {exact(embedding.more)} input-only tokens" if embedding.more else ""
    narrow = f"{exact(embedding.width)} wide, " if embedding.width != arch.hidden_size else ""
    if output.head != "lm":
        narrow = f"{vocabulary}, {narrow}"
    size = f"{narrow}{exact(arch.hidden_size)} hidden size"
    found.append(Callout("embedding", f"{size}{scale}{more}", usual=size))
    if embedding.positions:
        found.append(Callout("positions", f"{exact(embedding.positions)} learned positions"))
    if arch.context_length:
        longer = arch.extended_context
        more = f", {tokens(longer)} with {arch.context_method}" if longer else ""
        found.append(Callout("input", f"context of {tokens(arch.context_length)} tokens{more}"))
    return found
