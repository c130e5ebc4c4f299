"""Columns of a Parquet file as the rules for rows take them: typed where the type means what our rules mean.

All else goes on as the text that CSV would hold. A property test holds both ways equal.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kpi_cli import arrow
from kpi_cli.intake.cells.fast import DIGITS, Records
from kpi_cli.intake.cells.layouts import Layout
from kpi_cli.intake.cells.readings import Reading
from kpi_cli.intake.cells.texts import is_missing, missing_spellings
from kpi_cli.intake.cells.totals import TotalWords
from kpi_cli.intake.cells.zones import LATEST
from kpi_cli.intake.files.arrowtext import as_text
from kpi_cli.intake.files.blocks import Columns
from kpi_cli.scheme.compiled import ColumnType

_CODED = pa.dictionary(pa.int32(), pa.string())
_SCALES = (0, 2, 1, 3, 4, 6)  # decimals that numbers in floats are tried with
_SURE = 10**15  # decimals of fewer digits and doubles correspond one to one
_LONGEST_MISSING = max(len(spelling.encode()) for spelling in missing_spellings())


def records_of(columns: Columns, layout: Layout, words: TotalWords, *, exact: bool = False) -> Records:
    """Return the needed columns of a block; `exact` leaves every cell to our own rules, as text.

    A column that is only looked at for words of total rows is not read where it surely holds none.
    """
    readings: dict[int, list[Reading]] = {place: [] for place in layout.marked}
    for name, places in layout.positions.items():
        for place in places:
            readings.setdefault(place, []).append(layout.readings[name])
    joined = {place for places in layout.positions.values() if len(places) > 1 for place in places}
    raw = exact or any(is_missing(cell) for reading in layout.readings.values() for cell in reading.column.map or ())
    idle = {
        place for place, found in readings.items() if not found and columns.is_free_of(place, words.may_lie_between)
    }
    arrays: dict[int, pa.Array] = {place: pa.nulls(columns.rows) for place in idle}
    for place, array in columns.arrays(sorted(readings.keys() - idle)).items():
        if raw:
            arrays[place] = _coded(as_text(array))
        elif place in joined or len(readings[place]) != 1:
            arrays[place] = _cleaned(_text(array))
        else:
            arrays[place] = _fitted(array, readings[place][0])
    return Records(arrays, columns.rows, ())


def _fitted(array: pa.Array, reading: Reading) -> pa.Array:
    """Return the cells as the reading's type if theirs surely means the same, else as text."""
    kind, column = array.type, reading.column
    if pa.types.is_boolean(kind):
        return arrow.encoded_array(_truths(array), arrow.text_array(["FALSE", "TRUE"]))
    if column.map is None and not column.missing:
        found = None
        match reading.type:
            case ColumnType.NUMBER:
                found = _numbers(array)
            case ColumnType.PERCENT | ColumnType.DURATION if reading.unit is not None:
                found = _numbers(array)
            case ColumnType.DATETIME if column.format is None:
                found = _moments(array)
            case ColumnType.DATE if column.format is None and pa.types.is_date(kind):
                found = array.cast(pa.date32())
            case _:
                pass
        if found is not None:
            return found
    return _cleaned(_text(array))


def _text(array: pa.Array) -> pa.Array:
    return array if array.type in {pa.string(), _CODED} else as_text(array)


def _numbers(array: pa.Array) -> pa.Array | None:
    kind = array.type
    if pa.types.is_float64(kind):
        return _decimals(array)
    if pa.types.is_decimal(kind):
        fits = kind.precision <= DIGITS and kind.scale >= 0
        return array.cast(pa.decimal128(DIGITS, kind.scale)) if fits else None
    if pa.types.is_integer(kind) and kind != pa.uint64():
        return array.cast(pa.int64())
    return None


def _decimals(array: pa.Array) -> pa.Array | None:
    """Return floats that are decimals of few digits as such, without number as missing; None when some are not."""
    values = np.frombuffer(array.buffers()[1], dtype=np.float64, count=array.offset + len(array))[array.offset :]
    present = arrow.validity(array) & ~np.isnan(values)
    values = np.where(present, values, 0.0)
    for scale in _SCALES:
        units = np.rint(values * 10.0**scale)
        if np.abs(units).max(initial=0) >= _SURE:
            return None
        if (units / 10.0**scale == values).all():
            return _scaled(units.astype(np.int64), present, scale)
    return None


def _scaled(units: NDArray[np.int64], present: NDArray[np.bool_], scale: int) -> pa.Array:
    whole = arrow.integer_array(units, present)
    if not scale:
        return whole
    words = np.empty((len(units), 2), dtype=np.int64)
    words[:, 0], words[:, 1] = units, units >> 63
    return pa.Array.from_buffers(pa.decimal128(DIGITS, scale), len(units), [whole.buffers()[0], pa.py_buffer(words)])


def _moments(array: pa.Array) -> pa.Array | None:
    kind: Any = array.type
    if pa.types.is_date(kind):
        return array.cast(pa.timestamp("us"))
    if not pa.types.is_timestamp(kind):
        return None
    found = array.cast(pa.timestamp("us", "UTC" if kind.tz else None), safe=False)
    micros = arrow.integers_of(found)[arrow.validity(found)]
    return found if not len(micros) or int(micros.max()) <= LATEST else None


def _truths(array: pa.Array) -> NDArray[np.int32]:
    return np.where(arrow.validity(array), arrow.truths_of(array).astype(np.int32), np.int32(-1))


def _coded(texts: pa.Array) -> pa.Array:
    return texts.cast(_CODED) if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()


def _cleaned(texts: pa.Array) -> pa.Array:
    """Return texts in which the words for no data are null, as Arrow's reader of CSV makes them."""
    if pa.types.is_dictionary(texts.type):
        words = texts.dictionary
        if not any(is_missing(word or "") for word in words.to_pylist()):
            return texts
        return _cleaned(texts.cast(pa.string())).dictionary_encode()
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    if not len(texts) or int(np.diff(offsets).min()) > _LONGEST_MISSING:
        return texts
    lost = pc.is_in(texts, value_set=arrow.text_array(missing_spellings()))
    return pc.if_else(lost, pa.nulls(len(texts), pa.string()), texts)
