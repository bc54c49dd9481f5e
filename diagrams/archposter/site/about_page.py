"""What the numbers mean and where they may be wrong; and the pages for programs."""

from __future__ import annotations

from collections.abc import Sequence

from archposter.site.documents import conventions
from archposter.site.page import Page, Site
from archposter.site.render import html, markdown, text, xml
from archposter.site.summary import Summary


def pages(site: Site, models: Sequence[Summary], paths: Sequence[str]) -> list[Page]:
    """Return the page about the numbers, `llms.txt` and, where the site's address is known, the sitemap."""
    made = [
        html(site, "about", "about.html", text=markdown(conventions()), many=len(models)),
        text(site, "llms.txt", "llms.txt", models=models),
    ]
    if site.base_url:
        listed = sorted([*paths, "about.html"])
        made.append(
            xml(site, "sitemap", "sitemap.xml", paths=[path for path in listed if path.endswith(".html")])
        )
        made.append(
            Page("robots.txt", f"User-agent: *\nAllow: /\nSitemap: {site.url('sitemap.xml')}\n".encode())
        )
    return made
