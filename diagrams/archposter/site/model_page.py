"""A model's page: its card, alive, and all that is known of it, each number with its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from typing import Any, Final

from archposter import units
from archposter.blocks.card import card
from archposter.charting import chart
from archposter.charts.plot import SIZE
from archposter.counts.cache import Cache
from archposter.export.svg import to_bare
from archposter.layout.card import card_frame
from archposter.pipeline import Model, theme
from archposter.scene import Size
from archposter.site import evidence, render
from archposter.site.charts_page import STYLE, UPRIGHT
from archposter.site.living import Anatomy, Spot, listed, spots, without_links
from archposter.site.page import Site
from archposter.site.source import Source
from archposter.site.spec_text import SpecText
from archposter.site.summary import Summary
from archposter.spec.arch import Arch

_LINKS: Final = {"config": "Released config", "report": "Report"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its evidence: `short` as people say it, `exact` in full, `how` it comes about.

    `rows` add up to `sum`, if there are any; `concept` is the page that explains it.
    """

    id: str
    title: str
    short: str
    exact: str
    how: str
    rows: tuple[evidence.Row, ...] = ()
    sum: int | Fraction = 0
    concept: str = ""


@dataclass(frozen=True, slots=True)
class LayerRun:
    """Equal layers that follow one another, from 0: what they have, and what one of them holds and keeps."""

    first: int
    last: int
    parts: tuple[tuple[str, str, str], ...]
    window: str
    position: str
    parameters: int
    share: float
    source: str


@dataclass(frozen=True, slots=True)
class Relative:
    """Another model: `slug` is "" where it has no page here; `how` it is related, `said` what differs."""

    slug: str
    title: str
    how: str
    said: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file to take, by its path from the site's root."""

    path: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact that is not counted: the spec's field, what it says, the page that states it ("" for none).

    `key` is the key of the config that gave it, where the config was read.
    """

    words: str
    field: str
    value: str
    source: str
    key: str = ""


@dataclass(frozen=True)
class ModelView:
    """All that a model's page shows."""

    summary: Summary
    svg: str
    context: str
    upright: str
    description: str
    width: float
    height: float
    spots: tuple[Spot, ...]
    listed: tuple[Spot, ...]
    numbers: tuple[Number, ...]
    runs: tuple[LayerRun, ...]
    places: tuple[evidence.Place, ...]
    relatives: tuple[Relative, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    compared_with: str
    compared_slug: str
    stated: tuple[Stated, ...]
    files: tuple[File, ...]
    concepts: tuple[tuple[str, str, str], ...]
    warnings: tuple[str, ...]
    newer: tuple[str, str] | None
    older: tuple[str, str] | None
    spec: SpecText

    def run_of(self, layer: int) -> LayerRun:
        """Return the run that a layer, from 0, is in."""
        return next(run for run in self.runs if run.last >= layer)

    def place_of(self, layer: int) -> str:
        """Return the id of the weights of a layer, from 0."""
        return evidence.holding(self.places, layer) or "weights"

    def weights_of(self, spot: Spot) -> str:
        """Return the id of the weights that a place draws, of several the first."""
        if spot.layers:
            return self.place_of(spot.layers[0])
        groups = {str(place.rows[0].group): place.id for place in reversed(self.places)}
        return groups.get(spot.group, "weights")

    def field(self, path: str) -> str:
        """Return the id of what states a field of the spec: its row with the source, else its line."""
        stated = any(fact.field == path for fact in self.stated)
        return f"stated-{path}" if stated else f"spec-{self.spec.line(path)}"

    def leads(self, spot: Spot) -> str:
        """Return where a place of the card leads, from the page's folder."""
        layers = f"#layer-{self.run_of(spot.layers[0]).first}" if spot.layers else ""
        if spot.number:
            return f"#number-{spot.number}"
        if spot.kind == "label":
            said = f"#{self.weights_of(spot)}" if spot.group else "#spec"
            return f"#{self.field(spot.field)}" if spot.field else layers or said
        if spot.kind == "inset" and spot.field:
            return f"#{self.field(spot.field)}"
        if spot.kind == "layer":
            return layers
        return (
            f"../concepts/{spot.concepts[0]}.html" if spot.concepts else layers or f"#{self.weights_of(spot)}"
        )


def _grown(model: Model, size: Size) -> str:
    return to_bare(without_links(chart("context", [model], style=STYLE, size=size).frame))


def view(model: Model, source: Source, summary: Summary, known: Mapping[str, Any]) -> ModelView:
    """Return what a model's page shows, made from `source`; `known`: titles of models and concepts."""
    arch, facts = model.arch, model.facts()
    blocks = card(arch, facts)
    frame = without_links(card_frame(blocks, theme(STYLE)))
    anatomy = Anatomy(arch, facts)
    found = evidence.places(model.tensors())
    related = model.relatives()
    unlike = related.unlike
    places = spots(blocks, frame, anatomy)
    titles: Mapping[str, tuple[str, str]] = known["concepts"]
    return ModelView(
        summary=summary,
        svg=to_bare(frame),
        context=_grown(model, SIZE),
        upright=_grown(model, UPRIGHT),
        description=frame.description,
        width=frame.size.width,
        height=frame.size.height,
        spots=places,
        listed=listed(places),
        numbers=tuple(_numbers(model, anatomy, found)),
        runs=tuple(_runs(anatomy)),
        places=found,
        relatives=tuple(_relatives(model, known)),
        new=unlike.new if unlike else (),
        gone=unlike.gone if unlike else (),
        compared_with=related.found.model.title if related.found else "",
        compared_slug=_page(related.found.model.name, known["models"]) if related.found else "",
        stated=tuple(_stated(arch, dict(source.keys))),
        files=files(summary.slug),
        concepts=tuple((name, *titles[name]) for name in summary.concepts if name in titles),
        warnings=arch.warnings,
        newer=known["newer"],
        older=known["older"],
        spec=SpecText(source.text),
    )


def files(slug: str) -> tuple[File, ...]:
    """Return the files that a model's page gives away."""
    return (
        File(f"cards/{slug}.svg", "SVG, light", "live text, fonts inside"),
        File(f"cards/{slug}-ink.svg", "SVG, dark", "live text, fonts inside"),
        File(f"cards/{slug}-auto.svg", "SVG, light or dark", "follows the reader's scheme"),
        File(f"cards/{slug}-outlines.svg", "SVG, outlined", "for readers that ignore fonts, as GitHub's"),
        File(f"cards/{slug}.png", "PNG", "1,000 pixels wide"),
        File(f"cards/{slug}.pdf", "PDF", "for print"),
        File(f"specs/{slug}.yaml", "Spec", "the model as YAML"),
        File(f"models/{slug}.json", "Facts", "all counts as JSON"),
    )


def _numbers(model: Model, anatomy: Anatomy, found: tuple[evidence.Place, ...]) -> Iterator[Number]:
    parameters = model.facts().parameters
    yield Number(
        "parameters",
        "Parameters",
        units.count(parameters.total),
        units.exact(parameters.total),
        "Every weight of the text decoder once, a tied output layer as the embedding that it is.",
        evidence.total(found),
        parameters.total,
    )
    yield Number(
        "active",
        "Active per token",
        units.count(parameters.active),
        units.exact(parameters.active),
        "What one token's pass uses: all but the experts not chosen; of look-up tables the rows read.",
        evidence.active(found, tied=model.arch.tied),
        parameters.active,
        "active-parameters",
    )
    yield from _cache(model.facts().kv_cache, anatomy)
    yield from _costs(anatomy, found)
    if parameters.mtp:
        yield Number(
            "mtp",
            "Prediction modules",
            units.count(parameters.mtp),
            units.exact(parameters.mtp),
            "Weights of multi-token prediction, not in the total.",
            tuple(evidence.Row(place.words, place.size, place.id) for place in found if not place.counted),
            parameters.mtp,
            "multi-token-prediction",
        )


def _cache(kept: Cache, anatomy: Anatomy) -> Iterator[Number]:
    at = units.exact(kept.context)
    average = kept.bytes_per_token_at_context
    yield Number(
        "cache",
        "Cache a token",
        units.size(average) if average else "none",
        f"{units.exact(kept.total_bytes_at_context)} bytes for {at} tokens",
        f"Keys and values, keys of indexers and states for {at} tokens in {kept.dtype}, "
        f"{units.size(kept.total_bytes_at_context)}, divided by the tokens.",
        evidence.cache(anatomy),
        kept.total_bytes_at_context,
        "kv-cache",
    )
    growing = kept.bytes_per_token + kept.indexer_bytes_per_token
    yield Number(
        "next",
        "Cache of the next token",
        units.size(growing) if growing else "none",
        f"{float(growing):,.10g} bytes",
        "Bytes that one more token adds while the context is shorter than every window and chunk.",
        evidence.growing(anatomy),
        growing,
        "kv-cache",
    )
    if kept.state_bytes:
        yield Number(
            "state",
            "Recurrent state",
            units.size(kept.state_bytes),
            f"{units.exact(kept.state_bytes)} bytes",
            "States and the columns that convolutions keep, the same at any length of the context.",
            evidence.states(anatomy),
            kept.state_bytes,
        )


def _costs(anatomy: Anatomy, found: tuple[evidence.Place, ...]) -> Iterator[Number]:
    facts = anatomy.facts
    weights = facts.weight_bytes
    sizes = (("bf16", weights.bf16), ("fp8", weights.fp8), ("4 bit", weights.int4))
    yield Number(
        "weights",
        "Weights",
        units.decimal_size(weights.bf16),
        "; ".join(f"{units.exact(int(size))} bytes in {name}" for name, size in sizes),
        "Every parameter at 2 bytes, at 1 or at half a byte; the sum is at 2; quantised files are larger.",
        evidence.weighed(found, 2),
        weights.bf16,
    )
    yield Number(
        "operations",
        "Operations a token",
        units.flops(facts.flops_per_token),
        f"{units.exact(facts.flops_per_token)} for the last of {units.exact(facts.kv_cache.context)} tokens",
        "Two for each product with a weight, for scores and weighted values, and for recurrent states.",
        evidence.operations(anatomy),
        facts.flops_per_token,
    )


def _stated(arch: Arch, keys: Mapping[str, str]) -> Iterator[Stated]:
    """Yield what the spec says and does not count, each with its source; sizes are those of the config."""
    sources = dict(arch.sources)
    day = arch.released
    by = "no day was announced; there by " if arch.released_by else ""
    limit, longer = arch.context_length, arch.extended_context
    said = (
        ("Released", "released", f"{by}{render.day(day.isoformat())}" if day else ""),
        ("Licence", "license", arch.license or ""),
        ("Context", "context_length", f"{units.exact(limit)} tokens" if limit else "no limit"),
        ("Longer context", "extended_context", f"{units.exact(longer or 0)} tokens, {arch.context_method}"),
        ("Layers", "stack", units.exact(len(arch.layers))),
        ("Hidden size", "hidden_size", units.exact(arch.hidden_size)),
        ("Vocabulary", "vocab_size", units.exact(arch.embedding.vocab_size)),
        ("Prediction modules", "mtp", str(arch.mtp.depth) if arch.mtp else ""),
    )
    config = sources.get("config", "")
    for words, field, value in said:
        if value and (field != "extended_context" or longer):
            of_config = field in ("stack", "hidden_size", "vocab_size", "mtp")
            page = sources.get(field, config if of_config else "")
            yield Stated(words, field, value, page, keys.get(field, ""))
    for kind, url in arch.links:
        if kind in _LINKS:
            # The value of a page is its own name: "config.json", or a number on arXiv.
            yield Stated(_LINKS[kind], f"links.{kind}", url.rstrip("/").rpartition("/")[2], url)


def _runs(anatomy: Anatomy) -> Iterator[LayerRun]:
    facts = anatomy.facts
    largest = max(facts.parameters.per_layer)

    def run(first: int, last: int) -> LayerRun:
        said, numbers = facts.layers[first], facts.parameters.per_layer[first]
        return LayerRun(
            first,
            last,
            tuple(_part(anatomy, kind) for kind in anatomy.seen.layers[first].kinds),
            units.tokens(said.window) if said.window else "",
            said.position or "",
            numbers,
            numbers / largest if largest else 0.0,
            anatomy.seen.layers[first].layer.source,
        )

    alike = [run(place, 0) for place in range(len(facts.layers))]
    for _, places in groupby(range(len(alike)), key=lambda place: replace(alike[place], first=0)):
        first, *rest = places
        yield run(first, rest[-1] if rest else first)


def _part(anatomy: Anatomy, kind: str) -> tuple[str, str, str]:
    """Return a part's words, the name of its colour and its concept."""
    of = anatomy.kinds[kind]
    return kind, of.view.look, of.concepts[0] if of.concepts else ""


def _relatives(model: Model, known: Mapping[str, Any]) -> Iterator[Relative]:
    """Yield documented parents, equal models, the nearest, and the models here that stem from this one."""
    pages: Mapping[str, str] = known["models"]
    related, arch = model.relatives(), model.arch
    named = set()
    for one in arch.lineage:
        how = one.relation.replace("_", " ")
        year = f" ({one.year})" if one.year and one.model not in pages else ""
        yield Relative(
            _page(one.model, pages), pages.get(one.model, one.model) + year, how, one.what, one.source
        )
        named.add(one.model)
    found = related.found
    if found and found.equal:
        yield Relative(
            _page(found.model.name, pages), found.model.title, "same architecture", "other weights"
        )
        named.add(found.model.name)
    for other, alike in related.nearest:
        if other.name not in named:
            yield Relative(_page(other.name, pages), other.title, "nearest", f"likeness {alike:.2f}")
    for slug, title, how in known["children"].get(model.slug, ()):
        yield Relative(slug, title, how, "")


def _page(name: str, pages: Mapping[str, str]) -> str:
    return name if name in pages else ""


def citation(site: Site, view: ModelView) -> str:
    """Return what to cite: the model's page."""
    summary = view.summary
    url = site.url(f"models/{summary.slug}.html")
    where = f"  url = {{{url}}},\n" if url else ""
    return (
        f"@misc{{archposter-{summary.slug},\n"
        f"  title = {{{summary.title}: architecture card}},\n"
        f"  howpublished = {{archposter}},\n{where}"
        f"  note = {{{units.exact(summary.total)} parameters, {units.exact(summary.active)} active; "
        f"counted from tensor shapes}}\n}}"
    )
