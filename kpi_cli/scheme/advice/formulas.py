"""Formulas that mislead: one thing measured twice, two definitions of one thing, a mean divided by a count."""

from collections.abc import Iterator
from itertools import combinations

from msgspec.structs import replace

from kpi_cli.problems import Problem
from kpi_cli.scheme.advice.subjects import is_first_reply, says_first_reply, says_mean_reply
from kpi_cli.scheme.advice.telling import warning
from kpi_cli.scheme.compiled import CardLine, Metric
from kpi_cli.scheme.compiling.whole import Draft
from kpi_cli.scheme.formula.tree import Aggregate, AggregateKind, Arithmetic, Column, Operator, ValueExpression
from kpi_cli.scheme.formula.walking import aggregates_of, sources_of, walk
from kpi_cli.scheme.lints.names import used_metrics
from kpi_cli.scheme.units import RATES, Unit

_MEANS = frozenset(
    {
        AggregateKind.MEAN,
        AggregateKind.MEDIAN,
        AggregateKind.PERCENTILE,
        AggregateKind.WEIGHTED_MEAN,
        AggregateKind.SHARE,
        AggregateKind.NPS,
    }
)
_COUNTS = frozenset({AggregateKind.COUNT, AggregateKind.UNIQUE})


def measured_twice(draft: Draft) -> Iterator[Problem]:
    """Warn of a card that weighs one thing twice under two names."""
    for card in draft.scheme.cards:
        for one, other in combinations(card.lines, 2):
            why = _sameness(one, other)
            if why:
                message = f"`{other.metric.name}` and `{one.metric.name}` {why}: it counts twice"
                help_text = "keep one of the two, or measure something else with the other"
                yield warning("measured-twice", message, other.span, help_text)


def _sameness(one: CardLine, other: CardLine) -> str | None:
    if one.scope != other.scope or one.metric.name == other.metric.name:
        return None
    if one.metric.expression == other.metric.expression:
        return "have the same formula"
    return "both are the first response" if _is_first(one.metric, other.metric) else None


def _is_first(one: Metric, other: Metric) -> bool:
    """Whether both are the first response over all rows of one source; one per channel or priority has a `where`."""
    pair = (one, other)
    if not all(metric.unit is Unit.DURATION and says_first_reply(metric) for metric in pair):
        return False
    plain = not any(aggregate.where for metric in pair for aggregate in aggregates_of(metric.expression))
    return plain and sources_of(one.expression) == sources_of(other.expression)


def mean_of_first_replies(draft: Draft) -> Iterator[Problem]:
    """Warn of a mean response that is computed from first responses: two things that are easily confused."""
    for name in sorted(used_metrics(draft.scheme)):
        metric = draft.scheme.metrics[name]
        columns = (node for node in walk(metric.expression) if isinstance(node, Column))
        if says_mean_reply(metric) and any(is_first_reply(column, draft.scheme) for column in columns):
            message = f"`{name}` ({metric.label}) is called a mean response, and is computed from first responses"
            help_text = "call it first response, or divide all response time by the number of replies"
            span = draft.findings.document.value(("metrics", name, "formula"))
            yield warning("mean-of-first-replies", message, span, help_text)


def denominators_differ(draft: Draft) -> Iterator[Problem]:
    """Warn of two rates that count the same thing and divide it by different ones, such as chats and visitors."""
    names = used_metrics(draft.scheme)
    rates = [metric for name, metric in draft.scheme.metrics.items() if name in names and metric.unit in RATES]
    parts = [(metric, _parts(metric.expression)) for metric in rates]
    for (one, left), (other, right) in combinations(parts, 2):
        if left and right and left[0] == right[0] and left[1] != right[1]:
            both = f"`{one.name}` is {one.formula}, `{other.name}` is {other.formula}"
            message = f"two rates count the same and divide it by different things: {both}"
            help_text = "settle on one denominator, so that the two can be compared"
            span = draft.findings.document.value(("metrics", other.name, "formula"))
            yield warning("denominators-differ", message, span, help_text)


def _parts(expression: ValueExpression) -> tuple[Aggregate, ValueExpression] | None:
    """Return what a rate counts, whatever narrows it, and what it divides by: rows of another source."""
    if not isinstance(expression, Arithmetic) or expression.operator is not Operator.OVER:
        return None
    counted = expression.left
    if not isinstance(counted, Aggregate) or counted.source in sources_of(expression.right):
        return None
    return replace(counted, where=None), expression.right


def mean_over_count(draft: Draft) -> Iterator[Problem]:
    """Warn of a mean or a rate divided by a count: it has been divided already, and what is left means nothing."""
    for name, metric in draft.scheme.metrics.items():
        for node in walk(metric.expression):
            if isinstance(node, Arithmetic) and _is_mean_over_count(node):
                message = f"`{name}` divides a mean by a count: more rows make it smaller, and it means nothing"
                help_text = "divide a sum by the count, or take the mean alone"
                span = draft.findings.document.value(("metrics", name, "formula"))
                yield warning("mean-over-count", message, span, help_text)


def _is_mean_over_count(node: "Arithmetic[ValueExpression]") -> bool:
    over, under = node.left, node.right
    return (
        node.operator is Operator.OVER
        and isinstance(over, Aggregate)
        and over.kind in _MEANS
        and isinstance(under, Aggregate)
        and under.kind in _COUNTS
    )


LINTS = (measured_twice, mean_of_first_replies, denominators_differ, mean_over_count)
