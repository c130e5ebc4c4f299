"""Why a row cannot be read, in words: the cell as it stands in the file, and what is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import pyarrow as pa
from msgspec import Struct, field
from msgspec.structs import replace

from kpi_cli import arrow
from kpi_cli.columns import Column, Days, Moments, instants
from kpi_cli.exact import Mask
from kpi_cli.intake.cells.deciding import Choice
from kpi_cli.intake.cells.fast import Plan
from kpi_cli.intake.cells.moments import is_long
from kpi_cli.intake.cells.readings import UNREADABLE, Reading
from kpi_cli.intake.cells.routes import Records, Refused
from kpi_cli.intake.cells.texts import trimmed
from kpi_cli.intake.rows.books import Rejected
from kpi_cli.intake.rows.selecting import Page, Positions
from kpi_cli.scheme.compiled import ColumnType, Source
from kpi_cli.taking import texts_at

NO_TIME, NO_KEY, NO_CASE, BACKWARDS = "no time", "no key", "no case", "ends before it starts"
RUINED = "an id that Excel has rounded"
_EXPECTED = {
    ColumnType.TEXT: "not in the map",
    ColumnType.NUMBER: "not a number",
    ColumnType.PERCENT: "not a percentage",
    ColumnType.DURATION: "not a duration",
    ColumnType.DATETIME: "not a date and time",
    ColumnType.DATE: "not a date",
    ColumnType.BOOLEAN: "neither yes nor no (`map: {ja: true, nein: false}` on the column says which is which)",
}


class Rejecter(Struct):
    """Collects the rejected rows of one page; the file's own cells are read again only where they are needed."""

    page: Page
    file: int
    choice: Callable[[str], Choice]
    _texts: Records | None = field(default=None)

    def rows(self, name: str, rows: Positions, reason: str | None = None) -> list[Rejected]:
        """Return the rejects of rows of the page for what stands in one of our columns."""
        reading = self.page.layout.readings[name]
        cells = self._cells(name, rows)
        numbers = self.page.numbers(rows).tolist()
        reasons = [reason or why(reading, cell, self.choice(name)) for cell in cells]
        return [
            Rejected(self.file, self.page.block.index, number, reading.header, cell, told)
            for number, cell, told in zip(numbers, cells, reasons, strict=True)
        ]

    def refused(self, records: Sequence[Refused]) -> list[Rejected]:
        """Return the rejects of records with another number of cells than the header."""
        width = self.page.layout.width
        return [
            Rejected(self.file, self.page.block.index, record.number, "", record.text, _cells_instead(record, width))
            for record in records
        ]

    def _cells(self, name: str, rows: Positions) -> list[str]:
        positions = self.page.positions(rows)
        chosen = rows if positions is None else positions
        columns = [self._column(place, chosen).to_pylist() for place in self.page.layout.positions[name]]
        return [" ".join(cells) for cells in zip(*columns, strict=True)]

    def _column(self, place: int, rows: Positions) -> pa.Array:
        block, layout = self.page.block, self.page.layout
        if block.columns is not None:
            return block.columns.texts(place, arrow.integer_array(rows))
        if self._texts is None:
            self._texts = Plan.of_text(layout.width, layout.delimiter).read(block.data)
        return texts_at(self._texts.arrays[place], rows)


def why(reading: Reading, cell: str, choice: Choice) -> str:
    """Return the reason why a cell is unreadable."""
    text = trimmed(cell)
    mapped = reading.column.map
    if mapped is not None and text not in mapped:
        return _EXPECTED[ColumnType.TEXT]
    if reading.type in {ColumnType.DATE, ColumnType.DATETIME} and is_long(text, day_first=choice.day_first):
        return "several days, not one (a source without `time` takes its rows' period from {period} in `files`)"
    if reading.type is ColumnType.NUMBER and text.endswith(("%", "％")):
        return "a rate, not a number (`type: percent` reads it)"
    if reading.type is ColumnType.DURATION:
        signed = replace(reading, column=replace(reading.column, signed=True), _values={}, _signs={})
        value = signed.value(cell, choice)
        if value is not UNREADABLE and isinstance(value, Fraction) and value < 0:
            return "negative duration (`signed: true` on the column allows it)"
    return _EXPECTED[reading.type]


def _cells_instead(record: Refused, width: int) -> str:
    return f"{record.fields} {'cell' if record.fields == 1 else 'cells'} instead of {width}"


def backwards(source: Source, columns: Mapping[str, Column]) -> Mask | None:
    """Return the rows in which a moment of `order:` comes before the one that it should follow; None: no row.

    A date is all of its day: beside one, a moment counts by its day on the scheme's clock.
    """
    found: Mask | None = None
    for before, after in zip(source.order, source.order[1:], strict=False):
        start, end = columns[before], columns[after]
        if isinstance(start, Days) or isinstance(end, Days):
            start, end = _days(start), _days(end)
        runs = start.present & end.present & (instants(end) < instants(start))
        if runs.any():
            found = runs if found is None else found | runs
    return found


def _days(column: Column) -> Column:
    return column.days() if isinstance(column, Moments) else column
