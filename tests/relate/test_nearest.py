"""The nearest earlier model: the index, the rule, and how well it finds documented parents."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import lineage
from archposter.compare.comparison import compare
from archposter.pipeline import load
from archposter.relate import nearest as rule
from archposter.relate.nearest import (
    INDEX,
    PARENTS,
    candidates,
    corpus,
    index,
    likeness,
    nearest,
    parse,
    relative,
)
from archposter.relate.signature import digest, signature
from archposter.spec.arch import Arch
from configs import CORPUS
from loaded import ARCHS as MODELS
from quick import examples
from strategies import archs

OF = corpus()


@pytest.mark.whole
def test_the_index_is_current() -> None:
    assert index(MODELS) == INDEX.read_text(encoding="utf-8"), "run make index"


@pytest.mark.whole
def test_the_page_is_current() -> None:
    assert lineage.page(MODELS, OF) == lineage.PAGE.read_text(encoding="utf-8"), "run make index"


@pytest.mark.whole
def test_weights_are_among_the_best_of_the_half_they_were_set_on() -> None:
    found = [edge for edge in lineage.edges(MODELS, OF) if edge.learned]
    assert lineage.shares(found) >= max(
        lineage.shares([edge for edge in lineage.edges(MODELS, OF, weights) if edge.learned])
        for weights in lineage.tried()[::7]
    )


@pytest.mark.whole
def test_documented_parents_are_near() -> None:
    first, among_three = lineage.shares(lineage.edges(MODELS, OF))
    assert first >= lineage.FIRST
    assert among_three >= lineage.AMONG_THREE


@pytest.mark.parametrize("name", MODELS)
def test_whom_a_model_is_compared_with_is_earlier(name: str) -> None:
    arch = MODELS[name]
    found = relative(arch)
    before = [other for other in OF.models if arch.released and other.released < arch.released]
    assert (found is None) == (not before)
    if found:
        assert found.model in before
        assert found.equal == (found.model.digest == digest(arch))
        assert found.documented == (
            not found.equal
            and found.model.name in {one.model for one in arch.lineage if one.relation in PARENTS}
        )
        if not found.documented:
            # What the index remembers is what a search finds.
            assert found.model == nearest(arch, 1, siblings=False)[0][0]


@pytest.mark.parametrize("name", MODELS)
def test_candidates_are_earlier_or_siblings(name: str) -> None:
    arch = MODELS[name]
    for other in candidates(arch, OF):
        assert other.name != name
        sibling = (other.released, other.developer) == (arch.released, arch.developer)
        assert sibling or (arch.released and other.released < arch.released)


@pytest.mark.whole
def test_equal_models_are_found() -> None:
    equal = {
        name: found.model.name for name, arch in MODELS.items() if (found := relative(arch)) and found.equal
    }
    assert equal["deepseek-r1"] == "deepseek-v3"
    assert equal["minimax-m2-7"] == equal["minimax-m2-5"] == "minimax-m2"
    assert len({OF_NAMES[name].digest for name in MODELS}) == len(MODELS) - len(equal) == OF.distinct


OF_NAMES = {model.name: model for model in OF.models}


@pytest.mark.parametrize("name", MODELS)
def test_equal_digests_are_empty_comparisons(name: str) -> None:
    """Of the models most like it, where a difference is easily missed."""
    arch = MODELS[name]
    for other, _ in nearest(arch, 3):
        assert (other.digest == digest(arch)) == compare([arch, load(other.name).arch]).identical, other.name


@settings(
    max_examples=examples(15),
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
@given(archs(), archs())
def test_likeness_has_its_bounds(a: Arch, b: Arch) -> None:
    one, other = (signature(arch)[0] for arch in (a, b))
    alike = likeness(one, other, OF)
    assert 0 <= alike <= 1 + 1e-9
    assert alike == pytest.approx(likeness(other, one, OF))
    assert likeness(one, one, OF) == pytest.approx(1)
    if one.digest == other.digest:
        assert compare([a, b]).identical


def test_a_config_of_ones_own_finds_its_place() -> None:
    arch = load(CORPUS / "configs" / "deepseek-v3.json").arch
    assert arch.released is None
    found = relative(arch)
    assert found
    assert (found.model.name, found.equal) == ("deepseek-v3", True)
    assert nearest(arch, 2)[0][1] == pytest.approx(1)


def test_a_bundled_model_costs_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the index one line is read, that of the model itself; its relative's waits until it is asked for."""
    read = []
    loads = rule.json.loads
    monkeypatch.setattr(rule.json, "loads", lambda text: read.append(text) or loads(text))
    monkeypatch.setattr(rule, "likeness", None)
    of = parse(Path(INDEX).read_text(encoding="utf-8"))
    for arch in MODELS.values():
        relative(arch, of)
    assert len(read) == 1
    assert len(read[0]) < 600 * len(OF.models)


def test_a_scaling_that_is_gone_has_its_own_name() -> None:
    unlike = load("phi-mini-moe").relatives().unlike
    assert unlike is not None
    assert unlike.gone == ("LongRoPE scaling",)
