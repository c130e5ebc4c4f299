"""Formulas in pairs: the text as a scheme has it, and what the oracle makes of an agent's rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import oracle
from oracle import Cell, Condition, Measure, Reading, Row

F = Fraction


@dataclass(frozen=True, slots=True)
class Formula:
    """`unit` is the metric's; `empty` says that over no rows it is 0, not missing."""

    text: str
    unit: str
    measure: Measure
    empty: bool = False


def column(name: str) -> Reading:
    return lambda row: row[name]


def product(left: str, right: str) -> Reading:
    def multiply(row: Row) -> Cell:
        a, b = row[left], row[right]
        return a * b if isinstance(a, Fraction) and isinstance(b, Fraction) else None

    return multiply


def divided(left: str, right: str) -> Reading:
    def divide(row: Row) -> Cell:
        a, b = row[left], row[right]
        return a / b if isinstance(a, Fraction) and isinstance(b, Fraction) and b else None

    return divide


def compare(reading: Reading, holds: Callable[[Fraction], bool]) -> Condition:
    def condition(row: Row) -> bool | None:
        cell = reading(row)
        return holds(cell) if isinstance(cell, Fraction) else None

    return condition


def truth(name: str) -> Condition:
    def condition(row: Row) -> bool | None:
        cell = row[name]
        return cell if isinstance(cell, bool) else None

    return condition


def hour(name: str) -> Reading:
    def read(row: Row) -> Cell:
        cell = row[name]
        return Fraction(cell.hour) if isinstance(cell, datetime) else None

    return read


def among(name: str, *options: str) -> Condition:
    def condition(row: Row) -> bool | None:
        cell = row[name]
        return None if cell is None else cell in options

    return condition


RATED, AMOUNT = column("rating"), column("amount")
PAID, LIKED = truth("paid"), compare(RATED, lambda stars: stars >= 8)

CONDITIONS: dict[str, Condition] = {
    "chats.paid": PAID,
    "chats.rating >= 8": LIKED,
    "chats.rating >= 8 and chats.paid": lambda row: oracle.both(LIKED(row), PAID(row)),
    "not chats.paid or chats.rating >= 8": lambda row: oracle.either(oracle.negated(PAID(row)), LIKED(row)),
    'chats.buyer in ["b1", "b2"]': among("buyer", "b1", "b2"),
    'chats.buyer not in ["b1", "b2"]': lambda row: oracle.negated(among("buyer", "b1", "b2")(row)),
    "missing(chats.rating)": lambda row: row["rating"] is None,
    "2 < chats.rating <= 9": compare(RATED, lambda stars: 2 < stars <= 9),
    "chats.amount * 2 != 0.2": compare(AMOUNT, lambda amount: amount * 2 != F("0.2")),
    "hour(chats.at) < 12": compare(hour("at"), lambda clock: clock < 12),
    "chats.wait <= 1min": compare(column("wait"), lambda seconds: seconds <= 60),
}

READINGS: dict[str, tuple[Reading, str]] = {
    "chats.amount": (AMOUNT, "number"),
    "chats.rating": (RATED, "number"),
    "chats.wait": (column("wait"), "duration"),
    "chats.amount * chats.load": (product("amount", "load"), "number"),
    "chats.amount / chats.load": (divided("amount", "load"), "number"),
}

Aggregate = Callable[[list[Fraction]], oracle.Measured]
NUMERIC: dict[str, Aggregate] = {
    "sum": oracle.total,
    "mean": oracle.mean,
    "min": oracle.least,
    "max": oracle.greatest,
    "median": oracle.median,
}


def over(aggregate: Aggregate, reading: Reading, where: Condition | None = None) -> Measure:
    return lambda rows: aggregate(oracle.numbers(oracle.chosen(rows, where), reading))


def counted(where: Condition | None = None) -> Measure:
    return lambda rows: oracle.count(oracle.chosen(rows, where))


def of_truths(condition: Condition) -> Measure:
    return lambda rows: oracle.share([condition(row) for row in rows])


def distinct(name: str, where: Condition | None = None) -> Measure:
    return lambda rows: oracle.unique([row[name] for row in oracle.chosen(rows, where)])


def over_pairs(aggregate: Callable[[list[tuple[Cell, Cell]]], oracle.Measured], left: str, right: str) -> Measure:
    return lambda rows: aggregate([(row[left], row[right]) for row in rows])


def ratio(above: Measure, below: Measure) -> Measure:
    return lambda rows: oracle.quotient(above(rows), below(rows))


def days() -> Measure:
    return lambda rows: oracle.active_days([row["at"] for row in rows])


def difference(left: Measure, right: Measure) -> Measure:
    def subtract(rows: list[Row]) -> oracle.Measured:
        (a, n), (b, m) = left(rows), right(rows)
        evidence = min(k for k in (n, m) if k is not None)
        return (None if a is None or b is None else a - b), evidence

    return lambda rows: subtract(list(rows))


def numeric(kind: str, reading: str, where: str | None) -> Formula:
    read, unit = READINGS[reading]
    text = f"{kind}({reading}, where={where})" if where else f"{kind}({reading})"
    return Formula(text, unit, over(NUMERIC[kind], read, CONDITIONS[where] if where else None), empty=kind == "sum")


def at_percent(reading: str, percent: str) -> Formula:
    read, unit = READINGS[reading]
    aggregate = lambda values: oracle.percentile(values, F(percent))  # noqa: E731 - the pair's other half
    return Formula(f"percentile({reading}, {percent})", unit, over(aggregate, read))


def share(condition: str) -> Formula:
    return Formula(f"share({condition})", "percent", of_truths(CONDITIONS[condition]))


def count(where: str) -> Formula:
    return Formula(f"count(chats, where={where})", "count", counted(CONDITIONS[where]), empty=True)


OTHERS = (
    Formula("count(chats)", "count", counted(), empty=True),
    Formula("unique(chats.buyer)", "count", distinct("buyer"), empty=True),
    Formula("nps(chats.rating)", "percent", over(oracle.nps, RATED)),
    Formula("peak(chats.at, chats.closed)", "count", over_pairs(oracle.peak, "at", "closed"), empty=True),
    Formula("count(chats) / active_days(chats)", "number", ratio(counted(), days())),
    Formula("weighted_mean(chats.wait, by=chats.load)", "duration", over_pairs(oracle.weighted_mean, "wait", "load")),
    Formula(
        "unique(chats.buyer, where=chats.paid) / unique(chats.buyer)",
        "percent",
        ratio(distinct("buyer", PAID), distinct("buyer")),
    ),
    Formula(
        "sum(chats.amount) / count(chats, where=chats.paid)",
        "number",
        ratio(over(oracle.total, AMOUNT), counted(PAID)),
    ),
    Formula(
        "max(chats.amount) - mean(chats.rating)",
        "number",
        difference(over(oracle.greatest, AMOUNT), over(oracle.mean, RATED)),
    ),
)
