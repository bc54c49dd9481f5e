"""Measure start-up, drawing and posters beside a floor measured in the same run; write docs/performance.md.

The floor of a command is an interpreter that imports the libraries the command cannot do without, and
does nothing: what archposter adds to it is archposter's own cost, whatever the machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import bench_peers
from archposter import load, poster
from archposter.bundled import spec_names
from archposter.check.findings import Change, explained
from archposter.check.manifest import Wanted
from archposter.counts.facts import Facts
from archposter.scene import to_json
from bench_starts import Cache, Command, Cost, costs

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = sorted((ROOT / "tests" / "corpus" / "configs").glob("*.json"))
TARGET = ROOT / "docs" / "performance.md"
ROUNDS = 25

CARDS_ON_A0 = (9, 18, 36, 72, 144, 500)
SHEET = """
import resource, sys, time
from pathlib import Path
from archposter import load, poster

paths, many = [Path(name) for name in sys.argv[2:]], int(sys.argv[1])
start = time.perf_counter()
data = poster([load(paths[number % len(paths)]) for number in range(many)], paper="A0").pdf()
wall = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{wall:.2f} {time.process_time():.2f} {len(data) / 1e6:.2f} {peak:.0f}")
"""
PICTURE = """
import resource, sys, time
from pathlib import Path
from archposter import load, poster

page = poster([load(Path(name)) for name in sys.argv[2:]], paper="A0")
start = time.perf_counter()
(path,) = page.save(Path(sys.argv[1]), 311)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{time.perf_counter() - start:.1f} {path.stat().st_size / 1e6:.1f} {peak:.0f}")
"""
"""An A0 sheet, 14,570 pixels wide."""

_FLOORS = {
    "help": "import click",
    "card": "import click, yaml, svgwrite; from pydantic import BaseModel; type('M', (BaseModel,), {})()",
}
_CONFIG = str(ROOT / "tests" / "corpus" / "configs" / "llama-3-8b.json")


def median_ms(run: Callable[[], object], times: int = ROUNDS) -> float:
    """Return the median CPU time of a call, in milliseconds, after one call to warm up."""
    run()
    seconds = []
    for _ in range(times):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return 1000 * statistics.median(seconds)


def start_rows(folder: str) -> list[str]:
    """Measure whole processes: floors and commands in turns."""

    def floor(script: str) -> Command:
        return Command([sys.executable, "-c", script])

    def ours(*words: str, cache: Cache = "empty") -> Command:
        return Command([sys.executable, "-m", "archposter.cli", *words], cache)

    floors = {name: floor(script) for name, script in _FLOORS.items()}
    to = ("-o", f"{folder}/x.svg")
    commands = {
        "`archposter --help`": ("help", ours("--help")),
        "first drawing of a bundled model": ("card", ours("card", "llama-3-8b", *to)),
        "first drawing of a config.json": ("card", ours("card", _CONFIG, *to)),
        "the same again, unchanged": ("card", ours("card", "llama-3-8b", *to, cache="kept")),
    }
    found = costs({**floors, **{name: command for name, (_, command) in commands.items()}})
    return [
        "| command, from start to end | CPU ms | floor | ratio | wall ms | floor | ratio |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(_start_row(name, found[name], found[floor]) for name, (floor, _) in commands.items()),
    ]


def _start_row(name: str, ours: Cost, floor: Cost) -> str:
    pairs = zip(ours, floor, strict=True)
    return f"| {name} | {' | '.join(f'{a:.0f} | {b:.0f} | {a / b:.2f}' for a, b in pairs)} |"


def printed(script: str, *words: str) -> list[str]:
    """Run a script in a process of its own; return the words that it prints."""
    command = [sys.executable, "-c", script, *words, *map(str, CONFIGS)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def sheet_rows(folder: str) -> list[str]:
    """Measure posters of few and many cards, each in a process of its own."""
    sheets = [f"| {many} | {' | '.join(printed(SHEET, str(many)))} |" for many in CARDS_ON_A0]
    seconds, size, peak = printed(PICTURE, f"{folder}/poster.png")
    return [
        "Posters from config.json to PDF/X-4, one process each: wall time without imports, CPU time and peak",
        "memory with them; 0.8 MB of each file is the press's colour profile.",
        "",
        "| cards on A0 | seconds | CPU seconds | MB | peak MB |",
        "| ---: | ---: | ---: | ---: | ---: |",
        *sheets,
        "",
        f"The poster of {len(CONFIGS)} as a PNG of 14,558 x 10,297: {seconds} s, {size} MB, peak {peak} MB.",
    ]


def import_all() -> list[Facts]:
    """Read every config of the test corpus and count it."""
    return [load(path).facts() for path in CONFIGS]


def draw_all() -> None:
    """Draw every bundled spec and keep nothing."""
    for name in spec_names():
        load(name).card().svg()


def changed() -> list[Change]:
    """Return pictures of every sixth bundled model, made anew by a change of style."""
    changes = []
    for name in spec_names()[::6]:
        before, after = (load(name).card(style) for style in ("paper", "mono"))
        entry = Wanted(Path(name), "paper", "card", "svg", "live")
        files = before.svg().encode(), after.svg().encode()
        changes.append(Change(entry, files[0], files[1], to_json(before.frame), to_json(after.frame)))
    return changes


def warm_rows() -> list[str]:
    """Measure calls in one process that has everything imported."""
    # Before there is much in memory: the garbage collector would look through it again and again.
    whole = median_ms(draw_all, 5)
    models = [load(name) for name in spec_names()]
    pictures = [model.card() for model in models]
    page = poster(models)
    edited = changed()
    each = len(models)
    steps: dict[str, float] = {
        f"config.json to facts, mean of {len(CONFIGS)}": median_ms(import_all, 3) / len(CONFIGS),
        "spec file to SVG": whole / each,
        "spec file to Arch": median_ms(lambda: [load(name) for name in spec_names()], 5) / each,
        "Arch to Frame": median_ms(lambda: [model.card() for model in models], 5) / each,
        "Frame to SVG, live text": median_ms(lambda: [p.svg() for p in pictures], 5) / each,
        "Frame to SVG, outlines": median_ms(lambda: [p.svg("outlines") for p in pictures], 5) / each,
        "Frame to PNG, 1000 px": median_ms(lambda: [p.png() for p in pictures[:3]], 3) / 3,
        "Frame to PDF": median_ms(lambda: [p.pdf() for p in pictures], 3) / each,
        "check of a changed picture": median_ms(lambda: list(map(explained, edited)), 3) / len(edited),
        f"poster of {each} to PDF": median_ms(page.pdf, 3),
    }
    sizes = {
        "SVG, live text": len(pictures[0].svg()),
        "SVG, outlines": len(pictures[0].svg("outlines")),
        "PDF": len(pictures[0].pdf()),
        f"poster of {each}, PDF": len(page.pdf()),
    }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        "| step, in process | CPU ms |",
        "| --- | ---: |",
        *(f"| {name} | {value:.1f} |" for name, value in steps.items()),
        "",
        "| file | kB |",
        "| --- | ---: |",
        *(f"| {name} | {size / 1000:.0f} |" for name, size in sizes.items()),
        "",
        f"Peak memory of this whole run: {peak:.0f} MB.",
    ]


def main() -> None:
    """Measure everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", metavar="COMMAND", help="a command that counts the faults of SVG files")
    judge = parser.parse_args().faults
    with tempfile.TemporaryDirectory() as folder:
        starts = start_rows(folder)
        sheets = sheet_rows(folder)
    lines = [
        "# Performance",
        "",
        "Written by `make bench`. Medians; machines differ, so read the ratios.",
        f"This run: {platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} processors,",
        f"load {os.getloadavg()[0]:.1f} at its end.",
        "",
        "The floor is a process that imports the libraries the command needs (click; for a card also PyYAML,",
        "pydantic with one empty model, and svgwrite) and ends; floors and commands ran in turns.",
        "A first drawing finds the cache empty. Unchanged: spec, style and program are those of the run",
        "before, and the cache has the picture.",
        "",
        *starts,
        "",
        *warm_rows(),
        "",
        *sheets,
        "",
        *bench_peers.rows(judge),
        "",
    ]
    TARGET.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
