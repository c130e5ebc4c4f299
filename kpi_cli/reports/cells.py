"""Results as columns of text, the way files hold them: one list a column, one entry an agent, empty where nothing.

CSV, JSON, Markdown and spreadsheets all print these, so that a number looks the same everywhere.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kpi_cli.exact import Exact, constant
from kpi_cli.numbers import PRINTED_DECIMALS, plain
from kpi_cli.reports.printed import fixed_array, picked, plain_array, text_list
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
    ranked = [str(rank) if rank else "" for rank in sheet.ranks.tolist()]
    return {
        "period": [sheet.period.name] * len(sheet),
        "agent_id": [agent.id for agent in sheet.agents],
        "agent_name": [agent.name for agent in sheet.agents],
        "team": [agent.team or "" for agent in sheet.agents],
        "scorecard": [card_name(sheet)] * len(sheet),
        "score": fixed_texts(sheet.totals, scheme.scoring.total_decimals),
        "grade": grades(sheet),
        "coefficient": _picked(sheet.paid_grades.tolist(), [band.coefficient for band in sheet.bands]),
        "rank": ranked,
        "of": [str(sheet.of) if rank else "" for rank in ranked],
        "coverage": plain_texts(sheet.coverage),
        "status": [str(STATUSES[position]) for position in sheet.statuses.tolist()],
        "notes": note_texts(sheet.notes, len(sheet), scheme),
    }


def card_name(sheet: Sheet) -> str:
    """Return the name of the card; nothing for those whom no card takes."""
    return sheet.card.name if sheet.card else ""


def grades(sheet: Sheet) -> list[str]:
    """Return the grades left after gates; where a hold leaves none, the grade that the score earns."""
    kept = np.where(sheet.paid_grades >= 0, sheet.paid_grades, sheet.grades)
    return _picked(kept.tolist(), [band.grade for band in sheet.bands])


def detail_cells(column: LineColumn, scheme: Scheme) -> Cells:
    """Return the columns of one metric that differ from agent to agent."""
    codes, notes = line_notes(column, scheme)
    columns = {"value": plain_array(column.values), "n": plain_array(column.counts), **scored_arrays(column, scheme)}
    cells = {name: text_list(array) for name, array in columns.items()}
    return {**cells, "note": [notes[code] for code in codes.tolist()]}


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
    for column in sheet.lines:
        name = column.line.metric.name
        cells[f"{name}_value"] = plain_texts(column.values)
        cells[f"{name}_score"] = fixed_texts(column.scores, scheme.scoring.metric_decimals)
    nothing = [""] * len(sheet)
    return {name: cells.get(name, nothing) for name in wide_columns(scheme)}


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
    codes, texts = _told(notes_of(notes, rows), (), scheme)
    return [texts[code] for code in codes.tolist()]


def line_notes(column: LineColumn, scheme: Scheme) -> tuple[NDArray[np.int32], list[str]]:
    """Return for each agent's line the place of its notes among some texts, and these."""
    return _told(notes_of(column.notes, len(column.scores)), column.remarks, scheme)


def _told(notes: Notes, remarks: tuple[Note, ...], scheme: Scheme) -> tuple[NDArray[np.int32], list[str]]:
    used = np.bincount(notes.codes, minlength=len(notes.distinct)).tolist()
    return notes.codes, [
        sentences((*remarks, *own), scheme) if rows else "" for own, rows in zip(notes.distinct, used, strict=True)
    ]


def fixed_texts(column: Exact, decimals: int) -> list[str]:
    """Print numbers with exactly so many decimals, half up."""
    return text_list(fixed_array(column, decimals))


def plain_texts(column: Exact, decimals: int = PRINTED_DECIMALS) -> list[str]:
    """Print numbers with at most so many decimals, half up, without trailing zeros."""
    return text_list(plain_array(column, decimals))


def _picked(positions: list[int], words: list[str]) -> list[str]:
    words = [*words, ""]  # position -1 is none
    return [words[position] for position in positions]
