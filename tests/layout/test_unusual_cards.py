"""Cards of models with unusual structures: no fault, every part of every layer in the map."""

from pathlib import Path

import pytest

from archposter.audit import audit
from archposter.pipeline import load
from archposter.scene import Box

CORPUS = Path(__file__).parents[1] / "corpus"
FILES = sorted(CORPUS.glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_fault(file: Path) -> None:
    model = load(str(file))
    frame = model.card("paper").frame
    assert audit(frame) == ()
    squares = [item for item in frame.items if isinstance(item, Box) and item.role == "layer"]
    assert len(squares) == len(model.arch.parts)
