"""The fixture `archposter_check`, for every test suite where archposter is installed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

# What draws is imported when a test asks for it: this module is loaded at the start of every test run.


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that stores pictures instead of checking them."""
    parser.addoption(
        "--archposter-update",
        action="store_true",
        help="archposter_check: store the pictures as they are drawn now",
    )


@pytest.fixture
def archposter_check(request: pytest.FixtureRequest) -> Callable[[str | Path], None]:
    """Return a check that the pictures of a folder (from the root of the tests) are as they are drawn now."""
    from archposter.check import run
    from archposter.diagnostics import ArchposterError

    def check(folder: str | Path) -> None:
        path = request.config.rootpath / folder
        failure = ""
        try:
            if request.config.getoption("--archposter-update"):
                run.update(path)
            elif (result := run.check(path)).differs:
                failure = result.text()
        except ArchposterError as error:
            failure = str(error)
        if failure:
            pytest.fail(failure, pytrace=False)

    return check
