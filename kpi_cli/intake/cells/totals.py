"""Rows that are no data: totals, averages and the footers that exporters add."""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kpi_cli import arrow
from kpi_cli.exact import Mask
from kpi_cli.intake.cells.texts import WHITE_SPACE, folded, missing_spellings, trimmed
from kpi_cli.regexes import regex

TOTAL_WORDS = (
    *("汇总", "汇总值", "均值", "平均", "平均值", "合计", "总计", "总和", "小计"),
    *("Total", "Totals", "Grand Total", "Grand Totals", "Subtotal", "Subtotals", "Sum", "Average", "Averages", "Avg"),
)
"""What marks a total or average row when the scheme names no words of its own, in any case."""

_SUFFIX = regex(r"\s*(?:\([^()]*\)|:)\s*$")
_FOOTERS = regex(
    r"confidential information - do not distribute|copyright (?:\(c\)|©) .*|(?:reporting period|报告周期) .*",
    re.IGNORECASE,
)
FOOTER, BLANK = "footer", ""


class TotalWords:
    """Finds the cells that mark a row as no data. `words` None means the usual ones, none switches it off."""

    def __init__(self, words: tuple[str, ...] | None) -> None:
        self._words = {_plain(word) for word in (TOTAL_WORDS if words is None else words)}
        self.named = lru_cache(1 << 16)(self._named)
        self._letters = np.array([word.encode()[0] for word in self._words if len(word.encode()) == 1], dtype=np.uint8)
        self._starts = self._first_bytes()

    def _named(self, cell: str) -> str | None:
        word = trimmed(cell)
        if _FOOTERS.fullmatch(folded(word)):
            return FOOTER
        base = _SUFFIX.sub("", folded(word))
        return base if _plain(base) in self._words else None

    def marks(self, array: pa.Array) -> dict[int, str]:
        """Return the rows of a text column that hold such a word, and the word."""
        if not self._words:
            return {}
        if pa.types.is_dictionary(array.type):
            return self._coded(array)
        if not pa.types.is_string(array.type):
            return {}
        return {row: word for row in self._likely(array) if (word := self.named(array[row].as_py() or ""))}

    def may_lie_between(self, low: bytes, high: bytes) -> bool:
        """Whether a cell that marks a row might stand between two others in the order of bytes."""
        first, last = (int.from_bytes(cell[:2].ljust(2, b"\0"), "big") for cell in (low, high))
        return bool(self._words) and bool(self._starts[first : last + 1].any())

    def sieve(self) -> bytes:
        """Return for each pair of bytes 1 if a cell that marks a row, or one that means no data, may begin with it."""
        passing = self._starts.copy()
        for spelling in missing_spellings():
            passing[int.from_bytes(spelling.encode()[:2].ljust(2, b"\0"), "big")] = True
        return passing.tobytes()

    def of_record(self, text: str, delimiter: str) -> str | None:
        """Return the word of a record that has other cells than its file; nothing for a blank one, None for data."""
        whole = text.strip(WHITE_SPACE + delimiter + '"')
        if not whole:
            return BLANK
        if not self._words:
            return None
        return FOOTER if _FOOTERS.fullmatch(folded(whole)) else self.named(whole.split(delimiter)[0].strip('"'))

    def _coded(self, array: pa.Array) -> dict[int, str]:
        words = array.dictionary
        named = {code: word for code in self._likely(words) if (word := self.named(words[code].as_py() or ""))}
        if not named:
            return {}
        codes = arrow.codes_of(array)
        rows = np.flatnonzero(np.isin(codes, list(named)))
        return {int(row): named[int(codes[row])] for row in rows}

    def _likely(self, array: pa.Array) -> Sequence[int]:
        data, starts, ends = text_slices(array)
        likely = np.zeros(len(starts), dtype=bool)
        if len(data) > 1:
            pairs = np.ndarray(shape=(len(data) - 1,), dtype=">u2", buffer=data, strides=(1,))
            likely = self._starts[pairs[np.minimum(starts, len(data) - 2)]] & (ends - starts > 1)
        if len(self._letters) and len(data):
            likely |= (ends - starts == 1) & np.isin(data[np.minimum(starts, len(data) - 1)], self._letters)
        found: Sequence[int] = np.flatnonzero(likely).tolist()
        return found

    def _first_bytes(self) -> Mask:
        # a cheap sieve over the first two bytes; white space, full-width letters and `c`opyright pass it as well
        starts = np.zeros(1 << 16, dtype=bool)
        for word in {*self._words, "confidential", "copyright", "reporting", "报告周期"}:
            for spelling in (word.lower(), word.upper(), word.capitalize(), word[:1].lower() + word[1:].upper()):
                first, *rest = spelling.encode()[:2]
                starts[first << 8 | rest[0] if rest else slice(first << 8, (first + 1) << 8)] = True
        for first in (*range(0x21), 0xC2, 0xE2, 0xEF):
            starts[first << 8 : (first + 1) << 8] = True
        starts[0xE3 << 8 | 0x80] = True
        return starts


def text_slices(array: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
    """Return the bytes of a plain text column, and where each text starts and ends in them."""
    wide = pa.types.is_large_string(array.type)
    _, offsets_buffer, data_buffer = array.buffers()
    kind = np.int64 if wide else np.int32
    offsets = np.frombuffer(offsets_buffer, dtype=kind)[array.offset : array.offset + len(array) + 1].astype(np.int64)
    data = np.frombuffer(data_buffer, dtype=np.uint8) if data_buffer is not None else np.zeros(0, dtype=np.uint8)
    return data, offsets[:-1], offsets[1:]


def _plain(word: str) -> str:
    """Return one spelling for comparison; what is set apart in Chinese (`合 计`) is one word all the same."""
    plain = folded(word).casefold()
    return (" " if plain.isascii() else "").join(plain.split())
