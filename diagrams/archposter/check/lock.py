"""`archposter.lock`: the SHA-256 of every file that a check stored in its folder."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archposter._version import __version__
from archposter.diagnostics import UsageError, printable
from archposter.kinds import FORMATS

NAME = "archposter.lock"
MAX_BYTES = 2**24
FRAMES = "frames"
"""The folder below that holds the Frames of the pictures, for saying later what moved."""

_STORED = re.compile(rf"[^\W_][\w .+-]*\.(?:{'|'.join(FORMATS)})|{FRAMES}/[^\W_][\w .+-]*\.json")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def digest(content: bytes) -> str:
    """Return the digest that lock files hold."""
    return hashlib.sha256(content).hexdigest()


def is_stored_name(name: str) -> bool:
    """Tell whether a check writes files of this name: never one outside of its folder."""
    return bool(_STORED.fullmatch(name))


def frame_name(stem: str) -> str:
    """Return the name of the file that holds a picture's Frame."""
    return f"{FRAMES}/{stem}.json"


@dataclass(frozen=True)
class Lock:
    """The digests of the stored files by name, and the version that drew them.

    `alone`: by picture, the digest of its Frame as it would be if no other model were known.
    """

    files: dict[str, str] = field(default_factory=dict)
    alone: dict[str, str] = field(default_factory=dict)
    version: str = __version__

    def text(self) -> str:
        """Return the file's text: a line a stored file, in the order of their names."""
        said = f'"files": {_rows(self.files)}'
        if self.alone:
            said += f', "alone": {_rows(self.alone)}'
        return f'{{"version": {json.dumps(self.version)}, {said}}}\n'


def _rows(digests: dict[str, str]) -> str:
    rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(digests[name])}" for name in sorted(digests))
    return f"{{\n{rows}\n}}"


def read_lock(folder: Path) -> Lock | None:
    """Return the lock file of a folder, None where there is none; raise UsageError for a broken one."""
    path = folder / NAME
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"more than {MAX_BYTES:,} bytes")
        data = json.loads(path.read_bytes(), object_pairs_hook=_unique)
        version, files, alone = data["version"], data["files"], data.get("alone", {})
        if set(data) - {"alone"} != {"version", "files"} or not isinstance(version, str):
            raise ValueError("expected a version and files")
        for name, stored in (*files.items(), *alone.items()):
            if not is_stored_name(name) or not _DIGEST.fullmatch(stored):
                raise ValueError(f"{printable(name)} is not a picture with its digest")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{path}: broken ({printable(str(error), 120)}); restore it, or delete it and run --update"
        ) from None
    return Lock(files, alone, version)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def present(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the digests of the files that are there."""
    found = {}
    for name in names:
        try:
            with (folder / name).open("rb") as file:
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise UsageError(f"{folder / name}: cannot be read: {error.strerror or error}") from None
    return found
