"""What is wrong with a formula, and where in its text."""

from collections.abc import Iterable

from msgspec import Struct

from kpi_cli.problems import did_you_mean

SHOWN_NAMES = 8


class Place(Struct, frozen=True):
    """A stretch of the formula as it was written, in characters."""

    offset: int
    width: int


class Fault(Struct, frozen=True):
    """One thing that is wrong: `offset` and `width` count characters of the formula as written."""

    offset: int
    width: int
    code: str
    message: str
    help: str | None = None


def suggestion(name: str, known: Iterable[str], noun: str) -> str:
    """Return a help for an unknown name: the nearest known one, else what there is.

    >>> suggestion("x", ["aov", "csat"], "metrics")
    'metrics: aov, csat'
    """
    names = list(known)
    near = did_you_mean(name, names)
    if near is not None:
        return near
    if not names:
        return f"there are no {noun}"
    shown = ", ".join(names[:SHOWN_NAMES])
    return f"{noun}: {shown}" + (", ..." if len(names) > SHOWN_NAMES else "")
