"""Kinds: one name, one drawing."""

from dataclasses import replace

from archposter.blocks.naming import ranged, views
from archposter.pipeline import load
from archposter.spec.arch import Arch, Layer
from archposter.spec.parts import GatedFfn


def with_ffns(*ffns: GatedFfn) -> Arch:
    arch = load("llama-3-8b").arch
    layer = arch.layers[0]

    def changed(ffn: GatedFfn) -> Layer:
        mixer, last = layer.sublayers
        return Layer((mixer, last._replace(branches=(last.branches[0]._replace(part=ffn),))), False, "")

    return replace(arch, layers=tuple(map(changed, ffns)))


def test_parts_of_one_kind_and_other_sizes_share_a_range() -> None:
    wide, narrow = GatedFfn(intermediate_size=18432), GatedFfn(intermediate_size=2048)
    seen = views(with_ffns(wide, narrow))
    assert seen[wide].kind == seen[narrow].kind
    assert ranged([view.callout for view in seen.values()][-2:]) == "2,048 to 18,432 wide FFN"


def test_parts_with_other_names_are_other_kinds() -> None:
    silu = GatedFfn(intermediate_size=64)
    gelu = GatedFfn(intermediate_size=64, activation="gelu")
    seen = views(with_ffns(silu, gelu))
    assert (seen[silu].kind, seen[gelu].kind) == ("SwiGLU FFN", "GeGLU FFN")


def test_experts_that_differ_in_number_are_other_kinds() -> None:
    arch = load("deepseek-v3").arch
    assert sorted({view.kind for view in views(arch).values()}) == ["MLA", "MoE", "dense FFN"]
