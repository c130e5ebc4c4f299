"""Too few to go by: rates over a handful of cases, and comparison with the mean of a team of two."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from kpi_cli.lab.observing import Observed, during
from kpi_cli.pipeline import Outcome
from kpi_cli.problems import Problem, Severity
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scheme.formula.cases import is_rate_of_cases
from kpi_cli.scheme.formula.tree import MetricValue, OfTeam, ValueExpression
from kpi_cli.scheme.formula.walking import walk
from kpi_cli.scheme.units import RATES
from kpi_cli.scoring.cards import Sheet

FEW: Final = 20  # cases: in fewer, one of them moves a rate by more than 5%
SMALL_TEAM: Final = 3  # in a smaller one, a person is compared with one other at most


def lints(metrics: Iterable[Observed], outcome: Outcome) -> Iterator[Problem]:
    """Yield where there is too little to judge people by."""
    for metric in metrics:
        yield from _small_samples(metric, outcome.scheme)
    yield from _small_teams(outcome)


def _small_samples(metric: Observed, scheme: Scheme) -> Iterator[Problem]:
    """Yield a warning where a rate of at least half of the agents stands on few cases and no least is asked for."""
    measured = metric.line.metric
    expressions = {name: entry.expression for name, entry in scheme.metrics.items()}
    if measured.min_sample or measured.unit not in RATES or metric.line.scope == "team":
        return
    if not is_rate_of_cases(measured.expression, expressions):
        return
    few = [one for one in metric.seen if one.count is not None and one.count < FEW]
    if few and 2 * len(few) >= len(metric.seen):
        where = f"`{measured.name}` on `{metric.card.name}` {during(metric.periods)}"
        message = f"{where}: {len(few)} of {len(metric.seen)} values stand on fewer than {FEW} cases"
        help_text = f"add `min_sample: {FEW}`, or score a longer period"
        yield Problem("small-samples", message, metric.span(scheme), help_text, Severity.WARNING)


def _small_teams(outcome: Outcome) -> Iterator[Problem]:
    """Yield a warning where a value is relative to the team, and a team has nobody to compare with."""
    for sheet in outcome.sheets:
        members = _members(outcome, sheet)
        small = sorted({agent.team for agent in sheet.agents if agent.team and len(members[agent.team]) < SMALL_TEAM})
        relative = [
            column.line for column in sheet.lines if _is_relative(column.line.metric.expression, outcome.scheme)
        ]
        for line in relative if small else ():
            message = (
                f"`{line.metric.name}` compares within teams of one or two in {sheet.period.name}: {', '.join(small)}"
            )
            help_text = "compare with a target, or put small teams together"
            yield Problem("small-team", message, line.span, help_text, Severity.WARNING)


def _members(outcome: Outcome, of: Sheet) -> defaultdict[str, set[str]]:
    """Return the agents of each team in the sheet's period, whatever their card."""
    found = defaultdict[str, set[str]](set)
    for sheet in outcome.sheets:
        for agent in sheet.agents if sheet.period == of.period else ():
            found[agent.team or ""].add(agent.id)
    return found


def _is_relative(expression: ValueExpression, scheme: Scheme) -> bool:
    """Whether a value is compared with the agent's own team."""
    nodes = list(walk(expression))
    named = {node.metric for node in nodes if isinstance(node, MetricValue)} & set(scheme.metrics)
    here = any(isinstance(node, OfTeam) for node in nodes)
    return here or any(_is_relative(scheme.metrics[name].expression, scheme) for name in named)
