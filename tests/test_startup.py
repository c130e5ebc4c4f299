"""What is not needed is not loaded. Names of modules are compared, never times."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import ROOT, environment
from made_case import write_case

HEAVY = {"numpy", "pandas", "pyarrow", "pydantic", "yaml", "rich", "xlsxwriter", "jinja2", "sqlite3", "ssl"}
PROGRAM = """\
import sys
from kpi_cli.__main__ import run
sys.argv[0] = "kpi"
try:
    run()
finally:
    print("LOADED", *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
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


@pytest.mark.parametrize("period", ["2026-10", "2026-09"])
def test_parquet_is_read_without_pandas(tmp_path: Path, period: str) -> None:
    months = [datetime(2026, 9, 5), datetime(2026, 10, 5)]  # noqa: DTZ001 - as most exports have them
    numbers = {name: [1.5, 2.25] for name in ("first_response", "handle", "rating", "reopens", "amount")}
    table = pa.table({"agent": ["ann", "bob"], "created_at": months, "priority": ["low", "high"], **numbers})
    pq.write_table(table, tmp_path / "tickets.parquet", row_group_size=1)
    arguments = ["score", str(ROOT / "tests" / "bench" / "scheme.yaml"), "tickets.parquet", "--period", period]
    assert "pandas" not in loaded(tmp_path, *arguments)
