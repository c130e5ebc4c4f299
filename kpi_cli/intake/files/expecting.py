"""What a scheme says of the files of a source or of the roster, as far as opening them is concerned."""

from msgspec import Struct

from kpi_cli.problems import Span
from kpi_cli.scheme.compiled import Source, SourceColumn


class Expected(Struct, frozen=True):
    """What a scheme says of the files of a source; without columns the header is guessed.

    `hints` are columns that may be there: they tell the header's row, or a workbook's sheet, but none is needed.
    """

    source: str
    columns: tuple[SourceColumn, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    span: Span | None = None
    sheet: str | None = None
    hints: tuple[SourceColumn, ...] = ()


def expected_of(source: Source) -> Expected:
    """Return what the scheme says of a source's files."""
    columns = tuple(source.columns.values())
    return Expected(source.name, columns, source.encoding, source.delimiter, source.span, source.sheet, source.unasked)
