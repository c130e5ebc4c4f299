"""Calendars: opening hours, days of the week, holidays and closed days."""

import re
from datetime import date, time

from kpi_cli.regexes import regex
from kpi_cli.scheme.compiled import Calendar
from kpi_cli.scheme.compiling.findings import Findings
from kpi_cli.scheme.model.extras import CalendarModel
from kpi_cli.scheme.plain import Path

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = regex(r"\s*(\d{1,2}):(\d{2})\s*[-–~]\s*(\d{1,2}):(\d{2})\s*")


def compile_calendar(findings: Findings, name: str, model: CalendarModel) -> Calendar:
    """Compile one calendar; what cannot be read is noted."""
    here: Path = ("calendars", name)
    hours = [_hours(findings, written, (*here, "hours")) for written in _pieces(model.hours)]
    excluded = [_range(findings, written, (*here, "exclude")) for written in _pieces(model.exclude)]
    return Calendar(
        name=name,
        hours=tuple(sorted(found for found in hours if found is not None)),
        days=frozenset(day for written in _pieces(model.days) for day in _days(findings, written, (*here, "days"))),
        holidays=model.holidays,
        exclude=tuple(sorted(found for found in excluded if found is not None)),
        span=findings.document.key(here),
    )


def _pieces(written: tuple[str, ...]) -> list[str]:
    return [piece.strip() for text in written for piece in re.split("[,，、]", text)]


def _hours(findings: Findings, written: str, at: Path) -> tuple[time, time] | None:
    """Read `09:00-23:00`; 24:00 is the end of the day."""
    match = _HOURS.fullmatch(written)
    numbers = [int(part) for part in match.groups()] if match else [99, 0, 0, 0]
    start, end = (numbers[0], numbers[1]), (numbers[2], numbers[3])
    if start >= end or end > (24, 0) or start[1] >= 60 or end[1] >= 60:  # noqa: PLR2004 - a clock
        help_text = 'write `"09:00-18:00"`; over midnight: `["22:00-24:00", "00:00-06:00"]`'
        findings.error("bad-hours", f"`{written}` is not a time from and to within one day", at, help_text)
        return None
    return time(*start), time.max if end == (24, 0) else time(*end)


def _days(findings: Findings, written: str, at: Path) -> frozenset[int]:
    """Read `mon-fri` or `sat` as numbers, 1 Monday to 7 Sunday."""
    first, _, last = (part.strip().casefold()[:3] for part in written.partition("-"))
    if first not in DAYS or (last or first) not in DAYS:
        findings.error("bad-days", f"`{written}` is no day of the week", at, f"days are {', '.join(DAYS)}")
        return frozenset()
    start, end = DAYS.index(first), DAYS.index(last or first)
    length = (end - start) % len(DAYS) + 1
    return frozenset((start + step) % len(DAYS) + 1 for step in range(length))


def _range(findings: Findings, written: str, at: Path) -> tuple[date, date] | None:
    """Read a day, or two with `..` between; both ends are in."""
    first, _, last = (part.strip() for part in written.partition(".."))
    try:
        days = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        findings.error("bad-date", f"`{written}` is no day or range of days", at, "write 2026-02-16..2026-02-22")
        return None
    if days[0] > days[1]:
        findings.error("bad-date", f"`{written}` ends before it starts", at, f"write {last}..{first}")
        return None
    return days
