"""Measure the closest public tools in an environment of their own, on the same configs, in the same run."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from bench_starts import Command, costs

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = ROOT / "tests" / "corpus" / "configs"
HOME = ROOT / ".peers"
PACKAGES = ("llmviz==0.1.1", "model-unfolder==0.2.17")
MODELS = (
    *("llama-3-8b", "qwen3-8b", "gemma-3-27b", "olmo-2-7b"),
    *("deepseek-v3", "qwen3-235b-a22b", "gpt-oss-20b", "mistral-small-3-1"),
)

_MEASURE = """
import statistics, sys, time
from pathlib import Path

folder, *paths = sys.argv[1:]

def median_ms(run):
    run()
    times = []
    for _ in range(7):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)

times = [median_ms(lambda: draw(path)) for path in paths]
sizes = []
for path in paths:
    data = draw(path)
    sizes.append(len(data.encode()))
    if data.lstrip().startswith(("<svg", "<?xml")):
        Path(folder, Path(path).stem + ".svg").write_text(data)
# What getrusage says would begin with the memory of the process that started this one.
status = open("/proc/self/status").read()
peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
sheet = f"{median_ms(lambda: poster(paths)):.1f}" if "poster" in globals() else "none"
print(f"{statistics.median(times):.2f} {statistics.median(sizes) / 1000:.0f} {peak:.0f} {sheet}")
"""
_DRAW = {
    "archposter": "import archposter\nfrom pathlib import Path\n"
    "def draw(path): return archposter.load(Path(path)).card().svg()\n"
    "def poster(paths): return archposter.poster([archposter.load(Path(path)) for path in paths]).pdf()\n",
    "llmviz": "from llmviz.fetch import load_spec\nfrom llmviz.render.block import render_model\n"
    "from llmviz.render.poster import render_poster\n"
    "def draw(path): return render_model(load_spec(path))\n"
    "def poster(paths): return render_poster([load_spec(path) for path in paths])\n",
    "model-unfolder": "import json, tempfile\nfrom pathlib import Path\nfrom model_unfolder import unfold\n"
    "def draw(path):\n"
    "    out = Path(tempfile.gettempdir()) / 'unfolded.html'\n"
    "    unfold(json.loads(Path(path).read_text())).save(str(out))\n"
    "    return out.read_text()\n",
}


def environment() -> Path:
    """Return the peers' interpreter; their environment is made on first use."""
    python = HOME / "bin" / "python"
    if not python.exists():
        venv.create(HOME, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return python


def faults(judge: str, folder: Path) -> str:
    """Return how many faults the command `judge`, called with SVG files, finds in a folder's, a file."""
    files = sorted(map(str, folder.glob("*.svg")))
    if not files:
        return ""
    command = [*shlex.split(judge), "--json", *files]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return f"{json.loads(done.stdout)['total']['total'] / len(files):.1f}"


def _starts(peers: str, first: str) -> dict[str, float]:
    """Return the CPU time of each tool from the start of a process to a file."""
    with tempfile.TemporaryDirectory() as folder:
        own = [sys.executable, "-m", "archposter.cli", "card", first, "-o", f"{folder}/x.svg"]
        commands = {
            "archposter": Command(own),
            "archposter, unchanged": Command(own, "kept"),
            "llmviz": Command([str(HOME / "bin" / "llmviz"), "render", first, "-o", f"{folder}/y.svg"]),
            "model-unfolder": Command([peers, "-c", _DRAW["model-unfolder"] + f"draw({first!r})"]),
        }
        return {name: cost.cpu for name, cost in costs(commands).items()}


def rows(judge: str | None) -> list[str]:
    """Return the lines of a table: each tool in process and cold, with ratios to archposter.

    `judge` is a command that counts the faults of SVG files; without it that column is empty.
    """
    peers, paths = str(environment()), [str(CONFIGS / f"{name}.json") for name in MODELS]
    python = {"archposter": sys.executable, "llmviz": peers, "model-unfolder": peers}
    starts = _starts(peers, paths[0])
    table = [
        f"The closest public tools ({', '.join(PACKAGES)}) on the same {len(MODELS)} configs: config.json to",
        "picture in process, CPU time of a process from start to file, the file's size, peak memory,",
        f"and a poster of all {len(MODELS)} in process: ours a press-ready PDF of whole cards, llmviz's an",
        "SVG of towers.  Faults, a picture: texts that overlap, or are cut, covered or crossed by a line.",
        "",
        "| tool | in process, ms | ratio | first drawing, ms | ratio | kB | peak MB | poster, ms | faults |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    base = 0.0
    for name, start in starts.items():
        warm, size, peak, sheet, found = "", "", "", "", ""
        if name in _DRAW:
            with tempfile.TemporaryDirectory() as folder:
                script = [python[name], "-c", _DRAW[name] + _MEASURE, folder, *paths]
                done = subprocess.run(script, check=True, capture_output=True, text=True)
                found = faults(judge, Path(folder)) if judge else ""
            warm, size, peak, sheet = done.stdout.split()
            base = base or float(warm)
        ratio = f"{float(warm) / base:.2f}" if warm else ""
        times = (f"{start:.0f}", f"{start / starts['archposter']:.2f}")
        table.append(f"| {' | '.join((name, warm, ratio, *times, size, peak, sheet, found))} |")
    return table
