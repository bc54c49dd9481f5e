"""Say what a newer transformers package brings: new decoder types and checkpoints, and what changed of ours.

    python scripts/news.py                         # the newest release against the one before
    python scripts/news.py 5.23.0 5.24.0           # releases, which pip downloads
    python scripts/news.py OLD/transformers NEW/transformers

The package is read, not run: of a configuration class its fields with their defaults and the checkpoint that
it names, of a modeling class the modules and parameters that it is made of, as their source has them.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from archposter.importer.table import READERS
from archposter.importer.wrappers import WRAPPERS

_LISTS = ("MODEL_FOR_CAUSAL_LM_MAPPING_NAMES", "MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES")
"""Where the library lists what decodes text, in models/auto/modeling_auto.py."""

_CHECKPOINT = re.compile(r"(?:checkpoint=\"|huggingface\.co/)([\w.-]+/[\w.-]+)")
_NO_CHECKPOINTS = ("docs/", "papers/", "blog/", "spaces/", "datasets/", "collections/")
_WEIGHTS = re.compile(r"\b(?:Linear|Embedding|Parameter|Conv1d|Experts|Norm|LayerNorm)\b")


@dataclass
class Folder:
    """A folder of models: types by their fields, checkpoints that it names, and weights by class and name."""

    types: dict[str, dict[str, str]] = field(default_factory=dict)
    checkpoints: set[str] = field(default_factory=set)
    weights: dict[str, str] = field(default_factory=dict)


@dataclass
class Package:
    """What a release of the package has: the types it lists as decoders, and its folders by name."""

    decoders: set[str]
    folders: dict[str, Folder]


def package(models: Path) -> Package:
    """Read the folder `models` of a package."""
    auto = ast.parse((models / "auto" / "modeling_auto.py").read_text(encoding="utf-8"))
    listed = [
        node.value
        for node in auto.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in _LISTS
    ]
    pairs = [pair for call in listed for pair in ast.walk(call) if isinstance(pair, ast.Tuple)]
    decoders = {ast.literal_eval(pair.elts[0]) for pair in pairs}
    return Package(decoders, {path.name: _folder(path) for path in sorted(models.iterdir()) if path.is_dir()})


def _folder(path: Path) -> Folder:
    found = Folder()
    for file in sorted(path.glob("configuration_*.py")):
        text = file.read_text(encoding="utf-8")
        named = {name.rstrip(".") for name in _CHECKPOINT.findall(text)}
        found.checkpoints |= {name for name in named if not name.startswith(_NO_CHECKPOINTS)}
        for node in ast.parse(text).body:
            if isinstance(node, ast.ClassDef):
                fields = dict(_fields(node))
                if kind := fields.pop("model_type", ""):
                    found.types[ast.literal_eval(kind)] = fields
    for file in sorted(path.glob("modeling_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found.weights |= dict(_weights(node))
    return found


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Yield the type of a configuration class, and its fields with their defaults, as source text."""
    for statement in node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, ast.unparse(value)
            case ast.Assign(targets=[ast.Name(id="model_type" | "default_theta" as name)], value=value):
                yield name, ast.unparse(value)
            case ast.FunctionDef(name="__init__", args=args):
                for argument, value in zip(reversed(args.args), reversed(args.defaults), strict=False):
                    yield argument.arg, ast.unparse(value)


def _weights(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Yield what a class makes that has weights, as source text, by class and attribute."""
    for statement in ast.walk(node):
        match statement:
            case ast.Assign(targets=[ast.Attribute(ast.Name("self"), name)], value=ast.Call() as made):
                if _WEIGHTS.search(ast.unparse(made.func)):
                    yield f"{node.name}.{name}", ast.unparse(_Shapes().visit(made))


class _Shapes(ast.NodeTransformer):
    """Leaves out of calls what changes no shape: where a tensor lies, and in what numbers."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        node.keywords = [keyword for keyword in node.keywords if keyword.arg not in ("dtype", "device")]
        return self.generic_visit(node)


def news(old: Package, new: Package) -> Iterator[str]:
    """Yield a line for each thing that is new or changed."""
    before, after = (
        {name for folder in one.folders.values() for name in folder.checkpoints} for one in (old, new)
    )
    for kind in sorted(new.decoders - old.decoders):
        yield f"new decoder type: {kind} ({'read' if _read(kind) else 'not read yet'})"
    for kind in sorted(old.decoders - new.decoders):
        yield f"decoder type gone: {kind}"
    for name, folder in new.folders.items():
        for checkpoint in sorted(folder.checkpoints & (after - before)):
            yield f"new checkpoint: {checkpoint} ({name})"
    for name, folder in new.folders.items():
        if name in old.folders and any(map(_read, folder.types)):
            yield from _changed(name, old.folders[name], folder)


def _read(kind: str) -> bool:
    return kind in READERS or kind in WRAPPERS


def _changed(name: str, old: Folder, new: Folder) -> Iterator[str]:
    for kind, fields in new.types.items():
        if kind in old.types and _read(kind):
            yield from _different(f"{kind}: ", old.types[kind], fields)
    yield from _different(f"{name}, weights: ", old.weights, new.weights)


def _different(what: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for key in sorted({**old, **new}):
        was, now = old.get(key), new.get(key)
        if was != now:
            yield f"{what}{key}: {was or 'absent'} -> {now or 'gone'}"


def releases() -> list[str]:
    """Return the releases that pip can install, newest first."""
    asked = [sys.executable, "-m", "pip", "--disable-pip-version-check", "index", "versions", "transformers"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    return re.findall(r"\d+(?:\.\d+)+", said.partition("Available versions:")[2])


def source(name: str, into: Path) -> Path:
    """Return the folder of models of a package: a path, or a release that is downloaded."""
    if Path(name).is_dir():
        return Path(name) / "models"
    asked = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    subprocess.run([*asked, "--dest", into / name, f"transformers=={name}"], check=True)
    (wheel,) = (into / name).glob("*.whl")
    zipfile.ZipFile(wheel).extractall(into / name)
    return into / name / "transformers" / "models"


def main(names: list[str]) -> None:
    """Print the news of the second package against the first."""
    if len(names) not in (0, 2):
        raise SystemExit("expected two releases or two folders, or none for the newest two releases")
    old, new = names or reversed(releases()[:2])
    with TemporaryDirectory() as folder:
        found = list(news(*(package(source(name, Path(folder))) for name in (old, new))))
    print(f"transformers {old} -> {new}: {len(found) or 'no'} news", *found, sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
