"""Rows that say neither who nor when: of nothing but delimiters (`,,,`), or totals named in a column nobody reads.

Spreadsheets write the first kind below their last row; the second begins with empty cells: `,,合计,42`.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kpi_cli import arrow
from kpi_cli.exact import Mask
from kpi_cli.intake.cells.fast import Plan
from kpi_cli.intake.cells.layouts import Layout
from kpi_cli.intake.cells.missing import are_missing, without_space
from kpi_cli.intake.cells.routes import Records
from kpi_cli.intake.cells.totals import BLANK, TotalWords
from kpi_cli.intake.files.blocks import Block


def empty_rows(block: Block, layout: Layout, records: Records, words: TotalWords) -> dict[int, str]:
    """Return the rows that are no data by their first cell that says anything, with its word; BLANK without a cell.

    Only rows without agent, key and time are looked at, and without anything in the first column.
    """
    if not records.rows:
        return {}
    rows = np.flatnonzero(_all_missing(records.arrays[place] for place in layout.marked))
    return dict(_judged(rows, block, layout, words)) if len(rows) else {}


def _judged(rows: NDArray[np.int64], block: Block, layout: Layout, words: TotalWords) -> Iterator[tuple[int, str]]:
    silent, blank = np.ones(len(rows), dtype=bool), np.ones(len(rows), dtype=bool)
    for column in _cells(arrow.integer_array(rows), block, layout):
        texts = without_space(column)
        spoken = silent & ~are_missing(texts)
        yield from ((int(rows[row]), word) for row, word in words.marks(texts).items() if spoken[row])
        silent &= ~spoken
        blank &= arrow.validity(texts) & (arrow.text_lengths(texts) == 0)
        if not silent.any():
            break
    yield from ((row, BLANK) for row in rows[blank].tolist())


def _cells(rows: pa.Array, block: Block, layout: Layout) -> Iterable[pa.Array]:
    # the words for no data count as missing here, and most columns have not been read: let the file itself tell
    if block.columns is not None:
        return block.columns.cells(rows)
    whole = Plan.of_text(layout.width, layout.delimiter).read(block.data)
    return [column.take(rows) for column in whole.arrays.values()]


def _all_missing(arrays: Iterable[pa.Array]) -> Mask:
    """Return the rows that hold nothing, or a word for no data, in all of these columns."""
    found: Mask | None = None
    for array in arrays:
        missing = _missing(array)
        found = missing if found is None else found & missing
        if not found.any():
            break
    return np.zeros(0, dtype=bool) if found is None else found


def _missing(array: pa.Array) -> Mask:
    missing: Mask = ~arrow.validity(array) if array.null_count else np.zeros(len(array), dtype=bool)
    if pa.types.is_dictionary(array.type):
        words = np.flatnonzero(are_missing(array.dictionary))
        return missing | np.isin(arrow.codes_of(array), words) if len(words) else missing
    return missing | are_missing(array) if pa.types.is_string(array.type) else missing
