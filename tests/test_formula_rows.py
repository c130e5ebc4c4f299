"""Row conditions: the `where:` of a source and the `for:` of a scorecard."""

from datetime import date, datetime
from fractions import Fraction

import pytest
from made_vocabulary import CHATS, SHOP, row

from kpi_cli.scheme.formula.compile import compile_row
from kpi_cli.scheme.formula.tree import (
    Arithmetic,
    Column,
    Comparison,
    Constant,
    Contains,
    DatePart,
    Every,
    IsMissing,
    Kind,
    Membership,
    Negation,
    Operator,
    Relation,
    Some,
)
from kpi_cli.scheme.formula.vocabulary import SourceNames

CHANNEL = Column("chats", "channel", Kind.TEXT)
RATING = Column("chats", "rating", Kind.NUMBER)
WAIT = Column("chats", "wait", Kind.DURATION)
PAID = Column("chats", "paid", Kind.TRUTH)
BEGAN = Column("chats", "began", Kind.MOMENT)
ENDED = Column("chats", "ended", Kind.MOMENT)
DAY = Column("chats", "day", Kind.DATE)
BEGAN_DAY = DatePart("date", BEGAN)
JANUARY = Constant(date(2026, 1, 31), Kind.DATE)


def number(written: int | str) -> Constant:
    return Constant(Fraction(written), Kind.NUMBER)


def text(written: str) -> Constant:
    return Constant(written, Kind.TEXT)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("paid", PAID),
        ("chats.paid", PAID),
        ("paid == true", Comparison(Relation.EQUAL, PAID, Constant(value=True, kind=Kind.TRUTH))),
        ("paid != False", Comparison(Relation.UNEQUAL, PAID, Constant(value=False, kind=Kind.TRUTH))),
        ('channel != "test"', Comparison(Relation.UNEQUAL, CHANNEL, text("test"))),
        ("channel ≠ 'test'", Comparison(Relation.UNEQUAL, CHANNEL, text("test"))),
        ("rating ≥ 4", Comparison(Relation.AT_LEAST, RATING, number(4))),
        ("rating ≤ -4.50", Comparison(Relation.AT_MOST, RATING, number("-9/2"))),
        (
            "1 < rating <= 5",
            Every((Comparison(Relation.LESS, number(1), RATING), Comparison(Relation.AT_MOST, RATING, number(5)))),
        ),
        ("wait <= 30s", Comparison(Relation.AT_MOST, WAIT, Constant(Fraction(30), Kind.DURATION))),
        ("wait > 0", Comparison(Relation.MORE, WAIT, Constant(Fraction(0), Kind.DURATION))),
        ("rating in [4, 5]", Membership(RATING, (number(4), number(5)))),
        ('channel not in ("a", "b")', Negation(Membership(CHANNEL, (text("a"), text("b"))))),
        ("wait in [0, 1min]", Membership(WAIT, tuple(Constant(Fraction(s), Kind.DURATION) for s in (0, 60)))),
        ("missing(rating)", IsMissing(RATING)),
        ("not missing(rating) and paid or paid", Some((Every((Negation(IsMissing(RATING)), PAID)), PAID))),
        ('contains(channel, "微信")', Contains(CHANNEL, "微信")),
        ("hour(began) >= 22", Comparison(Relation.AT_LEAST, DatePart("hour", BEGAN), number(22))),
        ("weekday(day) in [6, 7]", Membership(DatePart("weekday", DAY), (number(6), number(7)))),
        ("date(began) == day", Comparison(Relation.EQUAL, BEGAN_DAY, DAY)),
        ('began <= "2026-01-31"', Comparison(Relation.AT_MOST, BEGAN_DAY, JANUARY)),
        ('"2026-01-31" >= began', Comparison(Relation.AT_LEAST, JANUARY, BEGAN_DAY)),
        ('day == "2026-01-31"', Comparison(Relation.EQUAL, DAY, JANUARY)),
        ('began in ["2026-01-31"]', Membership(BEGAN_DAY, (JANUARY,))),
        (
            'began < "2026-01-31 08:30"',
            Comparison(Relation.LESS, BEGAN, Constant(datetime(2026, 1, 31, 8, 30), Kind.MOMENT)),  # noqa: DTZ001 - local by design
        ),
        (
            "ended - began > 2h",
            Comparison(
                Relation.MORE, Arithmetic(Operator.MINUS, ENDED, BEGAN), Constant(Fraction(7200), Kind.DURATION)
            ),
        ),
        (
            "rating * 2 + 1 > 5",
            Comparison(
                Relation.MORE,
                Arithmetic(Operator.PLUS, Arithmetic(Operator.TIMES, RATING, number(2)), number(1)),
                number(5),
            ),
        ),
        ("rate >= 85%", Comparison(Relation.AT_LEAST, Column("chats", "rate", Kind.NUMBER), number("17/20"))),
        ("rate >= 0.85", Comparison(Relation.AT_LEAST, Column("chats", "rate", Kind.NUMBER), number("17/20"))),
        ("渠道 == '店铺'", Comparison(Relation.EQUAL, Column("chats", "渠道", Kind.TEXT), text("店铺"))),
    ],
)
def test_row_conditions(written: str, expected: object) -> None:
    assert row(written) == expected


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"'it\'s'", "it's"),
        (r'"a\\b"', "a\\b"),
        (r'"a\nb\t\"c\""', 'a\nb\t"c"'),
        ('"30s and 5% of x >= {y} AND z = 1"', "30s and 5% of x >= {y} AND z = 1"),
        ("'，（全角）“”'", "，（全角）“”"),
    ],
)
def test_texts_stay_what_they_are(written: str, meant: str) -> None:
    assert row(f"channel == {written}") == Comparison(Relation.EQUAL, CHANNEL, text(meant))


def test_the_roster_has_bare_columns() -> None:
    roster = SourceNames("roster", {"role": (Kind.TEXT, None), "tenure_days": (Kind.NUMBER, None)})
    expression, faults = compile_row('role == "售前" and tenure_days >= 90', roster, SHOP)
    role = Comparison(Relation.EQUAL, Column("roster", "role", Kind.TEXT), text("售前"))
    tenure = Comparison(Relation.AT_LEAST, Column("roster", "tenure_days", Kind.NUMBER), number(90))
    assert (expression, faults) == (Every((role, tenure)), ())


def test_a_source_in_the_making_is_known_by_its_own_names_alone() -> None:
    fresh = SourceNames("tickets", {"status": (Kind.TEXT, None)})
    expression, faults = compile_row('tickets.status == "open"', fresh, SHOP)
    assert faults == ()
    assert expression == Comparison(Relation.EQUAL, Column("tickets", "status", Kind.TEXT), text("open"))
    assert CHATS.name not in str(expression)
