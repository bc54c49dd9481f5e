"""Posters: the grid, the paper, the page."""

import pytest

from archposter import resources
from archposter.audit import audit
from archposter.compose import PAPERS, oriented, paper_size
from archposter.diagnostics import UsageError
from archposter.pipeline import load, poster
from archposter.scene import Group, Size
from conftest import DRAWN

NAMES = resources.spec_names()


@pytest.mark.parametrize(
    ("count", "grid"), [(1, (1, 1)), (2, (1, 2)), (4, (2, 2)), (6, (2, 3)), (12, (3, 4))]
)
def test_grid_on_portrait_a1(count: int, grid: tuple[int, int]) -> None:
    page = poster([load(name) for name in NAMES[:count]], orientation="portrait")
    assert (page.columns, page.rows) == grid


def test_cards_keep_their_order_and_stay_on_the_page() -> None:
    models = [load(name) for name in DRAWN]
    page = poster(models)
    cards = [item for item in page.frame.items if isinstance(item, Group)]
    assert [card.title for card in cards] == [model.arch.title for model in models]
    assert audit(page.frame, smallest=0) == ()
    assert page.smallest_type == pytest.approx(17 * cards[0].scale)
    for card in cards:
        side = 1000 * card.scale
        assert card.x >= 0
        assert card.y >= 0
        assert card.x + side <= page.frame.size.width
        assert card.y + side <= page.frame.size.height


def test_paper_sizes() -> None:
    assert paper_size("a4") == paper_size("A4") == paper_size("210x297mm")
    assert paper_size("24x36in") == Size(1728, 2592)
    assert set(PAPERS) == {"A0", "A1", "A2", "A3", "A4"}


def test_orientation() -> None:
    a4 = paper_size("A4")
    landscape = Size(a4.height, a4.width)
    assert oriented(a4, "portrait", 2) == a4
    assert oriented(a4, "landscape", 2) == landscape
    assert oriented(a4, "auto", 12) == a4
    assert oriented(a4, "auto", 8) == landscape


@pytest.mark.parametrize(
    "name", ["A9", "letterr", "0x0mm", "1x1mm", "99999x99999mm", "nanxinfmm", "", "A4\x1b[31m"]
)
def test_papers_that_do_not_exist(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        paper_size(name)
    assert "\x1b" not in str(caught.value)


def test_no_models() -> None:
    with pytest.raises(UsageError, match="at least one model"):
        poster([])
