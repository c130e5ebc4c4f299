"""Parquet files whose bytes are not what they say: no text where text should be, and footers that miscount."""

import io
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_intake import opened, written
from test_parquet_like_csv import PLAIN, USUAL, read, stored
from test_parquet_rejects import READ

from kpi_cli.intake.files.opening import blocks
from kpi_cli.intake.inspecting.sampling import sampled
from kpi_cli.problems import Exit, KpiError, Problem

CELLS = [b"ann", b"b\xffb", b"ann", b"\xe5\xb0\x8f"]  # one of them is not UTF-8


def of_bytes(kind: Any, cells: list[bytes]) -> pa.Array:  # noqa: ANN401 - an Arrow type
    """Strings as they come out of files, where nobody has looked at their bytes."""
    ends = pa.array([0, *accumulate(map(len, cells))], pa.int64() if kind == pa.large_string() else pa.int32())
    return pa.Array.from_buffers(kind, len(cells), [None, ends.buffers()[1], pa.py_buffer(b"".join(cells))])


def in_lists(cells: pa.Array) -> pa.Array:
    return pa.ListArray.from_arrays(list(range(len(cells) + 1)), cells)


NO_TEXT = {
    "binary": pa.array(CELLS),
    "large binary": pa.array(CELLS, pa.large_binary()),
    "dictionary": pa.array(CELLS).dictionary_encode(),
    "list": in_lists(pa.array(CELLS)),
    "string": of_bytes(pa.string(), CELLS),
    "large string": of_bytes(pa.large_string(), CELLS),
    "dictionary of strings": of_bytes(pa.string(), CELLS).dictionary_encode(),
    "list of strings": in_lists(of_bytes(pa.string(), CELLS)),
    "cut within a character": of_bytes(pa.string(), [b"ann", b"\xe5\xb0", b"\x8f", b"bob"]),
    "of one length": pa.array([b"\xff\xd8" * 8] * 4, pa.binary(16)),
}


def refused(path: Path, source: str = PLAIN) -> Iterator[Problem]:
    """What either way of reading a file says of it."""
    for options in READ:
        with pytest.raises(KpiError) as caught:
            read(path, source, options)
        assert caught.value.exit_code is Exit.DATA
        (problem,) = caught.value.problems
        assert problem.code == "damaged-file"
        yield problem


@pytest.mark.parametrize("name", ["id", "agent", "x"])
@pytest.mark.parametrize("kind", NO_TEXT)
def test_a_column_that_is_asked_for_holds_text(tmp_path: Path, kind: str, name: str) -> None:
    for options in ({}, {"use_dictionary": False}, {"store_schema": False}):
        for problem in refused(stored(tmp_path, {**USUAL, name: NO_TEXT[kind]}, **options)):
            assert problem.message == f"`s.parquet` is damaged: `{name}` holds cells that are not UTF-8"


@pytest.mark.parametrize("kind", NO_TEXT)
def test_a_column_that_nobody_asks_for_may_hold_anything(tmp_path: Path, kind: str) -> None:
    expected = [("ann", 1), ("bob", 2), ("ann", 3), ("小王", 4.5)]
    for cells in ({"photo": NO_TEXT[kind], **USUAL}, {**USUAL, "photo": NO_TEXT[kind]}):
        for options in READ:
            assert read(stored(tmp_path, cells), PLAIN, options)[0] == expected
    file = opened(stored(tmp_path, {"photo": NO_TEXT[kind], **USUAL}), "id")
    assert [bytes(block.data).decode().count("\n") for block in blocks(file)] == [4]


@pytest.mark.parametrize("options", READ, ids=["fast", "exact"])
def test_such_a_column_still_marks_total_rows(tmp_path: Path, options: Any) -> None:  # noqa: ANN401 - a parameter
    for cells in (
        pa.array([b"\xff\xd8", "合计".encode(), b"\xff", None]),
        of_bytes(pa.string(), ["合计".encode(), *CELLS[1:]]),
    ):
        _, account = read(stored(tmp_path, {"photo": cells, **USUAL}), PLAIN, options)
        assert (account.read, account.skipped) == (3, {"合计": 1})


@pytest.mark.parametrize("kind", NO_TEXT)
def test_what_is_no_text_is_passed_over_by_who_only_looks(tmp_path: Path, kind: str) -> None:
    sample = sampled([opened(stored(tmp_path, {**USUAL, "photo": NO_TEXT[kind]}))])
    assert [column.header for column in sample.columns] == [*USUAL, "photo"]
    assert sample.rows == 4
    shown = set(sample.columns[-1].words or ())
    assert not any("\ufffd" in word for word in shown)
    assert shown <= {"ann", "小", "bob"}


def flipped(content: bytes, wanted: tuple[int, int]) -> bytes:
    """A file with bits of its footer turned until it says so many rows of itself and of its first row group."""
    begin = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    said = [4, 4]
    for which, rows in enumerate(wanted):
        for place in range(begin, len(content) - 8):
            for bits in (4, 8, 12):
                raw = bytearray(content)
                raw[place] ^= bits
                now = says(bytes(raw))
                if said[which] != rows and now == (*said[:which], rows, *said[which + 1 :]):
                    content, said[which] = bytes(raw), rows
    assert tuple(said) == wanted
    return content


def says(content: bytes) -> tuple[int, int] | None:
    try:
        metadata = pq.ParquetFile(io.BytesIO(content)).metadata
        return metadata.num_rows, metadata.row_group(0).num_rows
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        return None


@pytest.mark.parametrize("wanted", [(4, 2), (4, 6), (6, 4), (2, 4), (6, 6)])
def test_footers_that_miscount(tmp_path: Path, wanted: tuple[int, int]) -> None:
    content = flipped(stored(tmp_path, USUAL).read_bytes(), wanted)
    for problem in refused(written(tmp_path, "s.parquet", content)):
        assert problem.message == "`s.parquet` is damaged: it holds another number of rows than it says"


@pytest.mark.parametrize("codes", [pa.int8(), pa.uint8(), pa.int32(), pa.int64(), None], ids=str)
def test_every_code_stands_for_a_word(tmp_path: Path, codes: Any) -> None:  # noqa: ANN401 - an Arrow type
    kind, said = (
        pa.dictionary(codes, pa.string()) if codes else pa.string(),
        "a code stands for no word of its dictionary",
    )
    agents = pa.array(["ann", "bob", None, "小王"]).cast(kind)
    path = stored(tmp_path, {**USUAL, "agent": agents}, compression="none")
    raw = path.read_bytes()
    words = raw.index(b"\3\0\0\0ann\3\0\0\0bob")
    told = raw.rindex(b"\x15\x06\x15", 0, words)  # that there are three of them
    path.write_bytes(raw[:told] + b"\x15\x04\x15" + raw[told + 3 :])
    for problem in refused(path):
        assert problem.message == f"`s.parquet` is damaged: {said if codes else 'Index not in dictionary bounds'}"
