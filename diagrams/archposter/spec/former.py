"""Spec files in earlier forms of the language: what to write instead, and the file rewritten.

One row a field that has changed.  The layout of a file and its comments stay: only what has changed is
replaced where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from archposter.diagnostics import Diagnostic, Position, SpecError
from archposter.spec import emit
from archposter.spec.faults import translate
from archposter.spec.model import ArchSpec
from archposter.spec.yaml import KeyPath, Node, dotted, read

Data = Mapping[str, Any]
Written = dict[str, Any] | str | None


@dataclass(frozen=True, slots=True)
class _Row:
    """Fields that became one, `name`, in mappings of a kind, or under a key where these have no kind.

    A field that kept its name is of the earlier form where its value is of the type `was`.  `now` makes the
    new value of the whole mapping; `left_out` is the value that needs not be written.
    """

    where: str
    fields: tuple[str, ...]
    name: str
    was: type
    now: Callable[[Data], Written]
    left_out: Written = None

    def found(self, mapping: Data) -> list[str]:
        """Return the fields of the earlier form that a mapping has, in its order."""
        former = [name for name in mapping if name in self.fields]
        return [name for name in former if name != self.name or isinstance(mapping[name], self.was)]


def _part(needed: object, **fields: Any) -> dict[str, Any] | None:
    """Return a sub-part of the fields that say something, if it is there at all."""
    if needed in (None, "none", 0, False):
        return None
    return {name: value for name, value in fields.items() if value not in (None, False, 0)}


def _gate(said: Data) -> Written:
    bias = "head" if said.get("gate_head_bias") or said.get("gate") == "head" else "element"
    activation = said.get("gate_activation", "sigmoid")
    return _part(
        said.get("gate"),
        per=said.get("gate"),
        bias=bias if said.get("gate_bias") or said.get("gate_head_bias") else None,
        activation=activation if activation != "sigmoid" else None,
    )


def _qk_norm(said: Data) -> Written:
    return _part(
        said.get("qk_norm"),
        kind=said.get("qk_norm"),
        bias=said.get("qk_norm_bias"),
        after_position=said.get("qk_norm_after_position"),
    )


def _sinks(said: Data) -> Written:
    return ("token" if said.get("token_sinks") else "head") if said.get("sinks") else None


def _latent_gate(said: Data) -> Written:
    source = "query_latent" if said.get("joint_query_gate") else None
    return _part(said.get("gate"), per=said.get("gate"), source=source)


def _inner_norms(said: Data) -> Written:
    return {"weight": said.get("inner_norm_weight", True)} if said.get("inner_norms") else None


def _output_norm(said: Data) -> Written:
    if not said.get("norm", True):
        return None
    return "before_gate" if said.get("norm_before_gate") else "after_gate"


def _shared(said: Data) -> Written:
    gated = said.get("shared_expert_gated", said.get("gated", True))
    found = _part(
        said.get("num_shared_experts"),
        num=said.get("num_shared_experts"),
        intermediate_size=said.get("shared_expert_intermediate_size", said.get("moe_intermediate_size")),
        bias=said.get("shared_expert_bias", said.get("bias")),
        gate=said.get("shared_expert_gate"),
        scored=said.get("router", {}).get("shared_expert_sink"),
    )
    return found if gated or not found else {**found, "gated": False}


def _zero_experts(said: Data) -> Written:
    kind = said.get("zero_expert_type", "identity")
    number = said.get("zero_expert_num")
    return _part(number, num=number, kind=kind if kind != "identity" else None)


def _correction(said: Data) -> Written:
    if not said.get("correction_bias"):
        return None
    return "parameter" if said.get("correction_bias_is_parameter") else "buffer"


_ROWS = (
    _Row("attention", ("qk_norm", "qk_norm_bias", "qk_norm_after_position"), "qk_norm", str, _qk_norm),
    _Row("attention", ("gate", "gate_bias", "gate_head_bias", "gate_activation"), "gate", str, _gate),
    _Row("attention", ("sinks", "token_sinks"), "sinks", bool, _sinks),
    _Row(
        "attention",
        ("conv_kernel", "dynamic_conv"),
        "conv",
        int,
        lambda said: _part(
            said.get("conv_kernel"), kernel=said.get("conv_kernel"), dynamic=said.get("dynamic_conv")
        ),
    ),
    _Row("mla", ("gate", "joint_query_gate"), "gate", str, _latent_gate),
    _Row("mla", ("sinks",), "sinks", bool, _sinks),
    _Row("compressed", ("sinks",), "sinks", bool, _sinks, "head"),
    _Row("lightning", ("qk_norm",), "qk_norm", str, _qk_norm),
    _Row("mamba", ("inner_norms", "inner_norm_weight"), "inner_norms", bool, _inner_norms),
    _Row("mamba2", ("norm", "norm_before_gate"), "norm", bool, _output_norm, "after_gate"),
    _Row(
        "moe",
        (
            "num_shared_experts",
            "shared_expert_intermediate_size",
            "shared_expert_gate",
            "shared_expert_gated",
            "shared_expert_bias",
        ),
        "shared_experts",
        int,
        _shared,
    ),
    _Row("moe", ("zero_expert_num", "zero_expert_type"), "zero_experts", int, _zero_experts),
    _Row(
        "moe",
        ("moe_latent_size", "moe_latent_norm", "expert_norms"),
        "latent",
        int,
        lambda said: _part(
            said.get("moe_latent_size"),
            size=said.get("moe_latent_size"),
            norm=said.get("moe_latent_norm"),
            expert_norms=said.get("expert_norms"),
        ),
    ),
    _Row("router", ("shared_expert_sink",), "", bool, lambda said: None),
    _Row(
        "router",
        ("correction_bias", "correction_bias_is_parameter"),
        "correction_bias",
        bool,
        _correction,
    ),
    _Row(
        "router",
        ("router_hidden_size", "router_state"),
        "mlp",
        int,
        lambda said: _part(
            said.get("router_hidden_size"),
            hidden_size=said.get("router_hidden_size"),
            state=said.get("router_state"),
        ),
    ),
    _Row(
        "embedding",
        ("norm", "norm_weight"),
        "norm",
        bool,
        lambda said: {"weight": said.get("norm_weight", True)} if said.get("norm") else None,
    ),
    _Row("embedding", ("position",), "", str, lambda said: None),
)


@dataclass(frozen=True, slots=True)
class Change:
    """Fields of one mapping that became the field `name` with this value; None: nothing has to be written."""

    path: KeyPath
    mapping: Node
    fields: tuple[str, ...]
    name: str
    value: Written
    left_out: Written = field(default=None)

    @property
    def text(self) -> str:
        """What to write instead, empty where it can be left out."""
        if self.value == self.left_out:
            return ""
        return f"{self.name}: {emit.line(self.value)}"

    def places(self) -> Iterator[Position]:
        """Yield where the fields and their values stand."""
        for name in self.fields:
            yield self.mapping.keys[name]
            yield self.mapping.children[name].position


def changes(root: Node) -> list[Change]:
    """Return what a file says in an earlier form of the language; what aliases repeat stands once."""
    found: list[Change] = []
    seen: set[int] = set()

    def search(node: Node, path: KeyPath) -> None:
        if id(node) in seen:
            return
        seen.add(id(node))
        if isinstance(node.value, dict) and path:
            where = node.value.get("kind") or path[-1]
            for row in _ROWS:
                names = row.found(node.value) if row.where == where else []
                if names:
                    found.append(
                        Change(path, node, tuple(names), row.name, row.now(node.value), row.left_out)
                    )
        for step, child in node.children.items():
            search(child, (*path, step))

    # what `define` has is better known by the places where it is used
    for step in sorted(root.children, key=lambda step: step == "define"):
        search(root.children[step], (step,))
    return found


def advised(error: SpecError, root: Node) -> SpecError:
    """Return the error with advice in the place of faults that only say that a form is an earlier one."""
    instead: dict[Position, Diagnostic] = {}
    for change in changes(root):
        first, *_ = change.fields
        advice = f"write {change.text}" if change.text else "leave it out"
        place = change.mapping.keys[first]
        where = dotted((*change.path, first))
        said = Diagnostic(place, where, f"an earlier form; {advice}", "archposter validate --fix rewrites it")
        instead |= dict.fromkeys(change.places(), said)
    return SpecError(instead.get(found.position, found) for found in error.diagnostics)


def fixed(text: str, file: str) -> str:
    """Return the text of a spec file with everything in the present form; comments and layout stay.

    Raises SpecError where the file has other faults, or where what has changed is laid out in a way that
    does not let it be replaced in its place.
    """
    root = read(text, file)
    found = changes(root)
    if not found:
        return text
    try:
        meant = ArchSpec.model_validate(_present(root.value, ""))
    except ValidationError:
        meant = None
    result = _rewritten(text, found)
    try:
        if result is not None and meant == ArchSpec.model_validate(read(result, file).value):
            return result
    except (SpecError, ValidationError):
        pass
    try:
        ArchSpec.model_validate(root.value)
    except ValidationError as error:
        raise advised(SpecError(translate(error, root, ArchSpec)), root) from None
    return text


def _present(value: Any, where: str) -> Any:
    """Return plain data in the present form; `where` is the key that it stands under."""
    if isinstance(value, tuple):
        return tuple(_present(entry, "") for entry in value)
    if not isinstance(value, dict):
        return value
    present = {name: _present(entry, name) for name, entry in value.items()}
    for row in _ROWS:
        names = row.found(value) if row.where == value.get("kind", where) else []
        for name in names:
            del present[name]
        if names and (now := row.now(value)) != row.left_out:
            present[row.name] = now
    return present


# ---- the text


_SCALAR = re.compile(r"""\"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,\[\]{}#&*!|>%@`"']+""")
_COMMA_BEFORE = re.compile(r",\s*\Z")
_COMMA_AFTER = re.compile(r"\s*,\s*")


def _rewritten(text: str, found: list[Change]) -> str | None:
    """Return the text with the changes made; None where one of them cannot be made in its place."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def offset(place: Position) -> int:
        return starts[place.line - 1] + place.column - 1

    edits: list[tuple[int, int, str]] = []
    for change in found:
        flow = re.match(r"(&\S+\s*)?\{", text[offset(change.mapping.position) :]) is not None
        for index, name in enumerate(change.fields):
            start, value = offset(change.mapping.keys[name]), offset(change.mapping.children[name].position)
            scalar = _SCALAR.match(text, value)
            if scalar is None or not re.fullmatch(rf"{name}:[ \t]+", text[start:value]):
                return None
            if index == 0 and change.text:
                edits.append((start, scalar.end(), change.text))
            elif flow:
                gone = change.fields[bool(change.text) :]
                first = all(key in gone for key in _before(name, change.mapping.keys))
                edits.append((*_entry(text, start, scalar.end(), first=first), ""))
            elif (edit := _line(text, start, scalar.end())) is not None:
                edits.append(edit)
            else:
                return None
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _before(name: str, keys: Mapping[str | int, Position]) -> list[str | int]:
    order = list(keys)
    return order[: order.index(name)]


def _entry(text: str, start: int, end: int, *, first: bool) -> tuple[int, int]:
    """Return the span of an entry of a mapping on one line, with the comma that goes with it."""
    if first:
        after = _COMMA_AFTER.match(text, end)
        return start, after.end() if after else end
    before = _COMMA_BEFORE.search(text[:start])
    return before.start() if before else start, end


def _line(text: str, start: int, end: int) -> tuple[int, int, str] | None:
    """Return the edit that takes a line away, but for its comment; None if something else begins there."""
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end) + 1 or len(text)
    indent, rest = text[first:start], text[end:last].strip()
    if indent.strip():
        return None
    return first, last, f"{indent}{rest}\n" if rest else ""
