"""Parquet files: their header, and their rows as blocks, of which only the columns needed are ever read."""

from collections.abc import Iterator

from kpi_cli.intake.files import troubles, unpacking
from kpi_cli.intake.files.arrowtext import is_readable
from kpi_cli.intake.files.blocks import Block, ExportFile, Located
from kpi_cli.intake.files.expecting import Expected
from kpi_cli.intake.files.footers import content_of, look, rows_of, table_of
from kpi_cli.intake.files.headers import find_column
from kpi_cli.intake.files.metering import Meter
from kpi_cli.intake.files.rowgroups import pieces_of


def header_of(file: Located, expected: Expected) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the names of the columns and the positions of those needed.

    Raises KpiError when none is wanted, when one that is holds no plain cells, or when the file contradicts itself.
    """
    metadata, schema = look(file, content_of(file))
    rows_of(file, metadata)
    header = tuple(name.strip() for name in schema.names)
    wanted = {place for column in expected.columns for place in find_column(header, column)}
    if expected.columns and not wanted:
        raise troubles.no_names(file.label, expected, header)
    for place in sorted(wanted):
        if not is_readable(schema.types[place]):
            raise troubles.nested_column(file.label, header[place], str(schema.types[place]))
    return header, tuple(sorted({0, *wanted})) if wanted else tuple(range(len(header)))


def row_groups(file: Located) -> tuple[int, ...]:
    """Return the rows of each row group."""
    metadata, _ = look(file, content_of(file))
    return rows_of(file, metadata)


def blocks(file: ExportFile, meter: Meter | None = None) -> Iterator[Block]:
    """Yield the rows in pieces, decoded only when asked for; raise KpiError (DATA, FILES) where reading fails."""
    table = table_of(file)
    size, rows = file.size, max(1, table.metadata.num_rows)
    for index, piece in enumerate(pieces_of(table)):
        yield Block(file, index, None, piece)
        if meter and not meter.hashing:
            meter.advance(size * piece.rows // rows)
    if meter and meter.hashing:
        unpacking.observe(file, meter)
