"""Codes of distinct texts, many at a time: those met before are found by hash and compared, only new ones by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpi_cli import arrow
from kpi_cli.exact import Mask
from kpi_cli.hashing import Hashes, hash_texts
from kpi_cli.rows import Codes

_FEW = 300  # texts that are looked up faster one by one


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """Texts met before in the order of their hashes, each hash once, and their codes."""

    hashes: Hashes
    texts: pa.Array
    codes: Codes


class WordCodes:
    """Remembers the code of each text. Safe to use from several threads."""

    def __init__(self, code: Callable[[str], int]) -> None:
        self._code = code
        self._few: dict[str, int] = {}
        self._known = _Known(np.zeros(0, dtype=np.uint64), arrow.text_array([]), np.zeros(0, dtype=np.int32))
        self._lock = Lock()

    def codes(self, words: pa.Array) -> Codes:
        """Return the code of each text; none of them is null."""
        if len(words) <= _FEW:
            return np.fromiter(map(self._one, words.to_pylist()), dtype=np.int32, count=len(words))
        hashes = hash_texts(words)
        codes, found = _looked_up(self._known, words, hashes)
        if not found.all():
            new = np.flatnonzero(~found)
            texts = words.take(arrow.integer_array(new))
            codes[new] = np.fromiter(map(self._code, texts.to_pylist()), dtype=np.int32, count=len(new))
            self._learn(hashes[new], texts, codes[new])
        return codes

    def _one(self, text: str) -> int:
        code = self._few.get(text)
        if code is None:
            code = self._few[text] = self._code(text)
        return code

    def _learn(self, hashes: Hashes, texts: pa.Array, codes: Codes) -> None:
        with self._lock:
            known = self._known
            all_hashes, first = np.unique(np.concatenate([known.hashes, hashes]), return_index=True)
            all_texts = pa.concat_arrays([known.texts, texts.cast(pa.string())]).take(arrow.integer_array(first))
            self._known = _Known(all_hashes, all_texts, np.concatenate([known.codes, codes])[first])


def _looked_up(known: _Known, words: pa.Array, hashes: Hashes) -> tuple[Codes, Mask]:
    """Return codes, and for which of the texts they are right."""
    if not len(known.hashes):
        return np.zeros(len(words), dtype=np.int32), np.zeros(len(words), dtype=bool)
    places = np.minimum(np.searchsorted(known.hashes, hashes), len(known.hashes) - 1)
    same = pc.equal(known.texts.take(arrow.integer_array(places)), words.cast(pa.string()))
    codes: Codes = known.codes[places]
    return codes, arrow.truths_of(same)
