"""`ArchSpec`: what a person writes.  Flat and complete; layers as nested repeats."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from archposter.spec.parts import (
    MAX_DIMENSION,
    MAX_LAYERS,
    AnyKind,
    AnyPart,
    Attention,
    CompressedAttention,
    Compressor,
    DenseHead,
    Dimension,
    Ffn,
    HyperConnections,
    InnerNorm,
    Learned,
    Mixer,
    Mla,
    NgramEmbedding,
    NgramMemory,
    Norm,
    OptionalDimension,
    OptionalPositive,
    Part,
    PerLayerEmbedding,
    PerLayerInput,
    PlainResidual,
    Positive,
    Residual,
    SharedBlock,
    SoftmaxMixer,
)
from archposter.spec.said import Ancestor, Context, Highlight, License, Release, ShortText, Url, drawable

Location = tuple[str | int, ...]
Located = tuple[tuple[Location, AnyPart], ...]
Fault = tuple[Location, str]
BranchPlacement = Literal["pre", "post", "sandwich", "none"]
Placement = Literal["pre", "post", "sandwich", "sum", "none"]
Head = Literal["lm", "sequence_classification", "token_classification", "none"]


class BranchSpec(Part):
    """A part that runs beside others; it may have norms of its own, and join the residual stream later.

    `multiplier`: what it gives is multiplied by it before it is added to the others'; `input_multiplier`: so
    is what it reads, behind its norm.
    """

    part: AnyKind
    placement: BranchPlacement = "none"
    joins_after: Annotated[int, Field(ge=0, le=16)] = 0
    multiplier: Positive = Field(1.0, title="branch factors")
    input_multiplier: Positive = Field(1.0, title="factors of what branches read")


class SublayerSpec(Part):
    """One residual step: a part, or branches side by side; `placement` says where its norms stand.

    `norm`: its norms, where they are not the model's; `post_norm`: the one after it, where that is another.
    `stream_multiplier`: the stream is multiplied by it before the step is added (`MiniMaxDecoderLayer`).
    """

    part: AnyKind | None = None
    branches: Annotated[tuple[BranchSpec, ...], Field(min_length=1, max_length=8)] | None = None
    placement: Placement | None = None
    norm: Norm | None = Field(None, title="norms of a step")
    post_norm: Norm | None = Field(None, title="norm after a step")
    stream_multiplier: Positive = Field(1.0, title="factors of the stream")

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.part is None) == (self.branches is None):
            raise ValueError("expected either part or branches")
        return self


class LayerSpec(Part):
    """One layer: a mixer, an ffn or both, each a residual step (`parallel`: one step for both).

    Layers of other shapes write their steps out, in `sublayers`.  `placement` says where the norms stand:
    "post" norms what a step adds, "sum" the stream after it (arXiv:1706.03762).  `conv_kernel` above 0: to
    what a step adds, a convolution of it over the last tokens is added, channel by channel
    (`InklingShortConvolution`).  `layer_scalar`: the stream is multiplied by a number of the layer's own when
    its steps are done, a buffer and no parameter (`Gemma4TextDecoderLayer`).
    """

    mixer: Mixer | None = None
    ffn: Ffn | None = None
    sublayers: Annotated[tuple[SublayerSpec, ...], Field(min_length=1, max_length=16)] | None = Field(
        None, title="steps of a layer"
    )
    placement: Placement | None = None
    parallel: bool = False
    conv_kernel: OptionalDimension = Field(0, title="output convolution")
    layer_scalar: bool = False

    @model_validator(mode="after")
    def _has_parts(self) -> Self:
        short = self.mixer is not None or self.ffn is not None
        if short == (self.sublayers is not None):
            raise ValueError("expected a mixer, an ffn or both, or else sublayers")
        if self.parallel and (self.mixer is None or self.ffn is None):
            raise ValueError("a parallel layer needs a mixer and an ffn")
        return self

    @model_validator(mode="after")
    def _branches_join(self) -> Self:
        steps = self.sublayers or ()
        for number, step in enumerate(steps):
            waits = [branch.joins_after for branch in step.branches or ()] or [0]
            if min(waits) > 0:
                raise ValueError(f"no branch of sublayer {number + 1} joins at its own end")
            if number + max(waits) >= len(steps):
                raise ValueError(f"a branch of sublayer {number + 1} joins after the layer's end")
        return self

    def located_parts(self) -> Iterator[tuple[Location, AnyPart]]:
        """Yield the parts and their places, as pydantic writes locations: with the kinds of unions."""
        for name, part in (("mixer", self.mixer), ("ffn", self.ffn)):
            if part is not None:
                yield (name, part.kind), part
        for number, step in enumerate(self.sublayers or ()):
            if step.part is not None:
                yield ("sublayers", number, "part", step.part.kind), step.part
            for place, branch in enumerate(step.branches or ()):
                yield ("sublayers", number, "branches", place, "part", branch.part.kind), branch.part


class Entry(Part):
    """A layer, or a nested stack, `repeat` times."""

    repeat: Annotated[int, Field(ge=1, le=MAX_LAYERS)] = 1
    layer: LayerSpec | None = None
    stack: Annotated[tuple["Entry", ...], Field(min_length=1, max_length=MAX_LAYERS)] | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.layer is None) == (self.stack is None):
            raise ValueError("expected either layer or stack")
        return self

    @property
    def num_layers(self) -> int:
        """How many layers the entry unfolds to."""
        return self.repeat * (sum(entry.num_layers for entry in self.stack) if self.stack else 1)


class NormSpec(Norm):
    """The model's norm, and where the layers have theirs; `final`: there is one above the layers."""

    placement: Placement = Field("pre", title="norm placement")
    final: bool = Field(True, title="final norm")


class EmbeddingSpec(Part):
    """What the embedding has beside its table.

    `max_position_embeddings`: rows of a table of learned positions, 0 for none.  `multiplier` scales the
    embedding, `norm` norms it.  `additional_vocab_size`: rows of tokens that are read,
    but never written (`Molmo2TextModel`).
    `word_embed_proj_dim` above 0: the token table, and the output layer, are so wide; projections lead to and
    from the hidden size (`OPTDecoder`).
    """

    max_position_embeddings: Annotated[int, Field(ge=0, le=MAX_DIMENSION)] = Field(
        0, title="learned positions"
    )
    additional_vocab_size: OptionalDimension = Field(0, title="input-only tokens")
    word_embed_proj_dim: OptionalDimension = Field(0, title="embedding width")
    multiplier: Positive = Field(1.0, title="embedding scale")
    norm: InnerNorm | None = Field(None, title="embedding norm")
    ngram: NgramEmbedding | None = Field(None, title="n-gram embedding")
    per_layer: PerLayerEmbedding | None = None


class OutputSpec(Part):
    """The output layer; `tied`: it is the embedding table.

    `head`: scores of tokens, of `num_labels` labels for the text (`LlamaForSequenceClassification`) or for
    each token (`LlamaForTokenClassification`), or "none" of an embedding model (`LlamaModel`).
    Logits are multiplied by `logit_scale`; `final_logit_softcapping` 0: they are not capped.
    `dense` stands between the final norm and the output layer.  `weight_norm`: its rows (Baichuan 2,
    arXiv:2309.10305) or columns (Ling 1) are divided by their lengths before use, which is called NormHead.
    """

    head: Head = Field("lm", title="output head")
    num_labels: OptionalDimension = Field(0, title="labels")
    tied: bool = Field(title="tied embeddings")
    bias: bool = Field(False, title="output layer bias")
    logit_scale: Positive = 1.0
    final_logit_softcapping: OptionalPositive = Field(0.0, title="logit soft cap")
    weight_norm: Literal["none", "rows", "columns"] = Field("none", title="NormHead")
    dense: DenseHead | None = Field(None, title="dense layer before it")

    @model_validator(mode="after")
    def _head_fits(self) -> Self:
        if (self.num_labels > 0) != self.head.endswith("classification"):
            raise ValueError("num_labels are those of a classification head, and only of one")
        scaled = self.logit_scale != 1 or self.weight_norm != "none"
        if self.head != "lm" and (self.tied or scaled or self.final_logit_softcapping):
            raise ValueError("only the head of a language model is tied, scaled or capped")
        if self.head == "none" and (self.bias or self.dense):
            raise ValueError("where there is no head it has neither a bias nor a dense layer before it")
        return self


class MtpSpec(Part):
    """Multi-token prediction modules; `source`: the page that states them where the config does not."""

    num_nextn_predict_layers: Annotated[int, Field(ge=1, le=16)] = Field(1, title="MTP depth")
    layer: LayerSpec
    source: Url | None = None


class Links(Part):
    """Where the facts come from.

    `config`: the released file.  `config_read`: the one that the architecture was read from, at a revision
    or of a release, where that is another: a copy, or the class whose defaults are the model's.
    """

    config: Url | None = None
    config_read: Url | None = None
    report: Url | None = None


class ArchSpec(Part):
    """A whole model, as its file says it.

    `loops`: a token passes the stack so many times, through the same weights, and each pass keeps a cache
    of its own (Universal Transformers, arXiv:1807.03819; Ouro, arXiv:2510.25741).  `exit_gate`: after each
    pass a number of the token tells how likely it was the last (`OuroModel.early_exit_gate`).
    """

    name: ShortText
    size: Annotated[str, Field(max_length=20), AfterValidator(lambda v: drawable(v) if v else v)] = ""
    developer: ShortText | None = None
    family: ShortText = Field(default_factory=lambda data: data.get("developer") or data.get("name"))
    released: Release | None = None
    license: License | None = None
    links: Links = Links.model_construct()
    highlights: Annotated[tuple[Highlight, ...], Field(max_length=3)] = ()
    lineage: Annotated[tuple[Ancestor, ...], Field(max_length=8)] = ()
    context_length: Context
    vocab_size: Dimension = Field(title="vocabulary")
    hidden_size: Dimension
    norm: NormSpec = NormSpec.model_construct()
    residual: Residual = PlainResidual.model_construct()
    embedding: EmbeddingSpec = EmbeddingSpec.model_construct()
    output: OutputSpec
    define: Any = None
    stack: Annotated[tuple[Entry, ...], Field(min_length=1, max_length=MAX_LAYERS)]
    loops: Annotated[int, Field(ge=1, le=64)] = Field(1, title="runs of the layers")
    exit_gate: bool = Field(False, title="exit gate")
    mtp: MtpSpec | None = None

    @model_validator(mode="after")
    def _layers(self) -> Self:
        total = sum(entry.num_layers for entry in self.stack)
        if total > MAX_LAYERS:
            raise ValueError(f"the stack has {total:,} layers; at most {MAX_LAYERS:,} can be drawn")
        return self

    @model_validator(mode="after")
    def _gate_ends_loops(self) -> Self:
        if self.exit_gate and self.loops == 1:
            raise ValueError("an exit gate ends runs of the layers, of which there is one")
        return self

    @model_validator(mode="after")
    def _output_rows(self) -> Self:
        if self.output.tied and self.embedding.additional_vocab_size:
            raise ValueError("an output layer that is the embedding writes all its tokens, not some")
        return self

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        parts = tuple(_located(self.stack, ("stack",)))
        faults = [*self._context(parts), *self._tables(parts), *_sharing(parts)]
        if faults:
            raise ValidationError.from_exception_data(
                type(self).__name__,
                [
                    InitErrorDetails(type="value_error", loc=loc, input=None, ctx={"error": ValueError(text)})
                    for loc, text in faults
                ],
            )
        return self

    def _context(self, parts: Located) -> Iterator[Fault]:
        if self.context_length.native is None and any(isinstance(part, SoftmaxMixer) for _, part in parts):
            yield ("context_length",), "only a model without attention has no limit; expected a whole number"
        yield from self._learned_positions(parts)

    def _learned_positions(self, parts: Located) -> Iterator[Fault]:
        rows = self.embedding.max_position_embeddings
        users = [
            (*location, "position")
            for location, part in parts
            if isinstance(getattr(part, "position", None), Learned)
        ]
        if not rows:
            for user in users:
                yield user, "learned positions need a table; embedding has none"
        elif not users:
            yield ("embedding",), "no layer uses the learned positions"
        elif (context := self.context_length.native) and context > rows:
            message = f"context_length {context:,} is longer than the {rows:,} learned positions"
            yield ("context_length",), message

    def _tables(self, parts: Located) -> Iterator[Fault]:
        streams = self.residual.hc_mult if isinstance(self.residual, HyperConnections) else 1
        for location, part in parts:
            if isinstance(part, NgramMemory) and part.hc_mult != streams:
                message = f"the memory feeds {part.hc_mult} residual streams; the model has {streams}"
                yield (*location, "hc_mult"), message
        table = self.embedding.per_layer
        width = table.hidden_size_per_layer_input if table else 0
        users = [(location, part) for location, part in parts if isinstance(part, PerLayerInput)]
        for location, part in users:
            if part.hidden_size_per_layer_input != width:
                message = "per-layer inputs need a table of their width, embedding.per_layer"
                yield (*location, "hidden_size_per_layer_input"), message
        if table and not users:
            yield ("embedding", "per_layer"), "no layer takes a per-layer input"
        ngram = self.embedding.ngram
        if ngram and self.hidden_size % ngram.num_tables:
            message = f"hidden_size {self.hidden_size:,} cannot be shared by {ngram.num_tables} tables"
            yield ("embedding", "ngram"), message


def _located(stack: tuple[Entry, ...], location: Location) -> Iterator[tuple[Location, AnyPart]]:
    """Yield every part that is written and its place, in the order in which layers have them first."""
    for index, entry in enumerate(stack):
        here = (*location, index)
        if entry.stack is not None:
            yield from _located(entry.stack, (*here, "stack"))
        elif entry.layer is not None:
            for place, part in entry.layer.located_parts():
                yield (*here, "layer", *place), part


def _sharing(parts: Located) -> Iterator[Fault]:
    """Find layers that share with a layer that does not stand before them."""
    before: set[tuple[object, ...]] = set()
    indexers = set()
    owned = False
    for location, part in parts:
        if isinstance(part, SharedBlock):
            if part.weights == "earlier" and not owned:
                yield (*location, "weights"), "no earlier shared block has weights of its own"
            owned = owned or part.weights == "own"
        holder: Part | None = part
        here, width = location, 0
        if isinstance(part, CompressedAttention):
            holder, here, width = part.compressor, (*location, "compressor"), part.head_dim
        if isinstance(holder, Mla | Compressor) and holder.indexer:
            full = holder.indexer.model_copy(update={"indexer_type": "full", "index_candidates": 0})
            if holder.indexer.indexer_type == "full":
                indexers.add(full)
            elif full not in indexers:
                yield (*here, "indexer"), "no earlier layer has an indexer of these sizes to share"
        if not isinstance(holder, Attention | Mla | Compressor):
            continue
        cache = _cache(width, holder)
        if holder.key_value != "shared":
            before.add(cache)
        elif cache not in before:
            message = "no earlier layer has keys and values of this shape and span to share"
            yield (*here, "key_value"), message


def _cache(width: int, part: Attention | Mla | Compressor) -> tuple[object, ...]:
    """Return what two layers that share a cache have in common; `width` is that of entries."""
    if isinstance(part, Compressor):
        return width, part.compress_ratio
    if isinstance(part, Mla):
        return part.kv_lora_rank, part.qk_rope_head_dim, part.span
    return part.num_key_value_heads, part.head_dim, part.v_head_dim, part.span
