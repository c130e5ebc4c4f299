"""Which columns may be the key, the agent, the team and the time of a source, and what speaks for each.

By header and by values. Columns of customers are never agents, nor are teams; where several columns may be meant, all
are named.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from kpi_cli.intake.inspecting import headerwords
from kpi_cli.intake.inspecting.evidence import Evidence
from kpi_cli.intake.inspecting.headerwords import BOT, AgentRank
from kpi_cli.intake.inspecting.inspection import Candidate, Role
from kpi_cli.intake.inspecting.sampling import Sample, agents_of
from kpi_cli.intake.inspecting.settled import Settled
from kpi_cli.scheme.compiled import ColumnType

_TIMES = frozenset({ColumnType.DATETIME, ColumnType.DATE})
_MANY, _NEARLY_ALL = 50, 0.5  # rows, and the share of them with a name of its own, from which names are no agents
_FILLED = 0.02  # of the rows, that a column at least fills to be of use
_SAME_PERSONS = 1.25
_KINDS, _EACH = 30, 0.5  # of events at the utmost, and cases in so many rows


class Roles(Struct, frozen=True):
    """The places of the columns with a role, best first; `key` may take two together. `alike` name the same agents."""

    key: tuple[int, ...]
    agents: tuple[int, ...]
    alike: tuple[int, ...]
    weak: tuple[int, ...]
    team: int | None
    times: tuple[int, ...]
    repeats: int
    conflicting: int | None


def find_roles(sample: Sample, settled: Mapping[int, Settled], joined: Sequence[int] = ()) -> Roles:
    """Return the columns that may have a role; `joined` are the places of a date and a time of day read as one."""
    columns = [column for column in sample.columns if column.header and (column.cells or not sample.rows)]
    agents, alike = _agents(sample, columns, settled)
    weak = () if agents else tuple(_weak(sample, columns, settled))
    team = next((column.place for column in columns if _is_team(column, settled)), None)
    times = tuple(_times(columns, settled, joined))
    key, repeats, conflicting = _key(sample, columns, settled, (*agents[:1], *times[:1]))
    return Roles(key, agents, alike, weak, team, times, repeats, conflicting)


def _agents(
    sample: Sample, columns: Sequence[Evidence], settled: Mapping[int, Settled]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the columns that may name the agents, and those that only name the same persons once more."""
    found = [
        (list(AgentRank).index(rank), not headerwords.is_id(column.header), column.place)
        for column in columns
        if (rank := headerwords.agent_rank(column.header)) in {AgentRank.ASSIGNED, AgentRank.LATER}
        and _may_be_persons(sample, column, settled)
    ]
    ranked = [place for *_, place in sorted(found)]
    several = {place for place in ranked if headerwords.is_numbered(sample.columns[place].header)}
    alike = [place for place in ranked[1:] if place not in several and _same_persons(sample, ranked[0], place)]
    return tuple(place for place in ranked if place not in alike), tuple(alike)


def _weak(sample: Sample, columns: Iterable[Evidence], settled: Mapping[int, Settled]) -> Iterator[int]:
    for column in columns:
        few = column.distinct() * 2 <= sample.rows or sample.rows < _MANY
        weak = headerwords.agent_rank(column.header) is AgentRank.WEAK
        if weak and few and _may_be_persons(sample, column, settled):
            yield column.place


def _may_be_persons(sample: Sample, column: Evidence, settled: Mapping[int, Settled]) -> bool:
    if settled[column.place].entry.type is not ColumnType.TEXT or settled[column.place].question is not None:
        return False
    if column.cells < _FILLED * sample.rows or column.long:
        return False
    crowded = sample.rows >= _MANY and column.distinct() > _NEARLY_ALL * sample.rows
    return not crowded or column.distinct() == sample.rows  # one row for each agent


def _same_persons(sample: Sample, first: int, second: int) -> bool:
    each = max(sample.columns[first].distinct(), sample.columns[second].distinct())
    return sample.distinct((first, second)) <= _SAME_PERSONS * each


def _is_team(column: Evidence, settled: Mapping[int, Settled]) -> bool:
    return headerwords.of_team(column.header) and settled[column.place].entry.type is ColumnType.TEXT


def _times(columns: Sequence[Evidence], settled: Mapping[int, Settled], joined: Sequence[int]) -> Iterator[int]:
    """Yield the moments, most likely first: by header, then those that are always there, then from left to right."""
    found = [
        column
        for column in columns
        if column.place in joined[:1] or (column.place not in joined and settled[column.place].entry.type in _TIMES)
    ]
    order = sorted(
        found, key=lambda each: (each.place not in joined, headerwords.time_rank(each.header), -each.cells, each.place)
    )
    yield from (column.place for column in order)


def _key(
    sample: Sample, columns: Sequence[Evidence], settled: Mapping[int, Settled], others: tuple[int, ...]
) -> tuple[tuple[int, ...], int, int | None]:
    """Return the key's places, how many rows repeat one word for word, and a column that repeats with other content."""
    conflicting = None
    for column in columns:
        place = column.place
        if not headerwords.is_key(column.header) or column.missing or not sample.rows:
            continue
        if not sample.conflicts((place,)) and settled[place].entry.type is ColumnType.TEXT:
            return (place,), sample.rows - column.distinct(), None
        conflicting = place if conflicting is None and column.distinct() * 2 > sample.rows else conflicting
    if conflicting is not None:
        return (), 0, conflicting
    return _row_of(sample, columns, settled, others) or _any_id(sample, columns, settled), 0, None


def _any_id(sample: Sample, columns: Sequence[Evidence], settled: Mapping[int, Settled]) -> tuple[int, ...]:
    """Return a column of ids of whatever it is, another one in every row."""
    found = (
        each.place
        for each in columns
        if headerwords.is_id(each.header)
        and not headerwords.of_customers(each.header)
        and headerwords.agent_rank(each.header) is AgentRank.NONE
        and settled[each.place].entry.type is ColumnType.TEXT
        and _tells_apart(sample, (each.place,))
    )
    return tuple(found)[:1] if sample.rows > 1 else ()


def _row_of(
    sample: Sample, columns: Sequence[Evidence], settled: Mapping[int, Settled], others: Sequence[int]
) -> tuple[int, ...]:
    """Return what tells apart rows that sum up an agent or a team, for a day each where they have one."""
    teams = (column.place for column in columns if _is_team(column, settled))
    agent = next((place for place in others if _is_agent(sample, place)), next(teams, None))
    days = [place for place in others if settled[place].entry.type in _TIMES]
    if agent is None or any(settled[place].entry.type is not ColumnType.DATE for place in days):
        return ()
    return (agent, *days) if _tells_apart(sample, (agent, *days)) else ()


def _is_agent(sample: Sample, place: int) -> bool:
    return headerwords.agent_rank(sample.columns[place].header) is not AgentRank.NONE


def _tells_apart(sample: Sample, places: Sequence[int]) -> bool:
    full = all(not sample.columns[place].missing for place in places)
    return full and sample.distinct(places) == sample.rows > 0


def case_of(sample: Sample, settled: Mapping[int, Settled], roles: Roles) -> int | None:
    """Return the column that says which case an event belongs to, where rows are events: of cases, and of kinds."""
    texts = [each for each in sample.columns if each.cells and settled[each.place].entry.type is ColumnType.TEXT]
    kinds = [each for each in texts if headerwords.is_event(each.header) and each.distinct() <= _KINDS]
    if not roles.times or not kinds:
        return None
    cases = (
        each
        for each in texts
        if (headerwords.is_key(each.header) or headerwords.is_id(each.header)) and each.place not in roles.agents
    )
    return next((each.place for each in cases if 1 < each.distinct() <= sample.rows * _EACH), None)


def bots_in(sample: Sample, place: int) -> tuple[str, ...]:
    """Return the cells of a column that no person is called by."""
    column = sample.columns[place]
    return tuple(cell for cell in agents_of(column, len(column.words or ())) if BOT.search(cell))


def told(sample: Sample, roles: Roles) -> Iterator[Candidate]:
    """Yield every candidate with what speaks for it."""
    header = [column.header for column in sample.columns]
    if roles.key:
        repeats = f"the same only in {roles.repeats} rows that repeat another word for word"
        named = " + ".join(header[place] for place in roles.key)
        yield Candidate(Role.KEY, named, repeats if roles.repeats else "different in every row", chosen=True)
    for place in (*roles.agents, *roles.alike, *roles.weak):
        chosen = place in roles.agents[:1]
        same = ", the same persons" if place in roles.alike else ""
        yield Candidate(Role.AGENT, header[place], f"{_people(sample.columns[place])}{same}", chosen)
    if roles.team is not None:
        yield Candidate(Role.TEAM, header[roles.team], _people(sample.columns[roles.team]), not roles.agents)
    for place in roles.times:
        filled = f"filled in {sample.columns[place].cells:,} of {sample.rows:,} rows"
        filled += ", without a zone" if sample.columns[place].without_zone else ""
        yield Candidate(Role.TIME, header[place], filled, place == roles.times[0])


def _people(column: Evidence) -> str:
    different = column.distinct() - bool(column.missing)
    shown = ", ".join(agents_of(column, 3))
    return f"{different} different" + (f": {shown}{', ...' if different > 3 else ''}" if shown else "")  # noqa: PLR2004 - shown
