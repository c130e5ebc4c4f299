"""A Dask cluster on this machine, started by the very lines that the README shows."""

import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from os import killpg
from pathlib import Path
from typing import TYPE_CHECKING

from conftest import ROOT, environment

if TYPE_CHECKING:
    from distributed import Client

LINE = re.compile(r"^dask (.+) &$", re.MULTILINE)
PORT = "8786"
PATIENCE = 30  # seconds in which a cluster must be up


def shown_lines() -> list[str]:
    """The lines of the README that start a cluster, without the program's name."""
    return LINE.findall((ROOT / "README.md").read_text(encoding="utf-8"))


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Start a scheduler and two workers on a free port; yield the scheduler's address; stop all of them."""
    port = free_port()
    lines = [line.replace(PORT, port) for line in shown_lines()]
    started: list[subprocess.Popen[bytes]] = []
    try:
        for number, line in enumerate(lines):
            with (folder / f"dask-{number}.log").open("wb") as log:
                command = [sys.executable, "-m", "dask", *shlex.split(line)]
                started.append(
                    subprocess.Popen(
                        command, cwd=folder, env=environment(), stdout=log, stderr=log, start_new_session=True
                    )
                )
        address = f"tcp://127.0.0.1:{port}"
        wait_for_workers(address, len(lines) - 1)
        yield address
    finally:
        for process in reversed(started):
            stop(process)


def free_port() -> str:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


def wait_for_workers(address: str, count: int) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with connection(address) as client:
                client.wait_for_workers(count, timeout=PATIENCE)
                return
        except OSError:
            if time.monotonic() > end:
                raise


def connection(address: str) -> "Client":
    """Connect to a scheduler, to watch it."""
    from distributed import Client  # noqa: PLC0415 - of the extra

    return Client(address, timeout=PATIENCE, set_as_default=False)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a process and all that it has started."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            killpg(process.pid, how)
            process.wait(10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
