"""What aspects and the fields of a whole model are called in tables and pictures; parts name their own."""

from __future__ import annotations

from collections.abc import Mapping

from archposter.compare.values import Aspect
from archposter.spec.model import (
    ArchSpec,
    BranchSpec,
    EmbeddingSpec,
    LayerSpec,
    MtpSpec,
    NormSpec,
    OutputSpec,
    SublayerSpec,
)
from archposter.spec.parts import Part, PerLayerEmbedding, field_title

ASPECT_NAMES: Mapping[Aspect, str] = {
    "layers": "layers",
    "width": "hidden size",
    "attention": "attention",
    "recurrence": "linear mixers",
    "ffn": "feed-forward",
    "position": "position",
    "norm": "norms",
    "residual": "residual",
    "embedding": "embedding",
    "head": "head",
    "parameters": "parameters",
    "cache": "cache",
    "compute": "operations",
}


def _titles(spec: type[Part], *same: str, **fields: str) -> dict[str, str]:
    """Return the titles of a spec's fields, by the names that a comparison has for them."""
    names = {name: name for name in same} | fields
    return {ours: field_title(spec, name) for ours, name in names.items()}


FIELD_NAMES: Mapping[str, str] = {
    "num_hidden_layers": "layers",
    "layer_types": "order of layers",
    "mlp_layer_types": "order of FFNs",
    "mtp_sublayers": "MTP layer",
    "total": "parameters",
    "active": "active per token",
    "mtp": "MTP parameters",
    "bytes_per_token_at_context": "cache per token",
    "total_bytes_at_context": "cache",
    "bytes_per_token": "cache of the next token, below all windows",
    "indexer_bytes_per_token": "indexer keys of the next token",
    "state_bytes": "recurrent state",
    "flops_per_token": "operations per token",
    **_titles(ArchSpec, "loops", "exit_gate", "hidden_size", "vocab_size", "norm", "residual"),
    **_titles(BranchSpec, branch_multipliers="multiplier", branch_input_multipliers="input_multiplier"),
    **_titles(SublayerSpec, stream_multipliers="stream_multiplier"),
    **_titles(LayerSpec, "sublayers", "layer_scalar", layer_conv_kernel="conv_kernel"),
    **_titles(NormSpec, "placement", final_norm="final"),
    **_titles(SublayerSpec, step_norm="norm", step_post_norm="post_norm"),
    **_titles(NormSpec, norm_weight="weight", norm_bias="bias", norm_gated_norm_rank="gated_norm_rank"),
    **_titles(EmbeddingSpec, "max_position_embeddings", "additional_vocab_size", "word_embed_proj_dim"),
    **_titles(EmbeddingSpec, "ngram", embedding_norm="norm"),
    **_titles(EmbeddingSpec, embedding_multiplier="multiplier"),
    **_titles(PerLayerEmbedding, "vocab_size_per_layer_input"),
    **_titles(OutputSpec, "logit_scale", "final_logit_softcapping", "weight_norm", "num_labels"),
    **_titles(OutputSpec, output_head="head"),
    **_titles(OutputSpec, tie_word_embeddings="tied", lm_head_bias="bias", dense_head="dense"),
    **_titles(MtpSpec, "num_nextn_predict_layers"),
}

NOTE_NAMES: Mapping[str, str] = {
    "developer": "developer",
    "released": "released",
    "license": "licence",
    "context_length": "context",
    "extended_context": "longest context",
}
