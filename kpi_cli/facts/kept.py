"""The rows of a block that count for an aggregate, and what the numbers in them come to for each agent."""

from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kpi_cli.exact import Exact, Mask, product
from kpi_cli.facts import compiled
from kpi_cli.facts.partials import Sums, column_sums, counts_by, largest_by
from kpi_cli.rows import Codes

Positions: TypeAlias = NDArray[np.intp]


class Kept:
    """The rows of a mask (None: all of them) of a block whose rows are of so many `agents`, each row of one of them.

    Counts, sums and extremes are found by kernels; where the rows lie is worked out for what else is asked.
    """

    def __init__(self, agents: Codes, mask: Mask | None, size: int) -> None:
        self._agents = agents
        self._mask = mask
        self._size = size

    @cached_property
    def rows(self) -> Positions | None:
        """Where the rows lie in the block; None where they are all of it."""
        return None if self._mask is None else np.flatnonzero(self._mask)

    @cached_property
    def agents(self) -> Positions:
        """The agent of each of the rows."""
        return (self._agents if self.rows is None else self._agents.take(self.rows)).astype(np.intp)

    @cached_property
    def counts(self) -> Sums:
        """How many of the rows each agent has."""
        found = compiled.counts(self._agents, self._mask, self._size)
        if found is not None:
            return found
        counts = counts_by(self.agents, self._size)
        return Sums(counts, most=int(counts.max(initial=0)))

    def taken(self, column: Exact) -> Exact:
        """Return the numbers of these rows out of those of the block; none of them is missing."""
        if self.rows is None:
            return column
        den = column.den if isinstance(column.den, int) else column.den.take(self.rows)
        return Exact(column.num.take(self.rows), den, np.ones(len(self.rows), dtype=bool))

    def among(self, values: Mask) -> "Kept":
        """Return those of the rows that a mask of the block has as well."""
        return Kept(self._agents, values if self._mask is None else self._mask & values, self._size)

    @cached_property
    def alone(self) -> "Kept":
        """Return the same rows as a block of their own, as the numbers taken of them are."""
        return self if self.rows is None else Kept(self._agents.take(self.rows), None, self._size)

    def sums(self, column: Exact) -> Sums:
        """Add up the numbers of these rows by agent."""
        if isinstance(column.den, int):
            found = compiled.sums(self._agents, self._mask, column.num, self._size)
            if found is not None:
                return Sums(found[0], column.den, found[1])
        return column_sums(self.agents, self.taken(column), self._size, self.counts.most)

    def largest(self, column: Exact, sign: int) -> Exact:
        """Return each agent's largest number times `sign` in these rows; missing without any."""
        counts = self.counts.num
        if isinstance(column.den, int):
            found = compiled.extremes(self._agents, self._mask, column.num, self._size, sign)
            if found is not None:
                return Exact(product(np.where(counts > 0, found, 0), sign), column.den, counts > 0)
        numbers = self.taken(column)
        return largest_by(self.agents, numbers if sign > 0 else -numbers, counts)
