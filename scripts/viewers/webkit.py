"""Screenshots of pages by WebKitGTK's small browser, driven as WebDriver (W3C) describes."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image

DRIVER = "WebKitWebDriver"
BROWSER = next(map(str, Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser")), "MiniBrowser")
_TOOLBAR = 200
"""Pixels of a window that may not be the page's."""
_RESOURCES = "Xft.antialias: 1\nXft.hinting: 0\nXft.hintstyle: hintnone\nXft.rgba: none\n"
"""Of the screen: with hints, which other systems have not, it would set glyphs at whole pixels."""


class _Session:
    """Asks a driver that listens at `port`."""

    def __init__(self, port: int) -> None:
        self._port = port

    def __call__(self, method: str, path: str, **said: object) -> Any:
        """Return what the driver answers; raises OSError where it does not."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}{path}",
            json.dumps(said).encode() if method == "POST" else None,
            {"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["value"]


@contextlib.contextmanager
def _driver(folder: Path, size: tuple[int, int]) -> Iterator[_Session]:
    """Run a driver on a screen of its own of this size; both end with the block."""
    (folder / "resources").write_text(_RESOURCES)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    screen = f"-screen 0 {size[0]}x{size[1]}x24"
    command = ("xvfb-run", "-a", "-s", screen, DRIVER, f"--port={port}")
    world = os.environ | {"XENVIRONMENT": str(folder / "resources")}
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True, env=world)
    ask = _Session(port)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                ask("GET", "/status")
                break
            time.sleep(0.1)
        yield ask
    finally:
        os.killpg(running.pid, signal.SIGTERM)
        running.wait()


def webkit(folder: Path, address: str, size: tuple[int, int]) -> Image.Image:
    """Show the page in a window of this size."""
    width, height = size[0], size[1] + _TOOLBAR
    options = {"binary": BROWSER, "args": ["--automation"]}
    wishes = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
    with _driver(folder, (width, height)) as ask:
        session = f"/session/{ask('POST', '/session', capabilities=wishes)['sessionId']}"
        ask("POST", f"{session}/window/rect", x=0, y=0, width=width, height=height)
        # Fonts inside of pictures may miss the first time that they are shown.
        for _ in range(2):
            ask("POST", f"{session}/url", url=address)
        shot = _settled(lambda: str(ask("GET", f"{session}/screenshot")))
        ask("DELETE", session)
    return Image.open(io.BytesIO(base64.b64decode(shot))).convert("RGB").crop((0, 0, *size))


def _settled(shoot: Callable[[], str]) -> str:
    """Return the first screenshot that equals the one before."""
    before = shoot()
    while True:
        time.sleep(0.5)
        now = shoot()
        if now == before:
            return now
        before = now
