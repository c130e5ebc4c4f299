"""Which days of a period each person was there, as far as the roster tells: `joined`, `left`, `since` and `until`."""

from datetime import date

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kpi_cli.columns import Days
from kpi_cli.exact import Exact, Mask
from kpi_cli.facts.partials import sums_by
from kpi_cli.periods import Period
from kpi_cli.rows import People

_EPOCH = date(1970, 1, 1)


class Presence(Struct, frozen=True):
    """The roster's entries in one period; an agent with several stretches has an entry for each."""

    people: People
    period: Period

    @property
    def days(self) -> NDArray[np.int64]:
        """The days of the period that each entry covers; 0 for those who were not there."""
        first = np.full(len(self.people), _day(self.period.first))
        last = np.full(len(self.people), _day(self.period.last))
        joined, left = (self.dates(name) for name in ("joined", "left"))
        if joined is not None:
            first = np.where(joined.present, np.maximum(first, joined.days), first)
        if left is not None:
            last = np.where(left.present, np.minimum(last, left.days), last)
        for place, agent in enumerate(self.people.agents):
            if agent.since is not None:
                first[place] = max(first[place], _day(agent.since))
            if agent.until is not None:
                last[place] = min(last[place], _day(agent.until))
        days: NDArray[np.int64] = np.maximum(last - first + 1, 0)
        return days

    @property
    def here(self) -> Mask:
        """Who was there on any day of the period."""
        here: Mask = self.days > 0
        return here

    def of_period(self) -> Exact:
        """Return the part of the period that each entry covers."""
        return Exact(self.days, self.period.days, np.ones(len(self.people), dtype=bool))

    def of_person(self) -> Exact:
        """Return the part of the person's days that each entry covers: 1 for all who have only one."""
        days = self.days
        _, persons = np.unique([agent.id for agent in self.people.agents], return_inverse=True)
        whole = sums_by(persons.astype(np.int32), days, len(days))[persons]
        there = np.ones(len(days), dtype=bool)
        return Exact(np.where(whole > 0, days, 1), 1, there) / Exact(np.maximum(whole, 1), 1, there)

    def dates(self, name: str) -> Days | None:
        """Return a column of dates of the roster, if it has it."""
        column = self.people.columns.get(name)
        return column if isinstance(column, Days) else None


def _day(day: date) -> int:
    return (day - _EPOCH).days
