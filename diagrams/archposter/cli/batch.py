"""Many pictures at once: slow formats are drawn by as many processes as there are processors."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from archposter.diagnostics import OutputError
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
    workers = min(os.cpu_count() or 1, len(jobs))
    # An SVG takes less time than handing it over.
    if workers == 1 or format_of(jobs[0].path) == "svg":
        yield from map(Job.save, jobs)
        return
    # Imported late: a single card does not need them.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(workers, initializer=_leave_interrupts_to_the_parent)
    try:
        yield from pool.map(Job.save, jobs)
    except BrokenProcessPool as error:
        raise OutputError("a drawing process ended early; is there enough memory?") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
