"""`config.json` data -> `ArchSpec`: who reads it, what all have in common, and what was left unread."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePath
from typing import Any, Final, NamedTuple

from archposter.bundled import folder_name
from archposter.diagnostics import Diagnostic, SpecError, did_you_mean, printable
from archposter.importer.body import Body, hidden_size
from archposter.importer.config import Config, Journal
from archposter.importer.heads import head, output_fields
from archposter.importer.recognised import SIZES, recognised
from archposter.importer.reference import reference, stated, type_of_class
from archposter.importer.table import (
    BY_ARCHITECTURE,
    LIKE,
    NOT_DECODERS,
    OWN_DEFAULTS,
    READERS,
    WITHOUT_CLASS,
    reader,
)
from archposter.importer.wrappers import (
    BEYOND,
    FLAT,
    MERGED,
    OF_PICTURES,
    OWN,
    SECTIONS,
    THINKERS,
    TIES,
    UNTIED,
    WRAPPERS,
)
from archposter.spec.model import ArchSpec, OutputSpec
from archposter.spec.parts import Attention, Rope, SoftmaxMixer
from archposter.spec.said import MAX_CONTEXT
from archposter.spec.write import folded
from archposter.text.metrics import missing_characters

_REPOSITORY = re.compile(r"[\w.-]{1,96}/([\w.-]{1,60})\Z")
_POSITIONS = ("max_position_embeddings", "n_positions", "max_seq_len", "context_length")

_ASKED: Final = {
    "context_length": ("model_max_length", _POSITIONS[0], "seq_length"),
    "vocab_size": ("vocab_size",),
    "hidden_size": ("hidden_size",),
    "stack": ("num_hidden_layers",),
}
"""Fields that one key gives, and the first spelling by which readers ask for it, in their order."""


class Imported(NamedTuple):
    """What a config says, and what its reader should know of it; `passed` changes nothing.

    `keys` are fields of the spec, each with the path of the config's key that was read for it.
    """

    spec: ArchSpec
    warnings: tuple[Diagnostic, ...]
    passed: tuple[Diagnostic, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()


def import_config(config: Mapping[str, Any], file: str, *, name: str = "", lenient: bool = False) -> Imported:
    """Return the architecture that a `config.json` describes; `file` is the name that messages give.

    Everything that shapes the model is understood or refused: an unknown model type and every key that
    no reader knows raise SpecError, or warn if `lenient`.  Missing keys have the value of the
    transformers library's class.
    """
    journal = Journal(file, lenient)
    top = Config(config, journal)
    said = _type(top)
    kind, text, outer = _decoder(top, said)
    scored = head(top, (said, kind))
    body = reader(kind)(text)
    text.states = _states(body)
    tied = _tied(outer, text, said)
    fields = _fields(body, text)
    fields["output"] = text.build(OutputSpec, **output_fields(top, scored, tied, body.output))
    fields["mtp"] = body.mtp if scored == "lm" else None
    spec = text.build(ArchSpec, name=name or _name(config, file, kind), **fields)
    top.finish()
    if journal.faults:
        raise SpecError(journal.faults)
    return Imported(spec, tuple(journal.warnings), tuple(journal.passed), tuple(_keys(journal.said)))


def _keys(said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the fields that one key alone gives, with that key's path; `said` are those that were read."""
    for field, asked in _ASKED.items():
        path = next((said[key] for key in asked if key in said), "")
        if path:
            yield field, path


def _decoder(top: Config, wrapper: str) -> tuple[str, Config, Config]:
    """Return the text decoder's type, the mapping that describes it, and the one around that."""
    if top.flag("is_encoder_decoder", default=False):
        raise top.refused("is_encoder_decoder", "got true; only decoders are drawn")
    kind, text, outer = wrapper, top, top
    if kind in WRAPPERS:
        if top.data.get("mtp_config"):
            top.journal.warn(top.where("mtp_config"), "prediction modules that stand there are not drawn")
        top.skip("mtp_config")
        text, outer = _text(top, kind)
        said = text.text("model_type", default=WRAPPERS[kind])
        kind = WRAPPERS[kind] if text is top else said
    known = _known(text, kind)
    top.kind = outer.kind = _classed(wrapper, top)
    text.kind = _classed(known, top, text)
    text.defaults = _defaults(wrapper if wrapper in MERGED else known) if known == kind else {}
    if text.defaults and not any(text.data.get(key) for key in (*SIZES, "vocab_size")):
        message = f"missing, and no other size stands in the file; its class would take {known}'s default"
        text.journal.doubt(text.where("hidden_size"), message)
    return known, text, outer


def _text(top: Config, kind: str) -> tuple[Config, Config]:
    """Return the section of a multimodal file that describes its text decoder, and the mapping around it."""
    outer = top
    if kind in THINKERS:
        outer = _needed(top, "thinker_config", kind)
        top.towers(outer)
    key = next((key for key in SECTIONS if outer.has(key)), SECTIONS[0])
    text = outer if kind in FLAT and not outer.has(key) else _needed(outer, key, kind)
    outer.towers(text, OWN.get(kind, frozenset()))
    text.data = {key: said for key, said in text.data.items() if key not in OF_PICTURES.get(kind, ())}
    return text, outer


def _classed(kind: str, *configs: Config) -> str:
    """Return the type whose class reads a file; empty where that is code of the file's own, or unknown."""
    known = "" if kind in WITHOUT_CLASS else LIKE.get(kind, kind)
    said = reference(known) if known else None
    if said is None:
        return ""
    classes = {name.casefold() for name in said.classes}
    for config in configs:
        own = config.data.get("auto_map")
        for task, place in own.items() if isinstance(own, dict) else ():
            is_model = task.startswith("AutoModel") and isinstance(place, str)
            if is_model and place.rpartition(".")[2].casefold() not in classes:
                return ""
    return known


def _states(body: Body) -> dict[str, Collection[Any]]:
    """Return what files may say besides, as a class has it anyway: norms of heads, how much is turned."""
    mixers = {mixer for layer in set(body.layers) for _, mixer in layer.located_parts()}
    heads = [mixer for mixer in mixers if isinstance(mixer, Attention)]
    turned = {
        round(mixer.head_dim * mixer.position.partial_rotary_factor)
        for mixer in heads
        if isinstance(mixer.position, Rope)
    }
    return {"qk_norm": {any(mixer.qk_norm for mixer in heads)}, "rotary_dim": turned}


def _needed(config: Config, key: str, kind: str) -> Config:
    section = config.section(key)
    if section is None:
        raise config.refused(key, f"missing; the text decoder of {kind} stands there")
    return section


def _type(top: Config) -> str:
    classes = top.data.get("architectures")
    first = classes[0] if isinstance(classes, list) and classes else None
    if isinstance(first, str) and first in BY_ARCHITECTURE:
        return BY_ARCHITECTURE[first]
    if not top.has("model_type"):
        return recognised(top)
    said = top.text("model_type")
    known = any(said in kinds for kinds in (READERS, WRAPPERS, NOT_DECODERS, BEYOND))
    if known or not isinstance(first, str) or top.data.get("auto_map") or not (kind := type_of_class(first)):
        return said
    message = f"unknown model type {printable(said)}; read as {kind}, the type of {printable(first)}"
    top.journal.warn(top.where("model_type"), message)
    return kind


def _known(config: Config, kind: str) -> str:
    if kind in READERS:
        return kind
    if kind in NOT_DECODERS:
        raise config.refused("model_type", f"{kind} is {NOT_DECODERS[kind]}; only decoders are drawn")
    if kind in BEYOND:
        raise config.refused("model_type", f"{kind} has {BEYOND[kind]}, which cannot be said in a spec")
    hint = did_you_mean(kind[:60], (*READERS, *WRAPPERS))
    message = f"unknown model type {printable(kind)}"
    if not config.journal.lenient:
        raise config.refused("model_type", message, hint)
    config.journal.warn(config.where("model_type"), f"{message}; read as if it were llama")
    return "llama"


def _defaults(kind: str) -> dict[str, Any]:
    """Return what the reference class takes for keys that a file leaves out."""
    if kind in WITHOUT_CLASS:
        return OWN_DEFAULTS.get(kind, {})
    said: dict[str, Any] | None = stated("defaults", LIKE.get(kind, kind))
    return said or {}


def _fields(body: Body, text: Config) -> dict[str, Any]:
    return {
        "context_length": _context(body, text),
        "vocab_size": text.whole("vocab_size", "padded_vocab_size"),
        "hidden_size": hidden_size(text),
        "norm": body.norm,
        "residual": body.residual,
        "embedding": body.embedding,
        "stack": folded(body.layers),
        "loops": body.loops,
        "exit_gate": body.exit_gate,
    }


def _context(body: Body, text: Config) -> int | None:
    """Return the limit to the context; a model without attention need not have one."""
    parts = (part for layer in set(body.layers) for _, part in layer.located_parts())
    # positions may be those of the first training (Command R), and what a model was trained on limits its
    # context only where nothing else does
    for keys in (("model_max_length",), _POSITIONS, ("seq_length",)):
        if text.has(*keys):
            text.skip(*_POSITIONS)
            return text.whole(*keys, most=MAX_CONTEXT)
    if not any(isinstance(part, SoftmaxMixer) for part in parts):
        return None
    return body.context or text.whole(*_POSITIONS, most=MAX_CONTEXT)


def _tied(outer: Config, text: Config, kind: str) -> bool:
    """Tell whether the output layer is the embedding; a file and its text section may say so both."""
    whose = TIES.get(kind, "")
    keys = ("tie_word_embeddings", "use_embedding_sharing", "tied_embeddings")
    default = bool(text.defaults.get(keys[0], False)) and kind not in UNTIED
    heard = {"file": (outer,), "nobody": (), "text": (text,)}.get(whose, (outer, text))
    said = [config.flag(*keys) for config in heard if any(config.data.get(key) is not None for key in keys)]
    for config in (outer, text):
        config.skip(*keys)
    if whose == "either":
        return any(said) if said else default
    if len(set(said)) > 1:
        tied = "tied" if said[0] else "not tied"
        outer.journal.warn(keys[0], f"the output layer is {tied}, although the text section says otherwise")
    return said[0] if said else default and whose not in ("file", "nobody")


def _name(config: Mapping[str, Any], file: str, kind: str) -> str:
    """Return the file's name or its folder's, the repository that the config names, or the model type.

    A config that was tuned further still names the model that it began with, so that the folder counts more.
    """
    said = config.get("_name_or_path")
    found = _REPOSITORY.match(said) if isinstance(said, str) else None
    path = PurePath(file)
    stem = folder_name(path)
    for name in (stem if path.suffix else "", found[1] if found else "", stem):
        if (
            0 < len(name) <= 60
            and name.isprintable()
            and name == name.strip()
            and not missing_characters(name)
        ):
            return name
    return kind
