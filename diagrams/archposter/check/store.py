"""Many files of a folder replaced in one step, which a kill at any moment leaves done or undone.

New files are first written to a folder below.  Then a journal that says where each belongs appears there,
by one rename: before it the old state holds, after it the new one.  Whoever opens the folder next ends what
the journal began, or throws away what has no journal.  Ending is safe to repeat: a file is moved or has been.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Set
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from archposter import cache
from archposter.check import lock
from archposter.check.handled import ATTRIBUTES
from archposter.diagnostics import OutputError, UsageError

STAGE = ".archposter-update"
_JOURNAL = "journal.json"


@contextmanager
def opened(folder: Path) -> Iterator[None]:
    """Hold the folder for this process alone, with what a killed one left behind mended.

    Raises UsageError where there is no such folder and OutputError where it cannot be mended.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: expected a folder" + (", got a file" if folder.exists() else ""))
    if (folder / lock.FRAMES).is_symlink() or (folder / STAGE).is_symlink():
        raise UsageError(f"{folder}: {lock.FRAMES} and {STAGE} must not be links")
    with _alone(folder):
        try:
            _mend(folder)
        except OSError as error:
            raise OutputError(f"{folder}: an interrupted update cannot be ended: {_reason(error)}") from error
        yield


def replace(folder: Path, files: Mapping[str, bytes], removed: Set[str]) -> None:
    """Write `files` by name and delete the `removed` ones, as one step.  Raises OutputError."""
    stage = folder / STAGE
    try:
        stage.mkdir()
        moves = {}
        for number, name in enumerate(sorted(files)):
            (stage / str(number)).write_bytes(files[name])
            moves[str(number)] = name
        beside = stage / f".{_JOURNAL}"
        beside.write_text(json.dumps({"moves": moves, "removed": sorted(removed)}), encoding="utf-8")
        os.replace(beside, stage / _JOURNAL)
        _mend(folder)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be updated: {_reason(error)}") from error


def _mend(folder: Path) -> None:
    """End an update that has a journal; throw away one that has none."""
    stage = folder / STAGE
    journal = stage / _JOURNAL
    if journal.is_file():
        moves, removed = _plan(journal)
        for staged, name in moves.items():
            target = folder / name
            target.parent.mkdir(exist_ok=True)
            if (stage / staged).exists():
                os.replace(stage / staged, target)
        for name in removed:
            (folder / name).unlink(missing_ok=True)
        _drop_empty(folder / lock.FRAMES)
        journal.unlink()
    if stage.is_dir():
        shutil.rmtree(stage)


def _plan(journal: Path) -> tuple[dict[str, str], list[str]]:
    try:
        data = json.loads(journal.read_bytes())
        moves, removed = dict(data["moves"]), list(data["removed"])
        strange = [name for name in (*moves.values(), *removed) if not _may_change(name)]
        if strange or not all(staged.isdecimal() for staged in moves):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        folder = journal.parent
        raise UsageError(f"{folder}: not left by an interrupted update: delete this folder") from None
    return moves, removed


def _may_change(name: object) -> bool:
    return isinstance(name, str) and (name in (lock.NAME, ATTRIBUTES) or lock.is_stored_name(name))


def _drop_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait for this user's other checks of the folder; a kill gives the folder free.

    Where there is no cache folder to write to, nobody is waited for.
    """
    from filelock import FileLock

    # Not in the folder itself: it is a repository, and the lock's file stays.
    locks = cache.folder() / "locks"
    place = hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    with ExitStack() as held:
        with suppress(OSError):
            locks.mkdir(mode=0o700, parents=True, exist_ok=True)
            held.enter_context(FileLock(locks / place))
        yield


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
