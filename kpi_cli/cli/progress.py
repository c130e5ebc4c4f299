"""A progress bar by bytes, for a person who waits: on a terminal only, and only when it takes a while."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kpi_cli.cli.streams import is_terminal, may_colour

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 1.0  # seconds before a bar appears
Report = Callable[[int, int], None]


@contextmanager
def shown_progress() -> Iterator[Report | None]:
    """Yield what to call with the bytes done and the bytes in all, from any thread; None where nobody watches."""
    if not is_terminal(sys.stderr):
        yield None
        return
    bar = _Bar(time.monotonic())
    try:
        yield bar.report
    finally:
        bar.close()


class _Bar:
    """Appears once work has lasted a while, and leaves no trace."""

    def __init__(self, start: float) -> None:
        self._start = start
        self._lock = threading.Lock()
        self._progress: Progress | None = None

    def report(self, done: int, total: int) -> None:
        with self._lock:
            if self._progress is None and time.monotonic() - self._start > PATIENCE:
                self._progress = _opened()
            if self._progress is not None:
                self._progress.update(self._progress.task_ids[0], completed=done, total=total)

    def close(self) -> None:
        with self._lock:
            if self._progress is not None:
                self._progress.stop()


def _opened() -> "Progress":
    from rich.console import Console  # noqa: PLC0415 - only for those who wait
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn  # noqa: PLC0415 - the same

    console = Console(stderr=True, no_color=not may_colour(sys.stderr))
    columns = (BarColumn(), DownloadColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=console, transient=True)
    progress.add_task("reading", total=None)
    progress.start()
    return progress
