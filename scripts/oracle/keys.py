"""Write which keys of a config the reference library's classes read, and what its classes are called.

python scripts/oracle/keys.py PATH/TO/transformers

The source is read, not run: attribute accesses on configs, fields of configuration classes, attribute maps
and keyword arguments, in the modules of each type and in those that all types share.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from archposter.importer.table import LIKE, READERS
from archposter.importer.wrappers import WRAPPERS

TARGET = Path(__file__).parents[2] / "diagrams" / "archposter" / "importer" / "reference.json"

_SHARED = (
    *("configuration_utils", "modeling_utils", "modeling_layers", "masking_utils"),
    *("cache_utils", "modeling_attn_mask_utils", "activations", "integrations/moe"),
)
_ROPE = "modeling_rope_utils"
_ROTARY = r"(?<![a-z])rope"
"""Read by types with rotary positions, whose modules speak of them."""

_BESIDE = r"validate_|from_|to_|save_|load_|push_|get_config_dict|_get_config_dict|register_|_?repr"
_CONFIGS = ("config", "cfg", "configuration")
_ARGUMENTS = ("kwargs", "config_dict", "self.__dict__")


def keys_of(package: Path) -> dict[str, dict[str, list[str]]]:
    """Return the keys and classes of every model type that we read; type "" has what all types share."""
    shared = set().union(*(_read(package / f"{name}.py") for name in _SHARED))
    turning = {key for key in shared if "rope" in key or "rotary" in key} | _read(package / f"{_ROPE}.py")
    shared -= turning
    found = {"": {"keys": sorted(shared), "classes": []}}
    wanted = {*READERS, *LIKE.values(), *WRAPPERS}
    for file in sorted(package.glob("models/*/configuration_*.py")):
        modelling = sorted(file.parent.glob("modeling_*.py"))
        read = set().union(*(_read(path) for path in (file, *modelling)))
        if any(re.search(_ROTARY, path.read_text(encoding="utf-8")) for path in (file, *modelling)):
            read |= turning
        classes = {name for path in modelling for name in _classes(path)}
        models = [name for name in classes if "For" in name or name.endswith("Model")]
        declared = dict(_types(file))
        for kind in wanted & declared.keys():
            others = set().union(*(keys for each, keys in declared.items() if each != kind))
            own = (read - others | (read & declared[kind])) - shared
            found[kind] = {"keys": sorted(own), "classes": sorted(models)}
    return found


def _types(file: Path) -> Iterator[tuple[str, set[str]]]:
    """Yield the values of `model_type` in a file's classes, and the fields that such a class declares."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                match line:
                    case ast.Assign(targets=[ast.Name(id="model_type")], value=ast.Constant(value=str(kind))):
                        yield kind, set(_declared(node))


def _classes(file: Path) -> Iterator[str]:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            yield node.name


def _read(file: Path) -> set[str]:
    """Return the keys of configs that a module reads or declares."""
    if not file.is_file():
        return set()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    own = file.name.startswith("configuration_")
    found = {name for node in _nodes(tree) for name in _accessed(node, own)}
    return {name for name in found if not name.startswith("__") and name.isidentifier()}


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a module, but for methods that are called and functions that do not build models.

    These check what files say, or load and save them.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef) and re.match(_BESIDE, node.name):
            continue
        if not (isinstance(tree, ast.Call) and node is tree.func and isinstance(node, ast.Attribute)):
            yield node
        yield from _nodes(node)


def _accessed(node: ast.AST, own: bool) -> Iterator[str]:
    match node:
        case ast.ClassDef() if own:
            yield from _declared(node)
        case ast.Attribute(value=value, attr=name) if _is_config(value, own):
            yield name
        case ast.Call(
            func=ast.Name(id="getattr" | "hasattr"), args=[value, ast.Constant(value=str(name)), *_]
        ):
            if _is_config(value, own):
                yield name
        case ast.Call(func=ast.Attribute(value=value, attr="pop" | "get" | "setdefault"), args=[first, *_]):
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and _is_mapping(value):
                yield first.value
        case ast.Subscript(value=value, slice=ast.Constant(value=str(name))) if _is_mapping(value):
            yield name
        case ast.Compare(
            left=ast.Constant(value=str(name)), ops=[ast.In() | ast.NotIn()], comparators=[value]
        ):
            if _is_mapping(value):
                yield name


def _declared(node: ast.ClassDef) -> Iterator[str]:
    """Yield the fields of a configuration class, and both sides of its attribute map."""
    for line in node.body:
        match line:
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=[ast.Name(id="attribute_map")], value=ast.Dict(keys=keys, values=values)):
                for word in (*keys, *values):
                    if isinstance(word, ast.Constant) and isinstance(word.value, str):
                        yield word.value
            case ast.FunctionDef(name="__init__", args=arguments):
                yield from (argument.arg for argument in (*arguments.args, *arguments.kwonlyargs))


def _is_config(node: ast.expr, own: bool) -> bool:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _CONFIGS or name.endswith("_config") or (own and name == "self")
    return False


def _is_mapping(node: ast.expr) -> bool:
    """Tell whether an expression is a mapping of keys of a config: arguments, or RoPE's parameters."""
    text = ast.unparse(node)
    return (
        text in _ARGUMENTS or "rope_parameters" in text or "rope_scaling" in text or text.endswith("_config")
    )


if __name__ == "__main__":
    found = keys_of(Path(sys.argv[1]))
    lines = (f"{json.dumps(kind)}: {json.dumps(said, separators=(',', ':'))}" for kind, said in found.items())
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
