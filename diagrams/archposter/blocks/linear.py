"""Linear mixers without a delta rule: Lightning attention, mLSTM, and the short convolution."""

from __future__ import annotations

from archposter.blocks.attention import rotated_share
from archposter.blocks.state import Input, gated, sizes
from archposter.blocks.terms import TERMS
from archposter.blocks.tree import Cell, Diagram, Edge, Inset, Node, Op, State, Words
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import Lightning, Mlstm, Rope, ShortConv
from archposter.units import count, exact, wordings


def lightning_view(part: Lightning, _arch: Arch) -> View:
    """Name the part by its heads."""
    callout = f"{exact(part.num_attention_heads)} heads of {exact(part.head_dim)}"
    return View("Lightning", "linear", TERMS["lightning"], callout, (TERMS["linear"],))


def mlstm_view(part: Mlstm, _arch: Arch) -> View:
    """Name the part by its heads."""
    callout = f"{exact(part.num_heads)} heads, memory {exact(part.qk_head_dim)} × {exact(part.v_head_dim)}"
    return View("mLSTM", "linear", TERMS["mlstm"], callout, (("matrix memory",),))


def short_conv_view(part: ShortConv, _arch: Arch) -> View:
    """Name the part by how many tokens it sees."""
    callout = f"convolution over {exact(part.conv_kernel)} tokens"
    return View("short conv", "linear", TERMS["short_conv"], callout, (("gated",),))


def lightning_inset(part: Lightning, arch: Arch) -> Inset:
    """Draw linear attention whose state fades at a rate fixed for each head: no token decides on it."""
    heads, size = part.num_attention_heads, part.head_dim
    position = part.position.title if isinstance(part.position, Rope) else ""
    norm = "norm" if part.qk_norm else "SiLU"
    share = rotated_share(part.position)
    part_of = (f"{round(share * size)} of {size}",) if 0 < share < 1 else ()
    bar = share if part_of else 0.0
    turned = Cell((" + ".join(filter(None, (norm, position))), norm), part_of, share=bar)
    rules = (
        ("S ← λ S + k′v", "λ S + k′v", ""),
        ("λ fixed for each head", "λ fixed per head", "λ fixed", ""),
    )
    state = State(sizes(heads, size, size), size, size, "fixed", rules, "linear")
    width = heads * size
    inputs = (
        Input(Cell(("q, k",), (f"2 × {exact(width)}", f"2 × {count(width)}")), turned, 1.75),
        Input(Cell(("v",), wordings(width)), None if part.qk_norm else Cell(("SiLU",)), 1.2),
    )
    gate = Input(Cell(("gate",), wordings(width)), Op("σ"), 1.0)
    named = lightning_view(part, arch)
    return Inset(named.names, gated(arch, inputs, state, ("RMSNorm",), gate))


def mlstm_inset(part: Mlstm, arch: Arch) -> Inset:
    """Draw the matrix memory with its exponential input gate and its sigmoid forget gate."""
    heads, keys, values = part.num_heads, part.qk_head_dim, part.v_head_dim
    rules = (
        ("S ← f S + i k′v", "f S + i k′v", ""),
        ("n ← f n + i k", ""),
        ("out = q S / max(|q n|, 1)", "q S / max(|q n|, 1)", ""),
    )
    state = State(sizes(heads, keys, values), keys, values, "head", rules, "linear")
    inputs = (
        Input(Cell(("q, k",), (f"2 × {exact(heads * keys)}", f"2 × {count(heads * keys)}")), None, 1.8),
        Input(Cell(("v",), wordings(heads * values)), None, 1.1),
        Input(Cell(("i",), wordings(heads)), Cell(("exp",)), 0.9),
        Input(Cell(("f",), wordings(heads)), Op("σ"), 0.7),
    )
    gate = Input(Cell(("gate",), wordings(heads * values)), Op("σ"), 1.1)
    titles = ("Matrix LSTM (mLSTM)", "mLSTM")
    return Inset(titles, gated(arch, inputs, state, ("LayerNorm per head", "LayerNorm"), gate))


def short_conv_inset(part: ShortConv, arch: Arch) -> Inset:
    """Draw the convolution between two gates."""
    width = exact(arch.hidden_size)
    conv = Cell(("Convolution", "Conv"), (f"over {exact(part.conv_kernel)} tokens",), "linear")
    nodes = (
        Node("x", Words((f"input {width}", "input")), 0, 0, 3),
        Node("v", Cell(("value",), wordings(arch.hidden_size)), 1, 0),
        Node("b", Cell(("gate B",), wordings(arch.hidden_size)), 1, 1),
        Node("c", Cell(("gate C",), wordings(arch.hidden_size)), 1, 2),
        Node("in", Op("×"), 2, 0),
        Node("conv", conv, 3, 0, 2),
        Node("times", Op("×"), 4, 0, 2),
        Node("out", Cell((f"Output → {width}", "Output")), 5, 0, 3),
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
