"""Posters that are no grid: everything is on them, can be read, and overlaps nothing."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

import archposter
import loaded
import quick
from archposter import UsageError
from archposter.audit import audit
from archposter.charts.descendants import known, strip_frame
from archposter.charts.landmarks import groups, landmarks, tree
from archposter.charts.skyline import columns, measure
from archposter.charts.subject import Subject
from archposter.compose.flow import Section, flow
from archposter.compose.poster import READABLE
from archposter.kinds import LAYOUTS
from archposter.pipeline import Model, load
from archposter.scene import Frame, Group, Rect, Size, Text, walk
from archposter.sheets import Poster, Printing, poster
from archposter.theme import TITLE

MURALS = [name for name in LAYOUTS if name != "grid"]


@cache
def everything() -> tuple[Model, ...]:
    return tuple(loaded.MODELS.values())


@cache
def subjects() -> tuple[Subject, ...]:
    return tuple(Subject(model.slug, model.arch, model.facts()) for model in everything())


@cache
def drawn(layout: str, style: str = "paper") -> Poster:
    return poster(everything(), layout=layout, style=style, paper="A0")  # type: ignore[arg-type]


def groups_of(page: Frame, role: str) -> list[Group]:
    return [item for item, _ in walk(page.items) if isinstance(item, Group) and item.role == role]


@pytest.mark.costly
@pytest.mark.parametrize("layout", MURALS)
@pytest.mark.parametrize("style", ["paper", "mono"])
def test_all_models_on_a0_can_be_read_and_have_no_fault(layout: str, style: str) -> None:
    made = drawn(layout, style)
    assert made.smallest_type >= READABLE
    assert made.advice == ""
    assert audit(made.pages[0], smallest=READABLE) == ()


@pytest.mark.costly
@pytest.mark.parametrize("layout", MURALS)
@pytest.mark.parametrize(
    ("paper", "many", "orientation"),
    [
        *(("A1", 60, "auto"), ("A3", 12, "auto"), ("A4", 3, "portrait"), ("A4", 150, "auto")),
        *(("24x36in", 1, "auto"), ("A2", 208, "portrait")),
    ],
)
def test_any_paper_has_no_fault(layout: str, paper: str, many: int, orientation: str) -> None:
    made = poster(everything()[-many:], layout=layout, paper=paper, orientation=orientation)  # type: ignore[arg-type]
    assert audit(made.pages[0], smallest=made.smallest_type - 0.01) == ()
    assert bool(made.advice) == (made.smallest_type < READABLE)


# ---- skyline


def test_every_architecture_is_a_column_and_names_all_its_models() -> None:
    found = columns(subjects())
    assert sum(1 + len(one.others) for one in found) == len(everything())
    assert len({one.subject.signature[0].digest for one in found}) == len(found)
    page = drawn("skyline").pages[0]
    assert len(groups_of(page, "column")) == len(found)


def test_each_year_with_many_models_is_named() -> None:
    many = Counter(one.subject.day.year for one in columns(subjects()) if one.subject.day)
    named = {group.title for group in groups_of(drawn("skyline").pages[0], "section")}
    assert {str(year) for year, count in many.items() if count >= 10} <= named


def test_a_column_has_a_cell_for_each_part_of_a_layer() -> None:
    for one in columns(subjects())[::10]:
        assert len(one.layers) == len(one.subject.arch.layers)
        for (mixers, ffns), layer in zip(one.layers, one.subject.arch.layers, strict=True):
            assert (len(mixers), len(ffns)) == (len(layer.mixers), len(layer.ffns))


def test_headings_are_three_times_as_large_as_titles_of_cards() -> None:
    page = drawn("skyline").pages[0]
    texts = [(item, at) for item, at in walk(page.items) if isinstance(item, Text)]
    titles = [item.size * at.scale for item, at in texts if item.face == "display" and item.size == TITLE]
    headings = [item.size * at.scale for item, at in texts if item.role == "heading"]
    assert headings
    assert min(headings) >= 3 * max(titles) - 0.01


def test_the_key_card_is_the_first() -> None:
    cards = groups_of(drawn("skyline").pages[0], "card")
    assert cards[0].title == "How to read a card"
    assert len(cards) >= 8


def test_rows_are_as_few_as_can_be_read_well() -> None:
    few, many = measure(10, Size(3000, 1000)), measure(180, Size(3000, 1000))
    assert few.rows == 1
    assert many.rows > 1
    assert many.rows * many.places >= 180
    assert many.towers > 0


# ---- landmarks


def test_landmarks_are_the_ancestors_of_most() -> None:
    found = tree(subjects())
    chosen = landmarks(found, 9)
    assert len(chosen) == 9
    assert "deepseek-v3" in chosen
    parts = groups(found, chosen)
    assert sum(map(len, parts.values())) == len(everything()) - 9
    for name, models in parts.items():
        assert all(name in found.line(model) for model in models if name)


def test_landmarks_by_hand() -> None:
    names = ("kimi-k2", "llama-3-8b")
    made = poster(everything(), layout="skyline", paper="A0", landmarks=names)
    titles = [card.title for card in groups_of(made.pages[0], "card")]
    assert titles == ["How to read a card", *sorted((load(name).arch.title for name in names), reverse=True)]
    with pytest.raises(UsageError, match='landmark "kimi-k3000": expected the name of a model on the poster'):
        poster(everything()[:9], layout="skyline", paper="A0", landmarks=("kimi-k3000",))


def test_a_poster_of_landmarks_has_every_model() -> None:
    page = drawn("landmarks").pages[0]
    cards, strips = groups_of(page, "card"), groups_of(page, "strip")
    said = " ".join(item.text for item, _ in walk(page.items) if isinstance(item, Text))
    assert cards[0].title == "How to read a card"
    assert len(cards) - 1 + len(strips) <= len(everything())
    assert [one.arch.name for one in everything() if one.arch.name not in said] == []


@pytest.mark.whole
def test_what_landmarks_brought_is_theirs_and_said_once() -> None:
    page = drawn("landmarks").pages[0]
    texts = [item.text for item, _ in walk(page.items) if isinstance(item, Text) and item.role == "heading"]
    assert len(set(texts)) == len(texts)
    assert {"Gated FFN", "MoE", "MLA"} <= set(texts)


def test_strips_say_what_differs() -> None:
    known_ = known(next(one for one in subjects() if one.name == "deepseek-v3"))
    theme = archposter.pipeline.theme("paper")

    def said(name: str) -> str:
        frame = strip_frame(next(one for one in subjects() if one.name == name), (), known_, theme)
        assert audit(frame) == ()
        return " ".join(item.text for item in frame.items if isinstance(item, Text))

    assert "= DeepSeek V3" in said("deepseek-r1")
    assert "384 experts for 256" in said("kimi-k2")
    assert "+ sparse indexer" in said("deepseek-v3-2")


def test_pictures_flow_in_the_fewest_columns_and_in_order() -> None:
    frames = [Frame(Size(1000, 300 + 50 * number), (), str(number)) for number in range(12)]
    sections = [
        Section(((frame, "card"), (frame, "strip")), 1, Frame(Size(1000, 30), (), "")) for frame in frames
    ]
    panels = flow(sections, Size(2000, 1000))
    assert [panel.frame.title for panel in panels] == [str(number // 2) for number in range(24)]
    body = Rect(0, 0, 2000, 1000)
    assert all(body.contains(panel.place, 0.01) for panel in panels)
    assert not [pair for pair in combinations(panels, 2) if pair[0].place.overlaps(pair[1].place, 0.01)]
    lefts = [panel.place.x for panel in panels]
    assert lefts == sorted(lefts)


# ---- wishes


def test_charts_are_chosen_and_those_without_data_left_out() -> None:
    made = poster(["llama-3-8b", "gpt-2-xl"], layout="skyline", charts=("experts", "shape"))
    assert len(groups_of(made.pages[0], "chart")) == 1
    with pytest.raises(UsageError, match='chart: got "shapes"'):
        poster(["llama-3-8b"], layout="skyline", charts=("shapes",))


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"group_by": "year"}, "group_by is for the grid"),
        ({"pages": 2}, "pages is for the grid"),
        ({"variant": "figure"}, "variant is for the grid"),
        ({"layout": "grid", "landmarks": ("llama-3-8b",)}, "a grid has none"),
        ({"layout": "ring"}, 'layout: got "ring", expected grid'),
    ],
)
def test_what_a_mural_cannot_be(wishes: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        poster(["llama-3-8b"], **{"layout": "skyline", **wishes})  # type: ignore[arg-type]


@pytest.mark.costly
def test_it_is_small_and_ready_for_the_press(tmp_path: Path) -> None:
    press = Printing(bleed="3mm", marks=True, color="cmyk")
    made = poster(quick.sampled(archposter.model_names()), layout="skyline", paper="A0", printing=press)
    (path,) = made.save(tmp_path / "x.pdf")
    data = path.read_bytes()
    assert data.startswith(b"%PDF-1.6")
    assert len(data) < 8_000_000
    assert made.save(tmp_path / "y.pdf")[0].read_bytes() == data


def test_a_few_models_of_several_years_on_a_small_sheet() -> None:
    made = poster(["llama-3-8b", "deepseek-v3", "gemma-3-27b", "gpt-2-xl"], layout="skyline", paper="A4")
    assert audit(made.pages[0], smallest=READABLE) == ()


def test_bookmarks_and_structure(tmp_path: Path) -> None:
    import pikepdf

    for layout, first in (("skyline", "2023"), ("landmarks", "How to read a card")):
        made = poster(["llama-2-7b", "llama-3-8b", "deepseek-v3"], layout=layout)  # type: ignore[arg-type]
        (path,) = made.save(tmp_path / f"{layout}.pdf")
        with pikepdf.Pdf.open(path) as pdf, pdf.open_outline() as outline:
            assert outline.root[0].title == first
            below = [child.title for entry in outline.root for child in entry.children]
            assert [title for title in below if title.startswith("DeepSeek V3 671B")]
            kinds = [str(each.S) for each in pdf.Root.StructTreeRoot.K.K]
        assert {"/H1", "/H2", "/Figure"} <= set(kinds)
