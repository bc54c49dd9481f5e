"""Write relate/index.json, what the bundled models are made of, and docs/lineage.md: `make index`."""

from __future__ import annotations

import lineage
from archposter.export.files import write
from archposter.pipeline import models
from archposter.relate.nearest import INDEX, index, parse


def main() -> None:
    """Read every bundled spec, write the index, and check it against the documented parents."""
    archs = {model.slug: model.arch for model in models()}
    text = index(archs)
    write(INDEX, text)
    write(lineage.PAGE, lineage.page(archs, parse(text)))


if __name__ == "__main__":
    main()
