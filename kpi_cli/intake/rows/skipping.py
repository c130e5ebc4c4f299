"""Blocks that lie wholly outside every period by what their file says of its times: counted, and hardly decoded."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from kpi_cli import arrow
from kpi_cli.intake.cells.arrowtypes import words_of
from kpi_cli.intake.cells.layouts import Layout
from kpi_cli.intake.cells.moments import DAY
from kpi_cli.intake.cells.readings import Reading
from kpi_cli.intake.cells.routes import Records
from kpi_cli.intake.cells.totals import TotalWords
from kpi_cli.intake.cells.zones import EARLIEST, LATEST
from kpi_cli.intake.files.blocks import Columns
from kpi_cli.periods import Period
from kpi_cli.scheme.compiled import ColumnType, Source

_EPOCH = date(1970, 1, 1)
_MARGIN = 2  # days: no clock is further from UTC, nor set back by more


def passed_over(
    columns: Columns, layout: Layout, source: Source, periods: Sequence[Period], words: TotalWords
) -> Records | None:
    """Return the records of such a block: only words of total rows are looked for, and all rows have one time.

    None where some row may lie in a period or have no time.
    """
    places = () if source.timeless else layout.positions.get(source.time or "", ())
    days = columns.days(places[0]) if len(places) == 1 else None
    if days is None or any(_meet(period, days) for period in periods):
        return None
    time = _all_at(days, columns.rows, layout.readings[source.time or ""])
    if time is None or not columns.is_free_of(places[0], words.may_lie_between):
        return None
    needed = {*layout.marked, *(place for found in layout.positions.values() for place in found)}
    marked = [place for place in layout.marked if not columns.is_free_of(place, words.may_lie_between)]
    arrays = dict.fromkeys(needed, pa.nulls(columns.rows))
    arrays |= {place: words_of(array) for place, array in columns.arrays(marked).items()}
    return Records({**arrays, places[0]: time}, columns.rows, ())


def _meet(period: Period, days: tuple[int, int]) -> bool:
    first, last = ((day - _EPOCH).days for day in (period.first, period.last))
    return first - _MARGIN <= days[1] and days[0] <= last + _MARGIN


def _all_at(days: tuple[int, int], rows: int, reading: Reading) -> pa.Array | None:
    """Return the first of some days for all rows; None if other cells might be no times."""
    column = reading.column
    is_known = days[0] > EARLIEST // DAY and days[1] < LATEST // DAY
    if not is_known or column.format is not None or column.map is not None or column.missing:
        return None
    if reading.type is ColumnType.DATE:
        return arrow.integer_array(np.full(rows, days[0], dtype=np.int32)).view(pa.date32())
    return arrow.integer_array(np.full(rows, days[0] * DAY, dtype=np.int64)).view(pa.timestamp("us"))
