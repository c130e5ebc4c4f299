"""Rates as exact fractions: `94.01%`, `3‰`, and bare numbers once it is known what 1 stands for."""

from fractions import Fraction

from kpi_cli.intake.cells.texts import Sign, folded, read_number

HUNDREDTH = Fraction(1, 100)
_MARKS = {"%": HUNDREDTH, "‰": Fraction(1, 1000)}
_CERTAINLY_HUNDREDS = 2  # no rate is twice as high as can be, so a bare 2.1 is 2.1%
_UNITS = {"%": HUNDREDTH, "percent": HUNDREDTH, "‰": Fraction(1, 1000), "fraction": Fraction(1)}


def percent_unit(unit: str | None, header: str) -> Fraction | None:
    """Return what a bare 1 stands for by the scheme's unit, else by a `%` in the header; None: neither says."""
    if unit is not None:
        return _UNITS[unit]
    marks = [factor for mark, factor in _MARKS.items() if mark in folded(header)]
    return marks[0] if len(marks) == 1 else None


def read_percent(cell: str, unit: Fraction | None, *, comma: bool = False) -> Fraction | None:
    """Return the rate as a fraction; `unit` is what a bare 1 stands for.

    >>> read_percent("94.01%", None)
    Fraction(9401, 10000)
    """
    body, factor = _split(cell)
    number = read_number(body, comma=comma)
    if number is None:
        return None
    factor = factor or unit
    if factor is None:
        return number if number == 0 else None
    return number * factor


def percent_signs(cell: str, unit: Fraction | None) -> Sign:
    """Return what a rate says about its column. A bare number above 2 shows that 100 is the whole."""
    body, factor = _split(cell)
    number = read_number(body) or read_number(body, comma=True)
    if factor or unit or not number:
        return Sign.NOTHING
    return Sign.HUNDREDS if abs(number) > _CERTAINLY_HUNDREDS else Sign.WHOLE_OPEN


def _split(cell: str) -> tuple[str, Fraction | None]:
    text = folded(cell)
    factor = _MARKS.get(text[-1:])
    return (text[:-1].rstrip(), factor) if factor else (text, None)
