"""A ranking to put up on the wall: places and scores without names, where the scheme says `ranking: anonymous`.

Tables and Markdown are for reading together; files that programs and payroll read keep who everybody is.
"""

from collections.abc import Collection, Mapping
from typing import assert_never

from msgspec.structs import replace

from kpi_cli.pipeline import Outcome
from kpi_cli.reports.formats import Format
from kpi_cli.reports.selection import Filters
from kpi_cli.reports.words import words_of
from kpi_cli.rows import Agent
from kpi_cli.scoring.cards import Note, NoteCode, Sheet

_TELLING = frozenset({NoteCode.JOINED, NoteCode.LEFT})  # dates that tell who it is


def published(shown: Outcome, everybody: Outcome, asked: Filters, format: Format) -> Outcome:  # noqa: A002 - the user's word
    """Return what may be shown in a format: with names, or with a number for each agent.

    Who was asked for by name is shown by name. The others' numbers follow their places among everybody computed,
    so that a filter changes nobody's number; one agent has the same in all periods and on all cards.
    """
    if not shown.scheme.anonymous_ranking or asked.agents or not _is_read_together(format):
        return shown
    names = _names(everybody)
    return replace(shown, sheets=tuple(_unnamed(sheet, names) for sheet in shown.sheets))


def called(agent: Agent, everybody: Outcome, asked: Collection[str]) -> str:
    """Return how an agent is called beside those who were asked for: by id, or by a number."""
    if not everybody.scheme.anonymous_ranking or agent.spellings & set(asked):
        return agent.id
    return _names(everybody).get(agent.id, words_of(everybody.scheme.language).name)


def _is_read_together(format: Format) -> bool:  # noqa: A002 - the user's word
    match format:
        case Format.TABLE | Format.MARKDOWN:
            return True
        case Format.CSV | Format.JSON | Format.XLSX:
            return False
        case _:
            assert_never(format)


def _names(everybody: Outcome) -> dict[str, str]:
    word = words_of(everybody.scheme.language).name
    people = dict.fromkeys(agent.id for sheet in everybody.sheets for agent in sheet.agents)
    return {person: f"{word} {number}" for number, person in enumerate(people, start=1)}


def _unnamed(sheet: Sheet, names: Mapping[str, str]) -> Sheet:
    """Return the sheet without names, teams, and the dates on which people came and went."""
    agents = tuple(Agent(names[agent.id], names[agent.id]) for agent in sheet.agents)
    return replace(sheet, agents=agents, notes={row: _kept(notes) for row, notes in sheet.notes.items()})


def _kept(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    return tuple(note for note in notes if note.code not in _TELLING)
