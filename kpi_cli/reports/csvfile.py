"""CSV: the summary, one line per agent and metric, or the summary with every metric beside it. LF, RFC 4180."""

from collections.abc import Iterable, Iterator

from kpi_cli.reports.cells import (
    DETAIL,
    SUMMARY,
    Cells,
    detail_cells,
    line_constants,
    summary_cells,
    wide_cells,
    wide_columns,
)
from kpi_cli.reports.safe import csv_ids, csv_texts
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scoring.cards import Sheet

_TEXTS = frozenset({"agent_name", "team", "scorecard", "grade", "notes", "dimension", "metric", "label", "note"})


def summary_csv(sheets: Iterable[Sheet], scheme: Scheme) -> str:
    """Return one line per period and agent."""
    blocks = (_fields(summary_cells(sheet, scheme)).values() for sheet in sheets)
    return _document(SUMMARY, (zip(*block, strict=True) for block in blocks))


def detail_csv(sheets: Iterable[Sheet], scheme: Scheme) -> str:
    """Return one line per period, agent and metric: agents as in the summary, metrics as on the card."""
    return _document(DETAIL, (_detail_rows(sheet, scheme) for sheet in sheets))


def wide_csv(sheets: Iterable[Sheet], scheme: Scheme) -> str:
    """Return the summary with the columns `<metric>_value` and `<metric>_score` of every metric on any card."""
    blocks = (_fields(wide_cells(sheet, scheme)).values() for sheet in sheets)
    return _document(wide_columns(scheme), (zip(*block, strict=True) for block in blocks))


def _document(header: Iterable[str], blocks: Iterable[Iterable[Iterable[str]]]) -> str:
    head = ",".join(csv_texts(list(header)))
    lines = [",".join(row) for block in blocks for row in block]
    return "\n".join([head, *lines, ""])


def _fields(cells: Cells) -> Cells:
    return {name: _field(name, texts) for name, texts in cells.items()}


def _field(name: str, texts: list[str]) -> list[str]:
    """Quote and disarm text cells; numbers, periods and statuses are ours and stay as they are."""
    if name == "agent_id":
        return csv_ids(texts)
    return csv_texts(texts) if name in _TEXTS else texts


def _detail_rows(sheet: Sheet, scheme: Scheme) -> Iterator[tuple[str, str]]:
    """Yield each line in two parts: what the agent's lines have in common, and the metric."""
    cells = _fields(summary_cells(sheet, scheme))
    shared = zip(*(cells[name] for name in ("period", "agent_id", "agent_name", "scorecard")), strict=True)
    heads = [",".join(row) for row in shared]
    tails = [_line_texts(sheet, position, scheme) for position in range(len(sheet.lines))]
    for head, *lines in zip(heads, *tails, strict=True):
        for line in lines:
            yield head, line


def _line_texts(sheet: Sheet, position: int, scheme: Scheme) -> list[str]:
    column = sheet.lines[position]
    constants = {name: [text] * len(sheet) for name, text in line_constants(column).items()}
    cells = _fields({**constants, **detail_cells(column, scheme)})
    return [",".join(row) for row in zip(*(cells[name] for name in DETAIL[4:]), strict=True)]
