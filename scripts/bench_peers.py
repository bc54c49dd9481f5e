"""Measure the closest public tools in an environment of their own, on the same configs, in the same run."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = ROOT / "tests" / "corpus" / "configs"
HOME = ROOT / ".peers"
PACKAGES = ("llmviz==0.1.1", "model-unfolder==0.2.17")
MODELS = (
    *("llama-3-8b", "qwen3-8b", "gemma-3-27b", "olmo-2-7b"),
    *("deepseek-v3", "qwen3-235b-a22b", "gpt-oss-20b", "mistral-small-3-1"),
)
RUNS = 15

_MEASURE = """
import statistics, sys, time
times, sizes = [], []
for path in sys.argv[1:]:
    draw(path)
    runs = []
    for _ in range(7):
        start = time.perf_counter()
        data = draw(path)
        runs.append(time.perf_counter() - start)
    times.append(statistics.median(runs))
    sizes.append(len(data.encode()))
# What getrusage says would begin with the memory of the process that started this one.
status = open("/proc/self/status").read()
peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
print(f"{1000 * statistics.median(times):.2f} {statistics.median(sizes) / 1000:.0f} {peak:.0f}")
"""
_DRAW = {
    "archposter": "from pathlib import Path\nfrom archposter import load\n"
    "def draw(path): return load(Path(path)).card().svg()\n",
    "llmviz": "from llmviz.fetch import load_spec\nfrom llmviz.render.block import render_model\n"
    "def draw(path): return render_model(load_spec(path))\n",
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


def cold(command: list[str], fresh_cache: bool = False) -> float:
    """Return the median milliseconds from the start of a process to its end."""
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(RUNS):
            cache = f"{folder}/{number if fresh_cache else 'kept'}"
            start = time.perf_counter()
            subprocess.run(
                command, check=True, capture_output=True, env={**os.environ, "XDG_CACHE_HOME": cache}
            )
            seconds.append(time.perf_counter() - start)
    return 1000 * statistics.median(seconds[1:])


def rows() -> list[str]:
    """Return the lines of a table: each tool in process and cold, with ratios to archposter."""
    peers, paths = str(environment()), [str(CONFIGS / f"{name}.json") for name in MODELS]
    python = {"archposter": sys.executable, "llmviz": peers, "model-unfolder": peers}
    with tempfile.TemporaryDirectory() as folder:
        own = [sys.executable, "-m", "archposter.cli", "card", paths[0], "-o", f"{folder}/x.svg"]
        starts = {
            "archposter": cold(own, fresh_cache=True),
            "archposter, drawn before": cold(own),
            "llmviz": cold([str(HOME / "bin" / "llmviz"), "render", paths[0], "-o", f"{folder}/y.svg"]),
            "model-unfolder": cold([peers, "-c", _DRAW["model-unfolder"] + f"draw({paths[0]!r})"]),
        }
    table = [
        f"The closest public tools ({', '.join(PACKAGES)}) on the same {len(MODELS)} configs: config.json to",
        "picture in process (medians), from the start of a process to a file, the file's size, peak memory.",
        "",
        "| tool | in process, ms | ratio | cold, ms | ratio | kB | peak MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    base = 0.0
    for name, start in starts.items():
        warm, size, peak = "", "", ""
        if name in _DRAW:
            script = [python[name], "-c", _DRAW[name] + _MEASURE, *paths]
            done = subprocess.run(script, check=True, capture_output=True, text=True)
            warm, size, peak = done.stdout.split()
            base = base or float(warm)
        ratio = f"{float(warm) / base:.2f}" if warm else ""
        cells = (name, warm, ratio, f"{start:.0f}", f"{start / starts['archposter']:.2f}", size, peak)
        table.append(f"| {' | '.join(cells)} |")
    return table


if __name__ == "__main__":
    print("\n".join(rows()))
