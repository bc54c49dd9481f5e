"""Kill `archposter check --update` at random moments and look at what is left.

Each run gives a folder in a known state to an update that has something to change, to store and to delete,
kills it with SIGKILL and lets the next check open the folder: what is stored then must be all old or all new.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from archposter import bundled
from archposter.check import run, store
from archposter.check.manifest import NAME

RUNS = 50
MODELS = ("gemma-3-27b", "llama-3-8b", "olmo-2-7b", "tiny-aya")


def main() -> int:
    """Print how many runs left the old and the new state; return 1 if one left anything else."""
    chance = random.Random(RUNS)
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        before, after, folder = (Path(place, name) for name in ("before", "after", "folder"))
        _fill(before)
        shutil.copytree(before, after)
        started = time.perf_counter()
        _update(after).wait()
        duration = time.perf_counter() - started
        states = {_state(before): "old", _state(after): "new"}
        for _ in range(RUNS):
            shutil.copytree(before, folder)
            update = _update(folder)
            time.sleep(chance.uniform(0.2 * duration, 1.05 * duration))
            update.kill()
            update.wait()
            left = "staged" if (folder / store.STAGE).exists() else "untouched or done"
            with store.opened(folder):
                state = states.get(_state(folder), "MIXED")
            seen[f"{state} ({left})"] += 1
            if _update(folder).wait() or _state(folder) != _state(after):
                seen["NOT MENDED"] += 1
            shutil.rmtree(folder)
    for state, count in sorted(seen.items()):
        print(f"{count:3} {state}")
    return int(any(state.startswith(("MIXED", "NOT")) for state in seen))


def _fill(folder: Path) -> None:
    """Store pictures, then give the manifest other models and one of those kept another width."""
    folder.mkdir()
    for name in MODELS:
        shutil.copy(bundled.spec_path(name), folder)
    (folder / NAME).write_text(f"models = {[f'{name}.yaml' for name in MODELS[:3]]}\n")
    run.update(folder)
    (folder / NAME).write_text(f"models = {[f'{name}.yaml' for name in MODELS[1:]]}\n")
    spec = folder / f"{MODELS[1]}.yaml"
    spec.write_text(spec.read_text().replace("14336", "14337"))


def _update(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "archposter.cli", "check", str(folder), "--update"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def _state(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return repr(
        [(str(path.relative_to(folder)), hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]
    )


if __name__ == "__main__":
    sys.exit(main())
