"""Say in words what the working tree changes: facts, comparisons, Frames, weights, imported specs.

Compares with a revision, HEAD unless another is named.  The code of both is run, so that it tells as much
before the golden files are rewritten (`pytest tests/middle --update`) as after.
"""

from __future__ import annotations

import argparse
import difflib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from archposter import units
from archposter.check.words import differences

ROOT = Path(__file__).resolve().parents[1]
NAMED = 3
"""Names that are given of those that share a change."""
MOST, WIDTH = 60, 180
"""Lines of a section and their length, without `--all`."""

Middle = dict[str, dict[str, str]]


def middle(root: Path) -> subprocess.Popen[str]:
    """Start the program that says everything of the middle with the code below a root."""
    program = [sys.executable, str(root / "tests" / "middle" / "middle.py")]
    paths = os.pathsep.join((str(root / "diagrams"), str(root / "tests")))
    return subprocess.Popen(
        program, env={**os.environ, "PYTHONPATH": paths}, stdout=subprocess.PIPE, text=True
    )


def both(revision: str) -> tuple[Middle, Middle]:
    """Return the middle of a revision and of the working tree."""
    tree = (
        "git",
        "archive",
        revision,
        "diagrams",
        "specs",
        "styles",
        "tests/corpus",
        "tests/middle",
        "tests/configs.py",
    )
    archive = subprocess.run(tree, cwd=ROOT, check=True, capture_output=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
            packed.extractall(folder, filter="data")
        running = middle(Path(folder)), middle(ROOT)
        printed = [child.communicate()[0] for child in running]
    if any(child.returncode for child in running):
        sys.exit("the middle could not be computed")
    return json.loads(printed[0]), json.loads(printed[1])


def flat(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value of nested data and its place; differences go by their part and field."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from flat(entry, f"{place}.{key}" if place else key)
    elif place == "differences":
        for row in value:
            where = ".".join(filter(None, (row.pop("aspect"), row.pop("part"), row.pop("field"))))
            yield from ((f"{where} {key}", entry) for key, entry in row.items())
    else:
        yield place, value


def data_changes(old: str, new: str) -> Iterator[str]:
    """Yield in words what differs between two texts of JSON."""
    before, after = dict(flat(json.loads(old))), dict(flat(json.loads(new)))
    for place in [*before, *(place for place in after if place not in before)]:
        if place not in after:
            yield f"{place} {said(before[place])}: gone"
        elif place not in before:
            yield f"{place} {said(after[place])}: new"
        elif before[place] != after[place]:
            was, now = (said(before[place]), said(after[place]))
            if was == now:
                was, now = (json.dumps(each, ensure_ascii=False) for each in (before[place], after[place]))
            yield f"{place} {was} -> {now}"


def line_changes(old: str, new: str) -> Iterator[str]:
    """Yield the lines that only one of two texts has."""
    for line in difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0):
        if not line.startswith(("---", "+++", "@@")):
            yield f"{line[0]} {line[1:].strip()}"


def said(value: Any) -> str:
    """Return a value in few characters."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 10_000:
        return units.count(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 70 else f"{text[:50]} … {text[-15:]}"


def changes(section: str, old: dict[str, str], new: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield a name and one thing that changed, over a section."""
    words = {"frames": differences, "tensors": line_changes, "imports": line_changes}.get(
        section, data_changes
    )
    for name in [*old, *(name for name in new if name not in old)]:
        if name not in new or name not in old:
            yield name, "gone" if name not in new else "new"
        elif old[name] != new[name]:
            for line in words(old[name], new[name]):
                yield name, line


def told(found: Iterable[tuple[str, str]]) -> list[str]:
    """Return the changes below the names that share them; the most shared come first."""
    names: dict[str, list[str]] = defaultdict(list)
    for name, change in found:
        names[change].append(name)
    together: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for change, shared in names.items():
        together[tuple(shared)].append(change)
    lines = []
    for shared_by, alike in sorted(together.items(), key=lambda entry: -len(entry[0])):
        more = len(shared_by) - NAMED
        lines.append(", ".join(shared_by[:NAMED]) + f" and {more} more" * (more > 0))
        lines += [f"  {change}" for change in alike]
    return lines


def shorten(line: str) -> str:
    """Return a line that fits a terminal."""
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 2]} …"


def main() -> None:
    """Print what differs, section by section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision", nargs="?", default="HEAD")
    parser.add_argument("--all", action="store_true", help="print every line whole")
    options = parser.parse_args()
    old, new = both(options.revision)
    for section in new:
        before = old.get(section, {})
        changed = sum(before.get(name) != text for name, text in new[section].items())
        print(f"{section}: {changed} of {len(new[section])} change")
        lines = told(changes(section, before, new[section]))
        shown = lines if options.all else [shorten(line) for line in lines[:MOST]]
        print("".join(f"  {line}\n" for line in shown), end="")
        if len(lines) > len(shown):
            print(f"  and {len(lines) - len(shown):,} more lines (--all)")


if __name__ == "__main__":
    main()
