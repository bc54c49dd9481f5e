"""`archposter schema`."""

from __future__ import annotations

from typing import Literal

import click


@click.command(name="schema")
@click.option(
    "--of",
    "subject",
    type=click.Choice(("spec", "blocks")),
    default="spec",
    show_default=True,
    help="What editors check specs with, or what `card -o x.json` writes.",
)
def command(subject: Literal["spec", "blocks"]) -> None:
    """Print the JSON Schema of specs or of blocks."""
    from archposter.blocks.schema import blocks_schema
    from archposter.spec.dump import to_json
    from archposter.spec.schema import json_schema

    click.echo(to_json(json_schema() if subject == "spec" else blocks_schema()), nl=False)
