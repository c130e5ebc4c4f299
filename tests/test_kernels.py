"""The kernels in C by example: what they read, and what they leave to Arrow. Values are written by hand."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from made_cells import SPELLINGS
from made_kernels import Block, kernels

from kpi_cli.intake.cells.routes import Route

# Times without a zone are what the cells say.
# ruff: noqa: DTZ001

SAME = ["ann", "小张", " bob ", "nul", "N/A 5", "x" * 8, "x" * 9, "x" * 16, "客服小张" * 6, "'", "é", "\u3000"]
TEXTS: Mapping[str, str | None] = {word: word for word in SAME} | {
    '"a,b"': "a,b",
    '"a\nb"': "a\nb",
    '"a\r\nb\r"': "a\r\nb\r",
    '"say ""hi"""': 'say "hi"',
    '""""': '"',
    '"小,张"': "小,张",
    **dict.fromkeys(["", '""', "-", '"-"', "—", "nUlL", "n/A"]),
}
NUMBERS = ["7", "1.25", "-1.25", "0.5", "-0.07", "12345.67", "123456.78", "1.2", "99.9", "12345678", "0.00"]
READ: Mapping[Route, Mapping[str, object]] = {
    Route.WHOLE: {
        "7": 7,
        "-12": -12,
        "007": 7,
        "-0": 0,
        '"5"': 5,
        "12345678": 12_345_678,
        "123456789": 123_456_789,
        "9" * 18: 999_999_999_999_999_999,
        "-" + "9" * 18: -999_999_999_999_999_999,
        "": None,
        '"?"': None,
    },
    Route.CENTS: {text: Decimal(text) for text in NUMBERS}
    | {"007.10": Decimal("7.1"), "9" * 16 + ".99": Decimal("9999999999999999.99"), "--": None, "NULL": None},
    Route.MICROS: {text: Decimal(text) for text in [*NUMBERS, "-0.000001", "0.123456", "999999999999.999999"]}
    | {"": None, "?": None},
    Route.NAIVE: {
        "2026-10-05": datetime(2026, 10, 5),
        "2024-02-29T23:59": datetime(2024, 2, 29, 23, 59),
        "1969-12-31 23:59:59": datetime(1969, 12, 31, 23, 59, 59),
        "0001-01-01 00:00:00": datetime(1, 1, 1),
        "2026-10-05T09:03:07.25": datetime(2026, 10, 5, 9, 3, 7, 250_000),
        "9999-12-31 23:59:59.999999": datetime(9999, 12, 31, 23, 59, 59, 999_999),
        "null": None,
    },
    Route.ZONED: {
        "2026-10-05T09:03Z": datetime(2026, 10, 5, 9, 3, tzinfo=UTC),
        "2026-10-05 09:03:07+08": datetime(2026, 10, 5, 1, 3, 7, tzinfo=UTC),
        "2026-10-05T09:03:07.5-0330": datetime(2026, 10, 5, 12, 33, 7, 500_000, tzinfo=UTC),
        "2026-10-01 00:00+05:45": datetime(2026, 9, 30, 18, 15, tzinfo=UTC),
        "N/A": None,
    },
    Route.DAY: {
        "1970-01-01": date(1970, 1, 1),
        "2000-02-29": date(2000, 2, 29),
        "0001-12-31": date(1, 12, 31),
        '"2026-10-05"': date(2026, 10, 5),
        "-": None,
    },
    Route.TEXT: TEXTS,
    Route.CODED: TEXTS,
}


def cells(route: Route, *written: str, end: str = "\n", last: bool = False, raw: bool = False) -> list[object] | None:
    """Read a column of such cells, the first or the last of two."""
    data = "".join(f"x,{cell}{end}" if last else f"{cell},x{end}" for cell in written).encode()
    found = Block(data, 2, ",", {int(last): route}, raw).by_kernels()
    return None if found is None else list(found.arrays[int(last)].to_pylist())


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("route", READ)
def test_what_is_plainly_written_is_read(route: Route, end: str, *, last: bool) -> None:
    kernels()
    wanted = READ[route]
    first = next(iter(wanted))
    assert cells(route, *wanted, end=end, last=last) == list(wanted.values())
    for written, value in wanted.items():
        assert cells(route, written, end=end, last=last) == [value]
        assert cells(route, written, first, end=end, last=last) == [value, wanted[first]]


@pytest.mark.parametrize("route", Route)
def test_every_word_for_no_data_is_known(route: Route) -> None:
    kernels()
    assert cells(route, *SPELLINGS) == [None] * len(SPELLINGS)


def test_words_for_no_data_may_be_text() -> None:
    kernels()
    assert cells(Route.TEXT, "-", "", "null", raw=True) == ["-", "", "null"]
    assert cells(Route.CODED, "-", "", '""', "null", raw=True) == ["-", "", "", "null"]
    for route in set(Route) - {Route.TEXT, Route.CODED}:
        assert [cells(route, word, raw=True) for word in ("-", "", "null")] == [None] * 3


def test_the_last_line_feed_may_be_missing() -> None:
    kernels()
    found = Block("a;1\r\n小张;20".encode(), 2, ";", {0: Route.TEXT, 1: Route.WHOLE}).by_kernels()
    assert found is not None
    assert [array.to_pylist() for array in found.arrays.values()] == [["a", "小张"], [1, 20]]


LEFT: Mapping[Route, list[str]] = {
    Route.WHOLE: ["1" * 19, " 5", "5 ", "+5", "1e3", "0x1F", "1.0", "５", "1:2", "1/2", "- 5", "x", '"1""2"', "1\t"],
    Route.CENTS: [".5", "5.", "1.234", "1" * 17, " 1.25", "+1.25", "1e3", "1.2.3", "1-2", '"1,25"', "-.25", "--1.25"],
    Route.MICROS: ["0.1234567", "1" * 13, ".5", "nan", "1.5 ", "0x1F.5"],
    Route.NAIVE: [
        *("2026-02-29", "1900-02-29", "2026-13-01", "2026-00-01", "2026-10-00", "2026-10-32", "2026/10/05", "26-10-05"),
        *("2026-10-05 24:00", "2026-10-05 09:60", "2026-10-05 09:03:60", "2026-10-05 9:03", "2026-10-05 09:03:07Z"),
        *("2026-10-05 09:03:07.", "2026-10-05 09:03:07.1234567", " 2026-10-05", "2026-10-05_09:03", "2026-10-05 09.03"),
        *(
            "soon",
            "2026-10-05 09:60:03",
            "202:-10-05",
            "2026-10-05 0::03:07",
            "2026-10-05 09:03:07.12345x",
            "2026-10-05 -9:03",
            "2026-1x-05",
            "２０２６-10-05",
        ),
    ],
    Route.ZONED: [
        *(
            "2026-10-05 09:03",
            "2026-10-05Z",
            "2026-10-05+08",
            "2026-10-05 09:03+8",
            "2026-10-05 09:03+24:00",
            "2026-10-05",
        ),
        *("2026-10-05 09:03+08:60", "2026-10-05 09:03z", "2026-10-05 09:03 Z", "2026-10-05 09:03+08.00"),
        *("2026-10-05 25:03Z", "2026-10-05 09:03 +08:00", "2026-10-05 09:03GMT"),
    ],
    Route.DAY: ["2026-10-05 00:00", "2026-2-1", "2023-02-29", "20261005", "2026-10-5x", "05/10/2026", "2026-10-05 "],
}


@pytest.mark.parametrize("route", LEFT)
def test_other_numbers_and_times_are_left_to_arrow(route: Route) -> None:
    kernels()
    assert {written for written in LEFT[route] if cells(route, written) is not None} == set()
    plain = next(iter(READ[route]))
    assert {written for written in LEFT[route] if cells(route, written, plain, plain) is not None} == set()
    assert {written for written in LEFT[route] if cells(route, *[plain] * 5000, written, plain) is not None} == set()


IRREGULAR = {
    "a field too few": b"a\n",
    "a field too many": b"a,b,c\n",
    "as many fields in all": b"a\nb,c,d\n",
    "two records with a field too few": b"a\nb\n",
    "an empty line": b"\n",
    "a return alone": b"a\rb,c\n",
    "returns for line feeds": b"a,b\rc,d\r",
    "a quote in a bare field": b'a"b,c\n',
    "text behind a quote": b'"a"b,c\n',
    "a quote before a return": b'a,"b\r\n',
    "a quote that is never closed": b'"a,b\n',
    "another one": b'a,b"\n',
    "a byte that is nothing": b"a\0,b\n",
}


@pytest.mark.parametrize("irregular", IRREGULAR.values(), ids=list(IRREGULAR))
def test_irregular_records_are_left_to_arrow(irregular: bytes) -> None:
    """Wherever they stand: at each of 64 places, which are looked at together, and in another stretch."""
    kernels()
    before = [b"", *(b"x" * size + b",\n" for size in range(64)), b'plain,"x"\n' * 9000]
    for data in (first + irregular + b"plain,x\n" * behind for first in before for behind in (0, 1, 9000)):
        assert Block(data, 2, ",", {0: Route.TEXT}).by_kernels() is None
        assert Block(data, 2, ",", {}).by_kernels() is None


def test_empty_blocks_and_records_of_one_field_are_left_to_arrow() -> None:
    assert Block(b"", 2, ",", {0: Route.TEXT}).by_kernels() is None
    assert Block(b"a\n\nb\n", 1, ",", {0: Route.TEXT}).by_kernels() is None
