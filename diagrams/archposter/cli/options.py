"""Options and arguments that several commands share."""

from __future__ import annotations

import click

from archposter.kinds import DEFAULT_STYLE, TEXT_MODES

models = click.argument("models", metavar="MODEL...", nargs=-1, required=True)
style = click.option(
    "--style",
    default=DEFAULT_STYLE,
    show_default=True,
    help="Colours: paper, ink, mono, or auto: light or dark as the reader's scheme (SVG; else light).",
)
lenient = click.option(
    "--lenient", is_flag=True, help="Warn of what a config.json says and is not understood; do not refuse it."
)

text = click.option(
    "--text",
    type=click.Choice(TEXT_MODES),
    default="live",
    show_default=True,
    help="SVG text: live with an embedded font, or drawn as outlines (GitHub READMEs).",
)
