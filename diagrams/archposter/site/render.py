"""View models to HTML, by the templates.  Knows no file but those, and everything shown is escaped."""

from __future__ import annotations

import json
import re
from collections.abc import Container
from fractions import Fraction
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from archposter import units
from archposter.blocks.card import MONTHS
from archposter.diagnostics import UsageError
from archposter.site.page import Page, Site

if TYPE_CHECKING:
    from jinja2 import Environment
    from markdown_it import MarkdownIt

_TEMPLATES: Final = Path(__file__).with_name("templates")
NEEDED: Final = ("jinja2", "markdown_it")


def check() -> None:
    """Raise UsageError where the libraries that only a site needs are missing."""
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise UsageError(f"a site needs {' and '.join(missing)}: pip install 'archposter[site]'")


def html(site: Site, template: str, path: str, **shown: Any) -> Page:
    """Return the page at `path` that a template makes of what is `shown`."""
    return _made(site, f"{template}.html", path, shown)


def xml(site: Site, template: str, path: str, **shown: Any) -> Page:
    """Return the XML file at `path` that a template makes of what is `shown`."""
    return _made(site, f"{template}.xml", path, shown)


def text(site: Site, template: str, path: str, **shown: Any) -> Page:
    """Return the plain text at `path`; nothing is escaped, since nobody reads it as markup."""
    return _made(site, template, path, shown)


def _made(site: Site, template: str, path: str, shown: dict[str, Any]) -> Page:
    root = "../" * path.count("/")
    return Page(
        path, _environment().get_template(template).render(site=site, path=path, root=root, **shown).encode()
    )


def data(path: str, name: str, value: Any) -> list[Page]:
    """Return data twice: as JSON for programs, and as a script that pages can load also from a folder."""
    text = compact(value)
    script = f'archposter.put("{name}",{text});\n'
    return [Page(f"{path}.json", (text + "\n").encode()), Page(f"{path}.js", script.encode())]


def compact(value: Any) -> str:
    """Return JSON on one line, keys in their order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    return value.as_dict() if hasattr(value, "as_dict") else str(value)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=lambda name: not (name or "").endswith(".txt"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "count": units.count,
        "exact": exact,
        "share": share,
        "size": units.size,
        "decimal_size": units.decimal_size,
        "tokens": units.tokens,
        "flops": units.flops,
        "day": day,
        "shortened": shortened,
        "json_ld": _json_ld,
    }
    return made


def exact(value: int | Fraction) -> str:
    """Return a number in full; of a fraction ten digits."""
    return units.exact(value) if isinstance(value, int) else f"{float(value):,.10g}"


def share(part: float) -> str:
    """Return a share as a percentage: 0.978 -> "97.8 %"."""
    return f"{100 * part:.1f} %" if part >= 0.0005 or not part else "under 0.1 %"


def day(iso: str) -> str:
    """Return a date as people write it: 2024-12-26 -> "26 December 2024"."""
    year, month, number = iso.split("-")
    return f"{int(number)} {MONTHS[int(month) - 1]} {year}"


def shortened(url: str) -> str:
    """Return an address as people recognise it: its host and what is last in it."""
    host, _, path = url.partition("://")[2].partition("/")
    last = path.rstrip("/").rpartition("/")[2]
    return f"{host}/…/{last}" if "/" in path.rstrip("/") else f"{host}/{path}".rstrip("/")


def _json_ld(value: Any) -> Any:
    """Return data for a script element: no character in it can end the element."""
    from markupsafe import Markup

    text = compact(value)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def markdown(text: str, known: Container[str] = ()) -> Any:
    """Return Markdown as HTML; what looks like a tag in it is text.

    Links to the `known` pages of its folder stay, others that are not of the web are text.
    """
    from markupsafe import Markup

    def link(found: re.Match[str]) -> str:
        name, words = found[1], found[2]
        return f'<a href="{name}.html">{words}</a>' if name in known else words

    made = _markdown().render(text).replace("<pre>", '<pre tabindex="0">')
    made = re.sub(r'<a href="(?!https://)([^"]*?)(?:\.md)?(?:#[^"]*)?">(.*?)</a>', link, made)
    return Markup(made)
