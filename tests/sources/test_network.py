"""Nobody at the other end is told at once; a server that takes its time is waited for."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from threading import Event
from typing import Any

import huggingface_hub.constants
import pytest
from hub_server import _Handler, serving

import archposter
from archposter.bundled import spec_path
from archposter.diagnostics import UsageError
from archposter.sources import network
from archposter.sources.network import reachable
from configs import text
from cost import HANGS


@pytest.fixture
def closed() -> str:
    """The address of a port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{found.getsockname()[1]}"


def test_without_a_network_one_line_says_so(closed: str, tmp_path: Path) -> None:
    environment = {**os.environ, "HF_ENDPOINT": closed, "HF_HOME": str(tmp_path)}
    for words, file in (
        (("facts", "hf:org/fine"), "config.json"),
        (("verify", str(spec_path("gpt-2-xl")), "--weights", "hf:org/fine"), "model.safetensors"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "archposter.cli", *words],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        # nothing was tried again: that would be said, too
        said = f"error: hf:org/fine: no connection to 127.0.0.1, and {file} is not in the cache\n"
        assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def use(monkeypatch: pytest.MonkeyPatch, url: str, cache: Path) -> None:
    template = f"{url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", url)
    monkeypatch.setattr(huggingface_hub.constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(cache))


def test_what_is_in_the_cache_needs_no_network(
    closed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as hub:
        hub.repositories["org/config-only"] = {"config.json": text("qwen3-0-6b").encode()}
        use(monkeypatch, hub.url, tmp_path)
        first = archposter.load("hf:org/config-only")
    use(monkeypatch, closed, tmp_path)
    assert archposter.load("hf:org/config-only").arch == first.arch
    with pytest.raises(UsageError, match=r"no connection to 127\.0\.0\.1"):
        archposter.load("hf:org/other")


def test_a_server_need_not_answer_to_count_as_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = Event()
    answer: Any = _Handler.do_HEAD

    def late(self: Any) -> None:
        assert reached.wait(HANGS)
        answer(self)

    def told(url: str) -> bool:
        found = reachable(url)
        reached.set()
        return found

    monkeypatch.setattr(_Handler, "do_HEAD", late)
    monkeypatch.setattr("archposter.sources.hub.reachable", told)
    with serving() as hub:
        hub.repositories["org/config-only"] = {"config.json": text("qwen3-0-6b").encode()}
        use(monkeypatch, hub.url, tmp_path)
        assert archposter.load("hf:org/config-only").slug == "config-only"


def test_silence_is_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()

    def silent(*_: object) -> None:
        over.wait()
        raise TimeoutError

    monkeypatch.setattr(network, "SECONDS", 0.05)
    monkeypatch.setattr(socket, "create_connection", silent)
    assert not reachable("https://example.org/x")
    over.set()


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999/", "http://[::1", "https:///x", "nonsense"])
def test_nonsense_is_no_connection(url: str) -> None:
    assert not reachable(url)


@pytest.mark.parametrize(
    ("url", "proxies", "door"),
    [
        ("https://example.org/x", {}, ("example.org", 443)),
        ("http://example.org:8080/x", {}, ("example.org", 8080)),
        ("https://example.org/x", {"https": "http://proxy:3128"}, ("proxy", 3128)),
        ("https://example.org/x", {"http": "http://proxy:3128"}, ("example.org", 443)),
        ("https://example.org/x", {"all": "socks5://user:word@proxy"}, ("proxy", 1080)),
        ("http://example.org/x", {"http": "proxy:3128"}, ("proxy", 3128)),
        ("http://local.test/x", {"http": "proxy:3128", "no": "local.test"}, ("local.test", 80)),
    ],
)
def test_a_proxy_is_the_first_door(
    url: str, proxies: dict[str, str], door: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http", "https", "all", "no"):
        for word in (f"{name}_proxy", f"{name}_PROXY".upper()):
            monkeypatch.delenv(word, raising=False)
    for name, value in proxies.items():
        monkeypatch.setenv(f"{name}_proxy", value)
    monkeypatch.setattr(socket, "create_connection", lambda address, _: pytest.fail(str(address)))
    assert network._door(url) == door
