"""One metric of one card over all the periods asked for: what was measured, and how many reached the target."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from msgspec import Struct, field

from kpi_cli.periods import Period
from kpi_cli.problems import Span
from kpi_cli.scheme.compiled import Card, CardLine, Scheme
from kpi_cli.scoring.cards import LINE_STATUSES, LineColumn, LineStatus, Sheet

_MEASURED = frozenset({LineStatus.MET, LineStatus.MISSED, LineStatus.NONE})


class Seen(Struct, frozen=True):
    """One agent's (or team's) value of a metric in one period; small samples are not among what is seen."""

    period: Period
    who: str
    value: Fraction
    count: Fraction | None
    status: LineStatus


class Observed(Struct, frozen=True):
    """A line of a card, as it is in the last of the periods, and everything seen of it."""

    card: Card
    line: CardLine
    seen: list[Seen] = field(default_factory=list)

    @property
    def who(self) -> frozenset[str]:
        """The agents, or teams, of whom something is known."""
        return frozenset(one.who for one in self.seen)

    @property
    def judged(self) -> list[Seen]:
        """What was held against a target."""
        return [one for one in self.seen if one.status is not LineStatus.NONE]

    @property
    def periods(self) -> list[Period]:
        """The periods in which anything was seen, in order."""
        return sorted({one.period for one in self.seen}, key=lambda period: period.sort_key)

    def span(self, scheme: Scheme) -> Span:
        """Return where to look: at the metric, or at the card's own line where that has a target of its own."""
        metric = scheme.metrics.get(self.line.metric.name)
        return metric.span if metric is not None and metric.target == self.line.metric.target else self.line.span


def observed(sheets: Iterable[Sheet]) -> list[Observed]:
    """Gather what was seen, by card and metric, in the order of the cards."""
    found = dict[tuple[str, str], Observed]()
    for sheet in sheets:
        for column in sheet.lines if sheet.card is not None else ():
            if sheet.card is not None:
                key = (sheet.card.name, column.line.metric.name)
                before = found[key].seen if key in found else []
                found[key] = Observed(sheet.card, column.line, before)
                before.extend(_seen(sheet, column))
    return list(found.values())


def _seen(sheet: Sheet, column: LineColumn) -> Iterator[Seen]:
    """Yield the measured lines of a column; a team's value once, however many share it."""
    told = set[str]()
    for index, agent in enumerate(sheet.agents):
        status, value = LINE_STATUSES[column.statuses[index]], column.values.at(index)
        who = (agent.team or "") if column.line.scope == "team" else agent.id
        if status in _MEASURED and value is not None and who not in told:
            yield Seen(sheet.period, who, value, column.counts.at(index), status)
            told |= {who} if column.line.scope == "team" else set()


def during(periods: Sequence[Period]) -> str:
    """Return for example `in 2026-10` or `from 2026-08 to 2026-10`."""
    if len(periods) == 1:
        return f"in {periods[0].name}"
    return f"from {periods[0].name} to {periods[-1].name}"
