"""Laws of rows that share a key: when they are one row, when one of them counts, and when nothing may be scored."""

import os
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from in_process import score
from oracle import plain
from oracle_cards import DETAIL
from small_case import ROSTER, SCHEME, Case, with_files
from test_laws import VALUE, cells, one_metric

from kpi_cli.exact import Exact, from_fractions
from kpi_cli.intake.rows.keys import canonical
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


FAR_APART = [1 << bit for bit in (0, 12, 32, 51, 52, 53, 62, 63, 64, 70)]
numbers = st.one_of(
    st.fractions(max_denominator=10**7),
    st.builds(
        lambda near, far, sign, den: sign * Fraction(near + far, den),
        st.integers(0, 3),
        st.sampled_from(FAR_APART),
        st.sampled_from([-1, 1]),
        st.sampled_from([1, 10, 100, 7]),
    ),
)


@some
@given(st.lists(numbers, min_size=1, max_size=30), st.sampled_from([1, 10, 10**6]))
def test_different_numbers_are_different_keys_and_equal_ones_equal(values: list[Fraction], scale: int) -> None:
    """However far apart they are, and whatever denominator their column has."""
    one_by_one = [int(canonical(from_fractions([value]))[0]) for value in values]
    assert canonical(from_fractions(values)).tolist() == one_by_one
    scaled = [
        Exact(np.array([value.numerator * scale]), value.denominator * scale, np.ones(1, dtype=bool))
        for value in values
        if abs(value.numerator) < 1 << 40
    ]
    assert [int(canonical(column)[0]) for column in scaled] == [
        bits for bits, value in zip(one_by_one, values, strict=True) if abs(value.numerator) < 1 << 40
    ]
    assert len(set(one_by_one)) == len(set(values))


@pytest.mark.parametrize("step", [1 << 22, 1 << 52, 10**12])
def test_keys_that_are_numbers_a_power_of_two_apart(tmp_path: Path, step: int) -> None:
    keys = range(step, 500 * step, step)
    lines = "".join(f"{key},007,2026-10-05 09:00:00,1,{1 + number % 5}\n" for number, key in enumerate(keys))
    scheme = SCHEME.replace("      id: id\n", "      id: {from: id, type: number}\n")
    Case(scheme, {"roster.csv": ROSTER, "chats.csv": "id,agent,at,wait,rating\n" + lines}).written(tmp_path)
    assert score(tmp_path).accounts["chats"].used == 499


@pytest.mark.parametrize(
    ("kind", "spellings", "shown"),
    [("text", ("c1", "c1 "), "c1"), ("number", ("4", "4.0"), "4"), ("number", ("007", "7"), "7")],
)
def test_a_conflict_names_the_rows_however_their_keys_are_spelled(
    tmp_path: Path, kind: str, spellings: tuple[str, str], shown: str
) -> None:
    first, second = (f"{key},007,2026-10-05 09:00:00,1,{number}\n" for number, key in enumerate(spellings, start=4))
    scheme = SCHEME.replace("      id: id\n", f"      id: {{from: id, type: {kind}}}\n")
    Case(scheme, {"roster.csv": ROSTER, "chats.csv": f"id,agent,at,wait,rating\n{first}{second}"}).written(tmp_path)
    with pytest.raises(KpiError) as caught:
        score(tmp_path)
    (problem,) = caught.value.problems
    assert problem.message.replace(f"{tmp_path / 'data'}{os.sep}", "") == (
        f"source `chats` in 2026-10: 1 key stands (`id`) on rows of different content: `{shown}`: "
        "chats.csv record 1, chats.csv record 2"
    )
