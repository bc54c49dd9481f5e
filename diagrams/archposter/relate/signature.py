"""What an Arch is made of, flat: kinds by their share of the layers, mechanisms, sizes and constants."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, NamedTuple

from archposter.spec.arch import Arch, Branch, Layer, Sublayer
from archposter.spec.parts import (
    AnyMixer,
    AnyPart,
    Attention,
    ChunkedSpan,
    CompressedAttention,
    FullSpan,
    GatedFfn,
    LowRankFfn,
    Moe,
    NgramMemory,
    Part,
    PerLayerInput,
    PlainFfn,
    SlidingSpan,
    field_title,
)
from archposter.spec.parts.words import GATED_UNITS, word

Numbers = Mapping[str, tuple[float, ...]]

_PLAIN = frozenset(
    {
        *("key_value=separate", "key_value_source=stream", "choice=scores", "order=score_first"),
        *("combination=sum", "indexer_type=full", "weights=own"),
        *("norm=after_gate", "correction_bias=buffer", "correction_bias=parameter"),
    }
)
"""Values that stand for the lack of a mechanism, beside None, False, 0 and 1."""
_NEUTRAL = (0, 1)
_CALLED = {
    "partial_rotary_factor": "partial RoPE",
    "order=top_k_first": "top-k before scores",
    "choice=token_hash": "hash routing",
    "choice=product_keys": "product keys",
    "position=learned": "learned positions",
    "position=sinusoidal": "sinusoidal positions",
    "combination=average": "routed and shared averaged",
    "indexer_type=shared": "reused choice of an indexer",
    "weighs=input": "scores on what experts read",
    "source=stream": "gate from the stream",
    "source=query_latent": "gate from the query latent",
    "source=normed_query_latent": "gate from the normed query latent",
}
"""What mechanisms are called where a field's title and value do not say it."""
_SLOTS = ("mixer", "ffn", "side")
"""What layers have parts of several kinds in, whose details are not those of one kind."""
_OWNERS = {"ffn": "FFN", "mixer": "attention"}


def without(words: str) -> str:
    """Return what is said where a mechanism is not there, and of that what it was: "no sinks", "sinks"."""
    if words.startswith(("gated ", "ungated ")):
        return f"un{words}" if words[0] == "g" else words.removeprefix("un")
    return words.removeprefix("no ") if words.startswith("no ") else f"no {words}"


class Signature(NamedTuple):
    """What an architecture is made of; `digest` is that of all of it, equal for equal architectures alone.

    `kinds`: the kinds of mixers and FFNs, with the share of the layers that have each.  `mechanisms`: what
    works in another way elsewhere, by path, as "mixer/qk_norm".  `sizes` are whole numbers and `constants`
    others, by path: all values that parts of one slot have, sorted.
    """

    digest: str
    kinds: Mapping[str, float]
    mechanisms: frozenset[str]
    sizes: Numbers
    constants: Numbers


@dataclass(eq=False)
class Features:
    """Features found in parts: what they are called, and the values of those that are numbers."""

    titles: dict[str, str] = field(default_factory=dict)
    mechanisms: dict[str, None] = field(default_factory=dict)
    sizes: dict[str, set[float]] = field(default_factory=dict)
    constants: dict[str, set[float]] = field(default_factory=dict)

    def mechanism(self, path: str, title: str) -> None:
        """Add a mechanism."""
        self.titles[path] = title
        self.mechanisms[path] = None

    def number(self, path: str, title: str, value: float) -> None:
        """Add a number: a size if it is whole by its type, else a constant."""
        self.titles.setdefault(path, title)
        kind = self.sizes if isinstance(value, int) else self.constants
        kind.setdefault(path, set()).add(value)

    def part(self, part: Part, path: str) -> None:
        """Add a part's fields, and those of the parts inside it, below `path`."""
        for name, default, called, copied in _fields(type(part)):
            value = getattr(part, name)
            if copied and isinstance(value, float) and value.is_integer():
                # Equal to the whole number that stands there by default, and kept in its place.
                value = int(value)
            title = f"{_OWNERS.get(path, path.rpartition('/')[2])} bias" if called == "bias" else called
            match value:
                case Part():
                    self._inner(value, f"{path}/{name}", title, optional=default is None)
                case bool():
                    if value is not (default is True):
                        self.mechanism(f"{path}/{name}", title if value else without(title))
                case str():
                    if f"{name}={value}" not in _PLAIN:
                        self._word(part, path, name, value, title, optional=default is None)
                case int() | float():
                    if name == "topk_group" and getattr(part, "n_group", 0) == 1:
                        continue  # of one group there is no choice
                    if default in _NEUTRAL and default == value:
                        continue
                    if default in _NEUTRAL:
                        self.mechanism(f"{path}/{name}", _CALLED.get(name, title))
                    self.number(f"{path}/{name}", title, value)
                case tuple():
                    for edge in (min(value), max(value)):
                        self.number(f"{path}/{name}", title, edge)

    def _word(self, part: Part, path: str, name: str, value: str, title: str, *, optional: bool) -> None:
        """Add a choice; if it is optional, that there is one comes first."""
        if optional:
            self.mechanism(f"{path}/{name}", title)
        said = word(path.rpartition("/")[2] if name == "kind" else name, value)
        if name == "activation" and isinstance(part, GatedFfn | Moe | PlainFfn):
            said = GATED_UNITS[value] if getattr(part, "gated", part.kind == "gated") else said
        elif name == "kind":
            said = f"{title} {said}"
        elif name not in ("position", "key_value"):
            said = f"{said} {title}"
        self.mechanism(f"{path}/{name}={value}", _CALLED.get(f"{name}={value}", said))

    def _inner(self, part: Part, path: str, title: str, *, optional: bool) -> None:
        """Add a part inside another: kinds of its own by name, an optional one by what it is called there."""
        kind = type(part).model_fields.get("kind")
        called = f"{part.title} scaling" if path.endswith("/scaling") else part.title
        if optional:
            self.mechanism(path, called if path.endswith("/scaling") else title)
        if (
            kind is not None
            and isinstance(kind.default, str)
            and not isinstance(part, FullSpan | SlidingSpan | ChunkedSpan)
        ):
            said = f"{path.rpartition('/')[2]}={kind.default}"
            self.mechanism(f"{path}={kind.default}", _CALLED.get(said, called))
        self.part(part, path)


@cache
def _fields(kind: type[Part]) -> tuple[tuple[str, Any, str, bool], ...]:
    """Return name, default and title of a part's fields, and if another field's value is the default.

    The kind is left out where the class says it.
    """
    return tuple(
        (name, info.default, field_title(kind, name), info.default_factory is not None)
        for name, info in kind.model_fields.items()
        if name != "kind" or not isinstance(info.default, str)
    )


def slot(part: AnyPart) -> str:
    """Return what a part is in its layer: a mixer, an FFN, or something beside them."""
    if isinstance(part, AnyMixer):
        return "mixer"
    return "side" if isinstance(part, PerLayerInput | NgramMemory | LowRankFfn) else "ffn"


def kind(part: AnyPart) -> tuple[str, str]:
    """Return the path of a part's kind, and what it is called; windows and chunks are kinds of their own."""
    name = part.variant if isinstance(part, CompressedAttention) else part.kind
    title = "attention" if isinstance(part, Attention) else part.title
    span = getattr(part, "span", None)
    if span is None or isinstance(span, FullSpan):
        return f"{slot(part)}={name}", f"full {title}" if isinstance(part, Attention) else title
    reach = "sliding-window" if isinstance(span, SlidingSpan) else span.title
    return f"{slot(part)}={name} {span.kind}", f"{reach} {title}"


@lru_cache(maxsize=512)
def features(part: AnyPart) -> Features:
    """Return the features of a part, its kind left out; they are remembered, and not to be changed."""
    found = Features()
    if isinstance(part, Attention):
        found.mechanism(f"mixer/variant={part.variant}", part.title)
    found.part(part, slot(part))
    return found


def outermost(paths: Iterable[str]) -> list[str]:
    """Return the paths that are no details of others: of a part inside another, or of one of its kinds."""
    every = sorted(set(paths))
    return [path for path in every if not any(path != other and _within(path, other) for other in every)]


def _within(path: str, other: str) -> bool:
    inner, _, kind = other.partition("=")
    one = kind and inner not in _SLOTS
    return path.startswith((f"{other}/", f"{other}=", f"{inner}/" if one else f"{other}/"))


def signature(arch: Arch) -> tuple[Signature, Mapping[str, str]]:
    """Return what an architecture is made of, and what each of it is called, by path."""
    found = whole(arch)
    shares: dict[str, float] = {}
    for part, times in arch.part_counts.items():
        path, title = kind(part)
        found.titles[path] = title
        shares[path] = shares.get(path, 0.0) + times / len(arch.layers)
        own = features(part)
        found.titles |= own.titles
        found.mechanisms |= own.mechanisms
        for numbers, added in ((found.sizes, own.sizes), (found.constants, own.constants)):
            for path, values in added.items():
                numbers.setdefault(path, set()).update(values)
    made = Signature(
        digest=digest(arch),
        kinds={path: round(share, 4) for path, share in sorted(shares.items())},
        mechanisms=frozenset(found.mechanisms),
        sizes={path: tuple(sorted(values)) for path, values in sorted(found.sizes.items())},
        constants={path: tuple(sorted(values)) for path, values in sorted(found.constants.items())},
    )
    return made, found.titles


def whole(arch: Arch) -> Features:
    """Return what a model has once, and how its layers are built."""
    found = Features()
    embedding, output = arch.embedding, arch.output
    found.number("model/num_hidden_layers", "layers", len(arch.layers))
    found.number("model/hidden_size", "hidden size", arch.hidden_size)
    found.number("model/vocab_size", "vocabulary", embedding.vocab_size)
    found.mechanism(f"norm/kind={arch.norm.kind}", word("norm", arch.norm.kind))
    found.part(arch.norm, "norm")
    if arch.residual.kind != "plain":
        name = arch.residual.title
        streams = name.endswith(("connections", "updates", "residuals"))
        found.mechanism(f"residual={arch.residual.kind}", name if streams else f"residual {name}")
    found.part(arch.residual, "residual")
    for name, part in (("embedding/ngram", embedding.ngram), ("output/dense", output.dense)):
        if part is not None:
            found.mechanism(name, part.title)
            found.part(part, name)
    said: dict[str, tuple[str, float]] = {
        "model/loops": ("looped layers", arch.loops - 1),
        "model/exit_gate": ("exit gate", arch.exit_gate),
        "embedding/positions": ("learned positions", embedding.positions),
        "embedding/width": ("narrow embedding", embedding.width % arch.hidden_size),
        "embedding/more": ("input-only tokens", embedding.more),
        "embedding/multiplier": ("embedding scale", embedding.multiplier - 1),
        "embedding/norm": ("embedding norm", embedding.norm is not None),
        "embedding/per_layer": ("per-layer embedding", embedding.per_layer is not None),
        "output/head": ("another head", output.head != "lm"),
        "output/tied": ("tied embeddings", output.tied),
        "output/bias": ("output layer bias", output.bias),
        "output/logit_scale": ("logit scale", output.logit_scale - 1),
        "output/final_logit_softcapping": ("logit soft cap", output.final_logit_softcapping),
        "output/weight_norm": ("NormHead", output.weight_norm != "none"),
        "output/no_final_norm": ("no final norm", arch.final_norm is None),
        "output/mtp": ("MTP", arch.mtp.depth if arch.mtp else 0),
    }
    for path, (title, value) in said.items():
        if value:
            found.mechanism(path, title)
            if not isinstance(value, bool):
                found.number(path, title, value)
    for layer, _ in arch.layer_counts:
        _layer(layer, found)
    return found


_PLACES = {
    "pre": "pre-norm",
    "post": "post-norm",
    "pre post": "sandwich norm",
    "sum": "norm after the sum",
}


def _layer(layer: Layer, found: Features) -> None:
    """Add how a layer is built."""
    if len(layer.parts) == 1:
        found.mechanism("layer/single", "one part a layer")
    if layer.layer_scalar:
        found.mechanism("layer/layer_scalar", "layer scalar")
    for step in layer.sublayers:
        slots = [slot(part) for part in step.parts]
        if {"mixer", "ffn"} <= set(slots):
            found.mechanism("layer/parallel", "parallel attention and FFN")
        if slots.count("ffn") > 1:
            found.mechanism("layer/beside", "FFN beside the experts")
        if step.conv_kernel:
            found.mechanism("layer/conv_kernel", "output convolution")
        for branch in step.branches:
            if branch.joins_after:
                found.mechanism("layer/joins_after", "shortcut branch")
            if branch.multiplier != 1:
                found.mechanism("layer/multiplier", "branch factors")
            _placement(step, branch, found)


def _placement(step: Sublayer, branch: Branch, found: Features) -> None:
    for around in (step, branch):
        norms = {"pre": around.pre_norm, "post": around.post_norm, "sum": getattr(around, "sum_norm", None)}
        place = " ".join(name for name, norm in norms.items() if norm)
        if place:
            found.mechanism(f"norm/placement={place}", _PLACES.get(place, place))


def digest(arch: Arch) -> str:
    """Return the digest of all that is computed: equal architectures alone have equal ones."""
    layers: dict[object, int] = {}
    known: dict[int, int] = {}
    for layer, _ in arch.layer_counts:
        known[id(layer)] = layers.setdefault(_content(layer), len(layers))
    of_model = (
        *(
            arch.hidden_size,
            arch.loops,
            arch.exit_gate,
            _plain(arch.norm),
            _plain(arch.final_norm),
            _plain(arch.residual),
        ),
        *(tuple(map(_plain, arch.embedding)), tuple(map(_plain, arch.output))),
        (arch.mtp.depth, _content(arch.mtp.layer)) if arch.mtp else None,
    )
    said = repr((of_model, list(layers), [known[id(layer)] for layer in arch.layers]))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _content(layer: Layer) -> tuple[object, ...]:
    """Return a layer without its place in the spec."""
    return (
        layer.layer_scalar,
        *(
            (
                *(_plain(norm) for norm in (step.pre_norm, step.post_norm, step.sum_norm)),
                *(step.conv_kernel, step.mixes, step.restarts),
                *(
                    (
                        *map(_plain, (branch.part, branch.pre_norm, branch.post_norm)),
                        *(branch.joins_after, branch.multiplier),
                    )
                    for branch in step.branches
                ),
            )
            for step in layer.sublayers
        ),
    )


def _plain(value: object) -> object:
    """Return a part as plain values and numbers as floats, so that equals look alike."""
    if isinstance(value, Part):
        return type(value).__name__, *map(_plain, value.__dict__.values())
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
