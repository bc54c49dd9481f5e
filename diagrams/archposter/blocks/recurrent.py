"""Mixers with a state of constant size: Gated DeltaNet, Kimi Delta Attention, Mamba-2."""

from __future__ import annotations

from archposter.blocks.tree import Cell, Diagram, Edge, Inset, Node, Op, Wordings, Words
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import GatedDeltaNet, Kda, Mamba2
from archposter.units import count, exact, wordings


def deltanet_view(part: GatedDeltaNet, _arch: Arch) -> View:
    """Name the part by its heads."""
    callout = (
        f"{exact(part.linear_num_value_heads)} value, {exact(part.linear_num_key_heads)} key heads "
        f"of {exact(part.linear_value_head_dim)}"
    )
    return View(
        "Gated DeltaNet", "linear", ("Gated DeltaNet", "DeltaNet"), ("linear attention", "linear"), callout
    )


def kda_view(part: Kda, _arch: Arch) -> View:
    """Name the part by its heads."""
    callout = f"{exact(part.linear_num_heads)} heads of {exact(part.linear_head_dim)}"
    return View("KDA", "linear", ("Kimi Delta Attention", "KDA"), ("linear attention", "linear"), callout)


def mamba2_view(part: Mamba2, _arch: Arch) -> View:
    """Name the part by its heads and state."""
    heads = f"{exact(part.mamba_num_heads)} heads of {exact(part.mamba_head_dim)}"
    callout = f"{heads}, state {exact(part.ssm_state_size)}"
    return View("Mamba-2", "ssm", ("Mamba-2", "SSM"), ("state space mixer", "state space", "state"), callout)


def _delta_rule(
    arch: Arch, title: str, heads: int, state: str, conv: int, rule: Wordings, gate: Wordings
) -> Inset:
    """Draw a gated delta rule; `rule` says how it forgets, `gate` the function on the output's gate."""
    width = exact(arch.hidden_size)
    nodes = (
        Node("x", Words((f"x {width}",)), 0, 0, 5),
        Node("q", Cell(("q",)), 1, 0),
        Node("k", Cell(("k",)), 1, 1),
        Node("v", Cell(("v",)), 1, 2),
        Node("decay", Cell(("α, β",)), 1, 3),
        Node("gate", Cell(("gate",)), 1, 4),
        Node("conv", Cell((f"Short convolution {conv}, SiLU", f"Conv {conv}, SiLU", "Conv")), 2, 0, 3),
        Node("norm", Cell(("L2 norm",)), 3, 0, 2),
        Node(
            "rule",
            Cell(rule, (f"{exact(heads)} states of {state}", f"{count(heads)} states", "states"), "linear"),
            4,
            0,
            4,
        ),
        Node("sigma", Cell(gate), 4, 4),
        Node("times", Op("×"), 5, 0, 4),
        Node("out", Cell((f"Output → {width}", "Output")), 6, 0, 4),
    )
    edges = (
        *(Edge("x", name) for name in ("q", "k", "v", "decay", "gate")),
        *(Edge(name, "conv") for name in "qkv"),
        Edge("conv", "norm"),
        Edge("norm", "rule"),
        Edge("v", "rule"),
        Edge("decay", "rule"),
        Edge("gate", "sigma"),
        Edge("rule", "times"),
        Edge("sigma", "times", side=True),
        Edge("times", "out"),
    )
    return Inset((title,), Diagram(nodes, edges, (1.0, 1.0, 1.0, 1.1, 1.4)))


def deltanet_inset(part: GatedDeltaNet, arch: Arch) -> Inset:
    """Draw the gated delta rule with one decay per head and an output gate."""
    return _delta_rule(
        arch,
        "Gated DeltaNet",
        part.linear_num_value_heads,
        f"{exact(part.linear_key_head_dim)} × {exact(part.linear_value_head_dim)}",
        part.linear_conv_kernel_dim,
        ("Delta rule, decay per head", "Delta rule"),
        ("SiLU",),
    )


def kda_inset(part: Kda, arch: Arch) -> Inset:
    """Draw the delta rule with one decay per channel and a low-rank output gate."""
    size = exact(part.linear_head_dim)
    return _delta_rule(
        arch,
        "Kimi Delta Attention",
        part.linear_num_heads,
        f"{size} × {size}",
        part.linear_conv_kernel_dim,
        ("Delta rule, decay per channel", "Delta rule by channel", "Delta rule"),
        ("sigmoid", "σ"),
    )


def mamba2_inset(part: Mamba2, arch: Arch) -> Inset:
    """Draw Mamba-2: one projection, a short convolution, the scan and a gate."""
    inner = part.mamba_num_heads * part.mamba_head_dim
    state = f"{exact(part.mamba_head_dim)} × {exact(part.ssm_state_size)}"
    shared = part.n_groups * part.ssm_state_size
    width = exact(arch.hidden_size)
    scan = (f"Scan: {exact(part.mamba_num_heads)} states {state}", "State space scan", "Scan")
    nodes = (
        Node("x", Words((f"x {width}",)), 0, 0, 4),
        Node("v", Cell(("value",), wordings(inner)), 1, 0),
        Node("bc", Cell(("B, C",), wordings(2 * shared)), 1, 1),
        Node("dt", Cell(("Δ",), wordings(part.mamba_num_heads)), 1, 2),
        Node("z", Cell(("gate",), wordings(inner)), 1, 3),
        Node("conv", Cell((f"Conv {part.conv_kernel}, SiLU", "Conv")), 2, 0, 2),
        Node("scan", Cell(scan, look="ssm"), 3, 0, 3),
        Node("silu", Cell(("SiLU",)), 3, 3),
        Node("times", Op("×"), 4, 0, 3),
        Node(
            "out", Cell((f"RMSNorm, output {exact(inner)} → {width}", "RMSNorm, output", "Output")), 5, 0, 3
        ),
    )
    edges = (
        *(Edge("x", name) for name in ("v", "bc", "dt", "z")),
        Edge("v", "conv"),
        Edge("bc", "conv"),
        Edge("conv", "scan"),
        Edge("dt", "scan"),
        Edge("z", "silu"),
        Edge("scan", "times"),
        Edge("silu", "times", side=True),
        Edge("times", "out"),
    )
    return Inset(("Mamba-2",), Diagram(nodes, edges, (1.0, 1.0, 1.0, 1.0)))
