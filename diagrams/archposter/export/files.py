"""Files appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from archposter.diagnostics import OutputError


def write(path: Path, data: bytes | str) -> None:
    """Write `data` (text as UTF-8) to `path` and make the folders above it.

    The data goes to a file beside the target, which then takes its place: a reader sees the old file
    or the new one, and a failure leaves the old one as it was.  Raises OutputError.
    """
    content = data.encode() if isinstance(data, str) else data
    # A link's target is replaced, not the link.
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{os.getpid()}-{target.name}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_bytes(content)
            os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
