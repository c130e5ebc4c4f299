"""Laws of rows that share a key: when they are one row, when one of them counts, and when nothing may be scored."""

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from in_process import score
from oracle import plain
from oracle_cards import DETAIL
from small_case import with_files
from test_laws import VALUE, cells, one_metric

from kpi_cli.problems import Exit, KpiError

some = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True, slots=True)
class Chat:
    """A row whose content is key, agent, day and rating."""

    key: str
    agent: str
    day: int
    rating: int

    @property
    def record(self) -> str:
        return f"{self.key},{self.agent},2026-10-{self.day:02} 09:00:00,1,{self.rating}"


chats = st.builds(
    Chat,
    st.sampled_from(["k1", "k2", "k3", "k4"]),
    st.sampled_from(["007", "008", ""]),
    st.integers(1, 3),
    st.integers(1, 2),
)


def counting(rows: Sequence[Chat], policy: str) -> list[Chat] | None:
    """Return the row of each key that counts; None when that cannot be known."""
    found: list[Chat] = []
    for _, group in groupby(sorted(rows, key=lambda row: row.key), key=lambda row: row.key):
        same = set(group)
        if policy and len(same) > 1:
            days = [row.day for row in same]
            edge = max(days) if policy.startswith("latest") else min(days)
            same = {row for row in same if row.day == edge}
        if len(same) > 1:
            return None
        found += same
    return found


def sums(rows: Sequence[Chat]) -> dict[str, str]:
    totals = {
        agent: sum((Fraction(row.rating) for row in rows if row.agent == agent), Fraction(0))
        for agent in ("007", "008")
    }
    return {agent: plain(total) for agent, total in totals.items() if any(row.agent == agent for row in rows)}


@some
@given(
    st.lists(chats, min_size=1, max_size=12),
    st.sampled_from(["", "latest(at)", "earliest(at)"]),
    st.integers(1, 3),
    st.sampled_from([1, 60, 1 << 20]),
    st.randoms(use_true_random=False),
)
def test_rows_of_one_key(rows: list[Chat], policy: str, parts: int, block_size: int, dice: random.Random) -> None:
    scheme = one_metric("sum(chats.rating)", "target: ≥ 1") + "\nlimits: {unattributed: 100%}\n"
    if policy:
        scheme = scheme.replace("    time: at\n", f"    time: at\n    duplicates: {policy}\n")
    certain = Chat("certain", "007", 1, 1)  # there is always something to score
    rows = [*rows, certain]
    expected = counting(rows, policy)
    dice.shuffle(rows)
    records = [[row.record for row in rows[part::parts]] for part in range(parts)]
    texts = {f"chats{part}": "\n".join(["id,agent,at,wait,rating", *own, ""]) for part, own in enumerate(records)}
    case = with_files(chats=None, **texts)
    with tempfile.TemporaryDirectory() as folder:
        type(case)(scheme=scheme, files=case.files).written(Path(folder))
        if expected is None:
            with pytest.raises(KpiError) as caught:
                score(Path(folder), block_size=block_size)
            assert caught.value.exit_code is Exit.DATA
            assert {problem.code for problem in caught.value.problems} == {"conflicting-duplicates"}
            return
        found = score(Path(folder), block_size=block_size)
    account = found.accounts["chats"]
    assert account.balances
    assert account.duplicate == len(rows) - len(expected)
    assert account.unattributed == sum(row.agent == "" for row in expected)
    assert {row[1]: row[VALUE] for row in cells(found.detail, DETAIL) if row[VALUE]} == sums(expected)
