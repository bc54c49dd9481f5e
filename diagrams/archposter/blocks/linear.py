"""Linear mixers without a delta rule: Lightning attention, mLSTM, and the short convolution."""

from __future__ import annotations

from archposter.blocks.attention import position_words
from archposter.blocks.tree import Cell, Diagram, Edge, Inset, Node, Op, Wordings, Words
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import Lightning, Mlstm, NoPosition, ShortConv
from archposter.units import count, exact, wordings


def lightning_view(part: Lightning, _arch: Arch) -> View:
    """Name the part by its heads."""
    callout = f"{exact(part.num_attention_heads)} heads of {exact(part.head_dim)}"
    words = "linear attention" if isinstance(part.position, NoPosition) else position_words(part.position)
    return View("Lightning", "linear", ("Lightning attention", "Lightning"), (words, "linear"), callout)


def mlstm_view(part: Mlstm, _arch: Arch) -> View:
    """Name the part by its heads."""
    callout = f"{exact(part.num_heads)} heads, memory {exact(part.qk_head_dim)} × {exact(part.v_head_dim)}"
    return View("mLSTM", "linear", ("mLSTM",), ("matrix memory", "memory"), callout)


def short_conv_view(part: ShortConv, _arch: Arch) -> View:
    """Name the part by how many tokens it sees."""
    callout = f"convolution over {exact(part.conv_kernel)} tokens"
    return View("short conv", "linear", ("Short convolution", "Short conv"), ("gated",), callout)


def _memory(arch: Arch, gates: Wordings, norm: Wordings, rule: Cell, named: View) -> Inset:
    """Draw a gated memory; `gates` is what lets it forget, `norm` what queries and keys pass."""
    width = exact(arch.hidden_size)
    nodes = (
        Node("x", Words((f"x  {width}",)), 0, 0, 5),
        *(Node(name, Cell((name,)), 1, column) for column, name in enumerate("qkv")),
        Node("decay", Cell(gates), 1, 3),
        Node("gate", Cell(("gate",)), 1, 4),
        Node("norm", Cell(norm), 2, 0, 2),
        Node("rule", rule, 3, 0, 4),
        Node("sigma", Op("σ"), 3, 4),
        Node("times", Op("×"), 4, 0, 4),
        Node("out", Cell((f"Norm, gate, output  → {width}", f"Output  → {width}", "Output")), 5, 0, 4),
    )
    edges = (
        *(Edge("x", name) for name in ("q", "k", "v", "decay", "gate")),
        Edge("q", "norm"),
        Edge("k", "norm"),
        *(Edge(name, "rule") for name in ("norm", "v", "decay")),
        Edge("gate", "sigma"),
        Edge("rule", "times"),
        Edge("sigma", "times", side=True),
        Edge("times", "out"),
    )
    return Inset(named.names, Diagram(nodes, edges, (1.0, 1.0, 1.0, 1.1, 1.2)))


def lightning_inset(part: Lightning, arch: Arch) -> Inset:
    """Draw linear attention whose state fades at a fixed rate in each head."""
    size = exact(part.head_dim)
    states = (f"{exact(part.num_attention_heads)} states of {size} × {size}", "states")
    rule = Cell(("Linear attention, fixed decay", "Linear attention"), states, "linear")
    position = "" if isinstance(part.position, NoPosition) else position_words(part.position)
    norm = "norm" if part.qk_norm != "none" else ""
    turned = (" + ".join(filter(None, (norm, position))) or "SiLU", "norm")
    return _memory(arch, ("decay",), turned, rule, lightning_view(part, arch))


def mlstm_inset(part: Mlstm, arch: Arch) -> Inset:
    """Draw the matrix memory with its exponential input gate and its forget gate."""
    size = f"{exact(part.qk_head_dim)} × {exact(part.v_head_dim)}"
    states = (f"{exact(part.num_heads)} matrices of {size}", f"{count(part.num_heads)} matrices", "matrices")
    rule = Cell(("Memory: forget, then write k × v", "Matrix memory"), states, "linear")
    return _memory(arch, ("i, f",), ("scale",), rule, mlstm_view(part, arch))


def short_conv_inset(part: ShortConv, arch: Arch) -> Inset:
    """Draw the convolution between two gates."""
    width = exact(arch.hidden_size)
    convolution = (f"Convolution over {exact(part.conv_kernel)} tokens", "Convolution")
    nodes = (
        Node("x", Words((f"x  {width}",)), 0, 0, 3),
        Node("v", Cell(("value",), wordings(arch.hidden_size)), 1, 0),
        Node("b", Cell(("gate B",), wordings(arch.hidden_size)), 1, 1),
        Node("c", Cell(("gate C",), wordings(arch.hidden_size)), 1, 2),
        Node("in", Op("×"), 2, 0),
        Node("conv", Cell(convolution, look="linear"), 3, 0, 2),
        Node("times", Op("×"), 4, 0, 2),
        Node("out", Cell((f"Output  → {width}", "Output")), 5, 0, 2),
    )
    edges = (
        *(Edge("x", name) for name in "vbc"),
        Edge("v", "in"),
        Edge("b", "in", side=True),
        Edge("in", "conv"),
        Edge("conv", "times"),
        Edge("c", "times", side=True),
        Edge("times", "out"),
    )
    named = short_conv_view(part, arch)
    return Inset(named.names, Diagram(nodes, edges, (1.0, 1.0, 1.0)))
