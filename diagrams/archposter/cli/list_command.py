"""`archposter list`."""

from __future__ import annotations

import click

from archposter import resources, units
from archposter.pipeline import by_date, load


@click.command(name="list")
def command() -> None:
    """List the bundled models by date: name, date, developer, title, parameters."""
    models = by_date(map(load, resources.spec_names()))
    rows = [
        (
            m.slug,
            m.arch.released.isoformat() if m.arch.released else "",
            m.arch.title,
            units.count(m.facts().parameters.total),
            m.arch.developer or "",
        )
        for m in models
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        click.echo(
            "  ".join([*(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)), row[4]])
        )
