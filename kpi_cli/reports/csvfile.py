"""CSV: the summary, one line per agent and metric, or the summary with every metric beside it. LF, RFC 4180."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
from msgspec import Struct

from kpi_cli import arrow
from kpi_cli.reports.cells import (
    DETAIL,
    SUMMARY,
    card_name,
    line_constants,
    line_notes,
    scored_arrays,
    summary_columns,
    wide_arrays,
    wide_columns,
)
from kpi_cli.reports.printed import Coded, Printed, joined, kinds_of_numbers, picked, plain_array
from kpi_cli.reports.safe import csv_ids, csv_texts
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scoring.card import line_at
from kpi_cli.scoring.cards import LineColumn, Sheet

_LINES = 100_000  # that are made at once
_WORDS = frozenset({"scorecard", "grade", "notes"})  # as the scheme has them
_NOTHING = arrow.text("")


class _Frame(Struct, frozen=True):
    """What the lines of one metric have in common: `,dimension,metric,label,`, then the fields of target and weight."""

    metric: pa.Scalar
    target: pa.Scalar
    weight: pa.Scalar


def summary_csv(sheets: Iterable[Sheet], scheme: Scheme) -> str:
    """Return one line per period and agent."""
    return b"".join(summary_parts(sheets, scheme)).decode()


def summary_parts(sheets: Iterable[Sheet], scheme: Scheme, *, wide: bool = False) -> Iterator[bytes]:
    """Yield `summary_csv` or `wide_csv` piece by piece in UTF-8; what cannot be written is found before the first."""
    summaries = [(sheet, _fields(summary_columns(sheet, scheme))) for sheet in sheets]
    names = wide_columns(scheme) if wide else SUMMARY
    yield f"{','.join(csv_texts(names))}\n".encode()
    for sheet, fields in summaries:
        found = fields | (wide_arrays(sheet, scheme) if wide else {})
        for start in range(0, len(sheet), _LINES):
            own = [found[name].slice(start, _LINES) if name in found else _NOTHING for name in names]
            yield _bytes(joined([joined(own, ","), _NOTHING], "\n"))


def detail_csv(sheets: Iterable[Sheet], scheme: Scheme) -> str:
    """Return one line per period, agent and metric: agents as in the summary, metrics as on the card."""
    return b"".join(detail_parts(sheets, scheme)).decode()


def detail_parts(sheets: Iterable[Sheet], scheme: Scheme) -> Iterator[bytes]:
    """Yield `detail_csv` piece by piece in UTF-8; what cannot be written is found before the first."""
    headed = [(sheet, _heads(sheet)) for sheet in sheets if sheet.lines]
    yield f"{','.join(DETAIL)}\n".encode()
    for sheet, heads in headed:
        frames = [_frame(column) for column in sheet.lines]
        yield from (_lines(sheet, heads, frames, rows, scheme) for rows in _parts(sheet))


def _parts(sheet: Sheet) -> Iterator[slice]:
    step = _LINES // len(sheet.lines) + 1
    return (slice(start, start + step) for start in range(0, len(sheet), step))


def wide_csv(sheets: Iterable[Sheet], scheme: Scheme) -> str:
    """Return the summary with the columns `<metric>_value` and `<metric>_score` of every metric on any card."""
    return b"".join(summary_parts(sheets, scheme, wide=True)).decode()


def _fields(columns: Mapping[str, Printed]) -> dict[str, pa.Array]:
    return {name: _field(name, column) for name, column in columns.items()}


def _field(name: str, column: Printed) -> pa.Array:
    """Quote and disarm texts; numbers, periods and statuses are ours and stay as they are."""
    if isinstance(column, Coded):
        return picked(column.codes, csv_texts(column.words) if name in _WORDS else column.words)
    if isinstance(column, list):
        return arrow.text_array(csv_ids(column) if name == "agent_id" else csv_texts(column))
    return column


def _heads(sheet: Sheet) -> pa.Array:
    """Return what an agent's lines have in common."""
    ids = arrow.text_array(csv_ids([agent.id for agent in sheet.agents]))
    names = arrow.text_array(csv_texts([agent.name for agent in sheet.agents]))
    period, card = (arrow.text(cell) for cell in csv_texts([sheet.period.name, card_name(sheet)]))
    return joined([period, ids, names, card], ",")


def _frame(column: LineColumn) -> _Frame:
    texts = {name: csv_texts([text])[0] for name, text in line_constants(column).items()}
    metric = f",{texts['dimension']},{texts['metric']},{texts['label']},"
    return _Frame(*(arrow.text(text) for text in (metric, texts["target"], texts["weight"])))


def _lines(sheet: Sheet, heads: pa.Array, frames: Sequence[_Frame], rows: slice, scheme: Scheme) -> bytes:
    """Return all lines of some agents."""
    own, lines = heads[rows], zip(frames, sheet.lines, strict=True)
    pieces = (piece for frame, column in lines for piece in (own, *_pieces(frame, line_at(column, rows), scheme)))
    return _bytes(joined([*pieces], ""))


def _pieces(frame: _Frame, column: LineColumn, scheme: Scheme) -> tuple[pa.Array | pa.Scalar, ...]:
    """Return what the lines of one metric consist of after the head, end to end."""
    alike = kinds_of_numbers(column.counts)
    counts = joined([_NOTHING, plain_array(column.counts.take(alike.first)), _NOTHING], ",")
    return frame.metric, plain_array(column.values), alike.spread(counts), _ends(frame, column, scheme)


def _ends(frame: _Frame, column: LineColumn, scheme: Scheme) -> pa.Array:
    """Return the lines from the target on, printed once for all agents with the same score, status and note."""
    notes = line_notes(column, scheme)
    alike = kinds_of_numbers(column.scores, column.statuses, notes.codes)
    cells = scored_arrays(line_at(column, alike.first), scheme)
    note = picked(notes.codes[alike.first], [f"{field}\n" for field in csv_texts(notes.words)])
    cells |= {"target": frame.target, "weight": frame.weight, "note": note}
    return alike.spread(joined([cells[name] for name in DETAIL[9:]], ","))


def _bytes(texts: pa.Array) -> bytes:
    """Return all texts end to end."""
    offsets, data = texts.buffers()[1:]
    length = int(np.frombuffer(offsets, dtype=np.int32)[len(texts)])
    end_to_end: bytes = data.slice(0, length).to_pybytes()
    return end_to_end
