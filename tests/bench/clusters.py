"""Dask clusters on this machine for the commands that are timed: a scheduler and workers of one thread each."""

import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from measure import run

PATIENCE = 60  # seconds in which a cluster must be up
READY = """
import sys, distributed
with distributed.Client(sys.argv[1], timeout=60) as client:
    client.wait_for_workers(int(sys.argv[2]), timeout=60)
    client.run(__import__, "kpi_cli.pipeline.partwork")
"""


@contextmanager
def cluster(workers: int, folder: Path, env: Mapping[str, str]) -> Iterator[str]:
    """Yield the address of a scheduler whose workers are up and have imported the program; stop all of them."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    with ExitStack() as stack:
        for line in (
            ("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"),
            *[("worker", address, "--nthreads", "1", "--no-dashboard")] * workers,
        ):
            stack.enter_context(running(line, folder, env))
        run((sys.executable, "-c", READY, address, str(workers)), dict(env), folder / "ready.out")
        yield address


@contextmanager
def running(line: tuple[str, ...], folder: Path, env: Mapping[str, str]) -> Iterator[None]:
    """Run a command of Dask's in the background; a worker's own child ends with it."""
    log = (folder / "dask.log").open("ab")
    process = subprocess.Popen([sys.executable, "-m", "dask", *line], cwd=folder, env=env, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()
