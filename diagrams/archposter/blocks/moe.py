"""Mixture of experts: its names, and an inset in which every expert is a square."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

from archposter.blocks.sayings import router_words, said, shared_facts, shared_unit, unit
from archposter.blocks.terms import TERMS
from archposter.blocks.tree import Cell, Diagram, Edge, Grid, Inset, Node, Op, Square, Wordings, Words
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import Moe
from archposter.spec.parts.words import ACTIVATIONS, word
from archposter.units import exact, wordings

_MOST_SQUARES = 1024
_LONGEST_ROW = 40
_ONE_ROW = 10
_MOST_GROUPS = 16
_LANE = 0.16  # where the scores pass the experts, on their way to weigh what comes out


def view(part: Moe, _arch: Arch) -> View:
    """Name the part by how its experts are chosen and what they work on; its callout gives their width."""
    hashed, latent = "hash_" * (part.router.choice == "token_hash"), "latent_" * bool(part.latent)
    kind = ("hash-routed " if hashed else "") + ("LatentMoE" if latent else "MoE")
    return View(
        kind, "moe", TERMS[f"{hashed}{latent}moe"], f"{exact(part.moe_intermediate_size)} wide experts"
    )


def _squares(part: Moe) -> Grid:
    """One square an expert, the chosen ones scattered: which they are depends on the token."""
    total, chosen = part.num_experts, part.num_experts_per_tok
    if total > _MOST_SQUARES:
        total, chosen = _MOST_SQUARES, max(1, chosen * _MOST_SQUARES // total)
    router = part.router
    drawn = total == part.num_experts and router.n_group <= _MOST_GROUPS
    groups = router.n_group if drawn else 1
    size = total // groups
    columns = (
        _columns(size) if groups > 1 and size > _LONGEST_ROW else size if groups > 1 else _columns(total)
    )
    step = router.n_group / router.topk_group
    open_groups = tuple(int(i * step) for i in range(router.topk_group)) if groups > 1 else ()
    on: set[int] = set()
    for number, group in enumerate(open_groups or (0,), start=1):
        share = chosen * number // max(1, len(open_groups)) - len(on)
        on |= _scattered(range(group * size, (group + 1) * size), share, columns)
    cells: tuple[Square, ...] = tuple("on" if index in on else "off" for index in range(total))
    rows: list[tuple[Square, ...]] = [cells[row : row + columns] for row in range(0, total, columns)]
    zero = min(part.num_choices - part.num_experts, _MOST_SQUARES)
    nothing: list[Square] = ["zero"] * zero
    rows += [tuple(nothing[start : start + columns]) for start in range(0, zero, columns)]
    if zero or len(rows) % groups:
        groups, open_groups = 1, ()
    return Grid(tuple(rows), "moe", groups, open_groups)


def _scattered(squares: Sequence[int], chosen: int, columns: int) -> set[int]:
    """Return as many of the squares as are chosen, by their hashes; neighbours only where all are."""
    order = sorted(squares, key=lambda square: crc32(b"%d of %d" % (square, len(squares))))
    on: list[int] = []
    beside: list[int] = []
    for square in order:
        row, column = divmod(square, columns)
        near = any(abs(other // columns - row) < 2 and abs(other % columns - column) < 2 for other in on)
        (beside if near else on).append(square)
        if len(on) == chosen:
            break
    return set((on + beside)[:chosen])


def choice(total: int, chosen: int, look: str) -> Grid:
    """Return a row of squares, some of them chosen; of very many only as many as a row holds."""
    if total > _LONGEST_ROW:
        total, chosen = _LONGEST_ROW, max(1, chosen * _LONGEST_ROW // total)
    on = _scattered(range(total), chosen, total)
    return Grid((tuple("on" if index in on else "off" for index in range(total)),), look)


def _columns(total: int) -> int:
    """Return the row length that makes a grid about five times as wide as high, even if possible."""
    if total <= _ONE_ROW:
        return total
    ideal = min(_LONGEST_ROW, max(1, round((total * 5) ** 0.5)))
    even = [columns for columns in range(max(1, ideal // 2), ideal * 3 // 2 + 1) if total % columns == 0]
    return min(even, key=lambda columns: abs(columns - ideal)) if even else ideal


def inset(part: Moe, arch: Arch) -> Inset:
    """Draw router, all routed experts with as many lit as a token uses, and what runs beside them."""
    name = unit(part) if part.gated else ACTIVATIONS[part.activation]
    term = view(part, arch).names
    titles = (f"{term[0]}, {name}", f"{term[-1]}, {name}")
    beside = _beside(part)
    runs_beside = bool(part.shared_experts or (part.zero_experts and part.zero_experts.kind == "identity"))
    nodes, edges = _router(part)
    latent, before = part.latent, part.router.weighs == "input"
    sides = latent or _by_hash(part)
    narrow = _by_hash(part) or (part.router.mlp and not runs_beside and not sides)
    nodes += [
        Node(
            "x", Words((f"input {exact(arch.hidden_size)}", "input")), 0, 0, 2 if narrow else 3 + runs_beside
        ),
        Node("grid", _squares(part), 4 + before, 1, 2),
        Node("times", Op("×"), 4 if before else 6, 1, 2),
    ]
    router_below = None if sides else 0.0
    edges.append(Edge("router", "times" if before else "grid", enter=router_below))
    if not before:
        edges.append(Edge("router", "times", side=True, leave=-0.94))
    edges += _weighed(part)
    top = "grid" if before else "times"
    if latent and latent.expert_norms:
        nodes.append(Node("norm", Cell(("norm of each expert", "norm")), 5, 1, 2))
    if latent:
        up = "Norm, up" if latent.norm else "Up"
        down = ("Down, norm", "Down") if latent.expert_norms else ("Down",)
        nodes += [
            Node("down", Cell(down, wordings(latent.size, "→ {}")), 3, 2),
            Node("up", Cell((f"{up} → {exact(arch.hidden_size)}", up)), 7, 1, 2),
        ]
        edges += [Edge("x", "down"), Edge("down", "times" if before else "grid"), Edge(top, "up")]
        top = "up"
    if beside:
        nodes += [Node("beside", beside, 4, 3), Node("plus", Op("+"), 7 if top == "up" else 6, 3)]
        edges += [Edge("beside", "plus"), Edge(top, "plus")]
        if runs_beside:
            edges.append(Edge("x", "beside"))
    else:
        nodes.append(Node("plus", Op("+"), 8, 1, 2))
        edges.append(Edge(top, "plus"))
    weights = (_LANE, 1.5, 1.1, 1.1) if beside else (_LANE, 1.5, 1.1)
    return Inset(titles, Diagram(tuple(nodes), tuple(edges), weights))


def _weighed(part: Moe) -> list[Edge]:
    """Return the edges from the experts to where the scores weigh what they return, or read."""
    normed = part.latent and part.latent.expert_norms
    if part.router.weighs == "input":
        return [Edge("times", "grid"), *([Edge("grid", "norm")] if normed else [])]
    path = ("grid", "norm", "times") if normed else ("grid", "times")
    return [Edge(start, end) for start, end in pairwise(path)]


def _by_hash(part: Moe) -> bool:
    """Tell whether a table of token ids stands beside the router; a latent's projection goes before."""
    return part.router.choice == "token_hash" and not part.latent


def _beside(part: Moe) -> Cell | None:
    """Return what every token passes beside the experts, or what the dashed squares stand for."""
    shared, zero = part.shared_experts, part.zero_experts
    if shared:
        count = f"{shared.num} shared" if shared.num > 1 else "Shared"
        names = (f"{count}{shared_unit(part)}",)
        return Cell(names, (), "moe", facts=tuple((words,) for words in shared_facts(part)))
    if zero:
        does = {"identity": ("return x", "x"), "skip": ("add 0", "0")}[zero.kind]
        return Cell((f"{exact(zero.num)} zero", *wordings(zero.num)), does)
    return None


def _router(part: Moe) -> tuple[list[Node], list[Edge]]:
    """Return the router: how it scores, whether a bias corrects the choice, and from what it chooses."""
    router = part.router
    scoring = word("scoring", router.scoring).capitalize()
    chosen = router_words(router)[0]
    names: Wordings = (chosen[0].upper() + chosen[1:],)
    if router.choice == "product_keys":
        names += ("Product keys",)
    facts = [words for words in said(router, "beside") if words != router_words(router)]
    details: Wordings = ()
    if part.global_scale:
        facts.append(("learned scale",))
    nodes, edges = [], []
    sides = bool(part.latent) or _by_hash(part)
    if _by_hash(part):
        names, details = (f"{scoring} scores", scoring), ("weigh only", "weigh")
        nodes += [
            Node("id", Words(("token id", "id")), 0, 2),
            Node("table", Cell(("Table",), (f"→ {exact(part.num_experts_per_tok)}",)), 3, 2),
        ]
        edges += [Edge("id", "table"), Edge("table", "grid")]
    start = "x"
    if router.mlp:
        # Where another line goes up beside the router, the state is named in the box.
        added = ("+ last router", "+ state") if router.mlp.state and sides else ()
        reduced = (f"Down → {exact(router.mlp.hidden_size)}", "Down")
        nodes.append(Node("reduce", Cell(reduced, added), 1, 0, 2))
        edges.append(Edge("x", "reduce"))
        start = "reduce"
        if router.mlp.state and not sides:
            nodes += [
                Node("state", Words(("last router", "state")), 2, 2),
                Node("add", Op("+"), 2, 0, 2),
            ]
            edges += [Edge("reduce", "add"), Edge("state", "add")]
            start = "add"
    nodes.append(Node("router", Cell(names, details, facts=tuple(facts)), 3, 0, 2 if sides else 3))
    edges.append(Edge(start, "router"))
    return nodes, edges
