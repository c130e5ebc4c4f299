"""Events in the order in which they happened, case by case, cut into episodes where cases begin anew.

Files, blocks and the order of rows decide nothing: events of one moment are ordered by further columns of `at`, then
by the events' key (shorter ones first, so 9 comes before 10), then by what they say, whatever that order is.
"""

from collections.abc import Mapping
from math import ceil
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kpi_cli import arrow
from kpi_cli import compute as pc
from kpi_cli.calendars import OpeningHours
from kpi_cli.columns import MICROSECONDS, Column, Days, Moments, Texts, Truths, instants
from kpi_cli.exact import Exact, Mask
from kpi_cli.expressions import Table
from kpi_cli.intake.rows.keys import content_hashes
from kpi_cli.rows import Events
from kpi_cli.scheme.cases import Cases, Reopening
from kpi_cli.taking import coded

Times: TypeAlias = NDArray[np.int64]
Positions: TypeAlias = NDArray[np.int64]


def ordered_events(
    cases: Cases, columns: Mapping[str, Column], key: str | None, hours: Mapping[str, OpeningHours]
) -> Events:
    """Return the events of all cases in order; `columns` are those of the events' source, with no time missing."""
    if not columns:
        nothing = np.zeros(0, dtype=np.int64)
        return Events(cases.of, {}, nothing.astype(np.int32), nothing, nothing, nothing)
    columns = _chosen(cases, columns, hours)
    times = instants(columns[cases.at[0]])
    codes = _codes(columns[cases.by])
    order = _in_order(cases, columns, key, codes, times)
    columns = {name: column.take(order) for name, column in columns.items() if name in cases.event_columns}
    codes, times = codes[order], times[order]
    first = np.ones(len(codes), dtype=bool)
    first[1:] = codes[1:] != codes[:-1]
    begins = first | _begun(cases.reopen, Table(columns, len(codes), hours), first, times)
    numbers = np.cumsum(begins) - 1
    return Events(cases.of, columns, numbers.astype(np.int32), times, _days(columns[cases.at[0]]), _nth(first, begins))


def _chosen(cases: Cases, columns: Mapping[str, Column], hours: Mapping[str, OpeningHours]) -> Mapping[str, Column]:
    if cases.where is None:
        return columns
    keep = Table(columns, len(columns[cases.by]), hours).truths(cases.where).values
    return columns if keep.all() else {name: column.take(keep) for name, column in columns.items()}


def _days(column: Column) -> Times:
    if isinstance(column, Moments):
        return column.days().days
    return column.days if isinstance(column, Days) else np.zeros(len(column), dtype=np.int64)


def _codes(column: Column) -> NDArray[np.int32]:
    if not isinstance(column, Texts):
        message = "the checked scheme promised cases with a name"
        raise TypeError(message)
    return arrow.codes_of(coded(column.array))


def _in_order(
    cases: Cases, columns: Mapping[str, Column], key: str | None, codes: NDArray[np.int32], times: Times
) -> Positions:
    order = np.lexsort((times, codes))
    ties = np.zeros(len(order), dtype=bool)
    same = (np.diff(times[order]) == 0) & (np.diff(codes[order]) == 0)
    ties[1:] |= same
    ties[:-1] |= same
    tied = order[ties]
    if len(tied):
        taken = {name: column.take(tied) for name, column in sorted(columns.items())}
        named = [taken[name] for name in (*cases.at[1:], *((key,) if key is not None else ()))]
        further = [rank for column in reversed(named) for rank in _ranks(column)]
        settled = np.lexsort((content_hashes(taken.values(), len(tied)), *further, times[tied], codes[tied]))
        order[ties] = tied[settled]
    return order


def _ranks(column: Column) -> tuple[Times, Mask]:
    """Return by what the rows are ordered: by value, and before that missing ones first."""
    match column:
        case Texts():
            ranks = _natural(column)
        case Exact():
            ranks = _places(column)
        case Moments():
            ranks = column.utc
        case Days():
            ranks = column.days
        case Truths():
            ranks = column.values.astype(np.int64)
    return ranks, column.present


def _natural(column: Texts) -> Times:
    """Return the places of texts: shorter ones first, those of one length by code points."""
    array = coded(column.array)
    words = pa.table([pc.utf8_length(array.dictionary), array.dictionary], names=["length", "word"])
    by = pc.sort_indices(words, sort_keys=[("length", "ascending"), ("word", "ascending")])
    places = np.zeros(len(words) + 1, dtype=np.int64)  # one more, for missing texts
    places[arrow.integers_of(by).astype(np.int64)] = np.arange(len(words))
    return places[arrow.codes_of(array)]


def _places(column: Exact) -> Times:
    if isinstance(column.den, int) and column.num.dtype != object:
        return column.num
    values = [value or 0 for value in column.fractions()]
    places = {value: place for place, value in enumerate(sorted(set(values)))}
    return np.array([places[value] for value in values], dtype=np.int64)


def _begun(reopen: Reopening | None, table: Table, first: Mask, times: Times) -> Mask:
    """Return the events that begin a new episode of their case."""
    if reopen is None:
        return np.zeros(len(first), dtype=bool)
    able = np.ones(len(first), dtype=bool) if reopen.when is None else table.truths(reopen.when).values
    if reopen.silence is None and reopen.over is None:
        return able
    over = np.zeros(len(first), dtype=bool)
    if reopen.silence is not None:
        over[1:] = (np.diff(times) >= ceil(reopen.silence * MICROSECONDS)) & ~first[1:]
    if reopen.over is not None:
        over = table.truths(reopen.over).values
        able = able & ~over
    return able & _since(over, able, first)


def _since(over: Mask, able: Mask, first: Mask) -> Mask:
    """Return where something was over, at the event or behind the event before it that could begin an episode."""
    ends = np.cumsum(over, dtype=np.int64)
    before = ends - over.astype(np.int64)
    mark = np.where(first, before, 0)  # what was over before the case began does not count
    mark[1:] = np.maximum(mark[1:], np.where(able[:-1], ends[:-1], 0))
    found: Mask = ends > np.maximum.accumulate(mark)
    return found


def _nth(first: Mask, begins: Mask) -> Times:
    """Return for each episode which one of its case it is, from 1."""
    own = first[begins]
    places = np.arange(len(own))
    found: Times = places - np.maximum.accumulate(np.where(own, places, 0)) + 1
    return found
