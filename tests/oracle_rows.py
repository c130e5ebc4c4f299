"""The oracle's reader: where every record of an export goes, and the rows that are left.

A record is a list of cells as written. The order of the reasons is the contract's: an unreadable row or time, then
outside the period, then the first of rejected, filtered, duplicate, unattributed, unknown agent.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from oracle import Cell, Condition, Row

MISSING = {"", "-", "--", "—", "?", "null", "N/A"}
REASONS = ("used", "outside_period", "filtered", "duplicate", "unattributed", "unknown_agent", "rejected")


class UnreadableError(Exception):
    """A cell that is not what its column says."""


def number(text: str) -> Cell:
    try:
        return Fraction(text)
    except ValueError as error:
        raise UnreadableError(text) from error


def seconds(text: str) -> Cell:
    value = number(text)
    if isinstance(value, Fraction) and value < 0:
        raise UnreadableError(text)
    return value


def boolean(text: str) -> Cell:
    words = {"yes": True, "no": False, "是": True, "否": False}
    if text not in words:
        raise UnreadableError(text)
    return words[text]


def moment(text: str) -> Cell:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the export's clock is the scheme's
    except ValueError as error:
        raise UnreadableError(text) from error


def words(text: str) -> Cell:
    return text


@dataclass(frozen=True, slots=True)
class Contract:
    """What is read of an export: `readings` by column (other columns are ignored), in the file's order."""

    columns: Sequence[str]
    readings: Mapping[str, Callable[[str], Cell]]
    key: str
    agent: str
    time: str
    first: date
    last: date
    where: Condition | None = None
    known: Collection[str] | None = None  # the roster's ids; None: everybody in the data
    ignored: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """The used rows by agent, and the number of records by reason."""

    rows: Mapping[str, list[Row]]
    account: Mapping[str, int]


def take(contract: Contract, records: Sequence[Sequence[str]]) -> Taken:
    rows: dict[str, list[Row]] = {}
    account: Counter[str] = Counter()
    seen: set[object] = set()
    for record in records:
        reason, row = _reason(contract, record, seen)
        account[reason] += 1
        if reason == "used":
            rows.setdefault(str(row[contract.agent]), []).append(row)
    return Taken(rows, {reason: account[reason] for reason in REASONS})


def _reason(contract: Contract, record: Sequence[str], seen: set[object]) -> tuple[str, Row]:
    if len(record) != len(contract.columns):
        return "rejected", {}
    cells = dict(zip(contract.columns, record, strict=True))
    try:
        at = _read(contract, contract.time, cells)
        if not isinstance(at, datetime):
            return "rejected", {}
        if not contract.first <= at.date() <= contract.last:
            return "outside_period", {}
        row = {name: _read(contract, name, cells) for name in contract.readings}
    except UnreadableError:
        return "rejected", {}
    return _left_out(contract, row, seen) or "used", row


def _left_out(contract: Contract, row: Row, seen: set[object]) -> str | None:
    agent, key = row[contract.agent], row[contract.key]
    if agent in contract.ignored or (contract.where is not None and contract.where(row) is not True):
        return "filtered"
    if key in seen:
        return "duplicate"
    seen.add(key)
    if agent is None:
        return "unattributed"
    return "unknown_agent" if contract.known is not None and agent not in contract.known else None


def _read(contract: Contract, name: str, cells: Mapping[str, str]) -> Cell:
    text = cells[name].strip()
    return None if text in MISSING else contract.readings[name](text)
