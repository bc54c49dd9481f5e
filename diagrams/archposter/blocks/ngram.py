"""The n-gram memory: its names and its inset."""

from __future__ import annotations

from archposter.blocks.terms import TERMS
from archposter.blocks.tree import Cell, Diagram, Edge, Inset, Node, Op, Words
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import NgramMemory
from archposter.units import count, exact, wordings


def view(part: NgramMemory, _arch: Arch) -> View:
    """Name the part by its tables; its callout gives their rows and width."""
    rows = f"{count(part.ngram_vocab_size)} rows of {exact(part.ple_embed_dim // part.num_tables)}"
    tables = (f"{exact(part.num_tables)} tables by hash", f"{exact(part.num_tables)} tables")
    return View("n-gram memory", "table", TERMS["engram"], rows, (tables,))


def inset(part: NgramMemory, arch: Arch) -> Inset:
    """Draw the rows of the last tokens as key and value: each stream's gate, and the convolution."""
    tables, width = exact(part.num_tables), exact(part.ple_embed_dim // part.num_tables)
    streams = f"{exact(part.hc_mult)} streams of" if part.hc_mult > 1 else "input"
    gates = "σ gate per stream" if part.hc_mult > 1 else "σ gate"
    rows = f"{count(part.ngram_vocab_size)} × {width}"
    key = f"→ {exact(part.hc_mult)} × {exact(arch.hidden_size)}" if part.hc_mult > 1 else ""
    reach = f"{exact(part.ple_conv_kernel_size)}, every {exact(part.ngram_size)} tokens"
    conv = (f"plus SiLU(conv over {reach})", f"plus conv over {reach}", "plus conv")
    nodes = (
        Node(
            "x",
            Words(
                (f"{streams} {exact(arch.hidden_size)}", streams.removesuffix(" of"), streams.split(" ")[0])
            ),
            0,
            0,
        ),
        Node("tokens", Words((f"last 2 to {part.ngram_size} tokens", f"last {part.ngram_size}")), 0, 1, 2),
        Node("tables", Cell((f"{tables} tables, rows by hash", f"{tables} tables"), (rows,)), 1, 1, 2),
        Node("query", Cell(("Query",), ("norm",)), 2, 0),
        Node(
            "key",
            Cell(("Key, norm", "Key"), tuple(filter(None, (key, *wordings(arch.hidden_size, "→ {}"))))),
            2,
            1,
        ),
        Node("value", Cell(("Value",), wordings(arch.hidden_size, "→ {}")), 2, 2),
        Node("gate", Cell((gates, "σ gate")), 3, 0, 2),
        Node("times", Op("×"), 4, 2),
        *((Node("conv", Cell(conv), 5, 0, 3),) if part.ple_conv_kernel_size else ()),
    )
    edges = (
        Edge("x", "query"),
        Edge("tokens", "tables"),
        Edge("tables", "key"),
        Edge("tables", "value"),
        Edge("query", "gate"),
        Edge("key", "gate"),
        Edge("gate", "times", side=True),
        Edge("value", "times"),
        *((Edge("times", "conv"),) if part.ple_conv_kernel_size else ()),
    )
    return Inset(("N-gram memory", "Memory"), Diagram(nodes, edges, (1.0, 1.25, 1.0)))
