"""Values to sheets: who is on which card, what was measured for each of its lines, and what may not be scored."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from kpi_cli import exact
from kpi_cli.columns import Days
from kpi_cli.exact import Exact, Mask
from kpi_cli.expressions import holds
from kpi_cli.facts.aggregates import Measured
from kpi_cli.facts.values import Values
from kpi_cli.periods import Period
from kpi_cli.pipeline.measuring import Census, Valuation
from kpi_cli.pipeline.plan import compared_metrics, row_count, sources_of_card
from kpi_cli.pipeline.presence import Presence
from kpi_cli.pipeline.rewarding import Rewarding
from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.rows import Agent
from kpi_cli.scheme.compiled import Card, CardLine, Scheme
from kpi_cli.scoring import card as scoring
from kpi_cli.scoring.cards import Note, NoteCode, Sheet
from kpi_cli.scoring.notes import Notes

_EPOCH = date(1970, 1, 1)
_SHOWN = 5


class Carding(Struct, frozen=True):
    """Everything that the sheets of one period are made from."""

    scheme: Scheme
    period: Period
    census: Census
    valuation: Valuation

    def sheets(self, seasons: tuple[str, ...] = ()) -> Iterator[Sheet]:
        """Yield the sheet of each card that takes somebody, then that of those whom no card takes."""
        members = self._members()
        present = self._with_rows() | Presence(self.census.people, self.period).here
        for card, taken in zip(self.scheme.cards, members, strict=True):
            chosen = np.flatnonzero(taken & present)
            if len(chosen):
                yield replace(self._sheet(card, chosen), seasons=seasons)
        left_over = np.flatnonzero(~np.any(members, axis=0) & present)
        if len(left_over):
            nobodys = scoring.unassigned(self.period, self._agents(left_over), self.scheme.bands)
            yield scoring.ordered(nobodys)

    def _sheet(self, card: Card, chosen: NDArray[np.int64]) -> Sheet:
        evidence = tuple(self._evidence(line, chosen) for line in card.lines)
        scored = scoring.Scored(self.period, card, self._agents(chosen), self._has_data(card)[chosen], evidence)
        self._refuse_missing(scored)
        plain = scoring.sheet(scored, self.scheme.scoring, self.scheme.bands)
        rewards = Rewarding(self.scheme, card, self._values(card), Presence(self.census.people, self.period), chosen)
        return scoring.ordered(rewards.rewarded(plain))

    def _agents(self, chosen: NDArray[np.int64]) -> tuple[Agent, ...]:
        return tuple(self.census.people.agents[index] for index in chosen)

    def _members(self) -> list[Mask]:
        """Return for each card whom it takes; refuse anybody whom two cards take."""
        people = self.census.people
        size = len(people)
        columns = {**people.columns, **self._tenure()}
        taken = [
            np.zeros(size, dtype=bool) if card.applies is None else holds(card.applies, columns, size).values
            for card in self.scheme.cards
        ]
        rest = ~np.any(taken, axis=0) if taken else np.ones(size, dtype=bool)
        taken = [rest if card.applies is None else mask for card, mask in zip(self.scheme.cards, taken, strict=True)]
        self._refuse_twice(taken)
        return taken

    def _refuse_twice(self, taken: Sequence[Mask]) -> None:
        problems = []
        for index in np.flatnonzero(np.sum(taken, axis=0) > 1):
            cards = [card for card, mask in zip(self.scheme.cards, taken, strict=True) if mask[index]]
            agent = self.census.people.agents[int(index)]
            names = " and ".join(f"`{card.name}`" for card in cards)
            help_text = "make the `for` conditions exclude each other"
            message = f"{agent.name} ({agent.id}) is on two cards: {names}"
            problems.append(Problem("two-cards", message, cards[-1].span, help_text))
        if problems:
            raise KpiError(problems, Exit.DATA)

    def _tenure(self) -> Mapping[str, Exact]:
        """Return the days since joining at the period's start, where the roster has a date column `joined`."""
        joined = self.census.people.columns.get("joined")
        if not isinstance(joined, Days):
            return {}
        days = (self.period.first - _EPOCH).days - joined.days
        return {"tenure_days": Exact(np.where(joined.present, days, 0), 1, joined.present)}

    def _with_rows(self) -> Mask:
        return self._any_rows(name for name, source in self.scheme.sources.items() if not source.timeless)

    def _any_rows(self, sources: Iterator[str]) -> Mask:
        values = self.valuation.agents[self.period]
        found = np.zeros(len(self.census.people), dtype=bool)
        for name in sources:
            found |= values.measured(row_count(name)).values.num > 0
        return found

    def _has_data(self, card: Card) -> Mask:
        """Return who has a row in any source of the card, or whose team has, where a line speaks of the team."""
        sources = sources_of_card(self.scheme, card)
        dated = [name for name in sources if not self.scheme.sources[name].timeless] or sorted(sources)
        found = self._any_rows(iter(dated))
        if any(line.scope == "team" for line in card.lines):
            teams, codes = self.valuation.teams[self.period], self.census.team_codes
            for name in dated:
                rows = teams.measured(row_count(name)).values.num > 0
                found |= (codes >= 0) & np.append(rows, [False])[codes]
        return found

    def _values(self, card: Card) -> Values:
        """Return everybody's values as conditions see them: what the card measures over the team is the team's."""
        values, teams = self.valuation.agents[self.period], self.valuation.teams[self.period]
        of_teams = [line.metric.name for line in card.lines if line.scope == "team"]
        return replace(values, done=values.done | {name: of_members(teams, name, self.census) for name in of_teams})

    def _evidence(self, line: CardLine, chosen: NDArray[np.int64]) -> scoring.Evidence:
        measured = self._measured(line)
        counts = exact.missing(len(measured.values)) if measured.counts is None else measured.counts
        rows = slice(None) if len(chosen) == len(counts) else chosen
        return scoring.Evidence(measured.values.take(rows), counts.take(rows), notes=self._comparisons(line, chosen))

    def _comparisons(self, line: CardLine, chosen: NDArray[np.int64]) -> Notes | None:
        """Say on each line that compares with the period before which that is, or that it has nothing there."""
        names = compared_metrics(line.metric.expression)
        if not names:
            return None
        before = self.period.previous()
        known = np.ones(len(chosen), dtype=bool)
        for name in names:
            known &= self._valued(line, before, name)[chosen]
        told = (Note(NoteCode.PREVIOUS, (before.name,)), Note(NoteCode.NO_PREVIOUS, (before.name,)))
        return Notes(np.where(known, 1, 2).astype(np.int32), ((), *((note,) for note in told)))

    def _valued(self, line: CardLine, period: Period, name: str) -> Mask:
        """Return for whom a metric, of the line's own scope, has a value in a period."""
        if line.scope == "agent":
            return self.valuation.agents[period].metric(name).values.present
        return of_members(self.valuation.teams[period], name, self.census).values.present

    def _measured(self, line: CardLine) -> Measured:
        name = line.metric.name
        if line.scope == "agent":
            return self.valuation.agents[self.period].metric(name)
        return of_members(self.valuation.teams[self.period], name, self.census)

    def _refuse_missing(self, scored: scoring.Scored) -> None:
        problems = []
        for line, evidence in zip(scored.card.lines, scored.evidence, strict=True):
            counted = scoring.counted_values(line.metric.min_sample, evidence)
            absent = np.flatnonzero(~counted.present & scored.has_data)
            if line.metric.missing != "error" or not len(absent):
                continue
            names = ", ".join(f"{scored.agents[index].name} ({scored.agents[index].id})" for index in absent[:_SHOWN])
            more = f" and {len(absent) - _SHOWN} more" if len(absent) > _SHOWN else ""
            message = f"`{line.metric.name}` has no value for {names}{more} in {self.period.name}"
            help_text = "complete the data, or write `missing: skip` for the metric"
            problems.append(Problem("missing-value", message, line.span, help_text))
        if problems:
            raise KpiError(problems, Exit.DATA)


def of_members(teams: Values, name: str, census: Census) -> Measured:
    """Return each agent's value of the team; missing for those without a team."""
    measured, codes = teams.metric(name), census.team_codes
    if not len(census.teams):
        return Measured(exact.missing(len(codes)), exact.missing(len(codes)))
    counts = exact.missing(len(census.teams)) if measured.counts is None else measured.counts
    has_team = codes >= 0
    return Measured(measured.values.take(codes).only_where(has_team), counts.take(codes).only_where(has_team))
