"""A progress bar by bytes, for a person who waits: on a terminal only, and only when it takes a while."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING

from kpi_cli.cli.streams import DUMB, is_terminal, may_colour

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 1.0  # seconds before a bar appears
Report = Callable[[int, int], None]


@contextmanager
def shown_progress() -> Iterator[Report | None]:
    """Yield what to call with the bytes done and the bytes in all, from any thread; None where nobody watches."""
    if not is_terminal(sys.stderr) or os.environ.get("TERM") in DUMB:  # such a one cannot take anything back
        yield None
        return
    bar = _Bar()
    try:
        yield bar.report
    finally:
        bar.close()


class _Bar:
    """Appears by itself once work has lasted a while, whatever that is busy with, and leaves no trace."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open, self._done, self._total = True, 0, 0
        self._progress: Progress | None = None
        self._timer = Timer(PATIENCE, self._appear)
        self._timer.daemon = True
        self._timer.start()

    def report(self, done: int, total: int) -> None:
        with self._lock:
            self._done, self._total = done, total
            self._show()

    def close(self) -> None:
        self._timer.cancel()
        with self._lock:
            self._open = False
            if self._progress is not None:
                self._progress.stop()

    def _appear(self) -> None:
        with self._lock:
            if self._open:
                self._progress = _started()
                self._show()

    def _show(self) -> None:
        if self._progress is not None and self._total:
            self._progress.update(self._progress.task_ids[0], completed=self._done, total=self._total)


def _started() -> "Progress":
    from rich.console import Console  # noqa: PLC0415 - only for those who wait
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn  # noqa: PLC0415 - the same

    console = Console(stderr=True, no_color=not may_colour(sys.stderr))
    columns = (BarColumn(), DownloadColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=console, transient=True)
    progress.add_task("reading", total=None)
    progress.start()
    return progress
