"""Arrow arrays of any plain type -> the text that an export in CSV would hold, missing staying missing."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from kpi_cli import arrow
from kpi_cli import compute as pc
from kpi_cli.intake.files.decimals import decimal_text

_LIST_MARK = ","
_EXPONENT = "E"
_UNUSUAL = "[eEn]|.{16}"  # exponents, nan and inf, and numbers too long to be trusted
_TICKS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_CALENDAR = (-62_135_596_800, 253_402_300_800)  # seconds from 1970: where the years 1 to 9999 begin, and their end
_UUID_BYTES, _UUID_LENGTH = 16, 36
_UUID_DIGITS = [place for place in range(_UUID_LENGTH) if place not in {8, 13, 18, 23}]  # where its hyphens stand
_HEX = np.frombuffer(bytes(range(256)).hex().encode(), dtype=np.uint8).reshape(256, 2)


def plain_type(kind: Any) -> Any:  # noqa: ANN401 - an Arrow type
    """Return the type that cells of a type have once they are `plain`."""
    if not isinstance(kind, pa.BaseExtensionType):
        return kind
    known = {pa.UuidType: pa.string(), pa.Bool8Type: pa.bool_()}.get(type(kind))
    return plain_type(kind.storage_type) if known is None else known


def plain(array: pa.Array) -> pa.Array:
    """Return cells of an extension type as what they stand for: UUIDs as text, others as they are stored."""
    kind = array.type
    if not isinstance(kind, pa.BaseExtensionType):
        return array
    if isinstance(kind, pa.UuidType):
        return _uuids(array.storage)
    return array.storage.cast(pa.bool_()) if isinstance(kind, pa.Bool8Type) else plain(array.storage)


def is_readable(kind: Any) -> bool:  # noqa: ANN401 - an Arrow type
    """Whether cells of the type can be spelled: all but nested ones, lists of plain cells aside."""
    kind = plain_type(kind)
    if is_list(kind):
        return not pa.types.is_nested(plain_type(kind.value_type))
    return not pa.types.is_nested(kind) and not pa.types.is_interval(kind)


def is_list(kind: Any) -> bool:  # noqa: ANN401 - an Arrow type
    """Whether cells of the type are lists of any length."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def is_bytes(kind: Any) -> bool:  # noqa: ANN401 - an Arrow type
    """Whether cells of the type are bytes, which stand for text in UTF-8."""
    kind, types = plain_type(kind), pa.types
    variable = types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind)
    return bool(variable or types.is_fixed_size_binary(kind))


def is_text(kind: Any) -> bool:  # noqa: ANN401 - an Arrow type
    """Whether cells of the type may be any text."""
    kind, types = plain_type(kind.value_type if pa.types.is_dictionary(kind) else kind), pa.types
    spelled = types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)
    return bool(spelled or is_bytes(kind) or types.is_nested(kind))


def as_text(array: pa.Array) -> pa.Array:
    """Return the cells as text; raise ArrowInvalid for binary cells that are not UTF-8.

    Floats are their shortest decimal, decimals all of their digits, points in time ISO 8601 to the microsecond (in UTC
    where they have a zone), clocks and durations hours, minutes and seconds. The cells of a list stand between commas,
    missing ones left out. Times that no calendar or clock has are spelled so that nobody takes them for one.
    """
    array = plain(array)
    kind = array.type
    if pa.types.is_dictionary(kind):
        return as_text(array.dictionary).take(array.indices)
    if is_list(kind):
        return pc.binary_join(relisted(array, as_text(array.values)), _LIST_MARK)
    if pa.types.is_boolean(kind):
        return pc.if_else(array, "TRUE", "FALSE")
    if pa.types.is_decimal(kind):
        return _respelled_where(array.cast(pa.string()), _EXPONENT, lambda spelled: format(Decimal(spelled), "f"))
    if pa.types.is_float16(kind):
        return _respelled(array.view(pa.uint16()), _half)
    if pa.types.is_floating(kind):
        return _respelled_where(array.cast(pa.string()), _UNUSUAL, decimal_text)
    if pa.types.is_timestamp(kind):
        return _moments(array)
    if pa.types.is_time(kind):
        return array.cast(pa.time64("us"), safe=False).cast(pa.string())
    if pa.types.is_duration(kind):
        return _lengths(array)
    if pa.types.is_date64(kind):
        return array.cast(pa.date32()).cast(pa.string())
    return array.cast(pa.string())


def relisted(array: pa.Array, cells: pa.Array) -> pa.Array:
    """Return lists of other cells in place of theirs, without those that are missing."""
    ends = arrow.integers_of(array.offsets)
    if cells.null_count:
        ends = np.append(0, np.cumsum(arrow.validity(cells)))[ends]
        cells = cells.drop_null()
    missing = array.is_null() if array.null_count else None
    return pa.ListArray.from_arrays(arrow.integer_array(ends.astype(np.int32)), cells, mask=missing)


def _respelled_where(words: pa.Array, pattern: str, spell: Callable[[str], str | None]) -> pa.Array:
    """Return numbers spelled anew if any of them looks like a pattern."""
    return _respelled(words, spell) if pc.any(pc.match_substring_regex(words, pattern)).as_py() else words


def _respelled(array: pa.Array, spell: Callable[[Any], str | None]) -> pa.Array:
    coded = array.dictionary_encode()
    words = (None if value is None else spell(value) for value in coded.dictionary.to_pylist())
    return pa.array(words, pa.string()).take(coded.indices)


def _half(bits: int) -> str | None:
    return decimal_text(np.format_float_positional(np.uint16(bits).view(np.float16), trim="-"))


def _moments(array: pa.Array) -> pa.Array:
    """Return points in time as text; those of other years than 1 to 9999, which casting may wrap, by their number."""
    kind = array.type
    ticks, ends = array.view(pa.int64()), pc.min_max(array.view(pa.int64())).as_py()
    begin, end = (second * _TICKS[kind.unit] for second in _CALENDAR)
    if ends["min"] is not None and not begin <= ends["min"] <= ends["max"] < end:
        beyond = pc.or_(pc.less(ticks, begin), pc.greater_equal(ticks, end))
        told = pc.binary_join_element_wise("<value out of range: ", ticks.cast(pa.string()), ">", "")
        return pc.if_else(beyond, told, _moments(pc.if_else(beyond, pa.scalar(None, pa.int64()), ticks).view(kind)))
    return arrow.to_micros(array).cast(pa.string())


def _lengths(array: pa.Array) -> pa.Array:
    if array.type.unit == "ns":
        array = array.cast(pa.duration("us"), safe=False)
    micros = _TICKS["us"] // _TICKS[array.type.unit]
    return _respelled(array.view(pa.int64()), lambda ticks: _clock(ticks * micros))


def _uuids(array: pa.Array) -> pa.Array:
    """Return 16 bytes each as 8-4-4-4-12 hexadecimal digits."""
    if not len(array):
        return pa.nulls(0, pa.string())
    size = _UUID_BYTES * len(array)
    data = np.frombuffer(array.buffers()[1], dtype=np.uint8, count=size, offset=_UUID_BYTES * array.offset)
    letters = np.full((len(array), _UUID_LENGTH), ord("-"), dtype=np.uint8)
    letters[:, _UUID_DIGITS] = _HEX[data].reshape(len(array), -1)
    return arrow.even_texts(letters, arrow.validity(array))


def _clock(micros: int) -> str:
    seconds, rest = divmod(abs(micros), 1_000_000)
    fraction = f".{rest:06}" if rest else ""
    return f"{'-' * (micros < 0)}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"
