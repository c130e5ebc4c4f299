"""Targets that nobody or everybody reaches, or most miss for long; metrics that do not tell people apart."""

from collections.abc import Iterable, Iterator
from typing import Final

from kpi_cli.lab.observing import Observed, Seen, during
from kpi_cli.problems import Problem, Severity
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scheme.rules import Deduct, PassFail
from kpi_cli.scheme.targets import Direction
from kpi_cli.scheme.units import spoken
from kpi_cli.scoring.cards import LineStatus

FEWEST: Final = 3  # agents: of fewer, "nobody" and "everybody" say little
_ONE_IN: Final = 10  # reached by fewer is out of reach
LONG: Final = 3  # periods


def lints(metrics: Iterable[Observed], scheme: Scheme) -> Iterator[Problem]:
    """Yield what the values say against their targets."""
    for metric in metrics:
        if len(metric.who) >= FEWEST:
            yield from _about(metric, scheme)


def _about(metric: Observed, scheme: Scheme) -> Iterator[Problem]:
    judged = metric.judged
    met = sum(_is_met(one) for one in judged)
    if judged and _ONE_IN * met < len(judged) and not _is_exact(metric):
        yield _out_of_reach(metric, scheme, met)
    elif _misses_for_long(metric):
        yield _off_target(metric, scheme)
    if isinstance(metric.line.metric.rule, Deduct | PassFail):
        return  # duties, not goals: that all do them is as it should be
    if judged and met == len(judged):
        yield _too_low(metric, scheme)
    if len({one.value for one in metric.seen}) == 1:
        yield _constant(metric, scheme)


def _out_of_reach(metric: Observed, scheme: Scheme, met: int) -> Problem:
    who = "nobody reaches" if not met else f"{met} of {_people(metric)} {'reaches' if met == 1 else 'reach'}"
    best = _end(metric, best=True)
    more = f": the best of {_people(metric)} is {best}" if best and not met else ""
    message = f"{who} {_target(metric)} {during(metric.periods)}{more}"
    help_text = "a target should be within reach of good people; see what share of them would reach another"
    return Problem("target-out-of-reach", message, metric.span(scheme), help_text, Severity.WARNING)


def _too_low(metric: Observed, scheme: Scheme) -> Problem:
    worst = _end(metric, best=False)
    more = f": even the last is at {worst}" if worst else ""
    message = f"all {_people(metric)} reach {_target(metric)} {during(metric.periods)}{more}"
    help_text = "a target that all reach rewards nobody; see what share of them would reach another"
    return Problem("target-too-low", message, metric.span(scheme), help_text, Severity.WARNING)


def _constant(metric: Observed, scheme: Scheme) -> Problem:
    value = spoken(metric.seen[0].value, metric.line.metric.unit)
    name = f"`{metric.line.metric.name}` on `{metric.card.name}`"
    message = f"{name} is {value} for all {_people(metric)} {during(metric.periods)}: it tells nobody apart"
    help_text = "see whether the column is filled in; if it is, give the weight to a metric that varies"
    return Problem("metric-constant", message, metric.span(scheme), help_text, Severity.WARNING)


def _misses_for_long(metric: Observed) -> bool:
    """Whether in each of at least three periods more than half missed the target."""
    rounds = [[one for one in metric.judged if one.period == period] for period in metric.periods]
    return len(rounds) >= LONG and all(seen and 2 * sum(map(_is_met, seen)) < len(seen) for seen in rounds)


def _off_target(metric: Observed, scheme: Scheme) -> Problem:
    message = f"most miss {_target(metric)} in every period {during(metric.periods)}"
    help_text = "if people did what they could, it is the target that is wrong"
    return Problem("off-target-for-long", message, metric.span(scheme), help_text, Severity.WARNING)


def _is_exact(metric: Observed) -> bool:
    """Whether one single value is aimed at: it shows the way, and to hit it is luck."""
    target = metric.line.metric.target
    return target is not None and target.direction is Direction.EXACTLY


def _is_met(one: Seen) -> bool:
    return one.status is LineStatus.MET


def _people(metric: Observed) -> str:
    noun = "teams" if metric.line.scope == "team" else "agents"
    return f"{len(metric.who)} {noun}"


def _target(metric: Observed) -> str:
    measured = metric.line.metric
    target = f" {measured.target.spoken(measured.unit)}" if measured.target is not None else ""
    return f"the target{target} of `{measured.name}` on `{metric.card.name}`"


def _end(metric: Observed, *, best: bool) -> str | None:
    """Return the best or the worst value, where the target says which that is."""
    target = metric.line.metric.target
    values = [one.value for one in metric.judged]
    if target is None or target.direction not in (Direction.AT_LEAST, Direction.AT_MOST):
        return None
    is_highest = (target.direction is Direction.AT_LEAST) == best
    return spoken(max(values) if is_highest else min(values), metric.line.metric.unit)
