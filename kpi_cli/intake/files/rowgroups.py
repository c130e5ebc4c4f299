"""The row groups of a Parquet file as pieces of about one size: large ones cut, small ones put together.

The pieces of a stretch of row groups are decoded in turn, by the thread that asks for one: so the next is decoded while
others are worked on, and no more of a file is held than a few pieces.
"""

import io
from collections.abc import Callable, Collection, Iterator, Sequence
from threading import Lock

import pyarrow as pa
import pyarrow.csv as pa_csv
from msgspec import Struct, field

from kpi_cli import arrow
from kpi_cli import compute as pc
from kpi_cli.intake.files import unpacking
from kpi_cli.intake.files.arrowtext import as_text, is_readable, is_text, plain
from kpi_cli.intake.files.decoding import Arrays, decoded
from kpi_cli.intake.files.footers import (
    Table,
    bounds_of,
    bytes_of,
    day_units,
    is_filled,
    miscounted,
    raw_bounds,
    reading,
)
from kpi_cli.intake.files.utf8 import UNREADABLE, checked, cleared

PIECE = 1 << 18
"""The rows of a piece at most: few enough for a column to stay in the processor's cache while it is worked on."""
_BULKY = 4096  # bytes of a cell on average: what holds more is no column of words, and too much to decode for a few
_OPTIONS = pa_csv.WriteOptions(include_header=False)


def pieces_of(table: Table) -> Iterator["Piece"]:
    """Yield the rows that are to be read, in order."""
    held, rows = list[int](), 0
    for group in table.groups:
        more = table.rows(group)
        if held and rows + more > PIECE:
            yield from _pieces_of(table, tuple(held))
            held, rows = [], 0
        held.append(group)
        rows += more
    if held:
        yield from _pieces_of(table, tuple(held))


def _pieces_of(table: Table, groups: tuple[int, ...]) -> Iterator["Piece"]:
    stretch, whole = _Stretch(table, groups), _Stretch(table, groups, keeps=False)
    rows, size = stretch.rows, stretch.size
    for number, begin in enumerate(range(0, rows, size)):
        yield Piece(stretch, whole, number, min(size, rows - begin))


class Piece(Struct, frozen=True, eq=False):
    """Some rows, decoded when they are asked for; what was asked for last stays at hand as long as the piece does.

    Rows that are told `whole` are decoded apart, so that the columns needed go on being decoded in turn.
    """

    stretch: "_Stretch"
    whole: "_Stretch"
    number: int
    rows: int
    _last: list[Arrays] = field(default_factory=list)

    def arrays(self, places: Sequence[int], asked: Collection[int] = ()) -> Arrays:
        """Return some columns, by their positions in the header. Safe to call from several threads.

        Raises KpiError (DATA) where a cell of those `asked` for should be text and is none; in others it says nothing.
        """
        found = self.stretch.arrays(self.number, tuple(places), frozenset(asked)) if places else {}
        self._last[:] = [found]
        return found

    def texts(self, place: int, rows: pa.Array) -> pa.Array:
        """Return the text of a column's cells in some rows, empty where one is missing."""
        last = self._last[0] if self._last else {}
        column = last[place] if place in last else self.arrays((place,))[place]
        return _text(column.take(rows))

    def cells(self, rows: pa.Array) -> list[pa.Array]:
        """Return the text of all columns in some rows; where no text can tell what a cell holds, it says nothing."""
        table, most = self.stretch.table, _BULKY * self.stretch.rows
        places = range(len(table.schema))
        sizes = (sum(bytes_of(table, group, place) for group in self.stretch.groups) for place in places)
        arrays = self.whole.arrays(self.number, tuple(place for place, size in enumerate(sizes) if size <= most))
        untold = pa.repeat(UNREADABLE, len(rows))
        return [_told(arrays[place].take(rows)) if place in arrays else untold for place in places]

    def is_free_of(self, place: int, may_lie_between: Callable[[bytes, bytes], bool]) -> bool:
        """Whether a column surely holds no text that may lie between two others in the order of bytes."""
        return all(
            bounds is not None and not any(may_lie_between(*pair) for pair in bounds)
            for group in self.stretch.groups
            for bounds in [bounds_of(self.stretch.table, group, place)]
        )

    def is_full(self, place: int, may_lie_between: Callable[[bytes, bytes], bool]) -> bool:
        """Whether surely no cell of a column is missing, nor any text that may lie between two others."""
        table = self.stretch.table
        if not all(is_filled(table, group, place) for group in self.stretch.groups):
            return False
        return not is_text(table.schema.types[place]) or self.is_free_of(place, may_lie_between)

    def days(self, place: int) -> tuple[int, int] | None:
        """Return the first and the last day since 1970 in a column of times; None if not surely known."""
        table = self.stretch.table
        units = day_units(table.schema.types[place])
        found = [raw_bounds(table, group, place) for group in self.stretch.groups] if units else [None]
        known = [ends for ends in found if ends is not None]
        if units is None or len(known) < len(found):
            return None
        return min(low for low, _ in known) // units, max(high for _, high in known) // units

    def csv(self) -> bytes:
        """Return the rows as CSV, cells of columns that nothing looks for left empty; no row is an empty line."""
        file = self.stretch.table.file
        asked = file.needed[1:] or file.needed  # nobody may have asked for the first
        texts = {place: _text(column) for place, column in self.arrays(file.needed, asked).items()}
        names = [str(place) for place in range(len(file.header))]
        nothing = arrow.text_array([""] * self.rows)
        filled = [texts.get(place, nothing) for place in range(len(file.header))]
        written = io.BytesIO()
        pa_csv.write_csv(pa.RecordBatch.from_arrays(filled, names), written, _OPTIONS)
        return written.getvalue()


class _Stretch(Struct, eq=False):
    """Neighbouring row groups. What has been decoded is `ready` for whoever asks for it, once.

    Who asks for a piece again has it decoded again, along with those before it, which are not kept a second time; nor
    a first time unless it `keeps` them.
    """

    table: Table
    groups: tuple[int, ...]
    keeps: bool = True
    _lock: Lock = field(default_factory=Lock)
    _wanted: tuple[tuple[int, ...], frozenset[int]] = ((), frozenset())
    _decoded: Iterator[Arrays] | None = None
    _next: int = 0
    _ready: dict[int, Arrays] = field(default_factory=dict)
    _taken: set[int] = field(default_factory=set)

    def arrays(self, number: int, places: tuple[int, ...], asked: frozenset[int] = frozenset()) -> Arrays:
        """Return some columns of a piece; raise KpiError where a cell of those asked for should be text and is none."""
        with self._lock:
            if self._wanted != (places, asked):
                self._wanted, self._decoded, self._ready, self._taken = (places, asked), None, {}, set()
            if number not in self._ready:
                self._advance(number)
            self._taken.add(number)
            return self._ready.pop(number)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(map(self.table.rows, self.groups))

    @property
    def size(self) -> int:
        """The rows of each piece but the last."""
        rows = self.rows
        count = max(1, -(-rows // PIECE))
        return max(1, -(-rows // count))

    def _advance(self, number: int) -> None:
        decoded, self._decoded = self._decoded, None  # lost where decoding fails: who asks next meets the same
        if decoded is None or number < self._next:
            decoded, self._next = self._begin(), 0
        while number not in self._ready:
            arrays = next(decoded)
            if self._next == number or (self.keeps and self._next not in self._taken):
                self._ready[self._next] = arrays
            self._next += 1
        self._decoded = decoded if self._next * self.size < self.rows else None

    def _begin(self) -> Iterator[Arrays]:
        left, wanted = self.rows, self._wanted[0]
        with reading(self.table.file):
            for arrays in decoded(self.table, self.groups, wanted, self.size):
                rows = min(self.size, left)
                if any(len(array) != rows for array in arrays.values()):
                    break
                left -= rows
                yield {place: self._readable(place, array) for place, array in arrays.items()}
        raise miscounted(self.table.file)  # who knows how many there should be asks for no more of them

    def _readable(self, place: int, array: pa.Array) -> pa.Array:
        array = plain(array)
        try:
            return checked(array)
        except pa.ArrowInvalid as error:
            if place not in self._wanted[1]:
                return cleared(array)
            file = self.table.file
            raise unpacking.damaged(file.label, f"`{file.header[place]}` holds cells that are not UTF-8") from error


def _text(column: pa.Array) -> pa.Array:
    """Return plain text, empty where a cell is missing."""
    text = as_text(column) if is_readable(column.type) else pa.nulls(len(column), pa.string())
    return text.cast(pa.string()).fill_null("")


def _told(column: pa.Array) -> pa.Array:
    """Return plain text, empty where a cell is missing, `UNREADABLE` where it holds others."""
    return _text(column) if is_readable(column.type) else pc.if_else(column.is_valid(), UNREADABLE, "")
