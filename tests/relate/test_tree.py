"""The family tree as data: which nodes there are, and on whose word an edge is."""

from dataclasses import replace
from datetime import date

import pytest

from archposter.diagnostics import UsageError
from archposter.relate.nearest import PARENTS, nearest, relative
from archposter.relate.signature import digest
from archposter.relate.tree import Tree, family_tree
from archposter.spec.arch import Arch
from archposter.spec.said import Ancestor
from loaded import ARCHS as MODELS

WHOLE = family_tree(MODELS.items())
NODES = {node.name: node for node in WHOLE.nodes}
HOME = {member.name: node.name for node in WHOLE.nodes for member in node.members}
OWN = MODELS["llama-3-8b"]


def parent(model: str, **words: object) -> Ancestor:
    said = {"relation": "follows", "what": "More of it", "source": "https://example.org/paper", **words}
    return Ancestor.model_validate({"model": model, **said})


def tree(**archs: Arch) -> Tree:
    return family_tree((name.replace("_", "-"), arch) for name, arch in archs.items())


def own(name: str, day: date | None, *lineage: Ancestor, hidden: int = 4096, **changes: object) -> Arch:
    return replace(OWN, name=name, released=day, lineage=lineage, hidden_size=hidden, **changes)


def test_every_model_is_in_one_node_with_those_of_its_architecture() -> None:
    here = [node for node in WHOLE.nodes if node.arch]
    assert sorted(name for name in HOME if name in MODELS) == sorted(MODELS)
    for node in here:
        assert {digest(MODELS[member.name]) for member in node.members} == {digest(node.arch)}
    assert len({digest(node.arch) for node in here}) == len(here)


@pytest.mark.whole
def test_documented_edges_are_what_specs_say_of_the_earliest_of_a_node() -> None:
    said = {
        (one.model, node.name, one.relation, one.what, str(one.source))
        for node in WHOLE.nodes
        if node.arch
        for one in node.arch.lineage
        if HOME.get(one.model) != node.name
    }
    drawn = {
        (edge.named, edge.child, edge.relation, edge.what, edge.source)
        for edge in WHOLE.edges
        if edge.kind == "documented"
    }
    assert drawn == said
    assert len(said) > 30
    for edge in WHOLE.edges:
        if edge.kind == "documented":
            known = HOME.get(edge.named)
            assert known == edge.parent if edge.named in MODELS else NODES[edge.parent].arch is None


@pytest.mark.whole
def test_nearest_edges_are_whom_cards_compare_with_where_no_parent_is_here() -> None:
    documented = {edge.child for edge in WHOLE.edges if edge.relation in PARENTS and NODES[edge.parent].arch}
    expected = {}
    for node in WHOLE.nodes:
        if node.arch and node.name not in documented and (found := relative(node.arch)):
            expected[node.name] = HOME[found.model.name]
    drawn = {edge.child: edge.parent for edge in WHOLE.edges if edge.kind == "nearest"}
    assert drawn == expected


def test_an_edge_leads_forward_in_time() -> None:
    assert all(NODES[edge.parent].day <= NODES[edge.child].day for edge in WHOLE.edges)


def test_json_has_both_kinds_apart() -> None:
    data = WHOLE.as_dict()
    assert len(data["nodes"]) == len(WHOLE.nodes)
    assert len(data["documented"]) + len(data["nearest"]) == len(WHOLE.edges)
    assert all(edge["source"].startswith("https://") for edge in data["documented"])
    assert not any("source" in edge for edge in data["nearest"])
    v3 = next(node for node in data["nodes"] if node["name"] == "deepseek-v3")
    assert [model["name"] for model in v3["models"]][:2] == ["deepseek-v3", "deepseek-r1"]
    llama, qwen = (replace(MODELS[name], lineage=()) for name in ("llama-3-8b", "qwen3-8b"))
    (edge,) = tree(llama=llama, qwen=qwen).as_dict()["nearest"]
    assert (edge["parent"], edge["child"], edge["new"]) == ("llama", "qwen", ["QK-norm"])


def test_around_a_model_are_its_ancestors_and_descendants_alone() -> None:
    part = WHOLE.around(["kimi-k2"])
    names = {node.name for node in part.nodes}
    assert {"deepseek-v3", "kimi-k2", "kimi-k2-5"} <= names
    assert "llama-3-8b" not in names
    above, below = {"kimi-k2"}, {"kimi-k2"}
    for _ in part.nodes:
        above |= {edge.parent for edge in WHOLE.edges if edge.child in above}
        below |= {edge.child for edge in WHOLE.edges if edge.parent in below and not edge.adopts}
    assert names == above | below


def test_around_one_that_is_not_there() -> None:
    with pytest.raises(UsageError, match='did you mean "kimi-k2"'):
        WHOLE.around(["kimi-k22"])


def test_among_chosen_models_the_nearest_of_them_counts() -> None:
    names = ("gpt-2-xl", "llama-2-7b", "mixtral-8x22b", "qwen3-30b-a3b")
    part = family_tree((name, MODELS[name]) for name in names)
    near = {edge.child: edge.parent for edge in part.edges if edge.kind == "nearest"}
    assert near["qwen3-30b-a3b"] == "mixtral-8x22b"
    assert near["mixtral-8x22b"] == "llama-2-7b"


def test_a_documented_parent_that_is_not_chosen_is_named() -> None:
    part = tree(kimi_k2=MODELS["kimi-k2"])
    absent, here = sorted(part.nodes, key=lambda node: node.day)
    assert (absent.name, absent.arch, here.name) == ("deepseek-v3", None, "kimi-k2")
    assert [edge.kind for edge in part.edges] == ["documented"]


def test_a_model_of_ones_own_hangs_where_it_belongs() -> None:
    mine = own("Mine", None, hidden=4352)
    whole = family_tree([("mine", mine), *MODELS.items()])
    (edge,) = [edge for edge in whole.edges if edge.child == "mine"]
    assert edge.kind == "nearest"
    assert edge.parent == HOME[nearest(mine, 1)[0][0].name]
    assert not any(edge.parent == "mine" for edge in whole.edges)


def test_later_models_hang_on_one_of_ones_own() -> None:
    mine = own("Mine", date(2025, 4, 29), hidden=4352)
    later = own("Later", date(2025, 5, 1), hidden=4352, loops=2)
    whole = family_tree([("mine", mine), ("later", later), *MODELS.items()])
    assert ("mine", "later") in {(edge.parent, edge.child) for edge in whole.edges}


def test_a_name_that_is_taken_is_told_apart() -> None:
    part = family_tree(
        [("x", own("One", None)), ("x", own("Two", None, hidden=8192)), ("x", own("One", None))]
    )
    assert [node.name for node in part.nodes] == ["x", "x~2"]


def test_a_copy_stands_for_the_model() -> None:
    whole = family_tree([("copy", MODELS["kimi-k2"]), *MODELS.items()])
    assert len(whole.nodes) == len(WHOLE.nodes)
    (edge,) = [edge for edge in whole.edges if edge.child == "kimi-k2-5"]
    assert (edge.parent, edge.named) == ("copy", "kimi-k2")


def test_the_day_of_a_model_that_is_only_named_is_in_its_year_and_before_its_children() -> None:
    child = own("Child", date(2024, 2, 1), parent("Elder", year=2024))
    elder, _ = tree(child=child).nodes
    assert (elder.name, elder.day) == ("Elder, 2024", date(2024, 1, 31))


def test_no_models() -> None:
    with pytest.raises(UsageError, match="at least one model"):
        family_tree([])
    assert tree(one=own("One", None)).edges == ()


def test_unknown_parents_are_refused() -> None:
    with pytest.raises(UsageError, match=r'"child": lineage names "lama-2-7b".*did you mean "llama-2-7b"'):
        tree(child=own("Child", None, parent("lama-2-7b")))


def test_parents_that_are_later_are_refused() -> None:
    with pytest.raises(UsageError, match=r'"child" cannot stem from "llama-3-8b".*2024-04-18'):
        tree(child=own("Child", date(2023, 1, 1), parent("llama-3-8b")))
    elder, child = own("Elder", None, hidden=8192), own("Child", date(2023, 1, 1), parent("elder"))
    with pytest.raises(UsageError, match='"elder", which has no day'):
        tree(elder=elder, child=child)


def test_circles_are_refused() -> None:
    one, two = own("One", None, parent("two")), own("Two", None, parent("one"), hidden=8192)
    with pytest.raises(UsageError, match=r"circle: .*one.*two"):
        tree(one=one, two=two)


def test_it_is_the_same_whatever_the_order() -> None:
    assert family_tree(reversed(MODELS.items())) == WHOLE
