"""A small export read whole, as text: its records, each with its line. For the roster, not for millions of rows."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from kpi_cli.intake.cells.layouts import Layout, lay_out
from kpi_cli.intake.cells.readings import Reading
from kpi_cli.intake.cells.texts import trimmed
from kpi_cli.intake.files.blocks import ExportFile, InputFile
from kpi_cli.intake.files.expecting import expected_of
from kpi_cli.intake.files.metering import Meter
from kpi_cli.intake.files.opening import blocks, open_exports
from kpi_cli.problems import Exit, KpiError, Problem, Span
from kpi_cli.rows import Input
from kpi_cli.scheme.compiled import Source


class Record(Struct, frozen=True):
    """Cells by our names for their columns, trimmed, and the line of the file they stand in."""

    cells: dict[str, str]
    file: str
    line: int

    @property
    def span(self) -> Span:
        """Where the record stands."""
        return Span(self.file, self.line, 1)


class Table(Struct, frozen=True):
    """The records of some files with the same columns, and how the cells of each column are read."""

    records: tuple[Record, ...]
    readings: Mapping[str, Reading]
    inputs: tuple[Input, ...]


def read_table(files: Sequence[InputFile], source: Source, clock: str) -> Table:
    """Read files whole; `clock` is the scheme's zone. Raises KpiError (DATA, FILES) with all that is wrong."""
    opened = open_exports(files, expected_of(source))
    layouts = [lay_out(source, file, clock) for file in opened]
    problems = [problem for layout in layouts if not isinstance(layout, Layout) for problem in layout]
    records: list[Record] = []
    inputs: list[Input] = []
    for file, layout in zip(opened, layouts, strict=True):
        meter = Meter(hashing=True)
        text = b"".join(block.data for block in blocks(file, meter=meter)).decode()
        places = layout.positions if isinstance(layout, Layout) else {}
        found = list(_records(file, text, places, problems))
        records.extend(found)
        inputs.append(Input(file.label, file.source, len(found), meter.sha256))
    if problems:
        raise KpiError(problems, Exit.DATA)
    return Table(tuple(records), layouts[0].readings if isinstance(layouts[0], Layout) else {}, tuple(inputs))


def _records(
    file: ExportFile, text: str, places: Mapping[str, tuple[int, ...]], problems: list[Problem]
) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=file.dialect.delimiter)
    line, width = file.first_line, len(file.header)
    for cells in _whole(file, reader, problems):
        begin, line = line, file.first_line + reader.line_num
        if not any(map(trimmed, cells)):
            continue
        if len(cells) < width or any(map(trimmed, cells[width:])):
            problems.append(_wrong_width(file, begin, len(cells)))
            continue
        named = {name: trimmed(" ".join(cells[place] for place in spots)) for name, spots in places.items()}
        yield Record(named, file.label, begin)


def _whole(file: ExportFile, reader: Iterable[list[str]], problems: list[Problem]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        help_text = "export it again, or save it anew from a spreadsheet"
        problems.append(Problem("unreadable-record", f"`{file.label}`: {error}", Span(file.label, 1, 1), help_text))


def _wrong_width(file: ExportFile, line: int, cells: int) -> Problem:
    message = f"`{file.label}` line {line} has {cells} cells, the header has {len(file.header)}"
    help_text = "quote cells that hold the delimiter, and give each line all its cells"
    return Problem("wrong-cells", message, Span(file.label, line, 1), help_text)
