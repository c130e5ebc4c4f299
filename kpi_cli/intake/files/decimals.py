"""Numbers that a program has printed, spelled as a person would write them."""

from decimal import Decimal

LONG_WHOLE = 10**15  # Excel keeps fifteen digits; a longer whole number is not what was entered


def decimal_text(spelled: str) -> str | None:
    """Return a decimal without exponent, unless its last digits are lost; None for what is no number (nan)."""
    number = Decimal(spelled)
    if not number.is_finite():
        return None if number.is_nan() else spelled
    if abs(number) >= LONG_WHOLE:
        return _scientific(number)
    return format(number, "f") if "e" in spelled.lower() else spelled


def _scientific(number: Decimal) -> str:
    sign, digits, exponent = number.as_tuple()
    spelled = "".join(map(str, digits)).rstrip("0") or "0"
    power = len(digits) + int(exponent) - 1
    fraction = f".{spelled[1:]}" if spelled[1:] else ""
    return f"{'-' * sign}{spelled[0]}{fraction}E+{power}"
