"""The month in one DuckDB statement straight over the file: all threads, amounts as exact decimals."""

import argparse
import csv
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import schemes


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of file: which types its columns have, which of them are read, and which rows count."""

    types: str
    columns: str
    time: str
    where: str = "true"


TICKETS = Source(
    "{'ticket_id': 'VARCHAR', 'agent': 'VARCHAR', 'created_at': 'TIMESTAMP', 'amount': 'DECIMAL(12, 2)'}",
    "agent, created_at, first_response, handle, rating, reopens, priority, amount",
    "created_at",
)
CHATS = Source(
    "{'agent': 'VARCHAR', 'started_at': 'TIMESTAMP', 'paid': 'BOOLEAN', 'amount': 'DECIMAL(12, 2)', "
    "'resolved': 'BOOLEAN'}",
    "agent, first_response, rating, paid, amount, resolved",
    "started_at",
    "channel <> 'test'",
)
VALUES = {
    "volume": "count(*)",
    "first_response": "avg(first_response)",
    "urgent_handle": "avg(handle) FILTER (WHERE priority = 'urgent')",
    "csat": "avg((rating >= 4)::INTEGER)",
    "reopen_rate": "sum(reopens) / count(*)",
    "revenue": "sum(amount)",
    "fastest": "min(first_response)",
    "slowest": "max(handle)",
}
CHAT_VALUES = {
    "chat_volume": "count(*)",
    "chat_response": "avg(first_response)",
    "chat_csat": "avg((rating >= 4)::INTEGER)",
    "conversion": "avg(paid::INTEGER)",
    "sales": "sum(amount) FILTER (WHERE paid)",
    "resolved": "avg(resolved::INTEGER)",
}


# The files' names are quoted, and everything else is written in this folder: nothing to inject.
def month(path: Path, source: Source, more: str = "") -> str:
    name = str(path).replace("'", "''")
    table = f"read_parquet('{name}')" if path.suffix == ".parquet" else f"read_csv('{name}', types={source.types})"
    return (
        f"SELECT {source.columns}{more} FROM {table} WHERE {source.where} "  # noqa: S608  as above
        f"AND {source.time} >= TIMESTAMP '2026-10-01' AND {source.time} < TIMESTAMP '2026-11-01'"
    )


def by_agent(rows: str, values: Mapping[str, str]) -> str:
    named = ", ".join(f"{value} AS {name}" for name, value in values.items())
    return f"SELECT agent, {named} FROM ({rows}) GROUP BY agent"  # noqa: S608  as above


def one_row_per_key(database: duckdb.DuckDBPyConnection, path: Path) -> str:
    """Equal rows of one key count once; different ones are an error."""
    database.execute(f"CREATE TEMP TABLE rows AS {month(path, TICKETS, ', ticket_id')}")
    repeated = "SELECT count(*) > count(DISTINCT ticket_id) FROM "
    if not answer(database, repeated + "rows"):
        return "SELECT * FROM rows"
    database.execute("CREATE TEMP TABLE unique_rows AS SELECT DISTINCT * FROM rows")
    if answer(database, repeated + "unique_rows"):
        sys.exit("one ticket_id has rows that differ")
    return "SELECT * FROM unique_rows"


def answer(database: duckdb.DuckDBPyConnection, question: str) -> bool:
    row = database.execute(question).fetchone()
    return bool(row and row[0])


def write(names: Iterable[str], rows: list[tuple[object, ...]]) -> None:
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["agent", *names])
    out.writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", action="store_true", help="one row per ticket_id")
    parser.add_argument("--metrics", type=int, help="that many metrics of schemes.py in place of the eight")
    parser.add_argument("--chats", type=Path, help="a file of chats, whose metrics are wanted too")
    asked = parser.parse_args()
    database = duckdb.connect()
    rows = one_row_per_key(database, asked.file) if asked.key else month(asked.file, TICKETS)
    values = schemes.select(asked.metrics) if asked.metrics else VALUES
    select = by_agent(rows, values)
    if asked.chats:
        values |= CHAT_VALUES
        chats = by_agent(month(asked.chats, CHATS), CHAT_VALUES)
        select = f"SELECT * FROM ({select}) FULL JOIN ({chats}) USING (agent)"  # noqa: S608  as above
    write(values, database.execute(f"{select} ORDER BY agent").fetchall())


if __name__ == "__main__":
    main()
