"""Dense feed-forward parts: their names and insets."""

from __future__ import annotations

from archposter.blocks.sayings import unit
from archposter.blocks.terms import TERMS
from archposter.blocks.tree import Cell, Diagram, Edge, Inset, Node, Op, Wordings, Words
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import GatedFfn, PerLayerInput, PlainFfn
from archposter.spec.parts.words import ACTIVATIONS
from archposter.units import exact, wordings


def gated_view(part: GatedFfn, _arch: Arch) -> View:
    """Name the part by its activation; its callout gives the width."""
    name = capital(unit(part))
    names = (f"{name} feed-forward", f"{name} FFN")
    return View("dense FFN", "dense", names, f"{exact(part.intermediate_size)} wide FFN")


def capital(name: str) -> str:
    """Return a name with a capital, unless it has one further in: "mLSTM", "xIELU GLU"."""
    return name if name[1:2].isupper() else name[0].upper() + name[1:]


def plain_view(part: PlainFfn, _arch: Arch) -> View:
    """Name the part by its activation; its callout gives the width."""
    name = ACTIVATIONS[part.activation].split(" ")[0]
    names = (f"{name} feed-forward", f"{name} FFN")
    return View("ungated FFN", "dense", names, f"{exact(part.intermediate_size)} wide FFN")


def gated_inset(part: GatedFfn, arch: Arch) -> Inset:
    """Draw both branches with their inputs and widths."""
    width, inner = exact(arch.hidden_size), exact(part.intermediate_size)
    scaled = (
        (Node("scale", Cell(("× one learned number", "× learned")), 5, 0, 2),) if part.global_scale else ()
    )
    nodes = (
        Node("x", Words((f"input {width}", "input")), 0, 0, 2),
        Node(
            "gate", Cell(("Gate",), (f"{width} → {inner}", *wordings(part.intermediate_size, "→ {}"))), 1, 0
        ),
        Node("up", Cell(("Up",), (f"{width} → {inner}", *wordings(part.intermediate_size, "→ {}"))), 1, 1),
        Node("act", Cell(_activation(part)), 2, 0),
        Node("times", Op("×"), 3, 0, 2),
        Node(
            "down",
            Cell(
                ("Norm, down",) if part.inner_norm else ("Down",),
                (f"{inner} → {width}", *wordings(arch.hidden_size, "→ {}")),
            ),
            4,
            0,
            2,
        ),
        *scaled,
    )
    edges = (
        Edge("x", "gate"),
        Edge("x", "up"),
        Edge("gate", "act"),
        Edge("act", "times", side=True),
        Edge("up", "times", side=True),
        Edge("times", "down"),
        *(Edge("down", node.name) for node in scaled),
    )
    title = capital(unit(part))
    return Inset((f"{title} feed-forward", title), Diagram(nodes, edges, (1.0, 1.0)))


def _activation(part: GatedFfn) -> Wordings:
    """Return what the gate passes: its scale, its activation, its limit."""
    scale = f"× {part.gate_multiplier:.4g}, " if part.gate_multiplier != 1 else ""
    name = scale + ACTIVATIONS[part.activation].removesuffix(", clamped")
    limit = part.clamp and f"{part.clamp.swiglu_limit:g}"
    return (f"{name}, at most {limit}", f"{name}, ≤ {limit}", name, "SiLU") if limit else (name, "SiLU")


def plain_inset(part: PlainFfn, arch: Arch) -> Inset:
    """Draw the two projections and the activation between them."""
    width, inner = exact(arch.hidden_size), exact(part.intermediate_size)
    nodes = (
        Node("x", Words((f"input {width}", "input")), 0),
        Node("up", Cell(("Up",), (f"{width} → {inner}", *wordings(part.intermediate_size, "→ {}"))), 1),
        Node("act", Cell((ACTIVATIONS[part.activation],)), 2),
        Node("down", Cell(("Down",), (f"{inner} → {width}", *wordings(arch.hidden_size, "→ {}"))), 3),
    )
    edges = (Edge("x", "up"), Edge("up", "act"), Edge("act", "down"))
    return Inset(("Feed-forward",), Diagram(nodes, edges, (1.0,)))


def per_layer_view(part: PerLayerInput, _arch: Arch) -> View:
    """Name the part; its callout gives the width of a token's embedding for one layer."""
    callout = f"{exact(part.hidden_size_per_layer_input)} wide row of the token and layer"
    return View("PLE", "table", TERMS["ple"], callout)


def per_layer_inset(part: PerLayerInput, arch: Arch) -> Inset:
    """Draw how the token's own embedding for this layer is gated by what the layer knows."""
    width, inner = exact(arch.hidden_size), part.hidden_size_per_layer_input
    nodes = (
        Node("x", Words((f"input {width}", "input")), 0, 0),
        Node("token", Words(("token and layer", "token")), 0, 1),
        Node("gate", Cell(("Gate",), wordings(inner, "→ {}")), 1, 0),
        Node("table", Cell(("Table",), wordings(inner)), 1, 1),
        Node("act", Cell((ACTIVATIONS[part.activation], "GELU")), 2, 0),
        Node("times", Op("×"), 3, 0, 2),
        Node("project", Cell(("Project",), wordings(arch.hidden_size, "→ {}")), 4, 0, 2),
    )
    edges = (
        Edge("x", "gate"),
        Edge("token", "table"),
        Edge("gate", "act"),
        Edge("act", "times", side=True),
        Edge("table", "times", side=True),
        Edge("times", "project"),
    )
    return Inset(TERMS["ple"], Diagram(nodes, edges, (1.0, 1.0)))
