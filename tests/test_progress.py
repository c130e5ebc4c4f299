"""The progress bar: bytes as they lie on disk, the whole known first; on a terminal alone, and gone at the end."""

import gzip
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from subprocess import PIPE

import pytest
from conftest import command, environment
from made_workbooks import zipped
from small_case import CHATS, ROSTER, SCHEME, SUMMARY, Case, changed
from test_golden import table
from test_intake_dialects import SCHEME as DIALECTS
from test_intake_dialects import as_parquet, as_workbook
from test_same_data import zstd

from kpi_cli.periods import parse_period
from kpi_cli.pipeline import Question, Request, run
from kpi_cli.scheme.load import load_scheme

TODAY = date(2026, 11, 15)
HEADER, *LINES = CHATS.splitlines(keepends=True)
SEASONS = (  # each month is a pass of its own
    changed(SCHEME, 'files: "chats*.csv"', 'files: "chats*"\n    empty: zero')
    + "seasons: [{name: sale, periods: [2026-10], set: {metrics.csat.target: ≥ 90%}}]\n"
)
PARTS: dict[str, bytes] = {
    "chats-1.csv": (HEADER + LINES[0]).encode(),
    "chats-2.csv.gz": gzip.compress((HEADER + LINES[1]).encode()),
    "chats-3.csv.zst": zstd((HEADER + LINES[2]).encode()),
    "chats-4.zip": zipped({"chats-4.csv": (HEADER + LINES[3]).encode()}),
}
IGNORED = {"nothing-to-read.csv": b"x" * 1000, "roster.csv": ROSTER.encode()}  # no bytes that anybody waits for
WHOLE = sum(map(len, PARTS.values())) - len(PARTS["chats-4.zip"]) + len((HEADER + LINES[3]).encode())


def told(
    folder: Path, scheme: str, files: dict[str, bytes], *periods: str, traced: Question | None = None
) -> list[tuple[int, int]]:
    """Return what is told while a run lasts: bytes done, bytes in all."""
    found: list[tuple[int, int]] = []
    Case(scheme, dict(files)).written(folder)
    asked = tuple(parse_period(period, TODAY) for period in periods)
    loaded = load_scheme(folder / "scheme.yaml").scheme
    data = (str(folder / "data"),)
    run(Request(loaded, data, asked, progress=lambda *counts: found.append(counts), traced=traced))
    return found


@pytest.mark.parametrize("periods", [("2026-10",), ("2026-10", "2026-09")])
def test_the_whole_is_known_first_and_reached_at_last(tmp_path: Path, periods: tuple[str, ...]) -> None:
    counts = told(tmp_path, SEASONS, PARTS | IGNORED, *periods)
    whole = WHOLE * len(periods)
    assert counts[0] == (0, whole)
    assert counts[-1] == (whole, whole)
    assert counts == sorted(counts)  # never backwards, and the whole stays what it was
    assert {total for _, total in counts} == {whole}


def test_rows_that_are_asked_for_are_waited_for_in_the_same_bar(tmp_path: Path) -> None:
    counts = told(tmp_path, SEASONS, PARTS | IGNORED, "2026-10", traced=Question(("007",)))
    assert (counts[0], counts[-1]) == ((0, 2 * WHOLE), (2 * WHOLE, 2 * WHOLE))
    assert counts == sorted(counts)
    assert {total for _, total in counts} == {2 * WHOLE}


@pytest.mark.parametrize("form", ["chats.parquet", "chats.xlsx"])
def test_other_forms_count_in_bytes_too(tmp_path: Path, form: str) -> None:
    content = (as_parquet if form.endswith("parquet") else as_workbook)(tmp_path)
    counts = told(tmp_path, DIALECTS, {form: content}, "2026-10")
    assert (counts[0], counts[-1]) == ((0, len(content)), (len(content), len(content)))


def test_what_is_read_once_more_is_waited_for_once_more(tmp_path: Path) -> None:
    files = {"chats-1.csv": CHATS.encode(), "chats-2.csv": (HEADER + LINES[0]).encode()}  # c1 twice, alike
    whole = sum(map(len, files.values()))
    counts = told(tmp_path, SCHEME, files | {"roster.csv": ROSTER.encode()}, "2026-10")
    assert (counts[0], counts[-1]) == ((0, whole), (2 * whole, 2 * whole))
    assert counts == sorted(counts, key=lambda count: count[0])
    assert {total for _, total in counts} == {whole, 2 * whole}


def test_nobody_watches_a_pipe() -> None:
    program = "from kpi_cli.cli.progress import shown_progress\nwith shown_progress() as report: print(report)"
    ran = subprocess.run([sys.executable, "-c", program], env=environment(), capture_output=True, check=True)
    assert ran.stdout.split() == [b"None"]


class Watched:
    """A command whose standard error is a terminal, and whose standard input has not come yet."""

    def __init__(self, folder: Path) -> None:
        import pty  # noqa: PLC0415 - exists on this platform alone

        self.terminal, side = pty.openpty()
        arguments = ("score", "scheme.yaml", "data/roster.csv", "chats=-", "--period", "2026-10")
        self.process = subprocess.Popen(
            command(*arguments), cwd=folder, env=environment(TERM="xterm"), stdin=PIPE, stdout=PIPE, stderr=side
        )
        os.close(side)
        self.shown = b""

    def read(self) -> bool:
        try:
            chunk = os.read(self.terminal, 65536)
        except OSError:  # on Linux, that the other end is closed
            chunk = b""
        self.shown += chunk
        return bool(chunk)

    def until_a_bar_appears(self) -> None:
        while "━".encode() not in self.shown:
            assert self.read(), self.shown

    def to_the_end(self) -> bytes:
        while self.read():
            pass
        assert self.process.stdout
        return self.process.stdout.read()


@contextmanager
def watched(folder: Path) -> Iterator[Watched]:
    found = Watched(Case().written(folder))
    with found.process:
        yield found
        found.process.kill()
    os.close(found.terminal)


linux = pytest.mark.skipif(sys.platform != "linux", reason="pseudo-terminals are tried on Linux alone")


@linux
def test_on_a_terminal_it_leaves_no_trace(tmp_path: Path) -> None:
    with watched(tmp_path) as run_:
        run_.until_a_bar_appears()
        assert run_.process.stdin
        run_.process.stdin.write(CHATS.encode())
        run_.process.stdin.close()
        out = run_.to_the_end()
        assert run_.process.wait() == 0
    assert table(out) == table(SUMMARY.encode())
    assert b"\x1b" not in out
    said = run_.shown.decode()
    assert said.count("\x1b[?25l") == said.count("\x1b[?25h") == 1  # the cursor is there again
    left = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said.rsplit("\x1b[2K", 1)[1]).split("\r\n")
    assert left[0].startswith("chats 2026-10: read 4 = used 4 + ")  # the line of the bar has been taken back


@linux
def test_an_interruption_gives_the_cursor_back(tmp_path: Path) -> None:
    with watched(tmp_path) as run_:
        run_.until_a_bar_appears()
        run_.process.send_signal(signal.SIGINT)
        assert run_.to_the_end() == b""
        assert run_.process.wait() == 130
    assert run_.shown.count(b"\x1b[?25l") == run_.shown.count(b"\x1b[?25h") == 1
    assert b"Traceback" not in run_.shown
