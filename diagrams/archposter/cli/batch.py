"""Many pictures at once: slow formats are drawn by as many processes as there are processors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from archposter import parallel
from archposter.pipeline import Model, TextMode, Variant, format_of


class Job(NamedTuple):
    """One picture to write."""

    model: Model
    path: Path
    variant: Variant
    style: str
    text: TextMode

    def save(self) -> Path:
        """Draw and write the picture."""
        return self.model.draw(self.variant, self.style).save(self.path, self.text)


def save_all(jobs: Sequence[Job]) -> Iterator[Path]:
    """Write every picture and yield their paths in order; an interruption leaves whole files only."""
    # An SVG takes less time than handing it over.
    if format_of(jobs[0].path) == "svg":
        yield from map(Job.save, jobs)
    else:
        yield from parallel.each(Job.save, jobs)
