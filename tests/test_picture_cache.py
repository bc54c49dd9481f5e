"""Pictures kept between runs: quick when nothing changed, never stale, never believed without reason."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archposter import bundled, cache, fingerprint, picture_cache
from archposter.kinds import Rendering
from archposter.pipeline import load

HEAVY = ("pydantic", "svgwrite", "yaml", "archposter.pipeline")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def save(model: str | Path, path: Path) -> str:
    data = picture_cache.picture(str(model), "svg", Rendering())
    path.write_bytes(data)
    return data.decode()


def spec(folder: Path) -> Path:
    return Path(shutil.copy(bundled.spec_path("llama-3-2-1b"), folder / "own.yaml"))


def test_a_second_time_is_the_same_and_draws_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = save("gpt-2-xl", tmp_path / "a.svg")
    assert first == load("gpt-2-xl").card().svg()
    monkeypatch.setattr("archposter.pipeline.load", lambda *_, **__: pytest.fail("drawn again"))
    assert save("gpt-2-xl", tmp_path / "b.svg") == first


def test_a_changed_spec_is_drawn_anew(tmp_path: Path) -> None:
    own = spec(tmp_path)
    before = save(own, tmp_path / "a.svg")
    own.write_text(own.read_text(encoding="utf-8").replace("name: Llama", "name: Lama"), encoding="utf-8")
    after = save(own, tmp_path / "a.svg")
    assert before != after
    assert after == load(own).card().svg()


def test_another_program_draws_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save("gpt-2-xl", tmp_path / "a.svg")
    monkeypatch.setattr(fingerprint, "installed", lambda: "another")
    calls: list[object] = []
    monkeypatch.setattr("archposter.pipeline.load", lambda *args, **_: calls.append(args) or load(*args))
    save("gpt-2-xl", tmp_path / "a.svg")
    assert len(calls) == 1


@pytest.mark.parametrize("damage", [b"", b"<svg/>", b"\0" * 100_000])
def test_what_is_damaged_or_foreign_is_not_believed(tmp_path: Path, damage: bytes) -> None:
    good = save("gpt-2-xl", tmp_path / "a.svg")
    [kept] = cache.folder().glob("picture-*")
    kept.write_bytes(damage)
    assert save("gpt-2-xl", tmp_path / "a.svg") == good


def test_the_cache_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_FILES", 4)
    for number in range(9):
        cache.write(f"n{number}", b"x")
    kept = {path.name for path in cache.folder().iterdir()}
    assert len(kept) <= 4
    assert "n8" in kept


def test_the_command_finds_a_picture_without_what_draws(tmp_path: Path) -> None:
    save("gpt-2-xl", tmp_path / "a.svg")
    script = (
        "import sys\nfrom archposter.cli import cli\n"
        f"cli(['card', 'gpt-2-xl', '-o', {str(tmp_path / 'b.svg')!r}], standalone_mode=False)\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert (tmp_path / "b.svg").read_bytes() == (tmp_path / "a.svg").read_bytes()


def test_only_specs_and_configs_of_a_sane_size_are_looked_up(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(b"GGUF")
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(2**32)
    for model in (
        "nobody",
        str(tmp_path),
        f"{tmp_path}/model.gguf",
        f"{tmp_path}/huge.json",
        "hf:a/b",
        "\0/x",
    ):
        assert picture_cache.slug(model) is None
    assert picture_cache.slug("gpt-2-xl") == "gpt-2-xl"


def test_a_picture_of_another_size_or_style_is_another(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_bytes(bundled.style_path("paper").read_bytes())
    wishes = [Rendering(), Rendering(width=50), Rendering(width=50, dpi=300), Rendering("figure", width=50)]
    drawings = [picture_cache.picture("gpt-2-xl", "png", wish) for wish in (*wishes, *wishes)]
    assert drawings[:4] == drawings[4:]
    assert len(set(drawings)) == 4
    before = picture_cache.picture("gpt-2-xl", "svg", Rendering(style=str(own)))
    own.write_text(own.read_text(encoding="utf-8").replace("#FFFFFF", "#FFF0E0"), encoding="utf-8")
    assert picture_cache.picture("gpt-2-xl", "svg", Rendering(style=str(own))) != before
