"""Arrow arrays of any plain type -> the text that an export in CSV would hold, missing staying missing."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kpi_cli.intake.files.sheetcells import decimal_text

_LIST_MARK = ","
_UNUSUAL = "[eEn]|.{16}"  # exponents, nan and inf, and numbers too long to be trusted


def is_readable(kind: Any) -> bool:  # noqa: ANN401 - an Arrow type
    """Whether cells of the type can be spelled: all but nested ones, lists of plain cells aside."""
    if _is_list(kind):
        return not pa.types.is_nested(kind.value_type)
    return not pa.types.is_nested(kind) and not pa.types.is_interval(kind)


def is_bytes(kind: Any) -> bool:  # noqa: ANN401 - an Arrow type
    """Whether cells of the type are bytes, which stand for text in UTF-8."""
    types = pa.types
    variable = types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind)
    return bool(variable or types.is_fixed_size_binary(kind))


def is_text(kind: Any) -> bool:  # noqa: ANN401 - an Arrow type
    """Whether cells of the type may be any text."""
    plain, types = kind.value_type if pa.types.is_dictionary(kind) else kind, pa.types
    spelled = types.is_string(plain) or types.is_large_string(plain) or types.is_string_view(plain)
    return bool(spelled or is_bytes(plain) or types.is_nested(plain))


def as_text(array: pa.Array) -> pa.Array:
    """Return the cells as text; raise ArrowInvalid for binary cells that are not UTF-8.

    Numbers are their shortest decimal, points in time ISO 8601 to the microsecond (in UTC where they have a zone),
    clocks and durations hours, minutes and seconds. The cells of a list stand between commas.
    """
    kind = array.type
    if pa.types.is_dictionary(kind):
        return as_text(array.dictionary).take(array.indices)
    if _is_list(kind):
        cells = as_text(array.values)
        return pc.binary_join(pa.ListArray.from_arrays(array.offsets.cast(pa.int32()), cells), _LIST_MARK)
    if pa.types.is_boolean(kind):
        return pc.if_else(array, "TRUE", "FALSE")
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _numbers(array.cast(pa.string()))
    if pa.types.is_timestamp(kind):
        micros = pa.timestamp("us", "UTC" if kind.tz else None)
        return array.cast(micros, safe=False).cast(pa.string())
    if pa.types.is_time(kind):
        return array.cast(pa.time64("us"), safe=False).cast(pa.string())
    if pa.types.is_duration(kind):
        return _respelled(array.cast(pa.duration("us"), safe=False).cast(pa.int64()), _clock)
    if pa.types.is_date64(kind):
        return array.cast(pa.date32()).cast(pa.string())
    return array.cast(pa.string())


def _is_list(kind: Any) -> bool:  # noqa: ANN401 - an Arrow type
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def _numbers(words: pa.Array) -> pa.Array:
    unusual = pc.match_substring_regex(words, _UNUSUAL)
    if not pc.any(unusual).as_py():
        return words
    return _respelled(words, decimal_text)


def _respelled(array: pa.Array, spell: Callable[[Any], str | None]) -> pa.Array:
    coded = array.dictionary_encode()
    return pa.array([spell(value) for value in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)


def _clock(micros: int) -> str:
    seconds, rest = divmod(abs(micros), 1_000_000)
    fraction = f".{rest:06}" if rest else ""
    return f"{'-' * (micros < 0)}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"
