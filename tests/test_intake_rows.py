"""Blocks -> rows: both ways of reading are equal, every row is accounted for, nothing depends on how files are cut."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
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

    def __init__(self, source: str, *files: str, delimiter: str = ",", **settings: str) -> None:
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
        self, *periods: Period, lines: int = 10**6, registry: Registry | None = None, ask: bool = True, **options: bool
    ) -> tuple[list[list[dict[str, Any]]], tuple[SourceReport, ...]]:
        """Return for each period the rows used, as plain dictionaries, and the reports."""
        periods = periods or (OCTOBER,)
        reopening = ReadingOptions(reopen=lambda file: self.reopen(file, lines), **options)
        reader = SourceReader(
            self.scheme, self.scheme.sources["s"], tuple(self.contents), periods, registry or Registry(), reopening
        )
        reader.prepare()
        found = self.rows_of(reader, len(periods), lines)
        while ask and reader.again():
            found = self.rows_of(reader, len(periods), lines)
        return found, reader.finish()

    def rows_of(self, reader: SourceReader, periods: int, lines: int) -> list[list[dict[str, Any]]]:
        found: list[list[dict[str, Any]]] = [[] for _ in range(periods)]
        for block in self.blocks(lines):
            for number, rows in reader.read(block):
                plain = {name: values(column) for name, column in rows.columns.items()}
                found[number] += [dict(zip(plain, cells, strict=True)) for cells in zip(*plain.values(), strict=True)]
        return found

    def problems(self, *periods: Period, **settings: bool) -> list[str]:
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
    [
        "2026-02-30",
        "0000-01-01",
        "0001-01-01",
        "9999-12-31",
        "2026-1-5",
        "20261005",
        "2026/10/5",
        "5.10.2026",
        "2026-10",
    ]
)
CLOCKS = st.sampled_from(
    [
        "",
        " 09",
        " 09:30",
        "T09:30:15",
        " 9:30",
        " 23:59:59.999999",
        " 09:30:15.1234567",
        "T09:30Z",
        " 09:30+08:00",
        " 24:00",
    ]
)
MOMENTS = st.builds("{}{}".format, DATES | ODD_DATES, CLOCKS)
BOOLEANS = st.sampled_from(["Y", "no", "TRUE", "是", "否", "1", "0", "maybe", "有"])
NOTES = st.text(st.characters(codec="utf-8", exclude_characters='",\r\n'), max_size=5)


def cell(content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    padded = st.builds("{}{}{}".format, SPACE, content | EMPTY, SPACE)
    return padded.map(lambda text: f'"{text}"' if "," in text else text)


LINES = st.builds(
    lambda *cells: ",".join(cells) + "\n",
    *(
        st.sampled_from(["ann", "bob", "", "总计"]),
        cell(MOMENTS),
        cell(DATES | ODD_DATES),
        cell(NUMBERS),
        cell(NUMBERS),
    ),
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


CHATS = """\
key: id
agent: agent
time: at
where: channel != "test"
columns: {id: id, agent: agent, at: {from: at, type: datetime}, channel: channel, amount: {from: amount, type: number}}
"""
CHAT_HEADER = "id,agent,at,channel,amount\n"


def test_every_row_is_counted_under_the_first_reason_that_applies() -> None:
    case = Case(
        CHATS,
        CHAT_HEADER + "1,ann,2026-10-01 09:00,web,1\n"  # used
        "2,ann,2026-10-01 09:00,web\n"  # too few cells
        "3,ann,nonsense,web,1\n"  # no time
        "4,ann,2026-09-30 23:59:59,test,bad\n"  # outside; its other cells are not looked at
        "5,ann,2026-10-02 09:00,test,bad\n"  # unreadable before filtered
        "6,ann,2026-10-02 09:00,test,1\n"  # filtered
        "7,ann,2026-10-02 09:00,,1\n"  # filtered, for its channel is missing
        "1,ann,2026-10-01 09:00,web,1.00\n"  # the same content, written otherwise
        "8,,2026-10-02 09:00,web,1\n"  # nobody's
        ",ann,2026-10-02 09:00,web,1\n",  # no key
    )
    (rows,), (report,) = case.read()
    assert [row["id"] for row in rows] == ["1"]
    account = report.account
    assert (account.read, account.used, account.outside_period, account.rejected) == (10, 1, 1, 4)
    assert (account.filtered, account.filtered_missing, account.duplicate, account.unattributed) == (2, 1, 1, 1)
    assert account.balances
    assert [(each.record, each.column, each.value, each.reason) for each in report.rejects] == [
        (2, "", "2,ann,2026-10-01 09:00,web", "4 cells instead of 5"),
        (3, "at", "nonsense", "not a date and time"),
        (5, "amount", "bad", "not a number"),
        (10, "id", "", "no key"),
    ]
    assert (report.first_day, report.last_day) == (date(2026, 10, 1), date(2026, 10, 1))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_order_files_and_blocks_change_nothing(data: st.DataObject) -> None:
    line = st.builds(
        "{},{},2026-{}-{:02} 09:00,{},{}\n".format,
        *(st.integers(1, 30), st.sampled_from(["ann", "bob", "", "cy"]), st.sampled_from(["09", "10"])),
        *(st.integers(1, 3), st.sampled_from(["web", "test", ""]), st.sampled_from(["1", "1.5", "1,500", "x", ""])),
    )
    found = {text.split(",")[0]: text for text in data.draw(st.lists(line, max_size=20))}  # a row for each key
    lines = [*found.values(), *data.draw(st.lists(st.sampled_from(sorted(found.values()) or ["\n"]), max_size=5))]
    lines = [each for each in lines if each.strip()]
    source = CHATS + "empty: zero\n"
    first_rows, first_reports = told(Case(source, CHAT_HEADER + "".join(lines)).read())
    mixed = data.draw(st.permutations(lines))
    cut = data.draw(st.integers(0, len(mixed)))
    case = Case(source, CHAT_HEADER + "".join(mixed[:cut]), CHAT_HEADER + "".join(mixed[cut:]))
    for rereads in (False, True):
        rows, reports = told(case.read(lines=data.draw(st.integers(1, 4)), rereads=rereads))
        assert rows == first_rows
        assert reports == first_reports


def told(result: tuple[list[list[dict[str, Any]]], tuple[SourceReport, ...]]) -> tuple[object, object]:
    """Return what must not depend on the order of rows."""
    rows, reports = result
    shown = [sorted(map(str, period)) for period in rows]
    return shown, [(report.account, report.first_day, report.last_day, len(report.rejects)) for report in reports]


@pytest.mark.parametrize("rereads", [False, True])
def test_a_key_with_different_content_forbids_scoring(*, rereads: bool) -> None:
    case = Case(
        CHATS,
        CHAT_HEADER + "1,ann,2026-10-01 09:00,web,1\n2,ann,2026-10-01 09:00,web,1\n",
        CHAT_HEADER + "2,ann,2026-10-01 09:00,web,1\n\n1,ann,2026-10-01 09:00,web,2\n",
    )
    (told_,) = case.problems(rereads=rereads)
    assert told_ == (
        "conflicting-duplicates: source `s` in 2026-10: 1 keys (`id`) stand on rows of different content: "
        "`1`: f1.csv record 1, f2.csv record 2"
    )


def test_the_same_key_in_another_period_is_another_row() -> None:
    september = OCTOBER.previous()
    case = Case(CHATS, CHAT_HEADER + "1,ann,2026-10-01 09:00,web,1\n1,ann,2026-09-01 09:00,web,2\n")
    rows, _ = case.read(OCTOBER, september)
    assert [[row["amount"] for row in period] for period in rows] == [[1], [2]]


VERSIONS = """\
key: id
agent: agent
time: at
duplicates: {}
columns: {{id: id, agent: agent, at: {{from: at, type: datetime}}, seen: {{from: seen, type: datetime}}, amount: amount}}
"""
VERSION_LINES = (
    "id,agent,at,seen,amount\n1,ann,2026-10-01,2026-10-02,old\n1,ann,2026-10-01,2026-10-04,new\n"
    "1,ann,2026-10-01,2026-10-03,middle\n1,ann,2026-10-01,,undated\n2,bob,2026-10-01,2026-10-02,only\n"
)


@pytest.mark.parametrize(("rule", "amount"), [("latest(seen)", "new"), ("earliest(seen)", "old")])
def test_one_of_several_rows_with_one_key_counts(rule: str, amount: str) -> None:
    (rows,), (report,) = Case(VERSIONS.format(rule), VERSION_LINES).read(lines=2, rereads=True)
    assert [row["amount"] for row in rows] == [amount, "only"]
    assert (report.account.used, report.account.duplicate) == (2, 3)


def test_a_tie_of_the_latest_rows_forbids_scoring() -> None:
    case = Case(VERSIONS.format("latest(seen)"), VERSION_LINES + "1,ann,2026-10-01,2026-10-04,other\n")
    (told_,) = case.problems(rereads=True)
    assert told_.startswith("conflicting-duplicates: source `s` in 2026-10: 1 keys (`id`)")


def test_reading_that_is_not_finished_is_not_relied_on() -> None:
    case = Case(CHATS, CHAT_HEADER + "1,ann,2026-10-01 09:00,web,1\n")
    with pytest.raises(RuntimeError, match="again"):
        case.read(rereads=True, ask=False)
