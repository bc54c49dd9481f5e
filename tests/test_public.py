"""What `import archposter` offers."""

import archposter


def test_all_is_exact_and_sorted() -> None:
    assert archposter.__all__ == sorted(archposter.__all__)
    assert {
        name: getattr(archposter, name).__module__ for name in archposter.__all__ if name != "__version__"
    } == {
        "ArchposterError": "archposter.diagnostics",
        "Model": "archposter.pipeline",
        "OutputError": "archposter.diagnostics",
        "Picture": "archposter.pipeline",
        "SpecError": "archposter.diagnostics",
        "UsageError": "archposter.diagnostics",
        "book": "archposter.posters",
        "inline": "archposter.export.inline",
        "load": "archposter.pipeline",
        "poster": "archposter.posters",
    }


def test_model_and_card(tmp_path) -> None:
    model = archposter.load("deepseek-v3")
    assert model.facts().parameters.total == 671_026_404_352
    card = model.card()
    assert card._repr_svg_().startswith("<svg")
    assert card.save(tmp_path / "x.svg").read_text() == card.svg()
    assert card.save(tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    assert card.save(tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")


def test_version_is_in_the_changelog() -> None:
    from pathlib import Path

    changelog = Path(__file__).parents[1] / "CHANGELOG.md"
    assert f"## {archposter.__version__}" in changelog.read_text()
