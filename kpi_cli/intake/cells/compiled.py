"""A block of CSV -> the Arrow arrays that Arrow's own reader would give, made by kernels in C in half its time.

A block that holds anything out of the ordinary is left to Arrow. A property test holds both equal.
"""

from codecs import BOM_UTF8
from collections.abc import Mapping
from functools import cache
from typing import TypeAlias

import pyarrow as pa
from msgspec import Struct

from kpi_cli.intake.cells.routes import TYPES, Records, Route
from kpi_cli.intake.cells.texts import missing_spellings
from kpi_cli.intake.files.blocks import Bytes
from kpi_cli.kernels import compiled

_KINDS = {  # in the order of `Kind` in kpi_cli/kernels/kernels.h
    route: kind
    for kind, route in enumerate(
        (Route.WHOLE, Route.CENTS, Route.MICROS, Route.NAIVE, Route.ZONED, Route.DAY, Route.TEXT, Route.CODED)
    )
}
_SIEVED = len(_KINDS)
_WORD = 8  # bytes of the longest spelling for no data
Found: TypeAlias = tuple[int, bytes, bytes, bytes, bytes]


class Kernels(Struct, frozen=True, eq=False):
    """Reads blocks of records of one width; with `raw` the words for no data stay text.

    The columns of `marked` are only looked at for words of total rows; `sieve` tells which two bytes such a word may
    begin with, a byte for each pair.
    """

    width: int
    delimiter: str
    raw: bool = False
    marked: frozenset[int] = frozenset()
    sieve: bytes = bytes(1 << 16)

    def read(self, data: Bytes, routes: Mapping[int, Route]) -> Records | None:
        """Read a block as the routes say; None where Arrow is to read it."""
        if compiled is None or self.width < 2 or not data:  # noqa: PLR2004 - an empty line is no record then
            return None
        if data[: len(BOM_UTF8)] == BOM_UTF8:  # Arrow takes it off
            return None
        wanted = tuple((place, self._kind(place, route)) for place, route in routes.items())
        missing = b"" if self.raw else _missing_words()
        found = compiled.read(data, ord(self.delimiter), self.width, wanted, missing, self.sieve)
        if found is None:
            return None
        rows, columns = found
        arrays = {
            place: _array(route if kind != _SIEVED else Route.CODED, rows, column)
            for (place, kind), route, column in zip(wanted, routes.values(), columns, strict=True)
        }
        return Records(arrays, rows, ())

    def _kind(self, place: int, route: Route) -> int:
        return _SIEVED if place in self.marked else _KINDS[route]


def _array(route: Route, rows: int, column: Found) -> pa.Array:
    nulls, bits, values, ends, text = column
    mask = pa.py_buffer(bits) if nulls else None
    if route is Route.TEXT:
        return pa.Array.from_buffers(pa.string(), rows, [mask, *_texts(values, text)], nulls)
    if route is not Route.CODED:
        return pa.Array.from_buffers(TYPES[route], rows, [mask, pa.py_buffer(values)], nulls)
    codes = pa.Array.from_buffers(pa.int32(), rows, [mask, pa.py_buffer(values)], nulls)
    words = pa.Array.from_buffers(pa.string(), len(ends) // 4, [None, *_texts(ends, text)], 0)
    return pa.DictionaryArray.from_arrays(codes, words, safe=False)  # safe would look at every code again


def _texts(ends: bytes, text: bytes) -> tuple[pa.Buffer, pa.Buffer]:
    return pa.py_buffer(bytes(4) + ends), pa.py_buffer(text)


@cache
def _missing_words() -> bytes:
    return b"".join(word.encode().ljust(_WORD, b"\0") for word in missing_spellings() if word)
