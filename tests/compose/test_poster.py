"""Posters: the grid, the bands, sections, pages; with plain squares for cards."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archposter.audit import audit
from archposter.compose.bands import PageText
from archposter.compose.grid import GAP, HEADING, grid
from archposter.compose.packed import packed
from archposter.compose.paper import MM, PAPERS, paper_size
from archposter.compose.poster import READABLE, Poster, Tile, poster
from archposter.diagnostics import UsageError
from archposter.pipeline import load, theme
from archposter.scene import Box, Frame, Group, Link, Rect, Size, Text
from archposter.sheets import poster as sheet
from archposter.theme import TITLE
from quick import examples

PAPER = theme("paper")
LEGEND = (("full", "full attention"), ("moe", "mixture of experts"), ("dense", "dense feed-forward"))
WORDS = PageText("A title", "A subtitle", LEGEND, ("A note.", "Another."), "https://example.org/x")


def square(title: str = "x", height: float = 1000.0) -> Frame:
    return Frame(Size(1000, height), (Box(Rect(0, 0, 1000, height), "#FFFFFF"),), title, f"all of {title}")


def tiles(count: int, sections: Sequence[str] = ("",), height: float = 1000.0) -> list[Tile]:
    """Return cards in sections of the same length."""
    share = -(-count // len(sections))
    return [Tile(square(f"c{n}", height), sections[n // share]) for n in range(count)]


def made(count: int, paper: str = "A1", **wishes: object) -> Poster:
    return poster(tiles(count), paper_size(paper), WORDS, PAPER, **wishes)  # type: ignore[arg-type]


def cards(frame: Frame) -> list[Group]:
    return [item for item in frame.items if isinstance(item, Group) and item.role == "card"]


@pytest.mark.parametrize(
    ("count", "columns", "rows"), [(1, 1, 1), (2, 1, 2), (4, 2, 2), (6, 2, 3), (12, 3, 4)]
)
def test_grid_on_portrait_a1(count: int, columns: int, rows: int) -> None:
    page = made(count, orientation="portrait")
    assert (page.columns, page.rows) == (columns, rows)


def test_five_points_on_a0_for_72_models() -> None:
    page = made(72, "A0")
    assert page.smallest_type >= READABLE
    assert page.advice == ""


@settings(max_examples=examples(60))
@given(
    count=st.integers(1, 90),
    paper=st.sampled_from(["A0", "A3", "ARCH-E1", "300x1500mm"]),
    height=st.sampled_from([600.0, 1000.0, 1700.0]),
    sections=st.sampled_from([("",), ("One",), ("One", "Two", "Three")]),
    pages=st.integers(1, 4),
)
def test_cards_are_in_order_on_the_page_and_apart(
    count: int, paper: str, height: float, sections: tuple[str, ...], pages: int
) -> None:
    all_tiles = tiles(count, sections, height)
    size = paper_size(paper)
    assume(pages <= count)
    try:
        page = poster(all_tiles, size, WORDS, PAPER, pages=pages)
    except UsageError:  # the paper is too small: A3 for 90 high cards
        assume(False)
    shown = [card for frame in page.pages for card in cards(frame)]
    assert [card.title for card in shown] == [tile.frame.title for tile in all_tiles]
    for frame in page.pages:
        whole = Rect(0, 0, *frame.size)
        places = [Rect(card.x, card.y, 1000 * card.scale, height * card.scale) for card in cards(frame)]
        assert all(whole.contains(place) for place in places)
        texts = [item for item in flat(frame) if isinstance(item, Text)]
        for place in places:
            assert not any(place.overlaps(other, 0.1) for other in places if other is not place)
            assert not any(place.contains(Rect(text.x, text.y, 0.1, 0.1)) for text in texts)
        assert audit(frame, smallest=min(page.smallest_type, READABLE) - 1e-6) == ()


def flat(frame: Frame) -> list[object]:
    """Return what stands on the page itself and in headings."""
    inner = [item.items for item in frame.items if isinstance(item, Group) and item.role == "section"]
    return [*frame.items, *(item for items in inner for item in items)]


@given(
    counts=st.lists(st.integers(1, 60), min_size=1, max_size=4),
    width=st.floats(200, 3000),
    height=st.floats(200, 3000),
    headings=st.booleans(),
)
def test_no_other_grid_has_larger_cards(
    counts: list[int], width: float, height: float, headings: bool
) -> None:
    best = grid(Rect(0, 0, width, height), [counts], 1.0, headings)
    assert sum(row.many for row in best.rows[0]) == sum(counts)
    assert sum(row.starts for row in best.rows[0]) == len(counts)
    assert best.area.width <= width + 1e-6
    assert best.area.height <= height + 1e-6
    above = HEADING * len(counts) if headings else 0.0
    for columns in range(1, sum(counts) + 1):
        rows = sum(-(-count // columns) for count in counts)
        side = min(width / (columns + (columns - 1) * GAP), height / (rows + (rows - 1) * GAP + above))
        assert side <= best.width + 1e-6


def test_auto_takes_the_better_orientation() -> None:
    for count in (2, 8, 12, 72):
        sizes = {
            way: made(count, "A4", orientation=way).smallest_type for way in ("auto", "portrait", "landscape")
        }
        assert sizes["auto"] == max(sizes.values())


def test_sections_have_headings_and_start_on_a_row() -> None:
    page = poster(tiles(13, ("One", "Two")), PAPERS["A1"], WORDS, PAPER, orientation="portrait")
    headings = [item for item in page.pages[0].items if isinstance(item, Group) and item.role == "section"]
    assert [heading.title for heading in headings] == ["One", "Two"]
    first, later = cards(page.pages[0])[:7], cards(page.pages[0])[7:]
    assert max(card.y for card in first) < min(card.y for card in later)
    assert later[0].x == first[0].x
    words = [heading.items[0] for heading in headings]
    assert all(isinstance(text, Text) and text.size >= 3 * TITLE * first[0].scale - 0.01 for text in words)


def test_a_section_that_goes_on_has_a_quiet_heading_on_the_next_page() -> None:
    pages = poster(tiles(12, ("One",)), PAPERS["A1"], WORDS, PAPER, pages=2).pages
    titles = [
        [item.title for item in page.items if isinstance(item, Group) and item.role == "section"]
        for page in pages
    ]
    assert titles == [["One"], [""]]


def test_a_caption_stands_below_its_card() -> None:
    some = tiles(5)
    some[1] = some[1]._replace(caption="= others")
    page = poster(some, PAPERS["A2"], WORDS, PAPER)
    (caption,) = [item for item in page.pages[0].items if isinstance(item, Text) and item.role == "caption"]
    card = cards(page.pages[0])[1]
    assert caption.text == "= others"
    assert caption.x == pytest.approx(card.x)
    assert caption.y > card.y + 1000 * card.scale
    assert audit(page.pages[0], smallest=5.0) == ()


def test_pages_share_a_grid_and_say_which_they_are() -> None:
    page = made(10, pages=3)
    assert [len(cards(frame)) for frame in page.pages] == [4, 4, 2]
    assert len({card.scale for frame in page.pages for card in cards(frame)}) == 1
    texts = [{item.text for item in frame.items if isinstance(item, Text)} for frame in page.pages]
    assert all(f"A subtitle · page {number} of 3" in words for number, words in enumerate(texts, 1))


def test_advice_names_what_would_do() -> None:
    page = made(72, "A3")
    assert page.smallest_type < READABLE
    paper, pages = page.advice.split(" or ")
    larger = made(72, paper.removeprefix("--paper "))
    assert larger.smallest_type >= READABLE
    assert larger.advice == ""
    count = int(pages.removeprefix("--pages "))
    assert made(72, "A3", pages=count).smallest_type >= READABLE
    assert made(72, "A3", pages=count - 1).smallest_type < READABLE


def test_advice_stays_in_the_series() -> None:
    assert "--paper ARCH-E" in made(60, "ARCH-D").advice


def test_bands_say_everything() -> None:
    frame = made(3).pages[0]
    texts = [item.text for item in frame.items if isinstance(item, Text)]
    assert texts == [
        "A title",
        "A subtitle",
        *(words for _, words in LEGEND),
        "A note. Another. https://example.org/x",
    ]
    links = [item for item in frame.items if isinstance(item, Link)]
    assert [link.href for link in links] == ["https://example.org/x"] * 2
    swatches = [item.fill for item in frame.items if isinstance(item, Box) and item.role == "swatch"]
    assert swatches == [PAPER.looks[look].fill for look, _ in LEGEND]


def test_the_ground_reaches_over_the_edge() -> None:
    frame = poster(tiles(2), PAPERS["A4"], WORDS, PAPER, bleed=9).pages[0]
    ground = frame.items[0]
    assert isinstance(ground, Box)
    assert ground.rect == Rect(-9, -9, frame.size.width + 18, frame.size.height + 18)


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (3, 4), (3, 0)])
def test_cards_and_pages_that_cannot_be(count: int, pages: int) -> None:
    with pytest.raises(UsageError, match=r"expected 1 to 3|at least one model"):
        made(count, pages=pages)


def test_a_paper_too_small_for_its_cards() -> None:
    with pytest.raises(UsageError, match="too small for 200 cards"):
        made(200, "A5")
    with pytest.raises(UsageError, match="too small for one card"):
        poster(tiles(1, height=50_000.0), PAPERS["A4"], WORDS, PAPER)


def test_a_code_can_be_read_back() -> None:
    import segno

    from archposter.compose.qr import code

    address = "https://example.org/archposter?a=1"
    group = code(address, Rect(10, 20, 50, 50))
    matrix = segno.make_qr(address, error="m", boost_error=False).matrix
    modules = len(matrix) + 8
    assert group.scale == pytest.approx(50 / modules)
    dark = {
        (int(x), int(a[1][1]) - 4)
        for (a, b) in pairwise(group.items[1].commands)
        if a[0] == "M"
        for x in range(int(a[1][0]) - 4, int(b[1][0]) - 4)
    }
    assert dark == {(x, y) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    with pytest.raises(UsageError, match="213 characters"):
        code("x" * 214, Rect(0, 0, 50, 50))


def test_a_small_sheet_still_has_a_code_that_scans() -> None:
    frame = made(2, "A5").pages[0]
    place = next(
        item.rect for item in frame.items if isinstance(item, Link) and item.rect.width == item.rect.height
    )
    assert place.width >= 14 * MM


def test_the_key_is_the_first_of_more_than_two() -> None:
    models = [load(name) for name in ("gpt-2-xl", "llama-3-8b", "olmo-2-7b", "deepseek-v3", "gemma-3-27b")]
    for count in (2, 3, 5):
        page = sheet(models[:count], paper="A2").pages[0]
        drawn = [item for item in page.items if isinstance(item, Group) and item.role in ("card", "legend")]
        assert len(drawn) == count + (count > 2)
        assert (drawn[0].role == "legend") is (count > 2)
        assert [fault for fault in audit(page) if fault.kind != "small"] == []


def test_models_of_one_architecture_are_one_card() -> None:
    page = sheet(["deepseek-v3", "llama-3-8b", "deepseek-r1"], paper="A2")
    captions = [
        item.text for item in page.pages[0].items if isinstance(item, Text) and item.role == "caption"
    ]
    assert page.cards == len(cards(page.pages[0])) == 2
    assert captions == ["= DeepSeek R1 671B"]


def test_pictures_of_different_heights_are_packed_in_columns() -> None:
    ground = Box(Rect(0, 0, 600, 500), "#FFFFFF")
    frames = [Frame(Size(600, 500 + 90 * (n % 7)), (ground,), str(n)) for n in range(40)]
    some = [Tile(frame, "One" if n < 15 else "Two") for n, frame in enumerate(frames)]
    made_of = packed(some, PAPERS["A1"], WORDS, PAPER, pages=2)
    for page in made_of.pages:
        assert audit(page, smallest=5.0) == ()
    shown = [card for page in made_of.pages for card in cards(page)]
    assert [card.title for card in shown] == [str(n) for n in range(40)]
    assert len({card.scale for card in shown}) == 1
    with pytest.raises(UsageError, match="41 pages for 40 pictures"):
        packed(some, PAPERS["A1"], WORDS, PAPER, pages=41)
    with pytest.raises(UsageError, match="too small for 40 pictures"):
        packed(some, paper_size("100x100mm"), WORDS, PAPER)
