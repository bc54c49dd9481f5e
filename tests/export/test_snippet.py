import html.parser
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from frames import HOSTILE, frame

from archposter import inline, load
from archposter.diagnostics import UsageError
from archposter.export.snippet import snippet
from archposter.kinds import MARKUPS
from archposter.scene import Frame, Size

CARD = load("llama-3-8b").card()


def attributes(text: str) -> dict[str, str | None]:
    """Return the attributes of the only element in a text."""
    found: list[dict[str, str | None]] = []
    parser = html.parser.HTMLParser()
    parser.handle_starttag = lambda _, pairs: found.append(dict(pairs))  # type: ignore[method-assign]
    parser.feed(text)
    [only] = found
    return only


@pytest.mark.parametrize("markup", ["html", "markdown"])
@pytest.mark.parametrize("path", ["a/x.svg", 'a b/<x> & "y"#1?.png', "ü%20.svg"])
def test_elements_have_path_words_and_width(markup, path: str) -> None:
    said = attributes(snippet(markup, Path(path), CARD.frame))
    assert unquote(said["src"] or "") == path
    assert not set(said["src"] or "") & set('<>" #?')
    assert (said["alt"], said["width"]) == (CARD.frame.description, "1000")


def test_hostile_words_stay_words() -> None:
    said = attributes(snippet("html", Path("x.svg"), frame()._replace(description=f"{HOSTILE}\n\0")))
    assert said["alt"] == HOSTILE
    odd = Frame(Size(10, 20), (), "", "50% of $a_b$ {x} \\ ~^ #&")
    assert r"alt={50\% of \$a\_b\$ \{x\} \textbackslash{} \textasciitilde{}" in snippet(
        "latex", Path("x.pdf"), odd
    )


def test_latex_takes_a_pdf() -> None:
    assert snippet("latex", Path("a/x.pdf"), CARD.frame).endswith(".}]{a/x.pdf}")
    with pytest.raises(UsageError, match="latex shows pdf or png, not svg: add --format pdf"):
        snippet("latex", Path("x.svg"), CARD.frame)
    for markup in set(MARKUPS) - {"latex"}:
        with pytest.raises(UsageError, match="not pdf: add --format svg"):
            snippet(markup, Path("x.pdf"), CARD.frame)


@pytest.mark.parametrize("name", ["100%.pdf", "a#b.pdf", "a~b.pdf"])
def test_a_path_that_latex_cannot_read_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="LaTeX finds no file"):
        snippet("latex", Path(name), CARD.frame)
    assert snippet("html", Path(name).with_suffix(".svg"), CARD.frame)


def test_inline_stores_each_font_once_and_changes_nothing_else() -> None:
    cards = [CARD.svg(), load("gpt-2-xl").card("auto").svg(), CARD.svg("outlines")]
    inlined = inline(cards)
    rules = re.findall(r"@font-face\{[^}]*\}", "".join(inlined))
    assert len(rules) == len(set(rules)) == len(set(re.findall(r"@font-face\{[^}]*\}", "".join(cards))))
    assert inlined[0] == cards[0]
    assert inlined[2] == cards[2]
    assert len(inlined[1]) < len(cards[1]) - 10_000
    assert [re.sub(r"@font-face\{[^}]*\}", "", text) for text in inlined] == [
        re.sub(r"@font-face\{[^}]*\}", "", text) for text in cards
    ]
