"""What a picture of a model must say: each mechanism of its spec, from the table of sayings."""

from __future__ import annotations

from collections.abc import Iterator

from archposter.blocks.layers import norm_names, placement
from archposter.blocks.model_wide import norm_name, scaled
from archposter.blocks.sayings import said
from archposter.blocks.terms import TERMS
from archposter.scene import Claim
from archposter.spec.arch import Arch, Layer, Output
from archposter.spec.parts import AltUp, AnyPart, BlockResidual, HyperConnections, PlainResidual
from archposter.units import exact


def essentials(arch: Arch) -> tuple[Claim, ...]:
    """Return what a card and a figure of the model both say: of each part, each layer and the whole."""
    return (
        *(_part(part) for part in arch.part_counts),
        *dict.fromkeys(_layer(layer) for layer, _ in arch.layer_counts),
        *_whole(arch),
    )


def _part(part: AnyPart) -> Claim:
    together = (*said(part, "name"), *said(part, "box"))
    return Claim(part.title, together, (*said(part, "size"), *said(part, "beside")))


def _layer(layer: Layer) -> Claim:
    """Claim the norms where they are: as boxes, or by the name of their placement."""
    steps = layer.sublayers
    names = [name for step in steps for name in norm_names(step) if name]
    name = max(names, key=names.count, default="")
    some = tuple((placement((step,)), norm_names(step).count(name)) for step in steps)
    return Claim("norms of a layer", norms=(name, placement(steps), some) if name else None)


def _whole(arch: Arch) -> Iterator[Claim]:
    embedding = arch.embedding
    yield Claim(
        "widths",
        words=((f"{exact(embedding.vocab_size)} vocabulary",), (f"{exact(arch.hidden_size)} hidden",)),
    )
    if arch.mtp:
        yield Claim("MTP", words=(TERMS["mtp"],))
    if arch.tied:
        yield Claim("tying", words=(("shares the embedding", "tied"),))
    yield from _scores(arch.output)
    if arch.loops > 1:
        yield Claim("loops", words=((f"{arch.loops} times",),), roles=("loop",))
    if arch.exit_gate:
        yield Claim("exit gate", words=(("exit gate",),))
    if embedding.ngram:
        yield Claim("n-gram embedding", words=(TERMS["ngram"],))
    if embedding.per_layer:
        yield Claim("per-layer embedding", words=(TERMS["ple"],))
    if embedding.positions:
        yield Claim("positions", words=((f"{exact(embedding.positions)} learned positions",),))
    if arch.final_norm:
        yield Claim("final norm", words=((norm_name(arch.final_norm),),))
    match arch.residual:
        case HyperConnections(hc_mult=width) | AltUp(altup_num_inputs=width):
            yield Claim("residual stream", words=((f"{width} streams", f"{width} residual streams"),))
        case BlockResidual():
            yield Claim("residual stream", words=(("a sum begins anew",),))
        case PlainResidual(residual_multiplier=factor) if factor != 1:
            yield Claim("residual stream", words=((scaled(factor),),))


def _scores(output: Output) -> Iterator[Claim]:
    if output.final_logit_softcapping:
        yield Claim("output", words=((f"soft cap {output.final_logit_softcapping:g}",),))
    if output.weight_norm != "none":
        yield Claim("output", words=((f"unit {output.weight_norm}",),))
    if output.logit_scale != 1:
        yield Claim("output", words=((f"logits {scaled(output.logit_scale)}",),))
