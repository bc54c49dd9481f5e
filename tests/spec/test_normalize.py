from __future__ import annotations

import pytest
from hypothesis import given

from archposter.bundled import spec_path
from archposter.spec.arch import Arch
from archposter.spec.dump import dump_arch, to_json
from archposter.spec.load import load_spec, parse_spec
from archposter.spec.model import ArchSpec
from archposter.spec.normalize import normalize
from archposter.spec.parts import Norm
from conftest import DRAWN, Golden
from part_strategies import Data
from strategies import spec_data

HEAD = """\
name: X
developer: D
released: 2024-12-26
license: MIT
context_length: 1024
vocab_size: 100
hidden_size: 64
output: {tied: true}
define:
  attention: &attention {kind: attention, num_attention_heads: 4, head_dim: 16}
  ffn: &ffn {kind: gated, intermediate_size: 8}
"""


def arch(text: str) -> Arch:
    return normalize(parse_spec(HEAD + text, "x.yaml"))


@pytest.mark.parametrize("name", DRAWN)
def test_golden(name: str, golden: Golden) -> None:
    golden(f"arch/{name}.json", to_json(dump_arch(normalize(load_spec(spec_path(name))))))


def test_repeats_unfold_in_order_and_share_their_layers() -> None:
    layers = arch("""
stack:
  - repeat: 2
    stack:
      - repeat: 2
        layer: {mixer: *attention}
      - layer: {ffn: *ffn}
  - layer: {mixer: *attention, ffn: *ffn}
""").layers
    assert [layer.source for layer in layers] == [
        *["stack[0].stack[0].layer", "stack[0].stack[0].layer", "stack[0].stack[1].layer"] * 2,
        "stack[1].layer",
    ]
    assert layers[0] is layers[1] is layers[3] is layers[4]


@pytest.mark.parametrize(
    ("placement", "pre", "post"), [("pre", True, False), ("post", False, True), ("sandwich", True, True)]
)
@pytest.mark.parametrize("where", ["model", "layer"])
def test_placement_of_norms(placement: str, pre: bool, post: bool, where: str) -> None:
    norm = f"norm: {{kind: layernorm, placement: {placement if where == 'model' else 'pre'}}}\n"
    layer = "mixer: *attention, ffn: *ffn" + (f", placement: {placement}" if where == "layer" else "")
    model = arch(f"{norm}stack: [{{layer: {{{layer}}}}}]\n")
    assert len(model.layers[0].sublayers) == 2
    for sublayer in model.layers[0].sublayers:
        assert sublayer.pre_norm == (Norm(kind="layernorm", bias=True) if pre else None)
        assert sublayer.post_norm == (Norm(kind="layernorm", bias=True) if post else None)
    assert model.final_norm == Norm(kind="layernorm", bias=True)


def test_parallel_parts_share_one_norm() -> None:
    layer = arch("stack: [{layer: {parallel: true, mixer: *attention, ffn: *ffn}}]\n").layers[0]
    (sublayer,) = layer.sublayers
    assert [part.kind for part in sublayer.parts] == ["attention", "gated"]
    assert sublayer.pre_norm is not None
    assert sublayer.post_norm is None


def test_defaults_are_resolved() -> None:
    model = arch("stack: [{layer: {mixer: *attention}}]\nmtp: {layer: {ffn: *ffn}}\n")
    (mixer,) = model.layers[0].mixers
    assert mixer.model_dump() == {
        "kind": "attention",
        "num_attention_heads": 4,
        "num_key_value_heads": 4,
        "head_dim": 16,
        "v_head_dim": 16,
        "query_pre_attn_scalar": 16,
        "scale_attn_by_inverse_layer_idx": False,
        "temperature": None,
        "attention_value_scale": 1.0,
        "clip_qkv": 0.0,
        "key_value": "separate",
        "position": {
            "kind": "rope",
            "theta": 10000.0,
            "partial_rotary_factor": 1.0,
            "proportional": False,
            "scaling": None,
            "learned": False,
        },
        "span": {"kind": "full"},
        "qk_norm": None,
        "v_norm": False,
        "conv": None,
        "sinks": None,
        "gate": None,
        "separate_inputs": False,
        "attn_logit_softcapping": 0.0,
        "qkv_bias": False,
        "output_bias": False,
        "inner_norm": False,
        "head_output_norm": False,
        "differential": False,
        "dynamic_mask": False,
        "indexer": None,
    }
    assert model.mtp is not None
    assert (model.mtp.depth, model.mtp.layer.source) == (1, "mtp.layer")


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ("mixer: *attention, ffn: *ffn", "dense"),
        ("mixer: *attention, ffn: *moe", "sparse-moe"),
        ("mixer: *kda, ffn: *ffn", "recurrent"),
        ("mixer: *kda, ffn: *moe", "sparse-recurrent"),
    ],
)
def test_decoder_type(parts: str, kind: str) -> None:
    more = """\
  kda: &kda {kind: kda, linear_num_heads: 4, linear_head_dim: 16}
  moe: &moe {kind: moe, num_experts: 4, num_experts_per_tok: 2, moe_intermediate_size: 8}
"""
    assert arch(f"{more}stack: [{{layer: {{{parts}}}}}]\n").decoder_type == kind
    others = "{layer: {mixer: *kda}}, {layer: {mixer: *attention}}"
    hybrid = arch(f"{more}stack: [{{layer: {{{parts}}}}}, {others}]\n")
    assert hybrid.decoder_type == ("sparse-hybrid" if "moe" in parts else "dense-hybrid")


@given(spec_data())
def test_any_spec_unfolds_to_its_layers(data: Data) -> None:
    spec = ArchSpec.model_validate(data)
    model = normalize(spec)
    assert len(model.layers) == sum(entry.num_layers for entry in spec.stack)
    assert all(layer.sublayers and layer.parts for layer in model.layers)
    assert hash(model.layers) == hash(normalize(spec).layers)
    assert model == normalize(spec)
