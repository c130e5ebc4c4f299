"""Values spelled as exporters spell them: the value comes first, every spelling of it is exact."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from random import Random
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
MISSING = ("", "-", "--", "?", "null", "N/A", "NULL", "n/a")
TRUE, FALSE = ("Y", "yes", "TRUE", "True", "1"), ("N", "no", "FALSE", "False", "0")
TRUE_ZH, FALSE_ZH = ("是", "√"), ("否", "×")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
UNITS = {"ms": Fraction(1, 1000), "s": Fraction(1), "min": Fraction(60), "h": Fraction(3600), "d": Fraction(86400)}


def decimal(value: Fraction, places: int) -> str:
    """Return an exact decimal with so many places, a point in it."""
    scaled = value * 10**places
    assert scaled.denominator == 1, "not exact"
    digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def grouped(text: str, mark: str, comma: str) -> str:
    """Return a decimal with a mark between thousands, and its decimal sign."""
    whole, _, part = text.lstrip("-").partition(".")
    groups = f"{int(whole):,}".replace(",", mark)
    return ("-" if text.startswith("-") else "") + groups + (comma + part if part else "")


Spelling = Callable[[Fraction], str]
AMOUNTS: Mapping[str, Spelling] = {
    "plain": lambda value: decimal(value, 2),
    "thousands": lambda value: grouped(decimal(value, 2), ",", "."),
    "currency": lambda value: f"USD {grouped(decimal(value, 2), ',', '.')}",
    "full width": lambda value: grouped(decimal(value, 2), "\uff0c", "."),
    "yuan": lambda value: f"{grouped(decimal(value, 2), ',', '.')}元",
    "comma": lambda value: decimal(value, 2).replace(".", ","),
    "points and comma": lambda value: grouped(decimal(value, 2), ".", ","),
    "spaces and comma": lambda value: grouped(decimal(value, 2), " ", ","),
}
CHINESE_AMOUNTS = frozenset({"full width", "yuan"})
COMMA_AMOUNTS = frozenset({"comma", "points and comma", "spaces and comma"})
RATES: Mapping[str, tuple[str, Spelling]] = {  # what the scheme says of the column, and the cells
    "marked": ("", lambda value: decimal(100 * value, 2) + "%"),
    "spaced": ("", lambda value: decimal(100 * value, 2) + " %"),
    "hundreds": (', unit: "%"', lambda value: decimal(100 * value, 2)),
    "fractions": (", unit: fraction", lambda value: decimal(value, 4)),
    "per mille": ("", lambda value: decimal(1000 * value, 1) + "‰"),
}
DAYS: Mapping[str, Callable[[datetime], str]] = {
    "iso": lambda at: f"{at:%Y-%m-%d %H:%M:%S}",
    "iso with T": lambda at: f"{at:%Y-%m-%dT%H:%M:%S}",
    "slashes": lambda at: f"{at.year}/{at.month}/{at.day} {at.hour}:{at:%M:%S}",
    "compact day": lambda at: f"{at:%Y%m%d %H:%M:%S}",
    "day first": lambda at: f"{at:%d/%m/%Y %H:%M:%S}",
    "day first, hyphens": lambda at: f"{at:%d-%m-%Y %H:%M:%S}",
    "month first": lambda at: f"{at.month}/{at.day}/{at.year} {at.hour}:{at:%M:%S}",
    "month first, half days": lambda at: f"{at.month}/{at.day}/{at.year} {half_day(at)}",
    "dots": lambda at: f"{at:%d.%m.%Y %H:%M:%S}",
    "month by name": lambda at: f"{at:%d}/{MONTHS[at.month - 1]}/{at:%y} {half_day(at)}",
    "name first": lambda at: f"{MONTHS[at.month - 1]} {at.day}, {at.year} {half_day(at)}",
    "utc": lambda at: f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    "offset": lambda at: f"{at.astimezone(timezone(timedelta(hours=2))):%Y-%m-%d %H:%M:%S}+02:00",
    "own zone": lambda at: f"{at:%Y-%m-%d %H:%M:%S} CST",
    "chinese": lambda at: f"{at.year}年{at.month}月{at.day}日 {at:%H:%M:%S}",
    "chinese half days": lambda at: f"{at.year}年{at.month}月{at.day}日 {chinese_half_day(at)}",
}
CHINESE_DAYS = frozenset({"chinese", "chinese half days"})


def half_day(at: datetime) -> str:
    return f"{at.hour % 12 or 12}:{at:%M:%S} {'AM' if at.hour < 12 else 'PM'}"


def chinese_half_day(at: datetime) -> str:
    return f"{'上午' if at.hour < 12 else '下午'} {at.hour % 12 or 12}:{at:%M:%S}"


def _parts(seconds: int) -> tuple[int, int, int, int]:
    return seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60, seconds % 60


def _words(seconds: int, names: Sequence[str], space: str, between: str) -> str:
    pairs = zip(_parts(seconds), names, strict=True)
    said = [f"{count}{space}{name}" for count, name in pairs if count]
    return between.join(said) or f"0{space}{names[-1]}"


def duration(seconds: int, dice: Random, *, chinese: bool) -> str:
    """Return a duration in one of the spellings that carry their units."""
    days, hours, minutes, rest = _parts(seconds)
    spellings = [
        f"{seconds // 3600:02}:{minutes:02}:{rest:02}",
        f"{seconds // 3600}:{minutes:02}:{rest:02}",
        f"{days} days, {hours}:{minutes:02}:{rest:02}",
        f"{days} {hours:02}:{minutes:02}:{rest:02}",
        _words(seconds, ("d", "h", "m", "s"), "", " "),
        _words(seconds, ("days", "hours", "minutes", "seconds"), " ", " "),
        _words(seconds, ("Days", "Hours", "Mins", "Secs"), " ", ", "),
        f"{seconds}s",
        f"{seconds} sec",
    ]
    if not days:
        spellings += [f"{hours % 12 or 12}:{minutes:02}:{rest:02} {'AM' if hours < 12 else 'PM'}"]
        spellings += [f"1900-01-01 {hours:02}:{minutes:02}:{rest:02}", f"1899-12-30 {hours:02}:{minutes:02}:{rest:02}"]
    if seconds % 30 == 0:
        spellings += [
            f"{decimal(Fraction(seconds, 60), 1)} min",
            *([f"{decimal(Fraction(seconds, 60), 1)}分钟"] * chinese),
        ]
    if seconds % 360 == 0:
        spellings += [f"{decimal(Fraction(seconds, 3600), 1)}h"]
    if chinese:
        spellings += [
            _words(seconds, ("天", "小时", "分", "秒"), "", ""),
            _words(seconds, ("天", "小时", "分钟", "秒"), " ", " "),
            f"{seconds}秒",
        ]
    return dice.choice(spellings)


@dataclass(frozen=True, slots=True)
class Style:
    """How the columns of one table spell their values; `bare` is the unit of durations that are bare numbers."""

    day: str
    rate: str
    amount: str
    bare: str | None
    chinese: bool

    @property
    def comma(self) -> bool:
        """Whether the comma is the decimal sign."""
        return self.amount in COMMA_AMOUNTS

    def moment(self, at: datetime) -> str:
        return DAYS[self.day](at)

    def wait(self, seconds: Fraction, dice: Random) -> str:
        if self.bare is None:
            return duration(int(seconds), dice, chinese=self.chinese)
        return self._number(decimal(seconds / UNITS[self.bare], 4))

    def share(self, value: Fraction) -> str:
        return self._number(RATES[self.rate][1](value))

    def money(self, value: Fraction | None, dice: Random) -> str:
        return dice.choice(MISSING) if value is None else AMOUNTS[self.amount](value)

    def truth(self, value: bool, dice: Random) -> str:  # noqa: FBT001 - the value to be spelled
        more: tuple[str, ...] = (TRUE_ZH if value else FALSE_ZH) if self.chinese else ()
        return dice.choice((*(TRUE if value else FALSE), *more))

    def _number(self, text: str) -> str:
        return text.replace(".", ",") if self.comma else text
