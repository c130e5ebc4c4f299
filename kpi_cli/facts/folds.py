"""How a block's rows become the partials of each aggregate: counts, sums, extremes and tallies by agent."""

from fractions import Fraction
from functools import reduce
from typing import assert_never

import numpy as np
from msgspec import Struct, field

from kpi_cli import exact
from kpi_cli.columns import Column, Days, Moments, Texts, Truths, instants
from kpi_cli.exact import Exact, Mask
from kpi_cli.expressions import Table
from kpi_cli.facts.kept import Kept
from kpi_cli.facts.partials import Additive, Largest, Run, Tally, consolidated
from kpi_cli.hashing import hash_texts
from kpi_cli.rows import Rows
from kpi_cli.scheme.formula.tree import RowExpression

_PROMOTERS, _DETRACTORS = Fraction(9), Fraction(6)


class Selection(Struct, frozen=True):
    """The rows of a block that aggregates with one condition count; `keep` None means all of them."""

    rows: Rows
    table: Table
    keep: Mask | None
    size: int  # how many agents there are
    done: dict[tuple[RowExpression, ...], Kept] = field(default_factory=dict)

    def kept(self, *expressions: RowExpression) -> Kept:
        """Return the rows kept in which none of the expressions is missing."""
        masks = {expression: self.table.present(expression) for expression in expressions}
        gaps = {expression: present for expression, present in masks.items() if present is not None}
        lacking = tuple(gaps)
        if lacking not in self.done:
            self.done[lacking] = self._kept(list(gaps.values()))
        return self.done[lacking]

    def _kept(self, masks: list[Mask]) -> Kept:
        masks = masks if self.keep is None else [self.keep, *masks]
        return Kept(self.rows.agents, reduce(np.logical_and, masks) if masks else None, self.size)

    def numbers(self, expression: RowExpression) -> tuple[Kept, Exact]:
        """Return the rows kept in which the expression is not missing, and the numbers of all rows."""
        return self.kept(expression), self.table.numbers(expression)

    def summed(self, kept: Kept, numbers: Exact) -> Additive:
        """Return how many of the kept rows there are, their numbers (of all rows) added up, and their weights added up.

        A row whose credit is split among k agents counts 1/k for each.
        """
        if self.rows.shares is None:
            return Additive((kept.counts, kept.sums(numbers), kept.counts))
        return self.summed_alone(kept, kept.taken(numbers))

    def summed_alone(self, kept: Kept, numbers: Exact) -> Additive:
        """Return the same of numbers that are those of the kept rows alone."""
        if self.rows.shares is None:
            return Additive((kept.counts, kept.alone.sums(numbers), kept.counts))
        share = kept.taken(self.rows.shares)
        return Additive((kept.counts, kept.alone.sums(numbers * share), kept.alone.sums(share)))


def fold_count(selection: Selection) -> Additive:
    """Count rows, and add up their weights."""
    kept = selection.kept()
    if selection.rows.shares is None:
        return Additive((kept.counts, kept.counts))
    weights = selection.summed_alone(kept, exact.constant(Fraction(1), len(kept.agents)))
    return Additive(weights.slots[::2])


def fold_sum(selection: Selection, expression: RowExpression) -> Additive:
    """Count and add up numbers, or conditions as 0 and 1."""
    column = selection.table.evaluate(expression)
    if not isinstance(column, Truths) or selection.rows.shares is not None:
        return selection.summed(*selection.numbers(expression))
    kept = selection.kept(expression)
    return Additive((kept.counts, kept.among(column.values).counts, kept.counts))


def fold_net_promoters(selection: Selection, expression: RowExpression) -> Additive:
    """Count ratings, and promoters (9-10) less detractors (0-6)."""
    kept, ratings = selection.numbers(expression)
    return selection.summed_alone(kept, promotions(kept.taken(ratings)))


def promotions(ratings: Exact) -> Exact:
    """Return 1 for each promoter (9-10), -1 for each detractor (0-6), 0 between them."""
    promoters = ratings.order(exact.constant(_PROMOTERS, len(ratings))) >= 0
    detractors = ratings.order(exact.constant(_DETRACTORS, len(ratings))) <= 0
    return exact.integers(promoters.astype(np.int64) - detractors.astype(np.int64))


def fold_weighted(selection: Selection, expression: RowExpression, weight: RowExpression) -> Additive:
    """Count rows with value and weight, add up their products and the weights."""
    kept = selection.kept(expression, weight)
    values, weights = (kept.taken(selection.table.numbers(part)) for part in (expression, weight))
    rows, products, _ = selection.summed_alone(kept, values * weights).slots
    return Additive((rows, products, selection.summed_alone(kept, weights).slots[1]))


def fold_only(selection: Selection, expression: RowExpression) -> Additive:
    """Count values, add them up, and count rows: more than one row is an error of the data."""
    kept, numbers = selection.numbers(expression)
    return Additive((kept.counts, kept.sums(numbers), selection.kept().counts))


def fold_largest(selection: Selection, expression: RowExpression, sign: int) -> Largest:
    """Keep the largest of the numbers times `sign`."""
    kept, numbers = selection.numbers(expression)
    return Largest(kept.largest(numbers, sign), kept.counts)


def fold_values(selection: Selection, expression: RowExpression) -> Tally:
    """Tally numbers."""
    kept, numbers = selection.numbers(expression)
    return _tallied(kept, kept.taken(numbers))


def fold_identities(selection: Selection, expression: RowExpression) -> Tally:
    """Tally what tells cells apart: numbers and times themselves, texts by hash."""
    cells, kept = selection.table.evaluate(expression), selection.kept(expression)
    return _tallied(kept, _identities(cells if kept.rows is None else cells.take(kept.rows)))


def fold_days(selection: Selection) -> Tally:
    """Tally the local days of rows."""
    days, kept = selection.rows.days, selection.kept()
    if days is None:
        nobody = Kept(selection.rows.agents[:0], None, selection.size)
        return _tallied(nobody, exact.integers(np.zeros(0, dtype=np.int64)))
    return _tallied(kept, exact.integers(days if kept.rows is None else days[kept.rows]))


def fold_events(selection: Selection, start: RowExpression, end: RowExpression) -> Tally:
    """Tally +1 at each start and -1 at each end; an interval without length is open at no time."""
    moments = [instants(selection.table.evaluate(moment)) for moment in (start, end)]
    kept = selection.kept(start, end)
    begins, ends = moments if kept.rows is None else (part[kept.rows] for part in moments)
    lasting = begins < ends
    codes = np.concatenate([kept.agents[lasting]] * 2).astype(np.int32)
    keys = np.concatenate([begins[lasting], ends[lasting]])
    weights = np.repeat(np.array([1, -1], dtype=np.int64), len(codes) // 2)
    return Tally((consolidated([Run(codes, keys, weights)]),), kept.counts)


def _tallied(kept: Kept, column: Exact) -> Tally:
    common = column if isinstance(column.den, int) else exact.from_fractions(column.fractions())
    agents = kept.agents.astype(np.int32)
    run = consolidated([Run(agents, common.num, np.ones(len(agents), dtype=np.int64))])
    return Tally((run,), kept.counts, int(common.den))


def _identities(cells: Column) -> Exact:
    match cells:
        case Texts():
            return exact.integers(hash_texts(cells.array).view(np.int64))
        case Exact():
            return cells
        case Moments():
            return exact.integers(cells.utc)
        case Days():
            return exact.integers(cells.days)
        case Truths():
            return exact.integers(cells.values.astype(np.int64))
        case _:
            assert_never(cells)
