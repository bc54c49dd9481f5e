"""Which words name a model that is no spec; cheap to import, for every command asks."""

from __future__ import annotations

import re
from pathlib import Path

HUB = "hf:"
CONFIGS = ("config.json", "params.json")
"""What a model's file is called in its folder, the first one there; the second is Mistral's and Meta's."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_GGUF = re.compile(r"\.gguf(?:[?#].*)?\Z", re.IGNORECASE | re.DOTALL)


def is_address(text: str) -> bool:
    """Tell whether `text` begins as a URL does."""
    return bool(_ADDRESS.match(text))


def is_gguf(text: str) -> bool:
    """Tell whether `text` ends as the name or the URL of a GGUF file does, or is a file that begins so."""
    return bool(_GGUF.search(text)) or _begins_as_gguf(text)


def is_source(text: str) -> bool:
    """Tell whether `text` names a hub's model, an address, a GGUF file, a config or a folder."""
    return text.startswith(HUB) or is_address(text) or is_gguf(text) or _is_local(text)


def _begins_as_gguf(text: str) -> bool:
    """Tell whether a file begins as GGUF files do, whatever it is called: other programs keep them so."""
    try:
        path = Path(text)
        if not path.is_file():
            return False
        with path.open("rb") as opened:
            return opened.read(4) == b"GGUF"
    except (OSError, ValueError):
        return False


def _is_local(text: str) -> bool:
    try:
        return text.lower().endswith(".json") or Path(text).is_dir()
    except (OSError, ValueError):
        return False
