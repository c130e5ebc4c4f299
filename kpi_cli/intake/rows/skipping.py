"""Blocks that lie wholly outside every period by what their file says of its times: counted, and hardly decoded."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from kpi_cli.columns import Days, Moments
from kpi_cli.intake.cells.arrowrows import fitted
from kpi_cli.intake.cells.arrowtypes import words_of
from kpi_cli.intake.cells.deciding import Choice
from kpi_cli.intake.cells.fast import Records
from kpi_cli.intake.cells.layouts import Layout
from kpi_cli.intake.cells.planning import from_arrow
from kpi_cli.intake.cells.readings import Reading
from kpi_cli.intake.cells.totals import TotalWords
from kpi_cli.intake.files.blocks import Columns
from kpi_cli.periods import Period
from kpi_cli.scheme.compiled import Source

_EPOCH = date(1970, 1, 1)
_MARGIN = 1  # days: clocks set back at midnight show the day before once more


def passed_over(
    columns: Columns, layout: Layout, source: Source, periods: Sequence[Period], words: TotalWords
) -> Records | None:
    """Return the records of such a block: only words of total rows are looked for, and all rows have one time.

    None where some row may lie in a period or have no time.
    """
    places = () if source.timeless else layout.positions.get(source.time or "", ())
    ends = columns.bounds(places[0]) if len(places) == 1 else None
    if ends is None or not columns.is_free_of(places[0], words.may_lie_between):
        return None
    times = fitted(ends, layout.readings[source.time or ""])
    days = _days(times, layout.readings[source.time or ""])
    if days is None or any(_meet(period, days) for period in periods):
        return None
    marked = [place for place in layout.marked if not columns.is_free_of(place, words.may_lie_between)]
    needed = {*layout.marked, *(place for found in layout.positions.values() for place in found)}
    arrays = dict.fromkeys(needed, pa.nulls(columns.rows))
    arrays |= {place: words_of(array) for place, array in columns.arrays(marked).items()}
    return Records({**arrays, places[0]: pa.repeat(times[0], columns.rows)}, columns.rows, ())


def _days(times: pa.Array, reading: Reading) -> tuple[int, int] | None:
    """Return the first and the last local day, a day wider on both sides; None if the times are none."""
    if not pa.types.is_timestamp(times.type) and not pa.types.is_date32(times.type):
        return None
    typed = from_arrow(times, None, reading, lambda _: Choice())
    column = typed.column.days() if isinstance(typed.column, Moments) else typed.column
    if typed.bad is not None or not isinstance(column, Days) or not column.present.all():
        return None
    return int(np.min(column.days)) - _MARGIN, int(np.max(column.days)) + _MARGIN


def _meet(period: Period, days: tuple[int, int]) -> bool:
    first, last = ((day - _EPOCH).days for day in (period.first, period.last))
    return first <= days[1] and days[0] <= last
