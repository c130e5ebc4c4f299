"""Partial aggregates added up in place while blocks come in, so that a block costs what it holds, not what all hold.

What cannot be added in place, for its denominator, its size or its kind, is merged as any two partials are.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from kpi_cli.exact import Exact, Integers
from kpi_cli.facts.aggregates import merged
from kpi_cli.facts.partials import Additive, Largest, Partial, Run, Sums, Tally
from kpi_cli.rows import Rows

Places: TypeAlias = slice | NDArray[np.intp]
_SMALLEST = 64
_LARGEST = 2**63 - 1
_LEAST = -_LARGEST - 1


class Locals(Struct, frozen=True, eq=False):
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


class Local(Struct, frozen=True, eq=False):
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
        self._known = _open(_among_all(first, _roomy(first.size)))

    def add(self, local: Local) -> None:
        """Take in a block."""
        grown = _added_in_place(self._known, local)
        self._known = grown or _open(merged(self.partial, _among_all(local, _roomy(local.size))))

    @property
    def partial(self) -> Partial:
        """The aggregate over all blocks."""
        return _closed(self._known)


def _open(partial: Partial) -> Partial:
    """Return largest values such that any is larger than those of agents without one."""
    if not isinstance(partial, Largest) or not _is_plain(partial.values):
        return partial
    values = partial.values
    return Largest(Exact(np.where(values.present, values.num, _LEAST), values.den, values.present), partial.counts)


def _closed(partial: Partial) -> Partial:
    """Return the same values as they were before `_open`; whoever has one has rows."""
    if not isinstance(partial, Largest) or not _is_plain(partial.values):
        return partial
    present = partial.counts.num > 0
    return Largest(Exact(np.where(present, partial.values.num, 0), partial.values.den, present), partial.counts)


def _is_plain(values: Exact) -> bool:
    return values.num.dtype == np.int64 and isinstance(values.den, int)


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


def _added_in_place(known: Partial, local: Local) -> Partial | None:
    """Return both as one, in the arrays of the first; None where these will not do."""
    new = local.partial
    if isinstance(known, Additive) and isinstance(new, Additive):
        return _all_added(known.slots, new.slots, local)
    if isinstance(known, Largest) and isinstance(new, Largest):
        return _kept_largest(known, new, local)
    return None


def _all_added(ours: Sequence[Sums], theirs: Sequence[Sums], local: Local) -> Additive | None:
    pairs = list(zip(ours, theirs, strict=True))
    distinct = dict.fromkeys(pairs)
    if len(set(ours)) < len(distinct):  # sums that were one and the same are no longer
        return None
    if not all(_addable(mine, new, local.size) for mine, new in distinct):
        return None
    sums = {mine: _added(mine, new, local.places) for mine, new in distinct}
    return Additive(tuple(sums[mine] for mine in ours))


def _addable(known: Sums, new: Sums, size: int) -> bool:
    """Whether the sums have one denominator, and there is room for as many agents and for the size of the numbers."""
    return known.den == new.den and _fits(known.num, new.num, size) and known.bound + new.bound <= _LARGEST


def _fits(known: Integers, new: Integers, size: int) -> bool:
    return known.dtype == new.dtype == np.int64 and size <= len(known)


def _added(known: Sums, new: Sums, places: Places) -> Sums:
    if isinstance(places, slice):
        known.num[places] += new.num
    else:
        np.add.at(known.num, places, new.num)  # in half the time
    return Sums(known.num, known.den, known.bound + new.bound)


def _raise(known: Integers, places: Places, new: Integers) -> None:
    if isinstance(places, slice):
        known[places] = np.maximum(known[places], new)
    else:
        np.maximum.at(known, places, new)


def _kept_largest(known: Largest, new: Largest, local: Local) -> Largest | None:
    mine, theirs = known.values, new.values
    if not _is_plain(mine) or mine.den != theirs.den or not _fits(mine.num, theirs.num, local.size):
        return None
    if not _addable(known.counts, new.counts, local.size):
        return None
    _raise(mine.num, local.places, np.where(theirs.present, theirs.num, _LEAST))
    return Largest(mine, _added(known.counts, new.counts, local.places))
