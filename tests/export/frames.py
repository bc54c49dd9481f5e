"""One Frame with every kind of item, hostile words included."""

from archposter.scene import Box, Face, Frame, Group, Item, Link, Path, Rect, Size, Text
from archposter.text.metrics import advance

LABEL = 'its "config"'
HOSTILE = "<script>alert(\"1\")</script> & 'x' ]]>"


def text(x: float, y: float, words: str, face: Face = "regular", size: float = 20.0) -> Text:
    return Text(x, y, words, face, size, "#112233", advance(words, face, size))


def panel(key: str = "panel") -> Group:
    items: tuple[Item, ...] = (
        Box(Rect(0, 0, 400, 200), fill="#FFFFFF", stroke="#000000", stroke_width=1.5, radius=8, dash=(4, 2)),
        text(10, 40, "Tokenized AVATAR", "display", 30),
        text(10, 80, "58 × decoder layer: 7,168", "semibold"),
        text(10, 120, HOSTILE),
        Path((("M", (10, 150)), ("L", (50, 150)), ("C", (60, 150, 70, 160, 70, 170))), stroke="#FF0000"),
        Path((("M", (90, 150)), ("L", (110, 150)), ("L", (100, 170)), ("Z", ())), fill="#00FF00"),
        Link(Rect(10, 20, 100, 30), "https://example.org/?a=1&b=2", label=LABEL),
    )
    return Group(items, key=key, title="First & last")


def frame() -> Frame:
    items = (panel()._replace(x=20.0, y=10.0), panel()._replace(x=20.0, y=300.0, scale=0.5))
    return Frame(Size(500, 420.12), items, f"A card {HOSTILE}", "What it says")
