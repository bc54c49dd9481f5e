"""What the reference classes hold: parameters on the meta device, and the contents of their caches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

LENGTHS = (5, 11)
"""The contexts at which caches are compared; windows are larger or the class keeps one token less."""


_BEFORE_THE_LAYERS = (".pre_ln.weight", ".pre_ln.bias")
"""RWKV's norm of the embedding, which the class keeps in the first layer."""


_PACKED = ".experts.gate_up_proj"
"""Where LongCat's class has rows for experts that compute nothing, which no released file has."""


@dataclass(frozen=True)
class Counts:
    """Unique parameters: of the model, and of each of its layers."""

    total: int
    per_layer: list[int]


def build(model_class: Any, config: Any, device: str) -> Any:
    """Return the class's model with float32 weights; "meta" needs no memory."""
    # experts in one product: the usual way asks which are chosen, which no meta tensor can tell
    config._experts_implementation = "batched_mm"
    with torch.device(device):
        return model_class(config).eval()


def counts(model: Any, config: Any) -> Counts:
    """Return the parameters; a tied or shared one counts where it is first met, rows without use not at all.

    A text decoder without an output layer gets the one that its multimodal model has.
    """
    path, length = _stack(model, config)
    place = re.compile(re.escape(path) + r"\.(\d+)\.")
    total, per_layer = 0, [0] * length
    for name, parameter in model.named_parameters():
        size = parameter.numel()
        if name.endswith(_PACKED) and (zeros := getattr(config, "zero_expert_num", 0)):
            size -= zeros * size // parameter.shape[0]
        total += size
        if (found := place.match(name)) and not name.endswith(_BEFORE_THE_LAYERS):
            per_layer[int(found[1])] += size
    if model.get_output_embeddings() is None and not getattr(config, "tie_word_embeddings", False):
        total += config.vocab_size * config.hidden_size
    return Counts(total, per_layer)


def _stack(model: Any, config: Any) -> tuple[str, int]:
    """Return the name and length of the list of layers: the longest, and of those the heaviest."""
    lists = [
        (
            len(module) == getattr(config, "num_hidden_layers", None),
            sum(p.numel() for p in module.parameters()),
            name,
            len(module),
        )
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.ModuleList)
    ]
    _, _, name, length = max(lists)
    return name, length


def cached_numbers(model: Any, vocab_size: int, device: str) -> tuple[int, int]:
    """Return how many numbers the model's cache holds after texts of both `LENGTHS`."""
    first, second = (_cached(model, vocab_size, length, device) for length in LENGTHS)
    return first, second


def _cached(model: Any, vocab_size: int, length: int, device: str) -> int:
    tokens = (torch.arange(length, device=device) % max(vocab_size - 1, 1) + 1).clamp(max=vocab_size - 1)[
        None
    ]
    with torch.no_grad():
        output = model(input_ids=tokens, use_cache=True)
    for name in ("past_key_values", "cache_params", "state"):
        cache = getattr(output, name, None)
        if cache is not None:
            return sum({id(tensor): tensor.numel() for tensor in _tensors(cache, set())}.values())
    return 0


def _tensors(value: Any, seen: set[int]) -> Iterator[Any]:
    """Yield every tensor that a cache reaches."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _tensors(entry, seen)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from _tensors(entry, seen)
    elif type(value).__module__.startswith("transformers") and not isinstance(value, torch.nn.Module):
        yield from _tensors(vars(value), seen)
