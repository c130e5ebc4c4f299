"""Laws over cases made by chance: the oracle's numbers, whatever the order, the files and the blocks."""

import csv
import io
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import made_metrics
import oracle_cards
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from in_process import Scored, score
from made_cases import Case, Records, cases
from oracle import half_up, plain
from oracle_cards import DETAIL, SUMMARY
from small_case import SCHEME, changed, with_files

F = Fraction
some = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
few = settings(some, max_examples=50)


@contextmanager
def written(case: Case, parts: int = 1, records: Records | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield case.written(Path(folder), parts, records)


def scored(case: Case, parts: int = 1, records: Records | None = None, block_size: int = 1 << 20) -> Scored:
    with written(case, parts, records) as folder:
        return score(folder, block_size=block_size)


def cells(text: str, header: str) -> list[list[str]]:
    """Parse; the header must be the contract's; the last column's words are free."""
    first, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert ",".join(first[:-1]) == header
    return [row[:-1] for row in rows]


@some
@given(cases())
def test_every_number_is_the_oracles(case: Case) -> None:
    found = scored(case)
    summary, detail = oracle_cards.score(case.book, case.people, case.taken.rows)
    assert found.count("chats") == case.taken.account
    assert cells(found.summary, SUMMARY) == summary
    idle = {row[1] for row in summary if row[-1] == "no_data"}  # their lines hold zeros of no meaning
    assert [row for row in cells(found.detail, DETAIL) if row[1] not in idle] == [
        row for row in detail if row[1] not in idle
    ]


@few
@given(cases(), st.randoms(use_true_random=False), st.integers(1, 5), st.sampled_from([1, 100, 4096]))
def test_order_files_and_blocks_change_nothing(case: Case, dice: random.Random, parts: int, block_size: int) -> None:
    """Byte for byte, free words included."""
    shuffled = list(case.records)
    dice.shuffle(shuffled)
    once, again = scored(case), scored(case, parts, shuffled, block_size)
    assert (again.summary, again.detail) == (once.summary, once.detail)
    assert again.count("chats") == once.count("chats")


@few
@given(cases())
def test_every_row_is_accounted_for_and_scores_stay_inside(case: Case) -> None:
    found = scored(case)
    account = found.accounts["chats"]
    assert account.balances
    assert account.read == len(case.records)
    book = case.book
    highest = half_up(book.cap, book.metric_decimals)  # a score is held, then rounded
    for row in cells(found.detail, DETAIL):
        assert not row[10] or book.floor <= Fraction(row[10]) <= highest
    for row in cells(found.summary, SUMMARY):
        assert not row[5] or book.floor <= Fraction(row[5]) <= half_up(highest, book.total_decimals)


def one_metric(formula: str, *more: str, decimals: tuple[int, int] = (2, 1)) -> str:
    """The small scheme with one metric `m` at 100 percent; `more` are further keys of the metric."""
    head, _ = SCHEME.split("metrics:\n")
    metric = ", ".join([f"formula: {made_metrics.quoted(formula)}", *more])
    scoring = f"scoring: {{cap: 120, decimals: {{metric: {decimals[0]}, total: {decimals[1]}}}}}"
    bands = SCHEME.split("\ngrades:\n")[1]
    cards = "scorecards:\n  service: {weights: {all: {m: 100}}}"
    return f"{head}metrics:\n  m: {{{metric}}}\n\n{scoring}\n\n{cards}\n\ngrades:\n{bands}"


def ratings_of(scheme: str, numbers: Sequence[Sequence[str]], folder: Path) -> dict[str, list[str]]:
    """Score agents a0, a1, ... who have these ratings; return each one's detail line."""
    people = [f"a{place}" for place in range(len(numbers))]
    roster = "id,name,team\n" + "".join(f"{agent},{agent},t\n" for agent in people)
    rows = [(agent, rating) for agent, own in zip(people, numbers, strict=True) for rating in own]
    lines = [f"c{n},{agent},2026-10-05 09:00:00,1,{rating}" for n, (agent, rating) in enumerate(rows)]
    chats = "\n".join(["id,agent,at,wait,rating", *lines, ""])
    case = with_files(roster=roster, chats=chats)
    type(case)(scheme=scheme, files=case.files).written(folder)
    return {row[1]: row for row in cells(score(folder).detail, DETAIL)}


VALUE, POINTS, STATUS = 7, 10, 13
decimals = st.integers(-500, 20000).map(lambda n: Fraction(n, 100))


@few
@given(st.data(), st.lists(decimals, min_size=2, max_size=12), st.sampled_from(["≥ {}", "≤ {}"]))
def test_a_better_value_never_scores_less(data: st.DataObject, values: list[Fraction], sign: str) -> None:
    target = data.draw(st.integers(1, 15000).map(lambda n: Fraction(n, 100)))
    ends = sorted(data.draw(st.lists(st.integers(1, 150), min_size=2, max_size=3, unique=True)))
    heights = sorted(data.draw(st.lists(st.integers(0, 120), min_size=len(ends), max_size=len(ends))))
    up = sign.startswith("≥")
    slope = heights if up else heights[::-1]
    corners = ", ".join(f"[{x}, {y}]" for x, y in zip(ends, slope, strict=True))
    stairs = [(x, y) for x, y in zip(ends, slope, strict=True)][:: -1 if up else 1]
    steps = ", ".join(f"{{at: {sign.format(x)}, score: {y}}}" for x, y in stairs)
    rule = data.draw(
        st.sampled_from(
            [
                "{rule: proportional, curve: ratio}",
                "{rule: proportional, curve: linear}",
                "{rule: pass_fail}",
                f"{{rule: line, points: [{corners}]}}",
                f"{{rule: steps, steps: [{steps}], otherwise: {heights[0]}}}",
                "{rule: rank, top: 120, bottom: 60}",
            ]
        )
    )
    scheme = one_metric("sum(chats.rating)", f"target: {sign.format(plain(target))}", f"score: {rule}")
    with tempfile.TemporaryDirectory() as folder:
        lines = ratings_of(scheme, [[plain(value)] for value in values], Path(folder))
    scores = [Fraction(lines[f"a{place}"][POINTS]) for place in range(len(values))]
    best_first = [points for _, points in sorted(zip(values, scores, strict=True), reverse=up)]
    assert best_first == sorted(scores, reverse=True)


def test_a_weighted_total_of_exactly_ninety_is_a_b(tmp_path: Path) -> None:
    """.1, .2 and .7 of 60, 84 and 96 are 6 + 16.8 + 67.2 = 90; in binary floats it is 89.999..."""
    head, rest = SCHEME.split("metrics:\n")
    bands = "  - {grade: A, min: 100, coefficient: 1.1}\n  - {grade: B, min: 90, coefficient: 1.0}\n"
    scheme = (
        f"{head}metrics:\n"
        "  x: {formula: max(chats.rating), target: ≥ 1, score: {rule: line, points: [[0, 0], [100, 60]]}}\n"
        "  y: {formula: max(chats.rating), target: ≥ 1, score: {rule: line, points: [[0, 0], [100, 84]]}}\n"
        "  z: {formula: max(chats.rating), target: ≥ 1, score: {rule: line, points: [[0, 0], [100, 96]]}}\n"
        "\nscoring: {decimals: {metric: 2, total: 6}}\n"
        "scorecards:\n  service: {weights: {all: {x: 10, y: 20, z: 70}}}\n\n"
        f"grades:\n{bands}  - {{grade: C, coefficient: 0.8}}\n"
    )
    assert rest
    case = with_files(
        roster="id,name,team\n007,Bond,one\n", chats="id,agent,at,wait,rating\n1,007,2026-10-05 09:00:00,1,100\n"
    )
    type(case)(scheme=scheme, files=case.files).written(tmp_path)
    (row,) = cells(score(tmp_path).summary, SUMMARY)
    assert row[5:7] == ["90.000000", "B"]


HALVES = [
    ("sum(chats.rating)", ["2.675"], 2, "2.68"),
    ("sum(chats.rating)", ["1.005"], 2, "1.01"),
    ("sum(chats.rating)", ["94.5"], 0, "95"),
    ("sum(chats.rating)", ["0.1", "0.2", "0.7", "93.5"], 0, "95"),
    ("mean(chats.rating)", ["0.01", "0.02"], 2, "0.02"),
    ("mean(chats.rating)", ["2", "3", "2.5", "2.5"], 0, "3"),
    ("sum(chats.rating)", ["2.674999999999999999999"], 2, "2.67"),
    ("sum(chats.rating)", ["2.675000000000000000001"], 2, "2.68"),
]


@pytest.mark.parametrize(("formula", "ratings", "places", "expected"), HALVES)
def test_halves_go_up(tmp_path: Path, formula: str, ratings: list[str], places: int, expected: str) -> None:
    scheme = one_metric(formula, "target: ≥ 1", "score: {rule: as_is}", decimals=(places, places))
    assert ratings_of(scheme, [ratings], tmp_path)["a0"][POINTS] == expected


BIG = 1 << 63
NUMBERS = [
    ("sum", [str(BIG - 1), "1"], str(BIG)),
    ("sum", [str(BIG - 1)] * 3, str(3 * (BIG - 1))),
    ("sum", [str(-BIG), "-1"], str(-BIG - 1)),
    ("sum", ["0.1"] * 10, "1"),
    ("sum", ["99999999999999999999", "0.000001"], "99999999999999999999.000001"),
    ("sum", ["0.00000000000000000001", "0.49999999999999999999"], "0.5"),
    ("sum", ["12345678901234567.25", "0.5"], "12345678901234567.75"),
    ("mean", [str(BIG - 1), str(BIG - 3)], str(BIG - 2)),
    ("mean", ["1", "1", "2"], "1.333333"),
    ("max", [str(BIG), str(BIG - 1), "0.5"], str(BIG)),
    ("min", ["0.12345678901234567890", "0.12345678901234567891"], "0.123457"),
    ("median", ["1", "2", "3", "10"], "2.5"),
]


@pytest.mark.parametrize(("aggregate", "ratings", "expected"), NUMBERS)
def test_numbers_are_exact_at_any_size(tmp_path: Path, aggregate: str, ratings: list[str], expected: str) -> None:
    scheme = one_metric(f"{aggregate}(chats.rating)", "target: ≥ 1")
    assert ratings_of(scheme, [ratings], tmp_path)["a0"][VALUE] == expected


def test_twenty_decimals_decide_whether_a_target_is_met(tmp_path: Path) -> None:
    scheme = one_metric("sum(chats.rating)", "target: ≥ 0.3")
    lines = ratings_of(scheme, [["0.1", "0.2"], ["0.1", "0.19999999999999999999"]], tmp_path)
    assert [lines[agent][STATUS] for agent in ("a0", "a1")] == ["met", "missed"]
    assert [lines[agent][VALUE] for agent in ("a0", "a1")] == ["0.3", "0.3"]


ZONES = [
    ("Asia/Shanghai", "2026-09-30T16:00:00Z", 1),
    ("Asia/Shanghai", "2026-09-30T15:59:59Z", 0),
    ("Asia/Shanghai", "2026-10-31T16:00:00+00:00", 0),
    ("America/New_York", "2026-11-01T03:59:59Z", 1),
    ("America/New_York", "2026-11-01T04:00:00Z", 0),
    ("America/New_York", "2026-10-01 00:00:00", 1),
    ("UTC", "2026-11-01T07:59:59+08:00", 1),
]


@pytest.mark.parametrize(("zone", "moment", "inside"), ZONES)
def test_the_edges_of_a_period_lie_in_the_schemes_zone(tmp_path: Path, zone: str, moment: str, inside: int) -> None:
    scheme = changed(SCHEME, "timezone: UTC", f"timezone: {zone}")
    chats = f"id,agent,at,wait,rating\nc1,007,2026-10-15T12:00:00Z,1,5\nc2,007,{moment},1,5\n"
    case = with_files(chats=chats.replace("T12:00:00Z", " 12:00:00") if "T" not in moment else chats)
    type(case)(scheme=scheme, files=case.files).written(tmp_path)
    account = score(tmp_path).accounts["chats"]
    assert (account.used, account.outside_period) == (1 + inside, 1 - inside)
