"""The rows that cases come to, read from events as text: any number of files, in blocks of any size."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from made_blocks import values

from kpi_cli.calendars import opening_hours
from kpi_cli.intake.cases.gathering import Gathered, kept, kept_columns
from kpi_cli.intake.files.blocks import Block, Dialect, ExportFile
from kpi_cli.intake.people.registry import Registry
from kpi_cli.intake.rows.reading import ReadingOptions, SourceReader
from kpi_cli.periods import parse_period
from kpi_cli.pipeline.casing import made_of
from kpi_cli.scheme.load import load_text

OCTOBER = parse_period("2026-10", date(2026, 11, 1))
CaseRow = dict[str, Any]


def case_rows(text: str, source: str, *files: str, lines: int = 10**6) -> list[CaseRow]:
    """Return the columns of a source of cases, a row for each, in no order that matters."""
    scheme = load_text(text, "scheme.yaml").scheme
    cases = scheme.sources[source].cases
    assert cases is not None
    events = scheme.sources[cases.of]
    exports = {_export(number, file, events.name): file.splitlines()[1:] for number, file in enumerate(files)}

    def reopened(file: ExportFile) -> Iterator[Block]:
        rows = exports[file]
        for index, start in enumerate(range(0, len(rows), lines)):
            yield Block(file, index, "".join(f"{row}\n" for row in rows[start : start + lines]).encode())

    options = ReadingOptions(rereads=True, reopen=reopened)
    reader = SourceReader(scheme, events, tuple(exports), (OCTOBER,), Registry(), options)
    reader.prepare()
    names = kept_columns(scheme, events)
    while True:
        gathered = Gathered(names)
        for file in exports:
            for block in reopened(file):
                gathered.take([kept(rows, names, events.key) for _, rows in reader.read(block)])
        if not reader.again():
            break
    reader.finish()
    hours = {name: opening_hours(calendar, scheme.timezone) for name, calendar in scheme.calendars.items()}
    made = made_of(scheme.sources[source], gathered.columns(), events.key, hours)
    plain = {name: values(column) for name, column in made.columns.items()}
    return [dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)]


def _export(number: int, text: str, source: str) -> ExportFile:
    header = tuple(text.splitlines()[0].split(","))
    return ExportFile(f"f{number}.csv", Path(f"f{number}.csv"), source, Dialect(",", "utf-8"), header)
