"""From Python: everything the commands do, and our own errors for wrong arguments."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import archposter
from archposter import Model, Printing, SpecError, UsageError, load
from archposter.bundled import spec_path, style_path
from archposter.scene import Box

CONFIG = {
    "model_type": "llama",
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 100,
    "max_position_embeddings": 64,
    "rms_norm_eps": 1e-06,
    "_name_or_path": "org/Tiny-Llama",
    "architectures": ["LlamaForCausalLM"],
}
LLAMA = load("llama-3-8b")


def spec() -> dict[str, Any]:
    stated: dict[str, Any] = yaml.safe_load(spec_path("llama-3-8b").read_text())
    return stated


# ---- models


def test_a_mapping_is_a_spec_or_a_config() -> None:
    again = load(spec())
    assert again.arch == LLAMA.arch
    assert again.slug == "llama-3-8b"
    tiny = load(CONFIG)
    assert (tiny.arch.title, tiny.slug) == ("Tiny-Llama", "tiny-llama")
    assert tiny.facts() == archposter.loads(json.dumps(CONFIG)).facts()


def test_a_text_is_a_spec_or_a_config() -> None:
    text = spec_path("llama-3-8b").read_text()
    assert archposter.loads(text).arch == LLAMA.arch
    assert archposter.loads(json.dumps(spec(), default=str)).arch == LLAMA.arch
    with pytest.raises(SpecError, match=r"mine:1:1: name: missing; expected text"):
        archposter.loads("stack: []", file="mine")
    with pytest.raises(SpecError, match=r"^mine:1:2: not JSON"):
        archposter.loads("{", file="mine")


def test_faults_of_a_mapping_are_all_told_by_field() -> None:
    stated = spec() | {"hidden_size": "many", "vocab_size": -1, "hiden": 1}
    with pytest.raises(SpecError) as caught:
        load(stated)
    assert str(caught.value).splitlines() == [
        'spec: hidden_size: got "many", expected a whole number',
        'spec: hiden: unknown field (did you mean "hidden_size"?)',
        "spec: vocab_size: got -1, expected 1 or more",
    ]


def test_faults_of_a_config_are_told_by_key_and_lenient_warns() -> None:
    heads = CONFIG | {"draft_vocab_size": 4}
    with pytest.raises(SpecError, match="config: draft_vocab_size"):
        load(heads)
    assert "draft_vocab_size" in load(heads, lenient=True).facts().warnings[0]


def cyclic() -> dict[str, Any]:
    found: dict[str, Any] = {"stack": []}
    found["stack"].append(found)
    return found


def bomb() -> dict[str, Any]:
    entry: list[Any] = [1] * 9
    for _ in range(40):
        entry = [entry] * 9
    return {"stack": entry}


@pytest.mark.parametrize("source", [cyclic(), bomb(), {"stack": object()}, {"model_type": b"llama"}])
def test_hostile_mappings(source: dict[str, Any]) -> None:
    with pytest.raises(SpecError):
        load(source)


def test_bundled_models_and_styles() -> None:
    assert archposter.model_names() == tuple(sorted(archposter.model_names()))
    listed = archposter.models()
    assert sorted(model.slug for model in listed) == list(archposter.model_names())
    days = [model.arch.released for model in listed]
    assert days == sorted(days)
    assert archposter.style_names() == ("auto", "ink", "mono", "paper")


def test_import_verify_validate(tmp_path: Path) -> None:
    text, warnings = archposter.import_spec(CONFIG, name="Mine")
    assert text.startswith("name: Mine\n") or "\nname: Mine\n" in text
    assert warnings == ()
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    assert archposter.validate(file) == ()
    assert archposter.verify(load(file), CONFIG).agrees
    assert not archposter.verify(load(file), CONFIG | {"hidden_size": 128}).agrees
    other = tmp_path / "other.yaml"
    other.write_text(text.replace("vocab_size: 100", "vocab_size: no"))
    faults = archposter.validate(file, other)
    assert {fault.path for fault in faults} == {"vocab_size"}
    assert {fault.position.file for fault in faults} == {str(other)}


def test_a_name_stands_for_a_model() -> None:
    gpt = load("gpt-2-xl")
    assert LLAMA.compare("gpt-2-xl") == LLAMA.compare(gpt)
    assert LLAMA.diff("gpt-2-xl") == LLAMA.diff(gpt)
    assert archposter.verify("llama-3-8b", spec_path("llama-3-8b")).agrees


def test_schema_and_legend() -> None:
    assert "stack" in archposter.json_schema()["properties"]
    assert archposter.legend("ink").svg().startswith("<svg")


def test_pictures_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "archposter.toml").write_text('models = ["gpt-2-xl"]')
    assert archposter.update_pictures(tmp_path).written == ("gpt-2-xl.svg",)
    assert not archposter.check_pictures(tmp_path).differs
    (tmp_path / "gpt-2-xl.svg").write_text("<svg/>")
    assert archposter.check_pictures(tmp_path).differs


def test_selections() -> None:
    hybrids = archposter.select(archposter.models(), "decoder_type=hybrid", since="2026")
    assert all("hybrid" in model.facts().decoder_type for model in hybrids)
    by_size = archposter.arrange(hybrids, sort="size")
    sizes = [model.facts().parameters.total for model in by_size]
    assert sizes == sorted(sizes)


# ---- posters


def test_a_poster_takes_models_and_names() -> None:
    named = archposter.poster(["llama-3-8b", spec_path("gpt-2-xl")], paper="A4")
    loaded = archposter.poster([load("llama-3-8b"), load("gpt-2-xl")], paper="A4")
    assert named.pages == loaded.pages
    assert repr(named) == "<Poster Language model architectures, 1 page of 297 x 210 mm>"


def test_a_poster_for_a_print_shop() -> None:
    press = Printing(bleed="3mm", marks=True, color="cmyk")
    made = archposter.poster(["llama-3-8b"], paper="A4", printing=press)
    assert made.press.marks
    assert made.press.bleed == pytest.approx(3 * 72 / 25.4)


# ---- styles of one's own


def own_style(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    return path


def test_a_style_of_ones_own(tmp_path: Path) -> None:
    path = own_style(tmp_path, style_path("paper").read_text().replace('fill: "#FFFFFF"', 'fill: "#FFF0E0"'))
    for drawn in (LLAMA.card(path), LLAMA.card(str(path)), LLAMA.figure(path), archposter.legend(path)):
        assert any(isinstance(item, Box) and item.fill == "#FFF0E0" for item in drawn.frame.items)
    path.write_text(style_path("paper").read_text())
    assert LLAMA.card(path) == LLAMA.card("paper")


def test_a_pair_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "night.yaml").write_text(style_path("ink").read_text())
    assert LLAMA.card(own_style(tmp_path, "light: paper\ndark: night.yaml")) == LLAMA.card("auto")


PAPER = style_path("paper").read_text()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "mine.yaml: the file is empty"),
        ("[" * 1000, "mine.yaml:1:51: nested deeper than 50 levels"),
        ("- 1", "mine.yaml:1:1: got a list, expected a mapping"),
        (PAPER + "extra: 1\n", "extra: unknown key"),
        (PAPER.replace("moe:", "meo:"), 'looks.meo: unknown key (did you mean "moe"?)'),
        (PAPER.replace("accents:", "accents: []\nlooks2:"), "accents: expected a list"),
        ("light: paper\ndark: auto", "mine.yaml:2:7: dark: expected a style of one scheme"),
        ("light: paper\ndark: mine.yaml", "missing: ink, muted"),
        ("light: paper\ndark: dusk", 'mine.yaml:2:7: dark: unknown style "dusk": expected auto'),
        ("light: paper\ndark: mono", "paper and mono differ in their number of accents"),
        ("light: {a: 1}\ndark: [2]", "mine.yaml:1:8: light: unknown style"),
        ("x: " + "y" * 2**17, "a style has at most 65,536"),
    ],
)
def test_faults_of_a_style(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        LLAMA.card(own_style(tmp_path, text))
    assert message in str(caught.value)


def test_all_faults_of_a_style_at_once(tmp_path: Path) -> None:
    text = PAPER.replace('ink: "', 'ink: "x', 1).replace("quiet:", "quite:")
    with pytest.raises(SpecError) as caught:
        LLAMA.card(own_style(tmp_path, text))
    said = str(caught.value)
    assert "expected a colour as #1A2B3C" in said
    assert 'quite: unknown key (did you mean "quiet"?)' in said
    assert "missing: quiet" in said


# ---- representations


def test_short_representations() -> None:
    shown = {
        repr(LLAMA): "<Model llama-3-8b: Llama 3 8B>",
        repr(LLAMA.card()): "<Picture Llama 3 8B, 1000 x 1000>",
        repr(LLAMA.facts()): "<Facts Llama 3 8B: 8.03B parameters, 7.5B active, 32 GQA>",
    }
    assert list(shown) == list(shown.values())
    others = [LLAMA.compare(load("gpt-2-xl")), archposter.verify(LLAMA, spec_path("llama-3-8b"))]
    assert [text for text in map(repr, others) if len(text) > 120] == []


# ---- wrong arguments

WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "facts of no tokens": (lambda: LLAMA.facts(0), "context: got 0, expected a whole number from 1 to"),
    "facts of fewer": (lambda: LLAMA.facts(-5), "context: got -5, expected a whole number from 1 to"),
    "facts of words": (lambda: LLAMA.facts("128k"), 'context: got "128k", expected a whole number'),
    "facts of a truth": (lambda: LLAMA.facts(True), "context: got True, expected a whole number"),
    "facts of a fraction": (lambda: LLAMA.facts(1.5), "context: got 1.5"),
    "a variant": (lambda: LLAMA.draw("tower"), 'variant: got "tower", expected card or figure'),
    "a style": (lambda: LLAMA.card("pepper"), 'unknown style "pepper"'),
    "a style that is none": (lambda: LLAMA.card(None), "unknown style"),
    "a style that is missing": (lambda: LLAMA.card("no.yaml"), "no.yaml: no such file"),
    "texts": (lambda: LLAMA.card().svg("paths"), 'text: got "paths", expected live or outlines'),
    "a format": (lambda: LLAMA.card().encode("gif"), 'format: got "gif", expected svg, png or pdf'),
    "a width": (lambda: LLAMA.card().png(-1), "width: got -1, expected a whole number from 1 to 32,767"),
    "no width": (lambda: LLAMA.card().png(0), "width: got 0"),
    "a width of an SVG": (lambda: LLAMA.card().encode("svg", width=5), "is for a PNG"),
    "an ending": (lambda: LLAMA.card().save("x.jpg"), "ends with .svg, .png or .pdf"),
    "a markup": (lambda: LLAMA.card().snippet("rst", "x.svg"), "markup: got"),
    "nothing to compare": (LLAMA.compare, "expected one or more"),
    "a number to compare": (lambda: LLAMA.compare(7), "model: got 7, expected a name, a path or a mapping"),
    "a difference to nobody": (lambda: LLAMA.diff("gpt-2-xxl"), 'did you mean "gpt-2-xl"?'),
    "nothing to verify": (lambda: archposter.verify(LLAMA), "name what to compare with"),
    "a model": (lambda: load(None), "model: got"),
    "an unknown model": (lambda: load("lama-3-8b"), 'did you mean "llama-3-8b"?'),
    "an empty mapping": (lambda: load({}), "expected a spec"),
    "a poster of one model": (lambda: archposter.poster(LLAMA), "expected a list of models"),
    "a poster of one name": (lambda: archposter.poster("llama-3-8b"), "expected a list of models"),
    "a poster of nothing": (lambda: archposter.poster([]), "at least one model"),
    "a poster of numbers": (lambda: archposter.poster([1]), "model: got"),
    "a paper": (lambda: archposter.poster([LLAMA], paper="A9"), "A0 to A5"),
    "an orientation": (lambda: archposter.poster([LLAMA], orientation="up"), "orientation: got"),
    "pages": (lambda: archposter.poster([LLAMA], pages=3), "3 pages for one card: expected 1"),
    "no pages": (lambda: archposter.poster([LLAMA, LLAMA], pages=0), "0 pages for one card: expected 1"),
    "a grouping": (lambda: archposter.poster([LLAMA], group_by="size"), "group_by: got"),
    "a variant of a poster": (lambda: archposter.poster([LLAMA], variant="tower"), "variant: got"),
    "inks": (lambda: archposter.poster([LLAMA], printing=Printing(color="pink")), "color: got"),
    "a bleed": (lambda: archposter.poster([LLAMA], printing=Printing(bleed="3")), "such as 3mm"),
    "a book of nothing": (lambda: archposter.book([]), "at least one"),
    "an order": (lambda: archposter.arrange([LLAMA], sort="weight"), "sort: got"),
    "a condition": (lambda: archposter.select([LLAMA], "kv"), 'did you mean "kv:VALUE"'),
    "a date": (lambda: archposter.select([LLAMA], since="May"), "a date such as"),
    "a folder": (lambda: archposter.check_pictures("no-such-folder"), "no-such-folder: "),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_arguments_raise_our_errors(name: str) -> None:
    call, message = WRONG[name]
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        call()
    assert isinstance(caught.value, UsageError | SpecError)
    assert message in str(caught.value)


def test_a_dpi_of_a_poster(tmp_path: Path) -> None:
    made = archposter.poster([LLAMA], paper="A5")
    with pytest.raises(UsageError, match="dpi: got 0"):
        made.save(tmp_path / "x.png", dpi=0)
    assert list(tmp_path.iterdir()) == []


def test_a_model_is_what_load_returns() -> None:
    assert isinstance(LLAMA, Model)
