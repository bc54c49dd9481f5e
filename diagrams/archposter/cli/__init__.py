"""The command line: parse, call, print.  A command's module is imported when it runs."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from importlib import import_module
from typing import Any, NoReturn

import click

from archposter._version import __version__
from archposter.diagnostics import ArchposterError, UsageError, did_you_mean, printable

COMMANDS = {
    "card": "Draw a model's card as SVG, PNG or PDF.",
    "poster": "Tile cards on a sheet, ready for the press.",
    "book": "Put cards one to a page, after a contents page.",
    "chart": "Draw a chart of many models' facts.",
    "legend": "Draw the card that explains the cards.",
    "facts": "Print exact parameter and cache counts.",
    "diff": "Show what differs between models.",
    "lineage": "Draw which model stems from which.",
    "site": "Build a static site of models.",
    "check": "Compare stored pictures with what would be drawn now.",
    "import": "Write the spec of a model's own config.json.",
    "list": "List the bundled models.",
    "validate": "Check spec files.",
    "verify": "Compare a spec with a config and a checkpoint.",
    "schema": "Print the JSON Schema of specs.",
}
"""Every command, in the order of the help, with its help line."""


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader went away: nobody is left to tell, now or when the interpreter flushes what is left.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            hint = did_you_mean(cmd_name[:60], COMMANDS) or f"expected {', '.join(COMMANDS)}"
            raise UsageError(f"unknown command {printable(cmd_name)} ({hint})")
        command = import_module(f"archposter.cli.{cmd_name}_command").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="archposter")
def cli() -> None:
    """Compile language model architectures to cards and posters.

    MODEL is a bundled name (see `archposter list`), a spec file, a model's own config.json, a checkpoint's
    folder, a .gguf file or its address, hf:ORG/NAME[@REVISION], or - for a spec or config on standard input.
    Only addresses and hf: use the network.
    """


def main() -> NoReturn:
    """Run the command line; exit 0 when done, 1 for a difference, 2 on bad input, 130 on Ctrl-C."""
    # These shorten start and end: imports make garbage collection run often and find nothing, at the end it
    # would look once more at all that goes with the process anyway, and pydantic would look through every
    # installed distribution for plugins that this program does not use.
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        code = cli(prog_name="archposter", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        click.echo(f"error: {error.format_message()}{_help(error)}", err=True)
        sys.exit(2)
    except ArchposterError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        # Had it come while Python ran a string, as classes are made of, Python would end by the signal.
        exec("")
        click.echo("interrupted", err=True)
        sys.exit(130)
    except OSError as error:
        click.echo(f"error: {error.strerror or error}", err=True)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)


# CPython keeps frames in pieces of 16 kB, and maps and unmaps memory at every call that crosses the end of
# one: imports as deep as ours do so thousands of times.  A first frame this large brings a piece with room.
main.__code__ = main.__code__.replace(co_stacksize=2**13)


def _help(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"\n{context.command_path} --help shows how it is used" if context else ""
