"""Number formats of an .xlsx workbook: what of a number a person sees in its cell.

A cell means what the sheet shows: 0.94 under `0.00%` is 94%, 7 under `000` is 007, 1.5 under `h:mm:ss` is 36 hours,
and a time goes down to the second, unless its format shows fractions of one: what else a day's fraction holds is noise.
"""

import re
import zipfile
from xml.parsers import expat

from msgspec import Struct

from kpi_cli.regexes import regex

_STYLES, _CONTENT = "xl/styles.xml", "content.xml"
_PERCENTS, _DATES, _CLOCKS, _TENTHS = (
    frozenset({9, 10}),
    frozenset({*range(14, 18), 22, *range(27, 32), *range(34, 37), *range(50, 59)}),
    frozenset({*range(18, 22), 32, 33, 45, 46, 47}),
    frozenset({47}),
)
"""Formats that every workbook has without spelling them out, by their numbers (ECMA-376 part 1, 18.8.30)."""

_SHOWN_AS_IS = regex(r'"[^"]*"|[\\_*].|\[[$<>=][^\]]*\]|\[[a-z]{3,}\d*\]|am/pm|a/p|general|e[+-]', re.IGNORECASE)
_FRACTION = regex(r"s\]?\.0", re.IGNORECASE)
_DATE = regex(r"[ydeg]|mmm", re.IGNORECASE)
_CLOCK = regex(r"[hs]|\[m+\]", re.IGNORECASE)
_ZEROS = regex(r"0{2,15}")
_OPEN_DOCUMENT_FRACTION = regex(rb'<number:seconds [^>]*number:decimal-places="[1-9]')


class Format(Struct, frozen=True):
    """What a number format shows: a percentage, fractions of a second, a time of day, a date, or so many digits."""

    percent: bool = False
    fine: bool = False
    clock: bool = False
    dated: bool = False
    digits: int = 0

    @property
    def is_special(self) -> bool:
        """Whether cells are spelled otherwise than by what they hold."""
        return self.percent or self.fine or self.digits > 0

    @property
    def is_time(self) -> bool:
        """Whether cells are times."""
        return self.clock or self.dated


PLAIN, FINE = Format(), Format(fine=True)


def format_of(code: str) -> Format:
    """Return what a format code shows of positive numbers.

    >>> format_of("[h]:mm:ss.00"), format_of('000" %"').digits, format_of("0%").percent
    (Format(percent=False, fine=True, clock=True, dated=False, digits=0), 3, True)
    """
    shown = _SHOWN_AS_IS.sub("", code).split(";")[0].strip()
    dated = bool(_DATE.search(shown))
    clock = not dated and bool(_CLOCK.search(shown))
    digits = len(shown) if _ZEROS.fullmatch(shown) else 0
    return Format("%" in shown, bool(_FRACTION.search(shown)), clock, dated, digits)


def cell_formats(archive: zipfile.ZipFile) -> tuple[Format, ...]:
    """Return the formats by the number that cells name them by; none where the file says nothing of them."""
    if _STYLES not in archive.NameToInfo:
        return ()
    reader = _StyleReader()
    try:
        reader.read(archive.read(_STYLES))
    except expat.ExpatError:
        return ()
    return tuple(reader.codes[number] if number in reader.codes else _built_in(number) for number in reader.used)


def is_open_document(archive: zipfile.ZipFile) -> bool:
    """Whether this is an .ods workbook."""
    return _CONTENT in archive.NameToInfo


def shows_fractions(archive: zipfile.ZipFile) -> bool:
    """Whether anything in an .ods workbook shows fractions of a second."""
    return _OPEN_DOCUMENT_FRACTION.search(archive.read(_CONTENT)) is not None


def _built_in(number: int) -> Format:
    return Format(number in _PERCENTS, number in _TENTHS, number in _CLOCKS, number in _DATES)


class _StyleReader:
    """Reads the formats that a workbook spells out, and the numbers of those that its cells use."""

    def __init__(self) -> None:
        self.codes: dict[int, Format] = {}
        self.used: list[int] = []
        self._of_cells = False

    def read(self, styles: bytes) -> None:
        """Read `styles.xml`."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.Parse(styles, True)  # noqa: FBT003 - expat takes it by position

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "numFmt":
                self.codes[_number(attributes)] = format_of(attributes.get("formatCode", ""))
            case "cellXfs":
                self._of_cells = True
            case "xf" if self._of_cells:
                self.used.append(_number(attributes))
            case _:
                pass

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "cellXfs":
            self._of_cells = False


def _number(attributes: dict[str, str]) -> int:
    number = attributes.get("numFmtId", "0")
    return int(number) if number.isdecimal() else 0
