"""What depends on the order of a case's events: first and last ones, questions and answers, what lasted how long."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kpi_cli import exact
from kpi_cli.calendars import OpeningHours
from kpi_cli.columns import MICROSECONDS, Moments, Truths
from kpi_cli.exact import Exact, Integers, Mask
from kpi_cli.facts.partials import column_sums, counts_by
from kpi_cli.rows import Codes, Events

Positions: TypeAlias = NDArray[np.int64]


def firsts(cases: Codes, holding: Mask, *, last: bool = False) -> Positions:
    """Return the first (or last) of the events of each case that `holding` marks; `cases` are in order."""
    found = np.flatnonzero(holding)
    own = cases[found]
    chosen = np.ones(len(found), dtype=bool)
    if last:
        chosen[:-1] = own[1:] != own[:-1]
    else:
        chosen[1:] = own[1:] != own[:-1]
    positions: Positions = found[chosen]
    return positions


def turns_of(cases: Codes, asked: Mask, answered: Mask) -> tuple[Positions, Positions]:
    """Return the events at which turns begin and end.

    A turn begins with the first question that has no answer yet and ends with the next answer; what is both is an
    answer. Other events are passed over.
    """
    told = np.flatnonzero(asked | answered)
    own, answers = cases[told], answered[told]
    follows = np.zeros(len(told), dtype=bool)
    follows[1:] = own[1:] == own[:-1]
    after_question = follows.copy()
    after_question[1:] &= ~answers[:-1]
    opens, ends = ~answers & ~after_question, answers & after_question
    latest = np.maximum.accumulate(np.where(opens, np.arange(len(told)), -1)) if len(told) else told
    return told[latest[ends]], told[ends]


def waits(events: Events, starts: Positions, ends: Positions, hours: OpeningHours | None) -> Exact:
    """Return the seconds from each of some events to another, or those of opening time."""
    if hours is None:
        lengths = events.times[ends] - events.times[starts]
        return Exact(lengths, MICROSECONDS, np.ones(len(ends), dtype=bool))
    begun, ended = (_moments(events.times[positions]) for positions in (starts, ends))
    return hours.between(begun, ended)


def _moments(times: NDArray[np.int64]) -> Moments:
    return Moments(times, times, np.ones(len(times), dtype=bool))


def answered(cases: Codes, lengths: Exact, count: int) -> tuple[Exact, Exact]:
    """Return for each case how long its turns lasted in all, and how many there were."""
    return column_sums(cases, lengths, count).exact(count), exact.integers(counts_by(cases, count))


def _known(events: Events, truths: Truths) -> tuple[Positions, Codes, Mask, Mask]:
    """Return the events for which a condition is known, their cases, whether it holds, and whether the case goes on."""
    known = np.flatnonzero(truths.present)
    own = events.cases[known]
    goes_on = np.zeros(len(known), dtype=bool)
    goes_on[:-1] = own[1:] == own[:-1]
    return known, own, truths.values[known], goes_on


def reopened(events: Events, closed: Truths) -> Integers:
    """Return how often in each case an event for which `closed` is false followed one for which it is true."""
    _, own, holds, goes_on = _known(events, closed)
    ends = goes_on & holds
    ends[:-1] &= ~holds[1:]
    return counts_by(own[ends], events.count)


def lasting(events: Events, condition: Truths) -> Exact:
    """Return the seconds for which a condition held in each case: up to the next event for which it is known."""
    known, own, holds, goes_on = _known(events, condition)
    starts = np.flatnonzero(goes_on & holds)
    lengths = events.times[known[starts + 1]] - events.times[known[starts]]
    spans = Exact(lengths, MICROSECONDS, np.ones(len(lengths), dtype=bool))
    return column_sums(own[starts], spans, events.count).exact(events.count)
