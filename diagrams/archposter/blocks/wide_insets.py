"""Insets of what a model has once: streams, tables for several tokens, shared caches, prediction ahead."""

from __future__ import annotations

from collections import Counter

from archposter.blocks.naming import Views
from archposter.blocks.terms import TERMS
from archposter.blocks.tree import Cell, Diagram, Edge, Grid, Inset, Node, Op, Square, Wordings, Words
from archposter.spec.arch import Arch, Mtp
from archposter.spec.parts import Attention, BlockResidual, HyperConnections, NgramEmbedding, Norm
from archposter.units import count, exact, wordings

_MOST_COLUMNS = 3
_MOST_STREAMS = 8


def wide_insets(arch: Arch, views: Views) -> list[tuple[str, Inset]]:
    """Return the path of each mechanism that has an inset, as in its signature, and the inset."""
    found = []
    if isinstance(arch.residual, HyperConnections):
        found.append(("residual=hyper_connections", _streams(arch.residual, arch.hidden_size)))
    if isinstance(arch.residual, BlockResidual):
        size = arch.residual.n_layers_per_attn_res_block
        found.append(("residual=blocks", _blocks(size, arch.hidden_size)))
    ranks = {norm.gated_norm_rank for norm in _norms(arch)} - {0}
    if ranks:
        found.append(("norm/gated_norm_rank", _gated_norm(max(ranks), arch.hidden_size)))
    if arch.embedding.ngram:
        found.append(("embedding/ngram", _ngrams(arch.embedding.ngram, arch)))
    readers = [part for part in arch.parts if isinstance(part, Attention) and part.key_value == "shared"]
    if readers:
        found.append(("mixer/key_value=shared", _sharing(arch)._replace(key=views[readers[0]].key)))
    if arch.mtp:
        found.append(("output/mtp", _ahead(arch.mtp, arch.hidden_size)))
    return found


def _norms(arch: Arch) -> set[Norm]:
    """Return the different norms of the steps."""
    steps = [step for layer, _ in arch.layer_counts for step in layer.sublayers]
    return {norm for step in steps for norm in (step.pre_norm, step.post_norm, step.sum_norm) if norm}


def _gated_norm(rank: int, width: int) -> Inset:
    """Draw how what a norm puts out gates itself through a low rank."""
    nodes = (
        Node("x", Words((f"input {exact(width)}", "input")), 0, 0),
        Node("norm", Cell(("Norm",)), 1, 0),
        Node("down", Cell(("Down",), wordings(rank, "→ {}")), 2, 1),
        Node("up", Cell(("SiLU, up",), wordings(width, "→ {}")), 3, 1),
        Node("passed", Op("σ"), 4, 1),
        Node("times", Op("×"), 4, 0),
    )
    edges = (
        Edge("x", "norm"),
        Edge("norm", "down"),
        Edge("down", "up"),
        Edge("up", "passed"),
        Edge("norm", "times"),
        Edge("passed", "times", side=True),
    )
    titles = (f"Gated norm, rank {exact(rank)}", "Gated norm")
    return Inset(titles, Diagram(nodes, edges, (1.0, 1.0)), "gated norm")


def _blocks(size: int, width: int) -> Inset:
    """Draw what a step reads: the embedding and the sums of blocks, to the last of which it adds."""
    layers = f"{exact(size)} layers" if size > 1 else "1 layer"
    nodes = (
        Node("e", Cell(("Embedding",), wordings(width)), 0, 0),
        Node("before", Cell(("Blocks before", "Past blocks"), (f"sums of {layers}", f"{layers} each")), 0, 1),
        Node("own", Cell(("This block", "Block"), ("sum so far", "so far")), 0, 2, 2),
        Node("mix", Cell(("Softmax mix by a learned query", "Softmax mix")), 1, 0, 3),
        Node("part", Cell(("Norm and part", "Part")), 2, 0, 3),
        Node("plus", Op("+"), 3, 3),
    )
    edges = (
        *(Edge(name, "mix") for name in ("e", "before", "own")),
        Edge("mix", "part"),
        Edge("part", "plus", side=True),
        Edge("own", "plus"),
    )
    return Inset(("What a step reads", "Blocks"), Diagram(nodes, edges, (1.1, 1.25, 0.95, 0.15)), "mix")


def _streams(part: HyperConnections, width: int) -> Inset:
    """Draw how a sublayer reads one line from the streams and writes to all, while these may be mixed."""
    lines = part.hc_mult
    reading: Wordings = (f"{lines} → 1",)
    if part.hc_lowrank:
        reading = (f"{lines} → 1, gates of rank {exact(part.hc_lowrank)}", f"rank {exact(part.hc_lowrank)}")
    nodes = [
        Node("below", Words((f"{lines} streams of {exact(width)}", f"{lines} streams", str(lines))), 0, 0, 2),
        Node("read", Cell(("Norm, read", "Read") if part.hc_lowrank else ("Read",), reading), 1, 0),
        Node("part", Cell(("Part",) if part.hc_lowrank else ("Norm and part", "Part")), 2, 0),
        Node("write", Cell(("Write",), (f"1 → {lines}",)), 3, 0),
        Node("plus", Op("+"), 4, 0, 2),
        Node("above", Words((f"{lines} streams", str(lines))), 5, 0, 2),
    ]
    edges = [
        Edge("below", "read"),
        Edge("read", "part"),
        Edge("part", "write"),
        Edge("write", "plus", side=True),
        Edge("plus", "above"),
    ]
    if part.independent:
        nodes.append(Node("kept", Words(("each as it is", "as is")), 2, 1))
        edges += [Edge("below", "kept"), Edge("kept", "plus", side=True)]
    else:
        shown = min(lines, _MOST_STREAMS)
        on: Square = "on"
        mixing = Grid(((on,) * shown,) * shown, "plain")
        nodes += [
            Node("mix", mixing, 2, 1),
            Node("mixed", Words((f"mix {lines} × {lines}", "mix")), 3, 1),
        ]
        edges += [Edge("below", "mix"), Edge("mix", "mixed"), Edge("mixed", "plus", side=True)]
    diagram = Diagram(tuple(nodes), tuple(edges), (1.0, 1.0))
    titles = TERMS["hc"][:1] if part.independent else (TERMS["mhc"][0], "mHC: hyper-connections")
    return Inset(titles, diagram, "mixing")


def _ngrams(part: NgramEmbedding, arch: Arch) -> Inset:
    """Draw the tables that the last tokens together choose rows of, by hash."""
    lengths = list(range(2, part.emb_neighbor_num + 1))
    if len(lengths) > _MOST_COLUMNS:
        lengths = [*lengths[: _MOST_COLUMNS - 1], lengths[-1]]
    times = part.emb_split_num
    tables = (f"{times} tables" if times > 1 else "1 table", f"{times} ×")
    rows = part.ngram_vocab_size_ratio * arch.embedding.vocab_size
    width = arch.hidden_size // part.num_tables
    nodes = [
        Node("token", Words(("1 token", "1")), 0, 0),
        Node("table", Cell(("Embedding", "Table"), wordings(arch.embedding.vocab_size)), 1, 0),
        Node("sum", Op("+"), 3, 0, len(lengths) + 1),
    ]
    edges = [Edge("token", "table"), Edge("table", "sum", side=True)]
    for column, length in enumerate(lengths, start=1):
        nodes += [
            Node(f"tokens {length}", Words((f"last {length}", str(length))), 0, column),
            Node(f"tables {length}", Cell(tables, (f"{count(rows)} rows", count(rows))), 1, column),
            Node(f"out {length}", Cell(("Project",), (f"{exact(width)} →", "→")), 2, column),
        ]
        edges += [
            Edge(f"tokens {length}", f"tables {length}"),
            Edge(f"tables {length}", f"out {length}"),
            Edge(f"out {length}", "sum", side=True),
        ]
    titles = ("N-gram embedding, rows by hash", TERMS["ngram"][0])
    return Inset(titles, Diagram(tuple(nodes), tuple(edges), (1.0,) * (len(lengths) + 1)), "ngram")


def _sharing(arch: Arch) -> Inset:
    """Draw which layer's keys and values the layers without their own read."""
    own: dict[tuple[object, ...], tuple[int, Attention]] = {}
    readers: Counter[tuple[int, Attention]] = Counter()
    for index, layer in enumerate(arch.layers):
        for mixer in layer.mixers:
            if isinstance(mixer, Attention):
                cache = (mixer.num_key_value_heads, mixer.head_dim, mixer.v_head_dim, mixer.span)
                if mixer.key_value == "shared":
                    readers[own[cache]] += 1
                else:
                    own[cache] = (index, mixer)
    nodes, edges = [], []
    shown = readers.most_common(_MOST_COLUMNS)
    for column, ((index, mixer), times) in enumerate(sorted(shown, key=lambda entry: entry[0][0])):
        reach = {"full": "global", "sliding": "sliding", "chunked": "chunked"}[mixer.span.kind]
        heads = f"{exact(mixer.num_key_value_heads)} × {exact(mixer.head_dim)}"
        source = Cell((f"Layer {index + 1}",), (f"K, V {heads}", heads), mixer.span.kind, cached=True)
        layers = f"{times} {reach} layers" if times > 1 else f"1 {reach} layer"
        nodes += [
            Node(f"source {column}", source, 0, column),
            Node(f"readers {column}", Cell((layers, f"{times} layers"), ("only queries",)), 1, column),
        ]
        edges.append(Edge(f"source {column}", f"readers {column}"))
    titles = ("Later layers reuse keys, values", "Shared K, V")
    return Inset(titles, Diagram(tuple(nodes), tuple(edges), (1.0,) * len(shown)))


def _ahead(mtp: Mtp, hidden_size: int) -> Inset:
    """Draw how a module joins the state of a token with the embedding of the next one."""
    width = exact(hidden_size)
    times = f"{mtp.depth} modules" if mtp.depth > 1 else "1 module"
    nodes = (
        Node("state", Words(("last layer's state", "state")), 0, 0),
        Node("next", Words(("next token", "next")), 0, 1),
        Node("norm state", Cell(("Norm",)), 1, 0),
        Node("norm next", Cell(("Embedding, norm", "Norm")), 1, 1),
        Node("join", Cell((f"Join 2 × {width} → {width}", "Join")), 2, 0, 2),
        Node("layer", Cell(("One decoder layer",), (), "group"), 3, 0, 2),
        Node("head", Words(("to the shared output layer", "output")), 4, 0, 2),
    )
    edges = (
        Edge("state", "norm state"),
        Edge("next", "norm next"),
        Edge("norm state", "join"),
        Edge("norm next", "join"),
        Edge("join", "layer"),
        Edge("layer", "head"),
    )
    titles = (f"Multi-token prediction, {times}", "Multi-token prediction", "MTP")
    return Inset(titles, Diagram(nodes, edges, (1.0, 1.0)), "ahead")
