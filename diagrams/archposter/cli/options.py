"""Options and arguments that several commands share."""

from __future__ import annotations

import click

from archposter.pipeline import DEFAULT_STYLE

models = click.argument("models", metavar="MODEL...", nargs=-1, required=True)
style = click.option("--style", default=DEFAULT_STYLE, show_default=True, help="Colours: paper, ink or mono.")
