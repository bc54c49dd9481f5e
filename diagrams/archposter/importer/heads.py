"""`architectures`: the class that a file names, whose family it is of, and what head it has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archposter.importer.config import Config
from archposter.importer.reference import reference
from archposter.importer.table import BY_ARCHITECTURE, LIKE
from archposter.importer.wrappers import WRAPPERS
from archposter.spec.model import Head

_HEADS: tuple[tuple[str, Head], ...] = (
    ("ForSequenceClassification", "sequence_classification"),
    ("ForTokenClassification", "token_classification"),
    ("ForCausalLM", "lm"),
    ("ForConditionalGeneration", "lm"),
    ("LMHeadModel", "lm"),
    ("Model", "none"),
)
"""What a class has above its layers, by the end of its name."""

_OTHERS = (
    (
        r"Eagle|Medusa|Speculator|DFlash|(MTP|NextN)(Model)?\Z",
        "a draft head for another model; draw that one",
    ),
    (
        r"Bidirectional|Bi(Model|For)|Encoder(Model|For)",
        "tokens see later ones; only causal decoders are drawn",
    ),
    (r"Reward(Model)?\Z", "a reward head of the file's own code, which nothing in the config describes"),
    (r"ForQuestionAnswering\Z", "a head that marks answers in the text, which is not drawn"),
    (r"DoubleHeadsModel\Z|ForMultipleChoice\Z", "a second head for multiple choice, which is not drawn"),
)
"""Heads that are refused, by the class's name."""

_ALSO = {
    "bailing_hybrid": "BailingMoe",
    "bailing_moe_v2": "BailingMoe",
    "grok": "Grok",
    "kimi_k25": "KimiK",
    "nemotron-nas": "DeciLM",
    "nemotron_h_omni": "NemotronH",
    "phi-msft": "Phi",
}
"""Families of classes that types without a class of that name are published with."""

_LANGUAGE_MODELS = {
    "Qwen2_5OmniModel": "Qwen2_5OmniForConditionalGeneration",
    "ReplitLM": "ReplitLMForCausalLM",
}
"""Classes by what they are called today where the end of the name would mislead."""


def head(top: Config, kinds: Sequence[str]) -> Head:
    """Return the head of the class that a file names; a language model's where it names none.

    `kinds` are the model types that the file states, the outermost first.  A class of another family, and
    one whose head is not known, is a doubt; another generation's of the same family is let pass.
    """
    named = top.data.get("architectures") or []
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        raise top.refused("architectures", "expected a list of the names of classes")
    found = [_heard(top, name, kinds) for name in named]
    if len(set(found)) > 1:
        raise top.refused("architectures", "the classes have different heads")
    return found[0] if found else "lm"


def output_fields(top: Config, kind: Head, tied: bool, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the output: of a language model's head, or of a classifier with so many labels."""
    labels = _labels(top)
    bias = top.flag("token_classification_bias", default=True)
    if kind == "lm":
        return {"tied": tied, **said}
    if kind == "none":
        return {"tied": False, "head": kind}
    fields = {"tied": False, "head": kind, "num_labels": labels, "dense": said.get("dense")}
    return {**fields, "bias": bias and kind == "token_classification"}


def _labels(top: Config) -> int:
    """Return how many labels there are: as many as have names, else a number, else the library's two."""
    names = top.data.get("id2label")
    if isinstance(names, dict) and names:
        top.skip("num_labels")
        return len(names)
    return top.whole("num_labels", default=2, least=0)


def _heard(top: Config, name: str, kinds: Sequence[str]) -> Head:
    for pattern, what in _OTHERS:
        if re.search(pattern, name):
            top.journal.doubt(top.where("architectures"), f'"{name[:80]}" has {what}')
            return "lm"
    name = re.sub(r"\A(TF|Flax)(?=[A-Z])", "", _LANGUAGE_MODELS.get(name, name))
    family, found = _split(name)
    own = {each.casefold() for kind in kinds for each in _classes(kind)}
    if found and name.casefold() in own:
        return found
    stems = {*map(_stem, kinds), *(_stem(_split(each)[0]) for kind in kinds for each in _classes(kind))}
    stems |= {_stem(_ALSO[kind]) for kind in kinds if kind in _ALSO}
    stems |= {_stem(_split(each)[0]) for each, kind in BY_ARCHITECTURE.items() if kind in kinds}
    if not found or _stem(family) not in stems:
        what = "a class of another family than" if found else "no class with a known head of"
        hint = "" if own else "the file's own code decides what it is"
        top.journal.doubt(top.where("architectures"), f'"{name[:80]}" is {what} {", ".join(kinds)}', hint)
        return "lm"
    if own:
        message = f'"{name}" is no class of {", ".join(kinds)}, but of its family'
        top.journal.let_pass(top.where("architectures"), message)
    # code of a file's own names the whole model so (`ChatGLMModel`, `InternVLChatModel`)
    is_own = not any(_classes(kinds[0]))
    is_whole = kinds[0] in WRAPPERS or "AutoModelForCausalLM" in (top.data.get("auto_map") or ())
    return "lm" if is_own and is_whole and found == "none" else found


def _split(name: str) -> tuple[str, Head | None]:
    """Return the family in a class's name, and what its end says of the head."""
    for end, found in _HEADS:
        if name.endswith(end):
            return name.removesuffix(end), found
    return name, None


def _stem(name: str) -> str:
    """Return the letters that all generations of a family have: "qwen" of Qwen2_5_VL, "mimo" of MiMoV2."""
    return re.split(r"v?\d", re.sub(r"[\W_]", "", name.casefold()))[0]


def _classes(kind: str) -> Iterator[str]:
    said = reference(LIKE.get(kind, kind))
    yield from said.classes if said else ()
