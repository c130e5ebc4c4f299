"""Cells of CSV by the way they are read: plain ones with what they mean, and odd ones that may mean anything."""

# Times without a zone are what the cells say.
# ruff: noqa: DTZ001

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st
from made_spellings import decimal

from kpi_cli.intake.cells.routes import Route
from kpi_cli.intake.cells.texts import missing_spellings

Cell = tuple[str, object]  # as it is written, and what it means
Cells = st.SearchStrategy[Cell]
NUMBERS, TIMES = (Route.WHOLE, Route.CENTS, Route.MICROS), (Route.NAIVE, Route.ZONED, Route.DAY)
TEXTS = (Route.TEXT, Route.CODED)
SPELLINGS = frozenset(missing_spellings())
ZONES = ("Z", "{sign}{hours:02}", "{sign}{hours:02}{rest:02}", "{sign}{hours:02}:{rest:02}")

_WHOLES = st.integers(-999, 99_999) | st.integers(-(10**18) + 1, 10**18 - 1)
_OCTOBER = st.datetimes(datetime(2026, 10, 1), datetime(2026, 11, 1))
_MOMENTS = st.datetimes(datetime(2, 1, 2), datetime(9998, 12, 30)) | _OCTOBER
_MARKS = st.sampled_from("T ")
_LETTERS = "ab01 ,;|\t\"\n\r'_-.小客é—？😀\u3000\u00a0"
_WORDS = [
    "客服小张" * 3,
    "评价：很满意",
    "x" * 16 + "y",
    '"" "',
    *("x" * size for size in (7, 8, 9, 15, 16, 17, 24, 25, 40)),
]


def _decimals(scale: int) -> Cells:
    """Up to so many places, 18 digits in all; with leading zeros."""

    def spelled(number: int, places: int, zeros: int) -> Cell:
        kept = abs(number) % 10 ** (18 - scale + places) * (-1 if number < 0 else 1)
        whole, point, part = decimal(Fraction(kept, 10**places), places).partition(".")
        return whole.zfill(zeros) + point + part, Decimal(kept).scaleb(-places)

    return st.builds(spelled, _WHOLES, st.integers(0, scale), st.integers(0, 18 - scale))


def _moment(at: datetime, mark: str, places: int) -> tuple[str, datetime]:
    """To so many places of a second; 0 is to the second, -1 to the minute, -2 to the day."""
    day = f"{at.year:04}-{at.month:02}-{at.day:02}"
    if places == -2:
        return day, datetime(at.year, at.month, at.day)
    minute = f"{day}{mark}{at.hour:02}:{at.minute:02}"
    if places == -1:
        return minute, at.replace(second=0, microsecond=0)
    micros = f"{at.microsecond:06}"[:places]
    value = at.replace(microsecond=int(micros.ljust(6, "0")))
    return f"{minute}:{at.second:02}" + (f".{micros}" if places else ""), value


def _zoned(moment: tuple[str, datetime], minutes: int, form: str) -> Cell:
    text, at = moment
    hours, rest = divmod(abs(minutes), 60)
    zone = form.format(sign="-" if minutes < 0 else "+", hours=hours, rest=rest)
    shift = hours * 60 * ("hours" in form) + rest * ("rest" in form)
    return text + zone, at.replace(tzinfo=UTC) - timedelta(minutes=-shift if minutes < 0 else shift)


PLAIN: Mapping[Route, Cells] = {
    Route.WHOLE: st.builds(lambda number, zeros: (f"{number:0{zeros}}", number), _WHOLES, st.integers(1, 18)),
    Route.CENTS: _decimals(2),
    Route.MICROS: _decimals(6),
    Route.NAIVE: st.builds(_moment, _MOMENTS, _MARKS, st.integers(-2, 6)),
    Route.ZONED: st.builds(
        _zoned,
        st.builds(_moment, _MOMENTS, _MARKS, st.integers(-1, 6)),
        st.integers(-1439, 1439),
        st.sampled_from(ZONES),
    ),
    Route.DAY: _MOMENTS.map(lambda at: (f"{at.year:04}-{at.month:02}-{at.day:02}", at.date())),
    **dict.fromkeys(
        TEXTS, (st.text(_LETTERS, min_size=1, max_size=12) | st.sampled_from(_WORDS)).map(lambda text: (text, text))
    ),
}
NO_DATA: Cells = st.sampled_from(sorted(SPELLINGS)).map(lambda word: (word, None))


# Most of these are read by nobody; some of them mean something to Arrow.
# fmt: off
ODD_NUMBERS = [
    *("1" * 18, "1" * 19, "9" * 18, "-" + "9" * 18, "0" * 18, "0" * 19, "-" + "0" * 19, "1" * 16 + ".5"),
    *("1" * 17 + ".5", "9223372036854775808", "12345678", "123456789", "1234567.8", "12345.67", "0.1", "00.10"),
    *(".5", "-.5", "5.", "-5.", ".", "-.", "+5", "--5", "5-", "-0", "-0.00", "-1.25", "1.234", "1.2345678", "1.2.3"),
    *("1e3", "1E3", "0x1F", "0X1f", "1,5", "1..25", "1/2", "1 2", "¥5", "１", "٣", "nan", "inf", "true", "1:23"),
    *(" 5", "5 ", "5\t", "5\n"),
]
ODD_TIMES = [
    *("0000-01-01", "0000-02-29", "0000-03-01 00:00", "0000-02-30", "9999-12-31", "9999-12-31 23:59:59.999999"),
    *("1900-02-29", "2000-02-29", "2023-02-29", "2024-02-29", "2024-02-30", "2026-04-31", "2026-12-31"),
    *("2026-13-01", "2026-00-10", "2026-10-00", "2026-10-32", "2026-1-05", "2026/10/05", "20261005", " 2026-10-05"),
    *("2026-10-05T", "2026-10-05 09", "2026-10-05 9:03", "2026-10-05 24:00", "2026-10-05 23:60", "1790000000"),
    *("2026-10-05t09:03", "2026-10-05  09:03", "2026-10-05 09:03:07.", "2026-10-05 09:03:07,5"),
    *(f"2026-10-05 09:03:07.{'1234567'[:places]}{zone}" for places in range(1, 8) for zone in ("", "Z", "+08:00")),
    *("x", "202:-10-05", "2026-10-05Z", "2026-10-05+08", "2026-10-05T09Z", "2026-10-05T09:03z", "2026-10-05T09:03 Z"),
    *(f"2026-10-05T09:03{zone}" for zone in ("Z", "+24:00", "+23:60", "-00:00", "+8", "+08:", "+080", "+08:0")),
    *("1900-02-28", "2026-10-05 23:59:60", "2026-10-05 09:60:00"),
    *(f"0000-01-01 00:00:00{zone}" for zone in ("Z", "+23:59", "-0800", "+08-00")),
]
ODD_TEXTS = ["", "-", "NULL", "Null ", "n/a", '"', 'a"b', '"a', "a\rb", "a\n", "\r", "nul", "—", "N/A N/A", "nullnull"]
# fmt: on


def _touched(text: str, place: int, letter: str) -> str:
    """Return a text with one letter replaced, or put between two."""
    place = place % (len(text) + 1)
    return text[:place] + letter + text[place + (len(letter) + place) % 2 :]


def _odd(route: Route) -> st.SearchStrategy[str]:
    known = ODD_NUMBERS if route in NUMBERS else ODD_TIMES if route in TIMES else ODD_TEXTS
    touches = st.sampled_from([*"0129-:. TZ+/x", "", "１"])
    plain = PLAIN[route].map(lambda cell: cell[0])
    return st.sampled_from(known) | st.builds(_touched, plain, st.integers(0, 40), touches)


ODD: Mapping[Route, st.SearchStrategy[str]] = {route: _odd(route) for route in Route}
