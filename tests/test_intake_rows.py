"""Blocks -> rows: both ways of reading are equal, every row is accounted for, nothing depends on how files are cut."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_cli.columns import Column, Days, Moments, Texts, Truths
from kpi_cli.exact import Exact
from kpi_cli.intake.blocks import Block, Dialect, ExportFile
from kpi_cli.intake.reading import ReadingOptions, SourceReader
from kpi_cli.intake.registry import Registry
from kpi_cli.periods import Period, parse_period
from kpi_cli.problems import KpiError
from kpi_cli.rows import SourceReport
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scheme.load import load_text

OCTOBER = parse_period("2026-10", date(2026, 11, 1))
SCHEME = """\
kpi: 1
name: test
timezone: {zone}
sources:
  s:
    files: "*.csv"
    {source}
metrics:
  n: {{formula: count(s), target: ≥ 1}}
limits: {{rejected: {rejected}, unattributed: 100%, unknown_agents: 0}}
scorecards:
  all: {{weights: {{n: 100}}}}
grades: [{{grade: A, coefficient: 1}}]
"""


@cache
def scheme(source: str, zone: str = "UTC", rejected: str = "100%") -> Scheme:
    text = SCHEME.format(source="\n    ".join(source.strip().splitlines()), zone=zone, rejected=rejected)
    return load_text(text, "scheme.yaml").scheme


class Case:
    """A source, files of it as text, and what reading them comes to."""

    def __init__(self, source: str, *files: str, delimiter: str = ",", **settings: Any) -> None:
        self.scheme = scheme(source, **settings)
        self.contents: dict[ExportFile, list[str]] = {}
        for number, text in enumerate(files, start=1):
            header, *lines = (f"{line}\n" for line in text.removesuffix("\n").split("\n"))
            file = ExportFile(
                f"f{number}.csv",
                Path(f"f{number}.csv"),
                "s",
                Dialect(delimiter, "utf-8"),
                tuple(cell.strip() for cell in header.split(delimiter)),
            )
            self.contents[file] = lines

    def blocks(self, lines: int) -> Iterator[Block]:
        for file in self.contents:
            yield from self.reopen(file, lines)

    def reopen(self, file: ExportFile, lines: int) -> Iterator[Block]:
        content = self.contents[file]
        for index, start in enumerate(range(0, len(content), lines)):
            yield Block(file, index, "".join(content[start : start + lines]).encode())

    def read(
        self, *periods: Period, exact: bool = False, lines: int = 10**6, registry: Registry | None = None
    ) -> tuple[list[list[dict[str, Any]]], tuple[SourceReport, ...]]:
        """Return for each period the rows used, as plain dictionaries, and the reports."""
        periods = periods or (OCTOBER,)
        options = ReadingOptions(exact=exact, reopen=lambda file: self.reopen(file, lines))
        reader = SourceReader(
            self.scheme, self.scheme.sources["s"], tuple(self.contents), periods, registry or Registry(), options
        )
        reader.prepare()
        found: list[list[dict[str, Any]]] = [[] for _ in periods]
        for block in self.blocks(lines):
            for number, rows in reader.read(block):
                plain = {name: values(column) for name, column in rows.columns.items()}
                found[number] += [dict(zip(plain, cells, strict=True)) for cells in zip(*plain.values(), strict=True)]
        return found, reader.finish()

    def problems(self, *periods: Period, **settings: Any) -> list[str]:
        """Return the codes of the problems that stop the work, and their words."""
        with pytest.raises(KpiError) as raised:
            self.read(*periods, **settings)
        return [f"{problem.code}: {problem.message}" for problem in raised.value.problems]


def values(column: Column) -> Sequence[object]:
    match column:
        case Exact():
            return list(column.fractions())
        case Texts():
            return column.to_list()
        case Truths():
            return [bool(value) if there else None for value, there in zip(column.values, column.present, strict=True)]
        case Moments():
            pairs = zip(column.utc.tolist(), column.local.tolist(), column.present, strict=True)
            return [(utc, local) if there else None for utc, local, there in pairs]
        case Days():
            return [day if there else None for day, there in zip(column.days.tolist(), column.present, strict=True)]


ALL_TYPES = """\
agent: agent
time: at
empty: zero
columns:
  agent: agent
  at: {from: at, type: datetime}
  day: {from: day, type: date}
  number: {from: number, type: number}
  rate: {from: rate, type: percent, unit: "%"}
  wait: {from: wait, type: duration, unit: min, signed: true}
  good: {from: good, type: boolean}
  note: note
"""
HEADER = "agent,at,day,number,rate,wait,good,note\n"
SPACE = st.sampled_from(["", "", "", " ", "\u00a0", "\u3000", "\t"])
EMPTY = st.sampled_from(["", "-", "--", "—", "?", "null", "N/A", "n/A", "NULL"])
DIGITS = st.integers(0, 10**20).map(str)
ODD = st.sampled_from(
    ["0x1F", "0X1f", "1e3", "1E-2", "+5", "5.", ".5", ".", "nan", "inf", "1_000", "1,5", "１２", "007", "-0", "1e0005"]
)
NUMBERS = st.one_of(
    st.integers(-999, 99999).map(str),
    st.decimals(-1000, 1000, places=2).map(str),
    st.decimals(-10, 10, places=7).map(str),
    DIGITS,
    ODD,
)
DATES = st.dates(date(2026, 9, 28), date(2026, 11, 3)).map(str)
ODD_DATES = st.sampled_from(
    ["2026-02-30", "0000-01-01", "0001-01-01", "9999-12-31", "2026-1-5", "20261005", "2026/10/5", "5.10.2026", "2026-10"]
)
CLOCKS = st.sampled_from(
    ["", " 09", " 09:30", "T09:30:15", " 9:30", " 23:59:59.999999", " 09:30:15.1234567", "T09:30Z", " 09:30+08:00", " 24:00"]
)
MOMENTS = st.builds("{}{}".format, DATES | ODD_DATES, CLOCKS)
BOOLEANS = st.sampled_from(["Y", "no", "TRUE", "是", "否", "1", "0", "maybe", "有"])
NOTES = st.text(st.characters(codec="utf-8", exclude_characters='",\r\n'), max_size=5)


def cell(content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    padded = st.builds("{}{}{}".format, SPACE, content | EMPTY, SPACE)
    return padded.map(lambda text: f'"{text}"' if "," in text else text)


LINES = st.builds(
    lambda *cells: ",".join(cells) + "\n",
    *(st.sampled_from(["ann", "bob", "", "总计"]), cell(MOMENTS), cell(DATES | ODD_DATES), cell(NUMBERS), cell(NUMBERS)),
    *(cell(NUMBERS), cell(BOOLEANS), cell(NOTES)),
)
PLAIN_LINES = st.builds(
    "ann,{} 09:30:15,{},{},{},{},{},{}\n".format,
    *(DATES, DATES, st.integers(-99, 99), st.integers(0, 99), st.decimals(-9, 9, places=1), BOOLEANS, NOTES),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(PLAIN_LINES, min_size=1, max_size=5),
    st.lists(LINES, max_size=6),
    st.integers(1, 6),
    st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York"]),
)
def test_both_ways_of_reading_are_equal(plain: list[str], odd: list[str], size: int, zone: str) -> None:
    case = Case(ALL_TYPES, HEADER + "".join(plain + odd), zone=zone)
    exact, exact_reports = case.read(exact=True)
    for lines in (10**6, size):
        fast, fast_reports = case.read(lines=lines)
        assert fast == exact
        assert fast_reports == exact_reports
    assert all(report.account.balances for report in exact_reports)
