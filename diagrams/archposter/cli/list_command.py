"""`archposter list`."""

from __future__ import annotations

import json
from typing import Any

import click

from archposter import units
from archposter.cli.selection import where
from archposter.pipeline import Model, models
from archposter.sheets import SORTS, Sort, arrange, select

_MOST_SIZES = 4


@click.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="A list of objects in place of lines.")
@where
@click.option("--sort", type=click.Choice(tuple(SORTS)), help="kv: by the cache a token  [default: date]")
@click.option("--new", is_flag=True, help="Also what is new in each, and against which earlier model.")
def command(where: tuple[str, ...], as_json: bool, sort: Sort | None, new: bool) -> None:
    """List the bundled models: name, date, title, parameters, active, mean cache a token, developer.

    The mean is at the longest documented context, at 128k of a longer one.
    """
    listed = arrange(select(models(), where), sort)
    if as_json:
        click.echo(json.dumps([_data(model) for model in listed], indent=1, ensure_ascii=False))
        return
    rows = [(*_words(model), *_counts(model)) for model in listed]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for model, row in zip(listed, rows, strict=True):
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)]
        click.echo("  ".join([*cells, model.arch.developer or ""]).rstrip())
        if new:
            click.echo(f"{'':<{widths[0]}}  {_news(model)}".rstrip())


def _news(model: Model) -> str:
    """Return what is new in a model and against which, or whom it equals."""
    found, unlike, _ = model.relatives()
    if not found or not unlike:
        return "nothing earlier to compare with"
    if found.equal:
        return f"same as {found.model.name}"
    whom = f"{found.model.name} ({'parent' if found.documented else 'nearest'})"
    if unlike.new:
        return f"new against {whom}: {', '.join(unlike.new)}"
    return f"as {whom}: {', '.join(unlike.sizes[:_MOST_SIZES])}"


def _words(model: Model) -> tuple[str, str, str]:
    return model.slug, _day(model) or "", model.arch.title


def _counts(model: Model) -> tuple[str, str, str]:
    facts = model.facts()
    cache = facts.kv_cache.bytes_per_token_at_context
    return (
        units.count(facts.parameters.total),
        units.count(facts.parameters.active),
        units.size(cache) if cache else "none",
    )


def _day(model: Model) -> str | None:
    return model.arch.released.isoformat() if model.arch.released else None


def _data(model: Model) -> dict[str, Any]:
    facts, relatives = model.facts(), model.relatives().as_dict()
    return {
        "name": model.slug,
        "title": model.arch.title,
        "developer": model.arch.developer,
        "released": _day(model),
        "decoder_type": facts.decoder_type,
        "parameters": facts.parameters.total,
        "active": facts.parameters.active,
        "bytes_per_token_at_context": facts.kv_cache.as_dict()["bytes_per_token_at_context"],
        "context_length": facts.context_length,
        "extended_context": facts.extended_context,
        **{key: relatives[key] for key in ("same_as", "compared_with", "documented", "new")},
    }
