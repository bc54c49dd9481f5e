"""Mamba, RWKV's time mixing and the recurrent unit of Griffin: names and insets."""

from __future__ import annotations

from archposter.blocks.tree import Cell, Diagram, Edge, Inset, Node, Op, Words
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import ChannelMix, Mamba1, RgLru, TimeMix
from archposter.units import exact, wordings


def mamba1_view(part: Mamba1, _arch: Arch) -> View:
    """Name the part by its channels and state."""
    callout = f"{exact(part.intermediate_size)} channels, state {exact(part.state_size)}"
    return View("Mamba", "ssm", ("Mamba", "SSM"), ("selective state space", "state space", "state"), callout)


def mamba1_inset(part: Mamba1, arch: Arch) -> Inset:
    """Draw Mamba: a short convolution, steps and states that depend on the token, and a gate."""
    inner, width = part.intermediate_size, exact(arch.hidden_size)
    scan = (f"Scan: {exact(inner)} states of {exact(part.state_size)}", "State space scan", "Scan")
    normed = ("Δ, B, C, normed", "Δ, B, C") if part.inner_norms else ("Δ, B, C",)
    nodes = (
        Node("x", Words((f"x {width}",)), 0, 0, 3),
        Node("v", Cell(("value",), wordings(inner)), 1, 0, 2),
        Node("z", Cell(("gate",), wordings(inner)), 1, 2),
        Node("conv", Cell((f"Conv {part.conv_kernel}, SiLU", "Conv")), 2, 0, 2),
        Node("steps", Cell(normed, wordings(part.time_step_rank + 2 * part.state_size)), 3, 1),
        Node("scan", Cell(scan, look="ssm"), 4, 0, 2),
        Node("silu", Cell(("SiLU",)), 4, 2),
        Node("times", Op("×"), 5, 0, 2),
        Node("out", Cell((f"Output {exact(inner)} → {width}", "Output")), 6, 0, 2),
    )
    edges = (
        Edge("x", "v"),
        Edge("x", "z"),
        Edge("v", "conv"),
        Edge("conv", "steps"),
        Edge("conv", "scan", enter=-0.5),
        Edge("steps", "scan"),
        Edge("z", "silu"),
        Edge("scan", "times"),
        Edge("silu", "times", side=True),
        Edge("times", "out"),
    )
    return Inset(("Mamba",), Diagram(nodes, edges, (1.0, 1.0, 1.0)))


def rg_lru_view(part: RgLru, _arch: Arch) -> View:
    """Name the part by its width."""
    names = ("Recurrent block", "RG-LRU")
    return View("RG-LRU", "linear", names, ("RG-LRU",), f"{exact(part.lru_width)} wide recurrence")


def rg_lru_inset(part: RgLru, arch: Arch) -> Inset:
    """Draw the recurrence behind a short convolution, beside a GELU branch."""
    width, inner = exact(arch.hidden_size), part.lru_width
    rule = Cell(("Linear recurrence, gated", "Recurrence"), wordings(inner, "{} states"), "linear")
    nodes = (
        Node("x", Words((f"x {width}",)), 0, 0, 2),
        Node("v", Cell(("Linear",), wordings(inner)), 1, 0),
        Node("y", Cell(("Linear",), wordings(inner)), 1, 1),
        Node("conv", Cell((f"Convolution {part.conv1d_width}", "Conv")), 2, 0),
        Node("act", Cell(("GELU",)), 2, 1),
        Node("rule", rule, 3, 0),
        Node("times", Op("×"), 4, 0, 2),
        Node("out", Cell((f"Output → {width}", "Output")), 5, 0, 2),
    )
    edges = (
        Edge("x", "v"),
        Edge("x", "y"),
        Edge("v", "conv"),
        Edge("conv", "rule"),
        Edge("y", "act"),
        Edge("rule", "times", side=True),
        Edge("act", "times", side=True),
        Edge("times", "out"),
    )
    return Inset(("Recurrent block, RG-LRU", "RG-LRU"), Diagram(nodes, edges, (1.3, 1.0)))


def time_mix_view(part: TimeMix, _arch: Arch) -> View:
    """Name the part by its width."""
    callout = f"{exact(part.attention_hidden_size)} channels, each with its decay"
    return View(
        "time mix", "linear", ("RWKV time mixing", "Time mixing"), ("linear attention", "linear"), callout
    )


def time_mix_inset(part: TimeMix, arch: Arch) -> Inset:
    """Draw the decaying mean of values, weighed by their keys, behind the receptance."""
    width, inner = exact(arch.hidden_size), part.attention_hidden_size
    rule = Cell(
        ("Weighted mean, decay per channel", "Decaying mean"), wordings(inner, "{} channels"), "linear"
    )
    nodes = (
        Node("x", Words((f"x {width}",)), 0, 0, 3),
        Node("mix", Cell(("Mix with the token before", "Token shift")), 1, 0, 3),
        Node("k", Cell(("Key",), wordings(inner)), 2, 0),
        Node("v", Cell(("Value",), wordings(inner)), 2, 1),
        Node("r", Cell(("Receptance", "r"), wordings(inner)), 2, 2),
        Node("rule", rule, 3, 0, 2),
        Node("sigma", Op("σ"), 3, 2),
        Node("times", Op("×"), 4, 0, 2),
        Node("out", Cell((f"Output → {width}", "Output")), 5, 0, 2),
    )
    edges = (
        Edge("x", "mix"),
        *(Edge("mix", name) for name in "kvr"),
        Edge("k", "rule"),
        Edge("v", "rule"),
        Edge("r", "sigma"),
        Edge("rule", "times"),
        Edge("sigma", "times", side=True),
        Edge("times", "out"),
    )
    return Inset(("RWKV time mixing", "Time mixing"), Diagram(nodes, edges, (1.0, 1.0, 1.0)))


def channel_mix_view(part: ChannelMix, _arch: Arch) -> View:
    """Name the part; its callout gives the width."""
    names = ("RWKV channel mixing", "Channel mixing", "FFN")
    return View("channel mix", "dense", names, (), f"{exact(part.intermediate_size)} wide FFN")


def channel_mix_inset(part: ChannelMix, arch: Arch) -> Inset:
    """Draw the FFN of squared ReLUs behind its receptance."""
    width, inner = exact(arch.hidden_size), part.intermediate_size
    nodes = (
        Node("x", Words((f"x {width}",)), 0, 0, 2),
        Node("mix", Cell(("Mix with the token before", "Token shift")), 1, 0, 2),
        Node("key", Cell(("Key",), wordings(inner, "→ {}")), 2, 0),
        Node("r", Cell(("Receptance", "r"), wordings(arch.hidden_size)), 2, 1),
        Node("act", Cell(("ReLU²",)), 3, 0),
        Node("sigma", Op("σ"), 3, 1),
        Node("value", Cell(("Value",), wordings(arch.hidden_size, "→ {}")), 4, 0),
        Node("times", Op("×"), 5, 0, 2),
    )
    edges = (
        Edge("x", "mix"),
        Edge("mix", "key"),
        Edge("mix", "r"),
        Edge("key", "act"),
        Edge("act", "value"),
        Edge("r", "sigma"),
        Edge("value", "times", side=True),
        Edge("sigma", "times", side=True),
    )
    return Inset(("RWKV channel mixing", "Channel mixing"), Diagram(nodes, edges, (1.0, 1.0)))
