from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from archposter.bundled import model_path, spec_names, spec_path, style_names, style_path
from archposter.diagnostics import UsageError
from archposter.kinds import STYLES
from archposter.pipeline import load


def test_names_are_sorted_and_lead_to_files() -> None:
    assert list(spec_names()) == sorted(spec_names())
    assert {"deepseek-v3", "gpt-2-xl"} <= set(spec_names())
    assert all(spec_path(name).is_file() for name in spec_names())
    assert all(style_path(name).is_file() for name in style_names())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("deepseek-v33", 'unknown model "deepseek-v33" (did you mean "deepseek-v3"?)'),
        ("../README", 'unknown model "../README"'),
        ("/etc/passwd", 'unknown model "/etc/passwd"'),
        ("\x1b[31m", 'unknown model "\\x1b[31m"'),
        ("\0", 'unknown model "\\x00"'),
        ("", 'unknown model ""'),
        ("x" * 10**6, f'unknown model "{"x" * 59}…"'),
    ],
)
def test_unknown_names(name: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        spec_path(name)
    said = str(caught.value)
    hint = f" (archposter list shows the {len(spec_names())} that there are)"
    assert said == message + (hint if "did you mean" not in message else "")


def test_an_unknown_style_names_those_there_are() -> None:
    assert tuple(sorted(STYLES)) == style_names()
    with pytest.raises(UsageError) as caught:
        style_path("dark")
    assert str(caught.value) == (
        'unknown style "dark": expected auto (light or dark as the reader\'s scheme (SVG; else light)), '
        "ink (dark), mono (greyscale print), paper (light) or a file that ends with .yaml"
    )


def test_a_style_is_a_file_if_it_is_spelt_as_one() -> None:
    assert style_path("mine.yaml") == Path("mine.yaml")
    assert style_path(Path("mine")) == Path("mine")


@pytest.mark.parametrize("name", ["meta-llama/Llama-3.1-8B", "openai/gpt-oss-20b"])
def test_the_name_of_a_repository_hints_at_the_hub(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        model_path(name)
    assert str(caught.value) == f'"{name}": no such file (a model of the hub is hf:{name})'


@pytest.mark.parametrize("name", ["specs/mine.yaml", "../Llama", "a/b/c", "org/config.json"])
def test_other_paths_are_files(name: str) -> None:
    assert model_path(name) == Path(name)


def test_no_two_models_have_a_highlight_in_common() -> None:
    said = Counter(line for name in spec_names() for line in load(name).arch.highlights)
    assert [line for line, times in said.items() if times > 1] == []
