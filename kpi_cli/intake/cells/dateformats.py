"""How a date whose day and month could be either is written, for strptime."""

from datetime import datetime
from itertools import product

from kpi_cli.intake.cells.texts import trimmed

_YEARS = ("%Y", "%y")
_JOINTS = (" ", "T", ", ")
_CLOCKS = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%I:%M:%S%p")
_ZONES = ("", "%z", " %z")


def formats_of(cell: str) -> tuple[str, str]:
    """Return the format with the day first, and that with the month first; they end in ` ...` where none reads it."""
    text = trimmed(cell)
    mark = next((character for character in text if not character.isdigit()), "/")
    clocks = ("", *("".join(parts) for parts in product(_JOINTS, _CLOCKS, _ZONES)))
    tails = (f"{mark}{year}{clock}" for year, clock in product(_YEARS, clocks))
    tail = next((tail for tail in tails if _reads(text, f"%d{mark}%m{tail}")), f"{mark}%Y ...")
    return f"%d{mark}%m{tail}", f"%m{mark}%d{tail}"


def _reads(cell: str, written: str) -> bool:
    try:
        datetime.strptime(cell, written)  # noqa: DTZ007 - whether it can be read, not when it is
    except ValueError:
        return False
    return True
