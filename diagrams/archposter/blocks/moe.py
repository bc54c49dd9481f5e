"""Mixture of experts: its names, and an inset in which every expert is a square."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

from archposter.blocks.sayings import router_words, said, shared_facts, shared_unit, unit
from archposter.blocks.terms import TERMS
from archposter.blocks.tree import Cell, Diagram, Edge, Grid, Inset, Node, Op, Pass, Square, Wordings, Words
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import Moe
from archposter.spec.parts.words import ACTIVATIONS, word
from archposter.units import exact, wordings

_MOST_SQUARES = 1024
_LONGEST_ROW = 40
_ONE_ROW = 10
_MOST_GROUPS = 16
_X_LANE = 0.28  # where "x" passes the router
_LANE = 0.16  # where the scores pass the experts, on their way to weigh what comes out


def view(part: Moe, _arch: Arch) -> View:
    """Name the part by how its experts are chosen and what they work on; its callout gives their width."""
    by_hash = part.router.choice == "token_hash"
    hashed, latent = "hash_" * by_hash, "latent_" * bool(part.latent)
    kind = ("hash-routed " if hashed else "") + ("LatentMoE" if latent else "MoE")
    callout = f"{exact(part.moe_intermediate_size)} wide experts"
    return View(kind, "moe", TERMS[f"{hashed}{latent}moe"], callout, unusual=by_hash)


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
    nodes, edges = _router(part)
    before, hashed = part.router.weighs == "input", part.router.choice == "token_hash"
    chain, experts = _after(part, arch), 4 + before
    # From below: the experts, what weighs them, what follows; beside them what every token passes.
    nodes += [
        Node("grid", _squares(part), experts, 1, 1 + _side(part)),
        *(Node(name, block, row, 1, 1 + _side(part)) for row, (name, block) in enumerate(chain, experts + 1)),
    ]
    if before:
        nodes.append(Node("times", Op("×"), 4, 1, 1 + _side(part)))
        edges += [Edge("router", "times"), Edge("lane", "times", side=True), Edge("times", "grid")]
    else:
        edges += [Edge("router", "times", side=True, leave=-0.94), Edge("lane", "grid")]
        edges += [] if hashed else [Edge("router", "grid")]
    edges += [Edge(start, end) for start, end in pairwise(("grid", *(name for name, _ in chain)))]
    beside, last = _beside(part), 2 + _side(part)
    top, row = ("grid", *(name for name, _ in chain))[-1], experts + len(chain)
    if beside:
        nodes.append(Node("beside", beside, experts, last))
        nodes.append(Node("sum", _sum(part), max(row, experts + 1), last))
        edges += [Edge("beside", "sum"), Edge(top, "sum", side=not chain)]
    else:
        nodes.append(Node("sum", Op("+"), row + 1, 1, 1 + _side(part)))
        edges.append(Edge(top, "sum"))
    runs_beside = beside and not (
        part.zero_experts and part.zero_experts.kind == "skip" and not part.shared_experts
    )
    if runs_beside:
        edges.append(Edge("x", "beside"))
    nodes.append(
        Node("x", Words((f"input {exact(arch.hidden_size)}", "input")), 0, 0, last + bool(runs_beside))
    )
    weights = (_LANE, 1.5, 1.1 if part.latent else _X_LANE, *(1.1,) * hashed, *(1.1,) * bool(beside))
    return Inset(titles, Diagram(tuple(nodes), tuple(edges), weights))


def _side(part: Moe) -> int:
    """Return how many columns stand right of the router: of "x" or its latent, and of the table of tokens."""
    return 1 + (part.router.choice == "token_hash")


def _after(part: Moe, arch: Arch) -> list[tuple[str, Cell | Op]]:
    """Return what the experts' outputs pass before they are summed, from below."""
    latent, factor = part.latent, part.router.routed_scaling_factor
    found: list[tuple[str, Cell | Op]] = []
    if latent and latent.expert_norms:
        found.append(("norm", Cell(("norm of each expert", "norm"))))
    if part.router.weighs != "input":
        found.append(("times", Op("×")))
    if factor != 1:
        found.append(("factor", Cell((f"× {factor:g}",))))
    if latent:
        up = "Norm, up" if latent.norm else "Up"
        found.append(("up", Cell((f"{up} → {exact(arch.hidden_size)}", up))))
    return found


def _sum(part: Moe) -> Cell | Op:
    averaged = part.shared_experts and part.shared_experts.combination == "average"
    return Cell(("mean",)) if averaged else Op("+")


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
    # The factor of what comes out has a box of its own.
    elsewhere = router_words(router), (f"× {router.routed_scaling_factor:g}",)
    facts = [words for words in said(router, "beside") if words not in elsewhere]
    details: Wordings = ()
    if part.global_scale:
        facts.append(("learned scale",))
    nodes, edges = [], []
    if router.choice == "token_hash":
        names, details = (f"{scoring} scores",), ("weigh only", "weigh")
        nodes += [
            Node("id", Words(("token id", "id")), 2, 3),
            Node("table", Cell(("Table",), (f"→ {exact(part.num_experts_per_tok)}",)), 3, 3),
        ]
        edges += [Edge("id", "table"), Edge("table", "grid")]
    if part.latent:
        down = ("Down, norm", "Down") if part.latent.expert_norms else ("Down",)
        nodes.append(Node("lane", Cell(down, wordings(part.latent.size, "→ {}")), 3, 2))
    else:
        nodes.append(Node("lane", Pass(), 3, 2))
    edges.append(Edge("x", "lane"))
    if router.mlp:
        added = ("+ state of the last router", "+ last router", "+ state") if router.mlp.state else ()
        reduced = (f"Down → {exact(router.mlp.hidden_size)}", "Down")
        nodes.append(Node("reduce", Cell(reduced, added), 2, 0, 2))
        edges += [Edge("x", "reduce"), Edge("reduce", "router")]
    else:
        edges.append(Edge("x", "router"))
    nodes.append(Node("router", Cell(names, details, facts=tuple(facts)), 3, 0, 2))
    return nodes, edges
