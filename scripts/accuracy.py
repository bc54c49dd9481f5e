"""Write docs/accuracy.md: the published figures of the corpus beside what is counted here.

Published figures, and sentences on where they are wrong, stand in tests/corpus/published.tsv.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from archposter import units
from archposter.counts.attending import window
from archposter.counts.cache import Cache
from archposter.counts.facts import Facts
from archposter.counts.parameters import Parameters
from archposter.export import files
from archposter.pipeline import load
from archposter.spec.arch import Arch
from archposter.spec.parts import Attention, CompressedAttention, GatedFfn, Mla, Moe, PlainFfn, SoftmaxMixer

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "tests" / "corpus"
PAGE = ROOT / "docs" / "accuracy.md"

_FIGURE = re.compile(r"(\d+)(?:\.(\d+))? ?(K|M|B|T|KiB)\Z")
_UNITS = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12, "KiB": 2**10}

_HEAD = """\
# How the numbers are counted

<!-- Written by `make accuracy`; do not edit. -->

Every number is a sum over the model's tensors; `archposter facts MODEL --tensors` prints their names,
shapes and copies, so that you can check it.  Nothing is taken from a data sheet, and nothing is rounded
before it is shown.

- **Total**: unique parameters of the text decoder.  A tied output layer counts once.  Vision and audio
  towers and multi-token prediction are not in it, nor are router biases that the reference code keeps
  as buffers.
- **Active**: what one token's forward pass uses, each weight once: all but the routed experts that were
  not chosen, with the output layer, and of look-up tables (input embedding, learned positions, per-layer
  and n-gram tables) the rows that are read.  A tied table counts as the output layer.  A choice that may
  fall on an expert that computes nothing counts as a real one; `active_mean` is the count if all choices
  are equally likely.  `archposter facts --json` also gives the counts with tables whole and without
  embeddings and output layer, which some publishers mean.
- **Cache**: what generation keeps for one sequence of n tokens: keys and values, the keys of indexers and
  recurrent states.  Models are compared by the average per token at their documented context, of longer
  ones at 131,072; where none is documented, n is 131,072, too.  Numbers are bf16, states as the reference
  class keeps them.  Windows and chunks keep their last tokens, compressed entries stand for several,
  shared caches count once.  Keys and values of one projection are two tensors where a norm or a rotation
  tells them apart.  The next token below all windows costs `bytes_per_token`, the figure on most sheets.
- **Weights in memory**: every parameter at 2 bytes (bf16), 1 byte (fp8) or half a byte (4-bit).  Files
  of quantised models are larger: they keep scales, and some weights at full width.
- **Operations per token**: two for each product with a weight that the token meets (look-ups excluded,
  the output layer included), for attention scores and weighted values, and for recurrent states.  The
  token is the last of its context: it sees all of it, as far as windows, chunks and indexers let it.

Parameters equal, to the last one, those of the transformers library's classes built without memory on
torch's meta device, where such a class exists: [type by type](oracle.md), for defaults and random
configurations.  Where a published figure disagrees with the released weights, the weights win.

"""


@dataclass(frozen=True)
class Published:
    """A model's figures as published: "671B", "37B", "68.6 KiB"; empty where there is none."""

    slug: str
    title: str
    total: str
    active: str
    kv_cache: str
    why: str


def published() -> list[Published]:
    """Return the corpus in the order of its table: by date."""
    with (CORPUS / "published.tsv").open(encoding="utf-8", newline="") as file:
        return [Published(**row) for row in csv.DictReader(file, delimiter="\t")]


def page() -> str:
    """Return the text of docs/accuracy.md."""
    rows = [(model, load(model.slug).facts()) for model in published()]
    head = (
        *("Model", "Total", "published", "Active", "published"),
        *("Cache per token", "at", "next token", "published", "Remarks"),
    )
    table = [head, tuple("---" if cell in ("Model", "Remarks") else "---:" for cell in head)]
    table += [_row(model, facts) for model, facts in rows]
    figures = _HEAD + _summary(rows) + "".join(f"| {' | '.join(cells)} |\n" for cells in table)
    return figures + _worked() + _errata(rows)


_WORKED = {
    "llama-3-8b": "grouped heads",
    "olmo-3-7b": "sliding windows",
    "llama-4-maverick": "chunks",
    "deepseek-v3": "latents",
    "deepseek-v3-2": "latents and the keys of an indexer",
    "deepseek-v4-flash": "compressed entries beside windows",
    "gemma-4-31b": "keys and values of one projection",
    "gemma-4-e4b": "caches that later layers share",
    "qwen3-next-80b-a3b": "states of fixed size",
}
"""A model for each kind of cache, and what that is."""


def _worked() -> str:
    """Return the arithmetic of one model for each kind of cache."""
    lines = ["\n## Caches, worked out\n\nLayers × numbers a token × 2 bytes × tokens kept:\n\n"]
    for slug, what in _WORKED.items():
        model = load(slug)
        cache = model.facts().kv_cache
        tokens = units.exact(cache.context)
        terms = [*_terms(model.arch, cache.context), *_rest(cache)]
        total = (
            f"{units.exact(cache.total_bytes_at_context)} bytes ({units.size(cache.total_bytes_at_context)})"
        )
        average = f"/ {tokens} = {units.size(cache.bytes_per_token_at_context)} a token"
        lines.append(
            f"- {model.arch.title}, {what}, {tokens} tokens: {' + '.join(terms)} = {total}; {average}.\n"
        )
    return "".join(lines)


def _rest(cache: Cache) -> list[str]:
    parts = {"indexer keys": cache.indexer_bytes_at_context, "states": cache.state_bytes}
    return [f"{units.exact(size)} of {what}" for what, size in parts.items() if size]


def _terms(arch: Arch, tokens: int) -> list[str]:
    """Return the products of which keys and values are the sum, alike layers together."""
    widths: Counter[str] = Counter()
    for mixer, times in arch.mixer_counts:
        limit = window(mixer) if isinstance(mixer, SoftmaxMixer) else None
        near = units.exact(tokens if limit is None else min(tokens, limit))
        match mixer:
            case Attention(key_value="shared") | Mla(key_value="shared"):
                continue
            case Attention():
                sizes = f"({mixer.head_dim} + {mixer.v_head_dim})"
                widths[f"{mixer.num_key_value_heads} × {sizes} × 2 × {near}"] += times
            case Mla():
                widths[f"({mixer.kv_lora_rank} + {mixer.qk_rope_head_dim}) × 2 × {near}"] += times
            case CompressedAttention():
                entries = tokens // mixer.compressor.compress_ratio if mixer.compressor else 0
                kept = f"({units.exact(entries)} + {near})" if entries else near
                widths[f"{mixer.head_dim} × 2 × {kept}"] += times
    return [f"{times} × {width}" for width, times in widths.items()]


def _errata(rows: list[tuple[Published, Facts]]) -> str:
    """Return the sums behind caches that were published wrongly, and behind structures that were."""
    lines = ["\n## Where published sheets are wrong\n\nCaches, as bytes per token (two bytes a number):\n\n"]
    for model, facts in rows:
        if model.kv_cache and not agrees(model.kv_cache, facts.kv_cache.bytes_per_token):
            total = facts.kv_cache.bytes_per_token
            counted = f"{' + '.join(_terms(load(model.slug).arch, 1))} = {units.exact(int(total))}"
            lines.append(f"- {model.title}: {counted} ({units.size(total)}), not {model.kv_cache}.\n")
    lines.append("\nStructures, as the tensors have them:\n\n")
    lines += [f"- {sentence}\n" for sentence in _structures()]
    return "".join(lines)


def _structures() -> list[str]:
    plain = next(part for part in load("nemotron-3-nano-4b").arch.parts if isinstance(part, PlainFfn))
    experts = next(part for part in load("zaya1-8b").arch.parts if isinstance(part, Moe))
    ling, grok = load("ling-2-5-1t"), load("grok-2-5").facts().parameters
    dense = sum(isinstance(part, GatedFfn) for part in ling.arch.parts)
    width, inner = load("nemotron-3-nano-4b").arch.hidden_size, plain.intermediate_size
    matrices = f"2 × {units.exact(width)} × {units.exact(inner)} = {units.exact(2 * width * inner)}"
    wide, layers = experts.moe_intermediate_size, len(ling.arch.layers)
    active = f"{units.exact(grok.active)} parameters are active, {units.count(grok.active)}"
    return [
        f"Nemotron 3 Nano 4B: its FFN is ReLU² without a gate, {matrices} weights, not three.",
        "Granite 4.1 30B: no QK-norm; its attention has four projections and nothing else.",
        f"ZAYA1-8B: experts are {units.exact(wide)} wide; {units.exact(2 * wide)} is gate and up together.",
        f"Ling 2.5 1T: Lightning attention, and the first {dense} of {layers} layers are dense.",
        f"Grok 2.5: {active} of {units.count(grok.total)}.",
    ]


def _summary(rows: list[tuple[Published, Facts]]) -> str:
    totals = [(model.total, facts.parameters.total) for model, facts in rows]
    active = [(model.active, facts.parameters.active) for model, facts in rows]
    caches = [(model.kv_cache, facts.kv_cache.bytes_per_token) for model, facts in rows]
    return (
        f"Of {len(rows)} models, {_agreeing(totals)} published totals, {_agreeing(active)} active\n"
        f"counts and {_agreeing(caches)} caches of a token are the count, rounded to as many digits.\n"
        "The others show in brackets how far they are off; many sizes are names, rounded down or to tens.\n\n"
    )


def _agreeing(pairs: Sequence[tuple[str, int | Fraction]]) -> str:
    """Return "42 of 70": how many figures agree with the count, of those that were published."""
    published = [pair for pair in pairs if pair[0]]
    return f"{sum(agrees(*pair) for pair in published)} of {len(published)}"


def _row(model: Published, facts: Facts) -> tuple[str, ...]:
    parameters, cache = facts.parameters, facts.kv_cache
    sparse = bool(model.active) or parameters.active_with_tables != parameters.total
    return (
        model.title,
        units.exact(parameters.total),
        _compared(model.total, parameters.total),
        units.exact(parameters.active) if sparse else "",
        _compared(model.active, _likely(model.active, parameters)) if sparse else "",
        units.size(cache.bytes_per_token_at_context),
        units.tokens(cache.context),
        units.size(cache.bytes_per_token),
        _compared(model.kv_cache, cache.bytes_per_token),
        ". ".join(filter(None, [_convention(model.active, parameters), model.why])),
    )


def _compared(figure: str, counted: int | Fraction) -> str:
    """Return a published figure, with the difference to the count where it does not round to the figure."""
    if not figure or agrees(figure, counted):
        return figure
    value, _ = _value(figure)
    return f"{figure} ({float((value - counted) / counted):+.1%})"


def agrees(figure: str, counted: int | Fraction) -> bool:
    """Tell whether a count, rounded to the digits of a published figure, is that figure."""
    value, step = _value(figure)
    return abs(value - counted) * 2 <= step


def _value(figure: str) -> tuple[Fraction, Fraction]:
    """Return the number that a figure says, and one unit of its last digit."""
    if figure == "0 B":
        return Fraction(0), Fraction(1)
    found = _FIGURE.match(figure)
    if not found:
        raise ValueError(f"{figure!r} is no figure such as 671B or 68.6 KiB")
    whole, decimals, unit = found[1], found[2] or "", _UNITS[found[3]]
    scale = 10 ** len(decimals)
    return Fraction(int(whole + decimals) * unit, scale), Fraction(unit, scale)


def _conventions(parameters: Parameters) -> list[tuple[str, int]]:
    return [
        ("", parameters.active),
        ("Active: agrees with tables counted whole", parameters.active_with_tables),
        ("Active: agrees without embedding and output layer", parameters.active_without_embeddings),
    ]


def _convention(figure: str, parameters: Parameters) -> str:
    """Return what a publisher counts as active, where the figure tells."""
    matching = [name for name, count in _conventions(parameters) if figure and agrees(figure, count)]
    return matching[0] if matching else ""


def _likely(figure: str, parameters: Parameters) -> int:
    """Return the count that a figure agrees with, or else the one of our convention."""
    counts = [count for _, count in _conventions(parameters) if figure and agrees(figure, count)]
    return counts[0] if counts else parameters.active


if __name__ == "__main__":
    files.write(PAGE, page())
