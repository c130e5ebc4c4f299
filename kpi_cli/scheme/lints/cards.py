"""Scorecards: weights that sum, metrics weighed once, persons on one card only, credit that can be given."""

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from kpi_cli.numbers import plain
from kpi_cli.problems import Problem
from kpi_cli.scheme.compiled import CardLine
from kpi_cli.scheme.compiling.cards import entries
from kpi_cli.scheme.compiling.whole import Draft
from kpi_cli.scheme.formula.evidence import has_evidence
from kpi_cli.scheme.formula.tree import MetricValue, OfTeam, Previous, ValueExpression
from kpi_cli.scheme.formula.walking import sources_of, walk

_PLACES = 12  # of weights, as they are told
_WHOLE = Fraction(100)


def weights_sum(draft: Draft) -> Iterator[Problem]:
    """Check that the weights of a card sum to 100."""
    for name, card in draft.model.scorecards.items():
        weights = [entry.weight for entry in entries(name, card)]
        total = sum(weights, Fraction(0))
        if total != _WHOLE:
            span = draft.findings.document.value(("scorecards", name, "weights"))
            yield Problem("weights-sum", f"weights sum to {_exactly(total)}, not 100", span, _to_whole(weights))


def dimensions_sum(draft: Draft) -> Iterator[Problem]:
    """Check that the dimensions of a card sum to 100, and the metrics of each to what it weighs."""
    for name, card in draft.model.scorecards.items():
        if card.dimensions is None:
            continue
        here = ("scorecards", name)
        document = draft.findings.document
        total = sum(card.dimensions.values(), Fraction(0))
        if total != _WHOLE:
            span = document.value((*here, "dimensions"))
            help_text = _to_whole(list(card.dimensions.values()))
            yield Problem("weights-sum", f"dimensions sum to {_exactly(total)}, not 100", span, help_text)
        for dimension, weight in card.dimensions.items():
            inside = [entry.weight for entry in entries(name, card) if entry.dimension == dimension]
            if sum(inside, Fraction(0)) != weight:
                found = _exactly(sum(inside, Fraction(0)))
                path = (*here, "weights", dimension) if inside else (*here, "dimensions", dimension)
                message = f"the metrics of {dimension} sum to {found}, not {_exactly(weight)} as its dimension weighs"
                yield Problem("weights-sum", message, document.value(path), _change(sum(inside, Fraction(0)), weight))


def dimension_unknown(draft: Draft) -> Iterator[Problem]:
    """Check that every metric stands in a dimension, where dimensions have weights of their own."""
    for name, card in draft.model.scorecards.items():
        seen = set[str | None]()
        for entry in entries(name, card):
            if card.dimensions is not None and entry.dimension not in card.dimensions and entry.dimension not in seen:
                path = entry.path if entry.dimension is None else entry.path[:-1]
                known = ", ".join(card.dimensions)
                what = f"`{entry.metric}`" if entry.dimension is None else f"`{entry.dimension}`"
                message = f"{what} stands in none of the card's dimensions"
                span = draft.findings.document.key(path)
                yield Problem("unknown-dimension", message, span, f"the dimensions are {known}")
                seen |= {entry.dimension} - {None}


def metric_twice(draft: Draft) -> Iterator[Problem]:
    """Check that a metric is weighed once on a card."""
    for name, card in draft.model.scorecards.items():
        counts = Counter[str]()
        for entry in entries(name, card):
            counts[entry.metric] += 1
            if counts[entry.metric] == 2:  # noqa: PLR2004 - the second is one too many
                span = draft.findings.document.key(entry.path)
                message = f"`{entry.metric}` is weighed twice on this card"
                yield Problem("metric-twice", message, span, "add the two weights up in one place")


def several_for_all(draft: Draft) -> Iterator[Problem]:
    """Check that only one card takes those whom no other takes."""
    first: str | None = None
    for name, card in draft.model.scorecards.items():
        if card.applies is not None:
            continue
        if first is not None:
            span = draft.findings.document.key(("scorecards", name))
            message = f"`{first}` and `{name}` both take everyone whom no other card takes"
            yield Problem("cards-without-for", message, span, 'add `for:`, such as `for: role == "售前"`')
        first = first or name


def team_unknown(draft: Draft) -> Iterator[Problem]:
    """Check that the team is known where something is computed for teams."""
    roster = draft.scheme.roster
    if roster is not None and "team" in roster.columns:
        return
    for card in draft.scheme.cards:
        if any(line.scope == "team" for line in card.lines):
            message = f"`{card.name}` is computed for teams, and no roster with a column `team` says who they are"
            yield Problem("roster-missing", message, card.span, "add `team:` to `roster.columns`")


def nobody_credited(draft: Draft) -> Iterator[Problem]:
    """Check that rows without an agent are counted for teams only."""
    for card in draft.scheme.cards:
        for line in card.lines:
            if line.scope == "agent":
                for name in sorted(_sources(line.metric.expression, draft)):
                    source = draft.scheme.sources.get(name)
                    if source is not None and not source.agent and source.team is not None:
                        message = f"`{line.metric.name}` reads `{name}`, whose rows have no agent"
                        yield Problem("source-agent", message, line.span, "weigh it with `scope: team`")


def sample_without_evidence(draft: Draft) -> Iterator[Problem]:
    """Check that a card asks for a sample only where there is one."""
    expressions = {name: metric.expression for name, metric in draft.scheme.metrics.items()}
    for line in _overriding(draft):
        if line.metric.min_sample is not None and not has_evidence(line.metric.expression, expressions):
            message = f"`{line.metric.name}` has no rows of its own behind its value, so no sample to be too small"
            yield Problem("no-evidence", message, line.span, "delete `min_sample`")


def _overriding(draft: Draft) -> Iterator[CardLine]:
    for card in draft.scheme.cards:
        for line in card.lines:
            if line.metric.min_sample != draft.scheme.metrics[line.metric.name].min_sample:
                yield line


def _sources(expression: ValueExpression, draft: Draft) -> frozenset[str]:
    """Return the sources that a value is computed from, through other metrics too."""
    found = set(sources_of(expression))
    for node in walk(expression):
        if isinstance(node, MetricValue | Previous | OfTeam) and node.metric in draft.scheme.metrics:
            found |= _sources(draft.scheme.metrics[node.metric].expression, draft)
    return frozenset(found)


def _to_whole(weights: Sequence[Fraction]) -> str:
    """Say how weights come to 100; those that sum to 1 are meant as fractions."""
    total = sum(weights, Fraction(0))
    if total == 1:
        return f"weights are percent: write {', '.join(plain(100 * weight) for weight in weights)}"
    return _change(total, _WHOLE)


def _change(found: Fraction, needed: Fraction) -> str:
    difference = needed - found
    return f"add {_exactly(difference)}" if difference > 0 else f"take {_exactly(-difference)} away"


def _exactly(weight: Fraction) -> str:
    return plain(weight, _PLACES)


CHECKS = (
    weights_sum,
    dimensions_sum,
    dimension_unknown,
    metric_twice,
    several_for_all,
    team_unknown,
    nobody_credited,
    sample_without_evidence,
)
