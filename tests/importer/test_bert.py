"""ModernBERT's decoder, in the older spelling of its files."""

from __future__ import annotations

from archposter.counts.listing import listing
from archposter.counts.parameters import parameters
from archposter.importer.read import import_config
from archposter.spec.normalize import normalize
from archposter.spec.parts import Attention, Rope, SlidingSpan

ETTIN = {
    "model_type": "modernbert-decoder",
    "causal_mask": True,
    "is_causal": True,
    "classifier_pooling": "mean",
    "global_attn_every_n_layers": 3,
    "global_rope_theta": 160_000.0,
    "local_rope_theta": 160_000.0,
    "local_attention": 128,
    "position_embedding_type": "sans_pos",
    "hidden_size": 1792,
    "intermediate_size": 3840,
    "num_attention_heads": 28,
    "num_hidden_layers": 28,
    "max_position_embeddings": 7999,
}


def test_the_first_layer_reads_the_normed_embedding_and_a_dense_layer_comes_last() -> None:
    found = import_config(ETTIN, "c.json")
    assert found.warnings == ()
    model = normalize(found.spec)
    assert parameters(model).total == 1_031_314_112
    first, second = (layer.sublayers[0].pre_norm for layer in model.layers[:2])
    assert first is None
    assert second == model.embedding.norm == model.final_norm
    head = [row.shape for row in listing(model) if row.name.startswith("prediction_head")]
    assert head == [(1792, 1792), (1792,)]


def test_windows_are_half_of_what_the_file_says() -> None:
    parts = [
        part for part in normalize(import_config(ETTIN, "c.json").spec).parts if isinstance(part, Attention)
    ]
    spans = [part.span.size if isinstance(part.span, SlidingSpan) else 0 for part in parts]
    assert spans == [0 if index % 3 == 0 else 64 for index in range(28)]
    assert {part.position.theta for part in parts if isinstance(part.position, Rope)} == {160_000.0}
