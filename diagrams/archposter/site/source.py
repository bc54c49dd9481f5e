"""The models of a site, each as the text of its spec: what a page is made from, and what it gives away."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from archposter import bundled
from archposter.diagnostics import UsageError, printable
from archposter.importing import with_evidence
from archposter.pipeline import Model
from archposter.sources.names import is_source
from archposter.spec.load import parse_spec, read_text, shown
from archposter.spec.model import ArchSpec
from archposter.spec.normalize import normalize
from archposter.spec.write import dump_spec


@dataclass(frozen=True, slots=True)
class Source:
    """A model to show: the name of its pages, its spec as text, and what was not understood on the way.

    `keys` are fields of the spec, each with the key of the config that gave it.
    """

    slug: str
    text: str
    warnings: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()

    @property
    def digest(self) -> str:
        """What its pages depend on, as one word."""
        return hashlib.sha256(
            "\0".join((self.slug, *self.warnings, *chain(*self.keys), self.text)).encode()
        ).hexdigest()

    def read(self) -> tuple[ArchSpec, Model]:
        """Return what the spec says, and the model that it means; raise SpecError for its faults."""
        spec = parse_spec(self.text, f"{self.slug}.yaml")
        arch = normalize(spec)
        return spec, Model(replace(arch, warnings=self.warnings), self.slug)


def sources(names: Iterable[str], *, lenient: bool = False) -> list[Source]:
    """Return the models of bundled names, spec files, configs and other sources, as `pipeline.load` does.

    Without names, all bundled ones.  Raises what reading raises, and UsageError for two of one name.
    """
    found: dict[str, Source] = {}
    for name in list(names) or bundled.spec_names():
        source = _source(name, lenient)
        if source.slug in found:
            raise UsageError(
                f"two models are called {printable(source.slug)}: a site has a page for each name"
            )
        found[source.slug] = source
    return list(found.values())


def _source(name: str, lenient: bool) -> Source:
    if name not in bundled.spec_names() and is_source(name):
        found = with_evidence(name, lenient=lenient)
        warnings = tuple(map(str, found.warnings))
        return Source(_safe(bundled.slug(Path(name))), dump_spec(found.spec), warnings, found.keys)
    path = bundled.model_path(name)
    return Source(_safe(bundled.slug(path)), read_text(path, shown(path), "spec"))


def _safe(slug: str) -> str:
    """Return a name that may stand in a path and an address: letters, digits, dots and hyphens."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-.") else "-" for c in slug.lower())
    return kept.strip("-.")[:80] or "model"
