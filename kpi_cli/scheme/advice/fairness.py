"""Cards that treat people unfairly: pay by data that come late, growth without a past, few cases, bare punishment."""

import re
from collections.abc import Iterator
from fractions import Fraction

from kpi_cli.numbers import parse_decimal, plain
from kpi_cli.problems import Problem
from kpi_cli.scheme.advice.subjects import column_words
from kpi_cli.scheme.advice.telling import warning
from kpi_cli.scheme.compiled import Card, CardLine, Scheme, Source
from kpi_cli.scheme.compiling.whole import Draft
from kpi_cli.scheme.formula.cases import is_rate_of_cases
from kpi_cli.scheme.formula.tree import Column, MetricValue, OfTeam, Previous, ValueExpression
from kpi_cli.scheme.formula.walking import walk
from kpi_cli.scheme.targets import Direction, Target
from kpi_cli.scheme.units import RATES, spoken

_WHOLE = Fraction(100)
_FEW = 20  # cases: from here on one of them moves a rate by at most 5%
_COMES_LATE = re.compile(
    r"退货|退款|退单|留存|流失|推荐分"
    r"|(?<![a-z])(?:return(?:s|ed)?(?![a-z])|refund|churn|retained|retention|nps|recommend)",
    re.IGNORECASE,
)
_ASKED_LATER = re.compile(r"评价|回访|调查|(?<![a-z])(?:rated|rating|survey|answered)", re.IGNORECASE)


def late_data(draft: Draft) -> Iterator[Problem]:
    """Warn of pay by what is known only after it is paid: returns of this month's orders come next month."""
    if draft.scheme.pay is None:
        return
    for card in draft.scheme.cards:
        for line in card.lines:
            for column in _late_columns(line.metric.expression, draft.scheme):
                source = draft.scheme.sources[column.source]
                read = f"`{source.name}.{column.name}` of rows dated by `{source.time}`"
                message = f"`{line.metric.name}` earns pay by {read}: what comes later is never counted"
                help_text = f"date it by the day it comes: a source `like: {source.name}` with a `time:` of its own"
                yield warning("late-data", message, line.span, help_text)


def _late_columns(expression: ValueExpression, scheme: Scheme) -> Iterator[Column]:
    """Yield the columns that are filled in later than the date their rows are counted by."""
    columns = dict.fromkeys(node for node in walk(expression) if isinstance(node, Column))
    for column in columns:
        source = scheme.sources.get(column.source)
        words = column_words(column.source, column.name, scheme)
        if source is not None and _COMES_LATE.search(words) and _is_dated_early(source, scheme):
            yield column


def _is_dated_early(source: Source, scheme: Scheme) -> bool:
    """Whether rows are dated by a column of their own that is not the late event's, nor the day of asking."""
    if source.time is None or source.time == "file":
        return False
    words = column_words(source.name, source.time, scheme)
    return not (_COMES_LATE.search(words) or _ASKED_LATER.search(words))


def growth_of_joiner(draft: Draft) -> Iterator[Problem]:
    """Warn where people without a previous period get 0, stop the run, or are left with too little of the card."""
    for card in draft.scheme.cards:
        growing = [line for line in card.lines if _looks_back(line.metric.expression, draft.scheme)]
        for line in growing:
            if line.metric.missing in ("zero", "error"):
                effect = "gets 0 points for it" if line.metric.missing == "zero" else "stops the whole run"
                message = f"`{line.metric.name}` compares with the period before: a joiner, who has none, {effect}"
                yield warning("growth-of-joiner", message, line.span, "write `missing: skip`")
        yield from _left_with_too_little(card, growing, draft.scheme.scoring.min_coverage)


def _left_with_too_little(card: Card, growing: list[CardLine], least: Fraction) -> Iterator[Problem]:
    skipped = [line for line in growing if line.metric.missing == "skip"]
    left = _WHOLE - sum((line.weight for line in skipped), Fraction(0))
    if skipped and left < least:
        message = (
            f"a joiner has no period before: {plain(left)}% of `{card.name}` is left, less than "
            f"`min_coverage: {plain(least)}`, and so no grade"
        )
        help_text = "weigh growth less, or lower `scoring.min_coverage`"
        yield warning("growth-of-joiner", message, skipped[0].span, help_text)


def _looks_back(expression: ValueExpression, scheme: Scheme) -> bool:
    nodes = list(walk(expression))
    named = {node.metric for node in nodes if isinstance(node, MetricValue | OfTeam)} & set(scheme.metrics)
    back = any(isinstance(node, Previous) for node in nodes)
    return back or any(_looks_back(scheme.metrics[name].expression, scheme) for name in named)


def no_min_sample(draft: Draft) -> Iterator[Problem]:
    """Warn of a rate with so strict a target that in a small sample one case decides. A team has many rows."""
    expressions = {name: metric.expression for name, metric in draft.scheme.metrics.items()}
    for card in draft.scheme.cards:
        for line in card.lines:
            metric = line.metric
            if metric.target is None or metric.unit not in RATES or metric.min_sample or line.scope == "team":
                continue
            needed = _cases_needed(metric.target)
            if needed > _FEW and is_rate_of_cases(metric.expression, expressions):
                target = metric.target.spoken(metric.unit)
                rate = spoken(Fraction(1, needed - 1), metric.unit)
                message = f"one case in {needed - 1} is {rate}: it decides on `{metric.name}` {target}"
                help_text = f"add `min_sample: {needed}`, or as many cases as you would judge anybody by"
                yield warning("no-min-sample", message, line.span, help_text)


def _cases_needed(target: Target) -> int:
    """Return how many cases it takes until one bad one does not miss the target; 0 where none may be bad."""
    if target.direction is Direction.AT_MOST:
        room = target.high
    elif target.direction is Direction.AT_LEAST:
        room = 1 - target.low
    else:
        return 0
    return -(-room.denominator // room.numerator) if 0 < room < 1 else 0


def grade_without_action(draft: Draft) -> Iterator[Problem]:
    """Warn of a grade that takes pay away and helps nobody to do better."""
    for band in draft.scheme.bands:
        coefficient = parse_decimal(band.coefficient)
        if coefficient is not None and coefficient < 1 and not band.action:
            message = f"grade {band.grade} pays {band.coefficient} times the pay, and nothing is done about it"
            help_text = "add what helps, such as `action: coaching and a plan`"
            yield warning("grade-without-action", message, band.span, help_text)


LINTS = (late_data, growth_of_joiner, no_min_sample, grade_without_action)
