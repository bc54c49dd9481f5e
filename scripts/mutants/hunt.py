"""Mutate single lines at random and see whether the tests notice: make mutants SEED=7 COUNT=150.

A mutant that changes an output over the corpus (`outputs.py`) must die: in the golden files of tests/middle
if one of them holds that output, else in the tests of its room.  Ends with 1 if less than 95 % do.  Works in
a copy of the tree; a mutant's limit is processor time, as a multiple of what the tree itself takes.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mutate import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path("diagrams") / "archposter"
HELPERS = ("diagrams", "scripts/mutants", "tests", "tests/middle", "tests/sources")
"""Folders of what a child imports, all of the copy."""
TESTS = {
    "counts": ("tests/counts", "tests/oracle/test_replay.py", "tests/sources/test_weights.py"),
    "compare": ("tests/compare", "tests/cli/test_diff.py", "tests/layout/test_diff.py"),
    "layout": ("tests/layout", "tests/audit"),
    "export": (
        *("tests/test_pictures.py", "tests/export/test_svg.py", "tests/export/test_pdf.py"),
        *("tests/export/test_png.py", "tests/export/test_snippet.py", "tests/export/test_bands.py"),
        *("tests/export/test_pdf_press.py", "tests/export/test_files.py"),
    ),
    "search": ("tests/search",),
    "sources": ("tests/sources",),
    "importer": ("tests/importer", "tests/oracle/test_replay.py", "tests/cli/test_import.py"),
}
BAR = 0.95
PATIENCE = 5
"""How many times the processor time of the unchanged tree a mutant may take."""
_MEMORY = 6 * 2**30

Known = dict[str, str]


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: the output it changes ("" if none) and the test it dies of ("" if none)."""

    mutant: Mutant
    changes: str
    dies: str


def in_child(task: Callable[[], Any], seconds: float) -> Any:
    """Return what a task returns in a fork of this process; None if it takes too long or is killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        os.close(reading)
        with open(os.devnull, "w") as nothing:
            os.dup2(nothing.fileno(), 1)
            os.dup2(nothing.fileno(), 2)
        try:
            with open(writing, "w") as out:
                json.dump(task(), out)
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading) as said:
        text = said.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else None


def loaded() -> list[str]:
    """Import what the package and its tests need; return the names of the modules that are not ours."""
    import outputs
    import pytest

    for part in outputs.ROOMS["export"]:
        list(outputs.digests(part))
    pytest.main(["-q", "--collect-only", "tests/sources", "tests/export/test_pdf_press.py", "tests/cli"])
    ours = (
        "archposter",
        "test",
        "conftest",
        "outputs",
        "part_strategies",
        "strategies",
        "middle",
        "configs",
        "checkpoints",
    )
    return [name for name, module in sys.modules.items() if not name.startswith(ours) and _elsewhere(module)]


def _elsewhere(module: object) -> bool:
    file = getattr(module, "__file__", None)
    return bool(file) and not str(file).startswith(str(Path.cwd()))


def preload(names: Sequence[str]) -> None:
    """Import libraries once, for all children."""
    for name in names:
        with contextlib.suppress(Exception), contextlib.redirect_stderr(io.StringIO()):
            __import__(name)


def room_outputs(room: str) -> tuple[Known, float]:
    """Return the outputs of a room, and the seconds of the processor that they take."""
    import outputs

    known = dict(pair for part in outputs.ROOMS[room] for pair in outputs.digests(part))
    return known, sum(os.times()[:2])


def first_change(room: str, known: Known) -> tuple[str, bool]:
    """Return the first output that differs and whether a golden file holds it; "" if none does."""
    golden = True
    try:
        import outputs

        for part in outputs.ROOMS[room]:
            golden = part in outputs.GOLDEN
            for name, digest in outputs.digests(part):
                if known[name] != digest:
                    return name, golden
    except Exception as error:
        return f"{type(error).__name__} raised", golden
    return "", False


def failures(room: str, without: Sequence[str] = (), *, first: bool = False) -> tuple[list[str], float]:
    """Run a room's tests, or until the `first` fails; return what fails, and the processor's seconds."""
    import pytest

    found: list[str] = []

    class Watch:
        def pytest_runtest_logreport(self, report: Any) -> None:
            found.extend([report.nodeid] * report.failed)

        def pytest_collectreport(self, report: Any) -> None:
            found.extend([f"collecting {report.nodeid}"] * report.failed)

    words = ["-q", "-p", "no:cacheprovider", "--hypothesis-seed=0", *TESTS[room], *["-x"] * first]
    code = pytest.main([*words, *(f"--deselect={name}" for name in without)], plugins=[Watch()])
    return found or [f"pytest ends with {code}"] * (code != 0), sum(os.times()[:4])


@dataclass
class Room:
    """What a room gives, what its tests say of it, and what either may take of the processor."""

    name: str
    known: Known
    limit: float

    @cached_property
    def red(self) -> tuple[list[str], float]:
        """The tests that fail without a mutant, which are left out, and the limit of the others."""
        failing, seconds = in_child(lambda: failures(self.name), 3600)
        for name in failing:
            print(f"fails without a mutant, left out: {name}", flush=True)
        return failing, PATIENCE * seconds

    def holds(self) -> None:
        """End the program if the tree itself does not give the outputs that are known."""
        found = in_child(lambda: first_change(self.name, self.known), self.limit)
        if found is None or found[0]:
            sys.exit(f"{self.name}: not the same without a mutant: {found}")

    def fate(self, mutant: Mutant) -> Fate:
        """Tell what becomes of a mutant."""
        with written(mutant):
            found = in_child(lambda: first_change(self.name, self.known), self.limit)
        if found is None:
            return Fate(mutant, "takes too long", "the limit of time")
        changes, golden = found
        if not changes or golden:
            return Fate(mutant, changes, "tests/middle" if golden else "")
        without, limit = self.red
        with written(mutant):
            found = in_child(lambda: failures(self.name, without, first=True), limit)
        return Fate(mutant, changes, "the limit of time" if found is None else "".join(found[0][:1]))


@contextlib.contextmanager
def written(mutant: Mutant) -> Iterator[None]:
    """Write a mutant into the copy, and put the file back as it was."""
    text = mutant.text()
    kept, stat = mutant.path.read_bytes(), mutant.path.stat()
    mutant.path.write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        mutant.path.write_bytes(kept)
        os.utime(mutant.path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def copied(folder: Path) -> Path:
    """Copy the tracked files, as they are now, and go there."""
    names = subprocess.run(
        ("git", "ls-files", "-co", "--exclude-standard"), cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in names.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    os.chdir(folder)
    here = {str(ROOT / name) for name in HELPERS}
    sys.path[:] = [
        *(str(folder / name) for name in HELPERS),
        *(path for path in sys.path if path not in here),
    ]
    os.environ["PYTHONPATH"] = str(folder / "diagrams")
    os.environ["XDG_CACHE_HOME"] = str(folder / ".cache")
    return folder


def chosen(rooms: Sequence[str], count: int, seed: int) -> list[tuple[str, Mutant]]:
    """Draw mutants at random from all of the rooms' lines."""
    every = [
        (room, mutant)
        for room in rooms
        for path in sorted((PACKAGE / room).rglob("*.py"))
        for mutant in mutants(path)
    ]
    print(f"{len(every):,} mutants; seed {seed}")
    random.Random(seed).shuffle(every)
    found = []
    for room, mutant in every:
        with contextlib.suppress(SyntaxError):
            compile(mutant.text(), "mutant", "exec")
            found.append((room, mutant))
        if len(found) == count:
            break
    return found


def report(fates: dict[str, list[Fate]]) -> float:
    """Print a line a room and every mutant that lives; return the share that dies."""
    total: Counter[str] = Counter()
    for room, found in fates.items():
        changing = [each for each in found if each.changes]
        golden = sum(each.dies == "tests/middle" for each in changing)
        dead = sum(bool(each.dies) for each in changing)
        total += Counter(changing=len(changing), dead=dead)
        words = (
            f"{len(found)} mutants, {len(changing)} change an output, {dead} die ({golden} in the goldens)"
        )
        print(f"{room}: {words}")
    for each in (each for found in fates.values() for each in found if each.changes and not each.dies):
        print(f"lives: {each.mutant.path}:{each.mutant.line} changes {each.changes}")
        print(f"  - {each.mutant.before.strip()}\n  + {each.mutant.after.strip()}")
    share = total["dead"] / max(1, total["changing"])
    print(f"{total['dead']} of {total['changing']} die: {share:.1%}")
    return share


def main() -> None:
    """Draw, try and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--room", action="append", choices=sorted(TESTS))
    options = parser.parse_args()
    sys.dont_write_bytecode = False
    with tempfile.TemporaryDirectory() as folder:
        copied(Path(folder).resolve())
        preload(in_child(loaded, 600) or ())
        names = options.room or sorted(TESTS)
        rooms = {}
        for name in names:
            known, seconds = in_child(lambda name=name: room_outputs(name), 600)  # type: ignore[misc]
            rooms[name] = Room(name, known, PATIENCE * seconds)
            rooms[name].holds()
        fates: dict[str, list[Fate]] = {name: [] for name in names}
        drawn = chosen(names, options.count, options.seed)
        sys.dont_write_bytecode = True
        for number, (name, mutant) in enumerate(drawn, 1):
            found = rooms[name].fate(mutant)
            fates[name].append(found)
            ending = f"dies: {found.dies}" if found.dies else "LIVES" if found.changes else "changes nothing"
            place = mutant.path.relative_to(PACKAGE)
            line = f"{place}:{mutant.line} {mutant.after.strip()[:80]}"
            print(f"{number}/{len(drawn)} {line}: {ending}", flush=True)
        for room in rooms.values():
            room.holds()
        share = report(fates)
    sys.exit(share < BAR)


if __name__ == "__main__":
    main()
