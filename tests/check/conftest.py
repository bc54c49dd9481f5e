import pytest

from archposter.check import pixels


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests and the user's cache apart, and look at small rasters."""
    monkeypatch.setattr(pixels, "WIDTH", 250)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
