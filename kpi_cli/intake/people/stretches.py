"""Persons whose roster entry changes within time: which of their stretches a day falls into."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from kpi_cli.columns import Days
from kpi_cli.intake.people.spellings import MISSING, UNKNOWN
from kpi_cli.periods import Period
from kpi_cli.rows import Agent, Codes

_EPOCH = date(1970, 1, 1).toordinal()
_EVER = 2**40  # days


class Stretches:
    """The codes of each person's stretches and the days they cover, a row a person, latest stretch first."""

    def __init__(self, stretches: Sequence[Sequence[int]], agents: Sequence[Agent]) -> None:
        most = max(map(len, stretches), default=1)
        self._codes = np.full((len(stretches), most), MISSING, dtype=np.int32)
        self._first = np.full((len(stretches), most), _EVER, dtype=np.int64)
        self._last = np.full((len(stretches), most), -_EVER, dtype=np.int64)
        for person, codes in enumerate(stretches):
            spans = sorted(((*_days(agents[code]), code) for code in codes), reverse=True)
            for place, (first, last, code) in enumerate(spans):
                self._first[person, place], self._last[person, place] = first, last
                self._codes[person, place] = code
        self._always = bool(((self._first <= -_EVER) & (self._last >= _EVER)).all())
        self.undated: set[int] = set()

    def codes(self, persons: Codes, days: Days | None, period: Period | None) -> Codes:
        """Return the code of the stretch for each row; what is no person stays as it is."""
        rows = np.flatnonzero(persons >= 0)
        codes = persons.copy()
        if self._always:
            codes[rows] = self._codes[persons[rows], 0]
            return codes
        dated = days.present[rows] if days else np.zeros(len(rows), dtype=bool)
        if days:
            codes[rows[dated]] = self._on(persons[rows[dated]], days.days[rows[dated]])
        codes[rows[~dated]] = self._touching(persons[rows[~dated]], period)
        return codes

    def _on(self, persons: Codes, days: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Codes:
        found = np.full(len(persons), UNKNOWN, dtype=np.int32)
        for place in range(self._codes.shape[1]):
            within = (self._first[persons, place] <= days) & (days <= self._last[persons, place])
            found[within] = self._codes[persons[within], place]
        return found

    def _touching(self, persons: Codes, period: Period | None) -> Codes:
        first, last = (_day(period.first), _day(period.last)) if period else (-_EVER, _EVER)
        touches = (self._first <= last) & (self._last >= first) & (self._codes != MISSING)
        latest = self._codes[np.arange(len(touches)), touches.argmax(axis=1)]
        found: Codes = np.where(touches.any(axis=1), latest, np.int32(UNKNOWN))[persons]
        several = touches.sum(axis=1) > 1
        self.undated.update(np.unique(found[several[persons]]).tolist())
        return found


def _days(agent: Agent) -> tuple[int, int]:
    return _day(agent.since) if agent.since else -_EVER, _day(agent.until) if agent.until else _EVER


def _day(day: date) -> int:
    return day.toordinal() - _EPOCH
