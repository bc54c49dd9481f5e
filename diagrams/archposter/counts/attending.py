"""What softmax attention reads and keeps, kind by kind."""

from fractions import Fraction
from typing import NamedTuple, Self, assert_never

from archposter.counts.weight import BF16, F32
from archposter.spec.parts import (
    Attention,
    BlockIndexer,
    Cca,
    ChunkedSpan,
    CompressedAttention,
    Compressor,
    FullSpan,
    MixtureAttention,
    Mla,
    NoPosition,
    Relative,
    SharedBlock,
    SlidingSpan,
    SoftmaxMixer,
    Span,
)


def window(mixer: SoftmaxMixer) -> int | None:
    """Return how many of the last tokens a mixer reads at most; None where it has no window or chunk."""
    match mixer:
        case Attention() | Mla() | Cca():
            return None if isinstance(mixer.span, FullSpan) else mixer.span.size
        case CompressedAttention():
            return mixer.sliding_window
        case MixtureAttention() | SharedBlock():
            return None
    assert_never(mixer)


def token_bytes(mixer: SoftmaxMixer) -> Fraction:
    """Return what one more token adds below all windows; of compressed attention the entries alone."""
    match mixer:
        case Attention(key_value="shared") | Mla(key_value="shared"):
            return Fraction()
        case CompressedAttention(compressor=Compressor(key_value="shared")):
            return Fraction()
        case Attention(key_value="unified") if not _told_apart(mixer):
            width = mixer.num_key_value_heads * mixer.head_dim
        case Attention():
            width = mixer.num_key_value_heads * (mixer.head_dim + mixer.v_head_dim)
        case Cca() | MixtureAttention() | SharedBlock():
            width = mixer.num_key_value_heads * mixer.head_dim * 2
        case Mla():
            width = mixer.kv_lora_rank + mixer.qk_rope_head_dim
        case CompressedAttention():
            ratio = mixer.compressor.compress_ratio if mixer.compressor else None
            return Fraction(mixer.head_dim * BF16, ratio) if ratio else Fraction()
        case _:
            assert_never(mixer)
    return Fraction(width * BF16)


def _told_apart(mixer: Attention) -> bool:
    """Whether keys differ from the values that one projection makes of them: by a norm or a position."""
    positioned = not isinstance(mixer.position, NoPosition)
    return positioned or mixer.qk_norm is not None or mixer.v_norm


def indexer_bytes(mixer: SoftmaxMixer) -> Fraction:
    """Return what one more token adds to the keys of an indexer."""
    term = indexed(mixer)
    return Fraction(term.size, term.stretch) if term else Fraction()


class Term(NamedTuple):
    """Bytes that grow with the context: `times` what `size` bytes a token, of every full `stretch`, come to.

    Of the tokens only the last `limit` count, all where it is None.
    """

    times: int
    size: int
    stretch: int = 1
    limit: int | None = None

    def at(self, tokens: int) -> int:
        """Return the bytes of a context of `tokens`."""
        near = tokens if self.limit is None else min(tokens, self.limit)
        return self.times * (self.size * near // self.stretch)

    def repeated(self, times: int) -> Self:
        """Return the term of so many alike."""
        return self._replace(times=self.times * times)


def kept(mixer: SoftmaxMixer) -> tuple[Term, ...]:
    """Return what keeps keys and values; compression keeps an entry for every full stretch of tokens."""
    limit = window(mixer)
    if not isinstance(mixer, CompressedAttention):
        return (Term(1, int(token_bytes(mixer)), limit=limit),)
    entry = mixer.head_dim * BF16
    near = Term(1, entry, limit=limit)
    if not mixer.compressor or mixer.compressor.key_value == "shared":
        return (near,)
    return Term(entry, 1, mixer.compressor.compress_ratio), near


def indexed(mixer: SoftmaxMixer) -> Term | None:
    """Return what keeps the keys of an indexer; of compressed entries, of the full ones."""
    match mixer:
        case Attention():
            return Term(1, mixer.indexer.index_head_dim * BF16) if mixer.indexer else None
        case Mla():
            if not mixer.indexer or mixer.indexer.indexer_type == "shared":
                return None
            # with pools, each token's key waits with its gate for the rest of its pool
            return Term(1, mixer.indexer.index_head_dim * (2 if mixer.indexer.index_kpool else 1) * BF16)
        case CompressedAttention():
            compressor = mixer.compressor
            if not compressor or not compressor.indexer or compressor.indexer.indexer_type == "shared":
                return None
            if compressor.indexer.from_entries and compressor.key_value == "shared":
                return None
            return Term(1, compressor.indexer.index_head_dim * BF16, compressor.compress_ratio)
        case Cca() | MixtureAttention() | SharedBlock():
            return None
    assert_never(mixer)


def convolved_bytes(mixer: SoftmaxMixer) -> int:
    """Return what the convolutions of keys and values keep of the last tokens."""
    match mixer:
        case Cca():
            keys = mixer.num_key_value_heads * mixer.head_dim
            columns = mixer.cca_time0 + mixer.cca_time1 - 2
            return ((mixer.num_attention_heads * mixer.head_dim + keys) * columns + keys // 2) * BF16
        case Attention(conv=conv):
            # the class convolves in float32, and keeps that
            width = mixer.num_key_value_heads * (mixer.head_dim + mixer.v_head_dim)
            return width * conv.kernel * F32 if conv else 0
        case Mla() | CompressedAttention() | MixtureAttention() | SharedBlock():
            return 0
    assert_never(mixer)


def attending_flops(mixer: SoftmaxMixer, context: int) -> int:
    """Return the scores and weighted values for the last token of a context."""
    match mixer:
        case Attention():
            width, seen = mixer.head_dim + mixer.v_head_dim, _seen(mixer.span, context)
            near, scored = 0, 0
            if isinstance(mixer.position, Relative):
                near = mixer.position.d_rel * min(seen, mixer.position.rel_extent)
            if mixer.indexer:
                seen, scored = _chosen(mixer.indexer, context)
            return 2 * mixer.num_attention_heads * (width * seen + near) + scored
        case MixtureAttention():
            heads = mixer.num_key_value_heads * mixer.num_experts_per_tok
            return 4 * heads * mixer.head_dim * context
        case SharedBlock():
            return 4 * mixer.num_attention_heads * mixer.head_dim * context
        case Cca():
            return 4 * mixer.num_attention_heads * mixer.head_dim * _seen(mixer.span, context)
        case Mla():
            return _latent(mixer, context)
        case CompressedAttention():
            return _compressed(mixer, context)
    assert_never(mixer)


def _seen(span: Span, context: int) -> int:
    match span:
        case FullSpan():
            return context
        case SlidingSpan():
            return min(context, span.size)
        case ChunkedSpan():
            return (context - 1) % span.size + 1
    assert_never(span)


def _chosen(indexer: BlockIndexer, context: int) -> tuple[int, int]:
    """Return how many tokens are in the chosen blocks, and what the choice costs.

    With pooling "max" the block of the token itself, which need not be full, is among the chosen.
    """
    size, most = indexer.index_block_size, indexer.index_topk_blocks
    full, rest = divmod(context, size)
    compared = context
    if indexer.pooling == "mean":
        compared = full
    elif rest:
        most -= 1
    seen = min(full, most) * size + rest
    return seen, 2 * indexer.index_n_heads * indexer.index_head_dim * compared


def _latent(mixer: Mla, context: int) -> int:
    width = mixer.qk_nope_head_dim + mixer.qk_rope_head_dim + mixer.v_head_dim
    seen, scored = _seen(mixer.span, context), 0
    if mixer.indexer:
        pool = mixer.indexer.index_kpool or 1
        full, rest = divmod(seen, pool)
        if mixer.indexer.indexer_type == "full":
            scored = 2 * mixer.indexer.index_n_heads * mixer.indexer.index_head_dim * full
        seen = min(full * pool, mixer.indexer.index_topk) + rest
    return 2 * mixer.num_attention_heads * width * seen + scored


def _compressed(mixer: CompressedAttention, context: int) -> int:
    """Keys are also the values; the window and the compressed entries are seen at once."""
    entries, scored = 0, 0
    if mixer.compressor:
        entries = context // mixer.compressor.compress_ratio
        indexer = mixer.compressor.indexer
        if indexer:
            compared = min(entries, indexer.index_candidates or entries)
            if indexer.indexer_type == "full":
                scored = 2 * indexer.index_n_heads * indexer.index_head_dim * compared
            entries = min(entries, indexer.index_topk)
    seen = entries + min(context, mixer.sliding_window)
    return 4 * mixer.num_attention_heads * mixer.head_dim * seen + scored
