"""Metrics: targets where rules need them, evidence where it is asked for, team figures that add up."""

from collections.abc import Iterator

from kpi_cli.problems import Problem, Span
from kpi_cli.scheme.compiled import CardLine, Metric
from kpi_cli.scheme.compiling.rules import RULE_NAMES
from kpi_cli.scheme.compiling.whole import Draft
from kpi_cli.scheme.formula.evidence import has_evidence
from kpi_cli.scheme.formula.teams import team_faults
from kpi_cli.scheme.formula.tree import OfTeam
from kpi_cli.scheme.formula.walking import walk
from kpi_cli.scheme.rules import PassFail, Proportional, Ranked
from kpi_cli.scheme.targets import Direction

_DIRECTED = frozenset({Direction.AT_LEAST, Direction.AT_MOST})


def target_missing(draft: Draft) -> Iterator[Problem]:
    """Check that there is a target to compare with, or for a rank that it is known which end is the best."""
    for line in _lines(draft):
        metric, rule = line.metric, line.metric.rule
        name = RULE_NAMES[type(rule)]
        if isinstance(rule, Proportional | PassFail) and metric.target is None:
            if not _target_is_written(draft, line):
                message = f"`{metric.name}` is scored by the rule {name}, which needs a target"
                yield Problem("target-missing", message, metric.span, "add `target:`, or another `score:` rule")
        elif isinstance(rule, Ranked) and metric.better is None and not _directed(metric):
            message = f"`{metric.name}` is scored by rank, and nothing says whether more or less is better"
            yield Problem("target-missing", message, metric.span, "add `better: higher` or `better: lower`")


def bonus_without_target(draft: Draft) -> Iterator[Problem]:
    """Check that the metrics that earn a bonus have targets to meet."""
    bonus = draft.scheme.pay.bonus if draft.scheme.pay is not None else None
    for name in bonus.metrics if bonus is not None else ():
        metric = draft.scheme.metrics.get(name)
        if bonus is not None and metric is not None and draft.model.metrics[name].target is None:
            message = f"the bonus is earned by meeting the target of `{name}`, which has none"
            yield Problem("target-missing", message, bonus.span, f"add `target:` to the metric `{name}`")


def target_not_positive(draft: Draft) -> Iterator[Problem]:
    """Check that points are in proportion to a target above 0."""
    for line in _lines(draft):
        metric = line.metric
        if isinstance(metric.rule, Proportional) and metric.target is not None and metric.target.low <= 0:
            message = f"a score in proportion needs a target above 0, and `{metric.name}` has {metric.target.text()}"
            help_text = "use another rule, such as `score: {rule: pass_fail}`, `deduct` or `steps`"
            yield Problem("target-zero", message, _target_span(draft, line), help_text)


def min_sample_without_evidence(draft: Draft) -> Iterator[Problem]:
    """Check that a value has rows of its own behind it, where a least sample is asked for."""
    expressions = {name: metric.expression for name, metric in draft.scheme.metrics.items()}
    for name, metric in draft.scheme.metrics.items():
        if metric.min_sample is not None and not has_evidence(metric.expression, expressions):
            span = draft.findings.document.value(("metrics", name, "min_sample"))
            message = f"`{name}` has no rows of its own behind its value, so no sample to be too small"
            yield Problem("no-evidence", message, span, "delete `min_sample`")


def team_figure_not_additive(draft: Draft) -> Iterator[Problem]:
    """Check that sums and means over agents are of figures that add up; a mean of ratios is never taken."""
    expressions = {name: metric.expression for name, metric in draft.scheme.metrics.items()}
    for name, expression in expressions.items():
        if any(isinstance(node, OfTeam) for node in walk(expression)):
            formula = draft.model.metrics[name].formula
            for fault in team_faults(formula, expressions):
                span = draft.findings.document.within(("metrics", name, "formula"), fault.offset, fault.width)
                yield Problem(fault.code, fault.message, span, fault.help)


def _lines(draft: Draft) -> Iterator[CardLine]:
    for card in draft.scheme.cards:
        yield from card.lines


def _directed(metric: Metric) -> bool:
    return metric.target is not None and metric.target.direction in _DIRECTED


def _target_is_written(draft: Draft, line: CardLine) -> bool:
    """Return whether there is a target after all, which could not be read and is reported elsewhere."""
    return draft.model.metrics[line.metric.name].target is not None


def _target_span(draft: Draft, line: CardLine) -> Span:
    """Return where the line's target is written: on its card, or at its metric."""
    document = draft.findings.document
    own = draft.scheme.metrics[line.metric.name]
    at_metric = document.value(("metrics", line.metric.name, "target"))
    return at_metric if own.target == line.metric.target else line.span


CHECKS = (
    target_missing,
    bonus_without_target,
    target_not_positive,
    min_sample_without_evidence,
    team_figure_not_additive,
)
