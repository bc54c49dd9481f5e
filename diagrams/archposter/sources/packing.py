"""Quantised checkpoints: the weights that packed tensors stand for, and the scales beside them.

What a tensor's own shape, those of its companions and the config's bit width say is enough for the schemes
here; a weight that is packed in another way is `sealed`: its shape does not tell how many numbers it holds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archposter.sources.checkpoint import Checkpoint, Stored

_WORD = 32
_BYTES = frozenset({"U8", "I8"})
_INTEGERS = _BYTES | {"U16", "I16", "U32", "I32", "U64", "I64", "BOOL"}

_COMPANION = re.compile(
    r"qzeros|scales?|g_idx|biases|SCB|weight_format|weight_scales?(?:_inv|_2)?|"
    r"weight_(?:shape|zero_point|g_idx|global_scale)|input_(?:scale(?:_ub)?|global_scale|zero_point)|"
    r"(?:output|activation)_scale|qscale_(?:weight|act)|(?:nested_)?(?:absmax|quant_map)"
)
"""What stands beside a quantised weight, in the folder of its name; `biases` are MLX's zero points."""

SCALE = re.compile(
    r"(?:weight_scale(?:_inv|_2)?|input_scale|output_scale|activation_scale|[qkv]_scale|_scales?(?:_inv)?|"
    r"\.scales|qscale_(?:weight|act))\Z"
)
"""How the names of scales end, also where no weight stands beside them: of caches, activations, experts."""


@dataclass(frozen=True)
class Unpacked:
    """A checkpoint's weights with the shapes that they have when unpacked, and what is left out.

    `schemes` says in which ways tensors were packed, and how many.  `sealed` tensors could not be unpacked.
    """

    weights: tuple[Stored, ...]
    scales: tuple[Stored, ...]
    sealed: tuple[Stored, ...]
    schemes: Mapping[str, int]


def unpacked(checkpoint: Checkpoint) -> Unpacked:
    """Return what a checkpoint's tensors stand for."""
    found = {tensor.name: tensor for tensor in checkpoint.tensors}
    weights, scales, sealed, schemes = [], [], [], Counter[str]()
    for tensor in checkpoint.tensors:
        if _is_scale(tensor, found):
            scales.append(tensor)
            continue
        packed = _unpack(tensor, found, checkpoint.config)
        if packed is None:
            sealed.append(tensor)
            continue
        scheme, logical = packed
        weights.append(logical)
        if scheme:
            schemes[scheme] += 1
    return Unpacked(tuple(weights), tuple(scales), tuple(sealed), schemes)


def _is_scale(tensor: Stored, found: Mapping[str, Stored]) -> bool:
    module, _, last = tensor.name.rpartition(".")
    if ".quant_state." in tensor.name:
        return True
    if not _COMPANION.fullmatch(last):
        stem = SCALE.sub("", tensor.name)
        return stem != tensor.name and _quantised(found.get(f"{stem}_blocks") or found.get(stem))
    beside = (found.get(f"{module}.{weight}") for weight in ("weight", "qweight", "weight_packed"))
    # bitsandbytes writes them below the weight itself
    weight = next((one for one in beside if one), None) or found.get(module)
    if last == "biases":
        return weight is not None and weight.dtype == "U32"
    return _quantised(weight)


def _quantised(weight: Stored | None) -> bool:
    return weight is not None and (weight.dtype in _INTEGERS or weight.dtype.startswith(("F8", "F4")))


def _unpack(
    tensor: Stored, found: Mapping[str, Stored], config: Mapping[str, Any]
) -> tuple[str, Stored] | None:
    """Return the scheme (empty: not packed) and the tensor as it is unpacked; None where that is unknown."""
    module, _, last = tensor.name.rpartition(".")
    if tensor.dtype not in _INTEGERS or not tensor.shape:
        return "", tensor
    *outer, width = tensor.shape
    if last.endswith("_blocks") and tensor.dtype == "U8":
        # OCP Microscaling Formats, section 5.3.3: a byte holds two numbers
        return "MXFP4", tensor._replace(shape=(*outer, 2 * width))
    if last == "weight_packed" or (last == "weight" and f"{tensor.name}.absmax" in found):
        return _compressed(tensor, found, config)
    if last == "qweight" and tensor.dtype == "I32":
        return _auto_gptq(tensor, found, module, config)
    scales = found.get(f"{module}.scales")
    if last == "weight" and tensor.dtype == "U32" and scales is not None:
        bits = bits_of(config, module)
        shape = _times(tensor.shape, _WORD, bits)
        return (f"MLX {bits}-bit", tensor._replace(shape=shape)) if shape else None
    if tensor.dtype in _BYTES and last in ("weight", "qweight"):
        return _bytewise(tensor, found, module)
    return None


def _compressed(
    tensor: Stored, found: Mapping[str, Stored], config: Mapping[str, Any]
) -> tuple[str, Stored] | None:
    """Unpack bitsandbytes' nibbles, and the words and nibbles of compressed-tensors."""
    module, _, last = tensor.name.rpartition(".")
    name = f"{module}.weight"
    if last == "weight":
        kind = "NF4" if f"{tensor.name}.quant_state.bitsandbytes__nf4" in found else "4-bit"
        return f"bitsandbytes {kind}", tensor._replace(shape=(2 * tensor.size,))
    *outer, width = tensor.shape
    if tensor.dtype in _BYTES:
        kind = "NVFP4" if f"{module}.weight_global_scale" in found else "MXFP4"
        return kind, tensor._replace(name=name, shape=(*outer, 2 * width))
    bits = bits_of(config, module)
    # each word holds as many whole numbers as fit
    numbers = _WORD // bits if bits and tensor.dtype == "I32" else 0
    shape = (*outer, width * numbers)
    return (f"compressed-tensors {bits}-bit", tensor._replace(name=name, shape=shape)) if numbers else None


def _auto_gptq(
    tensor: Stored, found: Mapping[str, Stored], module: str, config: Mapping[str, Any]
) -> tuple[str, Stored] | None:
    """Unpack GPTQ, which packs a column's inputs into words, and AWQ, which packs a row's outputs."""
    scales, zeros = found.get(f"{module}.scales"), found.get(f"{module}.qzeros")
    if scales is None or not scales.shape or len(tensor.shape) < 2:
        return None
    *outer, rows, columns = tensor.shape
    outputs = scales.shape[-1]
    scheme, bits = "GPTQ", bits_of(config, module)
    if columns == outputs:
        if zeros and zeros.shape and zeros.dtype == "I32":
            bits = _ratio(_WORD * zeros.shape[-1], outputs) or bits
        shape = _times((*outer, columns, rows), _WORD, bits)
    else:
        scheme, bits = "AWQ", _ratio(_WORD * columns, outputs)
        shape = (*outer, outputs, rows) if bits else None
    name = f"{module}.weight"
    return (f"{scheme} {bits}-bit", tensor._replace(name=name, shape=shape)) if shape else None


def _bytewise(tensor: Stored, found: Mapping[str, Stored], module: str) -> tuple[str, Stored] | None:
    """Read bytes that hold a number each, or two where their scales stand for 16 or 32 of them."""
    logical = tensor._replace(name=f"{module}.weight")
    scale = found.get(f"{module}.weight_scale")
    if scale and tensor.dtype == "U8" and len(scale.shape) == len(tensor.shape):
        group = _ratio(2 * tensor.shape[-1], scale.shape[-1])
        if group in (16, 32):
            shape = (*tensor.shape[:-1], 2 * tensor.shape[-1])
            return "NVFP4" if group == 16 else "MXFP4", logical._replace(shape=shape)
    names = ("SCB", "weight_scale", "weight_scales", "scales", "scale", "weight_zero_point")
    return ("8-bit integers", logical) if any(f"{module}.{name}" in found for name in names) else None


def _times(shape: tuple[int, ...], numerator: int, bits: int | None) -> tuple[int, ...] | None:
    """Return a shape with the last length unpacked; None where that is no whole number."""
    width = _ratio(shape[-1] * numerator, bits or 0)
    return (*shape[:-1], width) if width else None


def _ratio(numerator: int, denominator: int) -> int | None:
    whole, rest = divmod(numerator, denominator) if denominator else (0, 1)
    return whole if not rest else None


def bits_of(config: Mapping[str, Any], module: str) -> int | None:
    """Return the bits a weight of `module` as a config's quantisation states them; None: it does not say."""
    for stated in _statements(config):
        own = stated.get(module)
        own_bits = own.get("bits") if isinstance(own, dict) else None
        for bits in (own_bits, _group_bits(stated, module), stated.get("bits"), stated.get("w_bit")):
            if type(bits) is int and 1 <= bits <= 8:
                return bits
    return None


def _statements(config: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    sections = [config, *(config.get(name) for name in ("text_config", "language_config", "llm_config"))]
    for section in sections:
        if isinstance(section, Mapping):
            for key in ("quantization_config", "compression_config", "quantization"):
                if isinstance(stated := section.get(key), Mapping):
                    yield stated


def _group_bits(stated: Mapping[str, Any], module: str) -> Any:
    """Return what compressed-tensors' groups say: the one that names the module, or what all agree on."""
    groups = stated.get("config_groups")
    found = set()
    for group in groups.values() if isinstance(groups, Mapping) else ():
        weights = group.get("weights") if isinstance(group, Mapping) else None
        bits = weights.get("num_bits") if isinstance(weights, Mapping) else None
        targets = group.get("targets") if isinstance(group, Mapping) else None
        if isinstance(targets, list) and module in targets:
            return bits
        found.add(bits if type(bits) is int else None)
    return found.pop() if len(found) == 1 else None
