"""What a metric is made of: aggregates, its own and those of metrics it names, each in a period and over some rows."""

import ast
from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from kpi_cli.periods import Period
from kpi_cli.scheme.compiled import Metric, Scheme
from kpi_cli.scheme.formula import tree
from kpi_cli.scheme.formula.reading import read
from kpi_cli.scheme.formula.tree import Aggregate
from kpi_cli.scheme.formula.vocabulary import AGGREGATES
from kpi_cli.scheme.formula.walking import walk

Whose: TypeAlias = Literal["agent", "team", "teammates"]
"""Over whose rows: the agent's own; the team's, each row once; those of each member of the team, one by one."""


class Ingredient(Struct, frozen=True):
    """An aggregate in a period; `metric` is the one whose formula holds it, `text` the aggregate as written there."""

    aggregate: Aggregate
    period: Period
    whose: Whose
    metric: str
    text: str


def ingredients_of(scheme: Scheme, metric: str, period: Period, whose: Whose) -> tuple[Ingredient, ...]:
    """Return the aggregates that a metric is made of, each once: its own first, as they are written."""
    found: dict[tuple[Aggregate, Period, Whose], Ingredient] = {}
    waiting = [(metric, period, whose)]
    for name, when, over in waiting:
        for entry in _own(scheme.metrics[name], when, over):
            found.setdefault((entry.aggregate, when, over), entry)
        waiting += [step for step in _named(scheme.metrics[name], when, over) if step not in waiting]
    return tuple(found.values())


def _own(metric: Metric, period: Period, whose: Whose) -> Iterator[Ingredient]:
    aggregates = [node for node in walk(metric.expression) if isinstance(node, Aggregate)]
    texts = _texts(metric.formula)
    if len(texts) != len(aggregates):  # a metric that was not written as a formula
        texts = [f"{aggregate.kind}({aggregate.source})" for aggregate in aggregates]
    for aggregate, text in zip(aggregates, texts, strict=True):
        yield Ingredient(aggregate, period, whose, metric.name, text)


def _named(metric: Metric, period: Period, whose: Whose) -> Iterator[tuple[str, Period, Whose]]:
    """Yield the metrics that a formula names, in which period, and over whose rows they are measured."""
    for node in walk(metric.expression):
        match node:
            case tree.MetricValue(metric=name):
                yield name, period, whose
            case tree.Previous(metric=name):
                yield name, period.previous(), whose
            case tree.OfTeam(metric=name):
                yield name, period, "team" if whose == "team" else "teammates"
            case _:
                pass


def _texts(formula: str) -> list[str]:
    """Return the aggregates of a formula as they are written, in order."""
    reading = read(formula)
    if reading.tree is None:
        return []
    calls = [node for node in ast.walk(reading.tree) if isinstance(node, ast.Call) and _aggregates(node)]
    places = sorted((place.offset, place.width) for place in map(reading.place, calls))
    return [" ".join(formula[start : start + width].split()) for start, width in places]


def _aggregates(call: ast.Call) -> bool:
    """Whether a call is an aggregate; `min` and `max` of several values are none."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    return name in AGGREGATES and not (name in {"min", "max"} and len(call.args) > 1)
