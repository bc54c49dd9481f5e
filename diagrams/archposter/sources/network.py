"""Whether a server can be reached at all, told within seconds: clients try again and again."""

from __future__ import annotations

import socket
from threading import Thread
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

SECONDS = 4.0
"""For a name to be found and a connection to stand; how long an answer may take is another matter."""

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


def reachable(url: str) -> bool:
    """Tell whether the server of a URL, or the proxy on the way to it, takes a connection."""
    answers: list[bool] = []
    # A thread of its own: looking up a name has no time limit.
    thread = Thread(target=lambda: answers.append(_connects(url)), daemon=True)
    thread.start()
    thread.join(SECONDS)
    return bool(answers and answers[0])


def _door(url: str) -> tuple[str, int]:
    """Return the host and port that a connection for a URL goes to first."""
    parts = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if proxy and not proxy_bypass(parts.hostname or ""):
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    return parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 443)


def _connects(url: str) -> bool:
    try:
        with socket.create_connection(_door(url), SECONDS):
            return True
    except (OSError, ValueError):  # ValueError: no URL, or a name that cannot be one
        return False
