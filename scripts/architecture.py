"""Draw the house from its own imports: docs/images/architecture.svg.

A row and a column a room.  A dot says that the room of its row imports the room at the foot of its column.
Rooms of one floor import none of each other; a floor is as high as its longest way down.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import archposter
from archposter.export.files import write
from archposter.layout.canvas import Canvas
from archposter.pipeline import Picture, theme
from archposter.scene import Frame, Point, Rect, Size
from archposter.text.metrics import advance
from archposter.theme import SMALL

PACKAGE = Path(archposter.__file__).parent
PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "architecture.svg"
WIDTH, MARGIN, ROW, COLUMN, DOT = 1000.0, 24.0, 30.0, 22.0, 5.0
GAP = 14.0


def room(path: Path) -> str:
    """Return the room of a module: the folder or file below the package."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules() -> list[Path]:
    """Return the files of all rooms."""
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


@cache
def imported(path: Path) -> set[str]:
    """Return the rooms that a module imports from, its own among them."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module="archposter"):
                names += [f"archposter.{alias.name}" for alias in node.names]
            case ast.ImportFrom(module=str(module)):
                names.append(module)
            case ast.Import():
                names += [alias.name for alias in node.names]
    return {name.split(".")[1] for name in names if name.startswith("archposter.")}


def imports() -> dict[str, set[str]]:
    """Return the other rooms that each room imports from."""
    found: dict[str, set[str]] = {}
    for path in modules():
        found.setdefault(room(path), set()).update(imported(path) - {room(path)})
    return found


def floors(below: dict[str, set[str]]) -> list[list[str]]:
    """Return the rooms floor by floor, from the highest down; raise ValueError where imports go round."""
    found: list[list[str]] = []
    left = dict(below)
    while left:
        floor = sorted(name for name, others in left.items() if not others & left.keys())
        if not floor:
            raise ValueError(f"rooms import each other: {', '.join(sorted(left))}")
        found.append(floor)
        for name in floor:
            del left[name]
    return found[::-1]


def said(name: str) -> tuple[str, ...]:
    """Return what a room is, as its docstring begins: at length, then shorter."""
    path = PACKAGE / name / "__init__.py"
    path = path if path.is_file() else PACKAGE / f"{name}.py"
    line = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]
    line = line.replace("`", "").replace("->", "→")
    sentence = line.partition(". ")[0].removesuffix(".")
    return line.removesuffix("."), sentence, sentence.partition(":")[0], sentence.partition(",")[0], ""


def draw() -> Frame:
    """Return the picture: the highest floor above, each room's name at its place on the diagonal."""
    below = imports()
    house = floors(below)
    rooms = [name for floor in house for name in floor]
    canvas = Canvas(theme("paper"), "archposter")
    shade, height = canvas.look("model"), 2 * MARGIN + ROW * len(rooms)
    canvas.box(Rect(0, 0, WIDTH, height), canvas.theme.card.fill, role="card", radius=0)
    place = {
        name: Point(MARGIN + COLUMN * (len(rooms) - at - 0.5), MARGIN + ROW * (at + 0.5))
        for at, name in enumerate(rooms)
    }
    for floor in house[::2]:
        top = place[floor[0]].y - ROW / 2
        canvas.box(Rect(MARGIN / 2, top, WIDTH - MARGIN, ROW * len(floor)), shade.fill, role="model")
    for name, at in place.items():
        users = [place[other].y for other, others in below.items() if name in others]
        if users:
            canvas.line([at, Point(at.x, min(users))], stroke=canvas.theme.quiet, width=1.0)
        if below[name]:
            end = min(place[other].x for other in below[name])
            canvas.line([at, Point(end, at.y)], stroke=canvas.theme.quiet, width=1.0)
    for name, at in place.items():
        for other in sorted(below[name]):
            canvas.disc(place[other].x, at.y, DOT, canvas.theme.ink)
        square = Rect(at.x - 2 * DOT, at.y - 2 * DOT, 4 * DOT, 4 * DOT)
        canvas.box(square, canvas.accent.ink, radius=3.0, role="room")
        start = square.right + GAP
        _name(canvas, name, Rect(start, at.y - ROW / 2, WIDTH - MARGIN - start, ROW))
    words = "; ".join(f"{name} imports {', '.join(sorted(below[name])) or 'nothing'}" for name in rooms)
    return Frame(Size(WIDTH, height), tuple(canvas.items), "The rooms of archposter and their imports", words)


def _name(canvas: Canvas, name: str, rect: Rect) -> None:
    """Write a room's name and, muted, as much of what it is as there is room for."""
    canvas.label(rect, (name,), face="semibold", align=0.0)
    used = advance(name, "semibold", SMALL) + GAP
    rest = Rect(rect.x + used, rect.y, rect.width - used, rect.height)
    words = next(each for each in said(name) if advance(each, "regular", SMALL) <= rest.width)
    canvas.label(rest, (words,), fill=canvas.theme.muted, align=0.0)


def main() -> None:
    """Store the picture."""
    write(PICTURE, Picture(draw()).svg("outlines"))


if __name__ == "__main__":
    main()
