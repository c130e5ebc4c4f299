"""Scores as pandas frames, for notebooks: the same run as `kpi score`, exact decimals included.

from kpi_cli.frames import score
frame = score("scheme.yaml", "exports/", period="2026-10")
detail = score("scheme.yaml", {"chats": chats_frame}, "exports/", period="2026-10", detail=True)
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from kpi_cli.intake.presets import PRESETS
from kpi_cli.periods import parse_period, today_in
from kpi_cli.pipeline import Outcome, Request, run
from kpi_cli.reports.cells import DETAIL, SUMMARY, Cells, detail_cells, line_constants, summary_cells
from kpi_cli.scheme.load import load_scheme
from kpi_cli.scoring.cards import Sheet

Data = str | Path | Mapping[str, pd.DataFrame]
_DECIMALS = frozenset({"score", "coefficient", "coverage", "value", "n", "weight", "points"})
_COUNTS = frozenset({"rank", "of"})


def score(scheme: str | Path, *data: Data, period: str | Sequence[str], detail: bool = False) -> pd.DataFrame:
    """Score one or more periods; return a row an agent, with `detail` a row an agent and metric.

    `data` are files, folders, `SOURCE=FILE`, or frames by source, whose columns are headed as the scheme expects.
    Numbers are `Decimal`s, exactly as printed; `rank` and `of` are integers. Raises KpiError as `kpi score` does.
    """
    loaded = load_scheme(scheme, PRESETS).scheme
    today = today_in(loaded.timezone)
    names = [period] if isinstance(period, str) else list(period)
    periods = tuple(parse_period(name, today) for name in names)
    with _on_disk(data) as arguments:
        outcome = run(Request(loaded, tuple(arguments), periods))
    return detail_frame(outcome) if detail else summary_frame(outcome)


def summary_frame(outcome: Outcome) -> pd.DataFrame:
    """Return the columns of the summary CSV, a row an agent and period."""
    return _frame(SUMMARY, [summary_cells(sheet, outcome.scheme) for sheet in outcome.sheets])


def detail_frame(outcome: Outcome) -> pd.DataFrame:
    """Return the columns of the detail CSV, a row an agent and metric, agents in the order of the summary."""
    frame = _frame(DETAIL, [cells for sheet in outcome.sheets for cells in _detail(sheet, outcome)])
    order = ["sheet", "row", "line"]
    return frame.sort_values(order, kind="stable").drop(columns=order).reset_index(drop=True)


def _detail(sheet: Sheet, outcome: Outcome) -> Iterator[Cells]:
    heads = summary_cells(sheet, outcome.scheme)
    shared = {name: heads[name] for name in ("period", "agent_id", "agent_name", "scorecard")}
    number = outcome.sheets.index(sheet)
    for place, column in enumerate(sheet.lines):
        constants = {name: [text] * len(sheet) for name, text in line_constants(column).items()}
        position = {"sheet": [number] * len(sheet), "row": list(range(len(sheet))), "line": [place] * len(sheet)}
        yield {**shared, **constants, **detail_cells(column, outcome.scheme), **position}  # type: ignore[dict-item] # places are numbers


def _frame(columns: Sequence[str], parts: Sequence[Cells]) -> pd.DataFrame:
    frames = [pd.DataFrame(part) for part in parts]
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(columns))
    extra = [name for name in frame.columns if name not in columns]
    return pd.DataFrame({name: _typed(name, frame[name]) for name in [*columns, *extra]})


def _typed(name: str, texts: "pd.Series[str]") -> "pd.Series[Any]":
    if name in _DECIMALS:
        return pd.Series([Decimal(text) if text else None for text in texts], dtype=object)
    if name in _COUNTS:
        return pd.Series([int(text) if text else None for text in texts], dtype="Int64")
    return texts


@contextmanager
def _on_disk(data: Sequence[Data]) -> Iterator[list[str]]:
    """Give frames a file each, as CSV with ids and decimals as they print, and yield what `kpi score` would be told."""
    with TemporaryDirectory() as folder:
        arguments: list[str] = []
        for entry in data:
            if isinstance(entry, Mapping):
                for source, frame in entry.items():
                    path = Path(folder) / f"{source}.csv"
                    frame.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
                    arguments.append(f"{source}={path}")
            else:
                arguments.append(str(entry))
        yield arguments
