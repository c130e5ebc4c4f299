"""What the kernels in C make of rows is what Python makes of them, and what numpy does, for every kind of aggregate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_kernels import kernels
from msgspec.structs import replace
from numpy.typing import NDArray

from kpi_cli.columns import Column, Moments, Truths
from kpi_cli.exact import Exact
from kpi_cli.expressions import Table
from kpi_cli.facts import compiled
from kpi_cli.facts.aggregates import fold
from kpi_cli.facts.kept import Kept
from kpi_cli.facts.partials import Additive, Largest, Partial, column_sums, counts_by, largest_by
from kpi_cli.rows import Rows
from kpi_cli.scheme.formula import tree
from kpi_cli.scheme.formula.tree import Aggregate, AggregateKind, Kind, Relation

LARGEST, LEAST = 2**63 - 1, -(2**63)
NUMBERS = (
    st.integers(-3, 3)
    | st.integers(-(2**40), 2**40)
    | st.sampled_from([LEAST, LEAST + 1, LARGEST, LARGEST - 1, 2**62, 2**62 - 1, -(2**62), -(2**62) - 1])
    | st.integers(LEAST, LARGEST)
)


@dataclass(frozen=True, slots=True)
class Case:
    """Rows of (agent, number, counts), written so often one after another; `masked` if not all of them count."""

    rows: Sequence[tuple[int, int, bool]]
    size: int
    copies: int
    masked: bool
    apart: int  # each entry of an array lies so many entries behind the one before

    def laid(self, values: Sequence[Any], kind: type[np.generic] | type[bool]) -> NDArray[Any]:
        array = np.zeros((len(values) * self.copies, self.apart), dtype=kind)
        array[:, 0] = np.tile(np.array(values, dtype=kind), self.copies)
        return array[:, 0]

    @property
    def agents(self) -> NDArray[np.int32]:
        return self.laid([agent for agent, *_ in self.rows], np.int32)

    @property
    def numbers(self) -> NDArray[np.int64]:
        return self.laid([number for _, number, _ in self.rows], np.int64)

    @property
    def mask(self) -> NDArray[np.bool_] | None:
        return self.laid([counts for *_, counts in self.rows], bool) if self.masked else None

    def of_each(self) -> list[list[int]]:
        """Return the numbers of each agent in the rows that count."""
        counting = [(agent, number) for agent, number, counts in self.rows if counts or not self.masked]
        return [[number for own, number in counting if own == agent] * self.copies for agent in range(self.size)]


@st.composite
def cases(draw: st.DrawFn, numbers: st.SearchStrategy[int] = NUMBERS) -> Case:
    size = draw(st.sampled_from([1, 2, 5, 40]))
    rows = draw(st.lists(st.tuples(st.integers(0, size - 1), numbers, st.booleans()), max_size=12))
    return Case(rows, size, draw(st.sampled_from([1, 1, 7, 200])), draw(st.booleans()), draw(st.integers(1, 2)))


@settings(deadline=None)
@given(cases())
def test_kernels_make_of_rows_what_python_does(case: Case) -> None:
    kernels()
    own = case.of_each()
    counts = compiled.counts(case.agents, case.mask, case.size)
    assert counts is not None
    assert counts.num.tolist() == [len(numbers) for numbers in own]
    assert counts.bound >= max(map(len, own))
    sums = compiled.sums(case.agents, case.mask, case.numbers, case.size)
    totals = [sum(numbers) for numbers in own]
    if sums is None:
        assert len(case.agents) * max(abs(number) for numbers in own for number in numbers) >= 2**61
    else:
        assert sums[0].tolist() == totals
        assert max(map(abs, totals)) <= sums[1] <= LARGEST
    for sign, chosen, none in ((1, max, LEAST), (-1, min, LARGEST)):
        found = compiled.extremes(case.agents, case.mask, case.numbers, case.size, sign)
        assert found is not None
        assert found.tolist() == [chosen(numbers, default=none) for numbers in own]


@pytest.mark.parametrize("size", [1, 3, 100, 900])
@pytest.mark.parametrize("rising", [True, False])
def test_every_row_is_looked_at(size: int, *, rising: bool) -> None:
    """The largest number of an agent is that of its last row, or of its first."""
    kernels()
    agents = np.arange(5000, dtype=np.int32) % size
    numbers = np.arange(5000, dtype=np.int64) * (1 if rising else -1)
    for sign in (1, -1):
        best = compiled.extremes(agents, None, numbers, size, sign)
        assert best is not None
        last = rising == (sign > 0)
        assert best.tolist() == [numbers[agents == agent][-last].item() for agent in range(size)]


@settings(deadline=None)
@given(cases(), st.sampled_from([1, 100]), st.booleans())
def test_kernels_make_of_rows_what_numpy_does(case: Case, den: int, several: bool) -> None:  # noqa: FBT001 - drawn
    kept = Kept(case.agents, case.mask, case.size)
    dens = np.where(case.agents % 2, 2, 3).astype(np.int64) if several else den
    column = Exact(case.numbers, dens, np.ones(len(case.agents), dtype=bool))
    counts = counts_by(kept.agents, case.size)
    same(kept.counts.num, counts)
    sums = column_sums(kept.agents, kept.taken(column), case.size)
    same(kept.sums(column).num, sums.num)
    assert kept.sums(column).den == sums.den
    assert kept.sums(column).bound >= sums.bound
    for sign in (1, -1):
        numbers = kept.taken(column) if sign > 0 else -kept.taken(column)
        largest = largest_by(kept.agents, numbers, counts)
        found = kept.largest(column, sign)
        assert found.fractions() == largest.fractions()
        if not several:
            same(found.num, largest.num)


def same(found: NDArray[Any], wanted: NDArray[Any]) -> None:
    assert found.dtype == wanted.dtype
    assert found.tolist() == wanted.tolist()


X, W = tree.Column("chats", "x", Kind.NUMBER), tree.Column("chats", "w", Kind.NUMBER)
TRUE = tree.Column("chats", "true", Kind.TRUTH)
START, END = tree.Column("chats", "start", Kind.MOMENT), tree.Column("chats", "end", Kind.MOMENT)
SOME: tree.RowExpression = tree.Comparison(Relation.UNEQUAL, TRUE, tree.Constant(value=False, kind=Kind.TRUTH))
SECOND = {AggregateKind.WEIGHTED_MEAN: W, AggregateKind.PEAK: END}
FIRST = {
    AggregateKind.COUNT: None,
    AggregateKind.ACTIVE_DAYS: None,
    AggregateKind.PEAK: START,
    AggregateKind.SHARE: TRUE,
}


def block(case: Case, kind: type[np.int64] | type[object], *, shared: bool) -> Rows:
    """Return the rows with numbers as int64, which the kernels take, or as Python's, which they leave to numpy."""
    size = len(case.agents)
    present = np.ones(size, dtype=bool) if case.mask is None else case.mask
    numbers = np.where(present, case.numbers, 0)
    known = np.arange(size) % 5 > 0
    times = np.arange(size, dtype=np.int64) * 1000
    columns: dict[str, Column] = {
        "x": Exact(numbers.astype(kind), 100, present),
        "w": Exact((np.where(known, numbers % 3, 0)).astype(kind), 1, known),
        "true": Truths((numbers > 0) & present, present),
        "start": Moments(times, times, known),
        "end": Moments(times + 5000, times + 5000, known),
    }
    shares = Exact(np.ones(size, dtype=kind), 2, np.ones(size, dtype=bool)) if shared else None
    return Rows("chats", case.agents, columns, times // 5000, shares)


@settings(max_examples=200, deadline=None)
@given(cases(), st.sampled_from(AggregateKind), st.booleans(), st.booleans())
def test_every_aggregate_is_the_same_by_kernels_and_by_numpy(
    case: Case,
    kind: AggregateKind,
    shared: bool,  # noqa: FBT001 - drawn
    cut: bool,  # noqa: FBT001 - drawn
) -> None:
    aggregate = Aggregate(kind, "chats", FIRST.get(kind, X), SECOND.get(kind), where=SOME if cut else None)
    by_kernels, by_numpy = (
        fold(aggregate, rows, Table(rows.columns, len(rows)), case.size)
        for rows in (block(case, kind, shared=shared) for kind in (np.int64, object))
    )
    assert told(by_kernels) == told(by_numpy)


@settings(max_examples=200, deadline=None)
@given(st.data(), cases(), st.sampled_from(AggregateKind), st.booleans())
def test_rows_that_do_not_count_are_as_if_they_were_not_there(
    data: st.DataObject,
    case: Case,
    kind: AggregateKind,
    cut: bool,  # noqa: FBT001 - drawn
) -> None:
    aggregate = Aggregate(kind, "chats", FIRST.get(kind, X), SECOND.get(kind), where=SOME if cut else None)
    rows, size = block(case, np.int64, shared=False), len(case.agents)
    counting = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)), dtype=bool)
    among, alone = (
        fold(aggregate, each, Table(each.columns, len(each)), case.size)
        for each in (replace(rows, counting=counting), rows.take(counting))
    )
    assert told(among) == told(alone)


def told(partial: Partial) -> object:
    match partial:
        case Additive(slots=slots):
            return [slot.exact(len(slot.num)).fractions() for slot in slots]
        case Largest(values=values, counts=counts):
            return values.fractions(), counts.num.tolist()
        case _:
            run = partial.single()
            return partial.den, [array.tolist() for array in (run.agents, run.keys, run.weights, partial.counts.num)]


AGENTS, MASK = np.array([0, 2, 1, 2], dtype=np.int32), np.array([True, False, True, True])
FIGURES, FOUND = np.arange(4), np.zeros(3, dtype=np.int64)
FROZEN = np.zeros(3, dtype=np.int64)
FROZEN.flags.writeable = False


@pytest.mark.parametrize(
    ("agents", "mask", "found", "numbers", "error"),
    [
        (np.array([0, 3, 1, 2], dtype=np.int32), MASK, FOUND, FIGURES, ValueError),
        (np.array([0, 3, 1, 2], dtype=np.int32), b"", FOUND, FIGURES, ValueError),
        (np.array([0, 1, 2, -1], dtype=np.int32), MASK, FOUND, FIGURES, ValueError),
        (np.array([LEAST % 2**31, 1, 2, -(2**31)], dtype=np.int32), b"", FOUND, FIGURES, ValueError),
        (AGENTS, MASK[1:], FOUND, FIGURES, ValueError),
        (AGENTS, b"\1" * 5, FOUND, FIGURES, ValueError),
        (AGENTS, MASK, FOUND, FIGURES[1:], ValueError),
        (AGENTS, MASK, FOUND, b"", ValueError),
        (AGENTS, MASK, FOUND[:0], FIGURES, ValueError),
        (AGENTS, MASK, bytearray(15), FIGURES, ValueError),
        (AGENTS, MASK, np.zeros(25, dtype=np.uint8)[1:], FIGURES, ValueError),
        (b"\0" * 15, MASK, FOUND, FIGURES, ValueError),
        (AGENTS, MASK, FOUND, np.zeros(8, dtype=np.int64)[::2], ValueError),
        (np.zeros(8, dtype=np.int32)[::2], MASK, FOUND, FIGURES, ValueError),
        (AGENTS, MASK, bytes(24), FIGURES, TypeError),
        (AGENTS, MASK, FROZEN, FIGURES, TypeError),
        (AGENTS, None, FOUND, FIGURES, TypeError),
        ("text", MASK, FOUND, FIGURES, TypeError),
    ],
)
def test_what_does_not_fit_together_is_refused(
    agents: Any,  # noqa: ANN401 - anything
    mask: Any,  # noqa: ANN401
    found: Any,  # noqa: ANN401
    numbers: Any,  # noqa: ANN401
    error: type[Exception],
) -> None:
    module = kernels()
    with pytest.raises(error):
        module.add(agents, mask, found, numbers)
    for sign in (1, -1):
        with pytest.raises(error):
            module.extreme(agents, mask, found, numbers, sign)
    if numbers is FIGURES:
        with pytest.raises(error):
            module.count(agents, mask, found)


def test_buffers_to_be_read_may_lie_anywhere() -> None:
    module = kernels()
    agents, numbers = (b"x" + array.tobytes() for array in (AGENTS, FIGURES - 10))
    found = np.zeros(3, dtype=np.int64)
    module.add(memoryview(agents)[1:], MASK, found, memoryview(numbers)[1:])
    assert found.tolist() == [-10, -8, -7]
    module.extreme(memoryview(agents)[1:], b"", found, memoryview(numbers)[1:], 1)
    assert found.tolist() == [-10, -8, -7]
    module.extreme(memoryview(agents)[1:], b"", found, memoryview(numbers)[1:], -1)
    assert found.tolist() == [-10, -8, -9]
    module.count(memoryview(agents)[1:], b"", found)
    assert found.tolist() == [1, 1, 2]
