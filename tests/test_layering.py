"""The house's floors: a module imports from the floors below its own, and from its own room."""

import ast
from pathlib import Path

import archposter

PACKAGE = Path(archposter.__file__).parent

FLOORS = [
    {"scene", "diagnostics", "units", "kinds", "cache", "_version"},
    {"text", "theme", "bundled", "parallel"},
    {"fingerprint"},
    {"spec"},
    {"counts", "importer", "style_file"},
    {"sources", "compare"},
    {"blocks"},
    {"layout"},
    {"export", "compose", "audit"},
    {"pipeline"},
    {"sheets", "check", "picture_cache"},
    {"cli"},
]
FLOOR = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}

# Exporters and composition see finished pictures, never models.
BLIND = {"export", "compose", "audit"}
NEVER_FOR_BLIND = {"spec", "counts", "sources", "compare", "blocks", "layout"}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = (
                [node.module] if node.module != "archposter" else [f"archposter.{a.name}" for a in node.names]
            )
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        rooms |= {name.split(".")[1] for name in names if name.startswith("archposter.")}
    return rooms


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


def test_every_room_has_a_floor() -> None:
    assert {room(path) for path in modules()} == set(FLOOR)


def test_imports_go_down_only() -> None:
    wrong = []
    for path in modules():
        own = room(path)
        for other in imported_rooms(path) - {own}:
            if FLOOR[other] >= FLOOR[own]:
                wrong.append(f"{path.relative_to(PACKAGE)} imports {other}")
            if own in BLIND and other in NEVER_FOR_BLIND:
                wrong.append(f"{path.relative_to(PACKAGE)} knows {other}")
    assert wrong == []
