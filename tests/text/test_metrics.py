import json

import pytest

from archposter import bundled
from archposter.pipeline import load
from archposter.scene import Face, Rect, Text
from archposter.text.faces import BASIC, FOLDER, POSTSCRIPT_NAMES, font_path, table_path, webfont_path
from archposter.text.metrics import (
    advance,
    advances,
    ascent,
    cap_height,
    descent,
    ink,
    kerning,
    missing_characters,
    x_height,
)

FACES: tuple[Face, ...] = ("regular", "semibold", "display")
EM = 2048

# Font units, as HarfBuzz shapes the vendored files.
SHAPED: dict[str, tuple[int, int, int]] = {
    "AVATAR": (7664, 7982, 7617),
    "Tokenized text": (14119, 14478, 13730),
    "58 × decoder layer": (18322, 18591, 17584),
    "RMSNorm 1": (11259, 11418, 11000),
    "Multi-head latent attention": (25524, 26305, 25325),
    "7,168": (4686, 4882, 4469),
    "11:1": (3089, 3251, 2895),
    "Ty. Wo, V. P.": (11940, 12158, 10830),
    "“quoted” — yes": (15101, 15539, 14627),
    "DeepSeek V3 (671B)": (19872, 20158, 19181),
    "Größe Ñandú": (12893, 13110, 12572),
    "θ = 10,000": (10266, 10499, 9946),
    "W₁ → W₂": (8330, 8380, 7744),
    "(a) [b] {c}": (9391, 9557, 8824),
    "A/V 1/2 T/.": (10041, 10341, 9705),
    "f(x) = x² ÷ √2": (12945, 13022, 12118),
    "L’Avion T’s": (10047, 10365, 9654),
    "LTVA Y, P.": (9861, 10044, 9259),
    "Qwen3-Next 80B-A3B": (21701, 22190, 21414),
    " A V ": (4554, 4528, 4223),
    "To Te Ta Tr Ty": (13694, 13762, 12584),
    "Γάμμα Δέλτα": (12544, 12970, 12410),
    "ŁÓDŹ Æon": (10541, 10654, 10338),
    "≤ 128k ≈ 1.5 GiB": (15460, 15613, 14692),
    "KV cache: 68.6 KiB": (18565, 19007, 17859),
    "“V”–“A”": (7052, 7728, 7040),
    "r. f, y.": (5268, 5394, 4522),
    "∑ ∏ ∂ ∆ ∞": (9693, 9851, 9458),
    "⊕ ⊗ • · …": (11508, 11398, 10328),
    "x₀₉": (2968, 3106, 2809),
}


@pytest.mark.parametrize("text", SHAPED)
def test_widths_are_those_of_harfbuzz(text: str) -> None:
    assert tuple(sum(advances(text, face)) for face in FACES) == SHAPED[text]


def test_advance_scales_with_the_size() -> None:
    assert advance("AVATAR", "regular", EM) == 7664
    assert advance("AVATAR", "regular", 17) == pytest.approx(7664 * 17 / EM)
    assert advance("", "regular", 17) == 0


def test_kerning_is_what_a_pair_gains() -> None:
    assert kerning("A", "V", "regular") < 0
    assert sum(advances("AV", "regular")) == sum(
        advances("A", "regular") + advances("V", "regular")
    ) + kerning("A", "V", "regular")
    assert advances("AV", "regular")[1] == advances("V", "regular")[0]
    assert kerning("n", "n", "regular") == 0


def test_a_space_kerns_like_any_character() -> None:
    assert kerning(".", " ", "semibold") < 0
    assert kerning(".", " ", "regular") == 0


def test_ink_is_relative_to_the_baseline() -> None:
    box = ink("H", "regular", EM)
    assert box is not None
    assert (box.y, box.bottom) == (-cap_height("regular", EM), 0)
    assert 0 < box.x < box.right < advance("H", "regular", EM)
    below = ink("g", "regular", 10)
    assert below is not None
    assert below.bottom > 0
    assert ink("·", "regular", 10) != ink(" ·", "regular", 10)


def test_ink_joins_characters_with_kerning() -> None:
    first, both = ink("A", "regular", EM), ink("AV", "regular", EM)
    assert first is not None
    assert both is not None
    assert both.x == first.x
    assert both.width < advance("AV", "regular", EM)
    assert isinstance(both, Rect)


def test_blanks_have_no_ink() -> None:
    assert ink("", "regular", 10) is None
    assert ink("  ", "display", 10) is None


@pytest.mark.parametrize("face", FACES)
def test_heights_are_ordered(face: Face) -> None:
    assert 0 < x_height(face, 1) < cap_height(face, 1) < ascent(face, 1) < 1
    assert 0 < descent(face, 1) < x_height(face, 1)


def test_missing_characters_come_once_in_order() -> None:
    assert missing_characters("Größe 58 × θ₁ → ∞") == ""
    assert missing_characters("b⊙a中⊙\u202e\x07\u00ad") == "⊙中\u202e\x07\u00ad"


def test_a_character_without_a_glyph_is_refused() -> None:
    with pytest.raises(ValueError, match="no glyph for '中'"):
        advance("中", "regular", 10)


def test_faces_have_the_same_characters_and_the_basic_ones() -> None:
    characters = [set(json.loads(table_path(face).read_text("utf-8"))["advances"]) for face in FACES]
    assert characters[0] == characters[1] == characters[2] > frozenset().union(*BASIC.values())


def test_every_font_file_is_there_with_its_licence() -> None:
    for face in FACES:
        assert font_path(face).read_bytes()[:4] == b"\0\1\0\0"
        small, full = webfont_path(face, frozenset("Ab")), webfont_path(face, frozenset("é"))
        assert small.read_bytes()[:4] == full.read_bytes()[:4] == b"wOF2"
        assert small.stat().st_size < full.stat().st_size / 2
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FOLDER / "OFL.txt").read_text("utf-8")
    assert len(set(POSTSCRIPT_NAMES.values())) == 3


@pytest.mark.parametrize("name", bundled.spec_names())
def test_bundled_cards_keep_to_the_basic_characters(name: str) -> None:
    texts = [item for item in load(name).card().frame.items if isinstance(item, Text)]
    assert [text.text for text in texts if not BASIC[text.face].issuperset(text.text)] == []
