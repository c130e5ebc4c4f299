"""How a block's rows become the partials of each aggregate: counts, sums, extremes and tallies by agent."""

from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

import numpy as np

from kpi_cli import exact
from kpi_cli.columns import DAY, Column, Days, Moments, Texts, Truths
from kpi_cli.exact import Exact, Integers, Mask
from kpi_cli.expressions import Table
from kpi_cli.facts.partials import Additive, Largest, Run, Sums, Tally, column_sums, consolidated, counts_by, largest_by
from kpi_cli.hashing import hash_texts
from kpi_cli.rows import Codes, Rows
from kpi_cli.scheme.formula.tree import RowExpression

_PROMOTERS, _DETRACTORS = Fraction(9), Fraction(6)


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows of a block that one aggregate counts; `keep` None means all of them."""

    rows: Rows
    table: Table
    keep: Mask | None
    size: int  # how many agents there are

    @property
    def codes(self) -> Codes:
        """The agents of the rows kept."""
        return self.rows.agents if self.keep is None else self.rows.agents[self.keep]

    def kept(self, present: Mask) -> Mask:
        """Return which rows are kept and present."""
        return present if self.keep is None else present & self.keep

    def numbers(self, expression: RowExpression) -> tuple[Codes, Exact]:
        """Return agents and numbers of the kept rows where the expression is not missing."""
        column = self.table.numbers(expression)
        kept = self.kept(column.present)
        return (self.rows.agents, column) if kept.all() else (self.rows.agents[kept], column.take(kept))

    def summed(self, kept: Mask | None, column: Exact) -> Additive:
        """Return how many of the kept rows there are, their numbers added up, and their weights added up.

        A row whose credit is split among k agents counts 1/k for each.
        """
        codes = self.rows.agents if kept is None else self.rows.agents[kept]
        numbers = column if kept is None else column.take(kept)
        rows = Sums(counts_by(codes, self.size))
        if self.rows.sharers is None:
            return Additive((rows, column_sums(codes, numbers, self.size), rows))
        sharers = self.rows.sharers if kept is None else self.rows.sharers[kept]
        share = Exact(np.ones(len(sharers), dtype=np.int64), sharers, np.ones(len(sharers), dtype=bool))
        sums = column_sums(codes, numbers * share, self.size)
        return Additive((rows, sums, column_sums(codes, share, self.size)))


def fold_count(selection: Selection) -> Additive:
    """Count rows, and add up their weights."""
    if selection.rows.sharers is None:
        rows = Sums(counts_by(selection.codes, selection.size))
        return Additive((rows, rows))
    weights = selection.summed(selection.keep, exact.constant(Fraction(1), len(selection.rows)))
    return Additive(weights.slots[::2])


def fold_sum(selection: Selection, expression: RowExpression) -> Additive:
    """Count and add up numbers, or conditions as 0 and 1."""
    column = selection.table.numbers(expression)
    kept = selection.kept(column.present)
    return selection.summed(None if kept.all() else kept, column)


def fold_net_promoters(selection: Selection, expression: RowExpression) -> Additive:
    """Count ratings, and promoters (9-10) less detractors (0-6)."""
    column = selection.table.numbers(expression)
    rows = len(column)
    promoters = column.order(exact.constant(_PROMOTERS, rows)) >= 0
    detractors = column.order(exact.constant(_DETRACTORS, rows)) <= 0
    net = exact.integers(promoters.astype(np.int64) - detractors.astype(np.int64))
    return selection.summed(selection.kept(column.present), net)


def fold_weighted(selection: Selection, expression: RowExpression, weight: RowExpression) -> Additive:
    """Count rows with value and weight, add up their products and the weights."""
    values, weights = selection.table.numbers(expression), selection.table.numbers(weight)
    kept = selection.kept(values.present & weights.present)
    rows, products, _ = selection.summed(kept, values * weights).slots
    return Additive((rows, products, selection.summed(kept, weights).slots[1]))


def fold_only(selection: Selection, expression: RowExpression) -> Additive:
    """Count values, add them up, and count rows: more than one row is an error of the data."""
    codes, column = selection.numbers(expression)
    values = Sums(counts_by(codes, selection.size)), column_sums(codes, column, selection.size)
    return Additive((*values, Sums(counts_by(selection.codes, selection.size))))


def fold_largest(selection: Selection, expression: RowExpression, sign: int) -> Largest:
    """Keep the largest of the numbers times `sign`."""
    codes, column = selection.numbers(expression)
    signed = column if sign > 0 else -column
    return Largest(largest_by(codes, signed, selection.size), Sums(counts_by(codes, selection.size)))


def fold_values(selection: Selection, expression: RowExpression) -> Tally:
    """Tally numbers."""
    codes, column = selection.numbers(expression)
    return _tallied(codes, column, selection.size)


def fold_identities(selection: Selection, expression: RowExpression) -> Tally:
    """Tally what tells cells apart: numbers and times themselves, texts by hash."""
    cells = selection.table.evaluate(expression)
    kept = selection.kept(cells.present)
    codes, cells = selection.rows.agents[kept], cells.take(kept)
    return _tallied(codes, _identities(cells), selection.size)


def fold_days(selection: Selection) -> Tally:
    """Tally the local days of rows."""
    days = selection.rows.days
    if days is None:
        return _tallied(selection.codes[:0], exact.integers(np.zeros(0, dtype=np.int64)), selection.size)
    kept = days if selection.keep is None else days[selection.keep]
    return _tallied(selection.codes, exact.integers(kept), selection.size)


def fold_events(selection: Selection, start: RowExpression, end: RowExpression) -> Tally:
    """Tally +1 at each start and -1 at each end; an interval without length is open at no time."""
    starts, ends = (_micros(selection.table.evaluate(moment)) for moment in (start, end))
    counted = selection.kept(starts[1] & ends[1])
    open_for_a_while = counted & (starts[0] < ends[0])
    codes = np.concatenate([selection.rows.agents[open_for_a_while]] * 2)
    keys = np.concatenate([starts[0][open_for_a_while], ends[0][open_for_a_while]])
    weights = np.repeat(np.array([1, -1], dtype=np.int64), len(codes) // 2)
    counts = Sums(counts_by(selection.rows.agents[counted], selection.size))
    return Tally((consolidated([Run(codes, keys, weights)]),), counts)


def _tallied(codes: Codes, column: Exact, size: int) -> Tally:
    common = column if isinstance(column.den, int) else exact.from_fractions(column.fractions())
    run = consolidated([Run(codes, common.num, np.ones(len(codes), dtype=np.int64))])
    return Tally((run,), Sums(counts_by(codes, size)), int(common.den))


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


def _micros(column: Column) -> tuple[Integers, Mask]:
    match column:
        case Moments():
            return column.utc, column.present
        case Days():
            return column.days * DAY, column.present
        case _:
            message = f"the checked formula counts intervals of time, not {type(column).__name__}"
            raise TypeError(message)
