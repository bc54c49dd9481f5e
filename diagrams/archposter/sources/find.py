"""What a MODEL that is no spec leads to: a hub, a GGUF file or address, a checkpoint's folder, a config."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from archposter.bundled import slug
from archposter.diagnostics import UsageError, printable
from archposter.importer.file import load_config, state_config
from archposter.sources.checkpoint import NoWeights, Source, Weights
from archposter.sources.names import CONFIGS, HUB, is_address, is_gguf
from archposter.spec.load import shown

if TYPE_CHECKING:
    from archposter.sources.gguf import Header


def find(source: str) -> Source:
    """Return the config of `source`, anything but a spec, and where its weights are.

    Only `hf:` and addresses touch the network.  Raises UsageError for what cannot be reached, SpecError
    for faults of a file.
    """
    if source.startswith(HUB):
        from archposter.sources.hub import open_hub

        return open_hub(source)
    if is_address(source) or is_gguf(source):
        return _gguf(source)
    path = Path(source)
    if not path.is_dir():
        return Source(load_config(path), shown(path), slug(path), NoWeights())
    config = next((file for name in CONFIGS if (file := path / name).is_file()), path / CONFIGS[0])
    return Source(load_config(config), shown(config), slug(config), _folder(path))


def stated(config: Mapping[str, Any], file: str) -> Source:
    """Return a config that is no file's; `file` is what messages name it.  Raises SpecError."""
    return Source(state_config(config, file), file, "", NoWeights())


def find_weights(source: str) -> Weights:
    """Return the place of a checkpoint: `hf:ORG/NAME`, a folder, a .safetensors or .gguf file, an address."""
    if source.startswith(HUB):
        from archposter.sources.hub import repository_of

        return repository_of(source)
    if is_address(source) or is_gguf(source):
        return _header(source)
    path = Path(source)
    if not path.exists():
        raise UsageError(f"{printable(source)}: no such folder or file")
    return _folder(path)


def _folder(path: Path) -> Weights:
    from archposter.sources.safetensors import Folder

    return Folder(path)


def _gguf(text: str) -> Source:
    from archposter.sources.gguf_config import config_of, name_of

    header = _header(text)
    stem = PurePath(header.file).stem or "model"
    return Source(config_of(header), header.file, stem, header, name=name_of(header), derived=True)


def _header(text: str) -> Header:
    from archposter.sources.gguf import read_gguf

    if is_address(text) and not is_gguf(text):
        said = printable(text.partition("?")[0])
        raise UsageError(f"{said}: of addresses, only those that end with .gguf are read")
    return read_gguf(text)
