"""Cards out of balance: too many metrics or too few, one that outweighs the rest, speed without quality."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from kpi_cli.numbers import plain
from kpi_cli.problems import Problem
from kpi_cli.scheme.advice.subjects import (
    is_about_care,
    is_about_conversion,
    is_about_effort,
    is_about_quality,
    is_about_results,
    is_about_speed,
)
from kpi_cli.scheme.advice.telling import warning
from kpi_cli.scheme.compiled import Card, CardLine, Metric
from kpi_cli.scheme.compiling.whole import Draft

MOST_METRICS: Final = 8
FEWEST_METRICS: Final = 3
HEAVIEST_METRIC: Final = 40  # percent of the total; schemes in use stay at or below both
HEAVIEST_DIMENSION: Final = 50


def many_metrics(draft: Draft) -> Iterator[Problem]:
    """Warn of a card with so many metrics that none of them matters."""
    for card in draft.scheme.cards:
        count = len(_weighed(card))
        if count > MOST_METRICS:
            message = f"`{card.name}` scores {count} metrics, more than {MOST_METRICS}: each counts for little"
            yield warning("many-metrics", message, card.span, "keep the 5 to 8 that people can act on")


def few_metrics(draft: Draft) -> Iterator[Problem]:
    """Warn of a card with so few metrics that people serve the metric alone."""
    for card in draft.scheme.cards:
        count = len(_weighed(card))
        if 0 < count < FEWEST_METRICS:
            noun = "one metric" if count == 1 else f"{count} metrics"
            message = f"`{card.name}` scores {noun} only: what it does not ask for is not done"
            yield warning("few-metrics", message, card.span, "weigh 3 to 8 metrics of different kinds")


def heavy_metric(draft: Draft) -> Iterator[Problem]:
    """Warn of a metric that outweighs the others; on a card with too few, one always does."""
    for card in draft.scheme.cards:
        lines = _weighed(card)
        for line in lines if len(lines) >= FEWEST_METRICS else ():
            if line.weight > HEAVIEST_METRIC:
                weight = plain(line.weight)
                message = f"`{line.metric.name}` alone is {weight}% of `{card.name}`, more than {HEAVIEST_METRIC}%"
                yield warning("heavy-metric", message, line.span, "share its weight out among several metrics")


def heavy_dimension(draft: Draft) -> Iterator[Problem]:
    """Warn of a dimension of several metrics that outweighs all others together."""
    for card in draft.scheme.cards:
        weights = defaultdict[str, list[Fraction]](list)
        for line in _weighed(card):
            weights[line.dimension or ""].append(line.weight)
        for dimension, parts in weights.items() if len(weights) > 1 else ():
            weight = sum(parts, Fraction(0))
            if weight > HEAVIEST_DIMENSION and len(parts) > 1 and dimension:
                message = (
                    f"{dimension} is {plain(weight)}% of `{card.name}`, more than all its other dimensions together"
                )
                span = draft.findings.document.key(("scorecards", card.name, "weights", dimension))
                yield warning("heavy-dimension", message, span, f"at most {HEAVIEST_DIMENSION} keeps the balance")


def speed_without_quality(draft: Draft) -> Iterator[Problem]:
    """Warn of a card that pushes people to be quick and never asks whether customers were helped."""
    for card in draft.scheme.cards:
        lines = _weighed(card)
        quick = [line for line in lines if is_about_speed(line.metric)]
        if quick and not any(is_about_quality(line.metric, draft.scheme) for line in lines):
            message = f"`{quick[0].metric.name}` rewards speed, and nothing on `{card.name}` asks for quality"
            help_text = "weigh satisfaction, solved at once, complaints or a quality check beside it"
            yield warning("speed-without-quality", message, quick[0].span, help_text)


def conversion_without_care(draft: Draft) -> Iterator[Problem]:
    """Warn of a card that rewards selling and never asks whether the buyers were glad of it."""
    for card in draft.scheme.cards:
        lines = _weighed(card)
        selling = [line for line in lines if is_about_conversion(line.metric)]
        if selling and not any(is_about_care(line.metric, draft.scheme) for line in lines):
            message = (
                f"`{selling[0].metric.name}` rewards selling, and `{card.name}` has no satisfaction or return rate"
            )
            help_text = "weigh satisfaction, complaints or returns beside it, or people are talked into buying"
            yield warning("conversion-without-care", message, selling[0].span, help_text)


def one_sided(draft: Draft) -> Iterator[Problem]:
    """Warn of a card with results alone, which come too late to steer by, or with effort alone."""
    for card in draft.scheme.cards:
        if _all(card, is_about_results):
            message = f"`{card.name}` scores business results alone: nobody sees what to do differently"
            yield warning("only-results", message, card.span, "add what leads there: response, solved at once, quality")
        if _all(card, lambda metric: is_about_effort(metric, draft.scheme)):
            message = f"`{card.name}` scores speed, volume and presence alone: nothing of what comes of them"
            yield warning("only-process", message, card.span, "add what comes of it: solved, satisfaction, conversion")


def same_weights(draft: Draft) -> Iterator[Problem]:
    """Warn of cards for different people that ask for exactly the same."""
    first = dict[object, Card]()
    for card in draft.scheme.cards:
        asked = frozenset((line.metric, line.weight, line.scope) for line in card.lines)
        same = first.setdefault(asked, card)
        if same is not card and asked:
            message = f"`{card.name}` has the metrics, targets and weights of `{same.name}`"
            help_text = "weigh what each role can act on, or make one card of the two"
            yield warning("same-weights", message, card.span, help_text)


def _weighed(card: Card) -> list[CardLine]:
    return [line for line in card.lines if line.weight > 0]


def _all(card: Card, about: Callable[[Metric], bool]) -> bool:
    lines = _weighed(card)
    return len(lines) > 1 and all(about(line.metric) for line in lines)


LINTS = (
    many_metrics,
    few_metrics,
    heavy_metric,
    heavy_dimension,
    speed_without_quality,
    conversion_without_care,
    one_sided,
    same_weights,
)
