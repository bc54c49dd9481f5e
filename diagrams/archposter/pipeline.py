"""The stages strung together: spec -> Arch -> blocks -> Frame -> bytes.  No stage's logic is here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

from archposter import bundled
from archposter.blocks.card import card
from archposter.blocks.tree import Card
from archposter.counts.facts import Facts
from archposter.counts.facts import facts as count_facts
from archposter.diagnostics import Diagnostic, SpecError, UsageError, one_of, printable, whole, written
from archposter.export import files
from archposter.export.files import format_of as format_of
from archposter.importing import ModelSource as ModelSource
from archposter.importing import imported
from archposter.kinds import DEFAULT_STYLE as DEFAULT_STYLE
from archposter.kinds import FORMATS as FORMATS
from archposter.kinds import MARKUPS, MAX_TOKENS, NOTATIONS, TEXT_MODES, VARIANTS
from archposter.kinds import Format as Format
from archposter.kinds import Notation as Notation
from archposter.kinds import Rendering as Rendering
from archposter.kinds import TextMode as TextMode
from archposter.kinds import Variant as Variant
from archposter.layout.card import card_frame
from archposter.layout.figure import figure_frame
from archposter.relate.nearest import NO_MODELS
from archposter.scene import Frame, Group
from archposter.sources.names import is_source
from archposter.spec.arch import Arch
from archposter.spec.load import load_spec, parse_spec, state_spec
from archposter.spec.normalize import normalize
from archposter.theme import Theme, load_theme

if TYPE_CHECKING:
    from archposter.compare.comparison import Comparison
    from archposter.compare.profile import Profile
    from archposter.counts.listing import ListedWeight
    from archposter.kinds import Markup
    from archposter.relate.unlike import Relatives
    from archposter.sources.checkpoint import Weights
    from archposter.sources.verdict import Verdict
    from archposter.sources.weights import Agreement
    from archposter.spec.model import ArchSpec

_FRAMES: dict[Variant, Callable[[Card, Theme], Frame]] = {"card": card_frame, "figure": figure_frame}


def load(source: ModelSource, *, lenient: bool = False) -> Model:
    """Return the model of a bundled name, a spec file, a `config.json` or another source of a config.

    Those are a checkpoint's folder, a `.gguf` file or its address, and `hf:ORG/NAME[@REVISION]`; only `hf:`
    and addresses touch the network.  A mapping is what a spec or a config states (`json.load`, `to_dict()`).
    Raises `UsageError` for a name that is unknown or cannot be reached and `SpecError` for a file with
    faults.  What is not understood in a config is a fault; if `lenient`, the facts have a warning instead.
    """
    if isinstance(source, Mapping):
        if "stack" in source:
            return _stated(state_spec(source, "spec"))
        if "model_type" in source or "architectures" in source:
            return _imported_model(source, lenient=lenient)
        raise UsageError('a mapping: expected a spec, with "stack", or a config, with "model_type"')
    if not isinstance(source, str | Path):
        raise UsageError(f"model: got {written(source)}, expected a name, a path or a mapping")
    text = str(source)
    if is_source(text) and not (isinstance(source, str) and source in bundled.spec_names()):
        return _imported_model(text, lenient=lenient)
    path = source if isinstance(source, Path) else bundled.model_path(source)
    return Model(normalize(load_spec(path)), bundled.slug(path))


def loads(text: str, *, lenient: bool = False, file: str = "text") -> Model:
    """Return the model of a spec's or a config's text; `file` is what messages name it.

    Text that begins with a brace is JSON: a config, or a spec where it has a `stack`.  Raises `SpecError`.
    """
    if (stated := _config_in(text, file)) is not None:
        return _imported_model(stated, lenient=lenient, file=file)
    return _stated(parse_spec(text, file))


def _config_in(text: str, file: str) -> dict[str, Any] | None:
    """Return the config that a text states, None where it states a spec or nothing."""
    if not text.lstrip("\ufeff \t\r\n").startswith("{"):
        return None
    from archposter.importer.file import parse_config

    stated = parse_config(text, file)
    return None if "stack" in stated else stated


def _stated(spec: ArchSpec) -> Model:
    arch = normalize(spec)
    return Model(arch, _slug(arch.title))


def _slug(title: str) -> str:
    """Return a name for files of a model that has none: "Llama 3 8B" -> "llama-3-8b"."""
    return "-".join(re.findall(r"[^\W_]+(?:\.\d+)*", title.lower())) or "model"


def _imported_model(source: str | Mapping[str, Any], *, lenient: bool, file: str = "config") -> Model:
    read, found = imported(source, lenient=lenient, file=file)
    arch = replace(normalize(read.spec), warnings=tuple(map(str, read.warnings)))
    return Model(arch, found.slug or _slug(arch.title), found.weights, tuple(map(str, read.passed)))


def models() -> list[Model]:
    """Return the bundled models, oldest first."""
    return by_date(map(load, bundled.spec_names()))


def validate(*files: str | Path) -> tuple[Diagnostic, ...]:
    """Return all faults of spec files, each with its place; none where they are valid."""
    return tuple(fault for file in files for fault in _faults(partial(load_spec, Path(file))))


def validate_text(text: str, file: str = "text") -> tuple[Diagnostic, ...]:
    """Return all faults of a spec's text; `file` is what messages name it."""
    return _faults(partial(parse_spec, text, file))


def _faults(read: Callable[[], ArchSpec]) -> tuple[Diagnostic, ...]:
    try:
        normalize(read())
    except SpecError as error:
        return error.diagnostics
    return ()


def verify(
    model: AnyModel,
    config: AnyModel | None = None,
    weights: str | Path | None = None,
    *,
    lenient: bool = False,
) -> Verdict:
    """Return how a model agrees with a `config`, a source as for `load`, and with a checkpoint's `weights`.

    Those are a folder, a .safetensors or .gguf file, or `hf:ORG/NAME`.  Raises `UsageError` where there are
    no weights in a known format, and where there is nothing to compare with, else as `load` does.
    """
    from archposter.sources.fields import disagreements
    from archposter.sources.find import find_weights
    from archposter.sources.verdict import Verdict
    from archposter.sources.weights import agreement

    if not config and not weights:
        raise UsageError("name what to compare with: a config, weights or both")
    model = as_model(model)
    other = config if isinstance(config, Model) else load(config, lenient=lenient) if config else None
    checkpoint = find_weights(str(weights)).checkpoint() if weights else None
    if weights and checkpoint is None:
        raise UsageError(f"{printable(str(weights))}: there are no weights in safetensors files")
    return Verdict(
        model.arch.title,
        disagreements(model.arch, other.arch) if other else None,
        agreement(model.arch, checkpoint) if checkpoint else None,
        other.arch.warnings if other else (),
    )


def theme(style: str | Path = DEFAULT_STYLE) -> Theme:
    """Return a bundled style, or that of a file of one's own: a Path, or what is written as one.

    Raises `UsageError` for an unknown style, and `SpecError` for faults of a file.
    """
    path = bundled.style_path(style)
    if isinstance(style, str) and style in bundled.style_names():
        return load_theme(style, path)
    from archposter.style_file import read_style

    return read_style(path)


@dataclass(frozen=True, repr=False)
class Model:
    """A model that can be counted and drawn; `slug` is its file's name without the ending.

    `published` is where its weights may be, if it came from such a place.  `notes` say what was passed over
    in the config it came from, since it changes nothing.
    """

    arch: Arch
    slug: str
    published: Weights | None = None
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Model {self.slug}: {self.arch.title}>"

    @cached_property
    def _facts(self) -> Facts:
        return count_facts(self.arch)

    @cached_property
    def _profile(self) -> Profile:
        from archposter.compare.profile import Profile

        return Profile(self.arch)

    def facts(self, context: int | None = None) -> Facts:
        """Return the exact counts, at the full context length unless a `context` of tokens is given.

        Raises `UsageError` for a context that is no whole number of at least one.
        """
        if context is None:
            return self._facts
        whole("context", context, MAX_TOKENS)
        return count_facts(self.arch, context)

    def weights(self) -> Agreement | None:
        """Return how the model's published weights agree with the counts; None where there are none.

        Their headers are read now.  Raises `UsageError` or `SpecError` where that fails.
        """
        checkpoint = self.published.checkpoint() if self.published else None
        if checkpoint is None:
            return None
        from archposter.sources.weights import agreement

        return agreement(self.arch, checkpoint)

    def relatives(self) -> Relatives:
        """Return whom among the bundled models this one is compared with, how it differs, and the nearest."""
        from archposter.relate.unlike import relatives

        return relatives(self.arch)

    def tensors(self) -> tuple[ListedWeight, ...]:
        """Return every weight with its shape, equal layers together."""
        from archposter.counts.listing import listing

        return listing(self.arch)

    def card(self, style: str | Path = DEFAULT_STYLE) -> Picture:
        """Return the card; it shows itself in a notebook."""
        return self.draw("card", style)

    def figure(self, style: str | Path = DEFAULT_STYLE) -> Picture:
        """Return the tower and its callouts alone, for a column of text."""
        return self.draw("figure", style)

    def draw(
        self, variant: Variant = "card", style: str | Path = DEFAULT_STYLE, *, alone: bool = False
    ) -> Picture:
        """Return a variant of the picture, if `alone` as though no other model were known.

        Raises `UsageError` for an unknown variant or style.
        """
        one_of("variant", variant, VARIANTS)
        others = NO_MODELS if alone else None
        frame = _FRAMES[variant](card(self.arch, self._facts, others), theme(style))
        return Picture(frame, self.arch.released)

    def render(self, kind: Format | Notation, rendering: Rendering) -> bytes:
        """Return the file of a picture or of a text for another program; raise what making it raises."""
        variant, style, text, width, dpi = rendering
        if kind == "mmd" or kind == "dot" or kind == "json":
            if width or dpi:
                raise UsageError(f"a width or dpi is for a PNG; a .{kind} file has no dots")
            return self.write(kind, style).encode()
        made = self.draw(variant, style).encode(kind, text, width, dpi)
        return made.encode() if isinstance(made, str) else made

    # What writes graphs and what compares is imported where it is used: cards do not need it.

    def blocks(self) -> dict[str, Any]:
        """Return what the card says and shows as JSON data, as `blocks_schema` describes it."""
        from archposter.blocks.dump import dump_blocks

        return dump_blocks(card(self.arch, self._facts))

    def mermaid(self, style: str | Path = DEFAULT_STYLE) -> str:
        """Return the tower as a flowchart in Mermaid's language, which GitHub draws by itself."""
        return self.write("mmd", style)

    def dot(self, style: str | Path = DEFAULT_STYLE) -> str:
        """Return the tower as a graph in Graphviz's language."""
        return self.write("dot", style)

    def write(self, notation: Notation, style: str | Path = DEFAULT_STYLE) -> str:
        """Return the card for another program: as Mermaid, Graphviz or JSON text.

        Raises `UsageError` for an unknown notation or style.
        """
        one_of("notation", notation, NOTATIONS)
        blocks, colors = card(self.arch, self._facts), theme(style)
        match notation:
            case "mmd":
                from archposter.outline.mermaid import to_mermaid
                from archposter.outline.tower import outline

                return to_mermaid(outline(blocks), colors)
            case "dot":
                from archposter.outline.dot import to_dot
                from archposter.outline.tower import outline

                return to_dot(outline(blocks), colors)
            case "json":
                from archposter.blocks.dump import dump_blocks
                from archposter.spec.dump import to_json

                return to_json(dump_blocks(blocks))
        assert_never(notation)

    def compare(self, *others: AnyModel) -> Comparison:
        """Return what differs from other models, and the counts that follow from it."""
        from archposter.compare.comparison import compare_profiles

        if not others:
            raise UsageError("models to compare: expected one or more")
        return compare_profiles([self._profile, *(as_model(other)._profile for other in others)])

    def diff(self, other: AnyModel, style: str | Path = DEFAULT_STYLE) -> Picture:
        """Return both towers side by side, what differs marked in them and said between them."""
        from archposter.blocks.diff import diff
        from archposter.layout.diff import diff_frame

        other = as_model(other)
        comparison = self.compare(other)
        facts = self.facts(comparison.tokens), other.facts(comparison.tokens)
        days = [day for day in (self.arch.released, other.arch.released) if day]
        drawn = diff_frame(diff((self.arch, other.arch), facts, comparison), theme(style))
        return Picture(drawn, max(days, default=None))


AnyModel = Model | ModelSource
"""A model, or what `load` makes one of."""


def as_model(model: AnyModel) -> Model:
    """Return the model, loaded where it is only named; raise what `load` raises."""
    return model if isinstance(model, Model) else load(model)


def legend(style: str | Path = DEFAULT_STYLE) -> Picture:
    """Return the card that explains the cards; raise `UsageError` for an unknown style."""
    from archposter.blocks.legend import legend as blocks

    return Picture(card_frame(blocks(), theme(style)))


def by_date(models: Iterable[Model]) -> list[Model]:
    """Return the models oldest first; those without a date stand before all."""
    return sorted(models, key=lambda model: (model.arch.released or date.min, model.slug))


@dataclass(frozen=True, repr=False)
class Picture:
    """A finished Frame that can be written in every format; `day` is the newest of what it shows."""

    frame: Frame
    day: date | None = None

    def __repr__(self) -> str:
        size = self.frame.size
        return f"<Picture {self.frame.title}, {size.width:.0f} x {size.height:.0f}>"

    # The exporters are imported where they are used: each brings a library that costs more time
    # than everything a card needs.

    def svg(self, text: TextMode = "live") -> str:
        """Return an SVG document, its text live in an embedded font or drawn as outlines."""
        from archposter.export.svg import to_svg

        one_of("text", text, TEXT_MODES)
        return to_svg(self.frame, text)

    def png(self, width: int | None = None, dpi: int | None = None) -> bytes:
        """Return a PNG `width` pixels wide, or with `dpi` pixels an inch of the PDF's page; else 1,000 wide.

        The file states its resolution: `dpi`, or 144 units an inch.
        """
        from archposter.export.png import to_png

        return to_png(self.frame, width, dpi)

    def pdf(self) -> bytes:
        """Return a PDF of one page; a unit of the picture is a point."""
        from archposter.export.pdf import Info, finished_pdf, press

        size, items, title, words = self.frame
        # To readers who do not see it a picture is one figure, and not its hundred labels.
        page = Frame(size, (Group(items, title=title, description=words or title),), title, words)
        return finished_pdf([page], Info(title, words), press(screen=True), self.day)

    def encode(
        self, kind: Format, text: TextMode = "live", width: int | None = None, dpi: int | None = None
    ) -> str | bytes:
        """Return the picture in a format: `text` is for SVG, `width` and `dpi` are for PNG.

        Raises `UsageError` for what the format does not have.
        """
        one_of("format", kind, FORMATS)
        if (width or dpi) and kind != "png":
            raise UsageError(f"a width or dpi is for a PNG; a picture as {kind.upper()} has no dots")
        match kind:
            case "svg":
                return self.svg(text)
            case "png":
                return self.png(width, dpi)
            case "pdf":
                return self.pdf()
        assert_never(kind)

    def save(
        self, path: str | Path, text: TextMode = "live", width: int | None = None, dpi: int | None = None
    ) -> Path:
        """Write the picture in the format its name ends with; raise `UsageError` or `OutputError`."""
        target = Path(path)
        files.write(target, self.encode(format_of(target), text, width, dpi))
        return target

    def snippet(self, markup: Markup, path: str | Path) -> str:
        """Return what embeds the picture, written at `path`, in HTML, Markdown or LaTeX."""
        from archposter.export.snippet import snippet

        one_of("markup", markup, MARKUPS)
        return snippet(markup, Path(path), self.frame)

    def _repr_svg_(self) -> str:
        return self.svg()
