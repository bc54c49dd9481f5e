"""The family tree as a picture: what is drawn is what the tree says, and nothing is in the way."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import loaded
from archposter import bundled
from archposter.audit import audit
from archposter.descent import engine
from archposter.descent.bridges import bridges
from archposter.descent.cells import cells
from archposter.descent.columns import columns
from archposter.descent.draw import tree_frame
from archposter.descent.fitting import best
from archposter.descent.measures import Measures
from archposter.descent.routes import Net, Way
from archposter.diagnostics import UsageError
from archposter.lineages import Lineage, lineage
from archposter.pipeline import load, theme
from archposter.relate.tree import Tree, family_tree
from archposter.scene import Box, Frame, Item, Link, Path, Placement, Rect, Text, bounds, walk
from archposter.sheets import select
from archposter.spec.said import Ancestor
from cost import at_most
from quick import examples

MODELS = tuple(loaded.MODELS.values())
CHOICES: dict[str, Callable[[], Lineage]] = {
    "all": lambda: lineage(MODELS),
    "one": lambda: lineage(["gpt-1"]),
    "two": lambda: lineage(["llama-2-7b", "llama-3-8b"]),
    "all of one architecture": lambda: lineage(["deepseek-v3", "deepseek-r1", "deepseek-v3-1"]),
    "of V3": lambda: lineage(MODELS, of="deepseek-v3"),
    "of GPT-1": lambda: lineage(MODELS, of="gpt-1"),
    "of the newest": lambda: lineage(MODELS, of=MODELS[-1].slug),
    "of two": lambda: lineage(MODELS, of=["kimi-k3", "gpt-oss-20b"]),
    "Qwen": lambda: lineage(select(MODELS, developer="Qwen")),
    "hybrids": lambda: lineage(select(MODELS, "decoder_type=hybrid")),
    "dense": lambda: lineage(select(MODELS, "decoder_type=dense")),
    "2026": lambda: lineage(select(MODELS, since="2026")),
    "early": lambda: lineage(select(MODELS, "released<2023")),
}
STYLES = bundled.style_names()
STYLED = [("all", style) for style in STYLES] + [
    (choice, STYLES[number % len(STYLES)]) for number, choice in enumerate(CHOICES) if choice != "all"
]
"""The positions of a choice are those of all styles."""


@cache
def chosen(choice: str = "all") -> Lineage:
    return CHOICES[choice]()


@cache
def drawn(choice: str, style: str = "paper") -> Frame:
    return chosen(choice).draw(style).frame


@cache
def laid_out(choice: str) -> tuple[Measures, tuple[Way, ...]]:
    tree = chosen(choice).tree
    return best(tree, cells(tree))


def placed(frame: Frame, kind: type, *roles: str) -> list[tuple[Item, Placement]]:
    return [
        (item, at)
        for item, at in walk(frame.items)
        if isinstance(item, kind) and (item.role in roles or not roles)
    ]


def boxes(frame: Frame) -> dict[str, Rect]:
    return {box.source: at.rect(box.rect) for box, at in placed(frame, Box, "node") if box.source}


@pytest.mark.costly
@pytest.mark.parametrize(("choice", "style"), STYLED)
def test_no_faults(choice: str, style: str) -> None:
    assert audit(drawn(choice, style)) == ()


def clashes(tree: Tree, made: Measures, ways: Sequence[Way]) -> list[str]:
    """What no tree may have: boxes on one another, lines through boxes or aslant, or on one another."""
    rects = {node.name: made.box(node.name) for node in tree.nodes}
    names = [*rects]
    found = [
        f"{name} overlaps {other}"
        for place, name in enumerate(names)
        for other in names[:place]
        if rects[name].overlaps(rects[other])
    ]
    lying: dict[tuple[bool, float], list[tuple[float, float, Net]]] = {}
    for way in ways:
        for a, b in pairwise(made.points(way)):
            if a.x != b.x and a.y != b.y:
                found.append(f"{way.edge.child}: aslant")
            leg = Rect(min(a.x, b.x), min(a.y, b.y), abs(a.x - b.x), abs(a.y - b.y)).inset(-0.5)
            found += [
                f"{way.edge.child}: through {name}"
                for name, rect in rects.items()
                if rect.inset(1.0).overlaps(leg)
            ]
            level = a.y == b.y
            span = sorted((a.x, b.x) if level else (a.y, b.y))
            beside = lying.setdefault((level, round(a.y if level else a.x, 2)), [])
            found += [
                f"{way.net} lies on {net}"
                for low, high, net in beside
                if net != way.net and low < span[1] - 0.1 and high > span[0] + 0.1
            ]
            beside.append((span[0], span[1], way.net))
    return found


@pytest.mark.costly
@pytest.mark.parametrize("choice", CHOICES)
def test_nodes_keep_apart_and_so_do_lines(choice: str) -> None:
    assert clashes(chosen(choice).tree, *laid_out(choice)) == []


RELATIONS = ("follows", "takes_from", "distilled_from")


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """A random tree: families, days that are known or not, documented parents here and elsewhere."""
    base = replace(load("llama-3-8b").arch, lineage=(), size="")
    many = draw(st.integers(2, 16))
    days = draw(st.lists(st.integers(0, 900), min_size=many, max_size=many))
    archs = []
    for number, day in enumerate(sorted(days)):
        parents = draw(st.lists(st.integers(0, number - 1), max_size=3, unique=True)) if number else []
        said = [{"model": f"m{parent}"} for parent in parents]
        said += [{"model": "Elder", "year": 2023}] * draw(st.booleans())
        lineage = [
            Ancestor.model_validate(
                {
                    "relation": draw(st.sampled_from(RELATIONS)),
                    "what": "More " * draw(st.integers(1, 12)) + "of it",
                    "source": "https://example.org/paper",
                    **one,
                }
            )
            for one in said
        ]
        known = number < many - 1 or draw(st.booleans())
        changed = {
            "name": "Model " * draw(st.integers(1, 6)) + str(number),
            "family": draw(st.sampled_from(("One", "Two", "A family of a very long name"))),
            "hidden_size": 64 * draw(st.integers(1, many)),
            "released": date(2023, 1, 2) + timedelta(day) if known else None,
        }
        archs.append((f"m{number}", replace(base, lineage=tuple(lineage), **changed)))
    return family_tree(archs)


@settings(
    max_examples=examples(40),
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(trees())
def test_random_trees(tree: Tree) -> None:
    made, ways = best(tree, cells(tree))
    assert clashes(tree, made, ways) == []
    assert audit(tree_frame(tree, theme("paper"), title="Random")) == ()


def test_columns_go_on_in_time_and_part_parents_from_children() -> None:
    tree = chosen().tree
    for most in (4, 11, 32):
        made = columns(tree, most, 3)
        where = {name: number for number, column in enumerate(made) for name in column.names}
        assert sorted(where) == sorted(node.name for node in tree.nodes)
        assert all(a.last <= b.first for a, b in pairwise(made))
        assert all(column.first.year == column.last.year for column in made)
        assert all(where[edge.parent] < where[edge.child] for edge in tree.edges)
        family = {node.name: node.family for node in tree.nodes}
        assert all(max(Counter(family[name] for name in column.names).values()) <= 3 for column in made)


def test_every_node_line_and_name_is_there() -> None:
    frame, tree = drawn("all"), chosen().tree
    assert sorted(boxes(frame)) == sorted(node.name for node in tree.nodes)
    texts = " ".join(item.text for item, _ in placed(frame, Text))
    for node in tree.nodes:
        for member in node.members[1:]:
            assert member.title in texts
    drawn_lines = Counter(
        item.role for item, _ in placed(frame, Path, "documented", "nearest") if item.stroke
    )
    kinds = Counter(edge.kind for edge in tree.edges)
    key = Counter({"documented": 2, "nearest": 1})
    assert drawn_lines == kinds + key
    assert all(item.dash for item, _ in placed(frame, Path, "nearest") if item.stroke)
    assert not any(item.dash for item, _ in placed(frame, Path, "documented"))


@pytest.mark.whole
@pytest.mark.parametrize("choice", ["all", "Qwen"])
def test_lines_that_cross_are_told_apart_and_no_third_is_cut(choice: str) -> None:
    made, ways = laid_out(choice)
    crossings = bridges(made, ways)
    gaps = [at.rect(item.rect) for item, at in placed(drawn(choice), Box, "bridge")]
    assert len(gaps) == len(crossings) > 3
    for at, over, under in crossings:
        assert over.net != under.net
        gap = Rect(at.x - 1.5, at.y - 4.5, 3.0, 9.0)
        for way in ways:
            if way.edge.kind == "documented" and way.net not in (over.net, under.net):
                for a, b in pairwise(made.points(way)):
                    leg = Rect(min(a.x, b.x), min(a.y, b.y), abs(a.x - b.x), abs(a.y - b.y)).inset(-0.5)
                    assert not gap.overlaps(leg)


@pytest.mark.whole
def test_families_keep_to_their_lanes() -> None:
    tree, (made, _) = chosen().tree, laid_out("all")
    lanes = {lane.family: made.lane(lane) for lane in made.plan.lanes}
    assert len(lanes) > 25
    for node in tree.nodes:
        box = made.box(node.name)
        inside = [family for family, rect in lanes.items() if rect.overlaps(box)]
        if node.arch:
            assert inside == ([node.family] if node.family in lanes else [])
        else:
            assert inside in ([], [node.family])
    rects = [*lanes.values()]
    assert not any(a.overlaps(b) for place, a in enumerate(rects) for b in rects[:place])


def test_documented_words_lead_to_their_source() -> None:
    frame = drawn("all")
    sources = {item.href for item, _ in placed(frame, Link)}
    assert sources == {edge.source for edge in chosen().tree.edges if edge.source}


def test_nodes_lead_where_they_are_told_to() -> None:
    made = chosen("of V3").draw(target=lambda node: f"model/{node.name}/" if node.arch else "")
    links = {item.href: at.rect(item.rect) for item, at in placed(made.frame, Link) if "model/" in item.href}
    rects = boxes(made.frame)
    assert links["model/deepseek-v3/"] == rects["deepseek-v3"]
    assert len(links) == sum(node.arch is not None for node in chosen("of V3").tree.nodes)
    assert 'href="model/deepseek-v3/"' in made.svg()


@pytest.mark.costly
@pytest.mark.parametrize("aspect", [0.7, 1.4142, 3.0])
def test_it_fills_the_shape_that_is_asked_for(aspect: float) -> None:
    frame = tree_frame(chosen().tree, theme("paper"), aspect=aspect)
    assert frame.size.width / frame.size.height == pytest.approx(aspect, rel=0.001)
    assert audit(frame) == ()


@pytest.mark.costly
def test_it_takes_little_time() -> None:
    with at_most(250):
        Lineage(family_tree((model.slug, model.arch) for model in MODELS)).draw().svg()


def test_same_input_same_bytes() -> None:
    again = lineage(reversed(MODELS))
    assert again.draw("auto").svg() == chosen().draw("auto").svg()
    assert again.dot() == chosen().dot()
    assert json.dumps(again.as_dict()) == json.dumps(chosen().as_dict())


def test_without_an_engine_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.shutil, "which", lambda *_, **__: None)
    engine.engine.cache_clear()
    try:
        with pytest.raises(UsageError, match=r"pip install 'archposter\[graph\]'"):
            lineage(["gpt-1"]).draw()
        assert lineage(["gpt-1"]).dot().startswith("digraph")
    finally:
        engine.engine.cache_clear()


def test_an_engine_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "engine", lambda: "/bin/false")
    with pytest.raises(UsageError, match="false failed"):
        lineage(["gpt-1"]).draw()


HOSTILE = (
    '</svg><script>alert("x")</script>',
    "..\\..\\N \\G",
    '"]; n0 -> n1 [label="',
    "&amp; <b>",
    "A" * 60,
)


def test_hostile_names() -> None:
    arch = replace(load("llama-3-8b").arch, lineage=())
    day = date(2024, 1, 1)
    archs = [
        (
            f"{name}/../x",
            replace(arch, name=name, size="", family=name, released=day + timedelta(n), hidden_size=64 * n),
        )
        for n, name in enumerate(HOSTILE, 1)
    ]
    archs += [(f"{name} 2", replace(one, name=f"{one.name} 2", loops=2)) for name, one in archs]
    made = Lineage(family_tree(archs))
    assert audit(made.draw().frame) == ()
    svg = made.draw("paper").svg()
    assert "<script" not in svg
    engine.heights(made.dot())


@pytest.mark.costly
def test_five_hundred_models() -> None:
    arch = replace(load("llama-3-8b").arch, lineage=())
    archs = [
        (f"m{n}", replace(arch, name=f"Model {n}", family=f"Family {n % 40}", hidden_size=64 * (n + 1)))
        for n in range(500)
    ]
    archs = [
        (name, replace(one, released=date(2023, 1, 1) + timedelta(n // 20)))
        for n, (name, one) in enumerate(archs)
    ]
    frame = Lineage(family_tree(archs)).draw().frame
    assert len(boxes(frame)) == 500
    assert audit(frame) == ()


def test_bounds_of_all_items_are_inside() -> None:
    for choice in ("all", "one", "of V3"):
        frame = drawn(choice)
        whole = Rect(0, 0, *frame.size)
        assert all(
            whole.contains(at.rect(bounds(item)), 1.0)
            for item, at in walk(frame.items)
            if hasattr(item, "role") and not hasattr(item, "items")
        )
