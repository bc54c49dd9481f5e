"""Small results kept between runs, in the user's cache folder.

A file is believed only if this user's program wrote it under this very name: it is signed with a secret
that lies beside it and that nobody else may read.  What is damaged, cut, renamed, copied from another
machine or left by another user reads as absent; so does everything where there is no folder to write to.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
import sys
from pathlib import Path

MAX_BYTES = 2**22

_SECRET_BYTES = 32
_SEAL_BYTES = hashlib.sha256().digest_size


def folder() -> Path:
    """Return the folder of this program's cache; it need not exist."""
    if said := os.environ.get("XDG_CACHE_HOME"):
        return Path(said) / "archposter"
    if sys.platform == "darwin":
        return Path("~/Library/Caches/archposter").expanduser()
    return Path("~/.cache/archposter").expanduser()


def read(name: str) -> bytes | None:
    """Return what was kept under a file name, or None where it is absent or not to be believed."""
    try:
        secret = _secret()
        content = _own_file(folder() / name, MAX_BYTES)
    except (OSError, RuntimeError):
        return None
    if secret is None or content is None:
        return None
    seal, data = content[:_SEAL_BYTES], content[_SEAL_BYTES:]
    return data if hmac.compare_digest(seal, _seal(secret, name, data)) else None


def write(name: str, data: bytes) -> None:
    """Keep `data` under a file name; where that is not possible, nothing happens."""
    try:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = _secret()
        if secret is None:
            secret = secrets.token_bytes(_SECRET_BYTES)
            _replace(folder() / "secret", secret)
        _replace(folder() / name, _seal(secret, name, data) + data)
    except (OSError, RuntimeError):
        return


def _secret() -> bytes | None:
    secret = _own_file(folder() / "secret", _SECRET_BYTES)
    return secret if secret and len(secret) == _SECRET_BYTES else None


def _seal(secret: bytes, name: str, data: bytes) -> bytes:
    return hmac.digest(secret, name.encode() + b"\0" + data, "sha256")


def _own_file(path: Path, limit: int) -> bytes | None:
    """Return the content of a regular file that only its owner, this user, can have written or read."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
                return None
            if os.name == "posix" and (status.st_uid != os.geteuid() or status.st_mode & 0o077):
                return None
            return file.read(limit + 1)
    except FileNotFoundError:
        return None


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
