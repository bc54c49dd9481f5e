"""Books: a contents page that leads to every card."""

import pytest

from archposter.audit import audit
from archposter.compose.bands import PageText
from archposter.compose.book import book
from archposter.compose.paper import paper_size
from archposter.compose.poster import Tile
from archposter.diagnostics import UsageError
from archposter.pipeline import theme
from archposter.scene import Box, Frame, Group, Link, Rect, Size, Text

PAPER = theme("paper")
WORDS = PageText("A title", "A subtitle", (), ("A note " * 30,))


def tile(number: int, section: str = "") -> Tile:
    box = Box(Rect(0, 0, 1000, 1000), "#FFFFFF")
    return Tile(Frame(Size(1000, 1000), (box,), f"Model {number}", "said"), section, "Somebody")


@pytest.mark.parametrize("paper", ["210x210mm", "A4", "297x210mm", "100x100mm"])
@pytest.mark.parametrize("count", [1, 12, 72, 300])
def test_every_card_is_listed_and_linked(paper: str, count: int) -> None:
    tiles = [tile(number, "One" if number < 5 else "Two") for number in range(count)]
    made = book(tiles, paper_size(paper), WORDS, PAPER)
    shown = {
        number: item.title
        for number, page in enumerate(made.pages, 1)
        for item in page.items
        if isinstance(item, Group) and item.role == "card"
    }
    contents = made.pages[: len(made.pages) - count]
    targets = [
        (int(link.href.removeprefix("#page=")), name.text)
        for page in contents
        for link in page.items
        if isinstance(link, Link)
        for name in page.items
        if isinstance(name, Text)
        and name.text.startswith("Model")
        and link.rect.contains(Rect(name.x, name.y, 0, 0))
    ]
    assert targets == list(shown.items())
    assert [name for _, name in targets] == [f"Model {number}" for number in range(count)]
    headings = [
        item.text for page in contents for item in page.items if getattr(item, "role", "") == "heading"
    ]
    assert headings == ["One", "Two"][: 1 if count < 6 else 2]
    thumbnails = [
        item for page in contents for item in page.items if getattr(item, "role", "") == "thumbnail"
    ]
    assert len(thumbnails) == count
    for page in made.pages:
        assert audit(page, smallest=made.smallest_type - 1e-6) == ()


def test_pages_lead_back_to_the_contents() -> None:
    made = book([tile(0), tile(1)], paper_size("A4"), WORDS, PAPER)
    assert all(
        [item.href for item in page.items if isinstance(item, Link)] == ["#page=1"] for page in made.pages[1:]
    )


def test_the_key_stands_between_contents_and_cards() -> None:
    key = Frame(Size(1000, 900), (Box(Rect(0, 0, 1000, 900), "#FFFFFF"),), "The key")
    made = book([tile(0), tile(1)], paper_size("A4"), WORDS, PAPER, key=key)
    assert [page.title for page in made.pages] == ["A title", "The key", "Model 0", "Model 1"]
    assert [item.href for item in made.pages[0].items if isinstance(item, Link)] == ["#page=3", "#page=4"]


def test_names_stand_whole_in_the_contents() -> None:
    name = "A model with a name that is longer than a column of the contents 480B-A35B"
    frame = tile(0).frame._replace(title=name)
    page = book([Tile(frame)] * 40, paper_size("100x100mm"), WORDS, PAPER).pages[0]
    words = [item.text for item in page.items if isinstance(item, Text)]
    assert " ".join(words).count(name) == sum(isinstance(item, Link) for item in page.items)


def test_no_cards() -> None:
    with pytest.raises(UsageError, match="at least one"):
        book([], paper_size("A4"), WORDS, PAPER)
