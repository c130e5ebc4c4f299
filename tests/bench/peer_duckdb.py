"""The month in one DuckDB statement straight over the file: all threads, amounts as exact decimals."""

import argparse
import csv
import sys
from collections.abc import Iterable
from pathlib import Path

import duckdb
import schemes

TYPES = "{'ticket_id': 'VARCHAR', 'agent': 'VARCHAR', 'created_at': 'TIMESTAMP', 'amount': 'DECIMAL(12, 2)'}"
COLUMNS = "agent, created_at, first_response, handle, rating, reopens, priority, amount"
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


def month(path: Path, columns: str) -> str:
    name = str(path).replace("'", "''")
    source = f"read_parquet('{name}')" if path.suffix == ".parquet" else f"read_csv('{name}', types={TYPES})"
    # The file's name is quoted above and everything else is written here: nothing to inject.
    return (
        f"SELECT {columns} FROM {source} "  # noqa: S608
        "WHERE created_at >= TIMESTAMP '2026-10-01' AND created_at < TIMESTAMP '2026-11-01'"
    )


def one_row_per_key(database: duckdb.DuckDBPyConnection, path: Path) -> str:
    """Equal rows of one key count once; different ones are an error."""
    database.execute(f"CREATE TEMP TABLE rows AS {month(path, COLUMNS + ', ticket_id')}")
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
    asked = parser.parse_args()
    database = duckdb.connect()
    rows = one_row_per_key(database, asked.file) if asked.key else month(asked.file, COLUMNS)
    values = schemes.select(asked.metrics) if asked.metrics else VALUES
    select = f"SELECT agent, {', '.join(values.values())} FROM ({rows}) GROUP BY agent ORDER BY agent"  # noqa: S608  as above
    write(values, database.execute(select).fetchall())


if __name__ == "__main__":
    main()
