"""Results as columns of text, the way files hold them: one list a column, one entry an agent, empty where nothing.

CSV, JSON, Markdown and spreadsheets all print these, so that a number looks the same everywhere.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np

from kpi_cli.exact import Exact, constant
from kpi_cli.numbers import PRINTED_DECIMALS, plain
from kpi_cli.reports.words import sentences
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scoring.cards import LINE_STATUSES, STATUSES, LineColumn, Note, Sheet

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
        "scorecard": [sheet.card.name if sheet.card else ""] * len(sheet),
        "score": fixed_texts(sheet.totals, scheme.scoring.total_decimals),
        "grade": grades(sheet),
        "coefficient": _picked(sheet.paid_grades.tolist(), [band.coefficient for band in sheet.bands]),
        "rank": ranked,
        "of": [str(sheet.of) if rank else "" for rank in ranked],
        "coverage": plain_texts(sheet.coverage),
        "status": [str(STATUSES[position]) for position in sheet.statuses.tolist()],
        "notes": note_texts(sheet.notes, len(sheet), scheme),
    }


def grades(sheet: Sheet) -> list[str]:
    """Return the grades left after gates; where a hold leaves none, the grade that the score earns."""
    kept = np.where(sheet.paid_grades >= 0, sheet.paid_grades, sheet.grades)
    return _picked(kept.tolist(), [band.grade for band in sheet.bands])


def detail_cells(column: LineColumn, scheme: Scheme) -> Cells:
    """Return the columns of one metric that differ from agent to agent."""
    rows = len(column.scores)
    points = column.scores * constant(column.line.weight / 100, rows)
    return {
        "value": plain_texts(column.values),
        "n": plain_texts(column.counts),
        "score": fixed_texts(column.scores, scheme.scoring.metric_decimals),
        "points": plain_texts(points),
        "status": [str(LINE_STATUSES[position]) for position in column.statuses.tolist()],
        "note": _line_notes(column, rows, scheme),
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
    texts = [""] * rows
    for row, about in notes.items():
        texts[row] = sentences(about, scheme)
    return texts


def _line_notes(column: LineColumn, rows: int, scheme: Scheme) -> list[str]:
    texts = [sentences(column.remarks, scheme)] * rows
    for row, own in column.notes.items():
        texts[row] = sentences((*column.remarks, *own), scheme)
    return texts


def fixed_texts(column: Exact, decimals: int) -> list[str]:
    """Print numbers with exactly so many decimals, half up."""
    return _texts(column, decimals, _fixed)


def plain_texts(column: Exact, decimals: int = PRINTED_DECIMALS) -> list[str]:
    """Print numbers with at most so many decimals, half up, without trailing zeros."""
    return _texts(column, decimals, _plain)


def _texts(column: Exact, decimals: int, printed: Callable[[int, int], str]) -> list[str]:
    """Print each distinct number once: scores and rates repeat a lot among many agents."""
    rounded = column.half_up(decimals)
    distinct, positions = np.unique(rounded.num, return_inverse=True)
    words = np.array([printed(number, decimals) for number in distinct.tolist()], dtype=object)
    texts = words[positions] if len(words) else np.zeros(0, dtype=object)
    texts[~rounded.present] = ""
    found: list[str] = texts.tolist()
    return found


def _fixed(scaled: int, decimals: int) -> str:
    digits = str(abs(scaled)).rjust(decimals + 1, "0")
    sign = "-" if scaled < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


def _plain(scaled: int, decimals: int) -> str:
    text = _fixed(scaled, decimals)
    return text.rstrip("0").rstrip(".") if decimals else text


def _picked(positions: list[int], words: list[str]) -> list[str]:
    words = [*words, ""]  # position -1 is none
    return [words[position] for position in positions]
