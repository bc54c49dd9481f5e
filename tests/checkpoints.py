"""Files of weights without weights: headers as checkpoints have them, written from a model's counts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from archposter.counts.tensors import tensors
from archposter.sources.checkpoint import Stored
from archposter.spec.arch import Arch


def published(arch: Arch, dtype: str = "BF16") -> list[Stored]:
    """Return a model's tensors under the names of a checkpoint, each expert's apart."""
    found = []
    for tensor in tensors(arch):
        name = tensor.name if tensor.name.startswith("lm_head") else f"model.{tensor.name}"
        names = [name.replace("experts.", f"experts.{copy}.") for copy in range(tensor.copies)]
        found += [Stored(each, tensor.shape, dtype) for each in names if tensor.group != "mtp"]
    return found


def header(stored: Iterable[Stored]) -> bytes:
    """Return what a safetensors file of these tensors begins with."""
    entries = {t.name: {"dtype": t.dtype, "shape": t.shape, "data_offsets": [0, 0]} for t in stored}
    text = json.dumps({"__metadata__": {"format": "pt"}, **entries}).encode()
    return len(text).to_bytes(8, "little") + text


def write_folder(folder: Path, config: str, stored: list[Stored], files: int = 1) -> Path:
    """Write a checkpoint's folder; of several files, each has every n-th tensor, and there is an index."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(config)
    if files == 1:
        (folder / "model.safetensors").write_bytes(header(stored))
        return folder
    names = [f"model-{n + 1:05}-of-{files:05}.safetensors" for n in range(files)]
    for n, name in enumerate(names):
        (folder / name).write_bytes(header(stored[n::files]))
    weight_map = {tensor.name: names[n % files] for n, tensor in enumerate(stored)}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
    return folder
