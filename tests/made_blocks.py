"""Exports as small as the tests of reading need them: text in, rows and reports out."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kpi_cli.columns import Column, Days, Moments, Texts, Truths
from kpi_cli.exact import Exact
from kpi_cli.intake.files.blocks import Block, Dialect, ExportFile
from kpi_cli.intake.people.registry import Listed, Registry
from kpi_cli.intake.rows.reading import ReadingOptions, SourceReader
from kpi_cli.periods import Period, parse_period
from kpi_cli.problems import KpiError
from kpi_cli.rows import Agent, People, SourceReport
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scheme.load import load_text

PLAIN, REREADS, EXACT = ReadingOptions(), ReadingOptions(rereads=True), ReadingOptions(exact=True)
MIXED = ReadingOptions(rereads=True, mixed=True)
OCTOBER = parse_period("2026-10", date(2026, 11, 1))
SCHEME = """\
kpi: 1
name: test
timezone: {zone}
sources:
  s:
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
    source = source if source.startswith("files:") else f'files: "*.csv"\n{source}'
    text = SCHEME.format(source="\n    ".join(source.strip().splitlines()), zone=zone, rejected=rejected)
    return load_text(text, "scheme.yaml").scheme


class Case:
    """A source, files of it as text, and what reading them comes to."""

    def __init__(self, source: str, *files: str, delimiter: str = ",", **settings: str) -> None:
        self.agents: list[int] = []  # codes of the rows used, in the order of reading
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
        self,
        *periods: Period,
        lines: int = 10**6,
        options: ReadingOptions = PLAIN,
        registry: Registry | None = None,
        ask: bool = True,
    ) -> tuple[list[list[dict[str, Any]]], tuple[SourceReport, ...]]:
        """Return for each period the rows used, as plain dictionaries, and the reports."""
        periods = periods or (OCTOBER,)
        reopening = replace(options, reopen=lambda file: self.reopen(file, lines))
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
            for number, given in reader.read(block):
                rows = given if given.counting is None else given.take(given.counting)
                self.agents += rows.agents.tolist()
                plain = {name: values(column) for name, column in rows.columns.items()}
                found[number] += [dict(zip(plain, cells, strict=True)) for cells in zip(*plain.values(), strict=True)]
        return found

    def people(self) -> list[str]:
        """Return everybody met where there is no roster."""
        registry = Registry()
        self.read(registry=registry)
        return [agent.id for agent in registry.people().agents]

    def name_files(self, names: Sequence[tuple[Period, tuple[Period, ...]]]) -> None:
        """Let the files bear periods in their names, and serve some of those asked for."""
        pairs = zip(self.contents.items(), names, strict=True)
        self.contents = {
            replace(file, period=period, serves=serves): lines for (file, lines), (period, serves) in pairs
        }

    def date_files(self, days: Sequence[date]) -> None:
        """Let the files bear days in their names."""
        pairs = zip(self.contents.items(), days, strict=True)
        self.contents = {replace(file, day=day): lines for (file, lines), day in pairs}

    def problems(
        self, *periods: Period, options: ReadingOptions = PLAIN, registry: Registry | None = None
    ) -> list[str]:
        """Return the codes of the problems that stop the work, and their words."""
        with pytest.raises(KpiError) as raised:
            self.read(*periods, options=options, registry=registry)
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


def roster(*names: str, ignored: frozenset[str] = frozenset()) -> Registry:
    """Return a registry that knows these persons and non-persons."""
    people = People([Agent(name, name) for name in names], {})
    persons = {name: code for code, name in enumerate(names)}
    return Registry(Listed(people, persons, [[code] for code in range(len(names))], ignored))
