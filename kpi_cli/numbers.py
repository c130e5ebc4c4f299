"""Exact numbers one at a time: reading decimals, rounding half up, and printing. No binary floats anywhere."""

import re
from fractions import Fraction

from kpi_cli.regexes import regex

_DECIMAL = regex(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
PRINTED_DECIMALS = 6
LONGEST = 1000  # characters: nobody measures longer numbers, and Python refuses to read ones of 4300 digits


def parse_decimal(text: str) -> Fraction | None:
    """Return the exact value of a plain decimal such as `-1.50`, or None when it is not one (or is endless).

    >>> parse_decimal("0.1") == Fraction(1, 10)
    True
    """
    return Fraction(text) if len(text) <= LONGEST and _DECIMAL.fullmatch(text) else None


def half_up(value: Fraction, decimals: int) -> Fraction:
    """Round half away from zero, as Excel's ROUND: 2.675 to two decimals is 2.68, -0.5 to none is -1."""
    scale = 10**decimals
    doubled, remainder_base = 2 * abs(value.numerator) * scale, 2 * value.denominator
    rounded = (doubled + value.denominator) // remainder_base
    return Fraction(-rounded if value < 0 else rounded, scale)


def fixed(value: Fraction, decimals: int) -> str:
    """Print with exactly `decimals` decimals, half up: 100 with two is `100.00`."""
    rounded = half_up(value, decimals)
    return pointed(rounded.numerator * (10**decimals // rounded.denominator), decimals)


def pointed(number: int, decimals: int) -> str:
    """Print an integer over 10**decimals: 10000 with two is `100.00`."""
    if not decimals:
        return str(number)
    digits = str(abs(number)).rjust(decimals + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"


def plain(value: Fraction, decimals: int = PRINTED_DECIMALS) -> str:
    """Print with at most `decimals` decimals, half up, no trailing zeros, no exponent: 0.180000 is `0.18`."""
    text = fixed(value, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text
