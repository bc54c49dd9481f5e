"""Models of a hub, `hf:ORG/NAME[@REVISION]`, with the settings, cache and token of `huggingface_hub`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archposter.diagnostics import SpecError, UsageError, printable
from archposter.importer.file import MAX_BYTES, parse_config
from archposter.sources import safetensors
from archposter.sources.checkpoint import Checkpoint, Source, Stored
from archposter.sources.network import reachable
from archposter.sources.stream import CHUNK, Stream, refused
from archposter.spec.load import read_text

_NAME = r"[A-Za-z0-9][\w.-]{0,95}"
_REFERENCE = re.compile(rf"hf:({_NAME}/{_NAME})(?:@([\w][\w./-]{{0,250}}))?\Z", re.ASCII)
_FIRST = 100_000
"""Bytes to ask for before the length of a header is known: most headers are shorter."""
_CONNECTIONS = 8


class _MissingError(Exception):
    """The repository has no such file, or none at hand without the network."""


def open_hub(reference: str) -> Source:
    """Return the model of `hf:ORG/NAME[@REVISION]`.

    Raises UsageError if the reference, the repository or the package for it is not there or cannot be
    reached, and SpecError if its config is no config.
    """
    repository = repository_of(reference)
    config, path = repository.config()
    # snapshots/COMMIT/config.json: the weights are looked at as they were then
    commit = path.parent.name
    name = repository.name.partition("/")[2]
    weights = Repository(repository.name, commit, reference)
    page = f"https://huggingface.co/{repository.name}/blob/{commit}/config.json"
    return Source(config, f"{reference}/config.json", name, weights, name=name, page=page)


def repository_of(reference: str) -> Repository:
    """Return the repository that a reference names; raise UsageError for another text."""
    found = _REFERENCE.match(reference)
    if not found or ".." in reference:
        raise UsageError(f"{printable(reference)}: expected hf:ORG/NAME or hf:ORG/NAME@REVISION")
    return Repository(found[1], found[2], reference)


@dataclass(frozen=True)
class Repository:
    """A repository of models at a revision (None: its main branch); `reference` is its name in messages."""

    name: str
    revision: str | None
    reference: str

    def checkpoint(self) -> Checkpoint | None:
        """Return the tensors of its safetensors files, of which the headers are read; None without any."""
        for name in safetensors.NAMES:
            try:
                tensors = self._header(f"{name}.safetensors")
            except _MissingError:
                try:
                    index = self.download(f"{name}.safetensors.index.json", safetensors.MAX_INDEX)
                except _MissingError:
                    continue
                tensors = self._shards(index)
            return Checkpoint(self.reference, tensors, self._config())
        return None

    def config(self) -> tuple[dict[str, Any], Path]:
        """Return the config and its place in the cache; raise UsageError where it cannot be had."""
        try:
            path = self.download("config.json", MAX_BYTES)
        except _MissingError as error:
            raise UsageError(f"{self.reference}: {error}") from None
        file = f"{self.reference}/config.json"
        return parse_config(read_text(path, file, "config", MAX_BYTES), file), path

    def _config(self) -> dict[str, Any]:
        """Return the config beside the weights; it says how they are packed, and may be missing."""
        try:
            return self.config()[0]
        except (UsageError, SpecError):
            return {}

    def download(self, file: str, limit: int) -> Path:
        """Return the place in the cache of a file of at most `limit` bytes, fetched if it is not there."""
        hub = _package()

        class Bounded(hub.utils.tqdm):  # type: ignore[misc, name-defined]
            """A progress bar that nobody sees, and that ends a download which is too long."""

            def __init__(self, *words: Any, **options: Any) -> None:
                options["disable"] = True
                self.received = 0.0
                super().__init__(*words, **options)
                self._check(options.get("total") or 0)

            def update(self, n: float | None = 1) -> bool | None:
                self.received += n or 0
                self._check(self.received)
                return None

            def _check(self, size: float) -> None:
                if size > limit:
                    raise refused(_file(reference, file), f"longer than {limit:,} bytes")

        reference = self.reference
        offline = _offline() or not self._reachable(file)
        options = {"revision": self.revision, "tqdm_class": Bounded, "local_files_only": offline}
        with self._explained(file):
            return Path(hub.hf_hub_download(self.name, file, **options))

    def _reachable(self, file: str) -> bool:
        """Tell whether the hub takes a connection; its client would try six times, for 24 seconds."""
        return reachable(_package().hf_hub_url(self.name, file, revision=self.revision))

    def _no_connection(self, file: str) -> UsageError:
        host = urlsplit(_package().constants.ENDPOINT).hostname
        return UsageError(f"{self.reference}: no connection to {host}, and {file} is not in the cache")

    def _shards(self, index: Path) -> tuple[Stored, ...]:
        file = _file(self.reference, index.name)
        names = safetensors.read_index(read_text(index, file, "index", safetensors.MAX_INDEX), file)
        pool = ThreadPoolExecutor(_CONNECTIONS)
        try:
            return safetensors.together(list(pool.map(self._shard, names)), self.reference)
        finally:
            pool.shutdown(cancel_futures=True)

    def _shard(self, file: str) -> tuple[Stored, ...]:
        try:
            return self._header(file)
        except _MissingError as error:
            raise UsageError(f"{self.reference}: {error}; its index names it") from None

    def _header(self, file: str) -> tuple[Stored, ...]:
        hub = _package()
        with self._explained(file):
            cached = hub.try_to_load_from_cache(self.name, file, revision=self.revision)
            if isinstance(cached, str):
                return safetensors.read_file(Path(cached))
            if not _offline() and not self._reachable(file):
                raise self._no_connection(file)
            with self._answer(file, 0, _FIRST) as (stream, partial):
                length = safetensors.header_length(stream)
                # a server that ignores ranges sends everything: what is needed is read on
                if not partial or length + 8 <= _FIRST:
                    return safetensors.parse_header(stream.read(length), stream.file)
            with self._answer(file, 8, length) as (stream, partial):
                stream.skip(0 if partial else 8)
                return safetensors.parse_header(stream.read(length), stream.file)

    @contextmanager
    def _answer(self, file: str, start: int, size: int) -> Iterator[tuple[Stream, bool]]:
        """Ask for a part of a file; give its bytes as they come, and whether they begin at `start`."""
        hub = _package()
        url = hub.hf_hub_url(self.name, file, revision=self.revision)
        wanted = {"Range": f"bytes={start}-{start + size - 1}", "Accept-Encoding": "identity"}
        headers = {**hub.utils.build_hf_headers(), **wanted}
        seconds = hub.constants.HF_HUB_DOWNLOAD_TIMEOUT
        # the session passes the token on to no other host
        with hub.utils.get_session().stream("GET", url, headers=headers, timeout=seconds) as response:
            status = response.status_code
            if status == 404:
                raise _MissingError(f"has no {file}")
            if status not in (200, 206):
                raise UsageError(f"{self.reference}: {_refusal(status, file)}")
            limit = safetensors.MAX_HEADER + 16
            yield Stream(response.iter_raw(CHUNK), _file(self.reference, file), limit), status == 206

    @contextmanager
    def _explained(self, file: str) -> Iterator[None]:
        """Say what failed in words of our own: those of a server may hold anything."""
        errors = _package().errors
        try:
            yield
        except errors.GatedRepoError:
            raise UsageError(f"{self.reference}: {_refusal(403, file)}") from None
        except errors.RepositoryNotFoundError:
            raise UsageError(
                f"{self.reference}: no such repository, or no access to it (a private one wants a token)"
            ) from None
        except errors.RevisionNotFoundError:
            raise UsageError(f"{self.reference}: no such revision") from None
        except errors.LocalEntryNotFoundError as error:
            if isinstance(error.__cause__, errors.OfflineModeIsEnabled) or _offline():
                raise _MissingError(f"{file} is not in the cache, and the hub is offline") from None
            if error.__cause__ is None:
                raise self._no_connection(file) from None
            raise UsageError(f"{self.reference}: {_failure(error.__cause__, file)}") from None
        except errors.OfflineModeIsEnabled:
            raise _MissingError(f"{file} is not in the cache, and the hub is offline") from None
        except errors.EntryNotFoundError:
            raise _MissingError(f"has no {file}") from None
        except (errors.HTTPError, errors.HFValidationError, OSError) as error:
            raise UsageError(f"{self.reference}: {_failure(error, file)}") from None


def _file(reference: str, file: str) -> str:
    return f"{reference}/{file}"


def _refusal(status: int, file: str) -> str:
    if status in (401, 403):
        return (
            f"no access to {file}: log in with `hf auth login` or set HF_TOKEN, and accept the model's terms"
        )
    return f"the hub answered {status} for {file}"


def _failure(error: BaseException | None, file: str) -> str:
    """Return why a request came to nothing, in words of our own."""
    response = getattr(error, "response", None)
    if response is not None:
        return _refusal(response.status_code, file)
    if "Timeout" in type(error).__name__:
        return f"no answer in time for {file}"
    if isinstance(error, OSError) and "Consistency" in str(error):
        return f"the answer for {file} is not as long as announced"
    kind = type(error).__name__ if error else "no connection"
    return f"cannot fetch {file} ({kind})"


def _offline() -> bool:
    return bool(_package().constants.HF_HUB_OFFLINE)


def _package() -> Any:
    try:
        import huggingface_hub
        import huggingface_hub.errors
        import huggingface_hub.utils
    except ImportError:
        raise UsageError("hf: needs the package huggingface_hub: pip install 'archposter[hub]'") from None
    return huggingface_hub
