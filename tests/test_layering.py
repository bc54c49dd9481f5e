"""The house: a module imports from the floors below its own and from its own room, as the picture shows."""

import pytest

from architecture import PACKAGE, PICTURE, draw, floors, imported, imports, modules, room
from archposter.audit import audit
from archposter.pipeline import Picture

FLOORS = [
    {"scene", "diagnostics", "units", "kinds", "cache", "_version"},
    {"text", "theme", "bundled", "parallel"},
    {"fingerprint"},
    {"spec"},
    {"counts", "importer", "style_file"},
    {"relate"},
    {"sources", "compare"},
    {"blocks", "importing"},
    {"layout", "outline", "search"},
    {"export", "compose", "audit", "charts", "descent"},
    {"pipeline"},
    {"murals"},
    {"sheets", "check", "picture_cache"},
    {"charting", "lineages"},
    {"site"},
    {"cli"},
]
FLOOR = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}

# Exporters and composition see finished pictures, never models.
BLIND = {"export", "compose", "audit"}
NEVER_FOR_BLIND = {"spec", "counts", "sources", "compare", "blocks", "layout", "outline"}


def test_every_room_has_a_floor() -> None:
    assert {room(path) for path in modules()} == set(FLOOR)


def test_imports_go_down_only() -> None:
    wrong = []
    for path in modules():
        own = room(path)
        for other in imported(path) - {own}:
            if FLOOR[other] >= FLOOR[own]:
                wrong.append(f"{path.relative_to(PACKAGE)} imports {other}")
            if own in BLIND and other in NEVER_FOR_BLIND:
                wrong.append(f"{path.relative_to(PACKAGE)} knows {other}")
    assert wrong == []


def test_the_picture_is_current() -> None:
    drawn = draw()
    stored = PICTURE.read_text(encoding="utf-8")
    assert stored == Picture(drawn).svg("outlines"), "run python scripts/architecture.py"
    assert audit(drawn) == ()


def test_the_picture_has_floors_of_its_own() -> None:
    house = floors(imports())
    height = {name: level for level, floor in enumerate(house[::-1]) for name in floor}
    assert all(height[other] < height[name] for name, others in imports().items() for other in others)
    with pytest.raises(ValueError, match="import each other: a, b"):
        floors({"a": {"b"}, "b": {"a"}, "c": set()})
