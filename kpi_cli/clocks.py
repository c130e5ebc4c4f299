"""How far the clock of a zone is from UTC, and when that changes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = 86_400
# datetime ends there; two days of room for every offset
_FIRST = (datetime(1, 1, 3, tzinfo=UTC) - _EPOCH) // timedelta(seconds=1)
_LAST = (datetime(9999, 12, 29, tzinfo=UTC) - _EPOCH) // timedelta(seconds=1)


class Stretch(Struct, frozen=True):
    """The instants `start` up to `end` (µs since 1970 in UTC) at which the clock is `offset` µs ahead of UTC."""

    start: int
    end: int
    offset: int


def stretches(zone: str, first_day: int, last_day: int) -> Iterator[Stretch]:
    """Cut the days `first_day`..`last_day` (UTC, since 1970, both ends in) where the zone's offset changes."""
    place = ZoneInfo(zone)
    start, offset = first_day * _DAY, _offset(place, first_day * _DAY)
    for day in range(first_day, last_day + 1):
        after = _offset(place, (day + 1) * _DAY)
        if after != offset:
            change = _change(place, day * _DAY, (day + 1) * _DAY)
            yield _stretch(start, change, offset)
            start, offset = change, after
    yield _stretch(start, (last_day + 1) * _DAY, offset)


def _stretch(start: int, end: int, offset: timedelta) -> Stretch:
    return Stretch(start * 1_000_000, end * 1_000_000, offset // _MICROSECOND)


def _change(place: ZoneInfo, low: int, high: int) -> int:
    """Return the first second of the new offset, known to lie after `low` and not after `high`."""
    old = _offset(place, low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(place, middle) == old else (low, middle)
    return high


def _offset(place: ZoneInfo, second: int) -> timedelta:
    instant = _EPOCH + timedelta(seconds=min(max(second, _FIRST), _LAST))
    return instant.astimezone(place).utcoffset() or timedelta()
