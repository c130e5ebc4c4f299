"""Every aggregate is exact, and cutting, shuffling and regrouping its rows changes nothing."""

import math
from collections import defaultdict
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_cli import exact
from kpi_cli.columns import Column as AnyColumn
from kpi_cli.columns import Moments, texts
from kpi_cli.expressions import Table
from kpi_cli.facts.aggregates import Measured, finish, fold, merged, nothing
from kpi_cli.facts.partials import Partial
from kpi_cli.rows import Rows
from kpi_cli.scheme.formula.tree import Aggregate, AggregateKind, Arithmetic, Column, Kind, Operator, RowExpression

NUMBERS = (
    st.none()
    | st.decimals(-100, 100, places=2, allow_nan=False).map(Fraction)
    | st.integers(-(2**62), 2**62).map(Fraction)
)
Row = tuple[int, Fraction | None, str | None, int, int]
ROWS = st.lists(
    st.tuples(
        st.integers(0, 4), NUMBERS, st.none() | st.sampled_from("甲乙丙丁"), st.integers(0, 50), st.integers(0, 20)
    ),
    max_size=30,
)
X = Column("chats", "x", Kind.NUMBER)
WORD = Column("chats", "word", Kind.TEXT)
START, END = Column("chats", "start", Kind.MOMENT), Column("chats", "end", Kind.MOMENT)
AGENTS = 5


def _block(rows: list[Row]) -> Rows:
    seconds = np.array([[start, start + length] for *_, start, length in rows], dtype=np.int64).reshape(-1, 2) * 10**6
    known = np.ones(len(rows), dtype=bool)
    columns: dict[str, AnyColumn] = {
        "x": exact.from_fractions(row[1] for row in rows),
        "word": texts([row[2] for row in rows]),
        "start": Moments(seconds[:, 0], seconds[:, 0], known),
        "end": Moments(seconds[:, 1], seconds[:, 1], known),
    }
    agents = np.array([row[0] for row in rows], dtype=np.int32)
    return Rows("chats", agents, columns, np.array([row[3] // 10 for row in rows], dtype=np.int64))


def _partial(aggregate: Aggregate, rows: list[Row]) -> Partial:
    block = _block(rows)
    return fold(aggregate, block, Table(block.columns, len(block)), max((row[0] for row in rows), default=-1) + 1)


def _percentile(values: list[Fraction], rank: Fraction) -> Fraction:
    ordered, position = sorted(values), (len(values) - 1) * rank / 100
    below = math.floor(position)
    above = min(below + 1, len(values) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def _peak(rows: list[Row]) -> Fraction:
    return Fraction(
        max((sum(start <= moment < start + length for *_, start, length in rows) for *_, moment, _ in rows), default=0)
    )


def _expected(aggregate: Aggregate, rows: list[Row]) -> Fraction | None:
    values = [row[1] for row in rows if row[1] is not None]
    match aggregate.kind:
        case AggregateKind.COUNT:
            return Fraction(len(rows))
        case AggregateKind.SUM:
            return sum(values, Fraction(0))
        case AggregateKind.MEAN:
            return sum(values, Fraction(0)) / len(values) if values else None
        case AggregateKind.MIN:
            return min(values, default=None)
        case AggregateKind.MAX:
            return max(values, default=None)
        case AggregateKind.PERCENTILE:
            return _percentile(values, aggregate.rank or Fraction(0)) if values else None
        case AggregateKind.MEDIAN:
            return _percentile(values, Fraction(50)) if values else None
        case AggregateKind.UNIQUE:
            return Fraction(len({row[2] for row in rows} - {None}))
        case AggregateKind.ACTIVE_DAYS:
            return Fraction(len({row[3] // 10 for row in rows}))
        case AggregateKind.PEAK:
            return _peak(rows)
        case AggregateKind.NPS:
            net = sum((value >= 9) - (value <= 6) for value in values)
            return Fraction(net, len(values)) if values else None
        case AggregateKind.WEIGHTED_MEAN:
            weight = sum((value * value for value in values), Fraction(0))
            return sum((value**3 for value in values), Fraction(0)) / weight if weight else None
        case _:
            pytest.fail("not expected here")


TIMES_ITSELF: Arithmetic[RowExpression] = Arithmetic(Operator.TIMES, X, X)
AGGREGATES = [
    Aggregate(AggregateKind.COUNT, "chats"),
    Aggregate(AggregateKind.SUM, "chats", X),
    Aggregate(AggregateKind.MEAN, "chats", X),
    Aggregate(AggregateKind.MIN, "chats", X),
    Aggregate(AggregateKind.MAX, "chats", X),
    Aggregate(AggregateKind.MEDIAN, "chats", X),
    Aggregate(AggregateKind.PERCENTILE, "chats", X, rank=Fraction(90)),
    Aggregate(AggregateKind.PERCENTILE, "chats", X, rank=Fraction("12.5")),
    Aggregate(AggregateKind.UNIQUE, "chats", WORD),
    Aggregate(AggregateKind.ACTIVE_DAYS, "chats"),
    Aggregate(AggregateKind.PEAK, "chats", START, END),
    Aggregate(AggregateKind.NPS, "chats", X),
    Aggregate(AggregateKind.WEIGHTED_MEAN, "chats", X, TIMES_ITSELF),
]


@pytest.mark.parametrize("aggregate", AGGREGATES, ids=lambda aggregate: f"{aggregate.kind}-{aggregate.rank}")
@given(rows=ROWS, data=st.data())
def test_aggregates_are_exact_however_rows_are_cut(aggregate: Aggregate, rows: list[Row], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=4)))
    blocks = [shuffled[start:end] for start, end in pairwise([0, *cuts, len(rows)])]
    partial = _partial(aggregate, blocks[0])
    for block in blocks[1:]:
        partial = merged(partial, _partial(aggregate, block))
    by_agent = defaultdict(list)
    for row in rows:
        by_agent[row[0]].append(row)
    expected = [_expected(aggregate, by_agent[agent]) for agent in range(AGENTS)]
    assert finish(aggregate, partial, AGENTS).values.fractions() == expected


@pytest.mark.parametrize("aggregate", AGGREGATES, ids=lambda aggregate: f"{aggregate.kind}-{aggregate.rank}")
@given(rows=ROWS, groups=st.lists(st.integers(-1, 1), min_size=AGENTS, max_size=AGENTS))
def test_a_team_is_measured_from_the_pooled_rows(aggregate: Aggregate, rows: list[Row], groups: list[int]) -> None:
    pooled = _partial(aggregate, rows).regrouped(np.array(groups, dtype=np.int32), 2)
    expected = [_expected(aggregate, [row for row in rows if groups[row[0]] == team]) for team in range(2)]
    assert finish(aggregate, pooled, 2).values.fractions() == expected


@pytest.mark.parametrize("aggregate", AGGREGATES, ids=lambda aggregate: f"{aggregate.kind}-{aggregate.rank}")
def test_over_no_rows_nothing_is_known_but_counts_and_sums(aggregate: Aggregate) -> None:
    zero = {"count", "sum", "unique", "active_days", "peak"}
    expected = [Fraction(0) if aggregate.kind.value in zero else None]
    assert _single(nothing(aggregate, 1, known=True)) == expected
    assert _single(finish(aggregate, _partial(aggregate, []), 1)) == expected
    assert _single(nothing(aggregate, 1, known=False)) == [None]


def _single(measured: Measured) -> list[Fraction | None]:
    return measured.values.fractions()


@pytest.mark.parametrize(
    ("rank", "expected"), [(50, Fraction(-(2**63) - 128, 2)), (90, Fraction(-(2**63), 10) - Fraction(1152, 10))]
)
def test_percentiles_between_the_least_int64_and_another(rank: int, expected: Fraction) -> None:
    """(1 - rank/100) of the one and rank/100 of the other."""
    aggregate = Aggregate(AggregateKind.PERCENTILE, "chats", X, rank=Fraction(rank))
    column = exact.integers(np.array([-(2**63), -128]))
    rows = Rows("chats", np.zeros(2, dtype=np.int32), {"x": column}, None)
    found = finish(aggregate, fold(aggregate, rows, Table(rows.columns, 2, {}), 1), 1)
    assert found.values.at(0) == expected
