"""Earlier forms of the language: what the message says to write, and files rewritten with their layout."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from archposter.cli import cli
from archposter.diagnostics import SpecError
from archposter.spec.former import fixed
from archposter.spec.load import parse_spec

HEAD = """\
name: A model  # a name
context_length: 64
vocab_size: 32
hidden_size: 16
output: {tied: true}
"""
HEADS = "num_attention_heads: 2, head_dim: 8"
EXPERTS = "kind: moe, num_experts: 4, num_experts_per_tok: 1, moe_intermediate_size: 8"
MAMBA = "kind: mamba, intermediate_size: 8, state_size: 2, time_step_rank: 1"
MAMBA2 = "kind: mamba2, mamba_num_heads: 2, mamba_head_dim: 8, ssm_state_size: 2"
MLA = (
    "kind: mla, num_attention_heads: 2, q_lora_rank: 4, kv_lora_rank: 4, "
    "qk_nope_head_dim: 4, qk_rope_head_dim: 4, v_head_dim: 4"
)


def mixer(said: str) -> str:
    return f"{HEAD}stack:\n  - layer:\n      mixer: {{{said}}}\n"


def attention(said: str) -> str:
    return mixer(f"kind: attention, {HEADS}, {said}")


def ffn(said: str) -> str:
    return f"{HEAD}stack:\n  - layer:\n      ffn: {{{EXPERTS}, {said}}}\n"


@pytest.mark.parametrize(
    ("former", "present"),
    [
        (attention("qk_norm: head"), attention("qk_norm: {kind: head}")),
        (attention("qk_norm_bias: true, qk_norm: full"), attention("qk_norm: {kind: full, bias: true}")),
        (
            attention("qk_norm: l2, v_norm: true, qk_norm_after_position: true"),
            attention("qk_norm: {kind: l2, after_position: true}, v_norm: true"),
        ),
        (attention("gate: none, v_norm: true"), attention("v_norm: true")),
        (attention("gate: head, gate_bias: true"), attention("gate: {per: head, bias: head}")),
        (attention("gate: element, gate_bias: true"), attention("gate: {per: element, bias: element}")),
        (
            attention("gate: element, gate_head_bias: true, gate_activation: softplus"),
            attention("gate: {per: element, bias: head, activation: softplus}"),
        ),
        (attention("sinks: true, token_sinks: true"), attention("sinks: token")),
        (attention("sinks: true"), attention("sinks: head")),
        (attention("conv_kernel: 4, dynamic_conv: true"), attention("conv: {kernel: 4, dynamic: true}")),
        (
            mixer(f"{MLA}, gate: element, joint_query_gate: true, sinks: true"),
            mixer(f"{MLA}, gate: {{per: element, source: query_latent}}, sinks: head"),
        ),
        (mixer(f"{MAMBA}, inner_norms: true"), mixer(f"{MAMBA}, inner_norms: {{weight: true}}")),
        (
            mixer(f"{MAMBA}, inner_norms: true, inner_norm_weight: false"),
            mixer(f"{MAMBA}, inner_norms: {{weight: false}}"),
        ),
        (mixer(f"{MAMBA2}, norm: false"), mixer(f"{MAMBA2}, norm: null")),
        (mixer(f"{MAMBA2}, norm: true"), mixer(MAMBA2)),
        (mixer(f"{MAMBA2}, norm_before_gate: true"), mixer(f"{MAMBA2}, norm: before_gate")),
        (ffn("num_shared_experts: 2"), ffn("shared_experts: {num: 2, intermediate_size: 8}")),
        (
            ffn("gated: false, bias: true, num_shared_experts: 1, shared_expert_intermediate_size: 9"),
            ffn(
                "gated: false, bias: true, "
                "shared_experts: {num: 1, intermediate_size: 9, bias: true, gated: false}"
            ),
        ),
        (
            ffn("num_shared_experts: 1, router: {scoring: sigmoid, shared_expert_sink: true}"),
            ffn("shared_experts: {num: 1, intermediate_size: 8, scored: true}, router: {scoring: sigmoid}"),
        ),
        (
            ffn("zero_expert_num: 2, zero_expert_type: skip, moe_latent_size: 4, expert_norms: true"),
            ffn("zero_experts: {num: 2, kind: skip}, latent: {size: 4, expert_norms: true}"),
        ),
        (
            ffn("router: {correction_bias: true, correction_bias_is_parameter: true, bias: true}"),
            ffn("router: {correction_bias: parameter, bias: true}"),
        ),
        (
            ffn("router: {router_hidden_size: 8, router_state: true}"),
            ffn("router: {mlp: {hidden_size: 8, state: true}}"),
        ),
        (ffn("router: {correction_bias: false}"), ffn("router: {}")),
        (
            ffn("gated: true") + "embedding: {norm: true, norm_weight: false}\n",
            ffn("gated: true") + "embedding: {norm: {weight: false}}\n",
        ),
    ],
)
def test_every_former_form(former: str, present: str) -> None:
    assert fixed(former, "x.yaml") == present
    assert fixed(present, "x.yaml") == present
    assert parse_spec(present, "x.yaml")


BLOCK = f"""{HEAD}
define:
  mixer: &mixer   # used below
    kind: attention
    num_attention_heads: 2
    # heads are gated
    head_dim: 8
    gate: element  # one number a channel
    gate_head_bias: true  # and one bias a head
    sinks: false

    v_norm: true
stack:
  - layer: {{mixer: *mixer}}
"""


def test_comments_and_layout_stay() -> None:
    expected = BLOCK.replace("gate: element  #", "gate: {per: element, bias: head}  #")
    expected = expected.replace("gate_head_bias: true  # and", "# and").replace("    sinks: false\n", "")
    assert fixed(BLOCK, "x.yaml") == expected


def test_the_message_says_what_to_write() -> None:
    with pytest.raises(SpecError) as caught:
        parse_spec(BLOCK, "x.yaml")
    fix = "(archposter validate --fix rewrites it)"
    gate = "write gate: {per: element, bias: head}"
    assert str(caught.value).splitlines() == [
        f"x.yaml:13:5: stack[0].layer.mixer.gate: an earlier form; {gate} {fix}",
        f"x.yaml:15:5: stack[0].layer.mixer.sinks: an earlier form; leave it out {fix}",
    ]


@pytest.mark.parametrize(
    "text",
    [
        attention("qk_norm: &norm head"),
        attention("qk_norm: head, no_such_field: 1"),
        attention("gate: element, gate_bias:\n        true"),
    ],
)
def test_whole_or_not_at_all(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text)
    result = CliRunner().invoke(cli, ["validate", "--fix", str(path)])
    assert result.exit_code != 0
    assert "an earlier form" in str(result.exception) or "an earlier form" in result.output
    assert path.read_text() == text


def test_the_command_rewrites_once(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(BLOCK)
    said = [CliRunner().invoke(cli, ["validate", "--fix", str(path)]).output for _ in range(2)]
    assert said == [f"{path}: rewritten\n", f"{path}: valid\n"]
    assert path.read_text() == fixed(BLOCK, "x.yaml")
