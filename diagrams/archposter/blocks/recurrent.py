"""Mixers with a state of constant size: Gated DeltaNet, Kimi Delta Attention, Mamba-2."""

from __future__ import annotations

from archposter.blocks.state import Input, gated, gated_before_norm, sizes
from archposter.blocks.terms import TERMS
from archposter.blocks.tree import Cell, Inset, Op, State, Wordings
from archposter.blocks.view import View
from archposter.spec.arch import Arch
from archposter.spec.parts import GatedDeltaNet, Kda, Mamba2
from archposter.spec.parts.words import ACTIVATIONS
from archposter.units import count, exact, wordings

_WRITE: Wordings = ("S ← S + β k′(v − k S)", "S + β k′(v − k S)", "")
_DECAY: Wordings = ("α = exp(−A softplus(a))", "α = exp(−A s(a))", "")
_NORM: Wordings = ("RMSNorm per head", "RMSNorm")


def _each(width: int) -> Wordings:
    """Say that there are two of a width."""
    return f"2 × {exact(width)}", f"2 × {count(width)}"


def deltanet_view(part: GatedDeltaNet, _arch: Arch) -> View:
    """Name the part by its heads."""
    callout = (
        f"{exact(part.linear_num_value_heads)} value, {exact(part.linear_num_key_heads)} key heads "
        f"of {exact(part.linear_value_head_dim)}"
    )
    return View("Gated DeltaNet", "linear", TERMS["gated_deltanet"], callout, (TERMS["linear"],))


def kda_view(part: Kda, _arch: Arch) -> View:
    """Name the part by its heads."""
    callout = f"{exact(part.linear_num_heads)} heads of {exact(part.linear_head_dim)}"
    return View("KDA", "linear", TERMS["kda"], callout, (TERMS["linear"],))


def mamba2_view(part: Mamba2, _arch: Arch) -> View:
    """Name the part by its heads and state."""
    heads = f"{exact(part.mamba_num_heads)} heads of {exact(part.mamba_head_dim)}"
    callout = f"{heads}, state {exact(part.ssm_state_size)}"
    return View("Mamba-2", "ssm", TERMS["mamba2"], callout, (TERMS["state"],))


def _convolved(kernel: int, then: Wordings = ("SiLU",)) -> Cell:
    """Return a short convolution, and what follows it."""
    return Cell((f"Conv {kernel}", "Conv"), then)


def deltanet_inset(part: GatedDeltaNet, arch: Arch) -> Inset:
    """Draw the gated delta rule: one decay and one write strength per head."""
    heads, kernel = part.linear_num_value_heads, part.linear_conv_kernel_dim
    keys = part.linear_num_key_heads * part.linear_key_head_dim
    values = heads * part.linear_value_head_dim
    rules = (("S ← α S", ""), _WRITE, _DECAY)
    state = State(
        sizes(heads, part.linear_key_head_dim, part.linear_value_head_dim),
        part.linear_key_head_dim,
        part.linear_value_head_dim,
        "head",
        rules,
        "linear",
    )
    inputs = (
        Input(Cell(("q, k",), _each(keys)), _convolved(kernel, ("SiLU, L2 norm", "SiLU, L2")), 1.75),
        Input(Cell(("v",), wordings(values)), _convolved(kernel), 1.25),
        Input(Cell(("a",), wordings(heads)), None, 0.8),
        Input(Cell(("β",), wordings(heads)), Op("σ"), 0.8),
    )
    passed = Cell(("SiLU",)) if part.gate_activation == "silu" else Op("σ")
    gate = Input(Cell(("gate",), wordings(values)), passed, 1.12)
    return Inset(("Gated DeltaNet",), gated(arch, inputs, state, _NORM, gate))


def kda_inset(part: Kda, arch: Arch) -> Inset:
    """Draw the delta rule with a decay of its own for each channel, one row of the state each."""
    heads, size, kernel = part.linear_num_heads, part.linear_head_dim, part.linear_conv_kernel_dim
    width = heads * size
    rules = (("S ← Diag(α) S", "Diag(α) S", ""), _WRITE, _DECAY)
    state = State(sizes(heads, size, size), size, size, "channel", rules, "linear")
    inputs = (
        Input(Cell(("q, k",), _each(width)), _convolved(kernel, ("SiLU, L2 norm", "SiLU, L2")), 1.75),
        Input(Cell(("v",), wordings(width)), _convolved(kernel), 1.25),
        Input(Cell(("a",), wordings(width)), None, 1.12),
        Input(Cell(("β",), wordings(heads)), Op("σ"), 0.7),
    )
    gate = Input(Cell(("gate",), wordings(width)), Op("σ"), 1.12)
    return Inset(("Kimi Delta Attention",), gated(arch, inputs, state, _NORM, gate))


def mamba2_inset(part: Mamba2, arch: Arch) -> Inset:
    """Draw Mamba-2: values, B and C through a convolution, a decay from the step Δ, gate and norm."""
    heads, inner = part.mamba_num_heads, part.mamba_num_heads * part.mamba_head_dim
    shared = part.n_groups * part.ssm_state_size
    rules = (
        ("S ← a S + Δ v′B", "a S + Δ v′B", ""),
        ("a = exp(−A Δ)", ""),
        ("out = C S′ + D v", ""),
    )
    state = State(
        sizes(heads, part.mamba_head_dim, part.ssm_state_size),
        part.mamba_head_dim,
        part.ssm_state_size,
        "head",
        rules,
        "ssm",
    )
    inputs = (
        Input(Cell(("v",), wordings(inner)), None, 1.2),
        Input(Cell(("B, C",), _each(shared)), None, 1.5),
        Input(Cell(("Δ",), wordings(heads)), Cell(("softplus", "soft+")), 1.2),
    )
    gate = Input(Cell(("gate",), wordings(inner)), Cell(("SiLU",)), 1.0)
    norm = "RMSNorm" if part.n_groups == 1 else f"RMSNorm in {exact(part.n_groups)} groups"
    norm = norm if part.norm else ""
    name = ACTIVATIONS[part.activation]
    conv = (f"Conv {part.conv_kernel}, {name}", f"Conv, {name}")
    if part.norm == "before_gate":
        return Inset(("Mamba-2",), gated(arch, inputs, state, (norm, "RMSNorm"), gate, Cell(conv)))
    return Inset(("Mamba-2",), gated_before_norm(arch, inputs, Cell(conv), state, norm, gate))
