"""Mixture of experts: its names, and an inset in which every expert is a square."""

from __future__ import annotations

from archposter.blocks.ffn import ACTIVATION_NAMES, gated_name
from archposter.blocks.tree import Cell, Diagram, Edge, Grid, Inset, Node, Op, Square, Words
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import Moe
from archposter.units import exact, wordings

_MOST_SQUARES = 1024
_SCATTER = 0.618  # the golden ratio keeps lit squares of neighbouring rows apart


def view(part: Moe, _arch: Arch) -> View:
    """Name the part by how many experts a token uses."""
    routed = f"{exact(part.num_experts_per_tok)} of {exact(part.num_experts)}"
    shared = f" + {part.num_shared_experts} shared" if part.num_shared_experts else ""
    kind = "hashed MoE" if part.router.choice == "token_hash" else "MoE"
    details = (f"{routed} experts{shared}", f"{routed}{shared}", routed, f"top {part.num_experts_per_tok}")
    callout = f"{exact(part.moe_intermediate_size)} wide experts"
    return View(kind, "moe", ("Mixture of experts", "MoE"), details, callout)


def _squares(part: Moe) -> Grid:
    """One square an expert, the chosen ones scattered: which they are depends on the token."""
    total, chosen = part.num_experts, part.num_experts_per_tok
    if total > _MOST_SQUARES:
        total, chosen = _MOST_SQUARES, max(1, chosen * _MOST_SQUARES // total)
    groups = part.router.n_group if total % part.router.n_group == 0 else 1
    size = total // groups
    columns = size if groups > 1 and size <= 48 else _columns(total)
    open_groups = {group * groups // part.router.topk_group for group in range(part.router.topk_group)}
    open_squares = [index for index in range(total) if groups == 1 or index // size in open_groups]
    on = set()
    for i in range(chosen):
        first, last = (step * len(open_squares) // chosen for step in (i, i + 1))
        on.add(open_squares[first + int((last - first) * ((i + 1) * _SCATTER % 1))])
    cells: tuple[Square, ...] = tuple("on" if index in on else "off" for index in range(total))
    return Grid(tuple(cells[row : row + columns] for row in range(0, total, columns)), "moe")


def _columns(total: int) -> int:
    """Return the row length that makes a grid about four times as wide as high, even if possible."""
    ideal = max(1, round((total * 4) ** 0.5))
    even = [columns for columns in range(max(1, ideal // 2), ideal * 3 // 2 + 1) if total % columns == 0]
    return min(even, key=lambda columns: abs(columns - ideal)) if even else ideal


def inset(part: Moe, arch: Arch) -> Inset:
    """Draw router, all routed experts with as many lit as a token uses, and the shared ones."""
    name = gated_name(part.activation) if part.gated else ACTIVATION_NAMES[part.activation]
    width = exact(arch.hidden_size)
    router = part.router
    choice = f"top {exact(part.num_experts_per_tok)}"
    by = "token hash" if router.choice == "token_hash" else router.scoring
    if part.zero_expert_num:
        choice += f", {exact(part.zero_expert_num)} more do nothing"
    inside = exact(part.moe_latent_size or arch.hidden_size)
    if router.n_group > 1:
        choice += f" in {router.topk_group} of {router.n_group} groups"
    nodes = [
        Node("router", Cell((f"{by.capitalize()} router", "Router"), (choice, by)), 1, 0, 3),
        Node("grid", _squares(part), 2, 0, 3),
        Node(
            "expert",
            Words(
                (
                    f"each {name}, {inside} → {exact(part.moe_intermediate_size)} → {inside}",
                    f"each {name}, {exact(part.moe_intermediate_size)} wide",
                    *wordings(part.moe_intermediate_size, "{} wide"),
                )
            ),
            3,
            0,
            3,
        ),
        Node("plus", Op("+"), 4, 0, 3),
    ]
    edges = [Edge("x", "router"), Edge("router", "grid"), Edge("grid", "expert"), Edge("expert", "plus")]
    weights: tuple[float, ...] = (1.0, 1.0, 1.0)
    columns = 3
    if part.num_shared_experts:
        columns, weights = 4, (1.0, 1.0, 1.0, 1.3)
        count = f"{part.num_shared_experts} shared" if part.num_shared_experts > 1 else "Shared"
        nodes.append(
            Node(
                "shared", Cell((count, "Shared"), wordings(part.shared_expert_intermediate_size), "moe"), 2, 3
            )
        )
        edges += [Edge("x", "shared"), Edge("shared", "plus", side=True)]
    nodes.insert(0, Node("x", Words((f"x {width}",)), 0, 0, columns))
    titles = (f"Mixture of {exact(part.num_experts)} experts", "Mixture of experts", "MoE")
    return Inset(titles, Diagram(tuple(nodes), tuple(edges), weights))
