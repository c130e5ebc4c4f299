"""Clock readings of a zone -> instants and back, a column at a time, without pandas.

A reading that a change of clocks makes twice is the first of the two; one that it skips moves on by the gap
(02:30 becomes 03:30): what `fold=0` means in Python.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kpi_cli.clocks import stretches
from kpi_cli.intake.cells.moments import DAY

Micros = NDArray[np.int64]
_START = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_DAYS = 366
_FEW_YEARS = 4
_FIRST, _LAST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
EARLIEST, LATEST = ((end - _START) // timedelta(microseconds=1) for end in (_FIRST, _LAST))


class _Changes(Struct, frozen=True):
    """The changes of a zone's offset: from `instants[i]` on (µs, UTC) it is `offsets[i + 1]` µs."""

    instants: Micros
    offsets: Micros

    @property
    def readings(self) -> Micros:
        """From which reading of the local clock on each change holds."""
        result: Micros = self.instants + np.maximum(self.offsets[:-1], self.offsets[1:])
        return result


def to_utc(readings: Micros, zone: str) -> Micros:
    """Return the instants (µs since 1970, UTC) of readings (µs) of the zone's clock; all within years 1..9999."""
    if not len(readings) or zone == "UTC":
        return readings
    changes = _changes(zone, _years(readings))
    if not len(changes.instants):
        return readings - int(changes.offsets[0])
    found: Micros = readings - changes.offsets[np.searchsorted(changes.readings, readings, side="right")]
    return found


def is_steady(readings: Micros, zone: str) -> bool:
    """Whether the zone keeps one offset in the years of these readings, so that a reading is its own local clock."""
    return not len(readings) or zone == "UTC" or not len(_changes(zone, _years(readings)).instants)


def to_local(instants: Micros, zone: str) -> Micros:
    """Return what the zone's clock shows at these instants."""
    if not len(instants) or zone == "UTC":
        return instants
    changes = _changes(zone, _years(instants))
    if not len(changes.instants):
        return instants + int(changes.offsets[0])
    found: Micros = instants + changes.offsets[np.searchsorted(changes.instants, instants, side="right")]
    return found


def abbreviated(reading: int, name: str, zone: str) -> int | None:
    """Return the instant of a reading followed by the zone's own short name (`CDT`); None for any other name."""
    if not EARLIEST <= reading <= LATEST:
        return None
    naive = (_START + timedelta(microseconds=reading)).replace(tzinfo=ZoneInfo(zone))
    for fold in (0, 1):
        local = naive.replace(fold=fold)
        if local.tzname() == name:
            return (local - _START) // timedelta(microseconds=1)
    return None


def _years(micros: Micros) -> tuple[int, ...]:
    # stretches of 366 days, two days wider on each side; a far-off date (9999-12-31) does not ask for all between
    year, margin = _YEAR_DAYS * DAY, 2 * DAY
    first, last = (int(micros.min()) - margin) // year, (int(micros.max()) + margin) // year
    if last - first <= _FEW_YEARS:
        return tuple(range(first, last + 1))
    found = np.union1d((micros - margin) // year, (micros + margin) // year)
    return tuple(found.tolist())


@lru_cache(256)
def _changes(zone: str, years: tuple[int, ...]) -> _Changes:
    spans = [_span(zone, year) for year in years]
    offsets, instants = [spans[0][0]], []
    for year, (first, changes) in zip(years, spans, strict=True):
        start = (year * _YEAR_DAYS * DAY, first)
        for instant, offset in (start, *changes):
            if offset != offsets[-1]:
                instants.append(instant)
                offsets.append(offset)
    return _Changes(np.array(instants, dtype=np.int64), np.array(offsets, dtype=np.int64))


@lru_cache(4096)
def _span(zone: str, year: int) -> tuple[int, tuple[tuple[int, int], ...]]:
    first, *further = stretches(zone, year * _YEAR_DAYS, (year + 1) * _YEAR_DAYS - 1)
    return first.offset, tuple((stretch.start, stretch.offset) for stretch in further)
