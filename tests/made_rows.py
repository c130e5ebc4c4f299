"""Chats by chance: records as an export has them, among them rows that do not count, for every reason there is."""

import csv
import io
import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from made_formulas import truth
from oracle import Condition, Row
from oracle_rows import Contract, boolean, moment, number, seconds, words

COLUMNS = ("id", "agent", "at", "channel", "rating", "wait", "amount", "load", "paid", "buyer", "closed", "memo")
AGENTS = ("007", "a1", "Bo", "客服三")
STRANGER, ROBOT = "stranger", "system"
SPELLINGS = {"００７": "007", "A1": "a1", "bo ": "Bo", "ＢＯ": "Bo", "客服三": "客服三"}
EDGES = ("2026-09-30 23:59:59", "2026-10-01 00:00:00", "2026-10-31 23:59:59", "2026-11-01 00:00:00")
AMOUNTS = (
    *("0.1", "0.2", "0.7", "0", "1", "19.99", "2.675", "-3.5", "100", "0.005", "1000000"),
    *("0.12345678901234567890", "9223372036854775807", "4611686018427387904.5"),
)
BROKEN = {"rating": "five", "wait": "-5", "amount": "1.2.3", "at": "someday", "paid": "perhaps"}


def record(number: int, seed: int) -> list[str]:
    """Return a record: most are ordinary, about one in eight has something the matter."""
    dice = random.Random(seed)  # noqa: S311 - test data, nothing secret
    at = datetime(2026, 10, 1) + timedelta(seconds=dice.randrange(31 * 86400))  # noqa: DTZ001 - the export's clock
    cells = {
        "id": f"c{number}",
        "agent": dice.choice((*AGENTS, *SPELLINGS) if dice.random() < 0.5 else AGENTS),
        "at": dice.choice(EDGES) if dice.random() < 0.1 else str(at),
        "channel": dice.choice(("web", "web", "web", "test", "")),
        "rating": dice.choice(("", *(str(stars) for stars in range(11)))),
        "wait": dice.choice(("", "0", "30", "59.5", "60", "60.001", "7200", "0.3")),
        "amount": dice.choice(AMOUNTS) if dice.random() < 0.8 else dice.choice(("", "-", "N/A")),
        "load": dice.choice(("", "0", "1", "2", "0.5", "3")),
        "paid": dice.choice(("", "yes", "no", "yes")),
        "buyer": dice.choice(("", "b1", "b2", "b3", "b4")),
        "closed": "" if dice.random() < 0.1 else str(at + timedelta(seconds=dice.randrange(1, 200000))),
        "memo": dice.choice(("", "hello", 'says "hi", twice', "two\nlines")),
    }
    if dice.random() < 0.125:
        cells |= _matter(dice)
    found = [cells[name] for name in COLUMNS]
    return found[:-2] if cells["memo"] == "cut off" else found


def _matter(dice: random.Random) -> dict[str, str]:
    broken = dice.choice(tuple(BROKEN))
    return dice.choice(
        ({"agent": ""}, {"agent": STRANGER}, {"agent": ROBOT}, {"memo": "cut off"}, {broken: BROKEN[broken]})
    )


def again(written: Sequence[str]) -> list[str]:
    """Return the same record exported twice: a column that is not read may differ."""
    return [*written[:-1], "again"] if len(written) == len(COLUMNS) else list(written)


def clean(number: int, agent: str) -> list[str]:
    """Return a record that counts whatever the scheme says."""
    cells = ["web", "9", "30", "0.1", "1", "yes", "b1", "2026-10-15 13:00:00", ""]
    return [f"clean{number}", agent, "2026-10-15 12:00:00", *cells]


def as_csv(records: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *records])
    return text.getvalue().encode("utf-8")


def contract(where: Condition | None, people: Sequence[str] | None) -> Contract:
    """Return how the oracle reads the records; without a roster (`people` None) every spelling is an agent."""
    spelling: Mapping[str, str] = {text.strip(): id_ for text, id_ in SPELLINGS.items()} if people is not None else {}
    return Contract(
        columns=COLUMNS,
        readings={
            "id": words,
            "agent": lambda text: spelling.get(text, text),
            "at": moment,
            "channel": words,
            "rating": number,
            "wait": seconds,
            "amount": number,
            "load": number,
            "paid": boolean,
            "buyer": words,
            "closed": moment,
        },
        key="id",
        agent="agent",
        time="at",
        first=date(2026, 10, 1),
        last=date(2026, 10, 31),
        where=where,
        known=people,
        ignored={ROBOT} if people is not None else (),
    )


def real(row: Row) -> bool | None:
    """`channel != "test"`: a missing channel is missing, so its row does not count."""
    return None if row["channel"] is None else row["channel"] != "test"


WHERE: Mapping[str, Condition | None] = {
    "": None,
    'channel != "test"': real,
    "paid": truth("paid"),
}
