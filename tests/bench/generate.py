"""Writes a big, realistic and repeatable export: tickets or chats of October 2026, as CSV, Parquet or workbook.

Rows are made a block at a time from (seed, block number), so memory stays flat however many are asked for.
About 1% of the rows lie just outside the month; keys are unique and in no order; no row is a duplicate.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from xlsxwriter import Workbook

BLOCK = 250_000
MONTH = np.datetime64("2026-10-01T00:00:00", "s")
DAY, MONTH_DAYS = 86_400, 31
ODD, OTHER_ODD = 0x9E3779B1, 0x85EBCA6B

CHANNELS = ("email", "chat", "phone", "web", "social")
PRIORITIES = ("low", "normal", "high", "urgent")
STATUSES = ("solved", "closed", "open", "pending")
SUBJECTS = (
    "Where is my parcel",
    "Refund for order not received",
    "Wrong size, please exchange",
    "Cannot sign in after password reset",
    'Coupon "AUTUMN10" refused',
    "Invoice with VAT number needed",
    "商品与描述不符，申请退货",
    "催促发货，已等待三天",
    "Question about delivery",
    "Payment taken twice, order shown once",
    "Change of delivery address",
    "Größe nachbestellen",
)

Column = Any  # an Arrow array: its stubs, where installed, differ from release to release
join: Any = pc.binary_join_element_wise
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for: the same plan always gives the same file."""

    kind: str
    rows: int
    agents: int
    seed: int

    def shares(self) -> npt.NDArray[np.float64]:
        """Cumulated share of the rows of each agent: the first few do much more than the last."""
        weights = 1.0 / (np.arange(self.agents) + 3 + self.agents / 4)
        shares: npt.NDArray[np.float64] = np.cumsum(weights) / weights.sum()
        return shares


def picked(words: list[str], codes: npt.NDArray[np.intp]) -> Column:
    places: Any = pa.array(np.minimum(codes, len(words) - 1))
    return pa.array(words).take(places)


@dataclass(frozen=True, slots=True)
class Block:
    """Row numbers of one block with the random numbers that belong to it."""

    plan: Plan
    numbers: Integers
    draw: np.random.Generator

    def chance(self, share: float) -> Booleans:
        return self.draw.random(len(self.numbers)) < share

    def skewed(self, mean: float, least: int) -> Integers:
        """Whole numbers with a long tail, as waiting times have."""
        tail: Integers = (self.draw.standard_exponential(len(self.numbers)) * mean).astype(np.int64)
        return tail + least

    def whole(self, low: int, high: int) -> Integers:
        return self.draw.integers(low, high, len(self.numbers))

    def words(self, words: tuple[str, ...], shares: tuple[float, ...]) -> Column:
        codes = np.searchsorted(np.cumsum(shares), self.draw.random(len(self.numbers)))
        return picked(list(words), codes)


def keys(plan: Plan, numbers: Integers) -> Integers:
    """Row number -> key, unique and unordered: odd factors and shifted xor are bijections of k bits."""
    bits = max(8, (plan.rows - 1).bit_length())
    mask = np.uint64((1 << bits) - 1)
    mixed = (numbers.astype(np.uint64) * np.uint64(ODD) + np.uint64(plan.seed)) & mask
    mixed ^= mixed >> np.uint64(bits // 2)
    mixed = (mixed * np.uint64(OTHER_ODD)) & mask
    return mixed.astype(np.int64) + 10_000_000


def moments(block: Block) -> Integers:
    """Seconds since 1970: 99% evenly over the month, 0.5% the day before it, 0.5% the day after."""
    inside = block.whole(0, MONTH_DAYS * DAY)
    side = block.draw.random(len(block.numbers))
    before = np.where(side < 0.005, block.whole(-DAY, 0), inside)
    spread = np.where(side >= 0.995, MONTH_DAYS * DAY + block.whole(0, DAY), before)
    return spread + int(MONTH.astype(np.int64))


def agents(block: Block) -> Column:
    plan = block.plan
    codes = np.searchsorted(plan.shares(), block.draw.random(len(block.numbers)))
    width = max(3, len(str(plan.agents)))
    return picked([f"agent{number:0{width}}" for number in range(1, plan.agents + 1)], codes)


def numbered(prefix: str, numbers: Integers) -> Column:
    return join(pa.scalar(prefix), pc.cast(pa.array(numbers), pa.string()), "")


def cents(numbers: Integers, missing: Booleans | None = None) -> Column:
    """Hundredths -> decimal(12, 2), exactly."""
    whole = pc.cast(pa.array(numbers, mask=missing), pa.decimal128(19, 0))
    hundredth = pa.scalar("0.01").cast(pa.decimal128(3, 2))
    return pc.cast(pc.multiply(whole, hundredth), pa.decimal128(12, 2))


def at(seconds: Integers, missing: Booleans | None = None) -> Column:
    return pa.array(seconds, mask=missing).cast(pa.timestamp("s"))


def tickets(block: Block) -> pa.Table:
    created, waited, worked = moments(block), block.skewed(240, 5), block.skewed(900, 30)
    silent, unsolved = block.chance(0.04), block.chance(0.12)
    return pa.table(
        {
            "ticket_id": numbered("T", keys(block.plan, block.numbers)),
            "agent": agents(block),
            "created_at": at(created),
            "first_replied_at": at(created + waited, silent),
            "solved_at": at(created + waited + worked, silent | unsolved),
            "first_response": pa.array(waited, mask=silent),
            "handle": pa.array(worked),
            "rating": pa.array(5 - np.minimum(4, block.skewed(0.9, 0)), mask=~block.chance(1 / 3)),
            "status": block.words(STATUSES, (0.6, 0.28, 0.07, 0.05)),
            "reopens": pa.array(np.minimum(6, block.skewed(0.35, 0))),
            "channel": block.words(CHANNELS, (0.3, 0.35, 0.15, 0.15, 0.05)),
            "priority": block.words(PRIORITIES, (0.2, 0.55, 0.18, 0.07)),
            "amount": cents(block.skewed(8_000, 0)),
            "buyer": numbered("buyer", block.whole(1_000_000, 9_999_999)),
            "subject": block.words(SUBJECTS, (1 / len(SUBJECTS),) * len(SUBJECTS)),
        }
    )


def chats(block: Block) -> pa.Table:
    paid = block.chance(0.18)
    return pa.table(
        {
            "chat_id": numbered("C", keys(block.plan, block.numbers)),
            "agent": agents(block),
            "started_at": at(moments(block)),
            "first_response": pa.array(block.skewed(22, 1), mask=block.chance(0.02)),
            "rating": pa.array(5 - np.minimum(4, block.skewed(0.9, 0)), mask=~block.chance(1 / 3)),
            "paid": pa.array(paid).cast(pa.string()),
            "amount": cents(block.skewed(12_000, 100), ~paid),
            "resolved": pa.array(block.chance(0.86)).cast(pa.string()),
            "buyer": numbered("buyer", block.whole(1_000_000, 9_999_999)),
            "channel": block.words(("app", "web", "store", "test"), (0.6, 0.25, 0.14, 0.01)),
        }
    )


KINDS: dict[str, Callable[[Block], pa.Table]] = {"tickets": tickets, "chats": chats}


def blocks(plan: Plan) -> Iterator[Block]:
    for start in range(0, plan.rows, BLOCK):
        numbers = np.arange(start, min(start + BLOCK, plan.rows), dtype=np.int64)
        draw = np.random.Generator(np.random.PCG64(np.random.SeedSequence([plan.seed, start])))
        yield Block(plan, numbers, draw)


def tables(plan: Plan) -> Iterator[pa.Table]:
    return (KINDS[plan.kind](block) for block in blocks(plan))


def quoted(texts: Column) -> Column:
    """RFC 4180: quoted only where the text holds a comma or a quote, as most exporters do."""
    doubled = join('"', pc.replace_substring(texts, '"', '""'), '"', "")
    return pc.if_else(pc.match_substring_regex(texts, '[",]'), doubled, texts)


def lines(table: pa.Table) -> bytes:
    """The block as CSV text. Cells are joined by Arrow: its own CSV writer would quote every text cell."""
    whole = table.combine_chunks()
    last = whole.num_columns - 1
    cells: list[Column] = [pc.cast(column.combine_chunks(), pa.string()) for column in whole.columns]
    cells[last] = join(quoted(cells[last]), "\n", "")
    joined = join(*cells, ",", null_handling="replace", null_replacement="")
    text: bytes = joined.buffers()[2].to_pybytes()
    return text


def write_csv(plan: Plan, out: Path) -> None:
    with out.open("wb") as file:
        for number, table in enumerate(tables(plan)):
            if number == 0:
                file.write((",".join(table.column_names) + "\n").encode())
            file.write(lines(table))


def write_parquet(plan: Plan, out: Path) -> None:
    blocks = tables(plan)
    first = next(blocks)
    with pq.ParquetWriter(out, first.schema) as writer:
        writer.write_table(first)
        for table in blocks:
            writer.write_table(table)


def write_xlsx(plan: Plan, out: Path) -> None:
    """A sheet of real numbers and dates, twenty columns wide, as a help desk's export button gives it."""
    book = Workbook(out, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"})
    book.set_properties({"created": datetime(2026, 11, 1, tzinfo=UTC)})  # else the clock's: no two files alike
    sheet, row = book.add_worksheet(plan.kind), 0
    for block in blocks(plan):
        table = KINDS[plan.kind](block)
        for name, column in more_columns(block).items():
            table = table.append_column(name, column)
        if row == 0:
            sheet.write_row(row, 0, table.column_names)
        for cells in zip(*(column.to_pylist() for column in table.columns), strict=True):
            row += 1
            sheet.write_row(row, 0, cells)
    book.close()


def more_columns(block: Block) -> dict[str, Column]:
    """What pads a sheet and no metric asks for."""
    return {
        "region": block.words(("north", "south", "east", "west"), (0.25,) * 4),
        "product": numbered("P", block.whole(100, 400)),
        "order": numbered("O", block.whole(1_000_000, 9_999_999)),
        "replies": pa.array(block.skewed(2, 1)),
        "note": block.words(SUBJECTS, (1 / len(SUBJECTS),) * len(SUBJECTS)),
    }


WRITERS: dict[str, Callable[[Plan, Path], None]] = {"csv": write_csv, "parquet": write_parquet, "xlsx": write_xlsx}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--kind", choices=sorted(KINDS), default="tickets")
    parser.add_argument("--format", choices=sorted(WRITERS), default="csv")
    asked = parser.parse_args()
    plan = Plan(asked.kind, asked.rows, asked.agents, asked.seed)
    WRITERS[asked.format](plan, asked.out)


if __name__ == "__main__":
    main()
