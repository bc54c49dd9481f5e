"""The golden files: expected texts under tests/golden, rewritten only on demand.

`pytest tests/middle --update` rewrites those of the tests named; `make review` says in words what changed.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

import quick
from cost import PATIENCE
from programs import need

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GOLDEN = Path(__file__).parent / "golden"

DRAWN = (
    *("deepseek-v3", "gemma-3-27b", "gpt-2-xl", "gpt-oss-20b", "kimi-linear-48b-a3b", "llama-3-8b"),
    *("llama-4-maverick", "nemotron-3-nano-30b-a3b", "olmo-2-7b", "qwen3-235b-a22b"),
    *("qwen3-next-80b-a3b", "tiny-aya"),
)
"""The bundled models that are drawn in all styles and have golden files; rules check the rest."""

Golden = Callable[[str, str], None]


def pytest_configure(config: pytest.Config) -> None:
    config.option.archposter_update = config.option.archposter_update or config.option.update
    config.addinivalue_line("markers", "programs: needs programs of the system; left out of quick runs")
    config.addinivalue_line("markers", "costly: left out of quick runs, or a few of its cases are run")
    config.addinivalue_line("markers", "whole: needs all bundled models; left out of quick runs")
    quick.switch(on=config.getoption("--quick"))
    # a busy machine is no fault of an example
    settings.register_profile(
        "tests",
        max_examples=quick.examples(100),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--every"):
        out = quick.left_out(items) if quick.running() else quick.left_to_every(items)
        config.hook.pytest_deselected(items=[item for item in items if item in out])
        items[:] = [item for item in items if item not in out]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the golden files")
    parser.addoption("--every", action="store_true", help="draw all models, not a sample")
    parser.addoption("--quick", action="store_true", help=f"{quick.__doc__}".partition("\n")[0])


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give Debian's Chromium to be driven: one for all tests, as a process can drive no second."""
    need("chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=arguments, timeout=PATIENCE
        )
        yield browser
        browser.close()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Return a check that a text equals the golden file at a path below tests/golden."""

    def check(path: str, text: str) -> None:
        file = GOLDEN / path
        if request.config.getoption("--update"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        if not file.is_file():
            pytest.fail(f"there is no golden file {path}; write it with --update", pytrace=False)
        expected = file.read_text(encoding="utf-8")
        if text != expected:
            lines = difflib.unified_diff(expected.splitlines(), text.splitlines(), path, "now", lineterm="")
            pytest.fail("\n".join(lines), pytrace=False)

    return check


@pytest.fixture
def golden_names() -> Callable[[str], set[str]]:
    """Return a look-up of the golden files in a folder below tests/golden, without their endings."""
    return lambda folder: {path.stem for path in (GOLDEN / folder).iterdir()}


@pytest.fixture(autouse=True, scope="session")
def _cache_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep pictures of other runs out of the tests, and those of the tests out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
