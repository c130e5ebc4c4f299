"""A block of CSV -> Arrow arrays of the needed columns, typed where Arrow's converters mean what our rules mean.

A column that Arrow cannot read as planned is read as something wider from then on, at last as text, which the exact
rules read. A property test holds both ways equal.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from msgspec import Struct

from kpi_cli.intake.cells.compiled import Kernels
from kpi_cli.intake.cells.routes import TYPES, Records, Refused, Route, is_exact
from kpi_cli.intake.cells.texts import missing_spellings
from kpi_cli.intake.files.blocks import Bytes
from kpi_cli.regexes import regex

_FAILED_COLUMN = regex(r"In CSV column #(\d+):")
_HEX = (int.from_bytes(b"0x", "little"), int.from_bytes(b"0X", "little"))
_WIDER = {Route.WHOLE: Route.CENTS, Route.CENTS: Route.MICROS}
_TIMES = frozenset({Route.NAIVE, Route.ZONED, Route.DAY})


class Plan(Struct):
    """How the columns of files with one header are read; grows wider when a block asks for it.

    With `raw` the words for no data stay text: some column gives one of them a meaning of its own. The `kernels`
    read what they can.
    """

    width: int
    delimiter: str
    routes: dict[int, Route]
    raw: bool = False
    kernels: Kernels | None = None

    def read(self, data: Bytes) -> Records:
        """Read a block, which is UTF-8: who cuts blocks has looked."""
        records = self.kernels.read(data, self.routes) if self.kernels else None
        return self._by_arrow(bytes(data)) if records is None else records

    def _by_arrow(self, data: bytes) -> Records:
        while True:
            routes = self._routes_for(data)
            try:
                return read_records(data, self, routes)
            except pa.ArrowInvalid as error:
                found = _FAILED_COLUMN.search(str(error))
                if not found or routes[int(found[1])] in {Route.TEXT, Route.CODED}:
                    raise
                place = int(found[1])
                self.routes = {**self.routes, place: _wider(routes[place], self.delimiter)}

    def _routes_for(self, data: bytes) -> Mapping[int, Route]:
        # Arrow reads 0x1F as 31; as a decimal it refuses it, as our rules do
        routes = self.routes
        if Route.WHOLE not in routes.values() or not _holds_hex(data):
            return routes
        wider = _wider(Route.WHOLE, self.delimiter)
        return {place: wider if route is Route.WHOLE else route for place, route in routes.items()}

    @classmethod
    def of_text(cls, width: int, delimiter: str) -> "Plan":
        """Return the plan that reads all columns of a file as text, as they stand."""
        routes = dict.fromkeys(range(width), Route.TEXT)
        return cls(width, delimiter, routes, raw=True, kernels=Kernels(width, delimiter, raw=True))


def read_records(data: bytes, plan: Plan, routes: Mapping[int, Route]) -> Records:
    """Read a block as the routes say; raise ArrowInvalid for a cell that does not fit its route."""
    if data[:1] in {b"", b"\r", b"\n"} and not data.strip(b"\r\n"):
        return Records({place: pa.nulls(0, TYPES[route]) for place, route in routes.items()}, 0, ())
    refused: list[Refused] = []

    def skip(row: pa_csv.InvalidRow) -> str:
        refused.append(Refused(row.number, row.actual_columns, row.text))
        return "skip"

    names = column_names(plan.width)
    table = pa_csv.read_csv(
        pa.BufferReader(data),
        pa_csv.ReadOptions(use_threads=False, column_names=names, block_size=len(data) + 1),
        pa_csv.ParseOptions(delimiter=plan.delimiter, newlines_in_values=b'"' in data, invalid_row_handler=skip),
        _conversion(tuple(sorted(routes.items())), plan.width, raw=plan.raw),
    )
    arrays = {place: _whole(table.column(names[place])) for place in routes}
    for place, array in arrays.items():
        if not is_exact(array):
            message = f"In CSV column #{place}: more digits than {array.type} holds"
            raise pa.ArrowInvalid(message)
    return Records(arrays, table.num_rows, tuple(refused))


@cache
def column_names(width: int) -> list[str]:
    """Return unique names for so many columns; the header's own may repeat or be empty."""
    return [str(place) for place in range(width)]


@cache
def _conversion(routes: tuple[tuple[int, Route], ...], width: int, *, raw: bool) -> pa_csv.ConvertOptions:
    names = column_names(width)
    return pa_csv.ConvertOptions(
        include_columns=[names[place] for place, _ in routes],
        column_types={names[place]: TYPES[route] for place, route in routes},
        strings_can_be_null=not raw,
        null_values=[] if raw else missing_spellings(),
    )


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _wider(route: Route, delimiter: str) -> Route:
    if route in _TIMES:
        return Route.TEXT
    return Route.CODED if delimiter == ";" else _WIDER.get(route, Route.CODED)


def _holds_hex(data: bytes) -> bool:
    for start in (0, 1):
        pairs = np.frombuffer(data, dtype="<u2", count=(len(data) - start) // 2, offset=start)
        if any((pairs == mark).any() for mark in _HEX):
            return True
    return False
