"""Conditions of gates and awards."""

from fractions import Fraction

import pytest
from made_vocabulary import condition

from kpi_cli.scheme.formula.tree import (
    Arithmetic,
    Comparison,
    Constant,
    Every,
    Kind,
    Met,
    MetricValue,
    Negation,
    Operator,
    Relation,
    Result,
    Some,
    Streak,
)
from kpi_cli.scheme.formula.walking import metrics_named

CSAT = MetricValue("csat")


def number(written: int | str) -> Constant:
    return Constant(Fraction(written), Kind.NUMBER)


def grade(name: str) -> Comparison[Result | Constant]:
    return Comparison(Relation.EQUAL, Result("grade"), Constant(name, Kind.TEXT))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("slips > 5", Comparison(Relation.MORE, MetricValue("slips"), number(5))),
        ("csat < 50%", Comparison(Relation.LESS, CSAT, number("1/2"))),
        ("reply <= 15s", Comparison(Relation.AT_MOST, MetricValue("reply"), Constant(Fraction(15), Kind.DURATION))),
        ("met(csat)", Met("csat")),
        ("streak(met(csat), 3)", Streak(Met("csat"), 3)),
        (
            "streak(rank_share <= 10%, 3)",
            Streak(Comparison(Relation.AT_MOST, Result("rank_share"), number("1/10")), 3),
        ),
        ('grade == "S"', grade("S")),
        ('grade in ["C", "D"]', Some((grade("C"), grade("D")))),
        ('grade not in ["C"]', Negation(grade("C"))),
        ('grade >= "A"', Comparison(Relation.AT_LEAST, Result("grade"), Constant("A", Kind.TEXT))),
        (
            "80 <= score < 90",
            Every(
                (
                    Comparison(Relation.AT_MOST, number(80), Result("score")),
                    Comparison(Relation.LESS, Result("score"), number(90)),
                )
            ),
        ),
        (
            "rank > of - 3",
            Comparison(Relation.MORE, Result("rank"), Arithmetic(Operator.MINUS, Result("of"), number(3))),
        ),
        ("coverage < 60", Comparison(Relation.LESS, Result("coverage"), number(60))),
        ("coverage < 60%", Comparison(Relation.LESS, Result("coverage"), number(60))),
        ("60% > coverage", Comparison(Relation.MORE, number(60), Result("coverage"))),
        (
            "slips > 5 and not (met(csat) or rank == 1)",
            Every(
                (
                    Comparison(Relation.MORE, MetricValue("slips"), number(5)),
                    Negation(Some((Met("csat"), Comparison(Relation.EQUAL, Result("rank"), number(1))))),
                )
            ),
        ),
    ],
)
def test_conditions(text: str, expected: object) -> None:
    assert condition(text) == expected


def test_what_a_condition_names() -> None:
    assert metrics_named(condition("streak(met(csat) and slips < aov / quality, 2)")) == {
        "csat",
        "slips",
        "aov",
        "quality",
    }
