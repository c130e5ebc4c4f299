"""From the spellings in exports to codes: whom a row is credited to. Safe for several threads at once."""

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from kpi_cli.columns import Days, Texts
from kpi_cli.intake.people.identity import is_ruined, person_key
from kpi_cli.intake.people.spellings import IGNORED, MISSING, UNKNOWN, Spellings, codes_by
from kpi_cli.intake.people.stretches import Stretches
from kpi_cli.intake.people.words import WordCodes
from kpi_cli.periods import Period
from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.rows import Agent, Codes, Input, People


class Listed(Struct, frozen=True):
    """Who is on the roster: persons by the spellings that mean them, and each person's codes among `people`."""

    people: People
    persons: Mapping[str, int]  # by person_key
    stretches: Sequence[Sequence[int]]  # by person
    ignored: frozenset[str]  # by person_key
    inputs: tuple[Input, ...] = ()

    def person(self, text: str) -> int:
        """Return the person whom a spelling means: UNKNOWN, IGNORED or MISSING where it means nobody."""
        key = person_key(text)
        if not key:
            return MISSING
        return IGNORED if key in self.ignored else self.persons.get(key, UNKNOWN)


class Registry:
    """Tells the codes of agents and teams. Without a roster it grows: everyone in the data is somebody."""

    def __init__(self, listed: Listed | None = None) -> None:
        agents = listed.people.agents if listed else ()
        self._listed = listed
        self._met = Spellings()
        self._teams = Spellings(sorted({agent.team for agent in agents if agent.team}))
        self._stretches = Stretches(listed.stretches, agents) if listed else None
        positions = {team: position for position, team in enumerate(self._teams.shown())}
        self._own_teams = np.array([positions.get(agent.team or "", -1) for agent in agents], dtype=np.int32)
        self._persons = WordCodes(listed.person if listed else self._met.code)
        self._team_words = WordCodes(self._teams.known if listed else self._teams.code)

    def __reduce__(self) -> tuple[type["Registry"], tuple[Listed | None]]:
        """Travel between processes as the roster; who was met stays behind."""
        return Registry, (self._listed,)

    @property
    def has_roster(self) -> bool:
        """Whether people are known beforehand."""
        return self._listed is not None

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The roster's files, with their hashes."""
        return self._listed.inputs if self._listed else ()

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams in the order of their codes: the roster's, or those met so far."""
        return self._teams.shown()

    @property
    def undated(self) -> tuple[str, ...]:
        """Ids of agents with several stretches in one period who were credited with rows that have no day."""
        agents = self._listed.people.agents if self._listed else ()
        codes = self._stretches.undated if self._stretches else ()
        return tuple(sorted({agents[code].id for code in codes}))

    def met(self, *, teams: bool) -> tuple[str, ...]:
        """Return a spelling for each code of the agents, or of the teams, met so far."""
        return self._teams.shown() if teams else self._met.shown()

    @property
    def blurred(self) -> frozenset[int]:
        """The codes of those who are `undated`."""
        return frozenset(self._stretches.undated if self._stretches else ())

    def blur(self, codes: frozenset[int]) -> None:
        """Count further agents among the `undated`."""
        if self._stretches:
            self._stretches.undated.update(codes)

    def codes(self, agents: Texts, days: Days | None = None, period: Period | None = None) -> Codes:
        """Return for each cell the position in `people()`, or MISSING, UNKNOWN or IGNORED.

        A row on a day outside every stretch of its agent is UNKNOWN. A row without a day goes to the agent's only
        stretch that touches `period` (any, when None); of several to the last, and the agent is named in `undated`.
        """
        persons = codes_by(self._persons, agents)
        return self._stretches.codes(persons, days, period) if self._stretches else persons

    def team_codes(self, teams: Texts) -> Codes:
        """Return for each cell the position in `teams`, or MISSING or UNKNOWN."""
        return codes_by(self._team_words, teams)

    def teams_of(self, codes: Codes) -> Codes:
        """Return the team of each of some positions in `people()`; -1 for none, and for all without a roster."""
        if not self._listed:
            return np.full(len(codes), -1, dtype=np.int32)
        return np.append(self._own_teams, np.int32(-1))[np.maximum(codes, -1)]  # the last place is nobody's

    def people(self) -> People:
        """Return everybody who may be scored, in the order of their codes.

        Without a roster these are all who were met, shown by the smallest of their spellings; the order of their
        codes is that of reading. Raises KpiError (DATA) for ids that Excel has ruined.
        """
        if self._listed:
            return self._listed.people
        shown = self._met.shown()
        ruined = sorted(filter(is_ruined, shown))
        if ruined:
            raise KpiError([ruined_id(name, "the agent column") for name in ruined], Exit.DATA)
        return People([Agent(name, name) for name in shown], {})


def ruined_id(text: str, where: str) -> Problem:
    """Return the problem of an id that Excel has turned into a rounded number."""
    message = f"{where} holds the id `{text}`: Excel made this of a long number, whose last digits are lost"
    help_text = "export again and read the file without Excel, or make the column text before the ids go in"
    return Problem("ruined-id", message, help=help_text)
