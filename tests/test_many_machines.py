"""Many machines: workers of a Dask cluster give the bytes of one machine, and a lost worker costs a retry."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, TESTS, Kpi, Ran, command, environment
from small_case import CHATS, SCHEME, changed, with_files, with_scheme

if os.name != "posix":
    pytest.skip("processes are stopped as POSIX has it", allow_module_level=True)
pytest.importorskip("distributed", reason="the extra `dask` is not installed")
from many_machines import SHOWN, cluster, connection, running, shown_lines, wait_for_workers
from many_machines import scheduler as scheduler_alone

XIAOZHANG = TESTS / "golden" / "xiaozhang"
OCTOBER = ("--period", "2026-10")
JSON = ("--format", "json")


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with cluster(tmp_path_factory.mktemp("cluster")) as address:
        yield address


def both(kpi: Kpi, scheduler: str, *arguments: str | Path) -> tuple[Ran, Ran]:
    """Run a command on this machine and on the cluster."""
    elsewhere = ("--engine", "dask", "--scheduler", scheduler)
    return kpi("score", *arguments), kpi("score", *arguments, *elsewhere)


def test_the_readme_starts_a_scheduler_and_two_workers() -> None:
    first, *rest = shown_lines()
    assert first.startswith("scheduler ")
    assert [line.split()[0] for line in rest] == ["worker", "worker"]


def test_the_given_case(kpi: Kpi, scheduler: str) -> None:
    here, there = both(kpi, scheduler, XIAOZHANG / "scheme.yaml", XIAOZHANG / "data", *OCTOBER, *JSON)
    assert here.code == 0, here.err
    assert there == here


def test_the_sample(kpi: Kpi, scheduler: str) -> None:
    """Rosters, duplicates, total rows, rejects, periods of comparison, teams."""
    paths = (ROOT / "configs" / "all-metrics.yaml", ROOT / "sample_data")
    here, there = both(kpi, scheduler, *paths, *OCTOBER, "--detail", "--format", "csv")
    assert here.code == 0, here.err
    assert there == here


def split(text: str, folder: Path, files: int) -> None:
    head, *rows = text.splitlines()
    for number in range(files):
        part = "\n".join([head, *rows[number::files], ""])
        (folder / "data" / f"chats{number}.csv").write_text(part, encoding="utf-8")


def again(text: str) -> str:
    """The same rows once more, and once more in another order: each of them a duplicate of the first."""
    head, *rows = text.splitlines()
    return "\n".join([head, *rows, *rows, *reversed(rows), ""])


REPEATED = again(CHATS)
UNCLOSED = CHATS + 'c9,007,"2026-10-05 09:00:00,20,5\n'


@pytest.mark.parametrize(("chats", "code"), [(REPEATED, 0), (UNCLOSED, 3)], ids=["repeated", "unclosed"])
def test_what_is_wrong_is_told_in_the_same_words(
    kpi: Kpi, scheduler: str, tmp_path: Path, chats: str, code: int
) -> None:
    """Keys that repeat from file to file, and what only a worker meets: results and problems, word for word."""
    folder = with_files(chats=None).written(tmp_path)
    split(chats, folder, 3)
    here, there = both(kpi, scheduler, folder / "scheme.yaml", folder / "data", *OCTOBER, *JSON)
    assert here.code == code, here.err
    assert there == here


def test_everyone_in_the_data_is_somebody_without_a_roster(kpi: Kpi, scheduler: str, tmp_path: Path) -> None:
    roster = SCHEME[SCHEME.index("roster:") : SCHEME.index("sources:")]
    folder = with_scheme(roster, "").written(tmp_path)
    split(REPEATED.replace("008", "ＢＯＮＤ"), folder, 3)
    (folder / "data" / "chats.csv").unlink()
    (folder / "data" / "roster.csv").unlink()
    here, there = both(kpi, scheduler, folder / "scheme.yaml", folder / "data", *OCTOBER, *JSON)
    assert here.code == 0, here.err
    assert "BOND" in here.text.upper() or "ＢＯＮＤ" in here.text
    assert there == here


def many_rows(rows: int) -> str:
    """Chats of two agents, ids and times counted up."""
    lines = [f"c{n},00{7 + n % 2},2026-10-{1 + n % 31:02} 09:{n % 60:02}:00,{n % 97},{1 + n % 5}" for n in range(rows)]
    return "\n".join(["id,agent,at,wait,rating", *lines, ""])


def lose_a_worker(address: str, running: subprocess.Popen[bytes]) -> str:
    """Kill a worker that has done parts of the work and is at another one; return its address."""
    with connection(address) as client:
        pids = client.run(os.getpid)
        victim, met = str(min(pids)), set[str]()
        while running.poll() is None:
            now = {str(key) for key in client.processing().get(victim, ()) if "read_part" in str(key)}
            met |= now
            if now and len(met - now) >= 3:
                os.kill(pids[victim], signal.SIGKILL)
                return victim
            time.sleep(0.01)
    pytest.fail("the run ended before a worker could be lost")


def test_a_lost_worker_costs_its_work_and_not_the_result(kpi: Kpi, scheduler: str, tmp_path: Path) -> None:
    """In small blocks, which make many parts: the worker dies when some are done, some begun, some not."""
    folder = with_files(chats=many_rows(12_000)).written(tmp_path)
    shutil.copy(folder / "data" / "chats.csv", folder / "data" / "chats-again.csv")  # every row a duplicate
    asked = ("score", folder / "scheme.yaml", folder / "data", *OCTOBER, "--detail", "--block-size", "2000")
    elsewhere = command(*asked, "--engine", "dask", "--scheduler", scheduler)
    with subprocess.Popen(elsewhere, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        lost = lose_a_worker(scheduler, running)
        out, err = running.communicate(timeout=60)
    here = kpi(*asked)
    assert here.code == 0, here.err
    assert Ran(running.returncode, out, err.decode("utf-8")) == here
    with connection(scheduler) as client:
        assert lost not in client.scheduler_info()["workers"]


@pytest.mark.parametrize(("asked", "more"), [("explain", ("--agent", "007")), ("check", ())])
def test_other_commands_ask_the_workers_too(
    kpi: Kpi, scheduler: str, tmp_path: Path, asked: str, more: tuple[str, ...]
) -> None:
    folder = with_files().written(tmp_path)
    arguments = (asked, folder / "scheme.yaml", folder / "data", *OCTOBER, *more)
    here = kpi(*arguments)
    assert here.code == 0, here.err
    assert kpi(*arguments, "--engine", "dask", DASK_SCHEDULER_ADDRESS=scheduler) == here


def test_what_comes_by_a_pipe_is_read_here(kpi: Kpi, scheduler: str, tmp_path: Path) -> None:
    folder = with_files().written(tmp_path)
    asked = ("score", folder / "scheme.yaml", "chats=-", folder / "data" / "roster.csv", *OCTOBER)
    here = kpi(*asked, stdin=CHATS.encode())
    assert here.code == 0, here.err
    assert kpi(*asked, "--engine", "dask", "--scheduler", scheduler, stdin=CHATS.encode()) == here


@pytest.mark.parametrize(
    ("options", "code", "word"),
    [
        (("--engine", "dask"), 2, "--scheduler"),
        (("--engine", "desk"), 2, "did you mean `dask`?"),
        (("--scheduler", "tcp://127.0.0.1:8786"), 2, "--engine dask"),
        (("--engine", "dask", "--scheduler", "nonsense"), 2, "scheduler-address"),
        (("--engine", "dask", "--scheduler", "tcp://127.0.0.1:1"), 5, "no-scheduler"),
    ],
)
def test_a_cluster_that_is_not_there_is_told(kpi: Kpi, options: tuple[str, ...], code: int, word: str) -> None:
    ran = kpi("score", XIAOZHANG / "scheme.yaml", XIAOZHANG / "data", *OCTOBER, *options)
    assert (ran.code, ran.out) == (code, b"")
    assert word in ran.err
    assert "Traceback" not in ran.err


def test_a_cluster_of_no_use_is_refused(kpi: Kpi, tmp_path: Path) -> None:
    """First it has no workers; then one of another release, which might count otherwise: a copy with another name."""
    other = tmp_path / "other"
    shutil.copytree(ROOT / "kpi_cli", other / "kpi_cli", ignore=shutil.ignore_patterns("__pycache__"))
    named = other / "kpi_cli" / "__init__.py"
    text = changed(named.read_text(encoding="utf-8"), '__version__ = "', '__version__ = "9.')
    named.write_text(text, encoding="utf-8")
    asked = ("score", XIAOZHANG / "scheme.yaml", XIAOZHANG / "data", *OCTOBER, "--engine", "dask", "--scheduler")
    with scheduler_alone(tmp_path) as address:
        without = kpi(*asked, f"tcp://{address}")
        line = shown_lines()[1].replace(SHOWN, address)
        with running(line, tmp_path / "worker.log", PYTHONPATH=str(other)):
            wait_for_workers(address, 1)
            unlike = kpi(*asked, f"tcp://{address}")
    assert (without.code, without.out, unlike.code, unlike.out) == (5, b"", 5, b"")
    assert "no-workers" in without.err
    assert "runs kpi 9." in unlike.err


BLOCKS = """
import resource, sys
from contextlib import nullcontext
from kpi_cli.pipeline.memory import kept

with kept() if sys.argv[1] == "kept" else nullcontext():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(100):
        block = bytearray(4_000_000)
        del block
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's memory, as Dask sets it on Linux")
def test_workers_do_not_fetch_the_same_memory_from_the_system_for_every_block() -> None:
    """Pages that the system had to hand out while a hundred blocks came and went, under the setting of Dask's own."""
    faults = {}
    for how in ("kept", "plain"):
        done = subprocess.run(
            [sys.executable, "-c", BLOCKS, how],
            env=environment(MALLOC_TRIM_THRESHOLD_="65536"),
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        faults[how] = int(done.stdout)
    assert faults["kept"] < faults["plain"] / 10
