"""Rows that count, people they are credited to, and the account of every row that was read.

The account of a source in a period balances exactly: every row read is used, or left out for one named reason.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from kpi_cli.columns import Column
from kpi_cli.exact import Exact

Codes: TypeAlias = NDArray[np.int32]


class Rows(Struct, frozen=True, eq=False):
    """The rows of one block of one source that are used in one period, or those of which some are (`counting`).

    `agents` holds for each row the position of its agent in the roster (`People`); a source without agents holds
    team positions instead. `days` is the local day of the row's time (days since 1970), None for undated sources.
    `shares` tell how much of the credit for a row is its agent's, None where each has the whole of it.
    `again` marks rows that stand here before for a teammate of their agent, None where there are none: they count for
    the agent, and not a second time for the team. `records` are the numbers of the rows among the records of their
    block, from 1, where the reader was asked for them. `counting` tells which rows are used where others stand among
    them, whose cells and agents mean nothing: so a column need not be copied to leave out a few.
    """

    source: str
    agents: Codes
    columns: Mapping[str, Column]
    days: NDArray[np.int64] | None = None
    shares: Exact | None = None
    again: NDArray[np.bool_] | None = None
    records: NDArray[np.int64] | None = None
    counting: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.agents)

    def take(self, rows: NDArray[Any]) -> "Rows":
        """Return the rows of a mask or of positions."""
        return Rows(
            source=self.source,
            agents=self.agents[rows],
            columns={name: column.take(rows) for name, column in self.columns.items()},
            days=None if self.days is None else self.days[rows],
            shares=None if self.shares is None else self.shares.take(rows),
            again=None if self.again is None else self.again[rows],
            records=None if self.records is None else self.records[rows],
            counting=None if self.counting is None else self.counting[rows],
        )


class Events(Struct, frozen=True, eq=False):
    """The events that cases are made of, case by case (or episode by episode), each in the order of time.

    `cases` holds for each event the number of its case, from 0 up without a gap; `times` are microseconds; `days`
    are local days since 1970; `episodes` holds for each of the `count` cases which episode of its own it is, from 1.
    """

    source: str
    columns: Mapping[str, Column]
    cases: Codes
    times: NDArray[np.int64]
    days: NDArray[np.int64]
    episodes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.cases)

    @property
    def count(self) -> int:
        """How many cases there are."""
        return len(self.episodes)


class Agent(Struct, frozen=True):
    """Who is scored: one person, or one stretch (`since`..`until`, both ends in) of a person's roster entry.

    `aliases` are other spellings by which the person may be asked for.
    """

    id: str
    name: str
    team: str | None = None
    since: date | None = None
    until: date | None = None
    aliases: tuple[str, ...] = ()

    @property
    def spellings(self) -> frozenset[str]:
        """All that the agent may be asked for by."""
        return frozenset({self.id, self.name, *self.aliases})


class People(Struct, frozen=True):
    """Everybody who may be scored, in the order of their codes, with the roster's columns (a row a person)."""

    agents: Sequence[Agent]
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.agents)


class Account(Struct, frozen=True):
    """Where the rows of one source went in one period. `filtered_missing` of the filtered fell to a missing cell."""

    read: int = 0
    used: int = 0
    outside_period: int = 0
    filtered: int = 0
    duplicate: int = 0
    unattributed: int = 0
    unknown_agent: int = 0
    rejected: int = 0
    filtered_missing: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)  # total rows, preambles: not in `read`

    def __add__(self, other: "Account") -> "Account":
        counts = {
            name: getattr(self, name) + getattr(other, name) for name in self.__struct_fields__ if name != "skipped"
        }
        words = {**self.skipped, **other.skipped}
        skipped = {word: self.skipped.get(word, 0) + other.skipped.get(word, 0) for word in words}
        return Account(**counts, skipped=skipped)

    @property
    def in_period(self) -> int:
        """The rows that the limits are shares of."""
        return self.read - self.outside_period

    @property
    def balances(self) -> bool:
        """Whether every row read is accounted for."""
        left_out = self.outside_period + self.filtered + self.duplicate + self.rejected
        return self.read == self.used + left_out + self.unattributed + self.unknown_agent


class Reject(Struct, frozen=True):
    """A row that could not be read: `record` counts the file's data records from 1."""

    file: str
    record: int
    column: str
    value: str
    reason: str


class Input(Struct, frozen=True):
    """A file that was read; `sha256` of its bytes as they lie on disk, when asked for."""

    file: str
    source: str
    rows: int
    sha256: str | None = None


class SourceReport(Struct, frozen=True):
    """What reading one source for one period came to."""

    source: str
    account: Account
    unknown: tuple[str, ...] = ()  # agents in the data that the roster does not know, in order of code points
    ignored: tuple[str, ...] = ()  # known non-persons whose rows were filtered
    first_day: date | None = None  # of the rows used
    last_day: date | None = None
    days: frozenset[date] = frozenset()  # that have a row used
    rejects: tuple[Reject, ...] = ()
