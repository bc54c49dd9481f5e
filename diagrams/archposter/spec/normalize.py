"""`ArchSpec` to `Arch`: repeats unfolded, norms placed, nothing left to a default."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from archposter.spec.arch import Arch, Branch, Embedding, Layer, Mtp, Output, Sublayer
from archposter.spec.model import ArchSpec, Entry, LayerSpec, Placement, SublayerSpec
from archposter.spec.parts import AnyPart, BlockResidual, Norm
from archposter.spec.said import Release
from archposter.spec.yaml import dotted


def normalize(spec: ArchSpec) -> Arch:
    """Return the architecture with every layer explicit; the copies of a repeated layer are one object."""
    # The values have been validated; doing it again would build Norm's validator, which takes milliseconds.
    norm = Norm.model_construct(**{name: getattr(spec.norm, name) for name in Norm.model_fields})
    place = spec.norm.placement
    mtp = None
    if spec.mtp:
        layer = _layer(spec.mtp.layer, norm, place, "mtp.layer")
        mtp = Mtp(spec.mtp.num_nextn_predict_layers, layer)
    layers = tuple(_unfolded(spec.stack, norm, place, ()))
    if isinstance(spec.residual, BlockResidual):
        layers = tuple(_in_blocks(layers, spec.residual.n_layers_per_attn_res_block))
    return Arch(
        name=spec.name,
        size=spec.size,
        family=spec.family,
        developer=spec.developer,
        released=_day(spec.released),
        released_by=bool(spec.released and spec.released.by),
        license=spec.license.known if spec.license else None,
        links=tuple((name, url) for name, url in spec.links if url and name != "config_read"),
        highlights=tuple(line.text for line in spec.highlights),
        lineage=spec.lineage,
        context_length=spec.context_length.native,
        extended_context=spec.context_length.extended,
        context_method=spec.context_length.method,
        sources=tuple(_sources(spec)),
        hidden_size=spec.hidden_size,
        embedding=_embedding(spec, norm),
        layers=layers,
        loops=spec.loops,
        exit_gate=spec.exit_gate,
        norm=norm,
        final_norm=norm if spec.norm.final else None,
        residual=spec.residual,
        output=Output(
            spec.output.head,
            spec.output.num_labels,
            spec.output.tied,
            spec.output.bias,
            spec.output.logit_scale,
            spec.output.final_logit_softcapping,
            spec.output.weight_norm,
            spec.output.dense,
        ),
        mtp=mtp,
    )


def _day(said: Release | None) -> date | None:
    day = said and (said.by or said.day)
    return day if isinstance(day, date) else None


def _sources(spec: ArchSpec) -> Iterator[tuple[str, str]]:
    """Yield the architecture's source, and of the facts that are said by hand those that have one."""
    context = spec.context_length
    if config := spec.links.config_read or spec.links.config:
        yield "config", config
    for name, said in (("released", spec.released), ("license", spec.license), ("context_length", context)):
        if said and said.page:
            yield name, said.page
    if extended := context.extended and (context.extended_source or context.page):
        yield "extended_context", extended
    if spec.mtp and spec.mtp.source:
        yield "mtp", spec.mtp.source
    for number, line in enumerate(spec.highlights):
        if line.page:
            yield f"highlights[{number}]", line.page


def _embedding(spec: ArchSpec, norm: Norm) -> Embedding:
    said = spec.embedding
    return Embedding(
        spec.vocab_size,
        said.additional_vocab_size,
        said.word_embed_proj_dim or spec.hidden_size,
        said.max_position_embeddings,
        said.multiplier,
        (norm if said.norm.weight else norm.without_weight()) if said.norm else None,
        said.ngram,
        said.per_layer,
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
    if spec.sublayers:
        steps = tuple(
            _sublayer(step, norm, placement)._replace(conv_kernel=spec.conv_kernel) for step in spec.sublayers
        )
        return Layer(steps, spec.layer_scalar, source)
    parts = [part for part in (spec.mixer, spec.ffn) if part is not None]
    around = _norms(placement, norm)
    together = [parts] if spec.parallel else [[part] for part in parts]
    steps = tuple(Sublayer(tuple(map(_alone, step)), *around, spec.conv_kernel) for step in together)
    return Layer(steps, spec.layer_scalar, source)


def _alone(part: AnyPart) -> Branch:
    return Branch(part, None, None, 0, 1.0)


def _sublayer(spec: SublayerSpec, norm: Norm, placement: Placement) -> Sublayer:
    norm = spec.norm or norm
    before, after, above = _norms(spec.placement or placement, norm)
    around = before, after and (spec.post_norm or after), above
    branches: tuple[Branch, ...] = tuple(
        Branch(
            branch.part,
            *_norms(branch.placement, norm)[:2],
            branch.joins_after,
            branch.multiplier,
            branch.input_multiplier,
        )
        for branch in spec.branches or ()
    )
    if spec.part is not None:
        branches = (_alone(spec.part),)
    return Sublayer(branches, *around, stream_multiplier=spec.stream_multiplier)


def _norms(placement: Placement, norm: Norm) -> tuple[Norm | None, Norm | None, Norm | None]:
    """Return the norms before, after, and of the sum."""
    before = norm if placement in ("pre", "sandwich") else None
    after = norm if placement in ("post", "sandwich") else None
    return before, after, norm if placement == "sum" else None


def _in_blocks(layers: tuple[Layer, ...], size: int) -> Iterator[Layer]:
    """Say of each step how many mixes of the blocks' sums it reads, and where a sum begins anew.

    The first step of all has only the embedding to read.
    """
    made: dict[tuple[int, bool, bool], Layer] = {}
    for index, layer in enumerate(layers):
        key = id(layer), index == 0, index % size == 0
        if key not in made:
            steps = [step._replace(mixes=3 if step.separate_inputs else 1) for step in layer.sublayers]
            steps[0] = steps[0]._replace(mixes=steps[0].mixes * (index > 0), restarts=index % size == 0)
            made[key] = replace(layer, sublayers=tuple(steps))
        yield made[key]
