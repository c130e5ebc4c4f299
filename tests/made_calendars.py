"""Calendars, moments and questions about opening time, as the tests put them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np

from kpi_cli.calendars import OpeningHours
from kpi_cli.columns import Moments
from kpi_cli.problems import Span
from kpi_cli.scheme.compiled import Calendar

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = 3600
SPAN = Span("scheme.yaml", 7, 3)
ALL_DAYS, WORKWEEK = frozenset(range(1, 8)), frozenset(range(1, 6))
Hours = tuple[tuple[time, time], ...]
DAYTIME: Hours = ((time(9), time(18)),)
NIGHT: Hours = ((time(23), time(9)),)
WHOLE_DAY: Hours = ((time(0), time.max),)


def calendar(
    hours: Hours = DAYTIME,
    days: frozenset[int] = ALL_DAYS,
    holidays: str | None = None,
    exclude: tuple[tuple[date, date], ...] = (),
) -> Calendar:
    return Calendar("shop", hours, days, holidays, exclude, SPAN)


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def moments(given_moments: Sequence[datetime | None]) -> Moments:
    """Moments whose local clock is nonsense: opening time must come from the instants."""
    utc = np.array([0 if moment is None else micros(moment) for moment in given_moments], dtype=np.int64)
    return Moments(utc, utc * 0 - 1, np.array([moment is not None for moment in given_moments], dtype=bool))


def worked(hours: OpeningHours, start: datetime, end: datetime) -> Fraction:
    found = hours.between(moments([start]), moments([end])).at(0)
    assert found is not None
    return found


def clock(zone: str, *written: str) -> list[datetime]:
    return [datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)) for text in written]
