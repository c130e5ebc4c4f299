"""Bytes -> blocks of whole records, quoted line feeds kept inside their record (RFC 4180).

A quote opens a field only at the field's start; elsewhere (`5" screen`) it is text, as Arrow and csv read it.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from kpi_cli.intake.files.blocks import Bytes
from kpi_cli.kernels import compiled

QUOTE, LINE_FEED, CARRIAGE_RETURN = 0x22, 0x0A, 0x0D
LONGEST_RECORD = 64 * 1024 * 1024
NONE = -1


class EndlessRecordError(ValueError):
    """A record does not end, most often for a quote that is never closed.

    `offset` is where its field opens, in bytes from the first record.
    """

    def __init__(self, offset: int, *, quoted: bool) -> None:
        self.offset, self.quoted = offset, quoted
        super().__init__(f"the record at byte {offset} does not end")


class Records:
    """Where records end in bytes that begin with one. Opening and closing quotes alternate in `edges`."""

    def __init__(self, data: bytes, delimiter: str) -> None:
        self._data = data
        self._edges = _edges(data, ord(delimiter))

    def last_end(self, start: int, limit: int) -> int:
        """Return the end of the last record that ends within `start..limit`, or NONE."""
        while (place := self._data.rfind(b"\n", start, limit)) != NONE:
            before = int(np.searchsorted(self._edges, place))
            if before % 2 == 0:
                return place + 1
            limit = int(self._edges[before - 1])
        return NONE

    def first_end(self, start: int) -> int:
        """Return the end of the first record that ends after `start`, or NONE."""
        while (place := self._data.find(b"\n", start)) != NONE:
            before = int(np.searchsorted(self._edges, place))
            if before % 2 == 0:
                return place + 1
            if before == len(self._edges):
                return NONE
            start = int(self._edges[before])
        return NONE

    def ends(self, size: int) -> Iterator[int]:
        """Yield where to cut: pieces of at most `size` bytes, or of one record where that is longer."""
        start = 0
        while len(self._data) - start >= size:
            end = self.last_end(start, start + size)
            if end == NONE:
                end = self.first_end(start + size)
            if end == NONE:
                return
            yield end
            start = end

    @property
    def open_at(self) -> int:
        """Where the quoted field opens that the bytes end inside of, or NONE."""
        return int(self._edges[-1]) if len(self._edges) % 2 else NONE


def beginning(data: Bytes, size: int, delimiter: str) -> Bytes:
    """Return the first records, about `size` bytes of them."""
    start = bytes(data[: 2 * size])
    end = Records(start, delimiter).last_end(0, size)
    return data if end == NONE else data[:end]


def cut(chunks: Iterable[bytes], size: int, delimiter: str) -> Iterator[Bytes]:
    """Yield blocks of about `size` bytes, each of at least one whole record.

    A last record that lacks its line feed is yielded as it is. Raises EndlessRecordError.
    """
    cutter = _Cutter(size, delimiter)
    for chunk in chunks:
        yield from cutter.feed(chunk)
    yield from cutter.finish()


class _Cutter:
    """Bytes that wait for the end of their record. Memory is bounded by the block size or the longest record."""

    def __init__(self, size: int, delimiter: str) -> None:
        self._size, self._delimiter = size, delimiter
        self._pieces: list[bytes] = []
        self._held, self._wanted, self._done = 0, size, 0

    def feed(self, chunk: bytes) -> Iterator[Bytes]:
        self._pieces.append(chunk)
        self._held += len(chunk)
        if self._held >= self._wanted:
            yield from self._cut()

    def finish(self) -> Iterator[Bytes]:
        yield from self._cut()
        rest = b"".join(self._pieces)
        open_at = Records(rest, self._delimiter).open_at
        if open_at != NONE:
            raise EndlessRecordError(self._done + open_at, quoted=True)
        if rest:
            yield rest

    def _cut(self) -> Iterator[Bytes]:
        buffer = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        start = 0
        whole = memoryview(buffer)
        for end in _ends(buffer, self._size, self._delimiter):
            yield whole[start:end]
            start = end
        rest = buffer[start:]
        self._pieces, self._held, self._done = [rest], len(rest), self._done + start
        self._wanted = max(self._size, 2 * self._held)
        if self._held > LONGEST_RECORD:
            open_at = Records(rest, self._delimiter).open_at
            raise EndlessRecordError(self._done + max(open_at, 0), quoted=open_at != NONE)


def _ends(data: bytes, size: int, delimiter: str) -> Iterator[int]:
    """Yield where to cut, as `Records.ends` does, which is asked where quotes are not plainly written."""
    whole, start = memoryview(data), 0
    while len(data) - start >= size:
        end = NONE if compiled is None else compiled.last_end(whole[start : start + size], ord(delimiter))
        if end == NONE:
            yield from (start + end for end in Records(data[start:], delimiter).ends(size))
            return
        start += end
        yield start


def _edges(data: bytes, delimiter: int) -> NDArray[np.int64]:
    """Return the places of the quotes that open and close fields.

    Taking all quotes in turn as opening and closing is exact when each opening one stands at a field's start or
    right after a closing one, with which it spells a quote inside the field. Else the quotes are walked one by one.
    """
    if QUOTE not in data:
        return np.empty(0, dtype=np.int64)
    array = np.frombuffer(data, dtype=np.uint8)
    quotes = np.flatnonzero(array == QUOTE)
    opening = quotes[::2]
    odd = np.flatnonzero(array[opening - 1] != delimiter)
    if len(odd) == 0 or _opens(array, quotes, 2 * odd).all():
        return quotes
    everywhere = np.arange(len(quotes))
    starting = (array[quotes - 1] == delimiter) | _starts_line(array, quotes, everywhere)
    return np.array(_walked(quotes.tolist(), starting.tolist()), dtype=np.int64)


def _opens(array: NDArray[np.uint8], quotes: NDArray[np.int64], chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which of the chosen quotes, none after a delimiter, start a line or come right after another quote."""
    opens: NDArray[np.bool_] = _starts_line(array, quotes, chosen) | (quotes[chosen] - quotes[chosen - 1] == 1)
    return opens


def _starts_line(array: NDArray[np.uint8], quotes: NDArray[np.int64], chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
    before = array[quotes[chosen] - 1]
    starts: NDArray[np.bool_] = (before == LINE_FEED) | (before == CARRIAGE_RETURN) | (quotes[chosen] == 0)
    return starts


def _walked(quotes: list[int], starting: list[bool]) -> list[int]:
    edges: list[int] = []
    index = 0
    while index < len(quotes):
        place, inside = quotes[index], len(edges) % 2 == 1
        if inside and index + 1 < len(quotes) and quotes[index + 1] == place + 1:
            index += 2
            continue
        if inside or starting[index]:
            edges.append(place)
        index += 1
    return edges
