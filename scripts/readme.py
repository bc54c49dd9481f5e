"""Write into README.md how many model types the importer reads; `make refresh` does it."""

from __future__ import annotations

import re
from pathlib import Path

from archposter.export.files import write
from archposter.importer.table import READERS
from archposter.importer.wrappers import WRAPPERS

README = Path(__file__).parents[1] / "README.md"
_TYPES = re.compile(r"(reads )\d+( `model_type`s and the text decoders of )\d+( multimodal ones)")


def counted(text: str) -> str:
    """Return the text with the numbers as they are now; raises ValueError without just one place for them."""
    text, places = _TYPES.subn(rf"\g<1>{len(READERS)}\g<2>{len(WRAPPERS)}\g<3>", text)
    if places != 1:
        raise ValueError(f"README.md: {places} places say how many types are read, expected 1")
    return text


if __name__ == "__main__":
    write(README, counted(README.read_text(encoding="utf-8")))
