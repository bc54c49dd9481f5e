"""The configs of the first corpus."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from archposter.importer.file import load_config

CORPUS = Path(__file__).parent / "corpus"
SLUGS = sorted(path.stem for path in (CORPUS / "configs").glob("*.json"))


@cache
def text(slug: str) -> str:
    return (CORPUS / "configs" / f"{slug}.json").read_text(encoding="utf-8")


def config(slug: str) -> dict[str, Any]:
    return load_config(CORPUS / "configs" / f"{slug}.json")


def known(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((CORPUS / name).read_text(encoding="utf-8"))
    return data
