"""`only(x)` insists on one row: where an agent, or a team that a card speaks of, has several, nothing is scored."""

from collections.abc import Iterator, Sequence

from kpi_cli.facts.aggregates import lone_rows_exceeded
from kpi_cli.facts.partials import Partial
from kpi_cli.pipeline.measuring import Census, Facts, Standing
from kpi_cli.pipeline.plan import aggregates_of_teams
from kpi_cli.problems import Problem
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scheme.formula.tree import Aggregate, AggregateKind

_SHOWN = 5


def crowds(scheme: Scheme, facts: Facts, census: Census) -> Iterator[Problem]:
    """Yield a problem for each `only(x)` that met several rows."""
    of_teams = aggregates_of_teams(scheme)
    for period, aggregate, standing in facts.partials:
        if aggregate.kind is AggregateKind.ONLY and standing is Standing.OWN:
            names = _crowded(aggregate, facts.of_agents(period, aggregate), census)
            if not names and aggregate in of_teams:
                names = _crowded_teams(aggregate, facts.for_teams(period, aggregate), census)
            if names:
                names.sort()  # without a roster they stand in the order of reading
                message = f"only(...) over `{aggregate.source}`: several rows in {period.name} for {some(names)}"
                help_text = "use sum, mean or max to say what several rows come to, or give the source a `key`"
                yield Problem("several-rows", message, scheme.sources[aggregate.source].span, help_text)


def _crowded(aggregate: Aggregate, partial: Partial | None, census: Census) -> list[str]:
    """Return the ids of agents with several rows; of a source of teams the names of teams."""
    names = census.teams if aggregate.source in census.team_sources else [agent.id for agent in census.people.agents]
    return [] if partial is None else [names[code] for code in lone_rows_exceeded(partial).tolist()]


def _crowded_teams(aggregate: Aggregate, partial: Partial | None, census: Census) -> list[str]:
    """Return the names of teams whose members have several rows together."""
    if partial is None or aggregate.source in census.team_sources:
        return []
    pooled = partial.regrouped(census.team_codes, len(census.teams))
    return [census.teams[code] for code in lone_rows_exceeded(pooled).tolist()]


def some(names: Sequence[str]) -> str:
    """Return the first few names, and how many more there are."""
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
