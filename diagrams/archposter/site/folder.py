"""The site's folder: the one place that writes.  What is there and right stays, what is no more goes.

A list beside the pages says which files are the site's, with their digests and what each model's depend on,
so that a second build makes only what a changed input asks for.  Other files in the folder are left alone.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from archposter.export import files
from archposter.site.page import Page

LIST: Final = ".archposter-site.json"
_FORM: Final = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier build made of one input: `key` says what of, `said` is its record.

    `files` are the digests of its files, by their paths.
    """

    key: str
    said: dict[str, Any]
    files: Mapping[str, str]


@dataclass
class Folder:
    """A site's folder and what an earlier build left there."""

    root: Path
    kept: dict[str, Kept] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, root: Path) -> Folder:
        """Return a folder with what its list says, nothing where there is none that can be read."""
        try:
            plain = json.loads((root / LIST).read_text(encoding="utf-8"))
            if plain["form"] != _FORM:
                return cls(root)
            kept = {name: Kept(**entry) for name, entry in plain["kept"].items()}
            others = {str(path): str(digest) for path, digest in plain["others"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls(root)
        return cls(root, kept, others)

    def unchanged(self, name: str, key: str) -> Kept | None:
        """Return what was made of an input, if that is still the same and all its files are as they were."""
        kept = self.kept.get(name)
        if kept is None or kept.key != key:
            return None
        return kept if all(map(self._is, kept.files.items())) else None

    def text(self, path: str) -> str | None:
        """Return what an earlier build wrote for all models, None where it is not as it was."""
        wanted = self.others.get(path)
        return self._path(path).read_text(encoding="utf-8") if wanted and self._is((path, wanted)) else None

    def write(self, made: Iterable[tuple[str, str, dict[str, Any], list[Page]]], rest: list[Page]) -> int:
        """Write what was made anew of inputs, (name, key, record, pages), and all other pages.

        Returns how many files were written.  Raises OutputError.
        """
        before = {path for kept in self.kept.values() for path in kept.files} | self.others.keys()
        written = 0
        for name, key, said, pages in made:
            written += sum(map(self._put, pages))
            self.kept[name] = Kept(key, said, {page.path: digest(page.data) for page in pages})
        written += sum(map(self._put, rest))
        self.others = {page.path: digest(page.data) for page in rest}
        now = {path for kept in self.kept.values() for path in kept.files} | self.others.keys()
        for path in sorted(before - now):
            self._remove(path)
        self._save()
        return written

    def keep(self, names: Iterable[str]) -> None:
        """Forget the inputs that are no more; their files go with the next writing."""
        wanted = set(names)
        gone = {name: kept for name, kept in self.kept.items() if name not in wanted}
        for name, kept in gone.items():
            self.others |= kept.files
            del self.kept[name]

    def _save(self) -> None:
        kept = {
            name: {"key": kept.key, "said": kept.said, "files": dict(kept.files)}
            for name, kept in sorted(self.kept.items())
        }
        plain = {"form": _FORM, "kept": kept, "others": dict(sorted(self.others.items()))}
        text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
        self._put(Page(LIST, text.encode()))

    def _put(self, page: Page) -> bool:
        """Write a page unless its file holds the same; tell whether it was written."""
        target = self._path(page.path)
        try:
            if target.stat().st_size == len(page.data) and target.read_bytes() == page.data:
                return False
        except OSError:
            pass
        files.write(target, page.data)
        return True

    def _is(self, entry: tuple[str, str]) -> bool:
        path, wanted = entry
        try:
            return digest(self._path(path).read_bytes()) == wanted
        except (OSError, ValueError):
            return False

    def _remove(self, path: str) -> None:
        """Delete a file of an earlier build, and the folders that this leaves empty."""
        target = self._path(path)
        target.unlink(missing_ok=True)
        for folder in self._between(target):
            try:
                folder.rmdir()
            except OSError:
                return

    def _between(self, target: Path) -> Iterator[Path]:
        for folder in target.parents:
            if folder == self.root:
                return
            yield folder

    def _path(self, path: str) -> Path:
        """Return where a page lies; raise ValueError for a path that leads out of the folder."""
        parts = PurePosixPath(path).parts
        if not parts or ".." in parts or path.startswith("/") or os.path.isabs(path) or "\\" in path:
            raise ValueError(f"{path}: not a path within the site")
        return self.root.joinpath(*parts)


def digest(data: bytes) -> str:
    """Return the digest of a file's bytes."""
    return hashlib.sha256(data).hexdigest()[:32]
