"""Large PNGs: whatever the height of the bands, the same picture."""

import io
from pathlib import Path

import pytest
from frames import frame
from PIL import Image, ImageChops

from archposter import load
from archposter.diagnostics import OutputError
from archposter.export import bands
from archposter.export.png import to_png
from archposter.scene import Frame, Size


def write(path: Path, drawn: Frame, dpi: int) -> None:
    with path.open("wb") as file:
        bands.write_png(file, drawn, dpi)


def test_bands_do_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "whole.png", frame(), 144)
    monkeypatch.setattr(bands, "_BAND", 4 * 1000 * 7)
    write(tmp_path / "cut.png", frame(), 144)
    with Image.open(tmp_path / "whole.png") as whole, Image.open(tmp_path / "cut.png") as cut:
        assert whole.size == (1000, 840)
        assert ImageChops.difference(whole, cut).getbbox() is None
        assert len(whole.getcolors(1 << 20)) > 20


def test_it_draws_what_the_other_renderer_draws(tmp_path: Path) -> None:
    card = load("kimi-linear-48b-a3b").card().frame
    (tmp_path / "other.png").write_bytes(to_png(card, 1000))
    write(tmp_path / "ours.png", card, 72)
    with Image.open(tmp_path / "ours.png") as ours, Image.open(tmp_path / "other.png") as raw:
        difference = ImageChops.difference(ours, raw.convert("RGB")).convert("L")
    values = difference.tobytes()
    assert sum(values) / len(values) < 0.5
    assert sum(1 for value in values if value > 96) < 0.001 * len(values)


def test_a_picture_too_large() -> None:
    with pytest.raises(OutputError, match="smaller --dpi"):
        bands.write_png(io.BytesIO(), Frame(Size(14_000, 100), (), "x"), 1200)
