"""Arrow arrays of any plain type -> the few types that columns are made of, without a detour over text.

Every function returns None where the same cells as text might mean something else; then text it has to be.
"""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kpi_cli import arrow
from kpi_cli import compute as pc
from kpi_cli.exact import Mask
from kpi_cli.intake.cells.moments import DAY
from kpi_cli.intake.cells.routes import DIGITS, TYPES, Route, is_exact
from kpi_cli.intake.cells.zones import EARLIEST, LATEST
from kpi_cli.intake.files.arrowtext import as_text

CODED = TYPES[Route.CODED]
_SCALES = (0, 2, 1, 3, 4, 6)  # decimals that numbers in floats are tried with
_SURE = {pa.float64(): 10**15, pa.float32(): 10**6}  # decimals of fewer digits and floats correspond one to one
_LARGEST = 10**DIGITS - 1
_LOOKED_AT = 1000
_MICRO = 6  # decimals of a microsecond
_NANOS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
_DOUBTFUL = 0.5  # a column with fewer distinct cells than this share of its rows is spelled word by word


def numbers(array: pa.Array) -> pa.Array | None:
    """Return numbers as integers or decimals of 18 digits; floats without a number are missing."""
    kind = array.type
    if kind in _SURE:
        return _from_floats(array)
    if pa.types.is_decimal(kind):
        return _from_decimals(array)
    if kind == pa.uint64() and (pc.max(array).as_py() or 0) > np.iinfo(np.int64).max:
        return None
    if pa.types.is_signed_integer(kind):
        return arrow.widened(array)
    return array.cast(pa.int64()) if pa.types.is_integer(kind) else None


def _from_floats(array: pa.Array) -> pa.Array | None:
    kind = np.float32 if array.type == pa.float32() else np.float64
    given = np.frombuffer(array.buffers()[1], dtype=kind, count=array.offset + len(array))[array.offset :]
    present = ~np.isnan(given) if not array.null_count else arrow.validity(array) & ~np.isnan(given)
    values = np.where(present, given, kind(0))
    for scale in _SCALES:
        if _units(values[:_LOOKED_AT], scale) is not None and (units := _units(values, scale)) is not None:
            return _scaled(units.astype(np.int64), present, scale)
    return None


def _units(values: NDArray[Any], scale: int) -> NDArray[np.float64] | None:
    """Return floats times 10**scale where that many decimals are what each of them means; None if not for all."""
    with np.errstate(over="ignore"):  # what is too large is no such number either
        units = np.rint(values.astype(np.float64, copy=False) * 10.0**scale)
    if not np.abs(units).max(initial=0) < _SURE[pa.from_numpy_dtype(values.dtype)]:
        return None
    return units if ((units / 10.0**scale).astype(values.dtype, copy=False) == values).all() else None


def _scaled(units: NDArray[np.int64], present: Mask, scale: int) -> pa.Array:
    return arrow.decimal_array(units, scale, present, DIGITS) if scale else arrow.integer_array(units, present)


def _from_decimals(array: pa.Array) -> pa.Array | None:
    kind = array.type
    if kind.scale < 0:
        return None
    if not pa.types.is_decimal128(kind) and not pa.types.is_decimal64(kind):
        return array.cast(pa.decimal128(DIGITS, kind.scale)) if kind.precision <= DIGITS else None
    if kind.precision <= DIGITS:
        return array
    if not is_exact(array):
        return None
    slim = pa.decimal128(DIGITS, kind.scale)
    return pa.Array.from_buffers(slim, len(array), array.buffers(), array.null_count, array.offset)


def spans(kind: Any) -> bool:  # noqa: ANN401 - an Arrow type
    """Whether cells of the type are lengths of time, or times of day, which are read as such."""
    return bool(pa.types.is_duration(kind) or pa.types.is_time(kind))


def seconds(array: pa.Array) -> pa.Array | None:
    """Return lengths of time as decimals of seconds, to the microsecond."""
    is_length = pa.types.is_duration(array.type)
    if not (_lies_between(array, -_LARGEST, _LARGEST) if is_length else _lies_between(array, 0, DAY - 1)):
        return None
    micros = array.cast(pa.duration("us") if is_length else pa.time64("us"), safe=False).cast(pa.int64())
    present = arrow.validity(micros)
    return _scaled(np.where(present, arrow.integers_of(micros), 0), present, _MICRO)


def moments(array: pa.Array) -> pa.Array | None:
    """Return days and points in time as such, to the microsecond, in UTC where they have a zone."""
    kind = array.type
    if not (pa.types.is_date(kind) or pa.types.is_timestamp(kind)) or not _lies_between(array, EARLIEST, LATEST):
        return None
    return arrow.to_micros(array) if pa.types.is_timestamp(kind) else array.cast(pa.timestamp("us"), safe=False)


def days(array: pa.Array) -> pa.Array | None:
    """Return days as such, and those that points in time lie in (by UTC where they have a zone)."""
    if pa.types.is_date(array.type):
        return array.cast(pa.date32()) if _lies_between(array, EARLIEST, LATEST) else None
    found = moments(array)
    if found is None:
        return None
    ordinals = np.floor_divide(arrow.integers_of(found), DAY).astype(np.int32)
    return arrow.integer_array(ordinals, arrow.validity(found)).view(pa.date32())


def _lies_between(array: pa.Array, low: int, high: int) -> bool:
    """Whether all times of an array lie between two ends in microseconds, whatever its unit; casting would wrap."""
    kind = array.type
    ticks = arrow.integers_of(array.view(pa.int32() if kind.bit_width == pa.int32().bit_width else pa.int64()))
    nanos = _NANOS["us"] * DAY if pa.types.is_date32(kind) else _NANOS["ms" if pa.types.is_date64(kind) else kind.unit]

    def lie_between(found: NDArray[Any]) -> bool:
        ends = (int(found.min()), int(found.max())) if len(found) else ()
        return all(low <= end * nanos // _NANOS["us"] <= high for end in ends)

    return lie_between(ticks) or (array.null_count > 0 and lie_between(ticks[arrow.validity(array)]))


def words_of(array: pa.Array) -> pa.Array:
    """Return the text that CSV would hold; as codes and words, each spelled once, where there are few of them."""
    kind = array.type
    if kind in {pa.string(), CODED}:
        return array
    if pa.types.is_dictionary(kind):
        words = as_text(array.dictionary)
        if words.null_count or len(words.unique()) < len(words):
            return as_text(array)
        return pa.DictionaryArray.from_arrays(array.indices.cast(pa.int32()), words)
    if pa.types.is_decimal32(kind) or pa.types.is_decimal64(kind):  # which cannot be told apart yet
        return words_of(array.cast(pa.decimal128(DIGITS, kind.scale)))
    if pa.types.is_nested(kind) or pa.types.is_null(kind) or not _repeats(array):
        return as_text(array)
    return words_of(array.dictionary_encode())


def _repeats(array: pa.Array) -> bool:
    sample = array[:_LOOKED_AT]
    return len(sample.unique()) < _DOUBTFUL * len(sample)
