"""List what the bundled specs say without a source, and pages that stand for many models."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from archposter.bundled import spec_names, spec_path
from archposter.spec.load import load_spec
from archposter.spec.model import ArchSpec
from archposter.spec.said import Said

FACTS = ("released", "license", "context_length")
SHARED_BY_MANY = 6
"""From so many models on, a page is asked whether it states the fact of each."""

_PINNED = re.compile(r"/(?:blob|blame|raw|tree)/(?:[0-9a-f]{7,40}|v\d+(?:\.\d+)+)/")
"""An address at a revision or of a release."""


def missing(spec: ArchSpec) -> Iterator[tuple[str, str]]:
    """Yield a fact without a page that states it, and why."""
    config = spec.links.config_read or spec.links.config
    if config is None:
        yield "config", "no source"
    elif not _PINNED.search(config):
        yield "config", f"not at a revision: {config}"
    for fact in FACTS:
        said: Said | None = getattr(spec, fact)
        if said is None or said.source is None:
            yield fact, "no source"
        elif said.page is None:
            yield fact, f"unknown; looked for in {', '.join(said.looked)}"
    if spec.links.report is None:
        yield "report", "none"


def shared(specs: dict[str, ArchSpec]) -> Iterator[tuple[str, list[str]]]:
    """Yield a page and the models of which it states facts, where they are many."""
    users: dict[str, set[str]] = defaultdict(set)
    for name, spec in specs.items():
        pages = [getattr(spec, fact).page for fact in FACTS if getattr(spec, fact)]
        for page in (*pages, *(parent.source for parent in spec.lineage)):
            if page:
                users[page].add(name)
    for page, names in sorted(users.items()):
        if len(names) >= SHARED_BY_MANY:
            yield page, sorted(names)


def main() -> None:
    """Print a line for each gap, and for each page of many models."""
    specs = {name: load_spec(spec_path(name)) for name in spec_names()}
    gaps: dict[str, int] = defaultdict(int)
    for name, spec in specs.items():
        for fact, why in missing(spec):
            gaps[fact] += 1
            print(f"{name}: {fact}: {why}")
    for page, names in shared(specs):
        print(f"{page}: {len(names)} models: {', '.join(names)}")
    counts = ", ".join(f"{fact} {number}" for fact, number in sorted(gaps.items()))
    print(f"{len(specs)} models; without a source: {counts or 'nothing'}")
    lines = [line for spec in specs.values() for line in spec.highlights]
    print(f"{sum(line.page is None for line in lines)} of {len(lines)} highlights without a page")


if __name__ == "__main__":
    main()
