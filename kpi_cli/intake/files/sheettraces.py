"""What the XML of a sheet tells that the reader of workbooks does not, by row and column from 0."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct, field

from kpi_cli.intake.files.cellformats import PLAIN, Format

Place: TypeAlias = tuple[int, int]
MOST_CELLS = 40_000_000
"""How many cells, empty ones among them, the rectangle of a sheet may hold: reading it takes that much memory."""
_LONGEST = 1000  # days that a time without a date may last; what lies beyond is a date, its day not shown
_LETTERS = 26


class Survey(Struct):
    """Errors, times that are no moments, and formats that change what a number says; how far the cells reach.

    `formats` are those of the workbook, by the numbers its cells name them by. `lengths` are durations in days: below
    zero, or of a day and more. `shown` holds for each column with special formats the number of each row's, plus one.
    """

    formats: Sequence[Format] = ()
    errors: dict[Place, str] = field(default_factory=dict)
    lengths: dict[Place, str] = field(default_factory=dict)
    shown: dict[int, list[int]] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0

    @property
    def is_too_wide(self) -> bool:
        """Whether cells far off make the sheet larger than can be read."""
        return self.rows * self.columns > MOST_CELLS

    def note_format(self, place: Place, number: int) -> None:
        """Remember the special format of a cell."""
        row, column = place
        numbers = self.shown.setdefault(column, [])
        if row >= len(numbers):
            numbers.extend([0] * (row + 1 - len(numbers)))
        numbers[row] = number + 1

    def note_length(self, place: Place, days: str, number: int) -> None:
        """Remember the number in a cell shown as a time, if it is no moment but a duration."""
        if days.startswith("-") or (self.formats[number].clock and 1 <= float(days) < _LONGEST):
            self.lengths[place] = days

    def format_at(self, place: Place) -> Format:
        """Return the format of a cell, as far as it changes what a number says."""
        row, column = place
        numbers = self.shown.get(column, ())
        number = numbers[row] if row < len(numbers) else 0
        return self.formats[number - 1] if number else PLAIN

    def marked(self) -> dict[int, list[int]]:
        """Return the columns of errors and durations, by their rows."""
        found: dict[int, list[int]] = {}
        for row, column in self.errors.keys() | self.lengths.keys():
            found.setdefault(row, []).append(column)
        return found


@lru_cache(1 << 14)
def column_number(letters: bytes) -> int:
    """Return the number of a column from 0 by its letters in ASCII."""
    number = 0
    for letter in letters:
        number = number * _LETTERS + letter - ord("A") + 1
    return number - 1
