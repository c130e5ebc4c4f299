"""Judgements by hand: what a number stands for should be written down, and a target should be one of the labels."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from kpi_cli.numbers import parse_decimal
from kpi_cli.problems import Problem
from kpi_cli.scheme.advice.telling import warning
from kpi_cli.scheme.compiled import CardLine, SourceColumn
from kpi_cli.scheme.compiling.whole import Draft
from kpi_cli.scheme.formula.tree import Aggregate, AggregateKind, Column
from kpi_cli.scheme.formula.walking import walk
from kpi_cli.scheme.rules import AsIs, Steps
from kpi_cli.scheme.targets import Target
from kpi_cli.scheme.units import Unit

_LABELS = frozenset({AggregateKind.ONLY, AggregateKind.MIN, AggregateKind.MAX})  # give one of the cells
_JUDGED = _LABELS | {AggregateKind.MEAN, AggregateKind.MEDIAN}  # give something between them


def no_rubric(draft: Draft) -> Iterator[Problem]:
    """Warn of points given by hand of which nobody wrote down what they stand for.

    A score that is taken as it is (an exam, an audit) brings its own rules; labels in a `map`, or names of steps,
    are a rubric.
    """
    for card in draft.scheme.cards:
        for line in card.lines:
            if line.metric.unit is Unit.POINTS and _is_judged(line) and not _has_rubric(line, draft):
                message = f"`{line.metric.name}` is judged by hand, and nothing says what its points stand for"
                help_text = "`map:` labels to numbers in the column, or score by `steps` that have a `name`"
                yield warning("no-rubric", message, line.span, help_text)


def _is_judged(line: CardLine) -> bool:
    """Whether the value comes from cells of a sheet alone, and the scheme makes points of it."""
    aggregates = [node for node in walk(line.metric.expression) if isinstance(node, Aggregate)]
    by_hand = bool(aggregates) and all(aggregate.kind in _JUDGED for aggregate in aggregates)
    return by_hand and not isinstance(line.metric.rule, AsIs)


def _has_rubric(line: CardLine, draft: Draft) -> bool:
    rule = line.metric.rule
    if isinstance(rule, Steps) and all(step.name for step in rule.steps):
        return True
    return all(column.map for column in _columns(line, draft))


def _columns(line: CardLine, draft: Draft) -> Iterator[SourceColumn]:
    for node in walk(line.metric.expression):
        if isinstance(node, Column) and node.source in draft.scheme.sources:
            yield draft.scheme.sources[node.source].columns[node.name]


def label_unknown(draft: Draft) -> Iterator[Problem]:
    """Warn of a target, or a step, that no label of the rubric reaches."""
    for card in draft.scheme.cards:
        for line in card.lines:
            labels = _labels(line, draft)
            for target in _aims(line) if labels else ():
                if not any(target.met(value) for value in labels.values()):
                    listed = ", ".join(f"{label} {written}" for label, written in _written(line, draft).items())
                    message = (
                        f"no label of the rubric reaches {target.spoken(line.metric.unit)} of `{line.metric.name}`"
                    )
                    yield warning("label-unknown", message, line.span, f"the labels are {listed}")


def _aims(line: CardLine) -> Iterator[Target]:
    if line.metric.target is not None:
        yield line.metric.target
    if isinstance(line.metric.rule, Steps):
        yield from (step.at for step in line.metric.rule.steps)


def _labels(line: CardLine, draft: Draft) -> Mapping[str, Fraction]:
    """Return the numbers of the labels, where the value of the metric is always one of them."""
    found = {label: parse_decimal(written) for label, written in _written(line, draft).items()}
    return {label: number for label, number in found.items() if number is not None}


def _written(line: CardLine, draft: Draft) -> Mapping[str, str]:
    expression = line.metric.expression
    if not isinstance(expression, Aggregate) or expression.kind not in _LABELS:
        return {}
    argument = expression.argument
    if not isinstance(argument, Column) or argument.source not in draft.scheme.sources:
        return {}
    return draft.scheme.sources[argument.source].columns[argument.name].map or {}


LINTS = (no_rubric, label_unknown)
