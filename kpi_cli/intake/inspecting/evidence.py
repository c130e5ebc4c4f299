"""What the cells of one column show, counted as they go by: as what they read, from where to where, and how they vary.

Every cell is counted, hashed and held against the words for no data; so many distinct ones of each block are read.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from msgspec import Struct, field

from kpi_cli.hashing import Hashes
from kpi_cli.intake.cells.durations import DurationForm, read_duration
from kpi_cli.intake.cells.moments import DAY, day_signs, read_stamp
from kpi_cli.intake.cells.percents import percent_signs, read_percent
from kpi_cli.intake.cells.texts import Sign, is_missing, number_signs, read_boolean, read_number, trimmed

READ_PER_BLOCK = 1000  # distinct cells of a column that are read in each block
FEW = 400  # distinct words that are remembered
_ODD, _LONGEST_MISSING, _LONG = 12, 12, 60
_MARKS = "%％‰"
_ENDLESS = re.compile(
    r"\d{16,}|\d(?:\.\d+)?[eE]\+\d+", re.ASCII
)  # more digits than a spreadsheet keeps, and what it makes of them
_CLOCK = DurationForm(short="%M:%S")


class Form(StrEnum):
    """As what a cell reads; each cell as one only."""

    NUMBER = "number"
    RATE = "rate"  # with its mark
    SPAN = "span"  # a duration that names its units, or hours, minutes and seconds
    SHORT = "short"  # `02:15`
    MOMENT = "moment"
    DAY = "day"
    TRUTH = "truth"  # by a word
    WORD = "word"


Amount: TypeAlias = Fraction | int | None


class Bounds(Struct):
    """The least and the greatest of some cells, each as a value and as it is written."""

    low: tuple[Fraction | int, str] | None = None
    high: tuple[Fraction | int, str] | None = None

    def add(self, value: Fraction | int, cell: str) -> None:
        """Take in one more cell."""
        if self.low is None or value < self.low[0]:
            self.low = value, cell
        if self.high is None or value > self.high[0]:
            self.high = value, cell


class Evidence(Struct):
    """What has been seen of a column. `odd` holds some cells of each form, `signs` the first cell that showed each."""

    place: int
    header: str
    rows: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    sampled: int = 0
    forms: Counter[Form] = field(default_factory=Counter)
    bounds: dict[Form, Bounds] = field(default_factory=dict)
    month_first: dict[Form, Bounds] = field(default_factory=dict)
    signs: dict[Sign, str] = field(default_factory=dict)
    odd: dict[Form, Counter[str]] = field(default_factory=dict)
    words: Counter[str] | None = field(default_factory=Counter)
    leading_zeros: int = 0
    two_valued: int = 0  # `1` and `0`
    endless: int = 0  # numbers with more digits than a number that is counted with has
    points: int = 0  # `5分`: five points, or five minutes
    whole: int = 0
    long: int = 0
    without_zone: int = 0  # moments that do not say how far their clock is ahead
    short_zones: dict[str, str] = field(default_factory=dict)  # `CDT`, and the first cell that has it
    examples: dict[str, None] = field(default_factory=dict)
    hashes: list[Hashes] = field(default_factory=list)

    @property
    def cells(self) -> int:
        """The cells that hold something."""
        return self.rows - self.missing.total()

    def distinct(self) -> int:
        """Return the number of different cells, each word for no data counted as one."""
        return len(np.unique(np.concatenate(self.hashes))) if self.hashes else 0

    def add(self, distinct: Sequence[str], counts: Sequence[int], hashes: Hashes) -> None:
        """Take in the cells of a block: the distinct ones, how often each stands there, and the hash of every row."""
        self.rows += len(hashes)
        self.hashes.append(hashes)
        held = []
        for word, count in zip(distinct, counts, strict=True):
            if len(word) <= _LONGEST_MISSING and is_missing(cell := trimmed(word)):
                self.missing[cell] += count
            else:
                held.append((word, count))
        self._remember(held)
        for word, count in _spread(held, READ_PER_BLOCK):
            self._read(trimmed(word), count)

    def _remember(self, held: Iterable[tuple[str, int]]) -> None:
        for word, count in held:
            if self.words is None:
                return
            self.words[trimmed(word)] += count
            if len(self.words) > FEW:
                self.words = None

    def _read(self, cell: str, count: int) -> None:
        form, value = read_as(cell)
        self.sampled += count
        self.forms[form] += count
        self.leading_zeros += count * (form is Form.NUMBER and cell[0] == "0" and cell[1:2].isdigit())
        self.two_valued += count * (cell in {"0", "1"})
        self.endless += count * (form is Form.NUMBER and bool(_ENDLESS.fullmatch(cell)))
        self.points += count * (form is Form.SPAN and cell.endswith("分"))
        self.whole += count * (form is Form.NUMBER and cell.lstrip("+-").isdigit())
        self.long += count * (len(cell) > _LONG or "\n" in cell)
        odd = self.odd.setdefault(form, Counter())
        if cell in odd or len(odd) < _ODD:
            odd[cell] += count
        if len(self.examples) < 3:  # noqa: PLR2004 - enough to recognise a column
            self.examples[cell] = None
        if value is not None:
            self.bounds.setdefault(form, Bounds()).add(value, cell)
        self._note(form, cell)

    def _note(self, form: Form, cell: str) -> None:
        for sign in signs_of(form, cell):
            self.signs.setdefault(sign, cell)
        if form in {Form.MOMENT, Form.DAY}:
            self._note_stamp(form, cell)

    def _note_stamp(self, form: Form, cell: str) -> None:
        stamp = read_stamp(cell, day_first=False)
        if stamp is None:
            return
        self.month_first.setdefault(form, Bounds()).add(stamp.micros, cell)
        self.without_zone += form is Form.MOMENT and stamp.offset is None
        if isinstance(stamp.offset, str):
            self.short_zones.setdefault(stamp.offset, cell)


def read_as(cell: str) -> tuple[Form, Amount]:
    """Return as what a cell reads, and its value: numbers and rates as they are, seconds, or microseconds."""
    if cell[-1:] in _MARKS and (rate := _rate(cell)) is not None:
        return Form.RATE, rate
    number = read_number(cell)
    if number is None:
        number = read_number(cell, comma=True)
    if number is not None:
        return Form.NUMBER, number
    if read_boolean(cell) is not None:
        return Form.TRUTH, None
    if len(cell) > _LONG or not any(map(str.isdigit, cell)):
        return Form.WORD, None
    return _timed(cell)


def _rate(cell: str) -> Fraction | None:
    rate = read_percent(cell, None)
    return read_percent(cell, None, comma=True) if rate is None else rate


def _timed(cell: str) -> tuple[Form, Amount]:
    for form, reading in ((Form.SPAN, DurationForm()), (Form.SHORT, _CLOCK)):
        seconds = read_duration(cell, reading)
        if seconds is not None:
            return form, seconds
    stamp = read_stamp(cell, day_first=True)
    if stamp is None:
        return Form.WORD, None
    return (Form.DAY if stamp.micros % DAY == 0 and ":" not in cell else Form.MOMENT), stamp.micros


def signs_of(form: Form, cell: str) -> Iterable[Sign]:
    """Return what a cell says about how its column is read."""
    match form:
        case Form.NUMBER:
            return number_signs(cell) | percent_signs(cell, None)
        case Form.RATE:
            return number_signs(cell.rstrip(_MARKS))
        case Form.MOMENT | Form.DAY:
            return day_signs(cell)
        case _:
            return Sign.NOTHING


def _spread(held: Sequence[tuple[str, int]], most: int) -> Sequence[tuple[str, int]]:
    """Return so many of the entries, taken evenly from all of them."""
    return held if len(held) <= most else [held[place * len(held) // most] for place in range(most)]


def counts_by_form(odd: Mapping[Form, Counter[str]], but: Iterable[Form]) -> Counter[str]:
    """Return some cells of all forms but those named."""
    found: Counter[str] = Counter()
    for form, cells in odd.items():
        if form not in set(but):
            found.update(cells)
    return found
