"""Events become rows: for each case the facts that its columns are made of, then the columns themselves.

An aggregate over the events of a case is what an aggregate over the rows of an agent is, and is found by the same
partials; what depends on the order of events is found here. Whole columns at a time, and exactly.
"""

from collections.abc import Mapping
from typing import assert_never

import numpy as np
from msgspec import Struct, field

from kpi_cli import arrow, exact
from kpi_cli.calendars import OpeningHours
from kpi_cli.columns import Column, Days, Moments, Texts, Truths
from kpi_cli.exact import Exact, Mask
from kpi_cli.expressions import Table
from kpi_cli.facts.aggregates import finish, fold, lone_rows_exceeded
from kpi_cli.facts.turns import Positions, answered, firsts, lasting, reopened, turns_of, waits
from kpi_cli.rows import Events, Rows
from kpi_cli.scheme.cases import Cases
from kpi_cli.scheme.formula.events import (
    CaseFact,
    EpisodeNumber,
    FirstOf,
    LastOf,
    Reopenings,
    ResponseCount,
    ResponseFirst,
    ResponseMean,
    TimeIn,
    Turns,
)
from kpi_cli.scheme.formula.tree import Aggregate, AggregateKind, RowExpression


class MadeCases(Struct, frozen=True):
    """The columns of cases, and the names of those for which `only(x)` met several events."""

    columns: Mapping[str, Column]
    count: int
    crowds: tuple[str, ...] = ()


def make_cases(cases: Cases, events: Events, hours: Mapping[str, OpeningHours]) -> MadeCases:
    """Return one row for each case: the column `by` and those of the scheme."""
    if not len(events):
        return MadeCases({}, 0)
    maker = _Maker(events, Table(events.columns, len(events), hours), hours)
    begins = firsts(events.cases, np.ones(len(events), dtype=bool))
    columns: dict[str, Column] = {cases.by: events.columns[cases.by].take(begins)}
    columns |= {name: maker.fact(fact) for name, fact in cases.facts.items()}
    table = Table(columns, events.count, hours)
    for name, expression in cases.columns.items():
        columns[name] = table.evaluate(expression)
    named = {name: columns[name] for name in dict.fromkeys((*cases.columns, cases.by))}
    return MadeCases(named, events.count, _names(columns[cases.by], maker.crowds))


def _names(column: Column, rows: set[int]) -> tuple[str, ...]:
    if not rows or not isinstance(column, Texts):
        return ()
    found = column.take(np.array(sorted(rows), dtype=np.int64)).to_list()
    return tuple(sorted({name for name in found if name is not None}))


class _Maker(Struct, frozen=True):
    """Finds facts, each for every case at once."""

    events: Events
    table: Table
    hours: Mapping[str, OpeningHours]
    crowds: set[int] = field(default_factory=set)

    def fact(self, fact: CaseFact) -> Column:
        """Return a fact about every case."""
        match fact:
            case Aggregate():
                return self._aggregate(fact)
            case FirstOf(value=value, where=where, after=after):
                return self._picked(value, self._holding(value, where, after), last=False)
            case LastOf(value=value, where=where):
                return self._picked(value, self._holding(value, where, None), last=True)
            case ResponseFirst(turns=turns):
                return self._first_response(turns)
            case ResponseMean(turns=turns):
                total, count = self._responses(turns)
                return total / count
            case ResponseCount(turns=turns):
                return self._responses(turns)[1]
            case Reopenings(closed=closed):
                truths = self.table.truths(closed)
                return exact.integers(reopened(self.events, truths))
            case TimeIn(condition=condition):
                return lasting(self.events, self.table.truths(condition))
            case EpisodeNumber():
                return exact.integers(self.events.episodes)
            case _:
                assert_never(fact)

    def _aggregate(self, aggregate: Aggregate) -> Exact:
        rows = Rows(self.events.source, self.events.cases, self.events.columns, self.events.days)
        partial = fold(aggregate, rows, self.table, self.events.count)
        if aggregate.kind is AggregateKind.ONLY:
            self.crowds.update(lone_rows_exceeded(partial).tolist())
        return finish(aggregate, partial, self.events.count).values

    def _holding(self, value: RowExpression, where: RowExpression | None, after: RowExpression | None) -> Mask:
        """Return the events that have the value and may be picked."""
        found = self.table.evaluate(value).present
        if where is not None:
            found = found & self.table.truths(where).values
        if after is None:
            return found
        earliest = firsts(self.events.cases, self.table.truths(after).values)
        starts = np.full(self.events.count, len(self.events), dtype=np.int64)
        starts[self.events.cases[earliest]] = earliest
        behind: Mask = np.arange(len(self.events)) > starts[self.events.cases]
        return found & behind

    def _picked(self, value: RowExpression, holding: Mask, *, last: bool) -> Column:
        positions = firsts(self.events.cases, holding, last=last)
        return spread(self.table.evaluate(value), positions, self.events)

    def _turns(self, turns: Turns) -> tuple[Positions, Positions, Exact]:
        """Return where each turn begins and ends, and how long it lasted."""
        asked, given = self.table.truths(turns.asked).values, self.table.truths(turns.answered).values
        starts, ends = turns_of(self.events.cases, asked, given)
        hours = None if turns.calendar is None else self.hours[turns.calendar]
        return starts, ends, waits(self.events, starts, ends, hours)

    def _first_response(self, turns: Turns) -> Exact:
        _, ends, lengths = self._turns(turns)
        turned = self.events.cases[ends]
        earliest = firsts(turned, np.ones(len(ends), dtype=bool))
        num = np.zeros(self.events.count, dtype=np.int64)
        there = np.zeros(self.events.count, dtype=bool)
        num[turned[earliest]], there[turned[earliest]] = lengths.num[earliest], True
        return Exact(num, lengths.den, there)

    def _responses(self, turns: Turns) -> tuple[Exact, Exact]:
        _, ends, lengths = self._turns(turns)
        return answered(self.events.cases[ends], lengths, self.events.count)


def spread(column: Column, positions: Positions, events: Events) -> Column:
    """Return for each case the value of the one event that is given for it; missing where there is none."""
    places = np.zeros(events.count, dtype=np.int64)
    there = np.zeros(events.count, dtype=bool)
    places[events.cases[positions]], there[events.cases[positions]] = positions, True
    match column:
        case Texts():
            return Texts(column.array.take(arrow.integer_array(places, there)))
        case Exact():
            return column.take(places).only_where(there)
        case Truths():
            return Truths(column.values[places] & there, column.present[places] & there)
        case Moments():
            utc, local = (np.where(there, clock[places], 0) for clock in (column.utc, column.local))
            return Moments(utc, local, column.present[places] & there)
        case Days():
            return Days(np.where(there, column.days[places], 0), column.present[places] & there)
