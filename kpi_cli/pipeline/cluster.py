"""The connection to a Dask cluster: what is asked of its workers, and what becomes of it when they are lost.

A task is a function of values alone; what a lost worker had done, the scheduler has done again by another.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from kpi_cli.pipeline.partwork import build
from kpi_cli.problems import Exit, KpiError, Problem

if TYPE_CHECKING:
    from distributed import Client, Future

_CONNECT, _PATIENCE, _POLL = 5, 60, 2  # seconds: to connect, without any worker, between looks for one
_RETRIES = 2
_SETTINGS = {"distributed.admin.large-graph-warning-threshold": "1 GiB"}  # a roster may be large, and travels once
_NO_WORKER = "it has had no worker for a minute"
_KILLED = "several workers were lost over the same piece of work; they may have too little memory"
_CUT_OFF = "the connection to its scheduler was lost"


class Cluster(Struct, frozen=True):
    """A connection to a Dask scheduler."""

    client: "Client"

    def submit(self, work: Callable[..., object], *arguments: object) -> "Future[Any]":
        """Have a worker do something; arguments may be futures. Nothing is taken from earlier runs."""
        return self.client.submit(work, *arguments, pure=False, retries=_RETRIES)

    def tree(self, merge: Callable[..., object], leaves: Sequence["Future[Any]"]) -> "Future[Any]":
        """Have neighbours merged, in the order of the leaves, until one is left."""
        level = list(leaves)
        while len(level) > 1:
            pairs = [self.submit(merge, left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
            level = [*pairs, *level[2 * len(pairs) :]]
        return level[0]

    def result(self, future: "Future[Any]") -> Any:  # noqa: ANN401 - what the work returns
        """Return what was asked for, once it is there."""
        return self.results([future])[0]

    def results(self, futures: Iterable["Future[Any]"]) -> list[Any]:
        """Return all that was asked for, once it is there; raise KpiError (FILES) when the cluster is lost."""
        asked = list(futures)
        self.wait(asked)
        with _telling_of_losses():
            found: list[Any] = self.client.gather(asked)  # type: ignore[no-untyped-call]  # distributed's own
        return found

    def wait(self, futures: Sequence["Future[Any]"], done: Callable[["Future[Any]"], None] | None = None) -> None:
        """Wait until all are done, telling of each; raise KpiError (FILES) when the cluster is lost."""
        waiting, idle = set(futures), 0
        while waiting:
            with _telling_of_losses():
                ready = self._ready(waiting)
                workers = bool(ready) or bool(self.client.scheduler_info()["workers"])
            idle = 0 if workers else idle + _POLL
            if idle >= _PATIENCE:
                raise _lost(_NO_WORKER)
            waiting -= ready
            if done is not None:
                for future in ready:
                    done(future)

    def _ready(self, waiting: set["Future[Any]"]) -> set["Future[Any]"]:
        from distributed import wait  # noqa: PLC0415 - loaded where it is asked for alone

        try:
            found: set[Future[Any]] = wait(list(waiting), _POLL, "FIRST_COMPLETED").done  # type: ignore[no-untyped-call]  # distributed's own
        except TimeoutError:
            return set()
        return found


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Connect to a scheduler, whose workers must run the same build of the program.

    Raises KpiError: USAGE where Dask is not installed or the address is none, FILES where nobody answers.
    """
    try:
        import dask  # noqa: PLC0415 - loaded where it is asked for alone
        from distributed import Client  # noqa: PLC0415 - the same
    except ImportError as error:
        help_text = "install it: pip install 'kpi-cli[dask]'"
        raise KpiError(Problem("no-dask", "`--engine dask` needs Dask", help=help_text), Exit.USAGE) from error
    logging.disable(logging.CRITICAL)  # of workers that come and go the user need not hear: the work goes on
    try:
        with dask.config.set(_SETTINGS), _connection(Client, address) as client, client.as_current():
            _check(client, address)
            yield Cluster(client)
    finally:
        logging.disable(logging.NOTSET)


def _connection(client: "type[Client]", address: str) -> "Client":
    try:
        return client(address, timeout=_CONNECT, set_as_default=False)
    except OSError as error:
        help_text = "see whether it runs (`dask scheduler`), and whether the address is the one that it shows"
        message = f"no Dask scheduler answers at `{address}`"
        raise KpiError(Problem("no-scheduler", message, help=help_text), Exit.FILES) from error
    except (TypeError, ValueError) as error:
        message = f"`{address}` is no address of a Dask scheduler: {error}"
        raise KpiError(Problem("scheduler-address", message, help="write tcp://HOST:8786"), Exit.USAGE) from error


def _check(client: "Client", address: str) -> None:
    """Refuse a cluster without workers, and workers that run another build or none."""
    with _telling_of_losses():
        found = client.run(build, on_error="return")
    if not found:
        help_text = f"start some: dask worker {address}"
        message = f"the Dask scheduler at `{address}` has no workers"
        raise KpiError(Problem("no-workers", message, help=help_text), Exit.FILES)
    own = build()
    problems = [_unlike(worker, told, own) for worker, told in sorted(found.items()) if told != own]
    if problems:
        raise KpiError(problems, Exit.FILES)


def _unlike(worker: str, told: object, own: str) -> Problem:
    runs = f"runs kpi {told}" if isinstance(told, str) else f"cannot run kpi ({told})"
    help_text = "install the same release wherever workers run, and start them anew"
    return Problem("unlike-worker", f"the worker at {worker} {runs}, this is kpi {own}", help=help_text)


@contextmanager
def _telling_of_losses() -> Iterator[None]:
    from distributed.scheduler import KilledWorker  # noqa: PLC0415 - loaded where it is asked for alone

    try:
        yield
    except KilledWorker as error:
        raise _lost(_KILLED) from error
    except (CancelledError, OSError) as error:
        raise _lost(_CUT_OFF) from error


def _lost(why: str) -> KpiError:
    help_text = "start the cluster anew, or read on this machine: --engine local"
    return KpiError(Problem("cluster-lost", f"the Dask cluster cannot go on: {why}", help=help_text), Exit.FILES)
