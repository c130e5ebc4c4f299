"""What each row brings into an aggregate: terms that add up to it, or values in the order that it is found by."""

from collections.abc import Mapping
from fractions import Fraction
from typing import assert_never

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from kpi_cli import exact
from kpi_cli.calendars import OpeningHours
from kpi_cli.columns import Column, Days, Moments, Texts, Truths, instants
from kpi_cli.exact import Exact, Mask
from kpi_cli.expressions import Table
from kpi_cli.facts.aggregates import finish, fold, nothing
from kpi_cli.facts.folds import promotions
from kpi_cli.rows import Rows
from kpi_cli.scheme.formula.tree import Aggregate, AggregateKind, RowExpression
from kpi_cli.scheme.formula.tree import Column as Named
from kpi_cli.scheme.formula.walking import walk

DIVIDED = "/ 0"
"""What is missing where an expression is, and no cell that it names: it divides by 0."""


class Terms(Struct, frozen=True, eq=False):
    """The rows that count in an aggregate, by position, in the order in which they are to be shown.

    `values` are what the aggregate reads of them (None: nothing but that they are there); `terms` are what it makes of
    that, a row's `shares` of the credit and its `weights` considered. `value` and `count` are the aggregate's own.
    `filtered` rows are left out by its `where`, others because something is `lacking`: how many, by column.
    """

    rows: NDArray[np.int64]
    values: Column | None
    terms: Exact
    value: Fraction | None
    count: Fraction | None
    weights: Exact | None = None
    shares: Exact | None = None
    filtered: int = 0
    lacking: Mapping[str, int] | None = None


def terms_of(
    aggregate: Aggregate, rows: Rows, hours: Mapping[str, OpeningHours], *, known: bool = True, each: bool = False
) -> Terms:
    """Return what rows bring into an aggregate: of one agent, of one team, or of `each` of several agents, added up.

    Where nothing is `known` about a period, not even a count is 0.
    """
    if not len(rows):
        return _nothing(aggregate, known=known)
    if not each:
        rows = replace(rows, agents=np.zeros_like(rows.agents))
    table = Table(rows.columns, len(rows), hours)
    keep = np.ones(len(rows), dtype=bool)
    if aggregate.where is not None:
        keep = table.truths(aggregate.where).values
    there = keep & _present(aggregate, table, rows)
    places = np.flatnonzero(there)
    counting = _Counting(aggregate, rows, table, places)
    found = counting.terms()
    order = counting.order(found.terms)
    value, count = _measured(aggregate, rows, table)
    return Terms(
        rows=places[order],
        values=None if found.values is None else found.values.take(order),
        terms=found.terms.take(order),
        value=value,
        count=count,
        weights=None if found.weights is None else found.weights.take(order),
        shares=None if found.shares is None else found.shares.take(order),
        filtered=int(np.count_nonzero(~keep)),
        lacking=_lacking(aggregate, table, keep & ~there),
    )


def _nothing(aggregate: Aggregate, *, known: bool) -> Terms:
    measured, no_rows = nothing(aggregate, 1, known=known), exact.missing(0)
    count = None if measured.counts is None else measured.counts.at(0)
    return Terms(np.zeros(0, dtype=np.int64), None, no_rows, measured.values.at(0), count)


def _measured(aggregate: Aggregate, rows: Rows, table: Table) -> tuple[Fraction | None, Fraction | None]:
    """Return value and evidence of all agents together, as the facts have them."""
    agents, own = np.unique(rows.agents, return_inverse=True)
    apart = replace(rows, agents=own.astype(np.int32))
    measured = finish(aggregate, fold(aggregate, apart, table, len(agents)), len(agents))
    return _added(measured.values), None if measured.counts is None else _added(measured.counts)


def _added(column: Exact) -> Fraction | None:
    found = [value for value in column.fractions() if value is not None]
    return sum(found, Fraction(0)) if found else None


def _arguments(aggregate: Aggregate) -> tuple[RowExpression, ...]:
    return tuple(part for part in (aggregate.argument, aggregate.second) if part is not None)


def _present(aggregate: Aggregate, table: Table, rows: Rows) -> Mask:
    """Return the rows in which nothing is missing that the aggregate reads."""
    present = np.ones(len(rows), dtype=bool)
    for expression in _arguments(aggregate):
        present &= table.evaluate(expression).present
    return present & (aggregate.kind is not AggregateKind.ACTIVE_DAYS or rows.days is not None)


def _lacking(aggregate: Aggregate, table: Table, without: Mask) -> Mapping[str, int]:
    """Return in how many rows which column is missing: the first that the formula names."""
    found: dict[str, int] = {}
    left = without
    for node in walk(_arguments(aggregate)):
        if isinstance(node, Named):
            absent = left & ~table.columns[node.name].present
            found[node.name] = found.get(node.name, 0) + int(np.count_nonzero(absent))
            left = left & ~absent
    found[DIVIDED] = int(np.count_nonzero(left))
    return {name: count for name, count in found.items() if count}


class _Found(Struct, frozen=True):
    """Terms in the order of rows."""

    terms: Exact
    values: Column | None = None
    weights: Exact | None = None
    shares: Exact | None = None


class _Counting(Struct, frozen=True):
    """The rows at some places, which count in an aggregate."""

    aggregate: Aggregate
    rows: Rows
    table: Table
    places: NDArray[np.int64]

    def terms(self) -> _Found:
        """Return what each row brings in."""
        match self.aggregate.kind:
            case AggregateKind.COUNT:
                return self._shared(exact.constant(Fraction(1), len(self.places)))
            case AggregateKind.SUM | AggregateKind.MEAN | AggregateKind.SHARE:
                return self._shared(self._numbers(self.aggregate.argument), self._column(self.aggregate.argument))
            case AggregateKind.NPS:
                return self._promoters()
            case AggregateKind.WEIGHTED_MEAN:
                return self._weighted()
            case AggregateKind.ONLY | AggregateKind.MIN | AggregateKind.MAX:
                return self._plain()
            case AggregateKind.MEDIAN | AggregateKind.PERCENTILE:
                return self._plain()
            case AggregateKind.UNIQUE:
                column = self._column(self.aggregate.argument)
                return _Found(self._firsts(_identities(column)), column)
            case AggregateKind.ACTIVE_DAYS:
                days = np.zeros(0, dtype=np.int64) if self.rows.days is None else self.rows.days[self.places]
                return _Found(self._firsts(days.tolist()), Days(days, np.ones(len(days), dtype=bool)))
            case AggregateKind.PEAK:
                return _Found(self._open())
            case _:
                assert_never(self.aggregate.kind)

    def order(self, terms: Exact) -> NDArray[np.int64]:
        """Return the order in which a person finds the aggregate: by value, or by time, or as the rows stand."""
        kind = self.aggregate.kind
        if kind is AggregateKind.PEAK:
            return np.argsort(instants(self._column(self.aggregate.argument)), kind="stable")
        if kind not in {AggregateKind.MEDIAN, AggregateKind.PERCENTILE, AggregateKind.MIN, AggregateKind.MAX}:
            return np.arange(len(self.places))
        values = terms.fractions()
        sign = -1 if kind is AggregateKind.MAX else 1
        ordered = sorted(range(len(values)), key=lambda place: sign * (values[place] or 0))
        return np.array(ordered, dtype=np.int64)

    def _column(self, expression: RowExpression | None) -> Column:
        if expression is None:
            message = "a checked aggregate has all its arguments"
            raise TypeError(message)
        return self.table.evaluate(expression).take(self.places)

    def _numbers(self, expression: RowExpression | None) -> Exact:
        column = self._column(expression)
        if isinstance(column, Truths):
            return Exact(column.values.astype(np.int64), 1, column.present)
        if not isinstance(column, Exact):
            message = "the checked formula promised a number"
            raise TypeError(message)
        return column

    def _plain(self) -> _Found:
        numbers = self._numbers(self.aggregate.argument)
        return _Found(numbers, numbers)

    def _shared(self, numbers: Exact, values: Column | None = None, weights: Exact | None = None) -> _Found:
        """Return numbers of which each row brings in as much as its share of the credit is."""
        if self.rows.shares is None:
            return _Found(numbers, values, weights)
        share = self.rows.shares.take(self.places)
        return _Found(numbers * share, values, None if weights is None else weights * share, share)

    def _promoters(self) -> _Found:
        ratings = self._numbers(self.aggregate.argument)
        return self._shared(promotions(ratings), ratings)

    def _weighted(self) -> _Found:
        values, weights = self._numbers(self.aggregate.argument), self._numbers(self.aggregate.second)
        return self._shared(values * weights, values, weights)

    def _open(self) -> Exact:
        """Return how many intervals are open when each begins, itself among them; none in one without length."""
        begins, ends = (instants(self._column(moment)) for moment in (self.aggregate.argument, self.aggregate.second))
        lasting = begins < ends
        begun = np.searchsorted(np.sort(begins[lasting]), begins, side="right")
        ended = np.searchsorted(np.sort(ends[lasting]), begins, side="right")
        return exact.integers(np.where(lasting, begun - ended, 0).astype(np.int64))

    def _firsts(self, marks: list[object]) -> Exact:
        """Return 1 for the first of an agent's equal marks, 0 for the others."""
        seen: set[object] = set()
        firsts = []
        for mark in zip(self.rows.agents[self.places].tolist(), marks, strict=True):
            firsts.append(mark not in seen)
            seen.add(mark)
        return exact.integers(np.array(firsts, dtype=np.int64))


def _identities(column: Column) -> list[object]:
    """Return what tells the cells of a column apart."""
    match column:
        case Texts():
            return list(column.to_list())
        case Exact():
            return list(column.fractions())
        case Moments():
            return list(column.utc.tolist())
        case Days():
            return list(column.days.tolist())
        case Truths():
            return list(column.values.tolist())
        case _:
            assert_never(column)
