"""Which agents, teams and scorecards are shown. What is computed never depends on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kpi_cli.pipeline import Outcome
from kpi_cli.problems import Exit, KpiError, Problem, did_you_mean
from kpi_cli.rows import Agent
from kpi_cli.scoring.cards import LineColumn, Note, Sheet


@dataclass(frozen=True, slots=True)
class Filters:
    """Ids or names of agents, names of teams, names or labels of scorecards; empty means all."""

    agents: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()


def narrowed(outcome: Outcome, filters: Filters) -> Outcome:
    """Return the outcome with the chosen agents only. Raises KpiError for names that do not exist."""
    _must_be_known(outcome, filters)
    if filters == Filters():
        return outcome
    sheets = (_rows_of(sheet, filters) for sheet in outcome.sheets)
    return replace(outcome, sheets=tuple(sheet for sheet in sheets if len(sheet)))


def chosen(sheet: Sheet, rows: "NDArray[np.bool_] | NDArray[np.intp]") -> Sheet:
    """Return the sheet with the rows of a mask or of positions only."""
    positions = np.flatnonzero(rows) if rows.dtype == bool else rows
    return replace(
        sheet,
        agents=tuple(sheet.agents[position] for position in positions.tolist()),
        lines=tuple(_chosen_line(column, positions) for column in sheet.lines),
        totals=sheet.totals.take(positions),
        grades=sheet.grades[positions],
        paid_grades=sheet.paid_grades[positions],
        ranks=sheet.ranks[positions],
        coverage=sheet.coverage.take(positions),
        statuses=sheet.statuses[positions],
        notes=_chosen_notes(sheet.notes, positions),
    )


def _chosen_line(column: LineColumn, positions: NDArray[np.intp]) -> LineColumn:
    return replace(
        column,
        values=column.values.take(positions),
        counts=column.counts.take(positions),
        raw_scores=column.raw_scores.take(positions),
        scores=column.scores.take(positions),
        statuses=column.statuses[positions],
        notes=_chosen_notes(column.notes, positions),
    )


def _chosen_notes(
    notes: Mapping[int, tuple[Note, ...]], positions: NDArray[np.intp]
) -> dict[int, tuple[Note, ...]]:
    return {new: notes[old] for new, old in enumerate(positions.tolist()) if old in notes}


def _rows_of(sheet: Sheet, filters: Filters) -> Sheet:
    card = sheet.card
    if filters.cards and (card is None or not {card.name, card.label} & set(filters.cards)):
        return chosen(sheet, np.zeros(len(sheet), dtype=bool))
    agents, teams = set(filters.agents), set(filters.teams)
    kept = [_is_asked_for(agent, agents, teams) for agent in sheet.agents]
    return chosen(sheet, np.array(kept, dtype=bool))


def _is_asked_for(agent: Agent, agents: set[str], teams: set[str]) -> bool:
    return (not agents or agent.id in agents or agent.name in agents) and (not teams or agent.team in teams)


def _must_be_known(outcome: Outcome, filters: Filters) -> None:
    people = [agent for sheet in outcome.sheets for agent in sheet.agents]
    names = {agent.id for agent in people} | {agent.name for agent in people}
    teams = {agent.team for agent in people if agent.team}
    cards = {name for card in outcome.scheme.cards for name in (card.name, card.label)}
    problems = [
        *_unknown("agent", filters.agents, names),
        *_unknown("team", filters.teams, teams),
        *_unknown("scorecard", filters.cards, cards),
    ]
    if problems:
        raise KpiError(problems, Exit.USAGE)


def _unknown(kind: str, asked: Iterable[str], known: set[str]) -> list[Problem]:
    return [
        Problem(f"unknown-{kind}", f"no {kind} `{name}`", help=did_you_mean(name, sorted(known)))
        for name in asked
        if name not in known
    ]
