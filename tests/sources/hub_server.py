"""A local server that plays the hub: repositories in memory, and ones that behave badly, by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_hex
from threading import Event, Thread

COMMIT = "0123456789abcdef0123456789abcdef01234567"
_PATH = re.compile(r"/([\w.-]+/[\w.-]+)/resolve/([\w.%-]+)/(.+)\Z")


@dataclass
class Hub:
    """What the server has, and what it was asked: method, path, Range and Authorization."""

    repositories: dict[str, dict[str, bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str, str, str]] = field(default_factory=list)
    sent: int = 0
    secret: str = field(default_factory=lambda: token_hex(8))
    url: str = ""
    elsewhere: str = ""
    over: Event = field(default_factory=Event)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        self.close_connection = True
        wanted, hub = self.headers.get("Range", ""), self.hub
        own, path = self.path.startswith(f"/{hub.secret}/"), self.path.removeprefix(f"/{hub.secret}")
        if not own:
            # a port is soon used again: whoever asked the server before is still asking
            return self._refuse(404, "")
        hub.asked.append((self.command, path, wanted, self.headers.get("Authorization", "")))
        found = _PATH.match(path.partition("?")[0])
        if not found:
            return self._refuse(404, "")
        repository, revision, file = found.groups()
        name = repository.partition("/")[2]
        match name:
            case "gated":
                return self._refuse(403, "GatedRepo")
            case "private":
                return self._refuse(401, "RepoNotFound")
            case "broken":
                return self._refuse(500, "")
            case "slow":
                hub.over.wait(10)
                return None
        if repository not in hub.repositories:
            return self._refuse(404, "RepoNotFound")
        if revision not in ("main", "v1", COMMIT):
            return self._refuse(404, "RevisionNotFound")
        content = hub.repositories[repository].get(file)
        if content is None:
            return self._refuse(404, "EntryNotFound")
        if name == "redirected" and hub.elsewhere:
            return self._send(302, b"", len(content), {"Location": f"{hub.elsewhere}{path}"}, body=False)
        return self._serve(name, file, content, wanted, body=body)

    def _serve(self, name: str, file: str, content: bytes, wanted: str, *, body: bool) -> None:
        weights = file.endswith(".safetensors")
        if name == "huge":
            return self._endless(body=body)
        if (ends := re.match(r"bytes=(\d+)-(\d+)", wanted)) and name != "rangeless":
            first, last = int(ends[1]), min(int(ends[2]), len(content) - 1)
            part = content[first : last + 1]
            headers = {"Content-Range": f"bytes {first}-{last}/{len(content)}"}
            announced = len(part) + 999 * (name == "truncated")
            return self._send(206, part, announced, headers, body=body)
        short = name == "cut-config" and not weights
        return self._send(200, content[:9] if short else content, len(content), {}, body=body)

    def _refuse(self, status: int, code: str) -> None:
        text = b'{"error": "words of a server\x1b[2J"}'
        self._send(
            status, text, len(text), {"X-Error-Code": code} if code else {}, body=self.command == "GET"
        )

    def _send(
        self, status: int, content: bytes, announced: int, extra: dict[str, str], *, body: bool
    ) -> None:
        self.send_response(status)
        entity = {"ETag": f'"{len(content)}-{announced}"', "X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"}
        linked = {"X-Linked-Size": str(announced)} if status == 302 else {}
        length = {"Content-Length": "0" if status == 302 else str(announced), "Connection": "close"}
        for key, value in {**entity, **linked, **length, **extra}.items():
            self.send_header(key, value)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def _endless(self, *, body: bool) -> None:
        """Announce ten gigabytes, and send them until the other side has had enough."""
        self.send_response(200)
        extra = {"ETag": '"endless"', "X-Repo-Commit": COMMIT, "Content-Length": str(10**10)}
        for key, value in {**extra, "Connection": "close"}.items():
            self.send_header(key, value)
        self.end_headers()
        try:
            while body and not self.hub.over.is_set():
                self.hub.sent += self.wfile.write((2**24).to_bytes(8, "little") + b"\0" * 2**16)
        except OSError:
            pass


@contextmanager
def serving() -> Iterator[Hub]:
    """Serve on a free port of this machine until the end of the block."""
    hub = Hub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_address[1]}/{hub.secret}"
    try:
        yield hub
    finally:
        hub.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
