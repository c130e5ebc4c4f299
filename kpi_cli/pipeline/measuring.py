"""Rows to values: fold the blocks of each source, merge, and finish for agents and for their teams."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from itertools import chain
from typing import TypeAlias

import numpy as np
from msgspec import Struct, field

from kpi_cli.calendars import OpeningHours
from kpi_cli.exact import Mask
from kpi_cli.expressions import Table
from kpi_cli.facts.aggregates import Measured, Selections, finish, fold, merged, nothing
from kpi_cli.facts.growing import Growing, Local, with_local_agents
from kpi_cli.facts.partials import Additive, Partial, Sums
from kpi_cli.facts.values import Population, Values
from kpi_cli.periods import Period
from kpi_cli.pipeline.presence import Presence
from kpi_cli.rows import Codes, People, Rows
from kpi_cli.scheme.formula.tree import Aggregate, AggregateKind, ValueExpression


class Standing(Enum):
    """Of which rows something is measured: of an agent's OWN, without those that stand AGAIN for a teammate.

    SHARES are what the latter add to their team where credit is split: no rows, but their shares.
    """

    OWN, AGAIN, SHARES = range(3)


Key: TypeAlias = tuple[Period, Aggregate, Standing]
"""What is measured."""
Folded: TypeAlias = dict[Key, Partial]
_AT_ONCE = 8


class Facts(Struct, frozen=True):
    """All partial aggregates of a run. In the periods and sources of `gaps` nothing is known, not even a count."""

    partials: Folded = field(default_factory=dict)
    gaps: set[tuple[Period, str]] = field(default_factory=set)

    def take(self, other: "Facts") -> None:
        """Take in the facts of another source."""
        self.partials.update(other.partials)
        self.gaps.update(other.gaps)

    def merge(self, folded: Folded) -> None:
        """Take in the partials of one block."""
        for key, partial in folded.items():
            known = self.partials.get(key)
            self.partials[key] = partial if known is None else merged(known, partial)

    def of_agents(self, period: Period, aggregate: Aggregate) -> Partial | None:
        """Return an aggregate by agent: of all rows, also those that stand for a teammate before."""
        return self._together(period, aggregate, Standing.AGAIN)

    def for_teams(self, period: Period, aggregate: Aggregate) -> Partial | None:
        """Return an aggregate by agent, to be regrouped by team: each row once in a team."""
        return self._together(period, aggregate, Standing.SHARES)

    def _together(self, period: Period, aggregate: Aggregate, more: Standing) -> Partial | None:
        partial, further = (self.partials.get((period, aggregate, standing)) for standing in (Standing.OWN, more))
        return partial if partial is None or further is None else merged(partial, further)


def fold_rows(
    selected: Iterable[tuple[Period, Rows]], aggregates: Sequence[Aggregate], hours: Mapping[str, OpeningHours]
) -> dict[Key, Local]:
    """Return the partials of one block's rows in each period."""
    folded: dict[Key, Local] = {}
    for period, rows in selected:
        parts = {Standing.OWN: rows}
        if rows.again is not None:
            parts = {Standing.OWN: rows.take(~rows.again), Standing.AGAIN: rows.take(rows.again)}
        for standing, part in parts.items():
            own, selections = with_local_agents(part), Selections()
            table = Table(part.columns, len(part), hours)
            for aggregate in aggregates:
                partial = fold(aggregate, own.rows, table, own.size, selections)
                folded[period, aggregate, standing] = Local(partial, own.places)
                if standing is Standing.AGAIN and (shares := _shares(aggregate, partial, part)) is not None:
                    folded[period, aggregate, Standing.SHARES] = Local(shares, own.places)
    return folded


def _shares(aggregate: Aggregate, partial: Partial, rows: Rows) -> Additive | None:
    """Return sums without the rows they are of; None where no credit is split, or no sum is what is measured."""
    if rows.shares is None or not isinstance(partial, Additive) or aggregate.kind is AggregateKind.ONLY:
        return None
    counts, *sums = partial.slots
    return Additive((Sums(np.zeros_like(counts.num), most=0), *sums))


class Harvest:
    """What the blocks of a source come to, added up as they come in, a few at a time.

    Of many agents no more than one aggregate fits into the processor's own memory.
    """

    def __init__(self) -> None:
        self._growing: dict[Key, Growing] = {}
        self._waiting: list[Mapping[Key, Local]] = []

    def take(self, folded: Mapping[Key, Local]) -> None:
        """Take in one block."""
        self._waiting.append(folded)
        if len(self._waiting) == _AT_ONCE:
            self._add_up()

    def _add_up(self) -> None:
        for key in dict.fromkeys(chain.from_iterable(self._waiting)):
            for folded in self._waiting:
                if key in folded:
                    self._add(key, folded[key])
        self._waiting.clear()

    def _add(self, key: Key, local: Local) -> None:
        if key in self._growing:
            self._growing[key].add(local)
        else:
            self._growing[key] = Growing(local)

    def facts(self) -> Facts:
        """Return the facts of all blocks."""
        self._add_up()
        return Facts({key: growing.partial for key, growing in self._growing.items()})


class Census(Struct, frozen=True):
    """Who is measured: people, the names of teams in order, each person's team (-1: none).

    `team_sources` are the sources that credit teams instead of people.
    """

    people: People
    teams: tuple[str, ...]
    team_codes: Codes
    team_sources: frozenset[str] = frozenset()


def census_of(people: People, team_names: Sequence[str], team_sources: frozenset[str] = frozenset()) -> Census:
    """Return the census of a roster; `team_names` in the order of their codes."""
    names = tuple(team_names)
    positions = {name: position for position, name in enumerate(names)}
    codes = np.array([positions.get(agent.team or "", -1) for agent in people.agents], dtype=np.int32)
    return Census(people, names, codes, team_sources)


class Measurements(Struct, frozen=True):
    """The finished aggregates of one period, for everyone or by team; each is worked out when first asked for."""

    facts: Facts
    period: Period
    census: Census
    by_team: bool
    done: dict[Aggregate, Measured] = field(default_factory=dict)

    def __call__(self, aggregate: Aggregate) -> Measured:
        """Return an aggregate's value and evidence."""
        if aggregate not in self.done:
            self.done[aggregate] = self._finished(aggregate)
        return self.done[aggregate]

    @property
    def size(self) -> int:
        """How many agents, or teams, there are."""
        return len(self.census.teams) if self.by_team else len(self.census.people)

    def with_rows(self) -> Mask:
        """Return who has a row in any source that was read for the period."""
        found = np.zeros(self.size, dtype=bool)
        for period, aggregate, _ in self.facts.partials:
            if period == self.period and aggregate.kind is AggregateKind.COUNT:
                found |= self(aggregate).values.num > 0
        return found

    def _finished(self, aggregate: Aggregate) -> Measured:
        of_teams = aggregate.source in self.census.team_sources
        unknown = (self.period, aggregate.source) in self.facts.gaps or (of_teams and not self.by_team)
        chosen = self.facts.for_teams if self.by_team else self.facts.of_agents
        partial = chosen(self.period, aggregate)
        if unknown or partial is None:
            return nothing(aggregate, self.size, known=not unknown)
        if self.by_team and not of_teams:
            partial = partial.regrouped(self.census.team_codes, self.size)
        return finish(aggregate, partial, self.size)


class Valuation(Struct, frozen=True):
    """Values by period, of agents and of teams."""

    agents: Mapping[Period, Values]
    teams: Mapping[Period, Values]


def valuation(
    facts: Facts, formulas: Mapping[str, ValueExpression], periods: Iterable[Period], census: Census
) -> Valuation:
    """Return the values of agents and of teams in each period, each period knowing the one before."""
    agents: dict[Period, Values] = {}
    teams: dict[Period, Values] = {}
    own = np.arange(len(census.teams), dtype=np.int32)
    for period in sorted(periods, key=lambda period: period.sort_key):
        before = period.previous()
        by_agent, by_team = (Measurements(facts, period, census, by_team=flag) for flag in (False, True))
        here = Presence(census.people, period).here | by_agent.with_rows()
        everyone = Population(len(census.people), census.team_codes, len(census.teams), period.days, here)
        each_team = Population(len(own), own, len(own), period.days)
        agents[period] = Values(formulas, by_agent, everyone, agents.get(before))
        teams[period] = Values(formulas, by_team, each_team, teams.get(before))
    return Valuation(agents, teams)
