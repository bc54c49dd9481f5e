"""What a picture must say: every mechanism of every model, on its card and its figure."""

from pathlib import Path

import pytest

from archposter import bundled
from archposter.audit import untold
from archposter.blocks.essentials import essentials
from archposter.pipeline import Model, load
from archposter.scene import Box, Claim, Frame, Rect, Size, Text

KINDS = Path(__file__).parents[1] / "corpus" / "kinds"
MORE = "more: archposter facts"


def frames(model: Model) -> tuple[Frame, Frame]:
    return model.card().frame, model.figure().frame


def texts(frame: Frame) -> list[str]:
    return [item.text for item in frame.items if isinstance(item, Text)]


@pytest.mark.parametrize("name", bundled.spec_names())
def test_every_mechanism_is_told(name: str) -> None:
    model = load(name)
    claims = essentials(model.arch)
    for frame in frames(model):
        assert untold(frame, claims) == ()
        assert not any(MORE in text for text in texts(frame))


@pytest.mark.parametrize("file", sorted(KINDS.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_kind_is_told(file: Path) -> None:
    model = load(file)
    claims = essentials(model.arch)
    assert [untold(frame, claims) for frame in frames(model)] == [(), ()]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("gpt-oss-20b", "sinks"),
        ("gemma-3-27b", "QK-norm"),
        ("qwen3-next-80b-a3b", "RoPE 25 %"),
        ("deepseek-v3-2", "top-2,048"),
        ("deepseek-v3", "YaRN"),
        ("step-3-5-flash", "window 512"),
        ("nemotron-3-super-120b-a12b", "LatentMoE"),
        ("longcat-flash-lite", "128 zero"),
        ("smollm3-3b", "NoPE"),
    ],
)
def test_what_is_taken_away_is_missed(name: str, told: str) -> None:
    """The check sees a picture from which one fact is gone."""
    model = load(name)
    for frame in frames(model):
        items = tuple(
            item._replace(text=item.text.replace(told, "?")) if isinstance(item, Text) else item
            for item in frame.items
        )
        found = untold(frame._replace(items=items), essentials(model.arch))
        assert any(told.split(" ")[-1] in line for line in found), found


def picture(*boxes: tuple[str, ...]) -> Frame:
    """Return boxes with lines of text, one below the other."""
    items: list[Box | Text] = []
    for place, lines in enumerate(boxes):
        items.append(Box(Rect(0, 100 * place, 200, 90), role="cell"))
        for number, line in enumerate(lines):
            items.append(
                Text(10, 100 * place + 20 * (number + 1), line, "regular", 17, "#000000", 100, "text")
            )
    return Frame(Size(200, 100 * len(boxes)), tuple(items), "boxes")


def test_facts_of_one_part_stand_in_one_box() -> None:
    claim = Claim("GQA", together=(("GQA",), ("window 128",), ("sinks",)))
    assert untold(picture(("GQA", "window 128 · sinks"), ("GQA",)), [claim]) == ()
    assert untold(picture(("GQA", "window 128"), ("GQA", "sinks")), [claim]) == ("GQA: says nowhere 'sinks'",)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("2,048 wide", True),
        ("48 wide", False),
        ("256 wide", True),
        ("300 wide", True),
        ("4,000 wide", False),
        ("128 heads", True),
        ("28 heads", False),
        ("3 latents", True),
        ("15 latents", False),
        ("8,000 rows", True),
        ("700 rows", False),
        ("3 of 9 experts", True),
        ("3 of 12 experts", False),
        ("6 of 9 experts", False),
        ("4 of 8 groups", True),
        ("4 of 9 groups", False),
    ],
)
def test_numbers_are_whole_and_ranges_hold_what_lies_in_them(words: str, told: bool) -> None:
    frame = picture(("2,048", "wide experts"), ("256 to 512 wide", "FFN"), ("128", "heads"))
    beside = picture(
        ("layers 2 to", "13", "1 to 9 latents"),
        ("1,", "680 to 9,", "999 rows"),
        ("2 to 4 of 8 to", "10 experts", "1 to 4 of 8 groups"),
    )
    frame = frame._replace(items=(*frame.items, *beside.items))
    assert (untold(frame, [Claim("size", words=((words,),))]) == ()) is told


def test_norms_are_counted_or_named() -> None:
    claim = Claim("layer", norms=("RMSNorm", "pre-norm", (("pre-norm", 2),)))
    assert untold(picture(("RMSNorm",), ("RMSNorm",)), [claim]) == ()
    assert untold(picture(("RMSNorm", "pre-norm")), [claim]) == ()
    assert len(untold(picture(("RMSNorm",)), [claim])) == 1
