"""Slow work done by as many processes as there are processors."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from archposter.diagnostics import OutputError

Given = TypeVar("Given")
Made = TypeVar("Made")


def workers() -> int:
    """Return how many processes work at a time."""
    return os.cpu_count() or 1


def each(function: Callable[[Given], Made], items: Sequence[Given]) -> Iterator[Made]:
    """Yield what a function makes of every item, in order; function, items and results must pickle.

    An error of the function ends the work and is raised here.  Raises OutputError where a process dies.
    """
    processes = min(workers(), len(items))
    if processes <= 1:
        yield from map(function, items)
        return
    # Imported late: a single card does not need them.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(processes, initializer=_leave_interrupts_to_the_parent)
    try:
        yield from pool.map(function, items)
    except BrokenProcessPool as error:
        raise OutputError("a drawing process ended early; is there enough memory?") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
