"""Options and arguments that several commands share, each the same wherever it occurs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from archposter import bundled
from archposter.diagnostics import printable
from archposter.kinds import (
    DEFAULT_STYLE,
    FORMATS,
    MAX_DPI,
    MAX_SIDE,
    MAX_TOKENS,
    STYLES,
    TEXT_MODES,
    VARIANTS,
)

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def _tokens(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    # Here and not above, as below: a picture that was drawn before needs none of it.
    from archposter import units

    found = units.parse(value, units.TOKENS)
    if found is None or found.denominator != 1 or not 1 <= found <= MAX_TOKENS:
        wanted = f"expected 1 to {MAX_TOKENS:,} tokens, such as 131072, 128k or 1M"
        raise click.BadParameter(f"got {printable(value)}, {wanted}", ctx, param)
    return int(found)


def _models(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    return _names(bundled.spec_names(), begun)


def _styles(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    return _names(bundled.style_names(), begun)


def _names(names: tuple[str, ...], begun: str) -> list[CompletionItem]:
    """Return what a shell offers: files, which come first so that it also takes the names."""
    from click.shell_completion import CompletionItem

    known = [CompletionItem(name) for name in names if name.startswith(begun)]
    return [CompletionItem(begun, type="file"), *known]


models = click.argument("models", metavar="MODEL...", nargs=-1, required=True, shell_complete=_models)
some_models = click.argument("names", metavar="[MODEL...]", nargs=-1, shell_complete=_models)
spec = click.argument("spec", metavar="SPEC", shell_complete=_models)

style = click.option(
    "--style",
    default=DEFAULT_STYLE,
    show_default=True,
    shell_complete=_styles,
    help=f"{', '.join(f'{name}: {words}' for name, words in STYLES.items())}; or a file of one's own, "
    "x.yaml.",
)
variant = click.option(
    "--variant",
    type=click.Choice(VARIANTS),
    default=VARIANTS[0],
    show_default=True,
    help="The whole card, or the tower and its callouts for a column of text.",
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
format_ = click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="Format where the output's name has no ending.",
)
width = click.option("--width", type=click.IntRange(1, MAX_SIDE), metavar="PIXELS", help="Width of a PNG.")
dpi = click.option(
    "--dpi",
    type=click.IntRange(1, MAX_DPI),
    metavar="N",
    help="Dots per inch of a PNG; without --width, of a page as large as the PDF's.",
)


context = click.option(
    "--context",
    metavar="TOKENS",
    callback=_tokens,
    help="For cache and operations: 131072, 128k or 1M  [default: the model's context length]",
)


def _set_quiet(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    ctx.meta["archposter.quiet"] = value


quiet = click.option(
    "-q",
    "--quiet",
    is_flag=True,
    expose_value=False,
    callback=_set_quiet,
    help="Print no names, results, warnings or progress: errors alone.",
)


def _set_verbose(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    ctx.meta["archposter.verbose"] = value


verbose = click.option(
    "-v",
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=_set_verbose,
    help="Also list keys of a config.json that were passed over, since they change nothing.",
)


def note(notes: Iterable[object]) -> None:
    """Print what was passed over, if the command that runs was asked to tell all."""
    if click.get_current_context().meta.get("archposter.verbose"):
        for each in notes:
            say(f"note: {each}", err=True)


def is_quiet() -> bool:
    """Tell whether the command that runs was asked to be quiet."""
    return bool(click.get_current_context().meta.get("archposter.quiet"))


def say(words: object, *, err: bool = False) -> None:
    """Print a line unless asked to be quiet."""
    if not is_quiet():
        click.echo(words, err=err)
