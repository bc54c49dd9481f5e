"""What pages say of two models is what the program says, for pairs chosen at random, either way round."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from page_scripts import evaluated

from archposter.blocks.diff import body, diff, differing, each_cell, ringed, subject, topic
from archposter.blocks.tree import Cell
from archposter.compare.comparison import compare
from archposter.compare.lines import NAMES
from archposter.compare.names import ASPECT_NAMES
from archposter.compare.profile import Profile
from archposter.compare.values import COUNTED
from archposter.compare.words import every, label, times
from archposter.layout.diff import side_frame
from archposter.pipeline import theme
from archposter.scene import Box, Frame
from archposter.site.compare_page import rings
from archposter.site.pairs import FOLLOWS, Subject, Task, pack, pair, tasks, texts, unpack
from archposter.site.source import sources
from archposter.site.traits import traits
from loaded import MODELS

ORDERS = ("layer_types", "mlp_layer_types")


def chosen(many: int) -> list[tuple[str, str]]:
    chance = random.Random(5)
    found = chance.sample(list(combinations(sorted(MODELS), 2)), many)
    return [names if chance.random() < 0.5 else names[::-1] for names in found]


@pytest.mark.programs
@pytest.mark.costly
def test_pages_say_what_the_program_says(tmp_path: Path) -> None:
    asked = chosen(100)
    files: dict[str, dict[str, object]] = {}
    for names in asked:
        first, other = sorted(names)
        made = json.loads(pack({other: pair(Subject(MODELS[first].arch), Subject(MODELS[other].arch))}))
        files[f"{first} {other}"] = made
    given = {"files": files, "asked": asked}
    expression = (
        "given.asked.map((names) => { const [first, other] = Pairs.ordered(names);"
        " const found = Pairs.unpack(given.files[`${first} ${other}`], other, first !== names[0]);"
        " return {...found, rings: found.rings.map((each) => [...each]), summary: Pairs.summary(found.rows),"
        " topics: [...Pairs.topics(found.rows).keys()]}; })"
    )
    for names, said in zip(asked, evaluated(tmp_path, "pairs", given, expression), strict=True):
        one, other = (MODELS[name] for name in names)
        found = one.compare(other)
        assert found.as_dict()["context"] == said["tokens"]
        assert [ASPECT_NAMES[aspect] for aspect in found.same if aspect not in COUNTED] == said["same"]
        for row, told in zip(found.as_dict()["differences"], said["rows"], strict=True):
            for key in ("aspect", "field", "kind"):
                assert told[key] == row[key], names
            assert told["part"] == (row["part"] or "")
            assert told["layers"] == row.get("layers", [0, 0])
        for row, told in zip(found.rows, said["rows"], strict=True):
            assert told["values"] == [words[0] for words in every(row)], names
            assert told["ratio"] == times(row.ratio), names
            if row.aspect in COUNTED:
                assert (told["topic"], told["label"]) == (FOLLOWS, label(row, found.tokens))
        picture = diff((one.arch, other.arch), (one.facts(), other.facts()), found)
        assert picture.summary.replace("counts", "Counts") == said["summary"], names
        topics = [topic[0].upper() + topic[1:] for topic in said["topics"]]
        assert [topic.name for topic in picture.topics if topic.name != "Not architecture"] == topics
        for place, model in enumerate((one, other)):
            own = body(model.arch)
            targets = {target for target, _ in said["rings"][place]}
            assert targets == set(differing(own, place, found)), names
            assert ringed(own.tower, targets) == picture.sides[place].tower, names


@pytest.mark.costly
def test_traits_are_the_values_of_comparisons() -> None:
    """Where parts correspond to no others, what a model is said to have alone is what it has in a pair."""
    checked = 0
    for names in chosen(60):
        archs = [MODELS[name].arch for name in names]
        own = [
            {(topic, title): words for topic, title, _, words, _ in traits(Profile(arch))} for arch in archs
        ]
        found = compare(archs)
        single = {line.name for line in found.lines if line.name in NAMES.values()}
        for row in found.rows:
            if (
                row.aspect in COUNTED
                or row.field in ("layer_types", "mlp_layer_types")
                or label(row)[:3] == "MTP"
            ):
                continue
            if row.part not in ("", *single) or None in row.values:
                continue
            for place, value in enumerate(row.values):
                alone = replace(row, values=(value,), layers=row.layers[place : place + 1])
                title = "kind" if row.field == "kind" else subject(row)
                assert own[place][topic(row), title] == every(alone)[0][0], (names, row)
                checked += 1
    assert checked > 500


def every_ring(name: str) -> Frame:
    """Return a tower with rings around all that may differ."""
    own = body(MODELS[name].arch)

    def marked(cell: Cell, names: Sequence[str]) -> Cell:
        return cell._replace(marked=bool(names), source="\n".join(names))

    return side_frame(each_cell(own.tower, marked), own.counts, name, "", theme("paper"))


@pytest.mark.parametrize("name", ["deepseek-v3", "gemma-3-27b", "jamba-v0-1", "gpt-2-xl", "kimi-k3"])
def test_every_target_has_its_rings(name: str) -> None:
    """What may differ and is drawn has as many rings as boxes, each around its own."""
    frame = every_ring(name)
    found = rings(frame)
    boxes = [item for item in frame.items if isinstance(item, Box) and item.role == "ring"]
    places = {tuple(place) for around in found.values() for place in around}
    assert len(places) == len(boxes) > 3
    assert "" not in found
    assert {"embedding", "output"} <= found.keys()


def test_layers_drawn_as_one_line_have_a_ring_where_a_part_of_theirs_differs() -> None:
    found = rings(every_ring("deepseek-v3"))
    line = next(place for place in found["part dense FFN"] if place in found["part MLA"])
    assert line not in found["part MoE"]


def test_packed_pairs_are_themselves() -> None:
    subjects = {
        name: Subject(MODELS[name].arch) for name in ("llama-3-8b", "olmo-2-7b", "kimi-k2", "deepseek-r1")
    }
    first = subjects.pop("deepseek-r1")
    pairs = {name: pair(first, other) for name, other in subjects.items()}
    assert unpack(pack(pairs)) == dict(sorted(pairs.items()))
    assert pack(unpack(pack(pairs))) == pack(pairs)


def test_only_pairs_of_changed_models_are_compared_anew() -> None:
    names = ("deepseek-v3", "gemma-3-27b", "llama-3-8b", "olmo-2-7b")
    read, archs = sources(names), {name: MODELS[name].arch for name in names}
    whole = texts(read, archs, tasks(names, {}, ()))
    assert sum(len(unpack(text)) for text in whole.values()) == 6
    same = tasks(names, whole, names)
    assert all(not task.others for task in same)
    assert texts(read, archs, same) == whole
    changed = tasks(names, whole, set(names) - {"gemma-3-27b"})
    assert [task.others for task in changed] == [("gemma-3-27b",), ("llama-3-8b", "olmo-2-7b"), (), ()]
    assert texts(read, archs, changed) == whole
    fewer = tasks(names[1:], whole, names[1:])
    assert texts(read, archs, fewer) == {name: whole[name] for name in names[1:]}
    gone = tasks(names[:2], whole, names)
    assert gone[0] == Task("deepseek-v3", whole["deepseek-v3"], frozenset({"gemma-3-27b"}), ())
    assert unpack(texts(read, archs, gone)["deepseek-v3"]).keys() == {"gemma-3-27b"}
