"""Files read in parts, apart from each other, come to what they come to when read from start to end."""

import io
import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from in_process import TODAY, Scored
from made_cases import Case, cases

from kpi_cli.intake.blocks import Dialect, ExportFile
from kpi_cli.intake.opening import blocks
from kpi_cli.intake.parting import beginnings, look
from kpi_cli.periods import parse_period
from kpi_cli.pipeline import Request, run
from kpi_cli.problems import KpiError, Problem
from kpi_cli.reports.csvfile import detail_csv, summary_csv
from kpi_cli.scheme.load import load_scheme

distributed = pytest.importorskip("distributed")
some = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """A real cluster in this very process: two workers of one thread each."""
    found = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=""
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
