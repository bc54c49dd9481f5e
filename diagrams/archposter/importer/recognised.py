"""Files without a `model_type`: what they are, by their keys."""

from __future__ import annotations

from archposter.diagnostics import printable
from archposter.importer.config import Config
from archposter.importer.reference import type_of_class

_READ = (
    ("dim n_layers n_heads hidden_dim", "mistral_native"),
    ("dim n_layers n_heads multiple_of", "meta_native"),
    ("n_embd n_layer n_head afn", "openai-gpt"),
    ("n_embd n_layer n_head n_positions", "gpt2"),
)
"""Keys that only files of one kind have together, and how these are read."""

_NOT_READ = (
    ("peft_type", "an adapter for another model; draw the config.json of that one"),
    ("speculators_model_type", "a draft head for another model; draw the config.json of that one"),
    (
        "ssm_cfg d_model",
        "a file of the original Mamba; take the one of the converted model (its name ends in -hf)",
    ),
    ("n_att n_ffn", "a file of the original RWKV; take the config.json of the converted model"),
    ("weight_map", "an index of weights; take the config.json beside it"),
    ("_from_model_config", "how text is generated; take the config.json beside it"),
    ("tokenizer_class", "a tokenizer's file; take the config.json beside it"),
    ("image_processor_type", "a file that says how pictures are prepared; take the config.json beside it"),
    ("_class_name", "a part of a diffusion pipeline; only decoders of text are drawn"),
)
"""Keys of files that are not a model's config, or not one that can be read: what they are and what to do."""

SIZES = ("hidden_size", "n_embd", "d_model", "dim", "num_hidden_layers", "n_layer", "n_layers")


def recognised(top: Config) -> str:
    """Return the type of a file that does not state it, or raise what it is instead."""
    for keys, kind in _READ:
        if all(key in top.data for key in keys.split()):
            return kind
    for keys, what in _NOT_READ:
        if all(key in top.data for key in keys.split()) and not (" " not in keys and _sized(top)):
            raise top.refused(keys.split()[0], f"this is {what}{_base(top)}")
    classes = top.data.get("architectures")
    for name in classes if isinstance(classes, list) else ():
        if kind := type_of_class(name) if isinstance(name, str) else "":
            top.journal.let_pass("model_type", f"missing; read as {kind}, the type of {printable(name)}")
            return kind
    hint = "" if _sized(top) else "no size of a model stands in this file: is it a config.json?"
    raise top.refused("model_type", "missing; expected text", hint)


def _sized(top: Config) -> bool:
    return any(key in top.data for key in SIZES)


def _base(top: Config) -> str:
    """Return which model an adapter belongs to, where the file says so."""
    said = top.data.get("base_model_name_or_path")
    return f": {printable(said[:100])}" if isinstance(said, str) and said else ""
