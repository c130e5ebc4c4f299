"""Results as columns of text, the way files hold them: one list a column, one entry an agent, empty where nothing.

CSV, JSON, Markdown and spreadsheets all print these, so that a number looks the same everywhere.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa

from kpi_cli.exact import Exact, constant
from kpi_cli.numbers import plain
from kpi_cli.reports.printed import (
    Coded,
    Printed,
    fixed_array,
    kinds_of_numbers,
    listed,
    picked,
    plain_array,
    text_list,
)
from kpi_cli.reports.words import sentences
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scoring.cards import LINE_STATUSES, STATUSES, LineColumn, Note, Sheet
from kpi_cli.scoring.notes import Notes, notes_of

Cells: TypeAlias = dict[str, list[str]]

SUMMARY: Final = (
    *("period", "agent_id", "agent_name", "team", "scorecard", "score", "grade"),
    *("coefficient", "rank", "of", "coverage", "status", "notes"),
)
DETAIL: Final = (
    *("period", "agent_id", "agent_name", "scorecard", "dimension", "metric", "label", "value"),
    *("n", "target", "score", "weight", "points", "status", "note"),
)
LINE_CONSTANTS: Final = ("dimension", "metric", "label", "target", "weight")


def summary_cells(sheet: Sheet, scheme: Scheme) -> Cells:
    """Return the columns of the summary, by name and in order."""
    return {name: listed(column) for name, column in summary_columns(sheet, scheme).items()}


def summary_columns(sheet: Sheet, scheme: Scheme) -> dict[str, Printed]:
    """Return the columns of the summary as they are made: numbers in Arrow, words and their codes, texts one by one."""
    ranked = np.where(sheet.ranks > 0, 0, -1)
    return {
        "period": Coded(np.zeros_like(ranked), [sheet.period.name]),
        "agent_id": [agent.id for agent in sheet.agents],
        "agent_name": [agent.name for agent in sheet.agents],
        "team": [agent.team or "" for agent in sheet.agents],
        "scorecard": Coded(np.zeros_like(ranked), [card_name(sheet)]),
        "score": fixed_array(sheet.totals, scheme.scoring.total_decimals),
        "grade": _grades(sheet),
        "coefficient": Coded(sheet.paid_grades, [band.coefficient for band in sheet.bands]),
        "rank": plain_array(Exact(sheet.ranks, 1, ranked == 0)),
        "of": Coded(ranked, [str(sheet.of)]),
        "coverage": plain_array(sheet.coverage),
        "status": Coded(sheet.statuses, [str(status) for status in STATUSES]),
        "notes": _told(notes_of(sheet.notes, len(sheet)), (), scheme),
    }


def card_name(sheet: Sheet) -> str:
    """Return the name of the card; nothing for those whom no card takes."""
    return sheet.card.name if sheet.card else ""


def grades(sheet: Sheet) -> list[str]:
    """Return the grades left after gates; where a hold leaves none, the grade that the score earns."""
    return listed(_grades(sheet))


def _grades(sheet: Sheet) -> Coded:
    kept = np.where(sheet.paid_grades >= 0, sheet.paid_grades, sheet.grades)
    return Coded(kept, [band.grade for band in sheet.bands])


def detail_cells(column: LineColumn, scheme: Scheme) -> Cells:
    """Return the columns of one metric that differ from agent to agent."""
    columns = {"value": plain_array(column.values), "n": plain_array(column.counts), **scored_arrays(column, scheme)}
    cells = {name: text_list(array) for name, array in columns.items()}
    return {**cells, "note": listed(line_notes(column, scheme))}


def scored_arrays(column: LineColumn, scheme: Scheme) -> dict[str, pa.Array]:
    """Return what became of one metric in Arrow, null where nothing."""
    points = column.scores * constant(column.line.weight / 100, len(column.scores))
    return {
        "score": fixed_array(column.scores, scheme.scoring.metric_decimals),
        "points": plain_array(points),
        "status": picked(column.statuses, [str(status) for status in LINE_STATUSES]),
    }


def wide_columns(scheme: Scheme) -> tuple[str, ...]:
    """Return the names of the columns of `--wide`: `<metric>_value` and `<metric>_score`, of every card's metrics."""
    metrics = dict.fromkeys(line.metric.name for card in scheme.cards for line in card.lines)
    return (*SUMMARY, *(f"{metric}_{what}" for metric in metrics for what in ("value", "score")))


def wide_cells(sheet: Sheet, scheme: Scheme) -> Cells:
    """Return the columns of the summary with value and score of every metric of the scheme's cards."""
    cells = summary_cells(sheet, scheme)
    cells |= {name: text_list(array) for name, array in wide_arrays(sheet, scheme).items()}
    nothing = [""] * len(sheet)
    return {name: cells.get(name, nothing) for name in wide_columns(scheme)}


def wide_arrays(sheet: Sheet, scheme: Scheme) -> dict[str, pa.Array]:
    """Return value and score of the sheet's own metrics in Arrow, null where nothing."""
    decimals, found = scheme.scoring.metric_decimals, dict[str, pa.Array]()
    for column in sheet.lines:
        name, alike = column.line.metric.name, kinds_of_numbers(column.scores)
        found[f"{name}_value"] = plain_array(column.values)
        found[f"{name}_score"] = alike.spread(fixed_array(column.scores.take(alike.first), decimals))
    return found


def line_constants(column: LineColumn) -> dict[str, str]:
    """Return the columns of one metric that are the same for every agent, by their names in the detail."""
    metric = column.line.metric
    return {
        "dimension": column.line.dimension or "",
        "metric": metric.name,
        "label": metric.label,
        "target": metric.target.text() if metric.target else "",
        "weight": plain(column.line.weight),
    }


def note_texts(notes: Mapping[int, tuple[Note, ...]], rows: int, scheme: Scheme) -> list[str]:
    """Return the notes of each row as one text."""
    return listed(_told(notes_of(notes, rows), (), scheme))


def line_notes(column: LineColumn, scheme: Scheme) -> Coded:
    """Return the notes of each agent's line as one text."""
    return _told(notes_of(column.notes, len(column.scores)), column.remarks, scheme)


def _told(notes: Notes, remarks: tuple[Note, ...], scheme: Scheme) -> Coded:
    used = np.bincount(notes.codes, minlength=len(notes.distinct)).tolist()
    told = zip(notes.distinct, used, strict=True)
    return Coded(notes.codes, [sentences((*remarks, *own), scheme) if rows else "" for own, rows in told])


def fixed_texts(column: Exact, decimals: int) -> list[str]:
    """Print numbers with exactly so many decimals, half up."""
    return text_list(fixed_array(column, decimals))
