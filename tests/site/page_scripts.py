"""The scripts of pages, run by node: what an expression over them is."""

import json
from pathlib import Path
from typing import Any

import archposter
from programs import run

ASSETS = Path(archposter.__file__).parent / "site" / "assets"


def evaluated(folder: Path, scripts: str, given: Any, expression: str) -> Any:
    """Return what an expression of JavaScript is, over the named scripts and what is `given`."""
    (folder / "given.json").write_text(json.dumps(given), encoding="utf-8")
    runner = Path(__file__).with_name("run.js")
    return json.loads(run(folder, "node", runner, ASSETS, scripts, "given.json", expression))
