"""The stages strung together: spec -> Arch -> blocks -> Frame -> bytes.  No stage's logic is here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from archposter import resources
from archposter.blocks.card import card
from archposter.blocks.tree import Card
from archposter.counts.facts import Facts
from archposter.counts.facts import facts as count_facts
from archposter.counts.listing import Row, listing
from archposter.diagnostics import UsageError, did_you_mean, printable
from archposter.export import files
from archposter.kinds import DEFAULT_STYLE as DEFAULT_STYLE
from archposter.kinds import FORMATS as FORMATS
from archposter.kinds import Format as Format
from archposter.kinds import TextMode as TextMode
from archposter.kinds import Variant as Variant
from archposter.layout.card import card_frame
from archposter.layout.figure import figure_frame
from archposter.scene import Frame
from archposter.sources.names import is_source
from archposter.spec.arch import Arch
from archposter.spec.load import load_spec, read_text, shown
from archposter.spec.normalize import normalize
from archposter.theme import Theme, load_theme

if TYPE_CHECKING:
    from archposter.compare.comparison import Comparison
    from archposter.importer.read import Imported
    from archposter.sources.checkpoint import Source, Weights
    from archposter.sources.verdict import Verdict
    from archposter.sources.weights import Agreement

DEFAULT_PIXELS = 1000

_FRAMES: dict[Variant, Callable[[Card, Theme], Frame]] = {"card": card_frame, "figure": figure_frame}


def load(source: str | Path, *, lenient: bool = False) -> Model:
    """Return the model of a bundled name, a spec file, a `config.json` or another source of a config.

    Those are a checkpoint's folder, a `.gguf` file or its address, and `hf:ORG/NAME[@REVISION]`; only `hf:`
    and addresses touch the network.  Raises `UsageError` for a name that is unknown or cannot be reached
    and `SpecError` for a file with faults.  What is not understood in a config is a fault; if `lenient`,
    the facts have a warning instead.
    """
    text = str(source)
    if is_source(text) and not (isinstance(source, str) and source in resources.spec_names()):
        return _imported_model(text, lenient=lenient)
    path = source if isinstance(source, Path) else resources.model_path(source)
    return Model(normalize(load_spec(path)), resources.slug(path))


def import_spec(
    config: str | Path, output: Path | None = None, name: str = "", *, lenient: bool = False
) -> tuple[str, tuple[str, ...]]:
    """Return the spec that a source of a config makes, as text, and warnings; sources are those of `load`.

    If the file `output` exists, what a hand wrote there stays.  Raises `SpecError` for faults of either
    file, and for everything in the config that is not understood unless `lenient`.
    """
    from archposter.spec.merge import HAND_WRITTEN, merge_spec
    from archposter.spec.write import dump_spec

    imported, _ = _imported(str(config), name, lenient=lenient)
    warnings = tuple(map(str, imported.warnings))
    if output is None or not output.exists():
        return dump_spec(imported.spec), warnings
    kept = HAND_WRITTEN - {"name"} if name else HAND_WRITTEN
    file = shown(output)
    return merge_spec(read_text(output, file, "spec"), imported.spec, file, kept), warnings


def _imported_model(source: str, *, lenient: bool) -> Model:
    imported, found = _imported(source, lenient=lenient)
    arch = replace(normalize(imported.spec), warnings=tuple(map(str, imported.warnings)))
    return Model(arch, found.slug, found.weights)


def _imported(source: str, name: str = "", *, lenient: bool) -> tuple[Imported, Source]:
    from archposter.importer.read import import_config
    from archposter.sources.find import find

    found = find(source)
    imported = import_config(found.config, found.file, name=name or found.name, lenient=lenient)
    if found.derived:
        from archposter.sources.weights import doubts

        warnings = (*imported.warnings, *doubts(normalize(imported.spec), found, lenient=lenient))
        imported = replace(imported, warnings=warnings)
    return imported, found


def verify(model: Model, config: str | None, weights: str | None, *, lenient: bool = False) -> Verdict:
    """Return how a model agrees with a `config`, a source as for `load`, and with a checkpoint's `weights`.

    Raises `UsageError` where there are no weights in a known format, else as `load` does.
    """
    from archposter.sources.fields import disagreements
    from archposter.sources.find import find_weights
    from archposter.sources.verdict import Verdict
    from archposter.sources.weights import agreement

    other = load(config, lenient=lenient) if config else None
    checkpoint = find_weights(weights).checkpoint() if weights else None
    if weights and checkpoint is None:
        raise UsageError(f"{printable(weights)}: there are no weights in safetensors files")
    return Verdict(
        model.arch.title,
        disagreements(model.arch, other.arch) if other else None,
        agreement(model.arch, checkpoint) if checkpoint else None,
        other.arch.warnings if other else (),
    )


def theme(style: str = DEFAULT_STYLE) -> Theme:
    """Return a bundled style; raise `UsageError` for an unknown one."""
    return load_theme(style, resources.style_path(style))


@dataclass(frozen=True)
class Model:
    """A model that can be counted and drawn; `slug` is its file's name without the ending.

    `published` is where its weights may be, if it came from such a place.
    """

    arch: Arch
    slug: str
    published: Weights | None = None

    @cached_property
    def _facts(self) -> Facts:
        return count_facts(self.arch)

    def facts(self, context: int | None = None) -> Facts:
        """Return the exact counts, at the full context length unless a `context` is given."""
        return count_facts(self.arch, context) if context else self._facts

    def weights(self) -> Agreement | None:
        """Return how the model's published weights agree with the counts; None where there are none.

        Their headers are read now.  Raises `UsageError` or `SpecError` where that fails.
        """
        checkpoint = self.published.checkpoint() if self.published else None
        if checkpoint is None:
            return None
        from archposter.sources.weights import agreement

        return agreement(self.arch, checkpoint)

    def tensors(self) -> tuple[Row, ...]:
        """Return every weight with its shape, equal layers together."""
        return listing(self.arch)

    def card(self, style: str = DEFAULT_STYLE) -> Picture:
        """Return the card; it shows itself in a notebook."""
        return self.draw("card", style)

    def figure(self, style: str = DEFAULT_STYLE) -> Picture:
        """Return the tower and its callouts alone, for a column of text."""
        return self.draw("figure", style)

    def draw(self, variant: Variant, style: str = DEFAULT_STYLE) -> Picture:
        """Return a variant of the picture; raise `UsageError` for an unknown style."""
        return Picture(_FRAMES[variant](card(self.arch, self._facts), theme(style)))

    # What compares is imported where it is used: cards do not need it.

    def compare(self, *others: Model) -> Comparison:
        """Return what differs from other models, and the counts that follow from it."""
        from archposter.compare.comparison import compare

        return compare([self.arch, *(other.arch for other in others)])

    def diff(self, other: Model, style: str = DEFAULT_STYLE) -> Picture:
        """Return both towers side by side, what differs marked in them and said between them."""
        from archposter.blocks.diff import diff
        from archposter.layout.diff import diff_frame

        comparison = self.compare(other)
        facts = self.facts(comparison.tokens), other.facts(comparison.tokens)
        return Picture(diff_frame(diff((self.arch, other.arch), facts, comparison), theme(style)))


def legend(style: str = DEFAULT_STYLE) -> Picture:
    """Return the card that explains the cards; raise `UsageError` for an unknown style."""
    from archposter.blocks.legend import legend as blocks

    return Picture(card_frame(blocks(), theme(style)))


def by_date(models: Iterable[Model]) -> list[Model]:
    """Return the models oldest first; those without a date stand before all."""
    return sorted(models, key=lambda model: (model.arch.released or date.min, model.slug))


@dataclass(frozen=True)
class Picture:
    """A finished Frame that can be written in every format."""

    frame: Frame

    # The exporters are imported where they are used: each brings a library that costs more time
    # than everything a card needs.

    def svg(self, text: TextMode = "live") -> str:
        """Return an SVG document."""
        from archposter.export.svg import to_svg

        return to_svg(self.frame, text)

    def png(self, width: int = DEFAULT_PIXELS) -> bytes:
        """Return a PNG `width` pixels wide."""
        from archposter.export.png import to_png

        return to_png(self.frame, width)

    def pdf(self) -> bytes:
        """Return a PDF of one page."""
        from archposter.export.pdf import to_pdf

        return to_pdf([self.frame], title=self.frame.title, subject=self.frame.description)

    def encode(self, kind: Format, text: TextMode = "live") -> str | bytes:
        """Return the picture in a format."""
        match kind:
            case "svg":
                return self.svg(text)
            case "png":
                return self.png()
            case "pdf":
                return self.pdf()
        assert_never(kind)

    def save(self, path: str | Path, text: TextMode = "live") -> Path:
        """Write the picture in the format its name ends with; raise `UsageError` or `OutputError`."""
        target = Path(path)
        files.write(target, self.encode(format_of(target), text))
        return target

    def _repr_svg_(self) -> str:
        return self.svg()


def format_of(path: Path) -> Format:
    """Return the format a file name asks for; raise `UsageError` for another ending."""
    ending = path.suffix.lower().removeprefix(".")
    for known in FORMATS:
        if ending == known:
            return known
    hint = did_you_mean(ending, FORMATS)
    raise UsageError(
        f"{printable(str(path))}: expected a name that ends with .svg, .png or .pdf"
        + (f"; {hint}" if hint else "")
    )
