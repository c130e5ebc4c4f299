"""Laws of reading: whatever dialect a table is written in, its values are read back, and every row is accounted for.

The values and the fate of each row are made first and spelled then, so what must be read is known without reading.
"""

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_blocks import MIXED, OCTOBER, REREADS, roster, scheme, values
from made_dialects import (
    AGENTS,
    CHINESE_TOTALS,
    COLUMNS,
    FOOTERS,
    ROBOT,
    TOTALS,
    Dialect,
    Table,
    anchor,
    row,
)
from made_intake import written
from made_spellings import AMOUNTS, CHINESE_AMOUNTS, CHINESE_DAYS, COMMA_AMOUNTS, DAYS, RATES, UNITS, Style

from kpi_cli.columns import Moments
from kpi_cli.intake.files.blocks import InputFile
from kpi_cli.intake.files.expecting import expected_of
from kpi_cli.intake.files.opening import blocks, open_exports
from kpi_cli.intake.rows.reading import ReadingOptions, SourceReader
from kpi_cli.rows import Rows, SourceReport

FATES = ("used", "outside_period", "filtered", "duplicate", "unattributed", "unknown_agent", "rejected")


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16-be", "windows-1252"]))
    latin, delimiter = encoding == "windows-1252", draw(st.sampled_from([",", ";", "\t", "|"]))
    left_out = CHINESE_AMOUNTS if latin else frozenset()
    amount = draw(st.sampled_from(sorted(AMOUNTS.keys() - left_out)))
    asks = amount in COMMA_AMOUNTS and delimiter != ";"  # only there decimal commas are expected without being told
    style = Style(
        day=draw(st.sampled_from(sorted(DAYS.keys() - CHINESE_DAYS if latin else DAYS))),
        rate=draw(st.sampled_from(sorted(RATES.keys() - {"per mille"} if latin else RATES))),
        amount=amount,
        bare=None if asks else draw(st.sampled_from([None, None, *UNITS])),
        chinese=not latin,
    )
    return Dialect(
        style,
        delimiter,
        encoding,
        draw(st.sampled_from(["\n", "\r\n", "\r"])),
        draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])),
        draw(st.sampled_from(["", "gzip", "zip", "zstd"])),
        declared=latin,
    )


@st.composite
def tables(draw: st.DrawFn, dialect: Dialect) -> Table:
    dice, style = Random(draw(st.integers(0, 2**32))), dialect.style  # noqa: S311 - test data, nothing secret
    odds = draw(st.sampled_from([9, 30]))
    rows = [anchor(style), *(row(number, dice, style, odds) for number in range(draw(st.integers(0, 12))))]
    if dialect.line_end == "\r":  # a line feed in a cell would be taken for the end of a line
        rows = [replace(each, note=each.note.replace("\n", " ")) for each in rows]
    used = [each for each in rows if each.fate == "used"]
    again = draw(st.lists(st.sampled_from(used), max_size=3))
    words = (*TOTALS, *CHINESE_TOTALS) if style.chinese else TOTALS
    few = st.lists(st.sampled_from(words), max_size=2, unique=True)
    return Table(
        draw(st.permutations([*rows, *again])),
        draw(st.lists(st.sampled_from(["", "Agent report", "Reporting period A to B"]), max_size=3)),
        draw(few),
        draw(few),
        draw(st.lists(st.sampled_from(FOOTERS), max_size=2, unique=True)),
    )


def fates(table: Table) -> Counter[str]:
    """Return how many rows share each fate: of rows that stand there several times all but one are duplicates."""
    first = {each.id: each for each in table.rows}
    found = Counter(each.fate for each in first.values())
    return found + Counter(duplicate=len(table.rows) - len(first))


def read(
    folder: Path, source: str, contents: list[bytes], size: int, options: ReadingOptions
) -> tuple[list[tuple[object, ...]], SourceReport]:
    """Return the rows used, and the account."""
    made = scheme(source, zone="Asia/Shanghai")
    paths = [written(folder, f"export-{number}", content) for number, content in enumerate(contents)]
    files = open_exports([InputFile(path.name, path) for path in paths], expected_of(made.sources["s"]))
    people = roster(*AGENTS, ignored=frozenset({ROBOT}))
    reader = SourceReader(made, made.sources["s"], files, (OCTOBER,), people, options)
    reader.prepare()
    while True:
        found = []
        for block in (block for file in files for block in blocks(file, size)):
            for _, given_rows in reader.read(block):
                rows = given_rows if given_rows.counting is None else given_rows.take(given_rows.counting)
                columns = {name: values(column) for name, column in rows.columns.items()}
                columns["at"] = _utc(rows)
                columns["agent"] = [AGENTS[code] for code in rows.agents]
                found += list(zip(*(columns[name] for name in COLUMNS), strict=True))
        if not reader.again():
            return found, reader.reports()[0]


def _utc(rows: Rows) -> list[int]:
    column = rows.columns["at"]
    assert isinstance(column, Moments)
    times: list[int] = column.utc.tolist()
    return times


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data(), dialects(), st.sampled_from([1, 60, 1 << 20]), st.integers(1, 3))
def test_what_is_written_is_read_and_every_row_is_accounted_for(
    tmp_path: Path, data: st.DataObject, dialect: Dialect, size: int, parts: int
) -> None:
    options = data.draw(st.sampled_from([REREADS, MIXED]))
    table, dice = data.draw(tables(dialect)), data.draw(st.randoms(use_true_random=False))
    cut = [
        Table(table.rows[part::parts], table.preamble, table.first, table.last, table.footers) for part in range(parts)
    ]
    cut = [part for part in cut if part.rows]
    contents = [dialect.bytes(part.text(dialect, dice)) for part in cut]
    found, report = read(tmp_path, dialect.source, contents, size, options)
    expected = {each.id: each.read() for each in table.rows if each.fate == "used"}
    assert sorted(found, key=str) == sorted(expected.values(), key=str)
    account, counts = report.account, fates(table)
    assert account.balances
    assert {fate: getattr(account, fate) for fate in FATES} == {fate: counts[fate] for fate in FATES}
    assert account.read == len(table.rows)
    assert account.skipped == {word: count * len(cut) for word, count in table.skipped.items()}
    assert len(report.rejects) == counts["rejected"]
    assert report.days == {each.at.date() for each in table.rows if each.fate == "used"}
