"""A sheet written out as CSV once, however many sources read it: in a file of its own, gone when the program ends."""

import atexit
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from kpi_cli.intake.files.blocks import Located
from kpi_cli.intake.files.remote import FilePath
from kpi_cli.intake.files.workbooks import Sheet, csv_bytes

_ROWS = 2000  # that are held in memory as text


def spooled(file: Located, sheet: Sheet, width: int) -> Path:
    """Return a file with the sheet's first columns as CSV in UTF-8, without empty rows at its end."""
    written = file.path.stat().st_mtime_ns
    member = file.member.index if file.member else -1
    path = _place(file.path.resolve(), written, member, (sheet.name, width))
    if not path.stat().st_size:
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as spool:
            spool.writelines(_pieces(sheet, width))
        unfinished.replace(path)
    return path


def _pieces(sheet: Sheet, width: int) -> Iterator[bytes]:
    rows = _without_empty_end(row[:width] for row in sheet.rows())
    while piece := csv_bytes(islice(rows, _ROWS)):
        yield piece


def _without_empty_end(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    empty: list[list[str]] = []
    for row in rows:
        if any(row):
            yield from empty
            empty.clear()
            yield row
        else:
            empty.append([])


@cache
def _place(path: FilePath, written: int, member: int, part: tuple[str, int]) -> Path:  # noqa: ARG001 - the key
    number, name = tempfile.mkstemp(prefix="kpi-", suffix=".csv")
    os.close(number)
    place = Path(name)
    atexit.register(place.unlink, missing_ok=True)
    return place
