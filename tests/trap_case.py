"""A small export with a trap in it, a source that reads it, and what comes of October 2026: values, rows, problems."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from kpi_cli.intake.presets import PRESETS
from kpi_cli.periods import parse_period
from kpi_cli.pipeline import Outcome, Request, run
from kpi_cli.problems import Exit, KpiError
from kpi_cli.reports.csvfile import detail_csv
from kpi_cli.rows import SourceReport
from kpi_cli.scheme.load import load_scheme

OCTOBER = parse_period("2026-10", date(2026, 11, 15))
REASONS = ("read", "used", "outside_period", "filtered", "duplicate", "unattributed", "unknown_agent", "rejected")


@dataclass(frozen=True, slots=True)
class Trap:
    """`source` are the lines of source `x`, `more` those of other parts; `formulas` begin with their unit."""

    source: str
    formulas: tuple[str, ...]
    files: Mapping[str, str | bytes]
    roster: str = ""
    more: str = ""
    zone: str = "UTC"

    def scheme(self) -> str:
        """Return the scheme: what it measures weighs nothing worth telling, the values are what the tests look at."""
        rule = "score: {rule: rank, top: 100, bottom: 60}, better: higher"
        metrics = [
            f"  m{number}: {{formula: '{formula}', unit: {unit}, {rule}}}"
            for number, (unit, formula) in enumerate(each.split(" ", 1) for each in self.formulas)
        ]
        last = 100 - 10 * (len(metrics) - 1)
        weights = ", ".join(f"m{number}: {10 if number else last}" for number in range(len(metrics)))
        lines = [
            *("kpi: 1", "name: Trap", f"timezone: {self.zone}", *self.more.splitlines()),
            *("sources:", "  x:", *(f"    {line}" for line in self.source.strip().splitlines())),
            *("metrics:", *metrics),
            *("scorecards:", f"  all: {{weights: {{{weights}}}}}"),
            *("grades:", "  - {grade: A, min: 80, coefficient: 1}", "  - {grade: B, coefficient: 1}"),
        ]
        return "\n".join(lines) + "\n"

    def run(self, folder: Path) -> Outcome:
        """Write scheme and export into the folder, and score them."""
        data = folder / "data"
        data.mkdir(exist_ok=True)
        for name, content in self.files.items():
            (data / name).write_bytes(content.encode() if isinstance(content, str) else content)
        (folder / "scheme.yaml").write_text(self.scheme(), encoding="utf-8")
        if self.roster:
            (folder / "roster.csv").write_text(self.roster, encoding="utf-8")
        scheme = load_scheme(folder / "scheme.yaml", PRESETS).scheme
        paths = (str(data), *([str(folder / "roster.csv")] if self.roster else []))
        return run(Request(scheme=scheme, data=paths, periods=(OCTOBER,)))


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a trap: each agent's values in base units, and where the rows went (reasons with none left out)."""

    values: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, int]
    skipped: Mapping[str, int]
    report: SourceReport = field(repr=False)

    @property
    def rejects(self) -> list[tuple[int, str, str, str]]:
        """The rejected rows: record, column, cell, reason."""
        return [(each.record, each.column, each.value, each.reason) for each in self.report.rejects]


def scored(folder: Path, trap: Trap) -> Came:
    """Score a trap that must not keep anything from being scored."""
    found = trap.run(folder)
    values: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(detail_csv(found.sheets, found.scheme).splitlines()):
        values[row["agent_id"]] = (*values.get(row["agent_id"], ()), row["value"])
    (report,) = found.reports[OCTOBER]
    rows = {reason: count for reason in REASONS if (count := getattr(report.account, reason))}
    return Came(values, rows, dict(report.account.skipped), report)


def refused(folder: Path, trap: Trap, *codes: str) -> str:
    """Return what is said of a trap that must not be scored: its problems have these codes, and each says a remedy.

    Files are named without their folder.
    """
    with pytest.raises(KpiError) as caught:
        trap.run(folder)
    problems = caught.value.problems
    assert caught.value.exit_code is Exit.DATA
    assert [problem.code for problem in problems] == list(codes)
    assert all(problem.help for problem in problems)
    said = "\n".join(f"{problem.message}\n{problem.help}" for problem in problems)
    return said.replace(str(folder / "data" / "x")[:-1], "")
