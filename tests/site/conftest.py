"""A site of a few models, for a browser."""

from pathlib import Path

import pytest
from visits import NAMES

from archposter.site.build import build
from archposter.site.page import Site
from archposter.site.source import sources


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build(sources(NAMES), Site("Models"), folder)
    return folder
