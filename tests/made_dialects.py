"""Tables with values and fates known beforehand, and the many ways in which an exporter writes such a table."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Literal, TypeAlias

from made_spellings import RATES, UNITS, ZONE, Style
from made_workbooks import packed

Quoting: TypeAlias = Literal[0, 1, 2]  # as the constants of `csv`: where needed, everywhere, around all but numbers
START, END = datetime(2026, 10, 1, tzinfo=ZONE), datetime(2026, 11, 1, tzinfo=ZONE)
AGENTS = ("007", "ann", "zoé", "客服小张")  # as the roster has them
SPELLINGS = {"007": "００７", "ann": "Ann ", "zoé": "ZOÉ", "客服小张": "客服小张"}
STRANGER, ROBOT = "stranger", "robot"
TOTALS = ("Total", "Grand Total", "Subtotal", "Average", "grand totals")
CHINESE_TOTALS = ("汇总", "均值", "合计", "总计", "平均值", "小计")
FOOTERS = (
    "Confidential Information - Do Not Distribute",
    "Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved.",
    "Reporting period 2026-10-01 to 2026-10-31",
)
COLUMNS = ("id", "agent", "at", "channel", "wait", "rate", "amount", "paid", "note")
SPOILT = {  # what cannot be read; `width` is a cell too few
    "wait": "-00:01:00",
    "rate": "good",
    "amount": "1.2.3",
    "paid": "perhaps",
    "at": "soon",
    "id": "",
    "width": "",
}
SOURCE = """\
{encoding}key: id
agent: agent
time: at
where: channel != "test"
empty: zero
columns:
  id: id
  agent: agent
  at: {{from: at, type: datetime}}
  channel: channel
  wait: {{from: wait, type: duration{unit}}}
  rate: {{from: rate, type: percent{rate}{comma}}}
  amount: {{from: amount, type: number{comma}}}
  paid: {{from: paid, type: boolean}}
  note: note
"""
UNREAD = {"status": "open", "comment": 'he said "no"; then, yes | no'}


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says; `fate` is the reason by which it is accounted for, `spoilt` a cell that nobody can read."""

    id: str
    agent: str
    at: datetime
    channel: str
    wait: Fraction
    rate: Fraction
    amount: Fraction | None
    paid: bool
    note: str
    fate: str = "used"
    spoilt: str = ""

    def read(self) -> tuple[object, ...]:
        """Return what reading it must give: seconds, fractions, microseconds in UTC, None where nothing is said."""
        micros = (self.at - datetime(1970, 1, 1, tzinfo=self.at.tzinfo)) // timedelta(microseconds=1)
        utc = micros - (self.at.utcoffset() or timedelta()) // timedelta(microseconds=1)
        note = self.note.strip() or None
        return (self.id, self.agent, utc, self.channel, self.wait, self.rate, self.amount, self.paid, note)


def row(number: int, dice: Random, style: Style, odds: int = 9) -> Row:
    """Return a row of any fate, whose values can be spelled in that style; the higher the `odds`, the more are used."""
    latin = not style.chinese
    seconds = Fraction(dice.choice((0, 7, 59, 60, 3600, 86399, 86400, 100 * 3600 + 61, dice.randrange(200_000))))
    bare = Fraction(dice.randrange(1_000_000), 10_000)
    plain = Row(
        id=f"{number:04}",
        agent=dice.choice(AGENTS[:3] if latin else AGENTS),
        at=START + timedelta(seconds=dice.randrange(31 * 86400)),
        channel="web",
        wait=bare * UNITS[style.bare] if style.bare else seconds,
        rate=Fraction(dice.randrange(0, 10_001, 1 if latin else 10), 10_000),
        amount=None if dice.random() < 0.1 else Fraction(dice.randrange(-99_999, 10_000_000), 100),
        paid=dice.random() < 0.5,
        note="".join(dice.choice("ab 1,;|\t\"'\né=+" if latin else "ab 1,;|\t\"'\né=+很满意") for _ in range(6)),
    )
    match dice.randrange(odds):
        case 0:
            return replace(plain, at=dice.choice((START - timedelta(seconds=1), END)), fate="outside_period")
        case 1:
            return replace(plain, channel="test", fate="filtered")
        case 2:
            return replace(plain, agent="", fate="unattributed")
        case 3:
            return replace(plain, agent=STRANGER, fate="unknown_agent")
        case 4:
            return replace(plain, agent=ROBOT, fate="filtered")
        case 5:
            return replace(plain, spoilt=dice.choice(tuple(SPOILT)), fate="rejected")
        case _:
            return plain


def anchor(style: Style) -> Row:
    """Return a row that shows how all others are to be read: a day above 12, thousands with decimals, a high rate."""
    wait = Fraction(9, 2) * UNITS[style.bare] if style.bare else Fraction(90)
    at = datetime(2026, 10, 25, 14, 3, 7, tzinfo=ZONE)
    return Row("anchor", "ann", at, "web", wait, Fraction(945, 1000), Fraction(123_456, 100), True, "x")  # noqa: FBT003 - paid


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written: as bytes, and around its rows."""

    style: Style
    delimiter: str = ","
    encoding: str = "utf-8"
    line_end: str = "\n"
    quoting: Quoting = csv.QUOTE_MINIMAL
    packing: str = ""
    declared: bool = False

    @property
    def source(self) -> str:
        """The source that reads it."""
        return SOURCE.format(
            encoding=f"encoding: {self.encoding}\n" if self.declared else "",
            unit=f", unit: {self.style.bare}" if self.style.bare else "",
            rate=RATES[self.style.rate][0],
            comma=', format: "0,0"' if self.style.comma and self.delimiter != ";" else "",
        )

    def cells(self, row: Row, dice: Random) -> dict[str, str]:
        """Return a row's cells."""
        found = {
            "id": row.id,
            "agent": self._agent(row.agent, dice),
            "at": self.style.moment(row.at),
            "channel": row.channel,
            "wait": self.style.wait(row.wait, dice),
            "rate": self.style.share(row.rate),
            "amount": self.style.money(row.amount, dice),
            "paid": self.style.truth(row.paid, dice),
            "note": row.note,
            **UNREAD,
        }
        return {**found, **({row.spoilt: SPOILT[row.spoilt]} if row.spoilt else {})}

    def _agent(self, name: str, dice: Random) -> str:
        if not name:
            return dice.choice(("", "-", "--", "null"))
        return SPELLINGS.get(name, name) if self.style.chinese and dice.random() < 0.3 else name

    def bytes(self, text: str) -> bytes:
        """Return a text encoded and packed; UTF-16 begins with its mark."""
        mark = "\ufeff" if self.encoding.startswith("utf-16-") else ""
        if self.encoding == "gb18030" and not self.declared:
            text = text.replace("É", "é")  # no letter of GB2312: without a word of Chinese it would be asked about
        raw = (mark + text).encode(self.encoding)
        return packed(raw, self.packing)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows, and the lines that stand around them: above the header, in the first and the last rows, below."""

    rows: Sequence[Row]
    preamble: Sequence[str] = ()
    first: Sequence[str] = ()
    last: Sequence[str] = ()
    footers: Sequence[str] = ()

    def text(self, dialect: Dialect, dice: Random) -> str:
        """Return the table as text, its columns in any order."""
        names = [*COLUMNS, *UNREAD]
        dice.shuffle(names)
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=dialect.delimiter, lineterminator=dialect.line_end, quoting=dialect.quoting)
        for line in self.preamble:
            text.write(line + dialect.line_end)
        writer.writerow(names)
        for word in self.first:
            writer.writerow(self._total(word, names, dialect))
        for row in self.rows:
            cells = dialect.cells(row, dice)
            writer.writerow([cells[name] for name in names if name != "comment" or row.spoilt != "width"])
            if dice.random() < 0.1:
                text.write(dialect.line_end)
        for word in self.last:
            writer.writerow(self._total(word, names, dialect))
        text.write("".join(line + dialect.line_end for line in self.footers))
        return text.getvalue()

    def _total(self, word: str, names: Sequence[str], dialect: Dialect) -> list[str]:
        cells = {"agent": word, "id": "--", "at": "-", "wait": "-", "rate": dialect.style.share(Fraction(1, 2))}
        return [cells.get(name, "") for name in names]

    @property
    def skipped(self) -> Mapping[str, int]:
        """What is no data, by the word that tells."""
        found = Counter(word for word in (*self.first, *self.last))
        above = sum(bool(line) for line in self.preamble)
        return {
            **found,
            **({"footer": len(self.footers)} if self.footers else {}),
            **({"preamble": above} if above else {}),
        }
