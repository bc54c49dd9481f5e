"""`archposter site`."""

from __future__ import annotations

from pathlib import Path

import click

from archposter import units
from archposter.cli import options
from archposter.diagnostics import UsageError
from archposter.site.build import build
from archposter.site.page import DEFAULT_TITLE, Site
from archposter.site.render import check
from archposter.site.source import sources


@click.command(name="site")
@options.some_models
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("output/site"),
    show_default=True,
    help="The site's folder; files in it that are not the site's stay.",
)
@click.option("--title", default=DEFAULT_TITLE, show_default=True)
@click.option("--base-url", default="", metavar="URL", help="Where the site will be, for feed and sitemap.")
@options.lenient
@options.quiet
def command(names: tuple[str, ...], output: Path, title: str, base_url: str, lenient: bool) -> None:
    """Build a static site of each MODEL, or of all bundled models.

    It works from a folder and from any web host, under any path, and asks no other host for anything.  What
    is there and did not change is not made again.
    """
    check()
    if base_url and not base_url.startswith(("https://", "http://")):
        raise UsageError(
            f"--base-url: got {base_url}, expected an address such as https://example.org/models"
        )
    found = sources(names, lenient=lenient)
    done = build(found, Site(title, base_url), output)
    words = units.counted(done.models, "model"), units.counted(done.files, "file")
    options.say(f"{output}: {', '.join(words)}, {units.exact(done.written)} written")
