"""Rows of the roster -> persons: stretches of one person put together, and no spelling for two."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise

from msgspec import Struct

from kpi_cli.intake.people.identity import person_key
from kpi_cli.intake.people.registry import Listed
from kpi_cli.problems import Exit, KpiError, Problem, Span
from kpi_cli.rows import Agent, Input, People
from kpi_cli.scheme.compiled import RosterSpec


class Entry(Struct, frozen=True):
    """A row of the roster: an agent, or one stretch of an agent."""

    agent: Agent
    span: Span
    aliases: tuple[str, ...] = ()

    @property
    def position(self) -> tuple[str, date]:
        """The order in which people stand: by id and `since`."""
        return self.agent.id, self.agent.since or date.min

    def __str__(self) -> str:
        return f"`{self.agent.id}` ({self.span.file} line {self.span.line})"


def listed(spec: RosterSpec, entries: Sequence[Entry], people: People, inputs: tuple[Input, ...]) -> Listed:
    """Return who is meant by which spelling. Raises KpiError (DATA) where that is not one person, or one stretch."""
    places: dict[str, list[int]] = {}
    for code, entry in enumerate(entries):
        places.setdefault(person_key(entry.agent.id), []).append(code)
    persons = [[entries[code] for code in codes] for codes in places.values()]
    problems = [problem for stretches in persons for problem in _overlaps(stretches)]
    owners: dict[str, tuple[int, Entry]] = {}
    for person, stretches in enumerate(persons):
        for entry, spelling in _spellings(stretches, match_names=spec.match_names):
            owner, first = owners.setdefault(person_key(spelling), (person, entry))
            if owner != person:
                problems.append(_shared(spelling, first, entry))
    ignored = frozenset(map(person_key, spec.ignore))
    problems.extend(_ignored_agent(spelling, owners[key][1]) for spelling, key in _keyed(spec.ignore) if key in owners)
    if problems:
        raise KpiError(dict.fromkeys(problems), Exit.DATA)
    meant = {key: person for key, (person, _) in owners.items()}
    return Listed(people, meant, list(places.values()), ignored, inputs)


def _spellings(stretches: Iterable[Entry], *, match_names: bool) -> Iterator[tuple[Entry, str]]:
    for entry in stretches:
        yield entry, entry.agent.id
        yield from ((entry, alias) for alias in entry.aliases)
        if match_names:
            yield entry, entry.agent.name


def _keyed(spellings: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((spelling, person_key(spelling)) for spelling in spellings)


def _overlaps(stretches: Sequence[Entry]) -> Iterator[Problem]:
    for entry in stretches:
        if (entry.agent.since or date.min) > (entry.agent.until or date.max):
            message = f"the stretch of {entry} ends before it starts"
            yield Problem("roster-stretch", message, entry.span, "`since` is its first day, `until` its last")
    for earlier, later in pairwise(sorted(stretches, key=lambda entry: entry.agent.since or date.min)):
        until, since = earlier.agent.until, later.agent.since
        if until is None or since is None or since <= until:
            message = f"the roster lists {earlier} again in line {later.span.line}, for days that are not apart"
            help_text = "delete one, or end the first with `until` on the day before the other's `since`"
            yield Problem("roster-overlap", message, later.span, help_text)


def _shared(spelling: str, first: Entry, second: Entry) -> Problem:
    message = f"`{spelling}` means both {first} and {second} of the roster"
    help_text = "take the spelling away from one of them (ids, aliases and, with `match_names`, names)"
    return Problem("roster-spelling", message, second.span, help_text)


def _ignored_agent(spelling: str, entry: Entry) -> Problem:
    message = f"`{spelling}` is in `ignore`, and is {entry} of the roster"
    return Problem("roster-ignored", message, entry.span, "take it out of `ignore` or out of the roster")
