"""Bytes in order, of which only as many are read as a header needs."""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator
from typing import Any

from archposter import units
from archposter.diagnostics import Diagnostic, Position, SpecError
from archposter.spec.load import LFS_POINTER, lfs_pointer

CHUNK = 2**16
SECONDS = 120.0
"""How long one header may take altogether; the time between two packets has limits of its own."""


def refused(file: str, message: str, hint: str = "") -> SpecError:
    """Return the error for a file as a whole."""
    return SpecError([Diagnostic(Position(file), "", message, hint)])


def incomplete(file: str, size: int, promised: int) -> SpecError:
    """Return the error for a file that holds less than its header says."""
    message = f"incomplete: {size:,} bytes, and its header says {promised:,}"
    return refused(file, message, "download it again")


class Stream:
    """Reads chunks of bytes up to a `limit`; `file` is the name that messages give.

    Every method raises SpecError where the bytes end early, the limit is passed or time is up.
    """

    def __init__(self, chunks: Iterator[bytes], file: str, limit: int) -> None:
        self.file = file
        self._chunks = chunks
        self._limit = limit
        self._held = bytearray()
        self._at = 0
        self._before = 0
        self._end = time.monotonic() + SECONDS

    @property
    def position(self) -> int:
        """How many bytes were read or passed over."""
        return self._before + self._at

    def read(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        self._hold(size)
        found = bytes(self._held[self._at : self._at + size])
        self._at += size
        return found

    def skip(self, size: int) -> None:
        """Pass over `size` bytes without keeping them."""
        self._check(size)
        while size > 0:
            step = min(size, CHUNK)
            self._hold(step)
            self._at += step
            size -= step

    def unpack(self, form: str) -> Any:
        """Return one little-endian number of a `struct` format."""
        size = struct.calcsize(form)
        self._hold(size)
        (value,) = struct.unpack_from(f"<{form}", self._held, self._at)
        self._at += size
        return value

    def _hold(self, size: int) -> None:
        self._check(size)
        while len(self._held) < self._at + size:
            del self._held[: self._at]
            self._before += self._at
            self._at = 0
            if time.monotonic() > self._end:
                raise refused(self.file, f"the header did not come within {SECONDS:.0f} s")
            chunk = next(self._chunks, b"")
            if not chunk:
                raise refused(self.file, "ends within the header: truncated, or not such a file")
            if not self._before and not self._held and chunk.startswith(LFS_POINTER):
                raise lfs_pointer(self.file)
            self._held += chunk

    def _check(self, size: int) -> None:
        if self.position + size > self._limit:
            raise refused(self.file, f"the header is longer than {units.size(self._limit)}")
