"""Points in time as they are written: a clock reading in microseconds, and the offset if the cell names one.

Year first (`2026-10-05 9:03`, `2026年1月5日`), day or month first (`29-02-2016 01:16`), dots always day first, month by
name (`19/Jan/26 12:47 PM`; only there a year of two digits). A stretch within one day (`2026-10-05至2026-10-05`) is its
beginning. Fractions beyond the microsecond are cut off, never rounded into the next period.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from msgspec import Struct

from kpi_cli.intake.cells.texts import Sign, folded, read_number
from kpi_cli.regexes import regex

SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH_FORMAT = "epoch"
_EPOCH = date(1970, 1, 1)
_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CACHED = 1 << 16

_YEAR_FIRST = regex(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})日|(\d{4})(\d{2})(\d{2})", re.ASCII
)
_YEAR_LAST = regex(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?![\w-])", re.ASCII)
_DAY_NAME = regex(r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]+([^\W\d_]{3,12})\.?[-/., ]+(\d{4}|\d{2})", re.IGNORECASE)
_NAME_DAY = regex(r"([^\W\d_]{3,12})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})", re.IGNORECASE)
_TIME = regex(
    r"(?:(?P<early>上午|下午)\s*)?(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?\s*(?P<zone>Z|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?|[A-Z]{3,5})?",
    re.ASCII,
)
_SPLIT = regex(
    r"(?P<date>.*?\d{4}日?|.*?[^\W\d_]{3,12}\.?[-/., ]+\d{2}|\d{4}\D.*?\d{1,2}日?)(?:,? +|T)"
    r"(?P<time>(?:上午 ?|下午 ?)?\d{1,2}\b.*)"
)
_STRETCH = regex(r"(?P<first>.{6,30}?)(?: ?[至到~] ?| to )(?P<last>.{6,30})")
_OFFSET = regex(r"(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})?", re.ASCII)
_UTC_NAMES = frozenset({"Z", "UTC", "GMT"})
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan january ene enero janv janvier januar",
            "feb february febrero fev févr février fevereiro februar",
            "mar march marzo mars março mär mrz märz",
            "apr april abr abril avr avril",
            "may mayo mai maio",
            "jun june junio juin junho juni",
            "jul july julio juil juillet julho juli",
            "aug august ago agosto août",
            "sep sept september septiembre septembre set setembro",
            "oct october octubre octobre out outubro okt oktober",
            "nov november noviembre novembre novembro",
            "dec december dic diciembre déc décembre dez dezembro dezember",
        ),
        start=1,
    )
    for name in names.split()
}
_CENTURY_TURN = 69  # as POSIX: 69..99 are 1969..1999, 00..68 are 2000..2068


class Stamp(Struct, frozen=True):
    """A clock reading: `micros` since 1970 on the writer's clock; `offset` in seconds, or a zone's short name."""

    micros: int
    offset: int | str | None = None

    @property
    def day(self) -> int:
        """The written day, as days since 1970."""
        return self.micros // DAY


def read_stamp(cell: str, *, day_first: bool | None = None, written: str | None = None) -> Stamp | None:
    """Return the point in time; `day_first` reads `03/04/2026`, `written` is a strptime format or `epoch`."""
    if written is not None:
        return _by_format(cell, written)
    return _read_point(cell, day_first=day_first) or _within_a_day(cell, day_first=day_first)


def is_long(cell: str, *, day_first: bool | None = None) -> bool:
    """Whether the cell is a stretch of more than a day: `2026-10-01至2026-10-07`."""
    days = _stretch(cell, day_first=day_first)
    return days is not None and days[0].day < days[1].day


def _within_a_day(cell: str, *, day_first: bool | None) -> Stamp | None:
    days = _stretch(cell, day_first=day_first)
    return days[0] if days and days[0].day == days[1].day else None


def _stretch(cell: str, *, day_first: bool | None) -> tuple[Stamp, Stamp] | None:
    found = _STRETCH.fullmatch(folded(cell))
    if not found:
        return None
    first, last = (_read_point(found[name], day_first=day_first) for name in ("first", "last"))
    return (first, last) if first and last else None


def _read_point(cell: str, *, day_first: bool | None) -> Stamp | None:
    head, _, tail = cell.partition(" ")
    if not tail:
        head, _, tail = cell.partition("T")
    days, clock = _read_day(head, day_first=day_first), _read_clock(tail.lstrip())
    if days is None or clock is None:
        return _spelled_out(cell, day_first=day_first)
    return Stamp(days * DAY + clock.micros, clock.offset)


def day_signs(cell: str) -> Sign:
    """Return whether the cell shows the day or the month first, or might be either."""
    found = _YEAR_LAST.match(folded(cell).replace("T", " "))
    if not found or found[2] == ".":
        return Sign.NOTHING
    first, second = int(found[1]), int(found[3])
    if first == second:
        return Sign.NOTHING
    if first <= 12 and second <= 12:  # noqa: PLR2004 - months of a year
        return Sign.DAY_OPEN
    return Sign.DAY_FIRST if second <= 12 else Sign.MONTH_FIRST if first <= 12 else Sign.NOTHING  # noqa: PLR2004 - months


@lru_cache(_CACHED)
def _read_day(text: str, *, day_first: bool | None) -> int | None:
    text = folded(text)
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = (part for part in found.groups() if part and part.isdigit())
        return _ordinal(year, month, day)
    if found := _YEAR_LAST.fullmatch(text):
        first, second = found[1], found[3]
        if found[2] == "." or first == second or int(first) > 12:  # noqa: PLR2004 - months of a year
            day_first = True
        elif int(second) > 12:  # noqa: PLR2004 - months of a year
            day_first = False
        if day_first is None:
            return None
        return _ordinal(found[4], second, first) if day_first else _ordinal(found[4], first, second)
    if found := _DAY_NAME.fullmatch(text):
        return _named(found[3], found[2], found[1])
    if found := _NAME_DAY.fullmatch(text):
        return _named(found[3], found[1], found[2])
    return None


def _named(year: str, month: str, day: str) -> int | None:
    number = _MONTHS.get(month.casefold())
    if number is None:
        return None
    full = int(year) if len(year) > 2 else int(year) + (1900 if int(year) >= _CENTURY_TURN else 2000)  # noqa: PLR2004 - two digits
    return _ordinal(str(full), str(number), day)


def _ordinal(year: str, month: str, day: str) -> int | None:
    try:
        return (date(int(year), int(month), int(day)) - _EPOCH).days
    except ValueError:
        return None


@lru_cache(_CACHED)
def _read_clock(text: str) -> Stamp | None:
    if not text:
        return Stamp(0)
    found = _TIME.fullmatch(folded(text))
    if not found or bool(found["half"]) + bool(found["early"]) > 1:
        return None
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    half = (found["half"] or {"上午": "a", "下午": "p"}.get(found["early"] or "", "")).lower()
    if hour > (12 if half else 23) or minute > 59 or second > 59 or (half and not hour):  # noqa: PLR2004 - a clock
        return None
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    micros = int((found["fraction"] or "").ljust(6, "0")[:6])
    return _zoned(((hour * 60 + minute) * 60 + second) * SECOND + micros, found["zone"])


def _zoned(micros: int, zone: str | None) -> Stamp | None:
    if not zone:
        return Stamp(micros)
    if zone in _UTC_NAMES:
        return Stamp(micros, 0)
    if not (found := _OFFSET.fullmatch(zone)):
        return Stamp(micros, zone)
    hours, minutes = int(found[2]), int(found[3] or 0)
    if hours > 23 or minutes > 59:  # noqa: PLR2004 - hours and minutes of an offset
        return None
    return Stamp(micros, (hours * 3600 + minutes * 60) * (-1 if found[1] == "-" else 1))


def _spelled_out(cell: str, *, day_first: bool | None) -> Stamp | None:
    text = " ".join(folded(cell).split())
    days, clock = _read_day(text, day_first=day_first), "0"
    if days is None:
        if not (found := _SPLIT.fullmatch(text)):
            return None
        days, clock = _read_day(found["date"].rstrip(","), day_first=day_first), found["time"]
    stamp = _read_clock(clock)
    return Stamp(days * DAY + stamp.micros, stamp.offset) if days is not None and stamp else None


def _by_format(cell: str, written: str) -> Stamp | None:
    if written == EPOCH_FORMAT:
        seconds = read_number(cell)
        return Stamp(int(seconds * SECOND // 1), 0) if seconds is not None and abs(seconds) < 10**11 else None
    try:
        read = datetime.strptime(cell, written)  # noqa: DTZ007 - the zone is the column's
    except ValueError:
        return None
    offset = read.utcoffset()
    micros = (read.replace(tzinfo=UTC) - _START) // _MICROSECOND
    return Stamp(micros, None if offset is None else offset // timedelta(seconds=1))
