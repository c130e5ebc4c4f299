"""Texts taken, encoded and cleaned: the same by numpy as by Arrow, which does it where there are many."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_cli.intake.cells.missing import are_missing, without_missing, without_space
from kpi_cli.intake.cells.texts import is_missing, trimmed
from kpi_cli.taking import coded, compact_array, texts_at, uncoded

CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["", "-", "--", "—", "?", "null", "NULL", "nUlL", "N/A", "n/a ", "北京", " x ", "\u3000y\ufeff", "no"]
    ),
    st.text(max_size=6),
)
COLUMNS = st.lists(CELLS, max_size=30)
MANY = 21_000  # rows are left to Arrow


def arrays(cells: list[str | None], begin: int = 0) -> list[pa.Array]:
    """Return the cells from `begin` on, plain and as codes and words; what lies before makes it a slice."""
    whole = pa.array(cells, pa.string())
    return [whole[begin:], whole.dictionary_encode()[begin:]]


@settings(deadline=None)  # Arrow's functions may be imported
@given(COLUMNS, st.integers(0, 30), st.data())
def test_texts_at_some_rows(cells: list[str | None], begin: int, data: st.DataObject) -> None:
    kept = cells[begin:]
    places = data.draw(st.lists(st.integers(-1, len(kept) - 1), max_size=10))
    mask = data.draw(st.lists(st.booleans(), min_size=len(kept), max_size=len(kept)))
    for array in arrays(cells, begin):
        found = texts_at(array, np.array(places, dtype=np.int64))
        found.validate(full=True)
        assert found.type == array.type
        assert found.to_pylist() == [None if place < 0 else kept[place] for place in places]
        chosen = texts_at(array, np.array(mask, dtype=bool))
        assert chosen.to_pylist() == [cell for cell, keep in zip(kept, mask, strict=True) if keep]


@given(COLUMNS, st.integers(0, 30))
def test_codes_and_words(cells: list[str | None], begin: int) -> None:
    kept = cells[begin:]
    for array in arrays(cells, begin):
        found = coded(array)
        assert found.to_pylist() == uncoded(found).to_pylist() == uncoded(array).to_pylist() == kept
    assert coded(arrays(cells, begin)[0]).dictionary.to_pylist() == list(
        dict.fromkeys(filter(lambda cell: cell is not None, kept))
    )


@given(st.lists(st.integers(-1, 4), max_size=10))
def test_words_that_no_code_names_are_left_out(codes: list[int]) -> None:
    words = ["a", "b", "c", "d", "e"]
    found = compact_array(np.array(codes, dtype=np.int32), pa.array(words))
    assert found.to_pylist() == [None if code < 0 else words[code] for code in codes]
    assert found.dictionary.to_pylist() == [word for code, word in enumerate(words) if code in codes]


@given(COLUMNS, st.integers(0, 30))
def test_words_for_no_data_and_white_space(cells: list[str | None], begin: int) -> None:
    kept, array = cells[begin:], arrays(cells, begin)[0]
    missing = [cell is not None and is_missing(cell) for cell in kept]
    assert are_missing(array).tolist() == missing
    assert without_missing(array).to_pylist() == [
        None if gone else cell for cell, gone in zip(kept, missing, strict=True)
    ]
    assert without_space(array).to_pylist() == [None if cell is None else trimmed(cell) for cell in kept]


@pytest.mark.parametrize("cell", ["", " -", "北京", "x" * 100])
def test_many_are_as_few(cell: str) -> None:
    cells = [cell, None, "-", "b", cell] * (MANY // 5)
    rows = np.arange(MANY)[::-1] - 1
    for array in arrays(cells):
        assert texts_at(array, rows).to_pylist() == [*cells[-2::-1], None]
        assert coded(array).to_pylist() == uncoded(array).to_pylist() == cells
    plain, few = pa.array(cells, pa.string()), pa.array(cells[:5], pa.string())
    for of in (without_missing, without_space):
        assert of(plain).to_pylist() == of(few).to_pylist() * (MANY // 5)


def test_bytes_that_are_no_text_stay_as_they_are() -> None:
    array = pa.array([b"\xff", b"a", b"\xff"], pa.binary()).view(pa.string())
    assert coded(texts_at(array, np.array([2, 1, 0]))).dictionary.view(pa.binary()).to_pylist() == [b"\xff", b"a"]
    assert are_missing(array).tolist() == [False, False, False]
