"""Graphviz itself: the wheel `graphviz-pure`, or a `dot` of the system.  The only module that runs it.

Of the layout the order from top to bottom is used: which lanes lie beside one another and which rows in them,
so that lines are short and cross little.  Another release of the engine may order them otherwise.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sysconfig
from functools import cache
from pathlib import Path
from typing import Final

from archposter.diagnostics import UsageError

_PINNED: Final = "graphviz-pure"
_SECONDS: Final = 60


@cache
def engine() -> str:
    """Return the program: this installation's pinned one first; raise `UsageError` where there is none."""
    own = shutil.which(_PINNED, path=sysconfig.get_path("scripts"))
    found = own or shutil.which(_PINNED) or shutil.which("dot")
    if found is None:
        raise UsageError(
            "a lineage is ordered by Graphviz, and there is neither graphviz-pure nor dot: "
            "pip install 'archposter[graph]', or install Graphviz (.dot and --json need neither)"
        )
    return found


def heights(source: str) -> dict[str, float]:
    """Return of each node how far it is from the top; raise `UsageError` where the engine fails."""
    program = engine()
    try:
        run = subprocess.run(
            [program, "-Kdot", "-Tplain"],
            input=source.encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or str(error).encode()
        raise UsageError(
            f"{Path(program).name} failed: {said.decode(errors='replace').strip()[:200]}"
        ) from None
    found: dict[str, float] = {}
    for line in run.stdout.decode().splitlines():
        words = shlex.split(line) if line.startswith("node ") else []
        if words:
            found[words[1]] = -float(words[3])
    return found
