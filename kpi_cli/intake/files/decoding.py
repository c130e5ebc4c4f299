"""Row groups of a Parquet file -> Arrow arrays: by kernels in C what these can read, by Arrow the rest."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, repeat
from typing import TypeAlias

import pyarrow as pa

from kpi_cli import arrow
from kpi_cli.intake.files.columnchunks import Kind, Refused, batches, kinds_of
from kpi_cli.intake.files.footers import Table, opened

Arrays: TypeAlias = Mapping[int, pa.Array]


def decoded(table: Table, groups: Sequence[int], places: Sequence[int], size: int) -> Iterator[Arrays]:
    """Yield columns, by their positions in the header, `size` rows at a time, fewer at the end.

    Raises KpiError (DATA) where they cannot be read, in Arrow's words.
    """
    kinds, done = kinds_of(table, groups, places), 0
    if kinds:
        try:
            for arrays in _by_both(table, groups, places, kinds, size):
                yield arrays
                done += 1
        except Refused:
            pass
        else:
            return
    yield from islice(_by_arrow(table, groups, places, size), done, None)


def _by_both(
    table: Table, groups: Sequence[int], places: Sequence[int], kinds: Mapping[int, Kind], size: int
) -> Iterator[Arrays]:
    """Read by kernels, and by Arrow the columns that have no kind. Raises Refused where Arrow is to read them all."""
    rest = [place for place in places if place not in kinds]
    others = _by_arrow(table, groups, rest, size) if rest else repeat({})
    for part in _sized(batches(table, groups, kinds, size), size):
        arrays = {**dict(zip(kinds, map(_whole, part.columns), strict=True)), **next(others, {})}
        if any(len(arrays.get(place, ())) != len(part) for place in places):
            raise Refused
        yield {place: arrays[place] for place in places}


def _by_arrow(table: Table, groups: Sequence[int], places: Sequence[int], size: int) -> Iterator[Arrays]:
    header = table.schema.names
    names = list(dict.fromkeys(header[place] for place in places))
    with opened(table.file, table.content, metadata=table.metadata, read_dictionary=list(table.coded)) as file:
        for part in _sized(file.iter_batches(size, list(groups), names, use_threads=False), size):
            standing = _standing(part.column_names, header, places)
            yield {place: _sound(part.column(standing[place])) for place in places}


def _sized(batches: Iterator[pa.RecordBatch], size: int) -> Iterator[pa.Table]:
    """Yield tables of `size` rows, fewer at the end: batches may come in less where words run out."""
    held, rows = list[pa.RecordBatch](), 0
    for batch in batches:
        held.append(batch)
        rows += len(batch)
        while rows >= size:
            whole = pa.Table.from_batches(held)
            yield whole.slice(0, size)
            held, rows = whole.slice(size).to_batches(), rows - size
    if held:
        yield pa.Table.from_batches(held)


def _standing(names: Sequence[str], header: Sequence[str], places: Sequence[int]) -> dict[int, int]:
    """Return where columns of the file, which have `names` in its header, stand among those that have been read.

    To ask for `a.x` brings the field `x` of a struct `a` too, and every column of that name.
    """
    return {
        place: [at for at, name in enumerate(names) if name == header[place]][header[:place].count(header[place])]
        for place in places
    }


def _sound(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array; raise ArrowInvalid where a code stands for no word, which Arrow does not say."""
    for chunk in column.chunks if pa.types.is_dictionary(column.type) else ():
        codes = arrow.codes_of(chunk)
        if len(codes) and not -1 <= codes.min() <= codes.max() < len(chunk.dictionary):
            message = "a code stands for no word of its dictionary"
            raise pa.ArrowInvalid(message)
    return _whole(column)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
