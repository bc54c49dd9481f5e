"""Small results kept between runs, in the user's cache folder.

A file is believed if it belongs to this user, nobody else may read or write it, and it begins with the
digest of its name and content.  What is damaged, cut, renamed or left by another user reads as absent; so
does everything where there is no folder to write to.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

MAX_BYTES = 2**22
MAX_FILES = 512

_DIGEST_BYTES = hashlib.sha256().digest_size


def folder() -> Path:
    """Return the folder of this program's cache; it need not exist."""
    from platformdirs import user_cache_path

    return user_cache_path("archposter", appauthor=False)


def read(name: str) -> bytes | None:
    """Return what was kept under a file name, or None where it is absent or not to be believed."""
    try:
        content = _own_file(folder() / name)
    except (OSError, RuntimeError):
        return None
    data = content[_DIGEST_BYTES:]
    return data if content[:_DIGEST_BYTES] == _digest(name, data) else None


def write(name: str, data: bytes) -> None:
    """Keep `data` under a file name; where that is not possible, nothing happens."""
    try:
        home = folder()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(home / name, _digest(name, data) + data)
        _drop_oldest(home)
    except (OSError, RuntimeError):
        return


def _drop_oldest(home: Path) -> None:
    """Keep the folder small: what is read again and again is written again when it is gone."""
    kept = [path for path in home.iterdir() if path.is_file() and not path.name.startswith(".")]
    if len(kept) > MAX_FILES:
        by_age = sorted(kept, key=lambda path: (path.stat().st_mtime_ns, path.name))
        for path in by_age[: len(kept) - MAX_FILES // 2]:
            path.unlink(missing_ok=True)


def _digest(name: str, data: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\0" + data).digest()


def _own_file(path: Path) -> bytes:
    """Return the content of a regular file that only its owner, this user, can have written; else b""."""
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > _DIGEST_BYTES + MAX_BYTES:
            return b""
        if os.name == "posix" and (status.st_uid != os.geteuid() or status.st_mode & 0o077):
            return b""
        return file.read(_DIGEST_BYTES + MAX_BYTES)


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
