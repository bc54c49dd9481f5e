"""Which insets a card shows: candidates from the most telling down; layout takes what fits."""

from __future__ import annotations

from collections import Counter

from archposter import units
from archposter.blocks.attention import is_windowed, masks_inset, rotated_share
from archposter.blocks.naming import Views
from archposter.blocks.table import BUILDERS, TELLING
from archposter.blocks.tree import Inset, Share, Shares
from archposter.blocks.wide_insets import wide_insets
from archposter.counts.parameters import Parameters
from archposter.counts.tensors import part_parameters
from archposter.spec.arch import Arch
from archposter.spec.parts import AnyFfn, AnyPart, Attention, CompressedAttention, Mla, Moe, Relative

_UNUSUAL = 6  # more telling by this for each thing that sets a part apart
_MOST_SHARES = 4


def candidates(arch: Arch, views: Views, counted: Parameters) -> tuple[Inset, ...]:
    """Return one inset for each type of part, the masks and the parameter shares, most telling first."""
    shown: dict[type[AnyPart], AnyPart] = {}
    for part, _ in sorted(arch.part_counts.most_common(), key=lambda entry: -_unusual(entry[0])):
        shown.setdefault(type(part), part)
    sparse = Moe in shown
    ranked = wide_insets(arch)
    for kind, part in shown.items():
        telling = BUILDERS[kind].telling + _UNUSUAL * _unusual(part)
        if isinstance(part, AnyFfn) and not sparse:
            telling = TELLING["FFN of a dense model"]
        ranked.append((telling, BUILDERS[kind].inset(part, arch)._replace(key=views[part].key)))
    windowed = next((part for part in arch.parts if is_windowed(part)), None)
    if windowed:
        ranked.append((TELLING["masks"], masks_inset(arch)._replace(key=views[windowed].key)))
    ranked.append((TELLING["shares of parameters"], _shares(arch, views, counted)))
    return tuple(inset for _, inset in sorted(ranked, key=lambda entry: -entry[0]))


def _unusual(part: AnyPart) -> int:
    """Count what sets a part apart from the plain one of its type; of a type, the part with most is drawn."""
    if isinstance(part, Mla):
        return int(bool(part.indexer and part.indexer.indexer_type == "full"))
    if isinstance(part, CompressedAttention):
        return int(bool(part.compressor and part.compressor.indexer))
    if not isinstance(part, Attention):
        return 0
    marks = (
        part.key_value == "unified",
        part.v_head_dim != part.head_dim,
        part.sinks is not None,
        part.gate is not None,
        part.attn_logit_softcapping > 0,
        0 < rotated_share(part.position) < 1,
        part.conv is not None,
        part.conv is not None and part.conv.dynamic,
        isinstance(part.position, Relative),
    )
    return sum(marks)


def _shares(arch: Arch, views: Views, counted: Parameters) -> Inset:
    """Return where the parameters are, by kind of part."""
    sizes: Counter[tuple[str, str]] = Counter()
    for part, times in arch.part_counts.items():
        seen = views[part]
        name = seen.kind[0].upper() + seen.kind[1:]
        sizes[name, seen.look] += times * part_parameters(part, arch.hidden_size)
    tables = "Embedding" if arch.tied else "Embedding, output"
    sizes[tables, "empty"] = counted.active_with_tables - counted.active_without_embeddings
    total = counted.total
    sizes["Norms", "plain"] = total - sum(sizes.values())
    largest = sizes.most_common()
    if len(largest) > _MOST_SHARES:
        rest = sum(size for _, size in largest[_MOST_SHARES - 1 :])
        largest = [*largest[: _MOST_SHARES - 1], (("Other", "plain"), rest)]
    shares = tuple(Share(name, units.count(size), size / total, look) for (name, look), size in largest)
    return Inset((f"Where the {units.count(total)} parameters are", "Parameters"), Shares(shares))
