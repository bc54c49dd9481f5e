"""Options that posters, books and charts share: which models, in which order, for which printer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from archposter.cli import options, streams
from archposter.pipeline import Model
from archposter.pipeline import models as bundled
from archposter.sheets import DEFAULT_TITLE, GROUPINGS, SORTS, Grouping, Printing, Sort, arrange, select

Command = Callable[..., None]


where = click.option(
    "--where",
    multiple=True,
    metavar="QUERY",
    help="Only models such as 'kind:moe cache<4GB since:2026 has:qk-norm dev:qwen'; may be repeated. "
    "docs/search.md has the language.",
)


def choice(command: Command) -> Command:
    """Give a command `models`, chosen: those named, all bundled ones by date without names."""

    @options.some_models
    @where
    @click.option("--since", default="", metavar="DATE", help="Only models released on this day or later.")
    @click.option("--developer", default="", metavar="NAME", help="Only models of this developer or family.")
    @wraps(command)
    def wrapped(
        names: tuple[str, ...], where: tuple[str, ...], since: str, developer: str, **rest: Any
    ) -> None:
        models: list[Model] = [streams.load(name) for name in names] or bundled()
        command(models=select(models, where, since, developer), **rest)

    return wrapped


def selection(command: Command) -> Command:
    """Give a command `models`, chosen and in order, and `group_by`."""

    @choice
    @click.option(
        "--sort", type=click.Choice(tuple(SORTS)), help="Order  [default: as named; all bundled ones by date]"
    )
    @click.option("--group-by", type=click.Choice(tuple(GROUPINGS)), help="Sections with headings.")
    @wraps(command)
    def wrapped(models: list[Model], sort: Sort | None, group_by: Grouping | None, **rest: Any) -> None:
        command(models=arrange(models, sort, group_by), group_by=group_by, **rest)

    return wrapped


def words(command: Command) -> Command:
    """Give a command `title`, `subtitle`, `notes` and `url`."""
    for option in (
        click.option("--url", default="", help="An address to print, with its QR code on a poster."),
        click.option("--notes", help="What stands at the foot  [default: date of the data and conventions]"),
        click.option("--subtitle", help="[default: how many models, and from when]"),
        click.option("--title", default=DEFAULT_TITLE, show_default=True),
    ):
        command = option(command)
    return command


def printing(*, screen: bool) -> Callable[[Command], Command]:
    """Give a command `printing`; `screen` is whether its PDF is for screens unless asked otherwise."""

    def decorate(command: Command) -> Command:
        @click.option(
            "--color",
            type=click.Choice(("rgb", "cmyk", "gray")),
            default="rgb",
            show_default=True,
            help="rgb: the printer converts; cmyk: converted, greys in black ink; gray: black ink only.",
        )
        @click.option(
            "--bleed", default="0mm", show_default=True, help="How far the ground reaches over the trim."
        )
        @click.option("--marks", is_flag=True, help="Crop and registration marks outside the bleed.")
        @click.option(
            "--icc",
            type=click.Path(path_type=Path),
            help="The printer's CMYK profile  [default: FOGRA39, coated]",
        )
        @click.option("--condition", default="", help="The name of the printing condition that --icc is for.")
        @click.option(
            "--screen/--press",
            default=screen,
            show_default=True,
            help="A PDF with links for screens, or one built to PDF/X-4, which allows none.",
        )
        @wraps(command)
        def wrapped(
            *,
            color: Any,
            bleed: str,
            marks: bool,
            icc: Path | None,
            condition: str,
            screen: bool,
            **rest: Any,
        ) -> None:
            command(printing=Printing(color, bleed, marks, icc, condition, screen), **rest)

        return wrapped

    return decorate
