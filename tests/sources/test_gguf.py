"""GGUF headers: read within bounds, turned into configs exactly, or refused by name."""

from __future__ import annotations

import io
import struct
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from gguf_files import write_gguf, write_split_gguf

import archposter
from archposter.diagnostics import SpecError, UsageError
from archposter.sources.checkpoint import Stored
from archposter.sources.gguf import Header, read_gguf, read_header
from archposter.sources.gguf_config import ARCHITECTURES, Metadata, config_of
from archposter.sources.stream import Stream
from archposter.spec.arch import Arch
from configs import CORPUS

MODELS = {
    "llama-3-8b": "llama",
    "qwen3-0-6b": "qwen3",
    "qwen3-30b-a3b": "qwen3moe",
    "gemma-3-270m": "gemma3",
    "deepseek-v3": "deepseek2",
    "granite-4-1-30b": "granite",
    "internlm2-7b": "internlm2",
    "mixtral-8x7b": "llama",
    "olmo-2-7b": "olmo2",
    "phi-4": "phi3",
    "smollm3-3b": "smollm3",
    "stablelm-3b-4e1t": "stablelm",
}


def arch_of(slug: str) -> Arch:
    return archposter.load(CORPUS / "configs" / f"{slug}.json").arch


def bare(arch: Arch) -> Arch:
    layers = tuple(replace(layer, source="") for layer in arch.layers)
    # converters leave MTP modules out
    return replace(arch, name="", layers=layers, mtp=None)


@pytest.mark.parametrize("slug", MODELS)
def test_a_file_and_its_config_are_one_architecture(slug: str, tmp_path: Path) -> None:
    file = write_gguf(tmp_path / "x.gguf", slug, arch_of(slug))
    model = archposter.load(file)
    assert bare(model.arch) == bare(arch_of(slug))
    assert model.arch.warnings == ()
    assert model.arch.mtp is None
    found = model.weights()
    assert found
    assert found.equal
    assert found.stored == arch_of_total(slug)


def arch_of_total(slug: str) -> int:
    return archposter.load(slug).facts().parameters.total


def test_every_architecture_that_is_read_is_one_of_llama_cpp() -> None:
    import gguf

    assert set(ARCHITECTURES) <= set(gguf.MODEL_ARCH_NAMES.values())


def test_the_name_is_the_files(tmp_path: Path) -> None:
    model = archposter.load(write_gguf(tmp_path / "my-model.gguf", "llama-3-8b", arch_of("llama-3-8b")))
    assert (model.slug, model.arch.name) == ("my-model", arch_of("llama-3-8b").title)


def test_tensors_that_contradict_the_metadata_are_refused(tmp_path: Path) -> None:
    thinner = replace(arch_of("llama-3-8b"), layers=arch_of("llama-3-8b").layers[:-1])
    file = write_gguf(tmp_path / "x.gguf", "llama-3-8b", thinner)
    with pytest.raises(SpecError, match="218,112,000 less than the 8,030,261,248 counted"):
        archposter.load(file)
    warnings = archposter.load(file, lenient=True).arch.warnings
    assert "the tensors do not confirm the metadata" in warnings[0]


def test_what_differs_from_layer_to_layer_is_refused_by_name(tmp_path: Path) -> None:
    heads = [8] * 31 + [4]
    file = write_gguf(tmp_path / "x.gguf", "llama-3-8b", arch_of("llama-3-8b"), expert_count=heads)
    with pytest.raises(SpecError, match=r"llama\.expert_count: differs from layer to layer"):
        archposter.load(file)


def entry(key: str, kind: int, value: bytes) -> bytes:
    return struct.pack("<Q", len(key)) + key.encode() + struct.pack("<I", kind) + value


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def file_of(*entries: bytes, version: int = 3, tensors: int = 0, pairs: int | None = None) -> bytes:
    count = len(entries) if pairs is None else pairs
    return b"GGUF" + struct.pack("<IQQ", version, tensors, count) + b"".join(entries)


NAMED = entry("general.architecture", 8, text("mamba"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "ends within the header"),
        (b"GGML" + bytes(100), "not a GGUF file"),
        (file_of(version=1), "GGUF version 1; 2 and 3 are read, convert it again"),
        (file_of(version=3 << 24), "a big-endian GGUF file"),
        (file_of(tensors=2**60), "too many to be a model's"),
        (file_of(pairs=5), "ends within the header"),
        (file_of(entry("a", 99, b"")), "unknown type 99"),
        (file_of(entry("a", 9, struct.pack("<IQ", 0, 2**62))), "longer than 128 MiB"),
        (file_of(entry("a", 8, struct.pack("<Q", 2**63))), "longer than 128 MiB"),
        (file_of(entry("a", 9, struct.pack("<IQ", 9, 2**20))), "a list of lists"),
        (file_of(NAMED), "general.architecture is 'mamba'; read are llama"),
        (file_of(entry("general.architecture", 8, text("lama"))), 'did you mean "llama"'),
        (file_of(), "general.architecture is nothing"),
        (file_of(entry("general.architecture", 8, text("llama"))), "no token_embd.weight"),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "x.gguf"
    file.write_bytes(content)
    with pytest.raises(SpecError) as caught:
        archposter.load(file)
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(file))


def part(number: int, count: int, *more: bytes, tensors: int = 0) -> bytes:
    numbered = (
        entry("split.no", 2, struct.pack("<H", number - 1)),
        entry("split.count", 2, struct.pack("<H", count)),
    )
    return file_of(*numbered, *more, tensors=tensors)


def test_a_model_in_several_files_is_read_whole(tmp_path: Path) -> None:
    arch = arch_of("gemma-3-270m")
    files = write_split_gguf(tmp_path, "gemma-3-270m", arch)
    for file in files:
        found = archposter.load(file).weights()
        assert found
        assert found.equal
    files[1].unlink()
    with pytest.raises(SpecError, match=r"x-00002-of-00003\.gguf: cannot be read: No such file"):
        archposter.load(files[0])


def test_one_of_several_files_must_be_called_so(tmp_path: Path) -> None:
    file = tmp_path / "x.gguf"
    file.write_bytes(part(1, 3))
    with pytest.raises(SpecError, match=r"one of 3 files, which is not called -00001-of-00003\.gguf"):
        archposter.load(file)


def test_a_file_is_known_by_how_it_begins(tmp_path: Path) -> None:
    file = write_gguf(tmp_path / "sha256-0123456789abcdef", "gemma-3-270m", arch_of("gemma-3-270m"))
    assert bare(archposter.load(file).arch) == bare(arch_of("gemma-3-270m"))


def test_a_file_without_some_of_its_data_is_incomplete(tmp_path: Path) -> None:
    tensor = text("token_embd.weight") + struct.pack("<IQQIQ", 2, 64, 8, 1, 0)
    whole = file_of(tensors=1) + tensor
    begin = -(-len(whole) // 32) * 32
    file = tmp_path / "x.gguf"
    for size in (begin + 64, begin + 2 * 64 * 8 - 1):
        file.write_bytes(whole.ljust(size, b"\0"))
        with pytest.raises(
            SpecError, match=f"incomplete: {size:,} bytes, and its header says {begin + 1024:,}"
        ):
            read_gguf(str(file))
    for size in (len(whole), begin, begin + 1024):
        file.write_bytes(whole.ljust(size, b"\0"))
        assert read_gguf(str(file)).promised == begin + 1024


def test_a_rerankers_head_is_named(tmp_path: Path) -> None:
    file = write_gguf(tmp_path / "x.gguf", "qwen3-0-6b", arch_of("qwen3-0-6b"), heads=["cls.output.weight"])
    found = archposter.load(file).weights()
    assert found
    assert found.equal
    assert found.names == {"classifier head": ("cls.output.weight",)}


def test_every_truncation_is_refused(tmp_path: Path) -> None:
    whole = write_gguf(tmp_path / "x.gguf", "gemma-3-270m", arch_of("gemma-3-270m")).read_bytes()
    for length in range(0, len(whole) - 40, 487):
        with pytest.raises(SpecError, match="ends within the header"):
            read_header(Stream(iter([whole[:length]]), "x", 2**20))


def test_a_vocabulary_takes_no_memory() -> None:
    tokens = b"".join(text("a token of some length") for _ in range(40_000))
    content = io.BytesIO(file_of(entry("tokens", 9, struct.pack("<IQ", 8, 40_000) + tokens)))
    tracemalloc.start()
    read_header(Stream(iter(lambda: content.read(2**16), b""), "x", 2**27))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**20


def test_a_header_is_read_up_to_its_limit_and_not_a_byte_further() -> None:
    def stream() -> Stream:
        return Stream(iter([b"x" * 100]), "x", 10)

    whole = stream()
    assert whole.read(4) + whole.read(6) == b"x" * 10
    for step in (lambda each: each.read(11), lambda each: each.skip(11), lambda each: each.unpack("11s")):
        with pytest.raises(SpecError, match="the header is longer than 10 B"):
            step(stream())
    with pytest.raises(SpecError, match="the header is longer than 10 B"):
        whole.read(1)


def test_a_file_without_the_base_of_its_rotation_has_that_of_the_first_llamas() -> None:
    shapes = {"token_embd.weight": (100, 64)}
    entries = {
        "general.architecture": "llama",
        **{f"llama.{key}": 4 for key in ("attention.head_count", "block_count")},
        "llama.embedding_length": 64,
        "llama.feed_forward_length": 96,
        "llama.context_length": 512,
    }
    header = Header("x", entries, tuple(Stored(name, shape, "F16") for name, shape in shapes.items()))
    assert config_of(header)["rope_theta"] == 10_000
    assert config_of(replace(header, metadata={**entries, "llama.rope.freq_base": 5e5}))["rope_theta"] == 5e5


def test_messages_keep_passwords_and_keys_of_an_address() -> None:
    with pytest.raises(UsageError) as caught:
        read_gguf("http://me:secret@127.0.0.1:9/x.gguf?token=key#part")
    assert str(caught.value) == "http://127.0.0.1:9/x.gguf: cannot be reached"


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(SpecError, match=r"no-such\.gguf: cannot be read: No such file"):
        read_gguf("no-such.gguf")


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x.gguf", "file:///etc/x.gguf", "http://127.0.0.1/x.json"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(UsageError, match=r"expected a file, an http|only those that end with \.gguf"):
        archposter.load(url)


@pytest.mark.parametrize(
    ("architecture", "layers", "scalar"), [("gemma2", 46, 168), ("gemma3", 62, 168), ("gemma3", 48, 128)]
)
def test_scores_of_the_largest_gemmas_have_a_scale_of_their_own(
    architecture: str, layers: int, scalar: int
) -> None:
    said = {
        "block_count": layers,
        "embedding_length": 5376,
        "attention.head_count": 32,
        "attention.key_length": 128,
    }
    header = Header("x.gguf", {f"{architecture}.{key}": value for key, value in said.items()}, ())
    found = ARCHITECTURES[architecture](Metadata(header, architecture))
    assert found["query_pre_attn_scalar"] == scalar
