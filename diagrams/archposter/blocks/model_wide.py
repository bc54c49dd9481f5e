"""What a model has once: tables, the residual stream, what stands above the layers; and their callouts."""

from __future__ import annotations

from archposter.blocks.tree import Callout, Cell, Repeat, Stream, Tower
from archposter.spec.arch import Arch
from archposter.spec.parts import (
    AltUp,
    Attention,
    HyperConnections,
    Norm,
    PlainResidual,
    ScaledResidual,
    ScaledStream,
)
from archposter.units import exact, tokens

_NORM_NAMES = {"rmsnorm": "RMSNorm", "layernorm": "LayerNorm"}


def norm_name(norm: Norm) -> str:
    """Return "RMSNorm" or "LayerNorm"."""
    return _NORM_NAMES[norm.kind]


def tower(arch: Arch, frames: tuple[tuple[Repeat | Cell, ...], ...]) -> Tower:
    """Return the tower around the frames of layers."""
    embedding, final = arch.embedding, norm_name(arch.final_norm)
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
        times = f"{arch.mtp.depth} × MTP" if arch.mtp.depth > 1 else "MTP"
        ahead = Cell((times,), look="group", key="ahead", source="mtp")
    return Tower(
        embedding=Cell(("Token embedding", "Embedding"), key="embedding", source="vocab_size"),
        added=tuple(added),
        table=Cell(("Layer embeddings", "Layer tables"), key="table") if embedding.per_layer else None,
        below=below,
        frames=frames,
        final=Cell((f"Final {final}", final), source="norm"),
        ahead=ahead,
        output=Cell(("Output layer",), ("shares the embedding", "tied") if arch.tied else (), key="output"),
        stream=_stream(arch),
        loops=arch.loops,
    )


def _stream(arch: Arch) -> Stream:
    match arch.residual:
        case HyperConnections(hc_mult=width):
            return Stream(width)
        case AltUp(altup_num_inputs=width):
            return Stream(width, once=True)
        case ScaledStream():
            return Stream(residual_scaled=True)
        case ScaledResidual():
            return Stream(residual_scaled=True, output_scaled=True)
        case PlainResidual(residual_multiplier=factor):
            return Stream(output_scaled=factor != 1)


def callouts(arch: Arch) -> list[Callout]:
    """Return what the callouts beside the model-wide boxes say, the most telling first."""
    embedding, output = arch.embedding, arch.output
    found = []
    match arch.residual:
        case HyperConnections(hc_mult=width):
            found.append(Callout("residual", f"{width} residual streams, mixed at every step"))
        case AltUp(altup_num_inputs=width):
            found.append(Callout("residual", f"{width} residual streams, one computed, the others predicted"))
        case ScaledStream():
            found.append(Callout("residual", "learned scale on the stream"))
        case ScaledResidual():
            found.append(Callout("residual", "learned scale and shift on both summands"))
        case PlainResidual(residual_multiplier=factor) if factor != 1:
            found.append(Callout("residual", f"times {factor:g} before each sum"))
    if arch.loops > 1:
        found.append(Callout("loop", f"the layers run {arch.loops} times"))
    if embedding.ngram:
        longest = embedding.ngram.emb_neighbor_num
        tables = f"{embedding.ngram.num_tables} tables for the last 2 to {longest} tokens"
        found.append(Callout("ngram", tables))
    if arch.mtp:
        tokens_ahead = "1 token" if arch.mtp.depth == 1 else f"{arch.mtp.depth} tokens"
        found.append(Callout("ahead", f"predicts {tokens_ahead} further"))
    said = [f"{exact(embedding.vocab_size)} vocabulary"]
    if output.logit_scale != 1:
        said.append(f"logits times {output.logit_scale:g}")
    if output.final_logit_softcapping:
        said.append(f"soft cap {output.final_logit_softcapping:g}")
    found.append(Callout("output", ", ".join(said)))
    scale = f", times {embedding.multiplier:.4g}" if embedding.multiplier != 1 else ""
    found.append(Callout("embedding", f"{exact(arch.hidden_size)} hidden size{scale}"))
    if embedding.positions:
        found.append(Callout("positions", f"{exact(embedding.positions)} learned positions"))
    if arch.context_length:
        found.append(Callout("input", f"context of {tokens(arch.context_length)} tokens"))
    return found
