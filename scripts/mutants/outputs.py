"""What each room has a part in, over the corpus: names and digests, the cheapest first.

Runs in the copy of the tree that a mutant is written into, with the tests' own helpers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from archposter.kinds import MARKUPS, VARIANTS
from archposter.scene import Frame
from configs import CORPUS, SLUGS
from middle import PAIRS, SOURCES, comparison, diff_text, digest, facts_text, imports, model, tensors

Outputs = Iterator[tuple[str, object]]

PRINTED = ("kimi-linear-48b-a3b", "gemma-3-27b")
STORED = ("llama-3-8b", "qwen3-0-6b", "qwen3-30b-a3b", "gemma-3-270m", "deepseek-v3")
QUERIES = (
    *("decoder_type=hybrid", "decoder_type!=dense", "parameters>=100B", "active<3.5b", "kv<=64KiB"),
    *("context=128k", "context>=1M", "layers<30", "hidden_size==4096", "released>=2025", "released=2025-09"),
    *("mixer=mla", "ffn!=moe", "family=qwen", "license=MIT License", "vocab_size>150000", "kv>1MiB"),
    *("kind:moe cache<4gb active<10b has:qk-norm", "-dev:qwen since:2025", "new:mla", "of:llama-2-7b"),
    *("nearest:deepseek-v3", "same:deepseek-v3", "qwen 3 before:2026"),
)


@cache
def frame(name: str, variant: str) -> Frame:
    """Return a model's picture."""
    drawn: Frame = model(name).draw(variant).frame
    return drawn


def facts() -> Outputs:
    """Yield what `facts --json` prints."""
    for name in SOURCES:
        yield f"facts {name}", facts_text(model(name).facts())


def diffs() -> Outputs:
    """Yield what `diff --json` prints."""
    for pair in PAIRS:
        yield f"diff {' '.join(pair)}", diff_text(comparison(pair))


def frames() -> Outputs:
    """Yield cards and figures, those of the tiny models first: they have most mechanisms."""
    for name in reversed(SOURCES):
        for variant in VARIANTS:
            yield f"frame {name} {variant}", digest(frame(name, variant))


def compared_frames() -> Outputs:
    """Yield pictures of comparisons."""
    for first, second in PAIRS:
        yield f"frame {first} {second}", digest(model(first).diff(model(second)).frame)


def words() -> Outputs:
    """Yield comparisons as tables, and one of three models."""
    from archposter.cli.diff_command import lines

    for pair in PAIRS:
        yield f"table {' '.join(pair)}", lines(comparison(pair))
    three = [model(f"specs/{name}") for name in ("llama-3-8b", "gpt-oss-20b", "qwen3-next-80b-a3b")]
    yield "table of three", lines(three[0].compare(*three[1:]))


def counted() -> Outputs:
    """Yield counts at other contexts."""
    for name in SOURCES:
        for context in (1, 1000):
            yield f"facts {name} at {context}", facts_text(model(name).facts(context))


def chosen() -> Outputs:
    """Yield which models meet queries."""
    from archposter.search.language import search
    from archposter.search.record import records

    known = records((name, model(name).arch, model(name).facts()) for name in SOURCES)
    for query in QUERIES:
        yield query, search(query, known)


def svgs() -> Outputs:
    """Yield every card and figure as SVG, some as outlines and in the style of two schemes."""
    from archposter.export.svg import to_svg

    for name in reversed(SOURCES):
        for variant in VARIANTS:
            yield f"svg {name} {variant}", to_svg(frame(name, variant), "live")
    for slug in PRINTED:
        yield f"svg {slug} outlines", to_svg(frame(f"specs/{slug}", "card"), "outlines")
        yield f"svg {slug} auto", model(f"specs/{slug}").card("auto").svg()


def files() -> Outputs:
    """Yield other formats: PDF for screens and presses, PNG, markup."""
    from archposter.export.snippet import snippet
    from archposter.sheets import Printing, poster

    models = [model(f"specs/{slug}") for slug in PRINTED]
    for each in models:
        yield f"pdf {each.slug}", each.card().pdf()
        for markup in MARKUPS:
            yield f"{markup} {each.slug}", snippet(markup, Path("a b/x.png"), each.card().frame)
    yield "png", models[0].figure().png(300)
    wishes = (Printing(), Printing(screen=True), Printing("cmyk", bleed="3mm", marks=True))
    for printing in wishes:
        sheet = poster(models, paper="A3", url="https://example.org/a", group_by="decoder", printing=printing)
        yield f"poster {printing}", sheet.pdf()


def weights() -> Outputs:
    """Yield lists of weights."""
    for name, rows in tensors():
        yield f"tensors {name}", rows


def imported() -> Outputs:
    """Yield the specs that configs make."""
    yield from imports()


def sources() -> Outputs:
    """Yield how specs agree with configs, and with headers of weights made from their counts."""
    from gguf_files import write_gguf

    import archposter
    from archposter.pipeline import verify
    from checkpoints import published, write_folder

    for slug in SLUGS[::3]:
        yield f"verify {slug}", verify(archposter.load(slug), str(CORPUS / "configs" / f"{slug}.json"), None)
    place = Path("stored")
    for slug in STORED:
        arch = archposter.load(CORPUS / "configs" / f"{slug}.json").arch
        gguf, folder = place / f"{slug}.gguf", place / slug
        if not gguf.exists():
            place.mkdir(exist_ok=True)
            write_gguf(gguf, slug, arch)
            write_folder(folder, (CORPUS / "configs" / f"{slug}.json").read_text(), published(arch), files=2)
        for stored in (gguf, folder):
            loaded = archposter.load(stored)
            yield f"stored {stored}", (loaded.arch, loaded.weights())


GOLDEN = (facts, diffs, frames, compared_frames, weights, imported)
"""What tests/middle compares with its golden files."""

ROOMS: dict[str, tuple[Callable[[], Outputs], ...]] = {
    "counts": (facts, weights, diffs, counted, sources, frames),
    "compare": (diffs, words, compared_frames),
    "layout": (frames, compared_frames),
    "export": (svgs, files),
    "search": (chosen,),
    "sources": (sources,),
    "importer": (imported, sources),
}


def digests(part: Callable[[], Outputs]) -> Iterator[tuple[str, str]]:
    """Yield the names and digests of some outputs."""
    for name, value in part():
        data = value if isinstance(value, bytes) else repr(value).encode()
        yield name, hashlib.sha256(data).hexdigest()
