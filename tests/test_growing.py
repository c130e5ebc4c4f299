"""Partials that grow in place come to what Python makes of the rows, whoever is in which block."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kpi_cli.exact import Exact
from kpi_cli.facts.growing import Growing, Local, with_local_agents
from kpi_cli.facts.partials import Additive, Largest, column_sums, counts_by, largest_by
from kpi_cli.facts.partials import Sums as Counted
from kpi_cli.rows import Rows

BLOCKS = st.lists(
    st.lists(st.tuples(st.integers(0, 200), st.integers(-(2**61), 2**61) | st.integers(-3, 3)), min_size=1, max_size=6),
    min_size=1,
    max_size=6,
)


def folded(block: list[tuple[int, int]]) -> tuple[Local, Local]:
    """Return the sums and the largest of one block of (agent, number)."""
    own = with_local_agents(Rows("tickets", np.array([agent for agent, _ in block], dtype=np.int32), {}))
    codes, numbers = own.rows.agents, np.array([number for _, number in block], dtype=np.int64)
    column = Exact(numbers, 1, np.ones(len(block), dtype=bool))
    counts = counts_by(codes, own.size)
    sums = Additive((column_sums(codes, column, own.size, int(counts.max())), Counted(counts)))
    return Local(sums, own.places), Local(Largest(largest_by(codes, column, counts), Counted(counts)), own.places)


@given(BLOCKS)
def test_blocks_add_up_to_their_rows(blocks: list[list[tuple[int, int]]]) -> None:
    parts = [folded(block) for block in blocks]
    sums, largest = (Growing(part) for part in parts[0])
    for added, higher in parts[1:]:
        sums.add(added)
        largest.add(higher)
    total, best = sums.partial, largest.partial
    assert isinstance(total, Additive)
    assert isinstance(best, Largest)
    numbers = [[number for block in blocks for agent, number in block if agent == code] for code in range(201)]
    for code, own in enumerate(numbers[: len(best.values)]):
        assert [int(slot.num[code]) for slot in total.slots] == [sum(own), len(own)]
        assert best.values.at(code) == (max(own) if own else None)
    assert not any(numbers[len(best.values) :])
