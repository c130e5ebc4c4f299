"""Where the columns of a source stand in one file, and how each is read there: what a header row comes to."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from kpi_cli.intake.cells.durations import duration_unit, short_format
from kpi_cli.intake.cells.percents import percent_unit
from kpi_cli.intake.cells.readings import Reading
from kpi_cli.intake.cells.texts import Sign
from kpi_cli.intake.files.blocks import ExportFile
from kpi_cli.intake.files.headers import find_header, header_zone
from kpi_cli.problems import Problem, did_you_mean
from kpi_cli.scheme.compiled import ColumnType, Source, SourceColumn

DECIMAL_FORMATS = {"0,0": Sign.COMMA, "0.0": Sign.POINT}


class Layout(Struct, frozen=True, eq=False):
    """The columns of a source in one file: the positions of each one's cells, and their reading.

    `marked` are the positions in which the word of a total row may stand.
    """

    width: int
    delimiter: str
    positions: Mapping[str, tuple[int, ...]]
    readings: Mapping[str, Reading]
    marked: tuple[int, ...]


def lay_out(source: Source, file: ExportFile, clock: str) -> Layout | tuple[Problem, ...]:
    """Return the layout of a file, or a problem for each column of the source that it does not hold.

    `clock` is the scheme's zone. Headers match as written, else by NFKC without white space and case.
    """
    found: dict[str, tuple[int, ...]] = {}
    problems = []
    for column in source.columns.values():
        places = _places(column, file)
        if isinstance(places, Problem):
            problems.append(places)
        else:
            found[column.name] = places
    if problems:
        return tuple(problems)
    readings = {name: _reading(source, source.columns[name], file, clock, places) for name, places in found.items()}
    names = [name for name in (*source.agent, source.team, source.key, source.time) if name in found]
    marked = dict.fromkeys([*(place for name in names for place in found[name]), 0])
    return Layout(len(file.header), file.dialect.delimiter, found, readings, tuple(marked))


def _reading(source: Source, column: SourceColumn, file: ExportFile, clock: str, places: tuple[int, ...]) -> Reading:
    header = " + ".join(file.header[place] for place in places)
    unit = None
    if column.type is ColumnType.PERCENT:
        unit = percent_unit(column.unit, header)
    elif column.type is ColumnType.DURATION:
        unit = duration_unit(column.unit, header)
    semicolon = file.dialect.delimiter == ";" or DECIMAL_FORMATS.get(column.format or "") is Sign.COMMA
    short = short_format(column.format, header)
    return Reading(column, header, unit, short, header_zone(header) or source.timezone or clock, clock, semicolon)


def _places(column: SourceColumn, file: ExportFile) -> tuple[int, ...] | Problem:
    if column.joined:
        places = [_place(header, file.header) for header in column.headers]
        absent = [header for header, place in zip(column.headers, places, strict=True) if not place]
        if absent:
            return _missing(column, file, absent)
        return _single(column, file, [place for place in places if place])
    for header in column.headers:
        if place := _place(header, file.header):
            return _single(column, file, [place])
    return _missing(column, file, column.headers)


def _single(column: SourceColumn, file: ExportFile, found: list[list[int]]) -> tuple[int, ...] | Problem:
    for places in found:
        if len(places) > 1:
            header = file.header[places[0]]
            message = (
                f"{file.label}: `{header}` is the header of {len(places)} columns, column `{column.name}` needs one"
            )
            return Problem("duplicate-header", message, column.span, "rename all but one of them in the export")
    return tuple(places[0] for places in found)


def _place(header: str, headers: Sequence[str]) -> list[int]:
    return find_header(header, headers)


def _missing(column: SourceColumn, file: ExportFile, headers: Sequence[str]) -> Problem:
    wanted = " or ".join(f"`{header}`" for header in headers)
    guesses = [guess for header in headers if (guess := did_you_mean(header, filter(None, file.header)))]
    there = ", ".join(header for header in file.header if header)
    help_text = guesses[0] if guesses else f"the file has: {there}"
    message = f"{file.label}: no column {wanted}, which is column `{column.name}` of source `{file.source}`"
    return Problem("missing-column", message, column.span, help_text)
