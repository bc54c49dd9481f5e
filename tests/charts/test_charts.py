"""Charts: what they say is true of the models, and nothing on them overlaps."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from functools import cache
from statistics import median

import pytest

import archposter
import loaded
from archposter import UsageError, bundled
from archposter.audit import audit
from archposter.charting import Chart, chart
from archposter.charts.catalog import CHARTS
from archposter.counts.facts import COMMON_CONTEXT
from archposter.pipeline import Model, load, loads
from archposter.scene import Box, Link, Text, walk
from archposter.site.charts_page import UPRIGHT
from archposter.theme import KINDS, SMALL

FEW = ("gpt-2-xl", "llama-3-8b", "deepseek-v3", "qwen3-next-80b-a3b", "gemma-3-27b")


@cache
def everything() -> tuple[Model, ...]:
    return tuple(loaded.MODELS.values())


@cache
def drawn(kind: str) -> Chart:
    return chart(kind, everything(), link="m/{name}.html")


@pytest.mark.costly
@pytest.mark.parametrize("kind", CHARTS)
@pytest.mark.parametrize("style", bundled.style_names())
def test_a_chart_of_all_models_has_no_fault(kind: str, style: str) -> None:
    assert audit(chart(kind, everything(), style=style).frame) == ()


@pytest.mark.parametrize("kind", CHARTS)
def test_a_chart_on_a_telephone_has_no_fault(kind: str) -> None:
    assert audit(chart(kind, everything(), size=UPRIGHT).frame) == ()


@pytest.mark.parametrize("kind", CHARTS)
@pytest.mark.parametrize("many", [1, 2, 7, 30])
def test_a_chart_of_some_models_has_no_fault(kind: str, many: int) -> None:
    models = [load(name) for name in ("deepseek-v3", *FEW[:1])][:many] if many < 3 else everything()[-many:]
    if kind == "spread" and many < 3:
        with pytest.raises(UsageError, match="no mechanism came up"):
            chart(kind, models)
    else:
        assert audit(chart(kind, models).frame) == ()


@pytest.mark.parametrize("kind", CHARTS)
def test_a_chart_of_five_hundred_models(kind: str) -> None:
    """The same ones again have names of their own and one mark."""
    made = chart(kind, (everything() * 500)[:500])
    assert audit(made.frame) == ()
    names = {row["name"] for row in made.rows if "name" in row}
    assert kind in ("kinds", "spread", "context", "experts") or len(names) == 500


@pytest.mark.parametrize("kind", CHARTS)
def test_type_is_no_smaller_than_on_a_card(kind: str) -> None:
    assert min(item.size for item, _ in walk(drawn(kind).frame.items) if isinstance(item, Text)) >= SMALL


@pytest.mark.parametrize("kind", CHARTS)
def test_kinds_have_the_colours_of_the_cards(kind: str) -> None:
    looks = archposter.pipeline.theme("paper").looks
    marks = [item for item, _ in walk(drawn(kind).frame.items) if isinstance(item, Box) and item.look]
    assert all(box.look in KINDS and box.stroke == looks[box.look].stroke for box in marks)


@pytest.mark.parametrize("kind", CHARTS)
def test_csv_and_json_say_the_same(kind: str) -> None:
    made = drawn(kind)
    data = json.loads(made.json())
    assert data["title"] == made.frame.title
    assert data["rows"] == made.rows
    rows = list(csv.DictReader(io.StringIO(made.csv())))
    assert [list(row) for row in rows] == [list(row) for row in made.rows]
    assert [row.get("name") for row in rows] == [row.get("name") for row in made.rows]


@pytest.mark.parametrize("kind", ["scale", "active", "cache", "context", "shape", "experts", "spread"])
def test_marks_lead_to_models(kind: str) -> None:
    links = [item for item, _ in walk(drawn(kind).frame.items) if isinstance(item, Link)]
    known = {f"m/{name}.html" for name in bundled.spec_names()}
    assert links
    assert {link.href for link in links} <= known


# ---- what they say


def test_scale_is_what_facts_say() -> None:
    counts = {model.slug: model.facts().parameters for model in everything()}
    rows = drawn("scale").rows
    assert {row["name"]: (row["total"], row["active"]) for row in rows} == {
        name: (one.total, one.active) for name, one in counts.items()
    }
    largest = max(counts.values(), key=lambda one: one.total).total
    assert archposter.units.count(largest) in drawn("scale").frame.title


def test_the_cache_is_that_of_the_common_context() -> None:
    for row in drawn("cache").rows[::20]:
        model = load(row["name"])
        assert row["cache_bytes"] == model.facts(COMMON_CONTEXT).kv_cache.total_bytes_at_context
        assert row["beyond"] == ((model.arch.longest_context or COMMON_CONTEXT) < COMMON_CONTEXT)


def test_hollow_marks_are_beyond_the_context() -> None:
    made = drawn("cache")
    ground = made.frame.items[0]
    marks = [item for item in made.frame.items if isinstance(item, Box) and item.role == "mark"]
    swatches = len(marks) - len(made.rows)
    hollow = sum(box.fill == ground.fill for box in marks[swatches:])
    assert hollow == sum(row["beyond"] for row in made.rows)


def test_shares_of_a_quarter_are_a_whole() -> None:
    sums: dict[tuple[str, str], float] = {}
    for row in drawn("kinds").rows:
        key = row["quarter"], row["slot"]
        sums[key] = sums.get(key, 0.0) + row["share"]
    assert all(total == pytest.approx(1.0) for total in sums.values())


def test_a_mechanism_came_up_where_the_oldest_model_has_it() -> None:
    rows = {row["mechanism"]: row for row in drawn("spread").rows}
    having = [
        model
        for model in everything()
        if any("qk_norm" in path for path in archposter.relate.signature.signature(model.arch)[0].mechanisms)
    ]
    found = rows["QK-norm"]
    assert found["models"] == len(having)
    assert found["first"] == having[0].slug
    assert found["since"] == sum(
        model.arch.released >= having[0].arch.released for model in everything() if model.arch.released
    )


def test_the_title_of_experts_is_true() -> None:
    rows = drawn("experts").rows
    most = max(rows, key=lambda row: row["experts"])
    assert f"{most['title']} has {most['experts']:,} experts" in drawn("experts").frame.title


def test_the_title_of_shape_is_true() -> None:
    middle = median(row["aspect"] for row in drawn("shape").rows)
    assert f"at most {round(middle)} channels" in drawn("shape").frame.title


def test_few_lines_are_all_drawn_and_many_are_chosen() -> None:
    few = chart("context", [load(name) for name in FEW])
    assert {row["name"] for row in few.rows} == set(FEW)
    many = drawn("context")
    assert len({row["name"] for row in many.rows}) == 12
    assert f"12 models of {len(everything())}:" in many.frame.description


@pytest.mark.whole
def test_names_without_room_are_counted() -> None:
    made = drawn("scale")
    names = sum(isinstance(item, Text) and item.role == "name" for item in made.frame.items)
    assert f"{len(made.rows) - names} marks without a name" in made.frame.description


# ---- models of one's own


CONFIG = (
    '{"model_type": "llama", "vocab_size": 32000, "hidden_size": 512, "intermediate_size": 1536, '
    '"num_hidden_layers": 8, "num_attention_heads": 8, "num_key_value_heads": 2}'
)


def test_a_config_without_a_day_is_left_out_of_time_and_said() -> None:
    made = chart("scale", [loads(CONFIG), load("llama-3-8b")])
    assert [row["name"] for row in made.rows] == ["llama-3-8b"]
    assert "1 without a day left out" in made.frame.description
    assert len(chart("shape", [loads(CONFIG), load("llama-3-8b")]).rows) == 2


@pytest.mark.parametrize("kind", [name for name, one in CHARTS.items() if one.dated])
def test_time_needs_a_day(kind: str) -> None:
    with pytest.raises(UsageError, match=f"chart {kind}: 1 model without a day, expected one with"):
        chart(kind, [loads(CONFIG)])


def test_a_name_as_long_as_may_be_and_of_markup() -> None:
    hostile = loads(CONFIG.replace("{", '{"_name_or_path": "x/' + "<script>&" * 9 + '", ', 1))
    for kind in ("cache", "shape", "context"):
        made = chart(kind, [hostile, load("llama-3-8b")], link="{name}.html")
        assert audit(made.frame) == ()
        assert "<script>" not in made.svg()


@pytest.mark.parametrize("link", ["x", "javascript:{name}", " data:{name}", "JavaScript:alert({name})", 3])
def test_an_address_that_leads_nowhere_good(link: str) -> None:
    with pytest.raises(UsageError, match=r"link: got .*expected an address with \{name\}"):
        chart("shape", ["llama-3-8b"], link=link)


def test_a_slug_is_quoted_in_an_address() -> None:
    model = Model(load("llama-3-8b").arch, '../"x')
    links = [
        item.href for item in chart("shape", [model], link="m/{name}").frame.items if isinstance(item, Link)
    ]
    assert set(links) == {"m/..%2F%22x"}


def test_no_models_and_no_such_chart() -> None:
    with pytest.raises(UsageError, match="at least one model"):
        chart("scale", [])
    with pytest.raises(UsageError, match='chart: got "scales", expected scale'):
        chart("scales", ["llama-3-8b"])
    with pytest.raises(UsageError, match="chart experts: 1 model without experts"):
        chart("experts", ["llama-3-8b"])
    with pytest.raises(UsageError, match="no mechanism came up among 1 model"):
        chart("spread", ["llama-3-8b"])


def test_the_newest_day_is_the_picture_s() -> None:
    assert chart("scale", ["llama-3-8b", "gpt-2-xl"]).day == date(2024, 4, 18)
