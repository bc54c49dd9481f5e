"""A folder of two small models' pictures, and what is in it."""

from pathlib import Path

from archposter import bundled
from archposter.check import run

SPEC = bundled.spec_path("llama-3-8b").read_text(encoding="utf-8")


def manifest(folder: Path, *models: str, **keys: str) -> None:
    lines = [f"models = {list(models)!r}", *(f"{key} = {value!r}" for key, value in keys.items())]
    (folder / "archposter.toml").write_text("\n".join(lines) + "\n")


def made(folder: Path, **keys: str) -> Path:
    """Return a checked folder with the pictures one.svg and two.svg."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("one", "two"):
        (folder / f"{name}.yaml").write_text(SPEC.replace("name: Llama 3", f"name: Model {name}"))
    manifest(folder, "one.yaml", "two.yaml", **keys)
    run.update(folder)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def state(folder: Path) -> dict[str, bytes]:
    """Return what a check stored there."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in files
        if path.suffix not in (".yaml", ".toml", ".html")
    }
