"""The month as one lazy polars query over the file, on its streaming engine."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

import polars as pl

COLUMNS = ["agent", "created_at", "first_response", "handle", "rating", "reopens", "priority", "amount"]
CHAT_COLUMNS = ["agent", "channel", "started_at", "first_response", "rating", "paid", "amount", "resolved"]


def scan(path: Path, columns: list[str], time: str) -> pl.LazyFrame:
    if path.suffix == ".parquet":
        return pl.scan_parquet(path)
    if path.suffix == ".xlsx":
        return pl.read_excel(path, columns=columns, engine="calamine").lazy()
    types: dict[str, pl.DataType] = {time: pl.String(), "amount": pl.Decimal(12, 2)}
    moment = pl.col(time).str.to_datetime("%Y-%m-%d %H:%M:%S")
    return pl.scan_csv(path, schema_overrides=types).with_columns(moment)


def month(path: Path, columns: list[str], time: str) -> pl.LazyFrame:
    start, end = datetime(2026, 10, 1), datetime(2026, 11, 1)  # noqa: DTZ001  the export's times are naive
    inside = pl.col(time).is_between(pl.lit(start), pl.lit(end), closed="left")
    return scan(path, columns, time).select(columns).filter(inside)


def one_row_per_key(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Equal rows of one key count once; different ones are an error."""
    held = rows.collect(engine="streaming")
    if held["ticket_id"].n_unique() == held.height:
        return held.lazy()
    unique = held.unique()
    if unique["ticket_id"].n_unique() < unique.height:
        sys.exit("one ticket_id has rows that differ")
    return unique.lazy()


def values(rows: pl.LazyFrame) -> pl.LazyFrame:
    urgent = pl.col("priority") == "urgent"
    return rows.group_by("agent").agg(
        pl.len().alias("volume"),
        pl.col("first_response").mean(),
        pl.col("handle").filter(urgent).mean().alias("urgent_handle"),
        (pl.col("rating") >= 4).mean().alias("csat"),
        (pl.col("reopens").sum() / pl.len()).alias("reopen_rate"),
        pl.col("amount").sum().alias("revenue"),
        pl.col("first_response").min().alias("fastest"),
        pl.col("handle").max().alias("slowest"),
    )


def chat_values(rows: pl.LazyFrame) -> pl.LazyFrame:
    counted = rows.filter(pl.col("channel") != "test")
    return counted.group_by("agent").agg(
        pl.len().alias("chat_volume"),
        pl.col("first_response").mean().alias("chat_response"),
        (pl.col("rating") >= 4).mean().alias("chat_csat"),
        pl.col("paid").mean().alias("conversion"),
        pl.col("amount").filter(pl.col("paid")).sum().alias("sales"),
        pl.col("resolved").mean().alias("resolved"),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", action="store_true", help="one row per ticket_id")
    parser.add_argument("--chats", type=Path, help="a file of chats, whose metrics are wanted too")
    asked = parser.parse_args()
    rows = month(asked.file, [*COLUMNS, "ticket_id"] if asked.key else COLUMNS, "created_at")
    query = values(one_row_per_key(rows) if asked.key else rows)
    if asked.chats:
        chats = chat_values(month(asked.chats, CHAT_COLUMNS, "started_at"))
        query = query.join(chats, on="agent", how="full", coalesce=True)
    sys.stdout.write(query.collect(engine="streaming").sort("agent").write_csv())


if __name__ == "__main__":
    main()
