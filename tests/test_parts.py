"""Files read in parts, apart from each other, come to what they come to when read from start to end."""

import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from in_process import TODAY, Scored
from made_cases import Case, cases
from msgspec.structs import replace
from small_case import with_files, with_scheme

from kpi_cli.intake.files.blocks import Dialect, ExportFile
from kpi_cli.intake.files.opening import blocks
from kpi_cli.intake.files.parting import beginnings, look
from kpi_cli.intake.rows.sharing import Lessons
from kpi_cli.periods import parse_period
from kpi_cli.pipeline import Request, run
from kpi_cli.pipeline.parts import Part
from kpi_cli.pipeline.partwork import Job, Work, read_part
from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.reports.csvfile import detail_csv, summary_csv
from kpi_cli.scheme.load import load_scheme

distributed = pytest.importorskip("distributed", reason="the extra `dask` is not installed")
some = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """A real cluster in this very process: two workers of one thread each."""
    found = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0"
    )
    with found:
        yield found.scheduler_address


def scored(folder: Path, block_size: int, scheduler: str | None) -> Scored | tuple[Problem, ...]:
    """Score as `in_process.score` does, or return why nothing is scored."""
    scheme, asked = load_scheme(folder / "scheme.yaml").scheme, parse_period("2026-10", TODAY)
    request = Request(scheme, (str(folder / "data"),), (asked,), block_size=block_size, scheduler=scheduler)
    try:
        outcome = run(request)
    except KpiError as error:
        return error.problems
    accounts = {report.source: report.account for report in outcome.reports[asked]}
    return Scored(summary_csv(outcome.sheets, scheme), detail_csv(outcome.sheets, scheme), accounts)


@some
@given(cases(), st.integers(1, 4), st.sampled_from([1, 7, 100, 1 << 20]))
def test_parts_on_workers_change_nothing(scheduler: str, case: Case, files: int, block_size: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = case.written(Path(name), files)
        assert scored(folder, block_size, scheduler) == scored(folder, 1 << 20, None)


CHATS = """\
kpi: 1
name: Chats
timezone: Asia/Shanghai
sources:
  chats:
    files: "chats*.csv"
    key: id
    agent: agent
    time: at{duplicates}
    columns:
      id: id
      agent: agent
      at: {{from: at, type: datetime}}
      wait: {{from: wait, type: duration, unit: s}}
      rate: {{from: rate, type: percent}}
      said: said
metrics:
  wait: {{formula: median(chats.wait), unit: duration, target: ≤ 30s}}
  rate: {{formula: mean(chats.rate), unit: percent, target: ≥ 80%}}
  words: {{formula: unique(chats.said), target: ≥ 1}}
scorecards: {{service: {{weights: {{all: {{wait: 40, rate: 40, words: 20}}}}}}}}
grades: [{{grade: A, min: 100, coefficient: 1.1}}, {{grade: B, coefficient: 1.0}}]
limits: {{rejected: 30%, unattributed: 30%}}
"""
AGENTS = (*("Ann", "Bob", "ann ", "ＡＮＮ") * 5, "")
TIMES = ("05/10/2026 09:00", "06/10/2026 09:30", "2026-10-05 09:00:00")
WAITS = (*("5", "30", "1.5", "") * 5, "x")
RATES = ("0.5", "1", "0.85", "90%")
WORDS = ("", "hello", '"a ""word"""', '"two\nlines, one cell"', '"\n"', 'half"quoted', '5" screen', "客服")
TELLING = (("Bob", "13/10/2026 09:00", "7", "", "day first"), ("Bob", "10/14/2026 09:00", "7", "", "month first"))
BARE = (("Bob", "2026-10-05 09:00:00", "7", "85", "of a hundred"),)
CLASHING = [  # whether the first line lies in October, and asks about its rate, hangs on which other is read first
    "0,Ann,05/10/2026 09:00,5,1,",
    "1,Bob,10/14/2026 09:00,5,,",
    "2,Bob,13/10/2026 09:00,5,,",
    "3,Bob,2026-10-05 09:00:00,5,,",
    "4,Ann,2026-10-05 09:00:00,5,0.5,",
]


@st.composite
def chats(draw: st.DrawFn) -> list[str]:
    """Lines of a file: dates and rates that mostly others explain, lines that stand twice, some keys in dispute."""
    cells = st.tuples(*map(st.sampled_from, (AGENTS, TIMES, WAITS, RATES, WORDS)))
    rows = draw(st.lists(cells, min_size=1, max_size=30))
    rows += draw(st.sampled_from([TELLING, *[TELLING[:1]] * 6, *[TELLING[1:]] * 2, ()]))
    rows += draw(st.sampled_from([*[BARE] * 6, ()]))
    lines = [",".join((str(number), *row)) for number, row in enumerate(rows)]
    lines += draw(st.lists(st.sampled_from(lines), max_size=4))
    if draw(st.integers(0, 3)) == 0:
        lines.append(",".join(("0", *draw(st.sampled_from(rows)))))
    return draw(st.permutations(lines))


@some
@given(
    chats(), st.integers(1, 4), st.sampled_from([1, 7, 1 << 20]), st.sampled_from(["", "latest(at)", "earliest(wait)"])
)
@example(CLASHING, 4, 1, "")
def test_what_all_parts_must_agree_on(
    scheduler: str, lines: list[str], files: int, block_size: int, duplicates: str
) -> None:
    """How columns are read, which row of a key counts, who is who; and every problem, word for word."""
    with tempfile.TemporaryDirectory() as name:
        folder, data = Path(name), Path(name) / "data"
        data.mkdir()
        text = CHATS.format(duplicates=f"\n    duplicates: {duplicates}" if duplicates else "")
        (folder / "scheme.yaml").write_text(text, encoding="utf-8")
        for part in range(files):
            body = "\n".join(["id,agent,at,wait,rate,said", *lines[part::files], ""])
            (data / f"chats{part}.csv").write_text(body, encoding="utf-8", newline="")
        assert scored(folder, block_size, scheduler) == scored(folder, 1 << 20, None)


@settings(some, max_examples=300)
@given(
    st.lists(st.sampled_from(["a", ",", '"', '""', "\n", "\r\n", "客"]), max_size=60).map("".join), st.integers(1, 20)
)
def test_parts_begin_with_records_wherever_stretches_are_cut(text: str, step: int) -> None:
    """Whatever stands in the file, a stray quote or a line feed in a cell: parts end to end are the file."""
    with tempfile.TemporaryDirectory() as name:
        path, body = Path(name) / "chats.csv", text.encode()
        path.write_bytes(b"id,said\n" + body)
        file = ExportFile(path.name, path, "chats", Dialect(",", "utf-8"), ("id", "said"), body=8)
        edges = [*range(8, 8 + len(body), step), 8 + len(body)]
        begins = beginnings([look(file, *stretch) for stretch in pairwise(edges)], 8 + len(body))
        parts = [replace(file, body=begin, end=end) for begin, end in pairwise([*begins, 8 + len(body)])]
        found = [block.data for part in parts for block in blocks(part, 1)]
        whole = records(file)
        assert found == (whole if begins else [])
        assert bool(begins) == (whole is not None and bool(body))


def records(file: ExportFile) -> list[bytes] | None:
    """The records of a file read from start to end; None where the last one has no end."""
    try:
        return [bytes(block.data) for block in blocks(file, 1)]
    except KpiError:
        return None


def test_row_groups_of_a_parquet_file_are_parts(scheduler: str, tmp_path: Path) -> None:
    """Six rows twice in groups of two, so that keys repeat from part to part."""
    rows = [*CELLS, *CELLS[::-1]]
    table = pa.table({name: [row[place] for row in rows] for place, name in enumerate(COLUMNS)})
    folder = with_scheme('files: "chats*.csv"', 'files: "chats*"').written(tmp_path)
    (folder / "data" / "chats.csv").unlink()
    pq.write_table(table, folder / "data" / "chats.parquet", row_group_size=2)
    there = scored(folder, 1, scheduler)
    assert there == scored(folder, 1 << 20, None)
    assert isinstance(there, Scored)
    assert there.count("chats")["duplicate"] == len(CELLS)


COLUMNS = ("id", "agent", "at", "wait", "rating")
CELLS = [(f"c{n}", f"00{7 + n % 2}", f"2026-10-0{n + 1} 09:00:00", str(10 * n), str(n)) for n in range(6)]


def test_a_file_that_a_worker_does_not_see_is_told(tmp_path: Path) -> None:
    scheme, october = load_scheme(with_files().written(tmp_path) / "scheme.yaml").scheme, parse_period("2026-10", TODAY)
    away = ExportFile("chats.csv", tmp_path / "away.csv", "chats", Dialect(",", "utf-8"), COLUMNS)
    job = Job(scheme, scheme.sources["chats"], (october,), 1 << 20, Work())
    failure = read_part(job, None, Part((0, 0), away, 1), Lessons(), None).part.failure
    assert failure is not None
    assert failure.exit_code is Exit.FILES
    assert [problem.code for problem in failure.problems] == ["unseen-file"]
