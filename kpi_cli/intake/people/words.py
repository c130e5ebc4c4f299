"""Codes of distinct texts, many at a time: those met before are found by hash and compared, only new ones by hand."""

from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

from kpi_cli import arrow
from kpi_cli import compute as pc
from kpi_cli.exact import Mask
from kpi_cli.hashing import Hashes, hash_texts
from kpi_cli.rows import Codes

_FEW = 300  # texts that are looked up faster one by one


class WordCodes:
    """Remembers the code of each text. Safe to use from several threads."""

    def __init__(self, code: Callable[[str], int]) -> None:
        self._code = code
        self._recent: dict[str, int] = {}
        self._known: _Known | None = None
        self._lock = Lock()

    def codes(self, words: pa.Array) -> Codes:
        """Return the code of each text; none of them is null."""
        known = self._known
        if known is None or len(words) <= _FEW:
            codes = self._one_by_one(words)
        else:
            codes, found = known.look_up(words)
            new = np.flatnonzero(~found)
            codes[new] = self._one_by_one(words.take(arrow.integer_array(new)))
        if len(self._recent) > _FEW + (len(known.codes) // 4 if known else 0):
            self._learn()
        return codes

    def _one_by_one(self, words: pa.Array) -> Codes:
        return np.fromiter(map(self._one, words.to_pylist()), dtype=np.int32, count=len(words))

    def _one(self, text: str) -> int:
        code = self._recent.get(text)
        if code is None:
            code = self._recent[text] = self._code(text)
        return code

    def _learn(self) -> None:
        with self._lock:
            recent, self._recent = list(self._recent.items()), {}
            self._known = _known(recent, self._known) if recent else self._known


class _Known(Struct, frozen=True, eq=False):
    """Texts in the order of their hashes, each hash once, and their codes.

    `starts` tells by the first bits of a hash, all but `shift` of them, where the hashes with these bits begin.
    """

    hashes: Hashes
    texts: pa.Array
    codes: Codes
    starts: NDArray[np.intp]
    shift: np.uint64

    def look_up(self, words: pa.Array) -> tuple[Codes, Mask]:
        """Return codes, and for which of the texts they are right."""
        places = self._places(hash_texts(words))
        same = pc.equal(self.texts.take(arrow.integer_array(places)), words.cast(pa.string()))
        codes: Codes = self.codes[places]
        return codes, arrow.truths_of(same)

    def _places(self, hashes: Hashes) -> NDArray[np.intp]:
        """Return where each hash would stand: a few steps from where those with its first bits begin."""
        last = len(self.hashes) - 1
        places: NDArray[np.intp] = np.minimum(self.starts[hashes >> self.shift], last)
        before = np.flatnonzero((self.hashes[places] < hashes) & (places < last))
        while len(before):
            places[before] += 1
            before = before[(self.hashes[places[before]] < hashes[before]) & (places[before] < last)]
        return places


def _known(recent: Sequence[tuple[str, int]], known: _Known | None) -> _Known:
    texts = arrow.text_array([text for text, _ in recent])
    codes = np.array([code for _, code in recent], dtype=np.int32)
    hashes = hash_texts(texts)
    if known is not None:
        hashes, codes = np.concatenate([known.hashes, hashes]), np.concatenate([known.codes, codes])
        texts = pa.concat_arrays([known.texts, texts])
    hashes, first = np.unique(hashes, return_index=True)
    bits = len(hashes).bit_length()
    shift = np.uint64(64 - bits)
    counts = np.bincount((hashes >> shift).astype(np.intp), minlength=1 << bits)
    return _Known(hashes, texts.take(arrow.integer_array(first)), codes[first], np.cumsum(counts) - counts, shift)
