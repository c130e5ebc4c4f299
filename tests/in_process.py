"""The program called as a library: load, run, render. No process, no terminal, nothing replaced."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kpi_cli.periods import parse_period
from kpi_cli.pipeline import BLOCK_SIZE, Request, run
from kpi_cli.reports.csvfile import detail_csv, summary_csv
from kpi_cli.rows import Account
from kpi_cli.scheme.load import load_scheme

REASONS = ("used", "outside_period", "filtered", "duplicate", "unattributed", "unknown_agent", "rejected")
TODAY = date(2026, 11, 15)


@dataclass(frozen=True, slots=True)
class Scored:
    """Both CSV texts, and the account of every source."""

    summary: str
    detail: str
    accounts: Mapping[str, Account]

    def count(self, source: str) -> dict[str, int]:
        return {reason: getattr(self.accounts[source], reason) for reason in REASONS}


def score(folder: Path, period: str = "2026-10", block_size: int = BLOCK_SIZE) -> Scored:
    """Score `scheme.yaml` over `data/` in the folder."""
    scheme = load_scheme(folder / "scheme.yaml").scheme
    asked = parse_period(period, TODAY)
    outcome = run(Request(scheme=scheme, data=(str(folder / "data"),), periods=(asked,), block_size=block_size))
    accounts = {report.source: report.account for report in outcome.reports[asked]}
    return Scored(summary_csv(outcome.sheets, scheme), detail_csv(outcome.sheets, scheme), accounts)
