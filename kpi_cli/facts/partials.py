"""Partial aggregates that merge in any order: sums, extremes and tallies, one entry an agent.

Everything here is integers over a common denominator, so that how rows are cut, shuffled and regrouped changes nothing.
"""

from math import lcm
from typing import TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kpi_cli import exact
from kpi_cli.exact import Exact, Integers, Mask, largest, product, total
from kpi_cli.rows import Codes

_EXACT_IN_INT64 = 2**63 - 1


class Sums(Struct, frozen=True, eq=False):
    """`num / den` for each agent; merging adds. No numerator is larger than `most`, as far as that is known."""

    num: Integers
    den: int = 1
    most: int | None = None

    @property
    def bound(self) -> int:
        """A magnitude that no numerator goes beyond."""
        return largest(self.num) if self.most is None else self.most

    def merged(self, other: "Sums") -> "Sums":
        """Return the sums over the rows of both."""
        den, size = lcm(self.den, other.den), max(len(self.num), len(other.num))
        left = product(padded(self.num, size), den // self.den)
        return Sums(total(left, product(padded(other.num, size), den // other.den)), den)

    def regrouped(self, groups: Codes, size: int) -> "Sums":
        """Return the sums over groups of agents; group -1 is left out."""
        kept = groups >= 0
        num = padded(self.num, len(groups))
        return Sums(sums_by(groups[kept], num[kept], size), self.den)

    def exact(self, size: int) -> Exact:
        """Return the sums of `size` agents as numbers."""
        return Exact(padded(self.num, size), self.den, np.ones(size, dtype=bool))


class Additive(Struct, frozen=True, eq=False):
    """Several sums of one aggregate, such as numerator and denominator of a mean; some may be one and the same."""

    slots: tuple[Sums, ...]

    def merged(self, other: "Additive") -> "Additive":
        """Return the sums over the rows of both."""
        pairs = list(zip(self.slots, other.slots, strict=True))
        sums = {(id(a), id(b)): a.merged(b) for a, b in dict.fromkeys(pairs)}
        return Additive(tuple(sums[id(a), id(b)] for a, b in pairs))

    def regrouped(self, groups: Codes, size: int) -> "Additive":
        """Return the sums over groups of agents."""
        sums = {id(slot): slot.regrouped(groups, size) for slot in dict.fromkeys(self.slots)}
        return Additive(tuple(sums[id(slot)] for slot in self.slots))


class Largest(Struct, frozen=True, eq=False):
    """The largest value of each agent (a minimum is kept negated), and how many there were."""

    values: Exact
    counts: Sums

    def merged(self, other: "Largest") -> "Largest":
        """Return the largest over the rows of both."""
        size = max(len(self.values), len(other.values))
        left, right = lengthened(self.values, size), lengthened(other.values, size)
        keep = left.present & (~right.present | (left.order(right) >= 0))
        return Largest(exact.pick(keep, left, right), self.counts.merged(other.counts))

    def regrouped(self, groups: Codes, size: int) -> "Largest":
        """Return the largest over groups of agents."""
        kept = (groups >= 0) & lengthened(self.values, len(groups)).present
        values = lengthened(self.values, len(groups)).take(kept)
        codes = groups[kept]
        return Largest(largest_by(codes, values, counts_by(codes, size)), self.counts.regrouped(groups, size))


class Run(Struct, frozen=True, eq=False):
    """How often (weight) each agent has each key, in the order of agents, then keys, each pair once."""

    agents: Codes
    keys: Integers
    weights: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.agents)


class Tally(Struct, frozen=True, eq=False):
    """How often each agent has each value `key / den`, in runs of falling size; `counts` is the evidence."""

    runs: tuple[Run, ...]
    counts: Sums
    den: int = 1

    def merged(self, other: "Tally") -> "Tally":
        """Return the tally of the rows of both; runs of like size are merged, so each row is sorted seldom."""
        den = lcm(self.den, other.den)
        runs = sorted((*self.scaled_runs(den), *other.scaled_runs(den)), key=len, reverse=True)
        while len(runs) > 1 and len(runs[-2]) <= 2 * len(runs[-1]):
            runs[-2:] = [consolidated(runs[-2:])]
        return Tally(tuple(runs), self.counts.merged(other.counts), den)

    def regrouped(self, groups: Codes, size: int) -> "Tally":
        """Return the tally of groups of agents."""
        run = self.single()
        codes = groups[run.agents]
        kept = codes >= 0
        moved = Run(codes[kept], run.keys[kept], run.weights[kept])
        return Tally((consolidated([moved]),), self.counts.regrouped(groups, size), self.den)

    def single(self) -> Run:
        """Return the whole tally as one run."""
        return self.runs[0] if len(self.runs) == 1 else consolidated(self.runs)

    def scaled_runs(self, den: int) -> tuple[Run, ...]:
        """Return the runs with keys over a multiple of the denominator."""
        if den == self.den:
            return self.runs
        return tuple(Run(run.agents, product(run.keys, den // self.den), run.weights) for run in self.runs)


Partial: TypeAlias = Additive | Largest | Tally


def consolidated(runs: "list[Run] | tuple[Run, ...]") -> Run:
    """Return the runs as one: sorted, each pair of agent and key once, weights added."""
    agents = np.concatenate([run.agents for run in runs])
    keys = np.concatenate([run.keys for run in runs])
    weights = np.concatenate([run.weights for run in runs])
    if not len(agents):
        return Run(agents, keys, weights)
    order = np.lexsort((keys, agents))
    agents, keys, weights = agents[order], keys[order], weights[order]
    new = np.ones(len(agents), dtype=bool)
    new[1:] = (agents[1:] != agents[:-1]) | (keys[1:] != keys[:-1])
    starts = np.flatnonzero(new)
    return Run(agents[starts], keys[starts], np.add.reduceat(weights, starts))


def padded(values: Integers, size: int) -> Integers:
    """Return the array with zeros up to `size`, or as much of it."""
    if len(values) >= size:
        return values[:size]
    return np.concatenate([values, np.zeros(size - len(values), dtype=values.dtype)])


def lengthened(values: Exact, size: int) -> Exact:
    """Return the column with missing entries up to `size`, or as much of it."""
    short = size - len(values)
    if short <= 0:
        return values.take(slice(size))
    den = values.den if isinstance(values.den, int) else np.concatenate([values.den, np.ones(short, dtype=np.int64)])
    return Exact(padded(values.num, size), den, np.concatenate([values.present, np.zeros(short, dtype=bool)]))


def counts_by(codes: NDArray[np.integer], size: int) -> Integers:
    """Return how many rows each of `size` agents has."""
    return np.bincount(codes, minlength=size).astype(np.int64, copy=False)


def sums_by(codes: NDArray[np.integer], num: Integers, size: int) -> Integers:
    """Return the exact sum of the integers of each agent."""
    fits = num.dtype != object and largest(num) * len(num) <= _EXACT_IN_INT64
    wide = num if fits else num.astype(object)
    sums = np.zeros(size, dtype=wide.dtype)
    np.add.at(sums, codes, wide)
    return sums


def column_sums(codes: NDArray[np.integer], column: Exact, size: int, rows: int | None = None) -> Sums:
    """Return the exact sum of each agent's numbers (missing ones hold 0); no agent has more of them than `rows`."""
    if isinstance(column.den, int):
        most = None if rows is None else rows * largest(column.num)
        return Sums(sums_by(codes, column.num, size), column.den, most)
    den = lcm(*(int(entry) for entry in np.unique(column.den)))
    factors = np.array([den // int(entry) for entry in column.den], dtype=object)
    return Sums(sums_by(codes, column.num.astype(object) * factors, size), den)


def largest_by(codes: NDArray[np.integer], column: Exact, counts: Integers) -> Exact:
    """Return the largest of each agent's `counts` numbers; missing without any. The column has no missing rows."""
    if isinstance(column.den, int) and column.num.dtype != object:
        best = np.full(len(counts), np.iinfo(np.int64).min, dtype=np.int64)
        np.maximum.at(best, codes, column.num)
        return Exact(np.where(counts > 0, best, 0), column.den, counts > 0)
    order = np.lexsort((_sort_keys(column), codes))
    last = np.ones(len(order), dtype=bool)
    last[:-1] = codes[order][1:] != codes[order][:-1]
    winners = order[last]
    return scattered(column.take(winners), codes[winners], len(counts))


def _sort_keys(column: Exact) -> Integers:
    if isinstance(column.den, int):
        return column.num
    values = [value for value in column.fractions() if value is not None]
    positions = {value: position for position, value in enumerate(sorted(set(values)))}
    return np.array([positions[value] for value in values], dtype=np.int64)


def scattered(column: Exact, codes: NDArray[np.integer], size: int) -> Exact:
    """Return the column's entries at the positions `codes` of `size` agents, the rest missing."""
    num = np.zeros(size, dtype=column.num.dtype)
    present: Mask = np.zeros(size, dtype=bool)
    num[codes], present[codes] = column.num, column.present
    if isinstance(column.den, int):
        return Exact(num, column.den, present)
    den = np.ones(size, dtype=column.den.dtype)
    den[codes] = column.den
    return Exact(num, den, present)
