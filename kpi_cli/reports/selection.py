"""Which agents, teams and scorecards are shown. What is computed never depends on it."""

from collections.abc import Iterable, Mapping

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from kpi_cli.pipeline import Outcome
from kpi_cli.problems import Exit, KpiError, Problem, did_you_mean
from kpi_cli.rows import Agent
from kpi_cli.scoring.cards import LineColumn, Note, Sheet

FEW = 8  # names listed when none is near


class Filters(Struct, frozen=True):
    """Ids, names or aliases of agents, names of teams, names or labels of scorecards; empty means all."""

    agents: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()


def narrowed(outcome: Outcome, filters: Filters) -> Outcome:
    """Return the outcome with the chosen agents only. Raises KpiError for names that do not exist."""
    must_be_known(outcome, filters)
    if filters == Filters():
        return outcome
    sheets = (chosen(sheet, positions(sheet, filters)) for sheet in outcome.sheets)
    return replace(outcome, sheets=tuple(sheet for sheet in sheets if len(sheet)))


def chosen(sheet: Sheet, rows: NDArray[np.intp]) -> Sheet:
    """Return the sheet with the rows at some positions only."""
    return replace(
        sheet,
        agents=tuple(sheet.agents[row] for row in rows.tolist()),
        lines=tuple(_chosen_line(column, rows) for column in sheet.lines),
        totals=sheet.totals.take(rows),
        grades=sheet.grades[rows],
        paid_grades=sheet.paid_grades[rows],
        ranks=sheet.ranks[rows],
        coverage=sheet.coverage.take(rows),
        statuses=sheet.statuses[rows],
        notes=_chosen_notes(sheet.notes, rows),
        payroll=sheet.payroll.take(rows) if sheet.payroll is not None else None,
    )


def _chosen_line(column: LineColumn, rows: NDArray[np.intp]) -> LineColumn:
    return replace(
        column,
        values=column.values.take(rows),
        counts=column.counts.take(rows),
        raw_scores=column.raw_scores.take(rows),
        scores=column.scores.take(rows),
        statuses=column.statuses[rows],
        notes=_chosen_notes(column.notes, rows),
    )


def _chosen_notes(notes: Mapping[int, tuple[Note, ...]], rows: NDArray[np.intp]) -> dict[int, tuple[Note, ...]]:
    return {new: notes[old] for new, old in enumerate(rows.tolist()) if old in notes}


def positions(sheet: Sheet, filters: Filters) -> NDArray[np.intp]:
    """Return which agents of a sheet are asked for."""
    card = sheet.card
    if filters.cards and (card is None or not {card.name, card.label} & set(filters.cards)):
        return np.zeros(0, dtype=np.intp)
    agents, teams = set(filters.agents), set(filters.teams)
    return np.flatnonzero([_is_asked_for(agent, agents, teams) for agent in sheet.agents])


def _is_asked_for(agent: Agent, agents: set[str], teams: set[str]) -> bool:
    return bool((not agents or agent.spellings & agents) and (not teams or agent.team in teams))


def must_be_known(outcome: Outcome, filters: Filters) -> None:
    """Raise KpiError for agents, teams and scorecards that do not exist."""
    people = [agent for sheet in outcome.sheets for agent in sheet.agents]
    names = {spelling for agent in people for spelling in agent.spellings}
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
        Problem(f"unknown-{kind}", f"no {kind} `{name}`", help=_nearest(kind, name, sorted(known)))
        for name in asked
        if name not in known
    ]


def _nearest(kind: str, name: str, known: list[str]) -> str:
    if near := did_you_mean(name, known):
        return near
    if not known:
        return "nobody has a team: `team` is a column of the roster" if kind == "team" else f"there is no {kind}"
    if len(known) == 1:
        return f"the only {kind} is {known[0]}"
    more = f", ... ({len(known)} in all)" if len(known) > FEW else ""
    return f"there are {', '.join(known[:FEW])}{more}"
