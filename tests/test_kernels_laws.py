"""What the kernels in C read is what Arrow reads and what the cells mean; what they refuse is left to Arrow."""

from itertools import product

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from made_cells import SPELLINGS
from made_kernels import (
    DELIMITERS,
    PAIRS,
    Block,
    kernels,
    large_block,
    parsed,
    plain_blocks,
    rough_blocks,
    written,
)

from kpi_cli.intake.cells.compiled import Kernels
from kpi_cli.intake.cells.fast import read_records
from kpi_cli.intake.cells.routes import Records, Route
from kpi_cli.intake.cells.totals import TOTAL_WORDS, TotalWords
from kpi_cli.intake.files import cutting
from kpi_cli.intake.files.cutting import cut

TWO = {0: Route.TEXT, 1: Route.CODED}


def as_arrow(block: Block) -> Records | None:
    """Read a block by the kernels, and hold them to what Arrow reads."""
    kernels()
    found = block.by_kernels()
    try:
        wanted = read_records(block.data, block.plan, block.routes)
    except pa.ArrowInvalid:
        assert found is None
        return None
    if found is None:
        return None
    assert (found.rows, found.refused, wanted.refused) == (wanted.rows, (), ())
    assert list(found.arrays) == list(block.routes)
    for place, array in found.arrays.items():
        array.validate(full=True)
        assert (array.type, array.null_count) == (wanted.arrays[place].type, wanted.arrays[place].null_count)
        assert array.equals(wanted.arrays[place]), place
    return found


@settings(max_examples=150, deadline=None)
@given(plain_blocks())
def test_plain_blocks_are_read_as_they_are_meant(made: tuple[Block, list[list[object]]]) -> None:
    block, meant = made
    found = as_arrow(block)
    assert found is not None
    assert [array.to_pylist() for array in found.arrays.values()] == meant


@settings(max_examples=250, deadline=None)
@given(rough_blocks())
def test_other_blocks_are_read_as_arrow_reads_them_or_left_to_it(block: Block) -> None:
    as_arrow(block)


@settings(max_examples=250, deadline=None)
@given(text=PAIRS, raw=st.booleans())
def test_quotes_and_line_ends_mean_what_they_mean_to_arrow(*, text: str, raw: bool) -> None:
    as_arrow(Block(text.encode(), 2, ",", TWO, raw))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1 << 32))
def test_thousands_of_words_over_several_stretches(seed: int) -> None:
    block = large_block(seed)
    found = as_arrow(block)
    assert found is not None
    columns = zip(*parsed(block.data, block.delimiter), strict=True)
    assert [[word or "" for word in array.to_pylist()] for array in found.arrays.values()] == list(map(list, columns))


TOTALS_WRITTEN = [
    "total",
    "TOTAL:",
    " 合计 ",
    "合计（共3项）",
    "合 计",
    "\u3000总计",
    "Ｔｏｔａｌ",
    "\u00a0Sum",
    "sum",
    "合计(\n)",
]
FOOTERS = ["Confidential Information - Do Not Distribute", "Copyright (c) 2026", "copyright © us", "报告周期 2026-10"]
NOTHING = ["", " ", "-", "--", "—", "?", "null", "NULL", "nUlL", "n/a", "N/A", "nully", "N/Available"]
WORDS = [
    "other",
    "Other",
    "OTHER ",
    "x",
    "T",
    "to",
    "Tea",
    "Sam",
    "合同",
    "小计划",
    "一",
    "很满意",
    "客服小张" * 3,
    "Average Joe",
]
LETTERS = ['"', '"Total"', "a,b", "a\nb", "c1", "0", "!", "~", "é", "Éa", "ﬀ", "avg"]
MARKED = st.sampled_from([*TOTAL_WORDS, *TOTALS_WRITTEN, *FOOTERS, *NOTHING, *WORDS, *LETTERS])
NAMED = st.none() | st.lists(st.sampled_from(["Other", "Sum", "x", "T", "客服", "ﬀ", "é", "合同"]), max_size=3).map(
    tuple
)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(MARKED, MARKED), min_size=1, max_size=12),
    named=NAMED,
    raw=st.booleans(),
    copies=st.sampled_from([1, 1, 2, 5000]),
)
def test_total_words_and_blanks_are_found_through_the_sieve(
    *, rows: list[tuple[str, str]], named: tuple[str, ...] | None, raw: bool, copies: int
) -> None:
    """Columns looked at for such words alone keep them, and what means no data; the rest of their cells is lost."""
    kernels()
    words, routes = TotalWords(named), {0: Route.CODED, 1: Route.TEXT}
    block = Block(written(rows, ",", "\n") * copies, 2, ",", dict.fromkeys(routes, Route.TEXT), raw)
    found = Kernels(2, ",", raw, frozenset(routes), words.sieve()).read(block.data, routes)
    assert found is not None
    whole = read_records(block.data, block.plan, block.routes)
    for place, array in found.arrays.items():
        array.validate(full=True)
        cells = whole.arrays[place]
        assert words.marks(array) == words.marks(cells)
        assert array.null_count == cells.null_count
        assert [cell in SPELLINGS for cell in array.to_pylist()] == [cell in SPELLINGS for cell in cells.to_pylist()]


@settings(max_examples=250, deadline=None)
@given(PAIRS, st.sampled_from(DELIMITERS), st.integers(0, 2000))
def test_records_end_where_they_end_or_it_is_not_told(text: str, delimiter: str, size: int) -> None:
    data = text.replace(",", delimiter).encode()
    for piece in (data, data[:size]):
        found = kernels().last_end(piece, ord(delimiter))
        assert found in (-1, cutting.Records(piece, delimiter).last_end(0, len(piece)))


TEXTS = st.text(st.sampled_from("ab, ;|\t\"\n'小é😀"), max_size=9)
TABLES = st.lists(st.lists(TEXTS, min_size=2, max_size=4), min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(TABLES, st.sampled_from(DELIMITERS), st.sampled_from(["\n", "\r\n"]))
def test_it_is_always_told_where_well_formed_records_end(rows: list[list[str]], delimiter: str, end: str) -> None:
    data = written(rows, delimiter, end)
    assert kernels().last_end(data, ord(delimiter)) == len(data)


@settings(max_examples=150, deadline=None)
@given(
    rows=TABLES,
    delimiter=st.sampled_from(DELIMITERS),
    size=st.integers(1, 120),
    chunk=st.integers(1, 120),
    is_open=st.booleans(),
)
def test_pieces_are_of_whole_records(
    *, rows: list[list[str]], delimiter: str, size: int, chunk: int, is_open: bool
) -> None:
    data = written(rows, delimiter, "\n")
    data = data[:-1] if is_open else data
    found = list(cut((data[place : place + chunk] for place in range(0, len(data), chunk)), size, delimiter))
    assert b"".join(found) == data
    assert [row for piece in found for row in parsed(piece, delimiter)] == rows


def is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=6) | st.text(max_size=9).map(str.encode), max_size=6).map(b"".join))
def test_utf8_is_what_python_can_decode(data: bytes) -> None:
    assert kernels().is_utf8(data) is is_utf8(data)


LEADS = [0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFF]
SECONDS = [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xE0]
LATER = [b"", b"\x7f", b"\x80", b"\xbf", b"\xc0", b"\x80\x80", b"\xbf\xbf", b"\x80\x7f", b"\xbf\xc0"]


def test_utf8_wherever_a_sequence_stands() -> None:
    """All kinds of leading bytes with all kinds behind them, whole and cut short, among ASCII and Chinese."""
    check = kernels().is_utf8
    sequences = [bytes((lead,)) for lead in LEADS]
    sequences += [bytes(pair) + more for pair in product(LEADS, SECONDS) for more in LATER]
    verdicts = {sequence: is_utf8(sequence) for sequence in sequences}
    assert set(verdicts.values()) == {True, False}
    whole = "é小😀小é小".encode()
    for start, end in product(range(len(whole)), repeat=2):  # of more bytes, which are not looked at
        assert check(memoryview(whole)[start:end]) is is_utf8(whole[start:end])
    for offset, behind in product(range(17), (b"", b"a", b"a" * 9, "小".encode())):
        wrong = [each for each, verdict in verdicts.items() if check(b"x" * offset + each + behind) is not verdict]
        assert wrong == [], (offset, behind)
