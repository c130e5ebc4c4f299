"""Which way each column takes through Arrow, judged by a look at the first block; and from Arrow back to columns."""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kpi_cli import arrow
from kpi_cli.columns import Days, Moments, Texts
from kpi_cli.exact import Exact, Mask, blanked, product
from kpi_cli.intake.cells.durations import DAY
from kpi_cli.intake.cells.fast import Plan
from kpi_cli.intake.cells.layouts import Layout
from kpi_cli.intake.cells.missing import are_missing, without_missing, without_space
from kpi_cli.intake.cells.readings import Decide, Reading, Typed, moments
from kpi_cli.intake.cells.routes import CENTS, DIGITS, MICROS, Records, Route
from kpi_cli.intake.cells.shaped import is_shaped, read_shaped
from kpi_cli.intake.cells.texts import is_missing, trimmed
from kpi_cli.intake.cells.totals import text_slices
from kpi_cli.intake.cells.zones import EARLIEST, is_steady, to_utc
from kpi_cli.regexes import regex
from kpi_cli.scheme.compiled import ColumnType
from kpi_cli.taking import coded, compact_array, texts_at, uncoded

Positions: TypeAlias = NDArray[np.int64]
_LOOKED_AT = 1000
_FEW = 0.5  # a text column with fewer distinct texts than this share of its rows is read as codes
_PATTERNS = (
    (Route.WHOLE, regex(rf"-?\d{{1,{DIGITS}}}", re.ASCII)),
    (Route.CENTS, regex(rf"-?\d{{1,{DIGITS - CENTS}}}(\.\d{{1,{CENTS}}})?", re.ASCII)),
    (Route.MICROS, regex(rf"-?\d{{1,{DIGITS - MICROS}}}(\.\d{{1,{MICROS}}})?", re.ASCII)),
)
_DAY = regex(r"\d{4}-\d\d-\d\d", re.ASCII)
_NAIVE = regex(r"\d{4}-\d\d-\d\d([T ]\d\d(:\d\d(:\d\d(\.\d{1,6})?)?)?)?", re.ASCII)
_ZONED = regex(r"\d{4}-\d\d-\d\d[T ]\d\d(:\d\d(:\d\d(\.\d{1,6})?)?)?(Z|[+-]\d\d(:?\d\d)?)", re.ASCII)
_FIRST_BYTES = frozenset({*range(0x21), 0xC2, 0xE1, 0xE2, 0xE3, 0xEF})  # what white space may begin with


def plan_for(layout: Layout, sample: Records) -> Plan:
    """Return how files with this layout are read, judging by records read as text."""
    routes: dict[int, Route] = {}
    for name, places in layout.positions.items():
        reading = layout.readings[name]
        for place in places:
            route = _route(reading, sample.arrays[place], alone=len(places) == 1, delimiter=layout.delimiter)
            if routes.setdefault(place, route) is not route:
                routes[place] = Route.CODED
    for place in layout.marked:
        routes.setdefault(place, _text_route(sample.arrays[place]))
    raw = any(is_missing(cell) for reading in layout.readings.values() for cell in reading.column.map or ())
    routes = dict.fromkeys(routes, Route.CODED) if raw else routes
    return Plan(layout.width, layout.delimiter, routes, raw)


def exact_plan(layout: Layout) -> Plan:
    """Return the plan that leaves every cell to the exact rules."""
    places = {*layout.marked, *(place for found in layout.positions.values() for place in found)}
    return Plan(layout.width, layout.delimiter, dict.fromkeys(places, Route.CODED), raw=True)


def _route(reading: Reading, array: pa.Array, *, alone: bool, delimiter: str) -> Route:
    column = reading.column
    if column.map is not None or column.missing or not alone:
        return Route.CODED
    cells = [cell for word in array[:_LOOKED_AT].to_pylist() if not is_missing(cell := trimmed(word or ""))]
    match reading.type:
        case ColumnType.TEXT:
            return _text_route(array)
        case ColumnType.NUMBER:
            return _number_route(cells, delimiter)
        case ColumnType.PERCENT | ColumnType.DURATION:
            is_product = reading.unit is not None and reading.unit != DAY  # days are rounded
            route = _number_route(cells, delimiter) if is_product else Route.CODED
            return Route.TEXT if route is Route.CODED and is_shaped(reading) else route
        case ColumnType.DATETIME if column.format is None:
            zoned = bool(cells) and all(_ZONED.fullmatch(cell) for cell in cells)
            return Route.ZONED if zoned else _if_all(Route.NAIVE, _NAIVE, cells)
        case ColumnType.DATE if column.format is None:
            return _if_all(Route.DAY, _DAY, cells)
        case _:
            return Route.CODED


def _text_route(array: pa.Array) -> Route:
    return Route.CODED if len(set(array.to_pylist())) < _FEW * len(array) else Route.TEXT


def _number_route(cells: Sequence[str], delimiter: str) -> Route:
    for route, pattern in _PATTERNS[: 1 if delimiter == ";" else None]:
        if all(pattern.fullmatch(cell) for cell in cells):
            return route
    return Route.CODED


def _if_all(route: Route, pattern: re.Pattern[str], cells: Sequence[str]) -> Route:
    return route if all(pattern.fullmatch(cell) for cell in cells) else Route.TEXT


def chosen(array: pa.Array, rows: Positions | None) -> pa.Array:
    """Return some rows of an array (None: all), of a dictionary without the words that only others hold."""
    if rows is None:
        return array
    if pa.types.is_dictionary(array.type):
        return compact_array(arrow.codes_of(array).take(rows), array.dictionary)
    return texts_at(array, rows)


def from_arrow(array: pa.Array, rows: Positions | None, reading: Reading, decide: Decide) -> Typed:
    """Return the typed column of some rows of an Arrow array (None: of all), however far Arrow has read it."""
    kind = array.type
    if pa.types.is_timestamp(kind):
        return _from_timestamps(array, rows, reading, decide)
    if pa.types.is_date32(kind):
        return _from_days(array, rows, reading, decide)
    if pa.types.is_integer(kind):
        return _numbers(*_integers(array, rows, np.int64), 1, reading)
    if pa.types.is_decimal(kind) and reading.unit == DAY:
        return reading.decided(Texts(_written(chosen(array, rows))), decide)
    if pa.types.is_decimal(kind):
        return _numbers(*_integers(array, rows, np.int64), 10**kind.scale, reading)
    array = chosen(array, rows)
    if reading.type is ColumnType.TEXT and reading.column.map is None and not reading.column.missing:
        return Typed(Texts(clean_texts(array)))
    if pa.types.is_string(kind) and is_shaped(reading):
        return read_shaped(array, reading, decide)
    return reading.decided(Texts(array), decide)


def _integers(array: pa.Array, rows: Positions | None, kind: Any) -> tuple[Any, Mask]:  # noqa: ANN401 - a numpy type and array
    values, words = np.frombuffer(array.buffers()[1], dtype=kind), array.type.byte_width // np.dtype(kind).itemsize
    # decimals of 18 digits lie in the lower half of their 128 bits; missing ones hold anything and are blanked
    values = values[array.offset * words : (array.offset + len(array)) * words : words]
    values = values if words == 1 or rows is not None else values.copy()
    values = values if rows is None else values.take(rows)
    if not array.null_count:
        return values, np.ones(len(values), dtype=bool)
    present = arrow.validity(array)
    present = present if rows is None else present.take(rows)
    is_blank = not np.greater(values != 0, present).any()  # as kernels leave it, and seen sooner than made
    return values if is_blank else blanked(values, present), present


def _numbers(num: Any, present: Mask, den: int, reading: Reading) -> Typed:  # noqa: ANN401 - integers
    unit = reading.unit if reading.unit is not None else Fraction(1)
    column = Exact(product(num, unit.numerator), den * unit.denominator, present)
    if reading.type is not ColumnType.DURATION or reading.column.signed or not len(num) or num.min() >= 0:
        return Typed(column)
    bad = column.num < 0
    return Typed(column.only_where(~bad), bad)


def _from_timestamps(array: pa.Array, rows: Positions | None, reading: Reading, decide: Decide) -> Typed:
    micros, present = _integers(array, rows, np.int64)
    if not len(micros):
        return Typed(Moments(micros, micros, present))
    if int(micros.min()) < EARLIEST:  # the year 0, which no calendar has
        return reading.decided(Texts(_written(chosen(array, rows))), decide)
    if array.type.tz is not None:
        return Typed(moments(micros, present, reading.clock))
    if reading.zone == reading.clock and present.all() and is_steady(micros, reading.zone):
        return Typed(Moments(to_utc(micros, reading.zone), micros, present))
    utc = blanked(to_utc(micros, reading.zone), present)
    return Typed(moments(utc, present, reading.clock))


def _from_days(array: pa.Array, rows: Positions | None, reading: Reading, decide: Decide) -> Typed:
    days, present = _integers(array, rows, np.int32)
    days = days.astype(np.int64)
    if len(days) and int(days.min()) * 86_400_000_000 < EARLIEST:
        return reading.decided(Texts(_written(chosen(array, rows))), decide)
    return Typed(Days(days, present))


def _written(array: pa.Array) -> pa.Array:
    return array.cast(pa.string())


def clean_texts(array: pa.Array) -> pa.Array:
    """Return text cells trimmed, those that mean no data missing."""
    if not pa.types.is_dictionary(array.type):
        return _clean(array) if _untidy(array) else array
    words = array.dictionary
    if not _untidy(words) and not are_missing(words).any():
        return array
    return coded(_clean(uncoded(array)))


def _clean(array: pa.Array) -> pa.Array:
    return without_missing(without_space(array))


def _untidy(array: pa.Array) -> bool:
    data, starts, ends = text_slices(array)
    filled = ends > starts
    if not filled.all():
        if not array.null_count:
            return True
        starts, ends = starts[filled], ends[filled]
    first, last = data[starts], data[ends - 1]
    return bool(_SUSPECT[first].any() or (last <= 0x20).any() or (last >= 0x80).any())  # noqa: PLR2004 - ASCII


_SUSPECT = np.zeros(256, dtype=bool)
_SUSPECT[list(_FIRST_BYTES)] = True
