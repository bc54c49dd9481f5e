"""What a site is made of: pages, and what all of them know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DEFAULT_TITLE: Final = "Language model architectures"


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the site: its path from the site's root, with slashes, and what it holds."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Site:
    """What was asked for: the title of all pages, and the address at which they will be, or "".

    `sections` are the pages that every page leads to, by paths and words.
    """

    title: str = DEFAULT_TITLE
    base_url: str = ""
    sections: tuple[tuple[str, str], ...] = ()

    def url(self, path: str) -> str:
        """Return the whole address of a page, or "" where the site's is not known."""
        return f"{self.base_url.rstrip('/')}/{path}" if self.base_url else ""
