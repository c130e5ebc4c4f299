"""Spellings met one by one -> codes in order of arrival, the same for all spellings of one person or team."""

from collections.abc import Iterable
from threading import Lock

import numpy as np

from kpi_cli import arrow
from kpi_cli.columns import Texts
from kpi_cli.intake.people.identity import person_key, shown_name
from kpi_cli.intake.people.words import WordCodes
from kpi_cli.rows import Codes
from kpi_cli.taking import coded

MISSING, UNKNOWN, IGNORED = -1, -2, -3


class Spellings:
    """Grows by a code for everybody new. Safe for several threads; shown is the smallest of one's spellings."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._lock = Lock()
        self._codes: dict[str, int] = {}  # by person_key
        self._shown: list[str] = []
        for text in known:
            self.code(text)

    def code(self, text: str) -> int:
        """Return the code of a spelling, a new one where nobody is spelled so; MISSING for nothing."""
        key, shown = person_key(text), shown_name(text)
        if not key:
            return MISSING
        with self._lock:
            code = self._codes.setdefault(key, len(self._shown))
            if code == len(self._shown):
                self._shown.append(shown)
            self._shown[code] = min(self._shown[code], shown)
        return code

    def known(self, text: str) -> int:
        """Return the code of a spelling: UNKNOWN where nobody is spelled so, MISSING for nothing."""
        key = person_key(text)
        return self._codes.get(key, UNKNOWN) if key else MISSING

    def shown(self) -> tuple[str, ...]:
        """Return one spelling for each code."""
        with self._lock:
            return tuple(self._shown)


def codes_by(words: WordCodes, texts: Texts) -> Codes:
    """Return the code of each cell, each distinct spelling looked up once; MISSING for missing cells."""
    array = coded(texts.array)
    table = np.append(words.codes(array.dictionary), np.int32(MISSING))
    codes: Codes = table.take(arrow.codes_of(array), mode="wrap")  # -1 is the last; faster than by index
    return codes
