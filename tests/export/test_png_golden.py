"""A few small pictures, compared with a tolerance for other versions of cairo."""

import io

import pytest
from PIL import Image, ImageChops, ImageStat

from archposter import load
from conftest import GOLDEN

WIDTH = 240
MOST_MEAN_DIFFERENCE = 2.0  # of 255


@pytest.mark.parametrize(
    ("name", "style"), [("deepseek-v3", "paper"), ("nemotron-3-nano-30b-a3b", "mono"), ("tiny-aya", "ink")]
)
def test_picture(name: str, style: str, request: pytest.FixtureRequest) -> None:
    drawn = load(name).card(style).png(WIDTH)
    file = GOLDEN / "png" / f"{name}.{style}.png"
    if request.config.getoption("--update"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(drawn)
    assert file.is_file(), f"there is no golden file {file.name}; write it with --update"
    with Image.open(file) as stored, Image.open(io.BytesIO(drawn)) as now:
        assert now.size == stored.size == (WIDTH, WIDTH)
        difference = ImageChops.difference(now.convert("RGB"), stored.convert("RGB"))
    assert max(ImageStat.Stat(difference).mean) < MOST_MEAN_DIFFERENCE
