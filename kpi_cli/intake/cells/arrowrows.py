"""Columns of a Parquet file as the rules for rows take them: typed where the type means what our rules mean.

All else goes on as the text that CSV would hold. A property test holds both ways equal.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kpi_cli import arrow
from kpi_cli.intake.cells.arrowtypes import CODED, days, moments, numbers, seconds, spans, words_of
from kpi_cli.intake.cells.layouts import Layout
from kpi_cli.intake.cells.readings import Reading
from kpi_cli.intake.cells.routes import Records
from kpi_cli.intake.cells.texts import is_missing, longest_missing, missing_spellings, missing_words
from kpi_cli.intake.cells.totals import TotalWords
from kpi_cli.intake.files.arrowtext import as_text, is_readable
from kpi_cli.intake.files.blocks import Columns
from kpi_cli.scheme.compiled import ColumnType


def records_of(columns: Columns, layout: Layout, words: TotalWords, *, exact: bool = False) -> Records:
    """Return the needed columns of a block; `exact` leaves every cell to our own rules, as text.

    A column that is only looked at for words of total rows and for rows that say nothing is not read where it surely
    shows neither. Raises KpiError (DATA) where one that is asked for does not hold the text it should.
    """
    readings: dict[int, list[Reading]] = {place: [] for place in layout.marked}
    for name, places in layout.positions.items():
        for place in places:
            readings.setdefault(place, []).append(layout.readings[name])
    joined = {place for places in layout.positions.values() if len(places) > 1 for place in places}
    raw = exact or any(is_missing(cell) for reading in layout.readings.values() for cell in reading.column.map or ())
    asked = [place for place, found in readings.items() if found]
    arrays = {
        place: array
        for place in readings.keys() - set(asked)
        if (array := _unread(place, columns, words, alone=len(layout.marked) == 1)) is not None
    }
    for place, array in columns.arrays(sorted(readings.keys() - arrays.keys()), asked).items():
        if not is_readable(array.type):  # which nobody has asked for
            arrays[place] = array
        elif raw:
            arrays[place] = _coded(as_text(array))
        elif place in joined or len(readings[place]) != 1:
            arrays[place] = _cleaned(words_of(array))
        else:
            arrays[place] = fitted(array, readings[place][0])
    return Records(arrays, columns.rows, ())


def _unread(place: int, columns: Columns, words: TotalWords, *, alone: bool) -> pa.Array | None:
    """Return what stands for a column without words of total rows; None where only reading it can tell.

    Where its cells are not surely filled, nothing stands for them, unless they `alone` tell which rows are blank.
    """
    if not columns.is_free_of(place, words.may_lie_between):
        return None
    if columns.is_full(place, _may_be_missing):
        return arrow.integer_array(np.zeros(columns.rows, dtype=np.int32))
    return None if alone else pa.nulls(columns.rows)


def fitted(array: pa.Array, reading: Reading) -> pa.Array:
    """Return the cells as the reading's type if theirs surely means the same, else as text."""
    column = reading.column
    if pa.types.is_boolean(array.type):
        return arrow.encoded_array(_truths(array), arrow.text_array(["FALSE", "TRUE"]))
    found = _typed(array, reading) if column.map is None and not column.missing else None
    return _cleaned(words_of(array)) if found is None else found


def _typed(array: pa.Array, reading: Reading) -> pa.Array | None:
    match reading.type:
        case ColumnType.NUMBER:
            return numbers(array)
        case ColumnType.DURATION if spans(array.type):
            return seconds(array) if reading.unit in {None, 1} else None
        case ColumnType.PERCENT | ColumnType.DURATION if reading.unit is not None:
            return numbers(array)
        case ColumnType.DATETIME if reading.column.format is None:
            return moments(array)
        case ColumnType.DATE if reading.column.format is None:
            return days(array)
        case _:
            return None


def _truths(array: pa.Array) -> NDArray[np.int32]:
    return arrow.known_codes(arrow.truths_of(array).astype(np.int32), arrow.validity(array))


def _coded(texts: pa.Array) -> pa.Array:
    """Return texts as codes and words, empty where one is missing, as they are in CSV."""
    if texts.null_count:
        texts = texts.cast(pa.string()).fill_null("")
    return texts.cast(CODED) if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()


def _cleaned(texts: pa.Array) -> pa.Array:
    """Return texts in which the words for no data are null, as Arrow's reader of CSV makes them."""
    if pa.types.is_dictionary(texts.type):
        if not pc.any(pc.is_in(texts.dictionary, value_set=missing_words())).as_py():
            return texts
        return _cleaned(texts.cast(pa.string())).dictionary_encode()
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    if not len(texts) or int(np.diff(offsets).min()) > longest_missing():
        return texts
    lost = pc.is_in(texts, value_set=missing_words())
    return pc.if_else(lost, pa.nulls(len(texts), pa.string()), texts)


def _may_be_missing(low: bytes, high: bytes) -> bool:
    return any(low <= spelling.encode() <= high for spelling in missing_spellings())
