"""The aggregates of the formula language: rows to a partial, a partial to each agent's value and evidence n."""

from fractions import Fraction
from typing import TypeAlias, assert_never

import numpy as np
from msgspec import Struct

from kpi_cli import exact
from kpi_cli.exact import Exact, Integers, Mask
from kpi_cli.expressions import Table
from kpi_cli.facts import folds
from kpi_cli.facts.folds import Selection
from kpi_cli.facts.partials import Additive, Largest, Partial, Run, Tally, counts_by, lengthened
from kpi_cli.facts.quantiles import percentiles
from kpi_cli.rows import Codes, Rows
from kpi_cli.scheme.formula.tree import Aggregate, AggregateKind, RowExpression

_MEDIAN = Fraction(50)


class Measured(Struct, frozen=True):
    """Each agent's value, and the evidence n behind it; None where the formula has no evidence at all."""

    values: Exact
    counts: Exact | None


Selections: TypeAlias = dict[RowExpression | None, Selection]


def fold(aggregate: Aggregate, rows: Rows, table: Table, size: int, selections: Selections | None = None) -> Partial:
    """Return the partial aggregate of a block's rows over `size` agents; `selections` serve aggregates that follow."""
    selection = None if selections is None else selections.get(aggregate.where)
    if selection is None:
        keep = _kept(rows.counting, None if aggregate.where is None else table.truths(aggregate.where).values)
        selection = Selection(rows, table, keep, size)
        if selections is not None:
            selections[aggregate.where] = selection
    match aggregate.kind:
        case AggregateKind.COUNT:
            return folds.fold_count(selection)
        case AggregateKind.SUM | AggregateKind.MEAN | AggregateKind.SHARE:
            return folds.fold_sum(selection, _given(aggregate.argument))
        case AggregateKind.NPS:
            return folds.fold_net_promoters(selection, _given(aggregate.argument))
        case AggregateKind.WEIGHTED_MEAN:
            return folds.fold_weighted(selection, _given(aggregate.argument), _given(aggregate.second))
        case AggregateKind.ONLY:
            return folds.fold_only(selection, _given(aggregate.argument))
        case AggregateKind.MAX:
            return folds.fold_largest(selection, _given(aggregate.argument), 1)
        case AggregateKind.MIN:
            return folds.fold_largest(selection, _given(aggregate.argument), -1)
        case AggregateKind.MEDIAN | AggregateKind.PERCENTILE:
            return folds.fold_values(selection, _given(aggregate.argument))
        case AggregateKind.UNIQUE:
            return folds.fold_identities(selection, _given(aggregate.argument))
        case AggregateKind.ACTIVE_DAYS:
            return folds.fold_days(selection)
        case AggregateKind.PEAK:
            return folds.fold_events(selection, _given(aggregate.argument), _given(aggregate.second))
        case _:
            assert_never(aggregate.kind)


def _kept(counting: Mask | None, holding: Mask | None) -> Mask | None:
    return counting if holding is None else holding if counting is None else counting & holding


def _given(argument: RowExpression | None) -> RowExpression:
    if argument is None:
        message = "a checked aggregate has all its arguments"
        raise TypeError(message)
    return argument


def finish(aggregate: Aggregate, partial: Partial, size: int) -> Measured:
    """Return each of `size` agents' value and evidence. Over no rows, counts and sums are 0, all else is missing."""
    match partial:
        case Additive(slots=slots):
            return _finish_sums(aggregate.kind, tuple(slot.exact(size) for slot in slots))
        case Largest(values=values, counts=counts):
            values = lengthened(values, size)
            return Measured(-values if aggregate.kind is AggregateKind.MIN else values, counts.exact(size))
        case Tally():
            return _finish_tally(aggregate, partial, size)
        case _:
            assert_never(partial)


def _finish_sums(kind: AggregateKind, slots: tuple[Exact, ...]) -> Measured:
    rows, *sums = slots
    match kind:
        case AggregateKind.COUNT | AggregateKind.SUM:
            return Measured(sums[0], rows)
        case AggregateKind.ONLY:
            return Measured(sums[0].only_where(rows.num > 0), rows)
        case _:
            return Measured(sums[0] / sums[1], rows)


def _finish_tally(aggregate: Aggregate, tally: Tally, size: int) -> Measured:
    run, counts = tally.single(), tally.counts.exact(size)
    match aggregate.kind:
        case AggregateKind.UNIQUE:
            distinct = exact.integers(counts_by(run.agents, size))
            return Measured(distinct, distinct)
        case AggregateKind.ACTIVE_DAYS:
            return Measured(exact.integers(counts_by(run.agents, size)), None)
        case AggregateKind.PEAK:
            return Measured(exact.integers(_highest(run, size)), counts)
        case _:
            rank = _MEDIAN if aggregate.rank is None else aggregate.rank
            return Measured(percentiles(run, tally.den, rank, size), counts)


def _highest(run: Run, size: int) -> Integers:
    """Return the most intervals open at once; the deltas of each agent add up to 0, so one running sum serves all."""
    highest = np.zeros(size, dtype=np.int64)
    np.maximum.at(highest, run.agents, np.cumsum(run.weights))
    return highest


_ZERO_OVER_NO_ROWS = frozenset(
    {
        AggregateKind.COUNT,
        AggregateKind.SUM,
        AggregateKind.UNIQUE,
        AggregateKind.ACTIVE_DAYS,
        AggregateKind.PEAK,
    }
)


def nothing(aggregate: Aggregate, size: int, *, known: bool) -> Measured:
    """Return the aggregate over no rows: counts and sums are 0 if that much is `known`, all else is missing."""
    zeros = exact.integers(np.zeros(size, dtype=np.int64))
    counts = None if aggregate.kind is AggregateKind.ACTIVE_DAYS else zeros
    if known and aggregate.kind in _ZERO_OVER_NO_ROWS:
        return Measured(zeros, counts)
    return Measured(exact.missing(size), counts if known or counts is None else exact.missing(size))


def merged(left: Partial, right: Partial) -> Partial:
    """Return the aggregate over the rows of both."""
    match left, right:
        case (Additive(), Additive()) | (Largest(), Largest()) | (Tally(), Tally()):
            return left.merged(right)  # type: ignore[arg-type]  # the pattern pairs equal kinds
        case _:
            message = f"{type(left).__name__} and {type(right).__name__} are not partials of one aggregate"
            raise TypeError(message)


def lone_rows_exceeded(partial: Partial) -> Codes:
    """Return the agents for whom `only(x)` met more than one row."""
    rows = partial.slots[-1].num if isinstance(partial, Additive) else np.zeros(0)
    return np.flatnonzero(rows > 1).astype(np.int32)
