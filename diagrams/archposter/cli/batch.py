"""Many pictures at once: slow formats are drawn by as many processes as there are processors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from archposter import parallel
from archposter.export import files
from archposter.pipeline import Format, Model, Notation, Rendering


class Job(NamedTuple):
    """One picture to write."""

    model: Model
    path: Path
    kind: Format | Notation
    rendering: Rendering

    def save(self) -> Path:
        """Draw and write the picture."""
        files.write(self.path, self.model.render(self.kind, self.rendering))
        return self.path


def save_all(jobs: Sequence[Job]) -> Iterator[Path]:
    """Write every picture and yield their paths in order; an interruption leaves whole files only."""
    # An SVG takes less time than handing it over.
    if jobs[0].kind == "svg":
        yield from map(Job.save, jobs)
    else:
        yield from parallel.each(Job.save, jobs)
