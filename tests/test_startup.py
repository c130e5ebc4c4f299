"""What is not needed is not loaded. Names of modules are compared, never times."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from conftest import ROOT, environment
from made_case import write_case

HEAVY = {"numpy", "pandas", "pyarrow", "pydantic", "yaml", "rich", "xlsxwriter", "jinja2", "sqlite3", "ssl"}
HEAVY |= {"pyarrow.compute", "pyarrow.parquet", "python_calamine"}
PROGRAM = """\
import sys
from kpi_cli.__main__ import run
sys.argv[0] = "kpi"
try:
    run()
finally:
    print("LOADED", *sys.modules, file=sys.stderr)
"""


def loaded(folder: Path, *arguments: str) -> set[str]:
    """Return which heavy packages a command loads."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    last = done.stderr.splitlines()[-1].split()
    assert last[0] == "LOADED"
    return HEAVY & set(last[1:])


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (["--help"], set()),
        (["--version"], set()),
        (["score", "--help"], {"pydantic"}),  # typer's own: it reads options with it
        (["schema"], {"pydantic", "yaml"}),
        (["init", "--list"], {"pydantic"}),
        (["check", str(ROOT / "configs" / "helpdesk.yaml")], {"pydantic", "yaml"}),
        (["score", "scheme.yaml", "data", "--period", "2026-10"], {"numpy", "pyarrow", "pydantic", "yaml"}),
        (
            ["score", "scheme.yaml", "data", "--period", "2026-10", "--format", "table"],
            {"numpy", "pyarrow", "pydantic", "rich", "yaml"},
        ),
    ],
)
def test_a_command_loads_what_it_needs(tmp_path: Path, arguments: list[str], needed: set[str]) -> None:
    case = write_case(tmp_path)
    assert loaded(case, *arguments) <= needed


def write_month(folder: Path) -> None:
    months = [datetime(2026, 9, 5), datetime(2026, 10, 5)]  # noqa: DTZ001 - as most exports have them
    numbers = {name: [1.5, 2.25] for name in ("first_response", "handle", "rating", "reopens", "amount")}
    few = pa.table({"agent": ["ann", "bob"], "created_at": months, "priority": ["low", "high"], **numbers})
    table = pa.concat_tables([few] * 50)  # whose few words are read as codes
    pq.write_table(table, folder / "tickets.parquet", row_group_size=50)
    pa_csv.write_csv(table, folder / "tickets.csv")


@pytest.mark.parametrize("period", ["2026-10", "2026-09"])
@pytest.mark.parametrize("file", ["tickets.csv", "tickets.parquet"])
@pytest.mark.parametrize("output", [["--detail"], ["--wide"], ["--format", "json"], ["--format", "markdown"]])
def test_a_plain_month_needs_none_of_arrows_functions(
    tmp_path: Path, period: str, file: str, output: list[str]
) -> None:
    write_month(tmp_path)
    arguments = ["score", str(ROOT / "tests" / "bench" / "scheme.yaml"), f"tickets={file}", "--period", period]
    with_warnings = {"numpy", "pyarrow", "pydantic", "rich", "yaml"}
    assert loaded(tmp_path, *arguments, *output) <= with_warnings


ENDING = """\
import atexit, sys
{before}
from kpi_cli.__main__ import run
atexit.register(print, "after all, as it was asked to")
sys.argv[0] = "kpi"
run()
"""


@pytest.mark.parametrize("before", ["", "atexit.register(print, 'at last')"])
@pytest.mark.parametrize(("arguments", "code"), [(["--version"], 0), (["score"], 2), (["check", "no.yaml"], 2)])
def test_a_command_ends_after_all_else_has(tmp_path: Path, before: str, arguments: list[str], code: int) -> None:
    program = [sys.executable, "-c", ENDING.format(before=before), *arguments]
    done = subprocess.run(program, cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8", check=False)
    expected = ["after all, as it was asked to", *(["at last"] if before else [])]
    assert (done.returncode, done.stdout.splitlines()[-len(expected) :]) == (code, expected)
