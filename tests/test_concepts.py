"""The pages of docs/concepts: their front matter, their index, and every figure that they quote."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Annotated, Any, get_args

import pytest
import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from archposter.counts.facts import facts
from archposter.counts.listing import listing
from archposter.importer.read import import_config
from archposter.site.having import KINDS, VARIANTS, has, inside, meaning
from archposter.spec.arch import Arch
from archposter.spec.model import ArchSpec
from archposter.spec.normalize import normalize
from archposter.spec.parts import RecurrentMixer
from configs import config, known

CONCEPTS = Path(__file__).parents[1] / "docs" / "concepts"
NAMES = sorted(path.stem for path in CONCEPTS.glob("*.md") if path.stem != "README")
INDEX = (CONCEPTS / "README.md").read_text(encoding="utf-8")
MODELS = known("params.json")

Text = Annotated[str, Field(min_length=1)]
Number = int | float
# figures that a text works out from others
DERIVED = {
    "multi-head-latent-attention": {61 * 128 * (192 + 128) * 2},
    "sliding-window-attention": {507_904 * 131_072},
    "chunked-attention": {1_048_576, 196_608 * 1_048_576},
    "compressed-sparse-attention": {43 * 128 * 512 * 2},
    "zero-computation-experts": {3 * 3072 * 1024, 4_515_400_704 - 14 * 12 * 3 * 3072 * 1024},
    "tied-embeddings": {268_098_176 + 167_772_160},
}


def link(url: str) -> str:
    form = r"arxiv\.org/abs/\d{4}\.\d{5}" if "arxiv" in url else r"\S+"
    assert re.fullmatch(f"https://{form}", url), "expected https://, and of arXiv the page of the abstract"
    return url


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Source(Strict):
    title: Text
    url: Annotated[str, AfterValidator(link)]


class Figure(Strict):
    model: Text
    fact: Text
    value: Number | list[Number]


class Front(Strict):
    title: Text
    short: Annotated[str, Field(min_length=1, max_length=20)]
    summary: Annotated[str, Field(max_length=140, pattern=r"^[^\n]+\.$")]
    source: Annotated[list[Source], Field(min_length=1)]
    parts: list[Annotated[str, Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")]]
    models: list[Text]
    numbers: list[Figure]


def split(name: str) -> tuple[str, str]:
    _, front, body = (CONCEPTS / f"{name}.md").read_text(encoding="utf-8").split("---\n", 2)
    return front, body


@cache
def front(name: str) -> Front:
    return Front.model_validate(yaml.safe_load(split(name)[0]))


@cache
def spec(slug: str) -> ArchSpec:
    return import_config(config(slug), slug).spec


@cache
def arch(slug: str) -> Arch:
    return normalize(spec(slug))


def has_any(slug: str, references: list[str]) -> bool:
    return any(has(part, reference) for part in inside(spec(slug)) for reference in references)


def measured(figure: Figure) -> Number | list[Number]:
    kind, _, rest = figure.fact.partition(".")
    counted = facts(arch(figure.model))
    if kind == "tensors":
        rows = [row for row in listing(arch(figure.model)) if row.group != "mtp" and rest in row.name]
        return sum(row.size for row in rows)
    if kind == "layers":
        field, value = rest.split(".")
        return sum(getattr(layer, field) == value for layer in counted.layers)
    if kind == "values":
        owner, name = meaning(rest)
        return sorted(
            {getattr(part, str(name)) for part in inside(spec(figure.model)) if isinstance(part, owner)}
        )
    found: Any = counted
    for step in figure.fact.split("."):
        found = getattr(found, step)
    return int(found) if isinstance(found, Fraction) and found.denominator == 1 else found


@pytest.mark.parametrize("name", NAMES)
def test_front_matter_has_the_fixed_fields(name: str) -> None:
    assert list(yaml.safe_load(split(name)[0])) == list(Front.model_fields)
    assert front(name).title


@pytest.mark.parametrize("name", NAMES)
def test_the_text_is_short(name: str) -> None:
    body = split(name)[1]
    words = re.sub(r"(?s)```.*?```", "", body).split()
    assert 120 <= len(words) <= 250
    assert body.count("\nOften got wrong: ") == 1


def entry(name: str) -> str:
    page = front(name)
    return f"- [{page.title}]({name}.md): {page.summary[0].lower()}{page.summary[1:]}\n"


def section(name: str) -> str:
    """Return the heading under which a new page goes, by the part that it is about first."""
    owner, kind = front(name).parts[0].split(".")
    if owner == "ffn":
        return "Feed-forward"
    recurrent = owner == "mixer" and KINDS["mixer"].get(kind) in get_args(RecurrentMixer)
    return "Recurrent mixers" if recurrent else "Attention"


def test_the_index_has_every_page_once_with_its_summary(request: pytest.FixtureRequest) -> None:
    """`--update` enters a new page at the end of its section; the order within one is chosen by hand."""
    written = re.findall(r"(?m)^- .*\]\((.+)\.md\): .+$", INDEX)
    if request.config.getoption("--update"):
        index = re.sub(r"(?m)^- .*\]\((.+)\.md\): .+\n", lambda line: entry(line[1]), INDEX)
        for name in set(NAMES) - set(written):
            head = f"## {section(name)}\n\n"
            before, after = index.split(head)
            own, *rest = after.split("\n\n", 1)
            index = before + head + "\n\n".join([f"{own}\n{entry(name)}".rstrip(), *rest])
        (CONCEPTS / "README.md").write_text(index, encoding="utf-8")
        return
    assert sorted(written) == NAMES
    assert [line for line in map(entry, NAMES) if line not in INDEX] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_models_have_what_the_page_explains(name: str) -> None:
    page = front(name)
    for reference in page.parts:
        meaning(reference)
    assert set(page.models) <= set(MODELS)
    assert [slug for slug in page.models if not has_any(slug, page.parts)] == []
    assert page.numbers or not page.models, "the page quotes no figure of its models"


def test_every_mixer_and_ffn_is_explained() -> None:
    named = {reference for name in NAMES for reference in front(name).parts}
    named |= {
        f"mixer.{owner.model_fields['kind'].default}"
        for owner, _ in map(VARIANTS.get, named & VARIANTS.keys())
    }
    assert {f"{group}.{kind}" for group in ("mixer", "ffn") for kind in KINDS[group]} <= named


@pytest.mark.parametrize("name", NAMES)
def test_the_figures_are_those_of_the_models(name: str) -> None:
    text = split(name)[1]
    for figure in front(name).numbers:
        assert measured(figure) == figure.value, (figure.model, figure.fact)
        values = figure.value if isinstance(figure.value, list) else [figure.value]
        missing = [value for value in values if not re.search(rf"(?<![\d,]){value:,}(?![\d,]\d)", text)]
        assert missing == [], (figure.model, figure.fact)


@pytest.mark.parametrize("name", NAMES)
def test_large_counts_are_checked(name: str) -> None:
    """A number of a million or more is a figure of the front matter or worked out in DERIVED."""
    quoted = {int(number.replace(",", "")) for number in re.findall(r"\d{1,3}(?:,\d{3}){2,}", split(name)[1])}
    values = {figure.value for figure in front(name).numbers if not isinstance(figure.value, list)}
    lists = {
        value for figure in front(name).numbers if isinstance(figure.value, list) for value in figure.value
    }
    assert quoted - values - lists - DERIVED.get(name, set()) == set()
