"""`archposter schema`."""

from __future__ import annotations

import json

import click

from archposter.spec.schema import json_schema


@click.command(name="schema")
def command() -> None:
    """Print the JSON Schema that editors check specs with."""
    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
