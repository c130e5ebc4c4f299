"""The roster: who is scored, under which spellings exports mean them, and what the scheme knows of each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from msgspec.structs import replace

from kpi_cli.columns import Column, Days, Texts
from kpi_cli.intake.cells.texts import is_missing
from kpi_cli.intake.files.inputs import Inputs
from kpi_cli.intake.people.identity import is_ruined, person_key, split_list
from kpi_cli.intake.people.persons import Entry, listed
from kpi_cli.intake.people.registry import Registry, ruined_id
from kpi_cli.intake.people.rostercells import read_cells
from kpi_cli.intake.people.spellings import Spellings
from kpi_cli.intake.people.table import Record, read_table
from kpi_cli.periods import Period
from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.rows import Agent, People
from kpi_cli.scheme.compiled import ColumnType, RosterSpec, Scheme, Source, SourceColumn

NAME, TEAM, ALIASES, SINCE, UNTIL = "name", "team", "aliases", "since", "until"
_EPOCH = date(1970, 1, 1)


def read_roster(scheme: Scheme, inputs: Inputs, period: Period | None = None) -> Registry:
    """Read the roster, or that of `period` when there is one for each; without a roster return one that grows.

    People stand in order of id and `since`. Raises KpiError (DATA, FILES) with every problem found.
    """
    spec = scheme.roster
    if spec is None:
        return Registry()
    wanted = {column.name: column for column in _typed(spec)}
    source = Source("roster", spec.span, columns=wanted, encoding=spec.encoding, sheet=spec.sheet)
    table = read_table(inputs.roster_files(period), source, scheme.timezone)
    read = {name: read_cells(table.records, reading) for name, reading in table.readings.items()}
    columns = {name: cells.column for name, cells in read.items()}
    problems = [problem for cells in read.values() for problem in cells.problems]
    problems.extend(_id_problems(spec, table.records, columns))
    if problems:
        raise KpiError(problems, Exit.DATA)
    entries = _known_by_every_alias(_entries(spec, table.records, columns))
    order = sorted(range(len(entries)), key=lambda row: entries[row].position)
    people = People([entries[row].agent for row in order], _reordered(columns, order))
    return Registry(listed(spec, [entries[row] for row in order], people, table.inputs))


def _typed(spec: RosterSpec) -> Iterator[SourceColumn]:
    """Yield the columns with the types that their part in the roster asks for."""
    for column in spec.columns.values():
        if column.name == spec.agent:
            yield replace(column, type=ColumnType.TEXT)
        elif column.name in {SINCE, UNTIL} and column.type is ColumnType.TEXT:
            yield replace(column, type=ColumnType.DATE)
        else:
            yield column


def _reordered(columns: Mapping[str, Column], order: Sequence[int]) -> dict[str, Column]:
    rows = np.array(order, dtype=np.int64)
    return {name: column.take(rows) for name, column in columns.items()}


def _entries(spec: RosterSpec, records: Sequence[Record], columns: Mapping[str, Column]) -> Iterator[Entry]:
    ids, names, teams, aliases = (_texts(columns, name, records) for name in (spec.agent, NAME, TEAM, ALIASES))
    since, until = (_dates(columns.get(name), len(records)) for name in (SINCE, UNTIL))
    teams = _one_spelling_each(teams)
    for row, record in enumerate(records):
        code = ids[row] or ""
        agent = Agent(code, names[row] or code, teams[row], since[row], until[row])
        yield Entry(agent, record.span, tuple(split_list(aliases[row] or "")))


def _known_by_every_alias(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries, their agents with the aliases of all stretches of the person."""
    found = list(entries)
    aliases: dict[str, dict[str, None]] = {}
    for entry in found:
        aliases.setdefault(person_key(entry.agent.id), {}).update(dict.fromkeys(entry.aliases))
    known = {person: tuple(spellings) for person, spellings in aliases.items()}
    return [replace(entry, agent=replace(entry.agent, aliases=known[person_key(entry.agent.id)])) for entry in found]


def _one_spelling_each(teams: Sequence[str | None]) -> list[str | None]:
    """Return the teams, all of one in the same spelling."""
    spellings = Spellings()
    codes = [spellings.code(team or "") for team in teams]
    shown = spellings.shown()
    return [shown[code] if code >= 0 else None for code in codes]


def _texts(columns: Mapping[str, Column], name: str, records: Sequence[Record]) -> list[str | None]:
    column = columns.get(name)
    if isinstance(column, Texts):
        return column.to_list()
    cells = [record.cells.get(name, "") for record in records]
    return [None if is_missing(cell) else cell for cell in cells]


def _dates(column: Column | None, rows: int) -> list[date | None]:
    if not isinstance(column, Days):
        return [None] * rows
    days = zip(column.days.tolist(), column.present.tolist(), strict=True)
    return [_EPOCH + timedelta(days=day) if present else None for day, present in days]


def _id_problems(spec: RosterSpec, records: Sequence[Record], columns: Mapping[str, Column]) -> Iterator[Problem]:
    if not records:
        help_text = "give it a line for each agent, or leave `roster` out of the scheme"
        yield Problem("roster-empty", "the roster lists nobody", spec.span, help_text)
    header = " / ".join(spec.columns[spec.agent].headers)
    for code, record in zip(_texts(columns, spec.agent, records), records, strict=True):
        where = f"`{record.file}` line {record.line}"
        if code is None:
            help_text = "give everybody an id, or delete the line"
            yield Problem("roster-id-missing", f"{where} has no id (`{header}`)", record.span, help_text)
        elif is_ruined(code):
            yield replace(ruined_id(code, where), span=record.span)
