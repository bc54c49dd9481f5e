"""Same input, same bytes: in every process, whatever the hash seed."""

import hashlib
import os
import subprocess
import sys

import pytest

PROGRAM = """
import hashlib
from archposter import load, poster
model = load("gemma-3-27b")
page = poster([model, load("deepseek-v3")], paper="A3")
card = model.card()
both = model.diff(load("deepseek-v3")).svg().encode()
for data in (card.svg().encode(), card.svg("outlines").encode(), card.png(300), card.pdf(), page.pdf(), both):
    print(hashlib.sha256(data).hexdigest())
"""


def digests(seed: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC{seed}"},
    )
    return done.stdout.split()


@pytest.mark.costly
def test_bytes_do_not_depend_on_the_process() -> None:
    first = digests("0")
    assert len(set(first)) == 6
    assert digests("1") == first == digests("12")


@pytest.mark.parametrize("text", ["live", "outlines"])
def test_drawing_twice_gives_the_same(text) -> None:
    from archposter import load

    def digest() -> str:
        return hashlib.sha256(load("gpt-oss-20b").card("ink").svg(text).encode()).hexdigest()

    assert digest() == digest()
