"""What one architecture has and another has not, in words: mechanisms by name, sizes with both numbers."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from archposter.relate.nearest import Corpus, Known, Relative, corpus, nearest, relative
from archposter.relate.signature import Numbers, Signature, features, kind, outermost, signature
from archposter.spec.arch import Arch
from archposter.units import exact

_ECHOES = {
    "mixer/v_head_dim": "mixer/head_dim",
    "mixer/query_pre_attn_scalar": "mixer/head_dim",
    "ffn/shared_experts/intermediate_size": "ffn/moe_intermediate_size",
}
"""Sizes that mostly say what another has said."""

_EXPERTS = "ffn=moe"
_BESIDE_EXPERTS = {"ffn=gated": "dense FFN layers", "ffn=plain": "dense FFN layers"}
"""What kinds of FFN are called between models that both have experts, which mostly are gated FFNs, too."""

_IMPLIED = {
    "mixer/position/partial_rotary_factor": "mixer/position/proportional",
    "ffn=gated": "layer/beside",
    "ffn=plain": "layer/beside",
    "ffn/shared_experts/gated": "ffn/gated",
}
"""What goes without saying beside another mechanism."""


class Unlike(NamedTuple):
    """How a model differs from another: `new` and `gone` are names, most telling first.

    `paths` are those of all that is new.  `sizes` are the numbers that differ, with both values in words; of
    models without such, the constants.
    """

    paths: frozenset[str]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    sizes: tuple[str, ...]


class Relatives(NamedTuple):
    """A model among those of a corpus: whom it is compared with, how it differs, and the nearest.

    `found` and `unlike` are None where there is no earlier model.
    """

    found: Relative | None
    unlike: Unlike | None
    nearest: tuple[tuple[Known, float], ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; models by the names of their specs."""
        found, unlike = self.found, self.unlike
        return {
            "same_as": found.model.name if found and found.equal else None,
            "compared_with": found.model.name if found else None,
            "documented": bool(found and found.documented),
            "new": list(unlike.new) if unlike else [],
            "without": list(unlike.gone) if unlike else [],
            "other_sizes": list(unlike.sizes) if unlike else [],
            "nearest": [{"name": model.name, "likeness": round(alike, 4)} for model, alike in self.nearest],
        }


def relatives(arch: Arch, of: Corpus | None = None, many: int = 3) -> Relatives:
    """Return a model's place among those of a corpus, by default the bundled models."""
    of = of or corpus()
    found = relative(arch, of)
    return Relatives(found, unlike(arch, found.model, of) if found else None, tuple(nearest(arch, many, of)))


def unlike(
    arch: Arch, other: Known, of: Corpus, signed: tuple[Signature, Mapping[str, str]] | None = None
) -> Unlike:
    """Return how a model differs from one of the corpus; `signed` is its signature, where it is known."""
    own, titles = signed or signature(arch)
    theirs = other.signature
    having = own.mechanisms | own.kinds.keys()
    had = theirs.mechanisms | theirs.kinds.keys()
    both = _EXPERTS in own.kinds and _EXPERTS in theirs.kinds
    words = _Words(of, {**of.titles, **titles, **(_BESIDE_EXPERTS if both else {})})
    # That positions are scaled is called by how: in what is gone, by how the other model does it.
    scaled = {path.partition("=")[0]: of.titles[path] for path in had if "/scaling=" in path}
    theirs_said = _Words(of, {**words.titles, **scaled})
    return Unlike(
        paths=frozenset(having - had),
        new=words.named(having - had - words.typical(arch, had)),
        gone=theirs_said.named(had - having),
        sizes=words.numbers(own, theirs),
    )


class _Words(NamedTuple):
    """Names of mechanisms and sizes."""

    of: Corpus
    titles: Mapping[str, str]

    def typical(self, arch: Arch, had: Iterable[str]) -> set[str]:
        """Return what goes without saying: of parts of new kinds, what at least half of their kind have."""
        own: dict[str, set[str]] = {}
        for part in arch.part_counts:
            name = kind(part)[0]
            usual = self.of.having.get(name, 0)
            for path in features(part).mechanisms:
                if name not in had and 2 * self.of.having.get(path, 0) >= usual:
                    own.setdefault(path, set())
                else:
                    own.setdefault(path, set()).add(name)
        return {path for path, elsewhere in own.items() if not elsewhere}

    def named(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Return the names, kinds first, then the rarest; what is inside another goes without saying."""
        every = set(paths)
        outer = outermost(path for path in every if _IMPLIED.get(path) not in every)
        outer.sort(key=lambda path: ("/" in path, self.of.having.get(path, 0), path))
        return tuple(dict.fromkeys(self.titles[path] for path in outer))

    def numbers(self, own: Signature, theirs: Signature) -> tuple[str, ...]:
        """Return what differs in size, or else in constants, the largest factor first."""
        return self._numbers(own.sizes, theirs.sizes) or self._numbers(own.constants, theirs.constants)

    def _numbers(self, own: Numbers, theirs: Numbers) -> tuple[str, ...]:
        found = []
        for path in own.keys() & theirs.keys():
            mine, other = own[path][-1], theirs[path][-1]
            echo = _ECHOES.get(path, "")
            if (own.get(echo), theirs.get(echo)) == (own[path], theirs[path]):
                continue
            if own[path] != theirs[path] and mine != other:
                ratio = max(mine, other) / min(mine, other) if min(mine, other) > 0 else 1.0
                found.append((-ratio, path, mine, other))
        return tuple(self._number(path, mine, other) for _, path, mine, other in sorted(found))

    def _number(self, path: str, mine: float, other: float) -> str:
        title = self.titles[path]
        said, before = (exact(round(n)) if n == int(n) else f"{n:g}" for n in (mine, other))
        return f"{said} {title} for {before}" if title.endswith("s") else f"{title} {said} for {before}"
