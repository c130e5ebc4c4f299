"""The rows that could not be read, as a CSV file to mend the export by."""

import csv
import io
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from kpi_cli.numbers import parse_decimal
from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.regexes import regex
from kpi_cli.rows import Reject

_HEADER = ("file", "record", "column", "value", "reason")
_CONTROL = regex("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_RUN = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula


def rejects_csv(rejects: Iterable[Reject]) -> str:
    """Return the rows as CSV, in order of file, record and column; nothing in it can run in a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    for each in sorted(rejects, key=lambda each: (each.file, each.record, each.column)):
        writer.writerow([_safe(each.file), each.record, *map(_safe, (each.column, each.value, each.reason))])
    return text.getvalue()


def write_rejects(path: Path, rejects: Iterable[Reject]) -> None:
    """Write the file whole or not at all, readable by its owner alone. Raises KpiError (FILES)."""
    try:
        _write(path, rejects_csv(rejects).encode())
    except OSError as error:
        message = f"`{path}` cannot be written: {error.strerror or error}"
        problem = Problem("unwritable-file", message, help="name a file in a folder that you may write to")
        raise KpiError(problem, Exit.FILES) from error


def _write(path: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    written = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)


def _safe(cell: str) -> str:
    shown = _CONTROL.sub("\ufffd", cell)
    runs = shown.startswith(_RUN) and parse_decimal(shown) is None
    return f"'{shown}" if runs else shown
