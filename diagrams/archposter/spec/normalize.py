"""`ArchSpec` to `Arch`: repeats unfolded, norms placed, nothing left to a default."""

from __future__ import annotations

from collections.abc import Iterator

from archposter.spec.arch import Arch, Embedding, Layer, Mtp, Sublayer
from archposter.spec.model import ArchSpec, Entry, LayerSpec, Placement
from archposter.spec.parts import Norm
from archposter.spec.yaml import dotted


def normalize(spec: ArchSpec) -> Arch:
    """Return the architecture with every layer explicit; the copies of a repeated layer are one object."""
    norm = Norm(kind=spec.norm.kind, bias=spec.norm.bias)
    place = spec.norm.placement
    mtp = None
    if spec.mtp:
        layer = _layer(spec.mtp.layer, norm, place, "mtp.layer")
        mtp = Mtp(spec.mtp.num_nextn_predict_layers, layer)
    return Arch(
        name=spec.name,
        size=spec.size,
        family=spec.family,
        developer=spec.developer,
        released=spec.released,
        license=spec.license,
        links=tuple((name, url) for name, url in spec.links if url),
        highlights=spec.highlights,
        context_length=spec.context_length,
        hidden_size=spec.hidden_size,
        embedding=Embedding(spec.vocab_size, spec.embedding.max_position_embeddings),
        layers=tuple(_unfolded(spec.stack, norm, place, ())),
        final_norm=norm,
        tied=spec.output.tied,
        mtp=mtp,
    )


def _unfolded(
    stack: tuple[Entry, ...], norm: Norm, placement: Placement, path: tuple[str | int, ...]
) -> Iterator[Layer]:
    for index, entry in enumerate(stack):
        here = (*path, "stack", index)
        if entry.stack is not None:
            layers = tuple(_unfolded(entry.stack, norm, placement, here))
        elif entry.layer is not None:
            layers = (_layer(entry.layer, norm, placement, dotted((*here, "layer"))),)
        yield from layers * entry.repeat


def _layer(spec: LayerSpec, norm: Norm, placement: Placement, source: str) -> Layer:
    placement = spec.placement or placement
    pre_norm = None if placement == "post" else norm
    post_norm = None if placement == "pre" else norm
    parts = tuple(part for part in (spec.mixer, spec.ffn) if part is not None)
    steps = (parts,) if spec.parallel else tuple((part,) for part in parts)
    return Layer(tuple(Sublayer(step, pre_norm, post_norm) for step in steps), source)
