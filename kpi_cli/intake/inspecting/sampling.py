"""Files with one header -> what every column shows, read block by block, up to so many rows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import numpy as np
import pyarrow as pa
from msgspec import Struct, field

from kpi_cli import arrow
from kpi_cli.exact import Mask
from kpi_cli.hashing import Hashes, hash_texts, mixed
from kpi_cli.intake.cells.fast import Plan
from kpi_cli.intake.cells.routes import Records, Route
from kpi_cli.intake.cells.totals import TotalWords
from kpi_cli.intake.files.arrowtext import as_text, is_readable
from kpi_cli.intake.files.blocks import Block, Columns, ExportFile
from kpi_cli.intake.files.opening import blocks
from kpi_cli.intake.inspecting.evidence import Evidence
from kpi_cli.intake.inspecting.headerwords import AgentRank, agent_rank, is_date, is_key, of_team

MOST_ROWS = 100_000


class Sample(Struct):
    """What the rows of some files show. `whole` says that all of them were read."""

    columns: tuple[Evidence, ...]
    rows: int = 0
    whole: bool = True
    ragged: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    contents: list[Hashes] = field(default_factory=list)

    def hashes(self, places: Sequence[int]) -> Hashes:
        """Return a hash of some cells of each row together."""
        found = np.zeros(self.rows, dtype=np.uint64)
        for place in places:
            found = mixed(found, _joined(self.columns[place].hashes))
        return found

    def distinct(self, places: Sequence[int]) -> int:
        """Return how many different rows there are in some columns."""
        return len(np.unique(self.hashes(places)))

    def conflicts(self, places: Sequence[int]) -> int:
        """Return how many rows differ from another one with the same cells in some columns."""
        keys = self.hashes(places)
        return len(np.unique(mixed(keys, _joined(self.contents)))) - len(np.unique(keys))


def sampled(files: Sequence[ExportFile], most: int = MOST_ROWS) -> Sample:
    """Read the files; raise KpiError (DATA, FILES) where one cannot be read."""
    header = files[0].header
    sample = Sample(tuple(Evidence(place, cell) for place, cell in enumerate(header)))
    marked = tuple(place for place, cell in enumerate(header) if place == 0 or _may_be_marked(cell))
    words = TotalWords(None)
    for block in _blocks(files):
        if sample.rows >= most:
            sample.whole = False
            break
        left = most - sample.rows
        sample.whole = block.columns is None or block.columns.rows <= left
        _take(sample, _records(block, left), marked, words)
    return sample


def _may_be_marked(header: str) -> bool:
    return agent_rank(header) is not AgentRank.NONE or of_team(header) or is_key(header) or is_date(header)


def _blocks(files: Iterable[ExportFile]) -> Iterable[Block]:
    for file in files:
        yield from blocks(file)


def _records(block: Block, most: int) -> tuple[Records, str]:
    """Return the records of a block as text, and what parts their cells; of typed columns `most` at the utmost."""
    delimiter, width = block.file.dialect.delimiter, len(block.file.header)
    if block.columns is not None:
        return _of_columns(block.columns, width, most), delimiter
    plan = Plan(width, delimiter, dict.fromkeys(range(width), Route.CODED), raw=True)
    return plan.read(block.data), delimiter


def _of_columns(columns: Columns, width: int, most: int) -> Records:
    rows = min(columns.rows, most)
    arrays = {}
    for place in range(width):
        array = columns.arrays((place,))[place].slice(0, rows)
        texts = as_text(array) if is_readable(array.type) else pa.nulls(rows, pa.string())
        plain = texts.cast(pa.string()).fill_null("")
        arrays[place] = plain.dictionary_encode()
    return Records(arrays, rows, ())


def _take(sample: Sample, read: tuple[Records, str], marked: Sequence[int], words: TotalWords) -> None:
    records, delimiter = read
    kept = _kept(records.arrays, marked, words, sample.skipped)
    for record in records.refused:
        word = words.of_record(record.text, delimiter)
        sample.ragged += word is None
        sample.skipped.update([word] if word else ())
    rows = records.rows if kept is None else int(kept.sum())
    contents = np.zeros(rows, dtype=np.uint64)
    for evidence in sample.columns:
        hashes = _add(evidence, records.arrays[evidence.place], kept)
        contents = mixed(contents, hashes)
    sample.contents.append(contents)
    sample.rows += rows


def _kept(
    arrays: Mapping[int, pa.Array], marked: Sequence[int], words: TotalWords, skipped: Counter[str]
) -> Mask | None:
    """Return the rows that are no totals, averages or footers; None: all are."""
    found: dict[int, str] = {}
    for place in marked:
        for row, word in words.marks(arrays[place]).items():
            found.setdefault(row, word)
    if not found:
        return None
    skipped.update(found.values())
    kept = np.ones(len(arrays[0]), dtype=bool)
    kept[list(found)] = False
    return kept


def _add(evidence: Evidence, array: pa.Array, kept: Mask | None) -> Hashes:
    """Show a column's cells to its evidence; return the hash of each row's."""
    codes, distinct = arrow.codes_of(array), array.dictionary.to_pylist()
    hashes = hash_texts(array)
    if kept is not None:
        codes, hashes = codes[kept], hashes[kept]
    counts = np.bincount(codes, minlength=len(distinct))
    present = np.flatnonzero(counts)
    evidence.add([distinct[code] for code in present], counts[present].tolist(), hashes)
    return hashes


def _joined(hashes: Sequence[Hashes]) -> Hashes:
    return np.concatenate(hashes) if hashes else np.zeros(0, dtype=np.uint64)


def agents_of(evidence: Evidence, most: int) -> list[str]:
    """Return the cells that stand most often in a column of few different ones."""
    return [] if evidence.words is None else [word for word, _ in islice(evidence.words.most_common(), most)]
