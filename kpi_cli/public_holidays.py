"""Public holidays of countries, and the weekend days worked to make up for them (调休), from the `holidays` package.

The package follows each year's official notice once it is out; for later years it estimates the holidays and knows
no make-up workdays. It is imported only when a scheme names a country.
"""

from datetime import date, timedelta
from functools import lru_cache

from msgspec import Struct

_WHOLE_BREAKS = frozenset({"CN", "CHN"})
_FRIDAY = 5
_ONE = timedelta(days=1)


class DaysOff(Struct, frozen=True):
    """The days on which a country rests, and the weekend days on which it works instead."""

    holidays: frozenset[date]
    workdays: frozenset[date]


def known_countries() -> frozenset[str]:
    """Return what can be asked for: countries (`CN`, `DE`) and their parts (`DE-BE`)."""
    import holidays  # noqa: PLC0415 - a tenth of a second that only schemes with holidays pay

    countries = holidays.list_supported_countries()
    parts = (f"{country}-{part}" for country, found in countries.items() for part in found)
    return frozenset({*countries, *parts})


@lru_cache(64)
def days_off(country: str, first_year: int, last_year: int) -> DaysOff:
    """Return the days off of a known country, or part of one, in these years, both ends in.

    China's notices announce whole breaks, as 15 to 23 February 2026, while the package lists only those days of them
    that would have been worked otherwise; so the weekends that touch a Chinese holiday are holidays here.
    """
    import holidays  # noqa: PLC0415 - as above

    code, _, part = country.partition("-")
    # a year more on each side: a break may reach over New Year, and its make-up workday lie in the year before
    years = range(first_year - 1, last_year + 2)
    found = holidays.country_holidays(code, subdiv=part or None, years=years)
    free = frozenset(found)
    workdays = frozenset(found.weekend_workdays) - free
    if code in _WHOLE_BREAKS:
        free |= _touching_weekends(free, workdays)
    return DaysOff(free, workdays)


def _touching_weekends(free: frozenset[date], workdays: frozenset[date]) -> frozenset[date]:
    added = set()
    for day in free:
        for step in (-_ONE, _ONE):
            near = day + step
            while near.isoweekday() > _FRIDAY and near not in workdays and near not in free:
                added.add(near)
                near += step
    return frozenset(added)
