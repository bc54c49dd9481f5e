"""Mamba, RWKV's time mixing and the recurrent unit of Griffin: names and insets."""

from __future__ import annotations

from archposter.blocks.terms import TERMS
from archposter.blocks.tree import Cell, Diagram, Edge, Inset, Node, Op, State, Words
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import ChannelMix, Mamba1, RgLru, TimeMix
from archposter.spec.parts.words import ACTIVATIONS
from archposter.units import count, exact, wordings


def mamba1_view(part: Mamba1, _arch: Arch) -> View:
    """Name the part by its channels and state."""
    heads, inner = part.n_mamba_heads, part.intermediate_size
    channels = f"{exact(heads)} × {exact(inner // heads)}" if heads > 1 else exact(inner)
    callout = f"{channels} channels, state {exact(part.state_size)}"
    return View("Mamba", "ssm", TERMS["mamba"], callout, (TERMS["state"],))


def mamba1_inset(part: Mamba1, arch: Arch) -> Inset:
    """Draw Mamba: step, input and output of the state come from the token; each number has its decay."""
    inner, size, width = part.intermediate_size, part.state_size, exact(arch.hidden_size)
    norm = "norm " if part.inner_norms else ""
    each = f"{exact(part.n_mamba_heads)} × " if part.n_mamba_heads > 1 else ""
    named = (
        f"State {exact(inner)} × {exact(size)}",
        f"{count(inner)} × {exact(size)}",
        f"{count(inner)} × {count(size)}",
        "State",
    )
    rules = (
        ("S ← a S + (Δ v)′B", "a S + (Δ v)′B", ""),
        ("a = exp(−A Δ), own for each number", "a = exp(−A Δ), own for each", "a = exp(−A Δ)", ""),
        ("out = C S′ + D v", ""),
    )
    state = State(named, inner, size, "cell", rules, "ssm", alone=True)
    rank = exact(part.time_step_rank)
    nodes = (
        Node("x", Words((f"input {width}", "input")), 0, 0, 4),
        Node("v", Cell(("v",), wordings(inner)), 1, 0, 3),
        Node("gate", Cell(("gate",), wordings(inner)), 1, 3),
        Node("conv", Cell((f"Conv {part.conv_kernel}, {ACTIVATIONS[part.activation]}", "Conv")), 2, 0, 3),
        Node(
            "inputs", Cell((f"{norm}B, C", "B, C"), (f"{each}2 × {exact(size)}", f"2 × {exact(size)}")), 3, 1
        ),
        Node(
            "step",
            Cell(
                (f"{norm}Δ, softplus", f"{norm}Δ, soft+", f"{norm}Δ", "Δ"),
                (f"{rank} → {exact(inner)}", *wordings(inner, "→ {}")),
            ),
            3,
            2,
        ),
        Node("state", state, 4, 0, 3),
        Node("silu", Cell(("SiLU",)), 4, 3),
        Node("times", Op("×"), 5, 0, 3),
        Node("out", Cell((f"Output → {width}", "Output")), 6, 0, 4),
    )
    edges = (
        Edge("x", "v"),
        Edge("x", "gate"),
        Edge("v", "conv"),
        Edge("conv", "state", leave=-0.86),
        Edge("conv", "inputs"),
        Edge("conv", "step"),
        Edge("inputs", "state"),
        Edge("step", "state"),
        Edge("gate", "silu"),
        Edge("state", "times"),
        Edge("silu", "times", side=True),
        Edge("times", "out"),
    )
    return Inset(("Mamba",), Diagram(nodes, edges, (0.45, 1.2, 1.7, 1.0)))


def rg_lru_view(part: RgLru, _arch: Arch) -> View:
    """Name the part by its width."""
    return View(
        "RG-LRU",
        "linear",
        TERMS["rg_lru"],
        f"{exact(part.lru_width)} wide recurrence",
        (("gated recurrence",),),
    )


def rg_lru_inset(part: RgLru, arch: Arch) -> Inset:
    """Draw the recurrence between its two gates, behind a short convolution, and the GELU branch."""
    width, inner = exact(arch.hidden_size), part.lru_width
    blocks = (f"{exact(part.num_attention_heads)} blocks",)
    rules = (
        ("h ← a h + √(1 − a²) i v", "a h + √(1 − a²) i v", ""),
        ("a = exp(−8 r softplus(Λ))", "a = exp(−8 r s(Λ))", ""),
    )
    named = (f"State {exact(inner)}", *wordings(inner))
    state = State(named, inner, 1, "channel", rules, "linear", alone=True)
    nodes = (
        Node("x", Words((f"input {width}", "input")), 0, 0, 4),
        Node("v", Cell(("v",), wordings(inner)), 1, 0, 3),
        Node("y", Cell(("gate",), wordings(inner)), 1, 3),
        Node("conv", Cell((f"Convolution over {part.conv1d_width}", f"Conv {part.conv1d_width}")), 2, 0, 3),
        Node("i", Cell(("i, sigmoid", "i"), blocks), 3, 1),
        Node("r", Cell(("r, sigmoid", "r"), blocks), 3, 2),
        Node("state", state, 4, 0, 3),
        Node("act", Cell(("GELU",)), 4, 3),
        Node("times", Op("×"), 5, 0, 3),
        Node("out", Cell((f"Output → {width}", "Output")), 6, 0, 4),
    )
    edges = (
        Edge("x", "v"),
        Edge("x", "y"),
        Edge("v", "conv"),
        Edge("conv", "state", leave=-0.86),
        Edge("conv", "i"),
        Edge("conv", "r"),
        Edge("i", "state"),
        Edge("r", "state"),
        Edge("y", "act"),
        Edge("state", "times"),
        Edge("act", "times", side=True),
        Edge("times", "out"),
    )
    titles = ("Recurrent block, RG-LRU", "RG-LRU")
    return Inset(titles, Diagram(nodes, edges, (0.4, 1.2, 1.2, 1.0)))


def time_mix_view(part: TimeMix, _arch: Arch) -> View:
    """Name the part by its width."""
    callout = f"{exact(part.attention_hidden_size)} channels, each with its decay"
    return View("time mix", "linear", TERMS["time_mix"], callout, (TERMS["linear"],))


def time_mix_inset(part: TimeMix, arch: Arch) -> Inset:
    """Draw the decaying mean of values, weighed by their keys, behind the receptance."""
    width, inner = exact(arch.hidden_size), part.attention_hidden_size
    rules = (
        ("n ← w n + exp(k) v", "w n + exp(k) v", ""),
        ("d ← w d + exp(k)", "w d + exp(k)", ""),
        ("out = (n + b v) / (d + b)", "(n + b v) / (d + b)", ""),
        ("b = exp(u + k), w and u learned", "b = exp(u + k)", ""),
    )
    named = (f"State {exact(inner)} × 2: n, d", f"{exact(inner)} × 2", f"{count(inner)} × 2", "State")
    nodes = (
        *_shifted(width, 3),
        Node("k", Cell(("k",), wordings(inner)), 2, 0),
        Node("v", Cell(("v",), wordings(inner)), 2, 1),
        Node("r", Cell(("r",), wordings(inner)), 2, 2),
        Node("state", State(named, inner, 2, "channel", rules, "linear", alone=True), 3, 0, 2),
        Node("sigma", Op("σ"), 3, 2),
        Node("times", Op("×"), 4, 0, 2),
        Node("out", Cell((f"Output → {width}", "Output")), 5, 0, 3),
    )
    edges = (
        *_SHIFT,
        *(Edge("mix", name, enter=0.0) for name in "kvr"),
        Edge("k", "state"),
        Edge("v", "state"),
        Edge("r", "sigma"),
        Edge("state", "times"),
        Edge("sigma", "times", side=True),
        Edge("times", "out"),
    )
    return Inset(("RWKV time mixing", "Time mixing"), Diagram(nodes, edges, (1.4, 1.4, 1.0)))


_SHIFT = (Edge("x", "mix"), Edge("before", "mix"))


def _shifted(width: str, columns: int) -> tuple[Node, ...]:
    """Return the token, the one before it, and what mixes them channel by channel."""
    mixed = ("Token shift: μ x + (1 − μ) x before", "Token shift")
    return (
        Node("x", Words((f"input {width}", "input")), 0, 0),
        Node("before", Words(("x of the token before", "x before")), 0, 1, columns - 1),
        Node("mix", Cell(mixed), 1, 0, columns),
    )


def channel_mix_view(part: ChannelMix, _arch: Arch) -> View:
    """Name the part; its callout gives the width."""
    return View("channel mix", "dense", TERMS["channel_mix"], f"{exact(part.intermediate_size)} wide FFN")


def channel_mix_inset(part: ChannelMix, arch: Arch) -> Inset:
    """Draw the FFN of squared ReLUs behind its receptance."""
    width, inner = exact(arch.hidden_size), part.intermediate_size
    nodes = (
        *_shifted(width, 2),
        Node("key", Cell(("Key",), wordings(inner, "→ {}")), 2, 0),
        Node("r", Cell(("Receptance", "r"), wordings(arch.hidden_size)), 2, 1),
        Node("act", Cell(("ReLU²",)), 3, 0),
        Node("sigma", Op("σ"), 3, 1),
        Node("value", Cell(("Value",), wordings(arch.hidden_size, "→ {}")), 4, 0),
        Node("times", Op("×"), 5, 0, 2),
    )
    edges = (
        *_SHIFT,
        Edge("mix", "key"),
        Edge("mix", "r"),
        Edge("key", "act"),
        Edge("act", "value"),
        Edge("r", "sigma"),
        Edge("value", "times", side=True),
        Edge("sigma", "times", side=True),
    )
    return Inset(("RWKV channel mixing", "Channel mixing"), Diagram(nodes, edges, (1.0, 1.0)))
