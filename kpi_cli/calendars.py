"""Opening time: how long a calendar was open between two moments, exactly.

The open windows of all days that the data reach are laid on the real timeline once; the opening time up to any
instant is then one binary search away, and the time between two instants is a difference.
"""

from datetime import date, time
from typing import TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kpi_cli.clocks import stretches
from kpi_cli.columns import DAY, MICROSECONDS, Moments
from kpi_cli.exact import Exact, Mask
from kpi_cli.problems import Exit, KpiError, Problem, did_you_mean
from kpi_cli.public_holidays import days_off, known_countries
from kpi_cli.scheme.compiled import Calendar, Scheme

Micros: TypeAlias = NDArray[np.int64]
_EPOCH = date(1970, 1, 1).toordinal()
_BLOCK = 366  # days by which what is laid out grows, so that it seldom does


class _Windows(Struct, frozen=True, eq=False):
    """Stretches of opening time, in order and apart: from `opens` on, up to `closes`, in µs."""

    opens: Micros
    closes: Micros


class _Timeline(Struct, frozen=True, eq=False):
    """The open windows of the days `first`..`last` in UTC, and how long it was open before each window."""

    first: int
    last: int
    windows: _Windows
    before: Micros

    def opened(self, instants: Micros) -> Micros:
        """Return for how long it was open from the first day up to each instant."""
        opens, closes = self.windows.opens, self.windows.closes
        if not len(opens):
            return np.zeros(len(instants), dtype=np.int64)
        window = np.maximum(np.searchsorted(opens, instants, side="right") - 1, 0)
        inside = np.clip(instants, opens[window], closes[window]) - opens[window]
        opened: Micros = self.before[window] + inside
        return opened


class OpeningHours(Struct, eq=False):
    """The opening hours of a calendar on the clock of a zone, laid out as far as moments have been asked about."""

    calendar: Calendar
    timezone: str
    _timeline: _Timeline | None = None

    def between(self, start: Moments, end: Moments) -> Exact:
        """Return the seconds of opening time from `start` to `end`; missing where either is.

        When `end` is before `start` it is minus the opening time between them, as `end - start` would be. Windows
        are on the zone's clock, whatever it does: a window over a change to summer time is an hour shorter. A window
        over midnight belongs to the day on which it starts: it opens, and runs to its end, if that day is open.
        """
        present = start.present & end.present
        seconds = np.zeros(len(present), dtype=np.int64)
        if present.any():
            starts, ends = start.utc[present], end.utc[present]
            timeline = self._reaching(min(starts.min(), ends.min()) // DAY, max(starts.max(), ends.max()) // DAY)
            seconds[present] = timeline.opened(ends) - timeline.opened(starts)
        return Exact(seconds, MICROSECONDS, present)

    def _reaching(self, first: int, last: int) -> _Timeline:
        """Return a timeline that holds these days, laid out anew only when they lie outside the last one."""
        known = self._timeline
        if known is not None and known.first <= first and last <= known.last:
            return known
        if known is not None:
            first, last = min(first, known.first), max(last, known.last)
        first, last = int(first) // _BLOCK * _BLOCK, int(last) // _BLOCK * _BLOCK + _BLOCK - 1
        self._timeline = timeline = _laid_out(self.calendar, self.timezone, first, last)
        return timeline


def hours_of(scheme: Scheme) -> dict[str, OpeningHours]:
    """Return the opening hours of every calendar of a scheme, by name."""
    return {name: opening_hours(calendar, scheme.timezone) for name, calendar in scheme.calendars.items()}


def opening_hours(calendar: Calendar, timezone: str) -> OpeningHours:
    """Return the opening hours of a calendar of the scheme on the clock of the scheme's zone.

    Raises KpiError (usage) for holidays of a country, or a part of one, that nobody knows.
    """
    country = calendar.holidays
    if country is not None and country not in (known := known_countries()):
        help_text = did_you_mean(country, known) or "write a code such as CN, DE or DE-BE (ISO 3166)"
        message = f"the public holidays of `{country}` are not known"
        raise KpiError(Problem("unknown-country", message, calendar.span, help_text), Exit.USAGE)
    return OpeningHours(calendar, timezone)


def open_days(calendar: Calendar, first: int, last: int) -> Mask:
    """Return which of the days `first`..`last` (since 1970, both ends in) are open.

    A make-up workday opens a day of the week that is closed otherwise; a holiday closes, and `exclude` closes all.
    """
    days = np.arange(first, last + 1)
    opened = np.isin((days + 3) % 7 + 1, list(calendar.days))  # 1970-01-01 was a Thursday
    if calendar.holidays is not None:
        found = days_off(calendar.holidays, _year(first), _year(last))
        opened |= np.isin(days, _numbers(found.workdays))
        opened &= ~np.isin(days, _numbers(found.holidays))
    for start, end in calendar.exclude:
        opened &= (days < start.toordinal() - _EPOCH) | (days > end.toordinal() - _EPOCH)
    return opened


def _year(day: int) -> int:
    return date.fromordinal(min(max(day + _EPOCH, 1), date.max.toordinal())).year


def _numbers(days: frozenset[date]) -> list[int]:
    return [day.toordinal() - _EPOCH for day in days]


def _laid_out(calendar: Calendar, timezone: str, first: int, last: int) -> _Timeline:
    # two days more on each side: the local day may be another one, and a window of the day before may still be open
    first_day, last_day = first - 2, last + 2
    windows = _on_timeline(_on_clock(calendar, first_day, last_day), timezone, first_day, last_day)
    lengths = windows.closes - windows.opens
    return _Timeline(first, last, windows, np.cumsum(lengths) - lengths)


def _on_clock(calendar: Calendar, first: int, last: int) -> _Windows:
    """Return the windows of the open days `first`..`last` as the clock on the wall shows them."""
    midnights = (np.arange(first, last + 1)[open_days(calendar, first, last)] * DAY)[:, np.newaxis]
    spans = [_span(start, end) for start, end in calendar.hours]
    opens = (midnights + np.array([start for start, _ in spans], dtype=np.int64)).ravel()
    closes = (midnights + np.array([end for _, end in spans], dtype=np.int64)).ravel()
    order = np.argsort(opens, kind="stable")
    return _joined(opens[order], closes[order])


def _span(start: time, end: time) -> tuple[int, int]:
    """Return the window in µs from its day's midnight; one that does not end after its start ends on the next day."""
    opening, closing = _micros(start), DAY if end == time.max else _micros(end)
    return opening, closing if closing > opening else closing + DAY


def _micros(clock: time) -> int:
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * MICROSECONDS + clock.microsecond


def _joined(opens: Micros, closes: Micros) -> _Windows:
    """Join windows that touch or overlap, so that no time counts twice; `opens` are in order."""
    if not len(opens):
        return _Windows(opens, closes)
    reached = np.maximum.accumulate(closes)
    apart = opens[1:] > reached[:-1]
    return _Windows(opens[np.append(True, apart)], reached[np.append(apart, True)])


def _on_timeline(clock: _Windows, timezone: str, first: int, last: int) -> _Windows:
    """Return the instants at which the zone's clock stands inside the windows.

    Between two changes of the clock that is a shift. What a change skips is never open; what it repeats is twice.
    """
    opens, closes = [], []
    for stretch in stretches(timezone, first, last):
        low = np.searchsorted(clock.closes, stretch.start + stretch.offset, side="right")
        high = np.searchsorted(clock.opens, stretch.end + stretch.offset, side="left")
        opens.append(np.maximum(clock.opens[low:high] - stretch.offset, stretch.start))
        closes.append(np.minimum(clock.closes[low:high] - stretch.offset, stretch.end))
    return _Windows(np.concatenate(opens), np.concatenate(closes))
