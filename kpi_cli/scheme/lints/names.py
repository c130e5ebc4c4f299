"""Names: sources and metrics share one namespace, some words are taken, and what is defined should be used.

What is unused is only told of a scheme whose every formula can be read.
"""

from collections.abc import Iterator

from kpi_cli.problems import Problem, Severity
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scheme.compiling.sources import ROSTER
from kpi_cli.scheme.compiling.whole import Draft
from kpi_cli.scheme.formula.vocabulary import RESULTS
from kpi_cli.scheme.formula.walking import metrics_named, sources_of


def name_taken(draft: Draft) -> Iterator[Problem]:
    """Check that a metric shares the name of a source only where it is made of that source alone."""
    for name in draft.model.metrics:
        metric = draft.scheme.metrics.get(name)
        if name in draft.model.sources and metric is not None and sources_of(metric.expression) != {name}:
            span = draft.findings.document.key(("metrics", name))
            yield Problem("name-taken", f"`{name}` is the name of a source too", span, "rename one of the two")


def name_reserved(draft: Draft) -> Iterator[Problem]:
    """Check that no metric is called `score`, `rank` or the like, the card's results, and no source `roster`."""
    document = draft.findings.document
    taken = [("metrics", name) for name in draft.model.metrics if name in RESULTS]
    taken += [("sources", name) for name in draft.model.sources if name == ROSTER]
    for path in taken:
        message = f"`{path[1]}` has a meaning of its own in conditions"
        yield Problem("bad-name", message, document.key(path), f"for instance `{path[1]}_`")


def unused_metric(draft: Draft) -> Iterator[Problem]:
    """Warn of a metric that no card, gate, award or bonus reads: a leftover or a slip."""
    used = used_metrics(draft.scheme)
    for name, metric in draft.scheme.metrics.items():
        if name not in used and not draft.findings.has_errors():
            message = f"no scorecard, gate or award uses the metric `{name}`"
            yield Problem("unused-metric", message, metric.span, "weigh it on a card, or delete it", Severity.WARNING)


def unused_source(draft: Draft) -> Iterator[Problem]:
    """Warn of a source that no metric reads: it costs time and hides slips."""
    scheme = draft.scheme
    used = {source for metric in scheme.metrics.values() for source in sources_of(metric.expression)}
    used |= {source.like for source in scheme.sources.values() if source.like is not None}
    used |= {source.cases.of for source in scheme.sources.values() if source.cases is not None}
    for name, source in scheme.sources.items():
        if name not in used and not draft.findings.has_errors():
            message = f"no metric reads the source `{name}`"
            yield Problem("unused-source", message, source.span, "use it in a formula, or delete it", Severity.WARNING)


def used_metrics(scheme: Scheme) -> frozenset[str]:
    """Return the metrics that results depend on, those inside other metrics' formulas included."""
    used = {line.metric.name for card in scheme.cards for line in card.lines}
    for when in (*(gate.when for gate in scheme.gates), *(award.when for award in scheme.awards)):
        used |= metrics_named(when)
    if scheme.pay is not None and scheme.pay.bonus is not None:
        used |= set(scheme.pay.bonus.metrics)
        used |= metrics_named(scheme.pay.bonus.formula) if scheme.pay.bonus.formula is not None else set()
    for name, metric in reversed(list(scheme.metrics.items())):  # dependents before what they depend on
        if name in used:
            used |= metrics_named(metric.expression)
    return frozenset(used)


CHECKS = (name_taken, name_reserved, unused_metric, unused_source)
