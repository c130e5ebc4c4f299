"""Partial aggregates added up in place while blocks come in, so that a block costs what it holds, not what all hold.

What cannot be added in place, for its denominator, its size or its kind, is merged as any two partials are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kpi_cli.exact import Integers
from kpi_cli.facts.aggregates import merged
from kpi_cli.facts.partials import Additive, Largest, Partial, Run, Sums, Tally
from kpi_cli.rows import Rows

Places: TypeAlias = slice | NDArray[np.intp]
_SMALLEST = 64


@dataclass(frozen=True, slots=True, eq=False)
class Locals:
    """The agents of a block under numbers of their own: `places` are theirs among all agents, in rising order."""

    rows: Rows
    places: Places
    size: int


def with_local_agents(rows: Rows) -> Locals:
    """Return the rows with their agents numbered anew where few of all agents are in them."""
    size = int(rows.agents.max(initial=-1)) + 1
    if size <= len(rows):
        return Locals(rows, slice(0, size), size)
    here = np.zeros(size, dtype=bool)
    here[rows.agents] = True
    places = np.flatnonzero(here)
    numbers = np.cumsum(here, dtype=np.int32) - np.int32(1)
    return Locals(replace(rows, agents=numbers[rows.agents]), places, len(places))


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """A partial whose entries speak of the agents at `places`."""

    partial: Partial
    places: Places

    @property
    def size(self) -> int:
        """How many agents there are at least."""
        if isinstance(self.places, slice):
            return int(self.places.stop)
        return int(self.places[-1]) + 1 if len(self.places) else 0


class Growing:
    """One aggregate over all blocks so far. Its arrays are its own, and longer than there are agents."""

    def __init__(self, first: Local) -> None:
        self.partial = _among_all(first, _roomy(first.size))

    def add(self, local: Local) -> None:
        """Take in a block."""
        if not _added_in_place(self.partial, local):
            self.partial = merged(self.partial, _among_all(local, _roomy(local.size)))


def _roomy(size: int) -> int:
    return max(_SMALLEST, 1 << (size - 1).bit_length())


def _among_all(local: Local, size: int) -> Partial:
    """Return the partial with an entry for each of `size` agents, in arrays of its own."""
    places = np.arange(local.size)[local.places].astype(np.int32)
    partial = local.partial
    if not isinstance(partial, Tally):
        return partial.regrouped(places, size)
    runs = tuple(Run(places[run.agents], run.keys, run.weights) for run in partial.runs)  # still in order
    return Tally(runs, partial.counts.regrouped(places, size), partial.den)


def _added_in_place(known: Partial, local: Local) -> bool:
    new = local.partial
    if isinstance(known, Additive) and isinstance(new, Additive):
        return _all_added(known.slots, new.slots, local.places)
    if isinstance(known, Largest) and isinstance(new, Largest):
        return _kept_largest(known, new, local.places)
    return False


def _all_added(ours: Sequence[Sums], theirs: Sequence[Sums], places: Places) -> bool:
    sums = [found for mine, new in zip(ours, theirs, strict=True) if (found := _sum(mine, new, places)) is not None]
    if len(sums) < len(ours):
        return False
    for mine, found in zip(ours, sums, strict=True):
        mine.num[places] = found
    return True


def _sum(known: Sums, new: Sums, places: Places) -> Integers | None:
    """Return the sums at `places`; None where they need another denominator, more room or wider integers."""
    if known.den != new.den or not _fits(known.num, new.num, places):
        return None
    before = known.num[places]
    after: Integers = before + new.num
    overflows = ((before ^ after) & (new.num ^ after)) < 0  # both have one sign, and their sum the other
    return None if overflows.any() else after


def _fits(known: Integers, new: Integers, places: Places) -> bool:
    last = places.stop if isinstance(places, slice) else int(places[-1]) + 1 if len(places) else 0
    return known.dtype == new.dtype == np.int64 and last <= len(known)


def _kept_largest(known: Largest, new: Largest, places: Places) -> bool:
    mine, theirs, counts = known.values, new.values, _sum(known.counts, new.counts, places)
    if counts is None or not isinstance(mine.den, int) or mine.den != theirs.den:
        return False
    if not _fits(mine.num, theirs.num, places):
        return False
    held, present = mine.num[places], mine.present[places]
    larger = theirs.present & (~present | (theirs.num > held))
    mine.num[places], mine.present[places] = np.where(larger, theirs.num, held), present | theirs.present
    known.counts.num[places] = counts
    return True
