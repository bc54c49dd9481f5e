"""`archposter facts`."""

from __future__ import annotations

import json

import click

from archposter import units
from archposter.cli import options
from archposter.counts.facts import Facts
from archposter.pipeline import load


@click.command(name="facts")
@options.models
@click.option("--json", "as_json", is_flag=True, help="One object for one model, a list for several.")
def command(models: tuple[str, ...], as_json: bool) -> None:
    """Print what can be counted of each MODEL."""
    found = [load(name).facts() for name in models]
    if as_json:
        plain = [facts.as_dict() for facts in found]
        click.echo(json.dumps(plain[0] if len(plain) == 1 else plain, indent=1, ensure_ascii=False))
        return
    click.echo("\n\n".join(_text(facts) for facts in found))


def _text(facts: Facts) -> str:
    parameters, cache = facts.parameters, facts.kv_cache
    rows = [
        ("decoder", facts.decoder_type),
        ("layers", f"{len(facts.layers)} ({facts.layer_mix})"),
        ("hidden size", units.exact(facts.hidden_size)),
        ("vocabulary", units.exact(facts.vocab_size)),
        ("context", f"{units.exact(facts.context_length)} tokens"),
        ("parameters", f"{units.exact(parameters.total)} ({units.count(parameters.total)})"),
        ("active per token", f"{units.exact(parameters.active)} ({units.count(parameters.active)})"),
        ("KV cache per token", f"{units.size(cache.bytes_per_token)} ({cache.dtype})"),
        ("KV cache at context", units.size(cache.bytes_at_context)),
    ]
    if cache.state_bytes:
        rows.append(("recurrent state", units.size(cache.state_bytes)))
    if parameters.mtp:
        rows.append(("MTP parameters", f"{units.exact(parameters.mtp)}, not in the total"))
    width = max(len(label) for label, _ in rows)
    return "\n".join([facts.name, *(f"  {label:<{width}}  {value}" for label, value in rows)])
