"""What the columns of cases are made of: facts about the events of one case, in the order in which they happened.

An aggregate is such a fact too, over the events instead of the rows of an agent. Nodes are hashable, so equal facts
are found once.
"""

from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from kpi_cli.scheme.formula.tree import Aggregate, RowExpression


class CaseFunction(StrEnum):
    """The functions over the events of a case, by the names they are written with."""

    FIRST_OF = "first_of"
    LAST_OF = "last_of"
    RESPONSE_FIRST = "response_first"
    RESPONSE_MEAN = "response_mean"
    RESPONSE_COUNT = "response_count"
    REOPENINGS = "reopenings"
    TIME_IN = "time_in"
    EPISODE_NUMBER = "episode_number"


class FirstOf(Struct, frozen=True):
    """The first value that is not missing, among the events `where`, behind the first event `after`."""

    value: RowExpression
    where: RowExpression | None = None
    after: RowExpression | None = None


class LastOf(Struct, frozen=True):
    """The last value that is not missing, among the events `where`."""

    value: RowExpression
    where: RowExpression | None = None


class Turns(Struct, frozen=True):
    """Questions and answers: a turn lasts from the first `asked` event without an answer to the `answered` one.

    With a calendar, its opening time counts alone.
    """

    asked: RowExpression
    answered: RowExpression
    calendar: str | None = None


class ResponseFirst(Struct, frozen=True):
    """How long the first turn lasted."""

    turns: Turns


class ResponseMean(Struct, frozen=True):
    """How long turns lasted on average."""

    turns: Turns


class ResponseCount(Struct, frozen=True):
    """How many turns there were."""

    turns: Turns


class Reopenings(Struct, frozen=True):
    """How often an event for which `closed` is false followed one for which it is true."""

    closed: RowExpression


class TimeIn(Struct, frozen=True):
    """How long `condition` held: from each event for which it is true to the next for which it is known."""

    condition: RowExpression


class EpisodeNumber(Struct, frozen=True):
    """The number of the episode within its case, from 1."""


CaseFact: TypeAlias = (
    Aggregate | FirstOf | LastOf | ResponseFirst | ResponseMean | ResponseCount | Reopenings | TimeIn | EpisodeNumber
)
