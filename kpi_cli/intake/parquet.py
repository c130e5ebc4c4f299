"""Parquet files: their header, and their rows as blocks of CSV, a few thousand at a time."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from kpi_cli.intake import troubles, unpacking
from kpi_cli.intake.arrowtext import as_text, is_readable
from kpi_cli.intake.blocks import Block, ExportFile, Located
from kpi_cli.intake.expecting import Expected
from kpi_cli.intake.headers import find_column
from kpi_cli.intake.metering import Meter

_CELL = 16  # bytes of text that a cell comes to, about
_OPTIONS = pa_csv.WriteOptions(include_header=False)


def header_of(file: Located, expected: Expected) -> tuple[str, ...]:
    """Return the names of the columns; raise KpiError when none is wanted, or one that is holds no plain cells."""
    with opened(file) as table:
        schema = table.schema_arrow
    header = tuple(name.strip() for name in schema.names)
    wanted = {place for column in expected.columns for place in find_column(header, column)}
    if expected.columns and not wanted:
        raise troubles.no_names(file.label, expected, header)
    for place in sorted(wanted):
        if not is_readable(schema.types[place]):
            raise troubles.nested_column(file.label, header[place], str(schema.types[place]))
    return header


def blocks(file: ExportFile, size: int, meter: Meter | None = None) -> Iterator[Block]:
    """Yield the rows as blocks of CSV of about `size` bytes; raise KpiError (DATA, FILES) where reading fails."""
    rows = max(1, size // (_CELL * max(1, len(file.header))))
    with opened(file) as table:
        for index, batch in enumerate(table.iter_batches(batch_size=rows, use_threads=False)):
            yield Block(file, index, _csv(batch))
    if meter:
        unpacking.observe(file, meter)


@contextmanager
def opened(file: Located) -> Iterator[Any]:
    """Open a Parquet file, the packing around it taken off; errors of reading become problems."""
    try:
        with unpacking.content(file) as found:
            source = pa.BufferReader(found.stream.read()) if found.packed else None
        yield pq.ParquetFile(source or str(file.path), memory_map=source is None)
    except pa.ArrowException as error:
        raise unpacking.damaged(file.label, error) from error
    except OSError as error:
        raise unpacking.damaged(file.label, error) from error


def _csv(batch: pa.RecordBatch) -> bytes:
    names = [str(place) for place in range(batch.num_columns)]
    texts = [_text(column) for column in batch.columns]
    written = io.BytesIO()
    pa_csv.write_csv(pa.RecordBatch.from_arrays(texts, names), written, _OPTIONS)
    return written.getvalue()


def _text(column: pa.Array) -> pa.Array:
    return as_text(column) if is_readable(column.type) else pa.nulls(len(column), pa.string())
