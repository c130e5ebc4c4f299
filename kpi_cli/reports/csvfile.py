"""CSV: the summary, one line per agent and metric, or the summary with every metric beside it. LF, RFC 4180."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi_cli import arrow
from kpi_cli.reports.cells import (
    DETAIL,
    SUMMARY,
    Cells,
    card_name,
    detail_arrays,
    line_constants,
    line_notes,
    summary_cells,
    wide_cells,
    wide_columns,
)
from kpi_cli.reports.printed import picked
from kpi_cli.reports.safe import csv_ids, csv_texts
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scoring.cards import LineColumn, Sheet

_LINES = 100_000  # that are made at once
_TEXTS = frozenset({"agent_name", "team", "scorecard", "grade", "notes", "dimension", "metric", "label", "note"})


def summary_csv(sheets: Iterable[Sheet], scheme: Scheme) -> str:
    """Return one line per period and agent."""
    blocks = (_fields(summary_cells(sheet, scheme)).values() for sheet in sheets)
    return _document(SUMMARY, (zip(*block, strict=True) for block in blocks))


def detail_csv(sheets: Iterable[Sheet], scheme: Scheme) -> str:
    """Return one line per period, agent and metric: agents as in the summary, metrics as on the card."""
    return b"".join(detail_parts(sheets, scheme)).decode()


def detail_parts(sheets: Iterable[Sheet], scheme: Scheme) -> Iterator[bytes]:
    """Yield `detail_csv` piece by piece in UTF-8; what cannot be written is found before the first."""
    headed = [(sheet, _heads(sheet)) for sheet in sheets]
    yield f"{','.join(DETAIL)}\n".encode()
    for sheet, heads in headed:
        step = _LINES // max(1, len(sheet.lines)) + 1
        for start in range(0, len(sheet) if sheet.lines else 0, step):
            rows = slice(start, start + step)
            lines = [_lines(column, heads.slice(start, step), rows, scheme) for column in sheet.lines]
            yield _bytes(_joined([*lines, arrow.text("")], "\n"))


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


def _heads(sheet: Sheet) -> pa.Array:
    """Return what an agent's lines have in common."""
    ids = arrow.text_array(csv_ids([agent.id for agent in sheet.agents]))
    names = arrow.text_array(csv_texts([agent.name for agent in sheet.agents]))
    period, card = (arrow.text(cell) for cell in csv_texts([sheet.period.name, card_name(sheet)]))
    return _joined([period, ids, names, card], ",")


def _lines(column: LineColumn, heads: pa.Array, rows: slice, scheme: Scheme) -> pa.Array:
    """Return the lines of some agents for one metric."""
    codes, notes = line_notes(column, range(len(column.scores))[rows], scheme)
    part = replace(
        column,
        values=column.values.take(rows),
        counts=column.counts.take(rows),
        scores=column.scores.take(rows),
        statuses=column.statuses[rows],
    )
    cells = detail_arrays(part, scheme) | {"note": picked(codes, csv_texts(notes))}
    cells |= {name: arrow.text(*csv_texts([text])) for name, text in line_constants(column).items()}
    return _joined([heads, *(cells[name] for name in DETAIL[4:])], ",")


def _joined(columns: Sequence[pa.Array | pa.Scalar], separator: str) -> pa.Array:
    return pc.binary_join_element_wise(*columns, arrow.text(separator), null_handling="replace", null_replacement="")


def _bytes(texts: pa.Array) -> bytes:
    """Return all texts end to end."""
    offsets, data = texts.buffers()[1:]
    length = int(np.frombuffer(offsets, dtype=np.int32)[len(texts)])
    joined: bytes = data.slice(0, length).to_pybytes()
    return joined
