from __future__ import annotations

import json
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archposter.diagnostics import SpecError
from archposter.spec.yaml import Node, read
from cost import at_most


def faults(text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        read(text, "x.yaml")
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("false", False),
        ("0", 0),
        ("-7", -7),
        ("128", 128),
        ("0.25", 0.25),
        ("10000.0", 10000.0),
        ("silu", "silu"),
        ("Nothing", "Nothing"),
        ("2024-12-26", "2024-12-26"),
        ("1.2.3", "1.2.3"),
        ("3x", "3x"),
        ("'no'", "no"),
        ('"010"', "010"),
    ],
)
def test_plain_words(word: str, value: object) -> None:
    found = read(f"key: {word}", "x.yaml").value
    assert found == {"key": value}
    assert isinstance(found, dict)
    assert type(found["key"]) is type(value)


@pytest.mark.parametrize("word", ["yes", "No", "ON", "off", "y", "N", "True", "FALSE"])
def test_truth_values_of_other_readers(word: str) -> None:
    assert faults(f"key: {word}") == [
        f'x.yaml:1:6: key: got "{word}", expected true or false (quote it if it is text)'
    ]


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("1e6", "write 1000000, or quote it if it is text"),
        ("1_000", "write 1000, or quote it if it is text"),
        ("010", "write 10, or quote it if it is text"),
        ("3.10", "write 3.1, or quote it if it is text"),
        ("1.00", "write 1, or quote it if it is text"),
        (".5", "write 0.5, or quote it if it is text"),
        ("5.", "write 5, or quote it if it is text"),
        ("+5", "write 5, or quote it if it is text"),
        ("1e-5", "write 0.00001, or quote it if it is text"),
        ("0x1F", "quote it if it is text"),
        ("0o17", "quote it if it is text"),
        ("0b11", "quote it if it is text"),
        ("0.1234567890123456789", "write 0.12345678901234568, or quote it if it is text"),
        ("12:30", "quote it if it is text"),
        (".nan", "quote it if it is text"),
        ("-.INF", "quote it if it is text"),
        ("1e400", "quote it if it is text"),
        ("9" * 40, "quote it if it is text"),
    ],
)
def test_numbers_that_readers_disagree_about(word: str, hint: str) -> None:
    assert faults(f"key: {word}") == [
        f'x.yaml:1:6: key: got "{word}", expected a number in plain digits ({hint})'
    ]


@pytest.mark.parametrize("word", [".0.", "1.2.3", ".", "._1", "1e"])
def test_words_that_only_resemble_numbers_are_text(word: str) -> None:
    assert read(f"key: {word}", "x.yaml").value == {"key": word}


def test_all_faults_are_reported_at_once() -> None:
    text = """\
a: yes
b: {c: 1, c: 2}
<<: {d: 1}
1: x
e: !!python/name:os x
f: *missing
g: &g [*g]
? [h]
: i
"""
    assert faults(text) == [
        'x.yaml:1:4: a: got "yes", expected true or false (quote it if it is text)',
        "x.yaml:2:11: b.c: the key occurs twice (first on line 2)",
        "x.yaml:3:1: got a merge key, expected a name (write the fields out)",
        'x.yaml:4:1: got "1" as a key, expected a name (quote it)',
        'x.yaml:5:4: e: got the tag "tag:yaml.org,2002:python/name:os", expected no tags',
        'x.yaml:6:4: f: no anchor "missing" stands before this alias',
        'x.yaml:7:8: g[0]: the anchor "g" contains itself',
        "x.yaml:8:3: got a list as a key, expected a name",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x.yaml: the file is empty"),
        ("# only a comment\n", "x.yaml: the file is empty"),
        ("- a\n", "x.yaml:1:1: got a list, expected a mapping"),
        ("words\n", 'x.yaml:1:1: got "words", expected a mapping'),
        ("a: 1\n---\nb: 2\n", "x.yaml:2:1: a second document starts; expected one a file"),
        ("a: b: c\n", 'x.yaml:1:5: unexpected ":" (check the indentation; text with a colon needs quotes)'),
        ("a: 'b\n", "x.yaml:2:1: a quote is not closed"),
        ("a: [1, 2\nb: 3\n", 'x.yaml:2:2: a "," or "]" is missing'),
        ("a: {b: 1\nc: 2\n", 'x.yaml:2:2: a "," or "}" is missing'),
        ("a: 1\nb\nc: 2\n", 'x.yaml:3:1: a ":" is missing after a key'),
        ("a:\n  - 1\n b: 2\n", "x.yaml:3:2: the indentation or a bracket does not fit"),
        ("a: \x00", "x.yaml:1:4: the character U+0000 cannot stand in a spec"),
        ("a: 1\nb: \x1b[31m", "x.yaml:2:4: the character U+001B cannot stand in a spec"),
        ('"\\e[31m": *x', 'x.yaml:1:11: "\\x1b[31m": no anchor "x" stands before this alias'),
    ],
)
def test_texts_that_are_no_spec(text: str, message: str) -> None:
    assert faults(text) == [message]


def test_places() -> None:
    root = read("a: &x\n  b: 1\nc: [*x, {d: 2}]\n", "x.yaml")

    def place(node: Node) -> tuple[int, int]:
        return node.position.line, node.position.column

    assert place(root.at(("a", "b"))) == (2, 6)
    assert place(root.at(("c", 0, "b"))) == (2, 6)
    assert place(root.at(("c", 1, "d"))) == (3, 13)
    assert place(root.at(("c", 1, "missing"))) == (3, 9)
    assert str(root.key_position(("c", 1, "d"))) == "x.yaml:3:10"
    assert str(root.key_position(("c", 1, "missing"))) == "x.yaml:3:9"


def laughs(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines)


HOSTILE = {
    "aliases of aliases": (laughs(30), "more than 100,000 values, aliases counted where they stand"),
    "values": ("a: [" + "1," * 500_000 + "]", "more than 100,000 values, aliases counted where they stand"),
    "lists": ("a: " + "[" * 1_000_000, "nested deeper than 50 levels"),
    "mappings": ("{a: " * 250_000, "nested deeper than 50 levels"),
    "keys of keys": ("? " * 500_000, "nested deeper than 50 levels"),
    "items of items": ("- " * 500_000, "nested deeper than 50 levels"),
    "deep aliases": (
        "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 60)),
        "nested deeper than 50 levels",
    ),
    "long alias": ("a: *" + "x" * 1_000_000, "stands before this alias"),
    "unknown aliases": ("\n".join(f"k{n}: *x" for n in range(80_000)), "stands before this alias"),
    "similar anchors": (
        "\n".join(f"k{n}: &anchor{n} 1" for n in range(5_000))
        + "\n"
        + "\n".join(f"u{n}: *anchar{n}" for n in range(5_000)),
        "stands before this alias",
    ),
    "long number": ("a: " + "9" * 1_000_000, "expected a number in plain digits"),
    "long separators": ("a: " + "1_" * 500_000, "expected a number in plain digits"),
    "long time": ("a: " + "1:" * 500_000 + "1", "expected a number in plain digits"),
    "long key": ("a" * 1_000_000 + ": 1", 'unexpected ":"'),
}


@pytest.mark.costly
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_refused_in_bounded_time_and_memory(name: str) -> None:
    text, message = HOSTILE[name]
    tracemalloc.start()
    with at_most(150):
        found = faults(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert message in found[-1]
    assert len(found) <= 100
    assert max(map(len, found)) < 300
    assert peak < 150 * 2**20


@given(st.text(max_size=60) | st.text("ab:-[]{},&*!|>'\"#?% \n019.e", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(SpecError):
        read(text, "x.yaml")


_TEXTS = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "))
_PLAIN = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | _TEXTS


@given(
    st.dictionaries(
        _TEXTS,
        st.recursive(_PLAIN, lambda inner: st.lists(inner) | st.dictionaries(_TEXTS, inner), max_leaves=8),
    )
)
def test_json_is_read_as_it_is_meant(data: dict[str, object]) -> None:
    def tuples(value: object) -> object:
        if isinstance(value, dict):
            return {key: tuples(entry) for key, entry in value.items()}
        return tuple(map(tuples, value)) if isinstance(value, list) else value

    assert read(json.dumps(data, ensure_ascii=False), "x.yaml").value == tuples(data)
