"""The oracle itself, by hand: every expected number here was worked out on paper."""

from datetime import date, datetime
from fractions import Fraction

import oracle
import pytest
from oracle import Band, Line, Person, Rulebook, Target
from oracle_cards import score
from oracle_rows import Contract, boolean, moment, number, take, words

F = Fraction


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (F("2.675"), 2, "2.68"),
        (F("94.5"), 0, "95"),
        (F("-0.5"), 0, "-1"),
        (F("0.049"), 1, "0.0"),
        (F(100), 2, "100.00"),
        (F("-0.04"), 1, "0.0"),
    ],
)
def test_half_is_rounded_away_from_zero(value: Fraction, decimals: int, expected: str) -> None:
    assert oracle.fixed(value, decimals) == expected


def test_plain_numbers_have_no_trailing_zeros() -> None:
    assert [oracle.plain(F(n)) for n in ("0.18", "25.0", "0", "100", "1/3", "2/3")] == [
        "0.18",
        "25",
        "0",
        "100",
        "0.333333",
        "0.666667",
    ]


def test_truth_with_missing() -> None:
    yes, no, unknown = True, False, None
    assert oracle.both(unknown, no) is False
    assert oracle.both(unknown, yes) is None
    assert oracle.both(yes, yes) is True
    assert oracle.either(unknown, yes) is True
    assert oracle.either(unknown, no) is None
    assert oracle.negated(unknown) is None


def test_aggregates() -> None:
    values = [F(1), F(2), F(4), F(10)]
    assert oracle.mean(values) == (F("4.25"), 4)
    assert oracle.median(values) == (F(3), 4)
    assert oracle.percentile(values, F(90)) == (F("8.2"), 4)  # position 2.7: 4 + 0.7·6
    assert oracle.nps([F(10), F(9), F(8), F(6)]) == (F(1, 4), 4)
    assert oracle.weighted_mean([(F(1), F(3)), (F(5), F(1)), (None, F(9))]) == (F(2), 2)
    assert oracle.share([True, None, False, True]) == (F(2, 3), 3)
    assert oracle.unique(["a", "b", "a", None]) == (F(2), 2)
    assert oracle.quotient((F(1), 9), (F(0), 4)) == (None, 4)
    assert oracle.quotient((F(180), 7), (F(2), None)) == (F(90), 7)


def test_over_no_rows_only_counts_and_sums_are_zero() -> None:
    assert oracle.count([]) == (F(0), 0)
    assert oracle.total([]) == (F(0), 0)
    assert oracle.unique([]) == (F(0), 0)
    assert oracle.peak([]) == (F(0), 0)
    assert oracle.active_days([]) == (F(0), None)
    for aggregate in (oracle.mean, oracle.least, oracle.greatest, oracle.median, oracle.nps, oracle.only):
        assert aggregate([]) == (None, 0)
    assert oracle.share([]) == (None, 0)
    assert oracle.weighted_mean([]) == (None, 0)


def test_peak_counts_half_open_intervals() -> None:
    nine, ten, eleven = (datetime(2026, 10, 1, hour) for hour in (9, 10, 11))  # noqa: DTZ001 - one clock
    assert oracle.peak([(nine, ten), (ten, eleven)]) == (F(1), 2)
    assert oracle.peak([(nine, eleven), (ten, eleven), (None, ten)]) == (F(2), 2)


AT_LEAST, AT_MOST = Target(">=", F("0.8"), F("0.8")), Target("<=", F(30), F(30))
WITHIN, EXACTLY = Target("in", F(20), F(40)), Target("is", F(50), F(50))


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        (oracle.proportional(AT_LEAST, "ratio"), F("0.6"), F(75)),
        (oracle.proportional(AT_MOST, "ratio"), F(25), F(120)),
        (oracle.proportional(AT_MOST, "linear"), F(45), F(50)),
        (oracle.proportional(AT_MOST, "ratio"), F(0), oracle.BOUNDLESS),
        (oracle.proportional(WITHIN, "ratio"), F(10), F(50)),
        (oracle.proportional(WITHIN, "ratio"), F(40), F(100)),
        (oracle.proportional(WITHIN, "ratio"), F(80), F(50)),
        (oracle.proportional(EXACTLY, "ratio"), F(60), F(80)),
        (oracle.pass_fail(AT_MOST, F(100), F(0)), F(31), F(0)),
        (oracle.steps([(AT_LEAST, F(100))], F(60)), F("0.79"), F(60)),
        (oracle.line([(F(5), F(100)), (F(30), F(60)), (F(60), F(0))]), F(15), F(84)),
        (oracle.line([(F(5), F(100)), (F(30), F(60)), (F(60), F(0))]), F(99), F(0)),
        (oracle.deduct(F(100), F(10), F(1)), F(3), F(80)),
        (oracle.as_is(100), F("0.93"), F(93)),
    ],
)
def test_rules(rule: oracle.Rule, value: Fraction, expected: Fraction) -> None:
    assert rule(value, [value]) == expected


def test_rank_rule_is_a_competition() -> None:
    rule = oracle.ranked(F(120), F(60), higher_is_better=True)
    everyone = [F(9), F(7), F(7), F(1)]
    assert [rule(value, everyone) for value in everyone] == [120, 100, 100, 60]
    assert oracle.ranked(F(120), F(60), higher_is_better=False)(F(5), [F(5)]) == 120


def test_cards_with_a_missing_metric_a_tie_and_a_quota() -> None:
    """Ann 100·.6+50·.4 = 80; Bob and Cid tie at 90; Dee has no second metric: 70 over 60 % of the weight."""

    def cell(name: str) -> oracle.Measure:
        return lambda rows: oracle.mean(oracle.numbers(rows, lambda row: row[name]))

    rule = oracle.as_is(1)
    lines = [
        Line("x", "X", "", F(60), cell("x"), rule, Target(">=", F(90), F(90))),
        Line("y", "Y", "", F(40), cell("y"), rule, min_sample=1),
    ]
    bands = [Band("S", "1.3", F(80), at_most=F(1, 2)), Band("A", "1.1", F(80)), Band("B", "1.0")]
    people = [Person(name, name, "t", "card") for name in ("ann", "bob", "cid", "dee", "eve")]
    rows: dict[str, list[oracle.Row]] = {
        "ann": [{"x": F(100), "y": F(50)}],
        "bob": [{"x": F(90), "y": F(90)}],
        "cid": [{"x": F(90), "y": F(90)}],
        "dee": [{"x": F(70), "y": None}],
    }
    summary, detail = score(Rulebook("2026-10", {"card": lines}, bands), people, rows)
    assert summary == [
        ["2026-10", "bob", "bob", "t", "card", "90.0", "S", "1.3", "1", "4", "100", "scored"],
        ["2026-10", "cid", "cid", "t", "card", "90.0", "S", "1.3", "1", "4", "100", "scored"],
        ["2026-10", "ann", "ann", "t", "card", "80.0", "A", "1.1", "3", "4", "100", "scored"],
        ["2026-10", "dee", "dee", "t", "card", "70.0", "B", "1.0", "4", "4", "60", "scored"],
        ["2026-10", "eve", "eve", "t", "card", "", "", "", "", "", "", "no_data"],
    ]
    assert detail[4][7:] == ["100", "1", ">=90", "100.00", "60", "60", "met"]
    assert detail[7][7:] == ["", "0", "", "", "40", "", "missing"]


def test_a_tie_on_the_last_place_of_a_quota_falls_together() -> None:
    lines = [Line("x", "X", "", F(100), lambda rows: (oracle.numbers(rows, lambda r: r["x"])[0], 1), oracle.as_is(1))]
    bands = [Band("S", "1.3", F(80), at_most=F(1, 2)), Band("A", "1.1", F(80)), Band("B", "1.0")]
    points = {"ann": F(95), "bob": F(90), "cid": F(90), "dee": F(85)}
    people = [Person(name, name, "", "card") for name in points]
    summary, _ = score(Rulebook("p", {"card": lines}, bands), people, {n: [{"x": v}] for n, v in points.items()})
    assert [row[6] for row in summary] == ["S", "A", "A", "A"]


def test_every_record_goes_to_one_reason() -> None:
    contract = Contract(
        columns=["id", "agent", "at", "stars", "real"],
        readings={"id": words, "agent": words, "at": moment, "stars": number, "real": boolean},
        key="id",
        agent="agent",
        time="at",
        first=date(2026, 10, 1),
        last=date(2026, 10, 31),
        where=lambda row: row["real"] is True,
        known={"007"},
        ignored={"system"},
    )
    october, november = "2026-10-31 23:59:59", "2026-11-01 00:00:00"
    taken = take(
        contract,
        [
            ["1", "007", october, "5", "yes"],
            ["1", "007", october, "5", "yes"],  # the same again
            ["2", "007", november, "five", "yes"],  # outside: its stars are not read
            ["3", "007", "someday", "5", "yes"],
            ["4", "007", october, "five", "no"],  # rejected comes before filtered
            ["5", "007", october, "5", "no"],
            ["6", "007", october, "5", ""],
            ["7", "system", october, "5", "yes"],
            ["8", "", october, "5", "yes"],
            ["9", "008", october, "5", "yes"],
            ["10", "007", october, "5"],
        ],
    )
    assert taken.account == {
        "used": 1,
        "outside_period": 1,
        "filtered": 3,
        "duplicate": 1,
        "unattributed": 1,
        "unknown_agent": 1,
        "rejected": 3,
    }
    assert [row["id"] for row in taken.rows["007"]] == ["1"]
