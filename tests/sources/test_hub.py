"""`hf:` and addresses, against a server on this machine that plays the hub, well and badly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub.constants
import huggingface_hub.file_download
import pytest
from gguf_files import write_gguf
from hub_server import COMMIT, Hub, serving

import archposter
from archposter.diagnostics import ArchposterError, SpecError, UsageError
from archposter.importing import import_spec
from archposter.pipeline import verify
from archposter.sources import gguf
from checkpoints import published, write_folder
from configs import text
from cost import HANGS

TOKEN = "hf_this_must_stay_secret"
SLUG = "qwen3-0-6b"


def wait(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Have the clients wait so long for an answer."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_ETAG_TIMEOUT", seconds)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DOWNLOAD_TIMEOUT", seconds)
    monkeypatch.setattr(huggingface_hub.file_download, "_ETAG_RETRY_TIMEOUT", seconds, raising=False)
    monkeypatch.setattr(gguf, "TIMEOUT", seconds)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub that has the same model under many names; the client is set up to use it, with a token."""
    with serving() as found:
        stored = published(archposter.load(SLUG).arch)
        for name, files in {"fine": 1, "sharded": 3}.items():
            folder = write_folder(tmp_path / "on-the-hub" / name, text(SLUG), stored, files)
            found.repositories[f"org/{name}"] = {path.name: path.read_bytes() for path in folder.iterdir()}
        for name in ("redirected", "rangeless", "truncated", "cut-config", "huge"):
            found.repositories[f"org/{name}"] = found.repositories["org/fine"]
        found.repositories["org/config-only"] = {"config.json": text(SLUG).encode()}
        template = f"{found.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", found.url)
        monkeypatch.setattr(huggingface_hub.constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
        wait(monkeypatch, HANGS)
        monkeypatch.setattr(huggingface_hub.file_download.time, "sleep", lambda _: None)
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        yield found


def refused(reference: str) -> str:
    """Return the message of a model that cannot be had: short, printable, without the token."""
    with pytest.raises(ArchposterError) as caught:
        archposter.load(reference).weights()
    said = str(caught.value)
    assert said.isprintable()
    assert said.startswith(reference)
    assert len(said) < 250
    assert TOKEN not in said
    assert "words of a server" not in said
    return said


@pytest.mark.parametrize("name", ["fine", "sharded", "rangeless"])
def test_a_model_and_its_weights(hub: Hub, name: str) -> None:
    model = archposter.load(f"hf:org/{name}")
    found = model.weights()
    assert found
    assert found.equal
    assert found.stored == model.facts().parameters.total == 596_049_920
    assert (model.slug, model.arch.name) == (name, name)


def test_no_more_than_headers_is_asked_for(hub: Hub) -> None:
    archposter.load("hf:org/fine").weights()
    ranges = [wanted for method, path, wanted, _ in hub.asked if path.endswith(".safetensors")]
    assert ranges == ["bytes=0-99999"]
    content = hub.repositories["org/fine"]["model.safetensors"]
    padded = content[8:] + b" " * 200_000
    hub.repositories["org/long"] = {
        **hub.repositories["org/fine"],
        "model.safetensors": len(padded).to_bytes(8, "little") + padded,
    }
    assert archposter.load("hf:org/long").weights()
    asked = [wanted for _, path, wanted, _ in hub.asked if "org/long" in path and "safetensors" in path]
    assert asked == ["bytes=0-99999", f"bytes=8-{len(padded) + 7}"]


def test_weights_are_those_of_the_configs_commit(hub: Hub) -> None:
    archposter.load("hf:org/fine@v1").weights()
    paths = [path for _, path, _, _ in hub.asked]
    assert any("/resolve/v1/config.json" in path for path in paths)
    assert f"/org/fine/resolve/{COMMIT}/model.safetensors" in paths


def test_a_spec_names_the_config_of_its_commit(hub: Hub) -> None:
    text, _ = archposter.import_spec("hf:org/fine@v1")
    assert f"https://huggingface.co/org/fine/blob/{COMMIT}/config.json" in text


def test_a_drawing_does_not_ask_for_weights(hub: Hub) -> None:
    archposter.load("hf:org/fine").card()
    assert not any("safetensors" in path for _, path, _, _ in hub.asked)


def test_a_repository_without_weights_has_facts(hub: Hub) -> None:
    assert archposter.load("hf:org/config-only").weights() is None
    with pytest.raises(UsageError, match="no weights in safetensors files"):
        verify(archposter.load(SLUG), None, "hf:org/config-only")


def test_verify_and_import(hub: Hub) -> None:
    assert verify(archposter.load(SLUG), "hf:org/fine", "hf:org/sharded").agrees
    spec, warnings = import_spec("hf:org/fine")
    assert spec.startswith("name: fine\n")
    assert warnings == ()


def test_a_token_goes_to_the_hub_and_no_further(hub: Hub, tmp_path: Path) -> None:
    with serving() as other:
        other.repositories = hub.repositories
        hub.elsewhere = other.url
        found = archposter.load("hf:org/redirected").weights()
        assert found
        assert found.equal
        assert hub.asked
        assert [request for request in hub.asked if request[3] != f"Bearer {TOKEN}"] == []
        assert {path.rpartition("/")[2] for _, path, *_ in other.asked} == {
            "config.json",
            "model.safetensors",
        }
        assert {authorization for *_, authorization in other.asked} == {""}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(TOKEN.encode() in path.read_bytes() for path in files)


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("hf:org/gated", "no access to config.json: log in with `hf auth login` or set HF_TOKEN"),
        ("hf:org/private", "no such repository, or no access to it"),
        ("hf:org/nowhere", "no such repository, or no access to it"),
        ("hf:org/fine@nowhere", "no such revision"),
        ("hf:org/broken", "the hub answered 500 for config.json"),
        ("hf:org/slow", "no answer in time for config.json"),
        ("hf:org/truncated", "model.safetensors"),
        ("hf:org/huge", "config.json: longer than 4,194,304 bytes"),
        ("hf:org/cut-config", "config.json"),
    ],
)
def test_what_goes_wrong_is_said(
    hub: Hub, reference: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if reference == "hf:org/slow":
        wait(monkeypatch, 0.3)
    if reference == "hf:org/truncated":
        content = hub.repositories["org/fine"]["model.safetensors"]
        hub.repositories["org/truncated"] = {
            **hub.repositories["org/fine"],
            "model.safetensors": content[: len(content) // 2],
        }
    assert message in refused(reference)


def test_a_huge_answer_for_weights_takes_no_memory(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from archposter.sources.hub import Repository

    monkeypatch.setattr("archposter.sources.safetensors.MAX_HEADER", 2**20)
    tracemalloc.start()
    with pytest.raises(SpecError, match="unusual length"):
        Repository("org/huge", None, "hf:org/huge").checkpoint()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**24
    assert hub.sent < 2**25


@pytest.mark.parametrize(
    "word", ["hf:", "hf:org", "hf:org/", "hf:org/a/b", "hf:../x/y", "hf:org/a@", "hf:o/a@../b"]
)
def test_other_words_are_refused_without_a_request(hub: Hub, word: str) -> None:
    with pytest.raises(UsageError, match="expected hf:ORG/NAME"):
        archposter.load(word)
    assert hub.asked == []


def test_the_package_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(UsageError, match=r"pip install 'archposter\[hub\]'"):
        archposter.load("hf:org/fine")


def test_the_environment_is_honoured_and_the_cache_does_offline(hub: Hub, tmp_path: Path) -> None:
    environment = {**os.environ, "HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "home")}
    words = [sys.executable, "-m", "archposter.cli", "facts", "hf:org/fine"]

    def run(**more: str) -> tuple[int, str, str]:
        done = subprocess.run(
            words, capture_output=True, text=True, env={**environment, **more}, check=False, timeout=HANGS
        )
        return done.returncode, done.stdout, done.stderr

    code, said, complaint = run(HF_HUB_OFFLINE="1")
    assert (code, said) == (2, "")
    assert complaint == "error: hf:org/fine: config.json is not in the cache, and the hub is offline\n"
    assert hub.asked == []
    code, said, complaint = run()
    assert (code, complaint) == (0, "")
    assert "published weights     596,049,920 parameters, equal\n" in said + "\n"
    asked_for = {authorization for _, path, _, authorization in hub.asked if "/resolve/" in path}
    assert asked_for == {f"Bearer {TOKEN}"}
    asked = len(hub.asked)
    code, said, complaint = run(HF_HUB_OFFLINE="1")
    assert code == 0
    assert "596,049,920 (596M)" in said
    assert "published weights" not in said
    assert len(hub.asked) == asked


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    """A server of GGUF files."""
    wait(monkeypatch, HANGS)
    content = write_gguf(tmp_path / "x.gguf", SLUG, archposter.load(SLUG).arch).read_bytes()
    with serving() as found:
        for name in ("fine", "huge", "redirected"):
            found.repositories[f"org/{name}"] = {
                "x.gguf": content + b"\0" * 100_000,
                "cut.gguf": content[:-50],
            }
        yield found


def address(files: Hub, name: str, file: str = "x.gguf") -> str:
    return f"{files.url}/org/{name}/resolve/main/{file}"


def test_a_gguf_address(files: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with serving() as other:
        other.repositories, files.elsewhere = files.repositories, other.url
        for name in ("fine", "redirected"):
            model = archposter.load(address(files, name) + "?download=true")
            assert model.facts().parameters.total == 596_049_920
            assert model.slug == "x"
        assert other.asked
        assert {authorization for *_, authorization in files.asked + other.asked} == {""}


@pytest.mark.parametrize(
    ("name", "file", "message"),
    [
        ("nowhere", "x.gguf", "the server answered 404"),
        ("private", "x.gguf", "the server answered 401"),
        ("slow", "x.gguf", "no answer in time"),
        ("fine", "cut.gguf", "ends within the header"),
        ("huge", "x.gguf", "not a GGUF file"),
    ],
)
def test_what_goes_wrong_with_an_address_is_said(
    files: Hub, name: str, file: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "slow":
        wait(monkeypatch, 0.3)
    url = address(files, name, file)
    with pytest.raises(ArchposterError, match=message) as caught:
        archposter.load(f"{url}?key={TOKEN}#.gguf")
    assert TOKEN not in str(caught.value)
    assert str(caught.value).startswith(url)
    assert files.sent < 2**25


def test_nobody_at_an_address() -> None:
    with pytest.raises(UsageError, match="cannot be reached"):
        archposter.load("http://127.0.0.1:9/x.gguf")


def test_json_facts_say_what_was_compared(hub: Hub) -> None:
    found = archposter.load("hf:org/fine").weights()
    assert found
    assert json.loads(json.dumps(found.as_dict()))["equal"] is True
