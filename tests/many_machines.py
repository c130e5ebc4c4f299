"""A Dask cluster on this machine, started by the very lines that the README shows."""

import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from os import killpg
from pathlib import Path
from typing import TYPE_CHECKING

from conftest import ROOT, environment

if TYPE_CHECKING:
    from distributed import Client

LINE = re.compile(r"^dask (.+) &$", re.MULTILINE)
SHOWN = "127.0.0.1:8786"
PATIENCE = 30  # seconds in which a cluster must be up


def shown_lines() -> list[str]:
    """The lines of the README that start a cluster, without the program's name."""
    return LINE.findall((ROOT / "README.md").read_text(encoding="utf-8"))


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Start a scheduler and two workers; yield the scheduler's address; stop all of them."""
    with scheduler(folder) as address, ExitStack() as stack:
        for number, line in enumerate(shown_lines()[1:]):
            stack.enter_context(running(line.replace(SHOWN, address), folder / f"worker-{number}.log"))
        wait_for_workers(address, len(shown_lines()) - 1)
        yield f"tcp://{address}"


@contextmanager
def scheduler(folder: Path) -> Iterator[str]:
    """Start a scheduler without workers on a free port; yield its address as HOST:PORT; stop it."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        host, port = found.getsockname()
    line = shown_lines()[0].replace("--port 8786", f"--port {port}")
    with running(line, folder / "scheduler.log"):
        wait_for_workers(f"{host}:{port}", 0)
        yield f"{host}:{port}"


@contextmanager
def running(line: str, log: Path, **env: str) -> Iterator[None]:
    """Run a line of Dask's in the background; stop it and all that it has started."""
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *shlex.split(line)],
            cwd=log.parent,
            env=environment(**env),
            stdout=written,
            stderr=written,
            start_new_session=True,
        )
    try:
        yield
    finally:
        for how in (signal.SIGTERM, signal.SIGKILL):
            try:
                killpg(process.pid, how)
                process.wait(10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue


def wait_for_workers(address: str, count: int) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with connection(address) as client:
                if count:
                    client.wait_for_workers(count, timeout=PATIENCE)
                return
        except OSError:
            if time.monotonic() > end:
                raise


def connection(address: str) -> "Client":
    """Connect to a scheduler, to watch it."""
    from distributed import Client  # noqa: PLC0415 - of the extra

    return Client(address, timeout=PATIENCE, set_as_default=False)
