"""Single cells: trimming, the words that mean no data, numbers and truths, exactly as written.

A cell is text until its column says otherwise; what is not surely a value of the column's type is unreadable (None).
"""

import re
import unicodedata
from enum import IntFlag
from fractions import Fraction

from kpi_cli.numbers import LONGEST
from kpi_cli.regexes import regex

WHITE_SPACE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + "\u200b\ufeff"
"""What is trimmed: all Unicode white space (no-break and ideographic spaces too), zero-width space and BOM."""

_MISSING = frozenset({"", "-", "--", "—", "?"})
_MISSING_WORDS = frozenset({"null", "n/a"})
_LONGEST_WORD = 4

_CURRENCIES = r"(?:HK\$|US\$|NT\$|[¥$€£₩₹]|CNY|RMB|USD|EUR|GBP|JPY)"
_NUMBER = regex(
    rf"(?P<before>[+-]?)\s*(?:{_CURRENCIES})?\s*(?P<sign>[+-]?)(?P<body>[\d., ]*[\d.,])"
    r"(?P<exponent>[eE][+-]?0*\d{1,3})?"
    rf"\s*(?:元|{_CURRENCIES})?",
    re.ASCII | re.IGNORECASE,
)
_PLAIN = regex(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_POINT = regex(r"(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d*)?|\.\d+", re.ASCII)
_COMMA = regex(r"(?:\d+|[1-9]\d{0,2}(?:[. ]\d{3})+)(?:,\d*)?|,\d+", re.ASCII)
_ONE_GROUP = regex(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)

_TRUE = frozenset({"y", "yes", "t", "true", "1", "是", "有", "√", "✓"})
_FALSE = frozenset({"n", "no", "f", "false", "0", "否", "无", "×", "✗"})


class Sign(IntFlag):
    """What a cell tells about how its column is to be read."""

    NOTHING = 0
    DAY_OPEN = 1  # an `_OPEN` cell has more than one reading, the other cells of its column must tell
    DAY_FIRST = 2
    MONTH_FIRST = 4
    DECIMAL_OPEN = 8
    COMMA = 16  # the comma is the decimal sign
    POINT = 32
    WHOLE_OPEN = 64
    HUNDREDS = 128  # bare rates are percents, not fractions
    UNIT_OPEN = 256  # a duration without a unit: nothing but the scheme can tell
    CLOCK_OPEN = 512  # `02:15`, hours or minutes: nothing but the scheme can tell


def trimmed(cell: str) -> str:
    """Return the cell without white space at its ends."""
    return cell.strip(WHITE_SPACE)


def is_missing(cell: str) -> bool:
    """Whether a trimmed cell means no data in every type: nothing, `-`, `--`, `—`, `?`, `null`, `N/A`."""
    return cell in _MISSING or (len(cell) <= _LONGEST_WORD and cell.lower() in _MISSING_WORDS)


def missing_spellings() -> list[str]:
    """Return every spelling that `is_missing` takes, for readers that compare bytes."""
    found = set(_MISSING)
    for word in _MISSING_WORDS:
        spellings = {""}
        for letter in word:
            spellings = {start + case for start in spellings for case in (letter, letter.upper())}
        found |= spellings
    return sorted(found)


def folded(cell: str) -> str:
    """Return the cell with full-width forms made plain and the minus sign as a hyphen."""
    return cell if cell.isascii() else unicodedata.normalize("NFKC", cell).replace("\u2212", "-")


def read_number(cell: str, *, comma: bool = False) -> Fraction | None:
    """Return the exact number: `1,234`, `1，234`, `¥1,234.00`, `-5`, `1e3`; with `comma` `1.234,5`.

    >>> read_number("¥1,234.50")
    Fraction(2469, 2)
    """
    if len(cell) > LONGEST:
        return None
    if not comma and _PLAIN.fullmatch(cell):
        return Fraction(cell)
    parts = _parts(cell)
    if parts is None:
        return None
    sign, body, exponent = parts
    if not (_COMMA if comma else _POINT).fullmatch(body):
        return None
    plain = body.replace(".", "").replace(" ", "").replace(",", ".") if comma else body.replace(",", "")
    return Fraction(f"{sign}{plain}{exponent}")


def number_signs(cell: str) -> Sign:
    """Return what a number says about the decimal sign of its column; `1,234` alone says nothing."""
    parts = _parts(cell)
    body = parts[1] if parts else ""
    if "," not in body and "." not in body:
        return Sign.NOTHING
    if _ONE_GROUP.fullmatch(body):
        return Sign.DECIMAL_OPEN
    point, comma = bool(_POINT.fullmatch(body)), bool(_COMMA.fullmatch(body))
    return Sign.POINT if point and not comma else Sign.COMMA if comma and not point else Sign.NOTHING


def _parts(cell: str) -> tuple[str, str, str] | None:
    found = _NUMBER.fullmatch(folded(cell))
    if not found or (found["before"] and found["sign"]):
        return None
    return found["before"] or found["sign"], found["body"], found["exponent"] or ""


def read_boolean(cell: str) -> bool | None:
    """Return true for y, yes, t, true, 1, 是, 有, √, ✓ and false for n, no, f, false, 0, 否, 无, ×, ✗, in any case."""
    word = folded(cell).lower()
    return True if word in _TRUE else False if word in _FALSE else None
