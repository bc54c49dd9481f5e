"""`archposter verify`."""

from __future__ import annotations

import json

import click

from archposter.cli import options, streams
from archposter.pipeline import verify


@click.command(name="verify")
@options.spec
@click.option("--config", metavar="SOURCE", help="A config.json, or what else a MODEL may be.")
@click.option(
    "--weights", metavar="SOURCE", help="A checkpoint's folder, a .safetensors or .gguf file, or hf:ORG/NAME."
)
@click.option("--json", "as_json", is_flag=True, help="An object in place of lines.")
@options.lenient
@options.verbose
@options.quiet
@click.pass_context
def command(
    context: click.Context, spec: str, config: str | None, weights: str | None, as_json: bool, lenient: bool
) -> None:
    """Compare SPEC with a config, with a checkpoint's tensor shapes, or with both.

    Each disagreement is named, with both values.  Exit code: 0 they agree, 1 they do not, 2 bad input.
    """
    if not config and not weights:
        raise click.UsageError("name what to compare with: --config, --weights or both")
    other = streams.load(config, lenient=lenient) if config else None
    result = verify(streams.load(spec, lenient=lenient), other, weights, lenient=lenient)
    options.say(json.dumps(result.as_dict(), indent=1, ensure_ascii=False) if as_json else str(result))
    for warning in result.warnings:
        options.say(f"warning: {warning}", err=True)
    context.exit(0 if result.agrees else 1)
