"""`archposter facts`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import click

from archposter import units
from archposter.cli import options, streams
from archposter.cli.table import MOST_MODELS, Line, echo, table
from archposter.counts.cache import Cache
from archposter.counts.facts import Facts
from archposter.counts.parameters import Parameters
from archposter.counts.weight_bytes import WeightBytes
from archposter.pipeline import Model
from archposter.relate.unlike import Relatives
from archposter.spec.arch import Arch


@click.command(name="facts")
@options.models
@click.option("--json", "as_json", is_flag=True, help="One object for one model, a list for several.")
@click.option("--tensors", is_flag=True, help="List every weight: what the counts are the sums of.")
@options.context
@options.lenient
@options.verbose
def command(
    models: tuple[str, ...], as_json: bool, tensors: bool, context: int | None, lenient: bool
) -> None:
    """Print what can be counted of each MODEL; of two to six, side by side.

    Operations are those of the last token of the context: two for each product with a weight, for attention
    and for recurrent states.  Weight bytes are all parameters at 2, 1 and half a byte.  The weights of a
    hub's model, a checkpoint's folder or a .gguf file are compared with the counts by their shapes.
    """
    loaded = [streams.load(name, lenient=lenient) for name in models]
    if as_json:
        plain = [_tensor_data(model) if tensors else _data(model, context) for model in loaded]
        click.echo(json.dumps(plain[0] if len(plain) == 1 else plain, indent=1, ensure_ascii=False))
        return
    if tensors:
        click.echo("\n\n".join(map(_tensor_table, loaded)))
        return
    if 1 < len(loaded) <= MOST_MODELS:
        echo(_comparison(loaded, context))
    else:
        click.echo("\n\n".join(_text(each, context) for each in loaded))


def _data(model: Model, context: int | None) -> dict[str, Any]:
    plain = model.facts(context).as_dict() | {"relatives": model.relatives().as_dict()}
    weights = model.weights()
    return {**plain, "published_weights": weights.as_dict()} if weights else plain


def _text(model: Model, context: int | None) -> str:
    rows = _rows(model, context)
    width = max(len(label) for label, _ in rows)
    return "\n".join([model.facts(context).name, *(f"  {label:<{width}}  {value}" for label, value in rows)])


def _comparison(compared: list[Model], context: int | None) -> list[str]:
    """Return a table with a column a model; what only some have stands where the first of them has it."""
    models = [dict(_rows(each, context)) for each in compared]
    longest_first = sorted(models, key=len, reverse=True)
    labels = dict.fromkeys(label for model in longest_first for label in model)
    rows = [Line(label, tuple((model.get(label, "–"),) for model in models)) for label in labels]
    return table([each.facts(context).name for each in compared], rows)


def _rows(model: Model, context: int | None) -> list[tuple[str, str]]:
    """Return what is said of a model, line by line."""
    facts = model.facts(context)
    parameters, cache, weights = facts.parameters, facts.kv_cache, facts.weight_bytes
    at_context = f"at {units.exact(cache.context)} tokens"
    rows = [
        ("decoder", facts.decoder_type),
        ("layers", f"{len(facts.layers)}{_loops(facts)} ({facts.layer_mix})"),
        ("hidden size", units.exact(facts.hidden_size)),
        ("vocabulary", units.exact(facts.vocab_size)),
        ("context", _context(model.arch)),
        ("parameters", f"{units.exact(parameters.total)} ({units.count(parameters.total)})"),
        ("active per token", _active(parameters)),
        ("weights", _sizes(weights)),
        ("cache", f"{units.size(cache.bytes_per_token_at_context)} a token, {_kept(cache)} {at_context}"),
        *_parts(cache),
    ]
    rows.append(("operations per token", f"{units.count(facts.flops_per_token)} {at_context}"))
    if parameters.mtp:
        rows.append(("MTP parameters", f"{units.exact(parameters.mtp)}, not in the total"))
    rows += _relatives(model.relatives())
    if published := model.weights():
        rows.append(("published weights", str(published)))
        rows += [("difference", line) for line in published.differences]
    return rows + [("warning", warning) for warning in facts.warnings]


def _relatives(relatives: Relatives) -> Iterator[tuple[str, str]]:
    """Yield whom the model equals, or what is new against its parent or the nearest earlier model."""
    found, unlike = relatives.found, relatives.unlike
    if found and unlike:
        if found.equal:
            yield "same as", found.model.title
        else:
            yield "parent" if found.documented else "nearest before", found.model.title
            yield from (
                (name, ", ".join(said))
                for name, said in (("new", unlike.new), ("without", unlike.gone))
                if said
            )
    if relatives.nearest:
        yield "nearest", ", ".join(f"{model.title} ({alike:.2f})" for model, alike in relatives.nearest)


def _context(arch: Arch) -> str:
    if not arch.context_length:
        return "no limit"
    longer = arch.extended_context
    more = f", {units.exact(longer)} with {arch.context_method}" if longer else ""
    return f"{units.exact(arch.context_length)} tokens{more}"


def _active(parameters: Parameters) -> str:
    said = f"{units.exact(parameters.active)} ({units.count(parameters.active)})"
    mean = parameters.active_mean
    return said if mean is None else f"{said}, {units.count(mean)} if idle choices are as likely"


def _kept(cache: Cache) -> str:
    return f"{units.size(cache.total_bytes_at_context)} ({cache.dtype})"


def _parts(cache: Cache) -> Iterator[tuple[str, str]]:
    """Yield what the cache is made of, where that is several things, and how it grows, if not evenly."""
    parts = {
        "keys and values": cache.bytes_at_context,
        "indexer keys": cache.indexer_bytes_at_context,
        "recurrent state": cache.state_bytes,
    }
    if sum(size > 0 for size in parts.values()) > 1:
        yield from ((f"  {name}", units.size(size)) for name, size in parts.items() if size)
    growing = cache.bytes_per_token + cache.indexer_bytes_per_token
    if growing != cache.bytes_per_token_at_context:
        yield "next token", f"{units.size(growing)} below all windows"


def _loops(facts: Facts) -> str:
    return f", run {facts.loops} times" if facts.loops > 1 else ""


def _sizes(weights: WeightBytes) -> str:
    sizes = [("bf16", weights.bf16), ("fp8", weights.fp8), ("4-bit", weights.int4)]
    return ", ".join(f"{units.size(size)} ({dtype})" for dtype, size in sizes)


def _tensor_data(model: Model) -> dict[str, Any]:
    rows = model.tensors()
    parameters = model.facts().parameters
    return {
        "name": model.arch.title,
        "tensors": [row.as_dict() for row in rows],
        "total": parameters.total,
        "active": parameters.active,
        "mtp": parameters.mtp,
    }


def _tensor_table(model: Model) -> str:
    """Return a table of which the last column adds up."""
    parameters = model.facts().parameters
    rows = [("tensor", "shape", "copies", "active", "numbers")]
    for place, alike in groupby(model.tensors(), key=lambda row: row.place):
        rows += [(place, "", "", "", "")] if place else []
        for row in alike:
            name, shape = "  " * bool(place) + row.name, " x ".join(map(str, row.shape))
            rows.append((name, shape, f"{row.copies:,}", f"{row.active:,}", f"{row.size:,}"))
    rows.append(("total", "", "", "", f"{parameters.total:,}"))
    if parameters.mtp:
        rows.append(("MTP, not in the total", "", "", "", f"{parameters.mtp:,}"))
    first = max(len(row[0]) for row in rows if row[1])
    widths = [max(map(len, column)) for column in list(zip(*rows, strict=True))[1:]]
    lines = []
    for name, *cells in rows:
        aligned = "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        lines.append(f"  {name:<{first}}  {aligned}".rstrip())
    return "\n".join([model.arch.title, *lines])
