"""The month as an analyst would write it with pandas: read the columns, keep the month, group by agent."""

import argparse
import sys
from pathlib import Path

import pandas as pd

COLUMNS = ["agent", "created_at", "first_response", "handle", "rating", "reopens", "priority", "amount"]
CHAT_COLUMNS = ["agent", "channel", "started_at", "first_response", "rating", "paid", "amount", "resolved"]


def read(path: Path, columns: list[str], time: str) -> pd.DataFrame:
    """The rows of the month."""
    if path.suffix == ".parquet":
        data = pd.read_parquet(path, columns=columns).astype({"amount": "float64"})
    elif path.suffix == ".xlsx":
        data = pd.read_excel(path, usecols=columns, engine="calamine")
    else:
        data = pd.read_csv(path, usecols=columns, parse_dates=[time])
    return data[(data[time] >= "2026-10-01") & (data[time] < "2026-11-01")]


def one_row_per_key(month: pd.DataFrame) -> pd.DataFrame:
    """Equal rows of one key count once; different ones are an error."""
    if not month["ticket_id"].duplicated().any():
        return month
    unique = month.drop_duplicates()
    if unique["ticket_id"].duplicated().any():
        sys.exit("one ticket_id has rows that differ")
    return unique


def values(month: pd.DataFrame) -> pd.DataFrame:
    month["satisfied"] = (month["rating"] >= 4).astype("float64").where(month["rating"].notna())
    month["urgent_handle"] = month["handle"].where(month["priority"] == "urgent")
    result = month.groupby("agent").agg(
        volume=("handle", "size"),
        first_response=("first_response", "mean"),
        urgent_handle=("urgent_handle", "mean"),
        csat=("satisfied", "mean"),
        reopens=("reopens", "sum"),
        revenue=("amount", "sum"),
        fastest=("first_response", "min"),
        slowest=("handle", "max"),
    )
    result["reopen_rate"] = result["reopens"] / result["volume"]
    return result.drop(columns="reopens")


def chat_values(month: pd.DataFrame) -> pd.DataFrame:
    month["satisfied"] = (month["rating"] >= 4).astype("float64").where(month["rating"].notna())
    month["sale"] = month["amount"].where(month["paid"])
    return month.groupby("agent").agg(
        chat_volume=("paid", "size"),
        chat_response=("first_response", "mean"),
        chat_csat=("satisfied", "mean"),
        conversion=("paid", "mean"),
        sales=("sale", "sum"),
        resolved=("resolved", "mean"),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", action="store_true", help="one row per ticket_id")
    parser.add_argument("--chats", type=Path, help="a file of chats, whose metrics are wanted too")
    asked = parser.parse_args()
    month = read(asked.file, [*COLUMNS, "ticket_id"] if asked.key else COLUMNS, "created_at")
    result = values(one_row_per_key(month) if asked.key else month)
    if asked.chats:
        chats = read(asked.chats, CHAT_COLUMNS, "started_at")
        result = result.join(chat_values(chats[chats["channel"] != "test"]), how="outer")
    result.to_csv(sys.stdout, lineterminator="\n")


if __name__ == "__main__":
    main()
