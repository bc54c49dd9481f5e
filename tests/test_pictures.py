"""The golden pictures: nothing moves unseen."""

import pytest


@pytest.mark.parametrize("folder", ["cards", "rasters"])
def test_golden_pictures(folder: str, archposter_check) -> None:
    archposter_check(f"tests/golden/{folder}")
