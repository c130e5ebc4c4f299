"""Value formulas: what each function of the language compiles to, and what it is measured in."""

from datetime import date
from fractions import Fraction

import pytest
from made_vocabulary import SHOP, value

from kpi_cli.scheme.formula.tree import (
    Aggregate,
    AggregateKind,
    Arithmetic,
    Column,
    Comparison,
    Constant,
    DatePart,
    Extreme,
    Kind,
    MetricValue,
    Negation,
    Negative,
    OfTeam,
    Operator,
    PeriodDays,
    Previous,
    Relation,
    RowExpression,
    Working,
)
from kpi_cli.scheme.formula.units_of import unit_of
from kpi_cli.scheme.formula.walking import aggregates_of, metrics_named, sources_of
from kpi_cli.scheme.units import Unit

RATING = Column("chats", "rating", Kind.NUMBER)
WAIT = Column("chats", "wait", Kind.DURATION)
PAID = Column("chats", "paid", Kind.TRUTH)
BEGAN = Column("chats", "began", Kind.MOMENT)
ENDED = Column("chats", "ended", Kind.MOMENT)
BUYER = Column("chats", "buyer", Kind.TEXT)


def number(written: int | str) -> Constant:
    return Constant(Fraction(written), Kind.NUMBER)


@pytest.mark.parametrize(
    ("text", "expected", "unit"),
    [
        ("count(chats)", Aggregate(AggregateKind.COUNT, "chats"), Unit.COUNT),
        ("count(chats, where=chats.paid)", Aggregate(AggregateKind.COUNT, "chats", where=PAID), Unit.COUNT),
        ("sum(chats.rating)", Aggregate(AggregateKind.SUM, "chats", RATING), None),
        ("mean(chats.wait)", Aggregate(AggregateKind.MEAN, "chats", WAIT), Unit.DURATION),
        ("min(chats.wait)", Aggregate(AggregateKind.MIN, "chats", WAIT), Unit.DURATION),
        ("max(chats.rating)", Aggregate(AggregateKind.MAX, "chats", RATING), None),
        ("median(chats.wait)", Aggregate(AggregateKind.MEDIAN, "chats", WAIT), Unit.DURATION),
        (
            "percentile(chats.wait, 90)",
            Aggregate(AggregateKind.PERCENTILE, "chats", WAIT, rank=Fraction(90)),
            Unit.DURATION,
        ),
        ("share(chats.paid)", Aggregate(AggregateKind.SHARE, "chats", PAID), Unit.PERCENT),
        (
            "share(chats.rating >= 4)",
            Aggregate(AggregateKind.SHARE, "chats", Comparison(Relation.AT_LEAST, RATING, number(4))),
            Unit.PERCENT,
        ),
        ("unique(chats.buyer)", Aggregate(AggregateKind.UNIQUE, "chats", BUYER), Unit.COUNT),
        ("unique(date(chats.began))", Aggregate(AggregateKind.UNIQUE, "chats", DatePart("date", BEGAN)), Unit.COUNT),
        ("nps(chats.rating)", Aggregate(AggregateKind.NPS, "chats", RATING), Unit.PERCENT),
        (
            "weighted_mean(chats.wait, by=chats.rating)",
            Aggregate(AggregateKind.WEIGHTED_MEAN, "chats", WAIT, RATING),
            Unit.DURATION,
        ),
        ("only(chats.rating)", Aggregate(AggregateKind.ONLY, "chats", RATING), None),
        ("peak(chats.began, chats.ended)", Aggregate(AggregateKind.PEAK, "chats", BEGAN, ENDED), Unit.COUNT),
        ("active_days(chats)", Aggregate(AggregateKind.ACTIVE_DAYS, "chats"), Unit.COUNT),
        (
            "mean(chats.ended - chats.began)",
            Aggregate(AggregateKind.MEAN, "chats", Arithmetic(Operator.MINUS, ENDED, BEGAN)),
            Unit.DURATION,
        ),
        (
            'mean(working(chats.began, chats.ended, "shop"))',
            Aggregate(AggregateKind.MEAN, "chats", Working(BEGAN, ENDED, "shop")),
            Unit.DURATION,
        ),
        ("aov", MetricValue("aov"), Unit.MONEY),
        ("转化率", MetricValue("转化率"), Unit.PERCENT),
        ("previous(aov)", Previous("aov"), Unit.MONEY),
        ("team_sum(slips)", OfTeam("sum", "slips"), Unit.COUNT),
        ("team_mean(aov)", OfTeam("mean", "aov"), Unit.MONEY),
        ("period_days()", PeriodDays(), Unit.COUNT),
        ("min(csat, 100%)", Extreme("min", (MetricValue("csat"), number(1))), Unit.PERCENT),
        ("max(slips, 1, 2)", Extreme("max", (MetricValue("slips"), number(1), number(2))), Unit.COUNT),
        ("-slips", Negative(MetricValue("slips")), Unit.COUNT),
        ("+slips", MetricValue("slips"), Unit.COUNT),
        ("-2", number(-2), Unit.NUMBER),
    ],
)
def test_each_function(text: str, expected: object, unit: Unit | None) -> None:
    assert value(text) == expected
    assert unit_of(value(text), SHOP) is unit


def test_operators_bind_as_in_python() -> None:
    first = Arithmetic(Operator.OVER, MetricValue("slips"), MetricValue("volume"))
    assert value("slips / volume * 2 - 1") == Arithmetic(
        Operator.MINUS, Arithmetic(Operator.TIMES, first, number(2)), number(1)
    )


def test_growth_over_the_period_before() -> None:
    difference = Arithmetic(Operator.MINUS, MetricValue("aov"), Previous("aov"))
    assert value("(aov - previous(aov)) / previous(aov)") == Arithmetic(Operator.OVER, difference, Previous("aov"))


def test_line_breaks_are_spaces() -> None:
    assert value("\n  count(chats,\r\n\twhere=chats.paid)\n/ 2\n") == value("count(chats, where=chats.paid) / 2")


def test_where_without_a_condition_on_cells() -> None:
    assert value("count(chats, where=not chats.paid)") == Aggregate(AggregateKind.COUNT, "chats", where=Negation(PAID))


def test_a_text_in_an_aggregate_stands_for_a_day() -> None:
    november = Constant(date(2026, 11, 1), Kind.DATE)
    after: Comparison[RowExpression] = Comparison(Relation.AT_LEAST, DatePart("date", BEGAN), november)
    found = value('count(chats, where=chats.began >= "2026-11-01")')
    assert found == Aggregate(AggregateKind.COUNT, "chats", where=after)


def test_names_are_compared_in_their_normal_form() -> None:
    assert value("ｓｌｉｐｓ + count(ｃｈａｔｓ)") == value("slips + count(chats)")


@pytest.mark.parametrize(
    ("text", "exact", "kind"),
    [
        ("30s", Fraction(30), Kind.DURATION),
        ("30 秒", Fraction(30), Kind.DURATION),
        ("2 min", Fraction(120), Kind.DURATION),
        ("3 分钟", Fraction(180), Kind.DURATION),
        ("1.5h", Fraction(5400), Kind.DURATION),
        ("2小时", Fraction(7200), Kind.DURATION),
        ("1天", Fraction(86400), Kind.DURATION),
        ("0.5d", Fraction(43200), Kind.DURATION),
        ("500ms", Fraction(1, 2), Kind.DURATION),
        ("15%", Fraction(3, 20), Kind.NUMBER),
        ("15 ％", Fraction(3, 20), Kind.NUMBER),
        ("5‰", Fraction(1, 200), Kind.NUMBER),
        ("0.1", Fraction(1, 10), Kind.NUMBER),
        (".5", Fraction(1, 2), Kind.NUMBER),
        ("007", Fraction(7), Kind.NUMBER),
    ],
)
def test_numbers_with_units_are_exact(text: str, exact: Fraction, kind: Kind) -> None:
    assert value(text) == Constant(exact, kind)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("mean(chats.wait) * 2", Unit.DURATION),
        ("2 * mean(chats.wait)", Unit.DURATION),
        ("mean(chats.wait) / count(chats)", Unit.DURATION),
        ("mean(chats.wait) / 1h", Unit.NUMBER),
        ("mean(chats.wait * chats.rating)", Unit.DURATION),
        ("mean(chats.wait) + 30s", Unit.DURATION),
        ("mean(chats.wait) + 0", Unit.DURATION),
        ("count(chats) / count(orders)", Unit.NUMBER),
        ("count(chats) / mean(chats.wait)", None),
        ("aov / slips", Unit.MONEY),
        ("aov * slips", Unit.MONEY),
        ("aov * 5%", Unit.MONEY),
        ("aov - 100 * 2", Unit.MONEY),
        ("aov * reply", None),
        ("1 - csat", Unit.PERCENT),
        ("(csat + 转化率) / 2", Unit.PERCENT),
        ("0.4 * csat + 0.6 * 转化率", Unit.PERCENT),
        ("csat * 100", None),
        ("csat / 转化率", Unit.NUMBER),
        ("volume + reply", Unit.DURATION),
        ("volume * reply", None),
        ("count(chats) / count(chats) - 15%", Unit.NUMBER),
        ("min(reply, volume)", Unit.DURATION),
        ("1 / 0", None),
    ],
)
def test_the_algebra_of_units(text: str, unit: Unit | None) -> None:
    assert unit_of(value(text), SHOP) is unit


def test_what_a_formula_names() -> None:
    formula = value("sum(chats.rating, where=chats.paid) / count(orders) + previous(volume) * team_sum(slips) - csat")
    assert metrics_named(formula) == {"volume", "slips", "csat"}
    assert sources_of(formula) == {"chats", "orders"}
    assert [aggregate.kind for aggregate in aggregates_of(formula)] == [AggregateKind.SUM, AggregateKind.COUNT]


def test_equal_aggregates_are_one() -> None:
    assert len(aggregates_of(value("count(chats) / (count(chats) + count(chats, where=chats.paid))"))) == 2
