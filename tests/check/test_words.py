import json

import pytest
from frames import frame
from hypothesis import given, settings
from hypothesis import strategies as st

from archposter import load
from archposter.check.words import differences
from archposter.scene import Box, Frame, Path, Rect, Size, Text, from_json, to_json
from quick import examples

CARD = load("kimi-linear-48b-a3b").card().frame


def said(old: Frame, new: Frame) -> list[str]:
    return differences(to_json(old), to_json(new))


def picture(*items: Box | Path | Text) -> Frame:
    return Frame(Size(100, 100), items, "x")


def label(text: str, x: float = 10, **more: str) -> Text:
    return Text(x, 50, text, "regular", 17, "#000000", 20, "label", **more)


def test_a_text_that_changed_and_moved() -> None:
    new = picture(label("58 ×", 22, source="stack[1]"))
    assert said(picture(label("61 ×", source="stack[1]")), new) == [
        'stack[1] / label: "61 ×" -> "58 ×", moved 12 units right'
    ]


def test_equal_moves_are_said_once() -> None:
    old = picture(*(label(word, x) for x, word in enumerate("abc")))
    new = picture(*(label(word, x - 1.5) for x, word in enumerate("abc")))
    assert said(old, new) == ['"a" at (0, 50) and 2 more: moved 1.5 units left']


def test_a_row_of_equal_boxes_moves_as_a_row() -> None:
    def row(dx: float) -> Frame:
        return picture(*(Box(Rect(12 * n + dx, 10, 10, 10), "#112233", role="layer") for n in range(8)))

    assert said(row(0), row(13)) == ["layer at (0, 10) and 7 more: moved 13 units right"]


def test_many_moves_of_one_part_are_gathered() -> None:
    def row(width: float) -> Frame:
        return picture(*(Box(Rect(n * width, 10, width, 10), "#112233", role="layer") for n in range(8)))

    assert said(row(10), row(11)) == ["layer at (0, 10) and 7 more: moved or resized, by up to 8 units"]


def test_sizes_colours_lines_and_what_comes_and_goes() -> None:
    box = Box(Rect(1, 2, 30, 40), "#112233", role="cell", source="norm")
    line = Path((("M", (0, 0)), ("L", (10, 0))), stroke="#000000", role="flow")
    longer = line._replace(commands=(("M", (0, 0)), ("L", (12, 0))))
    assert said(picture(box), picture(box._replace(fill="#112234", stroke="#FFFFFF"))) == [
        "norm / cell: fill #112233 -> #112234, outline none -> #FFFFFF"
    ]
    assert said(picture(box), picture(box._replace(rect=Rect(1, 2, 31, 40)))) == [
        "norm / cell: 30 x 40 at (1, 2) -> 31 x 40 at (1, 2)"
    ]
    assert said(picture(line), picture(longer)) == [
        "flow at (0, 0): another line, 10 x 0 at (0, 0) -> 12 x 0 at (0, 0)"
    ]
    assert said(picture(box), picture(label("new"))) == ["norm / cell: gone", '"new" at (10, 50): new']


def test_what_is_around_a_text_names_it() -> None:
    around = Box(Rect(0, 0, 90, 90), role="frame", source="stack[0].layer")
    assert said(picture(around, label("a")), picture(around, label("b"))) == [
        'stack[0].layer / label: "a" -> "b"'
    ]


def test_groups_are_looked_into() -> None:
    old = frame()
    [first, second] = old.items
    moved = said(old, old._replace(items=(first, second._replace(x=21.0))))
    assert [line.partition(" and ")[2] for line in moved] == ["6 more: moved 1 unit right"]
    assert said(old, old._replace(items=(second, first))) == ["painted in another order or grouped otherwise"]


def test_title_and_description() -> None:
    assert said(CARD, CARD._replace(title="y", size=Size(1, 2))) == [
        "size: [1000.0, 1000.0] -> [1.0, 2.0]",
        'title: "Kimi Linear 48B-A3B" -> "y"',
    ]


def test_equal_frames_need_no_words() -> None:
    assert said(CARD, CARD) == []


@settings(max_examples=examples(15))
@given(st.data())
def test_every_difference_is_said_and_none_is_invented(data: st.DataObject) -> None:
    items = list(CARD.items)
    place = data.draw(st.integers(0, len(items) - 1))
    dropped = said(CARD, CARD._replace(items=(*items[:place], *items[place + 1 :])))
    assert len(dropped) == 1
    assert dropped[0].endswith(": gone")
    item = items[place]
    if isinstance(item, Box):
        moved = item._replace(rect=item.rect.moved(0, 1))
        [line] = said(CARD, CARD._replace(items=(*items[:place], moved, *items[place + 1 :])))
        assert line.endswith(("moved 1 unit down", "moved 1 unit up"))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"items": [1]}', '{"items": [{"kind": "text"}]}'])
def test_not_a_frame(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        differences(text, to_json(CARD))
    with pytest.raises(ValueError):  # noqa: PT011
        from_json(text)


@pytest.mark.parametrize("drawn", [CARD, frame(), load("gpt-oss-20b").figure("auto").frame])
def test_a_frame_comes_back_from_json(drawn: Frame) -> None:
    text = to_json(drawn)
    assert to_json(from_json(text)) == text
    assert json.loads(text)["kind"] == "frame"
