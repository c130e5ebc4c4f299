"""What has to be measured: the metrics that cards need, their aggregates by source, and how far back they look."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from kpi_cli.periods import Period
from kpi_cli.scheme.compiled import Card, Scheme
from kpi_cli.scheme.formula import tree
from kpi_cli.scheme.formula.tree import Aggregate, AggregateKind, ValueExpression
from kpi_cli.scheme.formula.walking import aggregates_of, metrics_named, walk


class Plan(Struct, frozen=True):
    """`aggregates` by source, a count of each source's rows among them.

    `depth` periods before are looked at, in the sources of `history`.
    """

    metrics: tuple[str, ...]
    aggregates: Mapping[str, tuple[Aggregate, ...]]
    depth: int
    history: frozenset[str]

    def earlier(self, periods: tuple[Period, ...]) -> tuple[Period, ...]:
        """Return the periods that only serve comparison with the one before, each once."""
        found: dict[Period, None] = {}
        for period in periods:
            before = period
            for _ in range(self.depth):
                before = before.previous()
                found[before] = None
        return tuple(period for period in found if period not in periods)


def plan(scheme: Scheme) -> Plan:
    """Return what the scheme's cards, and what hangs on them, need to have measured."""
    names = needed_metrics(scheme)
    found: dict[str, dict[Aggregate, None]] = {}
    for name in names:
        for aggregate in aggregates_of(scheme.metrics[name].expression):
            found.setdefault(aggregate.source, {row_count(aggregate.source): None})[aggregate] = None
    aggregates = {source: tuple(found[source]) for source in scheme.sources if source in found}
    depth = max((_depth(scheme, name) for name in names), default=0)
    compared = {metric for name in names for metric in compared_metrics(scheme.metrics[name].expression)}
    return Plan(names, aggregates, depth, _sources(scheme, compared))


def sources_read(scheme: Scheme) -> frozenset[str]:
    """Return the sources that are read for the scheme's cards, those of the events of cases among them."""
    measured = [scheme.sources[name] for name in plan(scheme).aggregates]
    return frozenset(
        {source.name for source in measured} | {source.cases.of for source in measured if source.cases is not None}
    )


def row_count(source: str) -> Aggregate:
    """Return the aggregate that tells who has any row in a source."""
    return Aggregate(AggregateKind.COUNT, source)


def needed_metrics(scheme: Scheme) -> tuple[str, ...]:
    """Return the metrics of cards, gates, awards and pay and those they name, each after what it names."""
    wanted = {line.metric.name for card in scheme.cards for line in card.lines}
    wanted |= {name for gate in scheme.gates for name in metrics_named(gate.when)}
    wanted |= {name for award in scheme.awards for name in metrics_named(award.when)}
    if scheme.pay is not None and scheme.pay.bonus is not None:
        wanted |= set(scheme.pay.bonus.metrics)
        formula = scheme.pay.bonus.formula
        wanted |= metrics_named(formula) if formula is not None else frozenset()
    needed = _closed(scheme, wanted)
    return tuple(name for name in scheme.metrics if name in needed)


def sources_of_card(scheme: Scheme, card: Card) -> frozenset[str]:
    """Return the sources that a card's metrics are measured from, through the metrics they name too."""
    return _sources(scheme, {line.metric.name for line in card.lines})


def sources_of_metric(scheme: Scheme, name: str) -> frozenset[str]:
    """Return the sources that a metric is measured from, through the metrics it names too."""
    return _sources(scheme, {name})


def aggregates_of_teams(scheme: Scheme) -> frozenset[Aggregate]:
    """Return the aggregates that some line of `scope: team` is measured by."""
    lines = (line for card in scheme.cards for line in card.lines)
    names = _closed(scheme, {line.metric.name for line in lines if line.scope == "team"})
    return frozenset(part for name in names for part in aggregates_of(scheme.metrics[name].expression))


def compared_metrics(expression: ValueExpression) -> frozenset[str]:
    """Return the metrics that a formula itself compares with the period before."""
    return frozenset(part.metric for part in walk(expression) if isinstance(part, tree.Previous))


def _sources(scheme: Scheme, names: Iterable[str]) -> frozenset[str]:
    needed = _closed(scheme, names)
    return frozenset(part.source for name in needed for part in aggregates_of(scheme.metrics[name].expression))


def _closed(scheme: Scheme, names: Iterable[str]) -> set[str]:
    needed, waiting = set[str](), set(names)
    while waiting:
        name = waiting.pop()
        needed.add(name)
        waiting |= metrics_named(scheme.metrics[name].expression) - needed
    return needed


def _depth(scheme: Scheme, name: str) -> int:
    """Return how many periods back a metric looks, through the metrics it names."""
    expression = scheme.metrics[name].expression
    now = metrics_named(expression, previous=False)
    before = compared_metrics(expression)
    return max([0, *(_depth(scheme, other) for other in now), *(1 + _depth(scheme, other) for other in before)])
