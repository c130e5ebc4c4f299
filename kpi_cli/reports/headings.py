"""What stands above and below the tables: the period and its scorecard, and how the grades are distributed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from kpi_cli.numbers import fixed
from kpi_cli.periods import Period
from kpi_cli.reports.cells import grades
from kpi_cli.reports.words import Words, chosen, status_word, words_of
from kpi_cli.rows import Agent
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scoring.cards import STATUSES, Sheet, Status, Summary

NAMED = 8  # agents named where there are many


def sheets_by_period(sheets: Iterable[Sheet]) -> Iterator[tuple[Period, list[Sheet]]]:
    """Yield each period with its sheets, in the order they come in."""
    for period, group in groupby(sheets, key=lambda sheet: sheet.period):
        yield period, list(group)


def card_heading(sheet: Sheet, scheme: Scheme) -> str:
    """Return for example `2026-10 · 售前客服 · 12 人`."""
    words = words_of(scheme.language)
    label = sheet.card.label if sheet.card else words.no_card
    noun = words.agent_one if len(sheet) == 1 else words.agents
    return f"{sheet.period.name} · {label} · {len(sheet)} {noun}"


def agent_heading(summary: Summary, scheme: Scheme) -> str:
    """Return for example `2026-10 · 小张 (007) · 售前客服 · 103.18 A × 1.1 · 第 1 / 12 名`."""
    kept = summary.paid_band or summary.band
    parts = [summary.period.name, who(summary.agent)]
    if summary.card:
        parts.append(summary.card.label)
    if summary.score is not None:
        grade = f" {kept.grade}" if kept else ""
        coefficient = f" × {summary.paid_band.coefficient}" if summary.paid_band else ""
        parts.append(f"{fixed(summary.score, scheme.scoring.total_decimals)}{grade}{coefficient}")
    if summary.rank:
        place = f"第 {summary.rank} / {summary.of} 名", f"rank {summary.rank} of {summary.of}"
        parts.append(chosen(place, scheme.language))
    if summary.status is not Status.SCORED:
        parts.append(status_word(summary.status, scheme.language))
    return " · ".join(parts)


def who(agent: Agent) -> str:
    """Return an agent's name and, where it says more, the id."""
    return agent.name if agent.name == agent.id else f"{agent.name} ({agent.id})"


def named(agents: Sequence[Agent], words: Words) -> str:
    """Return the names of some agents; of many the first ones and the number of the others."""
    names = words.comma.join(agent.name for agent in agents[:NAMED])
    return f"{names} {words.and_more.format(len(agents) - NAMED)}" if len(agents) > NAMED else names


def grade_counts(period: Period, sheets: Sequence[Sheet], scheme: Scheme) -> str:
    """Return for example `Grades 2026-10: S 1 · A 3 · B 0 · no data 2`."""
    words = words_of(scheme.language)
    names = dict.fromkeys(band.grade for sheet in sheets for band in sheet.bands)
    found = Counter(grade for sheet in sheets for grade in grades(sheet) if grade)
    statuses = Counter(STATUSES[position] for sheet in sheets for position in sheet.statuses.tolist())
    parts = [f"{name} {found[name]}" for name in names]
    parts += [
        f"{status_word(status, scheme.language)} {statuses[status]}"
        for status in STATUSES
        if status is not Status.SCORED and statuses[status]
    ]
    return f"{words.grades} {period.name}{words.colon}{' · '.join(parts)}"
