"""Whole processes, timed from outside: wall, CPU and peak memory as the system accounts for them.

The parent must stay small: Linux starts a child's peak memory at what its parent held when it was started.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

KIB, MIB = 1024, 1024 * 1024
Argv = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """One run: seconds of wall and of CPU (user + system), peak bytes of memory; Windows tells wall alone."""

    wall: float
    cpu: float | None
    peak: int | None


@dataclass(frozen=True, slots=True)
class Runs:
    """Several runs of one command, told as medians."""

    usages: tuple[Usage, ...]

    @property
    def walls(self) -> list[float]:
        return [usage.wall for usage in self.usages]

    @property
    def wall(self) -> float:
        """Median in seconds."""
        return median(self.walls)

    @property
    def cpu(self) -> float | None:
        """Median in seconds."""
        known = [usage.cpu for usage in self.usages if usage.cpu is not None]
        return median(known) if known else None

    @property
    def peak(self) -> float | None:
        """Median in MiB."""
        known = [usage.peak / MIB for usage in self.usages if usage.peak is not None]
        return median(known) if known else None


class CommandError(Exception):
    """A command ended with another exit code than 0; the message holds the end of what it said."""


def environment() -> dict[str, str]:
    """The children's: byte code kept, no ledger, no coloured output asked for."""
    dropped = {"PYTHONDONTWRITEBYTECODE", "KPI_LEDGER", "FORCE_COLOR"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {"PYTHONIOENCODING": "utf-8"}


def run(argv: Argv, env: dict[str, str], out: Path) -> Usage:
    """Runs to the end with stdout in `out` and stderr beside it. Raises CommandError."""
    said = out.with_suffix(".stderr")
    with out.open("wb") as stdout, said.open("wb") as stderr:
        started = time.perf_counter()
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, env=env)
        code, cpu, peak = wait(child)
        wall = time.perf_counter() - started
    if code != 0:
        ending = said.read_text(encoding="utf-8", errors="replace")[-2000:]
        message = f"exit code {code}: {' '.join(argv)}\n{ending}"
        raise CommandError(message)
    return Usage(wall, cpu, peak)


def wait(child: "subprocess.Popen[bytes]") -> tuple[int, float | None, int | None]:
    """Exit code, CPU seconds and peak bytes of the child and of whatever it started itself."""
    if sys.platform == "win32":
        return child.wait(), None, None
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else KIB
    return child.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit
