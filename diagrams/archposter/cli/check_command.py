"""`archposter check`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from archposter.check import run
from archposter.cli import options


@click.command(name="check")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@options.quiet
@click.option("--update", is_flag=True, help="Store the pictures as they are drawn now.")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Page that shows differences  [default: DIR/report.html]",
)
def command(folder: Path, update: bool, report: Path | None) -> None:
    """Compare the pictures in DIR with what its archposter.toml would draw now.

    Exits with 0 and without a word if they are the same, with 1 if they differ, with 2 if something is
    broken.
    """
    if update:
        done = run.update(folder, _progress)
        for verb, names in (("stored", done.written), ("deleted", done.removed)):
            for name in names:
                options.say(f"{verb} {folder / name}")
        return
    result = run.check(folder, report, _progress)
    if result.findings:
        options.say(result.text())
    if result.differs:
        raise SystemExit(1)


def _progress(entries: Sequence[Any]) -> Iterator[Any]:
    hidden = options.is_quiet() or not sys.stderr.isatty()
    with click.progressbar(entries, label="Checking", file=sys.stderr, hidden=hidden) as bar:
        yield from bar
