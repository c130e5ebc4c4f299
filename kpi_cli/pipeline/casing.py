"""Events -> cases: put in order as they were read, then made into rows as facts are found."""

from collections.abc import Iterator, Mapping

from kpi_cli.calendars import OpeningHours
from kpi_cli.columns import Column
from kpi_cli.facts.cases import MadeCases, make_cases
from kpi_cli.intake.cases.episodes import ordered_events
from kpi_cli.problems import Problem
from kpi_cli.scheme.compiled import Source

_SHOWN = 5


def made_of(
    source: Source, events: Mapping[str, Column], key: str | None, hours: Mapping[str, OpeningHours]
) -> MadeCases:
    """Return the cases of a source; `key` is the column that tells one event from another."""
    if source.cases is None:
        message = f"the source {source.name} has no cases"
        raise ValueError(message)
    return make_cases(source.cases, ordered_events(source.cases, events, key, hours), hours)


def crowded(source: Source, made: MadeCases) -> Iterator[Problem]:
    """Yield a problem where `only(x)` met several events of one case."""
    if made.crowds:
        more = f" and {len(made.crowds) - _SHOWN} more" if len(made.crowds) > _SHOWN else ""
        message = f"only(...) in the columns of `{source.name}`: several events in {', '.join(made.crowds[:_SHOWN])}"
        help_text = "use first_of, last_of, sum or max to say what several events come to"
        yield Problem("several-rows", message + more, source.span, help_text)
