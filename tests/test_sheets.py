"""Posters and books of real models: what is chosen, in which order, and what is said about them."""

import io
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image

import loaded
from archposter import load
from archposter.audit import audit
from archposter.blocks.legend import KINDS
from archposter.diagnostics import UsageError
from archposter.pipeline import Model
from archposter.scene import Group, Text
from archposter.sheets import GROUPINGS, SORTS, Printing, arrange, book, poster, select
from archposter.theme import LOOKS

MODELS = list(loaded.MODELS.values())


def cards(frame) -> list[Group]:
    return [item for item in frame.items if isinstance(item, Group) and item.role == "card"]


def test_select() -> None:
    chosen = select(MODELS, ["decoder_type=hybrid", "active<3.5B"], since="2025-10-01")
    assert chosen == [
        model
        for model in MODELS
        if "hybrid" in model.arch.decoder_type
        and model.facts().parameters.active < 3.5e9
        and model.arch.released.isoformat() >= "2025-10-01"
    ]
    assert select(MODELS) == MODELS
    assert all(model.arch.family == "Qwen" for model in select(MODELS, developer="qwen"))
    by_developer = select(MODELS, "kind:hybrid", developer="Alibaba Cloud")
    assert by_developer == select(MODELS, ["kind:hybrid dev:qwen"])
    with pytest.raises(UsageError, match="no model of 12 meets layers>999 and dev=OpenAI"):
        select(MODELS[:12], ["layers>999"], developer="OpenAI")
    with pytest.raises(UsageError, match="unknown developer or family"):
        select(MODELS, developer="Nobody")
    with pytest.raises(UsageError, match="a condition is empty"):
        select(MODELS, ["layers>9", " "])


@pytest.mark.parametrize("sort", SORTS)
def test_sorts(sort) -> None:
    values = [SORTS[sort](model) for model in arrange(reversed(MODELS), sort)]
    assert values == sorted(values)


@pytest.mark.parametrize("group_by", GROUPINGS)
def test_groups_stay_together_and_keep_their_order(group_by) -> None:
    ordered = arrange(MODELS, "size", group_by)
    names = [GROUPINGS[group_by](model) for model in ordered]
    runs = [name for number, name in enumerate(names) if number == 0 or names[number - 1] != name]
    assert len(runs) == len(set(runs))
    for name in runs:
        sizes = [SORTS["size"](model) for model in ordered if GROUPINGS[group_by](model) == name]
        assert sizes == sorted(sizes)
    if group_by == "year":
        assert runs == sorted(runs)


def test_named_order_is_kept() -> None:
    models = [load(name) for name in ("qwen3-next-80b-a3b", "gpt-2-xl", "llama-3-8b")]
    assert arrange(models) == models
    assert [card.title for card in cards(poster(models).pages[0])] == [model.arch.title for model in models]


def test_a_poster_says_how_many_models_and_to_which_day() -> None:
    models = MODELS[::6]
    page = poster(models).pages[0]
    texts = [item.text for item in page.items if isinstance(item, Text)]
    first, last = models[0].arch.released, models[-1].arch.released
    assert texts[1] == f"{len(models)} models, {first:%B %Y} to {last:%B %Y}"
    assert any(text.startswith(f"Data to {last.day} {last:%B %Y}.") for text in texts)
    assert audit(page, smallest=4.0) == ()


def test_the_legend_has_the_colours_that_are_drawn() -> None:
    page = poster([load("llama-3-8b")]).pages[0]
    legend = [item.text for item in page.items if isinstance(item, Text) and item.role == "legend"]
    assert legend == ["full attention", "dense feed-forward"]
    assert set(KINDS) <= set(LOOKS)


def test_towers_alone() -> None:
    page = poster(MODELS[:5], variant="figure").pages[0]
    assert [card.title for card in cards(page)] == [model.arch.title for model in MODELS[:5]]
    assert audit(page, smallest=5.0) == ()


def test_words_that_the_font_lacks() -> None:
    with pytest.raises(UsageError, match=r"title .* the font has no"):
        poster(MODELS[:1], title="模型")


def test_a_book(tmp_path: Path) -> None:
    import pikepdf

    made = book(MODELS[:3], group_by="year")
    (path,) = made.save(tmp_path / "x.pdf")
    with pikepdf.Pdf.open(path) as pdf:
        assert len(pdf.pages) == 5
        pages = [pikepdf.Page(note.Dest[0]).index for note in pdf.pages[0].Annots]
    assert pages == [2, 3, 4]


def test_pictures_of_several_pages(tmp_path: Path) -> None:
    made = poster(MODELS[:3], paper="A5", pages=2)
    assert made.save(tmp_path / "x.png", 30) == (tmp_path / "x-1.png", tmp_path / "x-2.png")
    assert all(path.is_file() for path in made.save(tmp_path / "y.svg"))
    root = ET.parse(made.save(tmp_path / "y.svg")[0]).getroot()
    assert (root.attrib["width"], root.attrib["height"]) == tuple(
        f"{round(side, 2)}pt" for side in made.pages[0].size
    )


def test_dots_per_inch(tmp_path: Path) -> None:
    made = poster(MODELS[:1], paper="100x200mm", printing=Printing(bleed="3mm"))
    (path,) = made.save(tmp_path / "x.png", 127)
    with Image.open(path) as picture:
        assert picture.size == (500, 1000)
        assert picture.info["dpi"] == pytest.approx((127, 127))


def test_a_card_of_a_png_is_the_single_card(tmp_path: Path) -> None:
    model: Model = load("kimi-linear-48b-a3b")
    made = poster([model], paper="A4")
    (group,) = cards(made.pages[0])
    dpi = 216
    (path,) = made.save(tmp_path / "x.png", dpi)
    side = round(1000 * group.scale * dpi / 72)
    with Image.open(path) as picture:
        left, top = round(group.x * dpi / 72), round(group.y * dpi / 72)
        cut = picture.crop((left, top, left + side, top + side)).resize((600, 600), Image.Resampling.BOX)
    with Image.open(io.BytesIO(model.card().png(side))) as single:
        alone = single.convert("RGB").resize((600, 600), Image.Resampling.BOX)
    inside = (6, 6, 594, 594)
    pairs = list(zip(cut.crop(inside).tobytes(), alone.crop(inside).tobytes(), strict=True))
    # The poster's card begins within a pixel.
    assert sum(abs(a - b) for a, b in pairs) / len(pairs) < 4
    assert sum(1 for a, b in pairs if abs(a - b) > 128) < 0.001 * len(pairs)
