import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archposter.text.metrics import advance
from archposter.text.wrap import fit, wrap

WIDEST = max(advance(character, "regular", 10) for character in "abcMW/-. 1")
texts = st.text("abcMW/-. 1", max_size=60)
widths = st.floats(WIDEST, 200)


@given(texts, widths)
@example("/ ", 10.0)
def test_every_line_fits_and_nothing_is_lost(text: str, width: float) -> None:
    lines = wrap(text, "regular", 10, width)
    assert all(advance(line, "regular", 10) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(line and line == line.strip(" ") for line in lines)


@given(texts, widths)
def test_wrapping_takes_the_fewest_lines(text: str, width: float) -> None:
    words = text.split()
    if all(advance(word, "regular", 10) <= width for word in words):
        lines = [""]
        for word in words:
            longer = f"{lines[-1]} {word}".strip()
            if advance(longer, "regular", 10) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        assert len(wrap(text, "regular", 10, width)) == (len(lines) if words else 0)


def test_lines_are_even() -> None:
    text = "Masked grouped query attention with rotary positions"
    assert wrap(text, "regular", 17, 360) == ("Masked grouped query", "attention with rotary positions")
    assert wrap("one two three four", "regular", 17, 118) == ("one two", "three four")


def test_a_long_word_breaks_after_separators_first() -> None:
    assert wrap("grouped-query/attention", "regular", 17, 130) == ("grouped-", "query/attention")
    assert "".join(wrap("antidisestablishmentarianism", "regular", 17, 60)) == "antidisestablishmentarianism"


def test_blanks_give_no_line() -> None:
    assert wrap("", "regular", 17, 10) == wrap("   ", "regular", 17, 10) == ()


def test_a_no_break_space_holds() -> None:
    assert wrap("58\u00a0layers", "regular", 17, 74) == ("58\u00a0layers",)


@given(texts, st.floats(0, 200))
def test_fit_is_the_longest_beginning(text: str, width: float) -> None:
    fitted = fit(text, "regular", 10, width)
    assert advance(fitted, "regular", 10) <= width
    if fitted != text:
        assert fitted == "" or text.startswith(fitted.removesuffix("…"))
        assert advance(text, "regular", 10) > width


def test_fit_keeps_what_fits() -> None:
    assert fit("layers", "regular", 17, 100) == "layers"
    assert fit("Multi-head latent attention", "regular", 17, 105) == "Multi-head…"
    assert fit("layers", "regular", 17, 1) == ""


@pytest.mark.parametrize("text", ["HCA and CSA: RoPE 12.5 %, YaRN", "sigmoid router + bias, × 2.827"])
def test_a_number_keeps_its_sign(text: str) -> None:
    for width in range(130, 300, 7):
        lines = wrap(text, "regular", 17.0, width)
        assert " ".join(lines) == text
        assert not any(line.startswith("%") or line.endswith("×") for line in lines)
