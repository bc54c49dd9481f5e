"""What a press cannot hold when it is small: thin lines, and small type in several inks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, NamedTuple

import pikepdf
import pytest

from archposter import Printing, book, poster
from archposter.compose.strokes import LEAST
from archposter.export.pdf.inks import SMALL_TYPE

MODELS = ["gpt-2-xl", "deepseek-v3", "gemma-3-27b", "llama-3-8b"]


class Painted(NamedTuple):
    """A stroke, a fill or a line of type, in points of the page."""

    what: str
    size: float
    ink: tuple[float, ...]
    overprints: bool


class State(NamedTuple):
    scale: float = 1.0
    width: float = 1.0
    fill: tuple[float, ...] = ()
    over: bool = False
    type_size: float = 0.0


def painted(owner: Any, state: State = State()) -> Iterator[Painted]:  # noqa: B008
    """Follow a content stream and the forms in it."""
    stack: list[State] = []
    for step in pikepdf.parse_content_stream(owner):
        name, operands = str(step.operator), list(step.operands)
        match name:
            case "q":
                stack.append(state)
            case "Q":
                state = stack.pop()
            case "cm":
                state = state._replace(scale=state.scale * abs(float(operands[0])))
            case "w":
                state = state._replace(width=float(operands[0]))
            case "k":
                state = state._replace(fill=tuple(map(float, operands)))
            case "g":  # around the page
                state = state._replace(fill=())
            case "gs":
                graphics = owner.Resources.ExtGState[str(operands[0])]
                state = state._replace(over=bool(graphics.op))
                assert graphics.OPM == 1
            case "Tf":
                state = state._replace(type_size=float(operands[1]))
            case "TJ":
                yield Painted("type", state.type_size * state.scale, state.fill, state.over)
            case "S" | "B" | "f":
                if name != "f":
                    yield Painted("line", state.width * state.scale, (), state.over)
                yield Painted("area", 0.0, state.fill, state.over)
            case "Do":
                yield from painted(owner.Resources.XObject[str(operands[0])], state)


def everything(data: bytes) -> list[Painted]:
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        return [part for page in pdf.pages for part in painted(page.obj)]


@pytest.fixture(scope="module", params=["poster", "book"])
def parts(request: pytest.FixtureRequest) -> list[Painted]:
    printing = Printing(color="cmyk", marks=True)
    if request.param == "book":
        return everything(book(MODELS, paper="105x105mm", printing=printing).pdf())
    return everything(poster(MODELS, paper="A4", printing=printing).pdf())


def test_no_line_is_thinner_than_a_press_holds(parts: list[Painted]) -> None:
    lines = [part.size for part in parts if part.what == "line"]
    assert LEAST - 1e-6 < min(lines) < LEAST + 0.01
    assert max(lines) > 1.5 * LEAST


def test_small_type_is_black_alone_over_what_is_below(parts: list[Painted]) -> None:
    small = [part for part in parts if part.what == "type" and part.ink and part.size < SMALL_TYPE]
    assert len(small) > 100
    assert {part.ink[:3] for part in small} == {(0, 0, 0)}
    # White type is where there is no ink.
    assert all(part.overprints == (part.ink[3] > 0) for part in small)
    assert {part.overprints for part in small} == {True, False}


def test_nothing_else_prints_over_other_inks(parts: list[Painted]) -> None:
    others = [part for part in parts if part.what != "type" or part.size >= SMALL_TYPE]
    assert not any(part.overprints for part in others)
    assert any(part.what == "type" and sum(part.ink[:3]) > 0 for part in others)
