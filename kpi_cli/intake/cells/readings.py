"""One column of one file: cells as text -> a typed column, each distinct cell read once by the exact rules.

Any reader of exports can feed this: it starts from text.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final, TypeAlias, assert_never

import numpy as np
from msgspec import Struct, field

from kpi_cli import arrow
from kpi_cli.columns import Column, Days, Moments, Texts, Truths
from kpi_cli.exact import Mask, blanked, from_fractions
from kpi_cli.intake.cells.deciding import Choice
from kpi_cli.intake.cells.durations import DurationForm, duration_signs, read_duration
from kpi_cli.intake.cells.moments import Stamp, day_signs, read_stamp
from kpi_cli.intake.cells.percents import HUNDREDTH, percent_signs, read_percent
from kpi_cli.intake.cells.texts import (
    Sign,
    is_missing,
    number_signs,
    read_boolean,
    read_number,
    trimmed,
)
from kpi_cli.intake.cells.zones import abbreviated, to_local, to_utc
from kpi_cli.scheme.compiled import ColumnType, SourceColumn

_CACHED = 200_000


class Unreadable:
    """A cell that is not a value of its column's type."""


UNREADABLE: Final = Unreadable()
Decide: TypeAlias = Callable[[Sign], Choice]
Value: TypeAlias = Fraction | Stamp | str | bool | Unreadable | None


class Typed(Struct, frozen=True, eq=False):
    """A column read, and which rows hold a cell that cannot be read (None: no row does)."""

    column: Column
    bad: Mask | None = None


class Reading(Struct, frozen=True, eq=False):
    """How the cells of one column of one file are read; `header` as in the file.

    `unit` is what a bare 1 stands for (seconds, fraction); `short` reads `02:15`; `zone` that of naive times,
    `clock` the scheme's. With `semicolon` numbers may have a decimal comma.
    """

    column: SourceColumn
    header: str
    unit: Fraction | None
    short: str | None
    zone: str
    clock: str
    semicolon: bool
    _values: dict[tuple[str, Choice], Value] = field(default_factory=dict)
    _signs: dict[str, Sign] = field(default_factory=dict)

    @property
    def type(self) -> ColumnType:
        """The type of the column."""
        return self.column.type

    @property
    def undecided(self) -> bool:
        """Whether cells may leave open how they are read."""
        match self.type:
            case ColumnType.TEXT | ColumnType.BOOLEAN:
                return False
            case ColumnType.NUMBER:
                return self.semicolon
            case ColumnType.PERCENT | ColumnType.DURATION:
                return True
            case ColumnType.DATETIME | ColumnType.DATE:
                return self.column.format is None
            case _:
                assert_never(self.type)

    def signs(self, words: Sequence[str]) -> Sign:
        """Return what these cells say about the whole column."""
        found = Sign.NOTHING
        if self.undecided:
            for word in words:
                found |= self.sign(word)
        return found

    def sign(self, word: str) -> Sign:
        """Return what one cell says about the whole column."""
        if word not in self._signs:
            if len(self._signs) > _CACHED:
                self._signs.clear()
            self._signs[word] = self._sign(word)
            return self._sign(word)
        return self._signs.get(word, Sign.NOTHING)

    def value(self, word: str, choice: Choice) -> Value:
        """Return what a cell says; None is missing."""
        key = (word, choice)
        try:
            return self._values[key]
        except KeyError:
            if len(self._values) > _CACHED:
                self._values.clear()
            value = self._values[key] = self._value(word, choice)
            return value

    def decided(self, texts: Texts, decide: Decide) -> Typed:
        """Return the column of these cells, read as `decide` tells by what they show."""
        return self.typed(texts, decide(self.signs(texts.encoded()[1])))

    def typed(self, texts: Texts, choice: Choice) -> Typed:
        """Return the column of these cells, each distinct one read once."""
        codes, words = texts.encoded()
        values = [self.value(word, choice) for word in words]
        column = self._column([None if value is UNREADABLE else value for value in values])
        unreadable = np.array([*(value is UNREADABLE for value in values), False])
        bad = unreadable[codes] if unreadable.any() else None
        return Typed(_taken(column, codes), bad)

    def _sign(self, word: str) -> Sign:
        cell = self._cell(word)
        if not isinstance(cell, str):
            return Sign.NOTHING
        decimal = number_signs(cell.rstrip("%％‰")) if self.semicolon else Sign.NOTHING
        match self.type:
            case ColumnType.PERCENT:
                return decimal | percent_signs(cell, self.unit)
            case ColumnType.DURATION:
                return decimal | duration_signs(cell, self._duration_form(comma=Sign.COMMA in decimal))
            case ColumnType.DATETIME | ColumnType.DATE:
                return day_signs(cell)
            case _:
                return decimal

    def _cell(self, word: str) -> str | Unreadable | None:
        cell = trimmed(word)
        if self.column.map is not None and cell in self.column.map:
            return self.column.map[cell]
        if is_missing(cell) or cell in self.column.missing:
            return None
        return cell if self.column.map is None else UNREADABLE

    def _value(self, word: str, choice: Choice) -> Value:
        cell = self._cell(word)
        if not isinstance(cell, str):
            return cell
        value = self._read(cell, choice)
        if value is None:
            return None if self._left_open(cell, choice) else UNREADABLE
        return value

    def _left_open(self, cell: str, choice: Choice) -> bool:
        # its column has been refused with a question, which is enough: the cell is no reject besides
        signs = self._sign(cell) if self.undecided else Sign.NOTHING
        unanswered = Sign.UNIT_OPEN | Sign.CLOCK_OPEN | Sign.WHOLE_OPEN
        return bool(signs & (unanswered if choice.day_first is not None else unanswered | Sign.DAY_OPEN))

    def _read(self, cell: str, choice: Choice) -> Value:
        match self.type:
            case ColumnType.TEXT:
                return cell
            case ColumnType.NUMBER:
                return read_number(cell, comma=choice.comma)
            case ColumnType.PERCENT:
                unit = self.unit or (HUNDREDTH if choice.hundreds else None)
                return read_percent(cell, unit, comma=choice.comma)
            case ColumnType.DURATION:
                seconds = read_duration(cell, self._duration_form(comma=choice.comma))
                negative = seconds is not None and seconds < 0 and not self.column.signed
                return UNREADABLE if negative else seconds
            case ColumnType.DATETIME:
                return self._instant(read_stamp(cell, day_first=choice.day_first, written=self.column.format))
            case ColumnType.DATE:
                return read_stamp(cell, day_first=choice.day_first, written=self.column.format)
            case ColumnType.BOOLEAN:
                return read_boolean(cell)
            case _:
                assert_never(self.type)

    def _duration_form(self, *, comma: bool) -> DurationForm:
        return DurationForm(self.unit, self.short, comma)

    def _instant(self, stamp: Stamp | None) -> Stamp | None:
        if stamp is None or stamp.offset is None:
            return stamp
        if isinstance(stamp.offset, int):
            return Stamp(stamp.micros - stamp.offset * 1_000_000, 0)
        found = abbreviated(stamp.micros, stamp.offset, self.zone)
        return None if found is None else Stamp(found, 0)

    def _column(self, values: list[Any]) -> Column:
        values.append(None)  # what rows without a cell (code -1) take
        present = np.array([value is not None for value in values])
        match self.type:
            case ColumnType.TEXT:
                return Texts(arrow.text_array(values))
            case ColumnType.NUMBER | ColumnType.PERCENT | ColumnType.DURATION:
                return from_fractions(values)
            case ColumnType.DATETIME:
                return self._moments(values, present)
            case ColumnType.DATE:
                return Days(np.array([value.day if value else 0 for value in values], dtype=np.int64), present)
            case ColumnType.BOOLEAN:
                return Truths(np.array([bool(value) for value in values]), present)
            case _:
                assert_never(self.type)

    def _moments(self, values: list[Stamp | None], present: Mask) -> Moments:
        micros = np.array([value.micros if value else 0 for value in values], dtype=np.int64)
        naive = np.array([value is not None and value.offset is None for value in values])
        micros[naive] = to_utc(micros[naive], self.zone)
        return moments(micros, present, self.clock)


def moments(utc: Any, present: Mask, clock: str) -> Moments:  # noqa: ANN401 - an array of int64
    """Return instants with the scheme's clock beside them; missing ones hold 0."""
    if present.all():
        return Moments(utc, to_local(utc, clock), present)
    local = np.zeros_like(utc)
    local[present] = to_local(utc[present], clock)
    return Moments(blanked(utc, present), local, present)


def _taken(column: Column, codes: Any) -> Column:  # noqa: ANN401 - an array of int32
    if not isinstance(column, Texts):
        return column.take(codes)
    words = column.array[:-1]  # without the missing one at the end
    if not words.null_count and len(words.unique()) == len(words):
        return Texts(arrow.encoded_array(codes, words))
    positions = np.where(codes < 0, len(words), codes)
    return Texts(column.array.take(arrow.integer_array(positions)).dictionary_encode())
