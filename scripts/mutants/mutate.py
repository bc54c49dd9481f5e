"""One-line mutants of a module: every small change of its meaning that stays within a line."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
}
_CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """A line of a file, as it is and as it becomes."""

    path: Path
    line: int
    before: str
    after: str

    def text(self) -> str:
        """Return the whole file, mutated."""
        lines = self.path.read_text(encoding="utf-8").splitlines(keepends=True)
        lines[self.line - 1] = self.after + "\n"
        return "".join(lines)


def mutants(path: Path) -> list[Mutant]:
    """Return every mutant of a file; a few may be no Python."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    found = {}
    for node, is_condition in _nodes(ast.parse(source)):
        if node.lineno != node.end_lineno:
            continue
        row = lines[node.lineno - 1]
        start, end = (len(row.encode()[:at].decode()) for at in (node.col_offset, node.end_col_offset or 0))
        wholly = (ast.Constant(True), ast.Constant(False)) if is_condition else ()
        for changed in (*_changes(node), *wholly):
            text = ast.unparse(changed)
            after = row[:start] + (f"({text})" if isinstance(changed, ast.expr) else text) + row[end:]
            found[node.lineno, after] = Mutant(path, node.lineno, row, after)
    return list(found.values())


def _nodes(node: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, bool]]:
    """Yield what runs, and whether it is an `if`'s condition.

    No annotations, docstrings, imports or messages of errors; and parts of f-strings have no place.
    """
    for name, field in ast.iter_fields(node):
        for child in field if isinstance(field, list) else [field]:
            if not isinstance(child, ast.AST) or name in ("annotation", "returns"):
                continue
            if isinstance(child, ast.JoinedStr | ast.Raise | ast.Import | ast.ImportFrom | ast.Assert):
                continue
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                continue
            if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
                continue
            if isinstance(child, ast.expr | ast.stmt):
                yield child, name == "test" and isinstance(node, ast.If)
            yield from _nodes(child)


def _changes(node: ast.expr | ast.stmt) -> Iterator[ast.expr | ast.stmt]:
    yield from _dropped(node)
    match node:
        case ast.Compare(ops=ops):
            for at, op in enumerate(ops):
                yield _with(node, ops=[*ops[:at], _COMPARED[type(op)](), *ops[at + 1 :]])
        case ast.BoolOp(op=op):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in _COMPUTED:
            yield _with(node, op=_COMPUTED[type(op)]())
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.Constant(value=value) if value is not None and value is not ...:
            yield ast.Constant(_other(value))
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.Call(func=ast.Name(id=name)) if name in _CALLED:
            yield _with(node, func=ast.Name(_CALLED[name]))


def _dropped(node: ast.expr | ast.stmt) -> Iterator[ast.expr | ast.stmt]:
    """Yield the node without one of its entries, keywords or conditions, or nothing in its place."""
    match node:
        case ast.Call(keywords=keywords):
            for at in range(len(keywords)):
                yield _with(node, keywords=_without(keywords, at))
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements) if len(elements) > 1:
            for at in range(len(elements)):
                yield _with(node, elts=_without(elements, at))
        case ast.Dict(keys=keys, values=values) if len(keys) > 1:
            for at in range(len(keys)):
                yield _with(node, keys=_without(keys, at), values=_without(values, at))
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp() if node.generators[0].ifs:
            yield _with(node, generators=[_with(node.generators[0], ifs=[]), *node.generators[1:]])
        case ast.Expr():
            yield ast.Pass()


def _with(node: Any, **fields: object) -> Any:
    changed = copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _without(entries: list[Any], at: int) -> list[Any]:
    return [*entries[:at], *entries[at + 1 :]]


def _other(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return "" if value else "x"
    return value
