"""The check of a folder: what would be drawn now, against what is stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archposter import cache, fingerprint, parallel
from archposter.check import lock, report, store
from archposter.check.findings import Change, Finding, Outcome, Result, explained
from archposter.check.handled import ATTRIBUTES, ATTRIBUTES_TEXT, handled
from archposter.check.lock import Lock, digest, frame_name
from archposter.check.manifest import Wanted, read_manifest
from archposter.diagnostics import OutputError, UsageError
from archposter.spec.load import LFS_POINTER

Progress = Callable[[Sequence[Any]], Iterable[Any]]
"""Yields what it is given, and may tell somebody how far it is."""

Digests = tuple[str, str, str]
"""Of a picture, of its Frame, and of that if no other model were known."""

REPORT = "report.html"


@dataclass(frozen=True)
class Update:
    """The pictures that an update wrote and deleted, by name."""

    written: tuple[str, ...]
    removed: tuple[str, ...]


def check(folder: str | Path, report_path: str | Path | None = None, progress: Progress = iter) -> Result:
    """Compare the pictures of a folder with what its manifest would draw now.

    Where they differ, a page that shows it is written to `report_path` (`report.html` in the folder);
    where they do not, such a page of an earlier check is deleted.  Raises UsageError for a folder without
    manifest or lock file, SpecError for faults of the manifest or of a model.
    """
    folder = Path(folder)
    with store.opened(folder):
        entries = read_manifest(folder)
        stored = lock.read_lock(folder)
        if stored is None:
            raise UsageError(
                f"{folder / lock.NAME}: no such file; archposter check {folder} --update writes it"
            )
        now = _Now(folder)
        names = {name for entry in entries for name in (entry.name, frame_name(entry.stem))}
        found = lock.present(folder, names | stored.files.keys())
        seen: list[Finding | Change] = []
        for entry in progress(entries):
            seen += _findings(folder, entry, now, stored, found)
        now.keep()
        seen += [
            Finding(name, "removed", ("stored, but no longer in the manifest",))
            for name in sorted(stored.files.keys() - names)
            if not name.startswith(f"{lock.FRAMES}/")
        ]
    findings = _explained(seen, progress)
    differing = tuple(finding for finding in findings if finding.kind != "alike")
    target, fault = Path(report_path or folder / REPORT), ""
    if differing:
        try:
            report.write(target, differing, str(folder))
        except OutputError as error:
            # What differs is the answer; the page only shows it.
            fault = str(error)
    else:
        report.remove(target)
    return Result(folder, len(entries), findings, target, stored.version, now.drawn, fault)


def _explained(seen: Iterable[Finding | Change], progress: Progress) -> tuple[Finding, ...]:
    """Return the findings, each once, with the changes among them looked at."""
    changes = [entry for entry in seen if isinstance(entry, Change)]
    looked_at = zip(progress(changes), parallel.each(explained, changes), strict=True) if changes else ()
    found = iter([finding for _, finding in looked_at])
    return tuple(dict.fromkeys(next(found) if isinstance(entry, Change) else entry for entry in seen))


def update(folder: str | Path, progress: Progress = iter) -> Update:
    """Make the folder hold what its manifest would draw now; only files that a check stored are deleted.

    All files change as one step: a kill leaves the old state or, once the folder is next opened, the new
    one.  Raises what `check` raises, but needs no lock file.
    """
    folder = Path(folder)
    with store.opened(folder):
        entries = read_manifest(folder)
        stored = lock.read_lock(folder) or Lock()
        now = _Now(folder)
        wanted: dict[str, str] = {}
        alone: dict[str, str] = {}
        contents: dict[str, bytes] = {}
        found = lock.present(folder, [name for e in entries for name in (e.name, frame_name(e.stem))])
        for entry in progress(entries):
            names = entry.name, frame_name(entry.stem)
            *digests, alone[entry.name] = now.digests(entry)
            if any(found.get(name) != new for name, new in zip(names, digests, strict=True)):
                contents |= dict(zip(names, now.draw(entry), strict=True))
            wanted |= dict(zip(names, digests, strict=True))
        now.keep()
        # A model's file may have changed since: what is locked is what is written.
        wanted |= {name: digest(content) for name, content in contents.items()}
        written = {name: content for name, content in contents.items() if found.get(name) != wanted[name]}
        removed = stored.files.keys() - wanted.keys()
        files = dict(written)
        if written or (stored.files, stored.alone) != (wanted, alone):
            files[lock.NAME] = Lock(wanted, alone).text().encode()
        if not (folder / ATTRIBUTES).exists():
            files[ATTRIBUTES] = ATTRIBUTES_TEXT
        if files:
            store.replace(folder, files, removed)
    return Update(_pictures(written), _pictures(removed))


def _pictures(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in names if not name.startswith(f"{lock.FRAMES}/")))


def _findings(
    folder: Path, entry: Wanted, now: _Now, stored: Lock, found: dict[str, str]
) -> Iterable[Finding | Change]:
    """Yield what is wrong with one entry's stored files."""
    name, frame = entry.name, frame_name(entry.stem)
    if name not in stored.files:
        yield Finding(name, "added", ("in the manifest, but not stored yet",), new=now.draw(entry)[0])
        return
    before, picture_before = (_kept(folder, file, stored, found) for file in (frame, name))
    if before.outcome:
        yield Finding(frame, before.outcome, (before.words,))
    if picture_before.outcome == "alike":
        yield Finding(name, "alike", (picture_before.words,))
    elif kind := picture_before.outcome:
        old = picture_before.content if kind == "tampered" else None
        yield Finding(name, kind, (picture_before.words,), old, now.draw(entry)[0])
        return
    picture_now, _, alone = now.digests(entry)
    if picture_now != stored.files[name]:
        frame_before = before.content.decode() if before.outcome in (None, "alike") else None
        picture, frame_now = now.draw(entry)
        others = stored.alone.get(name) == alone
        yield Change(entry, picture_before.content, picture, frame_before, frame_now.decode(), others)


@dataclass(frozen=True)
class _Kept:
    """A file of the folder; `outcome` says in what way it is not the one that was stored."""

    path: Path
    outcome: Outcome | None = None
    words: str = ""
    _content: bytes | None = None

    @property
    def content(self) -> bytes:
        """The bytes as they were stored, where those can be had."""
        return self.path.read_bytes() if self._content is None else self._content


def _kept(folder: Path, name: str, stored: Lock, found: dict[str, str]) -> _Kept:
    path = folder / name
    if name not in found:
        return _Kept(path, "missing", "stored, but the file is gone")
    if found[name] == stored.files.get(name):
        return _Kept(path)
    content = path.read_bytes()
    if content.startswith(LFS_POINTER):
        return _Kept(path, "missing", "a Git LFS pointer stands in its place: run git lfs pull")
    if again := handled(name, content, stored.files.get(name, "")):
        return _Kept(path, "alike", again.cure, again.content)
    words = "not the file that was stored: edited, damaged or left over from a merge"
    return _Kept(path, "tampered", words, content)


class _Now:
    """What would be drawn now: digests, as far as possible without drawing."""

    def __init__(self, folder: Path) -> None:
        place = hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
        self._cache_name = f"check-{place[:16]}"
        self._known: dict[str, Digests] = {}
        self._seen: dict[str, Digests] = {}
        self._last: tuple[Wanted, tuple[bytes, bytes], Digests] | None = None
        self.drawn = 0
        kept = cache.read(self._cache_name)
        if kept is not None:
            self._known = {key: tuple(digests) for key, digests in json.loads(kept).items()}

    def digests(self, entry: Wanted) -> Digests:
        """Return the digests of the entry's picture and Frame."""
        key = _key(entry)
        if key not in self._seen and key in self._known:
            self._seen[key] = self._known[key]
        if key in self._seen:
            return self._seen[key]
        return self._draw(entry)[1]

    def draw(self, entry: Wanted) -> tuple[bytes, bytes]:
        """Return the entry's picture and its Frame as JSON."""
        return self._draw(entry)[0]

    def _draw(self, entry: Wanted) -> tuple[tuple[bytes, bytes], Digests]:
        if self._last and self._last[0] == entry:
            return self._last[1:]
        from archposter.pipeline import load
        from archposter.scene import to_json

        before, model = _key(entry), load(entry.source)
        drawing = model.draw(entry.variant, entry.style)
        encoded = drawing.encode(entry.format, entry.text)
        picture = encoded.encode() if isinstance(encoded, str) else encoded
        frame = to_json(drawing.frame).encode()
        alone = to_json(model.draw(entry.variant, entry.style, alone=True).frame).encode()
        self.drawn += 1
        digests = digest(picture), digest(frame), digest(alone)
        # The model's file may have changed between being digested and being read.
        if _key(entry) == before:
            self._seen[before] = digests
        self._last = entry, (picture, frame), digests
        return (picture, frame), digests

    def keep(self) -> None:
        """Keep the digests for the next run."""
        if self._seen != self._known:
            cache.write(self._cache_name, json.dumps(self._seen).encode())


def _key(entry: Wanted) -> str:
    try:
        return fingerprint.key(entry.source, entry.style, entry.variant, entry.format, entry.text)
    except OSError as error:
        raise UsageError(f"{entry.source}: cannot be read: {error.strerror or error}") from None
