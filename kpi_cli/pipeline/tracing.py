"""Back from values to rows: the sources are read once more, and the rows behind some agents' metrics are kept.

The same reader as before tells which rows count and for whom, so what is found adds up to what was scored.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeAlias, TypeVar

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kpi_cli.calendars import hours_of
from kpi_cli.intake.cases.books import CaseAccounting
from kpi_cli.intake.files.blocks import Block, ExportFile
from kpi_cli.intake.files.metering import Meter
from kpi_cli.intake.files.opening import blocks
from kpi_cli.intake.rows.reading import SourceReader
from kpi_cli.periods import Period
from kpi_cli.pipeline.casing import made_of
from kpi_cli.pipeline.engine import overlapped
from kpi_cli.pipeline.ingredients import Ingredient, ingredients_of
from kpi_cli.pipeline.keeping import NOTHING, Found, Piece, cells_of, columns_needed, in_one, key_of, narrowed, time_of
from kpi_cli.pipeline.measuring import Census
from kpi_cli.pipeline.reading import Read, Reading
from kpi_cli.pipeline.request import Question
from kpi_cli.pipeline.terms import terms_of
from kpi_cli.pipeline.trace import Trace
from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.rows import Agent, Codes, Rows
from kpi_cli.scheme.compiled import CardLine, Source
from kpi_cli.scoring.cards import STATUSES, Sheet, Status

Key: TypeAlias = tuple[Period, Agent, str]
Chosen: TypeAlias = Callable[[Period, Rows], Rows | None]
T = TypeVar("T")


class _Sought(Struct, frozen=True):
    """What is looked for: the rows behind an ingredient of a metric of an agent, by the agent's code."""

    key: Key
    code: int
    ingredient: Ingredient


class Tracing(Struct, frozen=True):
    """A second look at the exports, after a pass has scored them. Whatever engine read them, this machine looks."""

    reading: Reading
    census: Census
    read: Read
    question: Question

    def traces(self, sheets: Sequence[Sheet]) -> Mapping[Key, tuple[Trace, ...]]:
        """Return what each metric asked about is made of. Raises KpiError where a file cannot be read any more."""
        sought = list(self._sought(sheets))
        found: dict[tuple[str, Period], Found] = {}
        result = Read()
        for name, source in self.reading.request.scheme.sources.items():
            own = [one for one in sought if one.ingredient.aggregate.source == name]
            if own:
                found |= {(name, period): rows for period, rows in self._found(source, own, result)}
        traces: dict[Key, list[Trace]] = {}
        for one in sought:
            traces.setdefault(one.key, []).append(self._trace(one, found))
        return {key: tuple(own) for key, own in traces.items()}

    def _sought(self, sheets: Sequence[Sheet]) -> Iterator[_Sought]:
        codes = {agent: code for code, agent in enumerate(self.census.people.agents)}
        agents, metrics = set(self.question.agents), set(self.question.metrics)
        for sheet in sheets:
            lines = sheet.card.lines if sheet.card else ()
            for agent, status in zip(sheet.agents, sheet.statuses.tolist(), strict=True):
                if agent.spellings & agents and STATUSES[status] is not Status.NO_DATA:
                    for line in lines:
                        if not metrics or {line.metric.name, line.metric.label} & metrics:
                            key = (sheet.period, agent, line.metric.name)
                            yield from (_Sought(key, codes[agent], one) for one in self._ingredients(line, key[0]))

    def _ingredients(self, line: CardLine, period: Period) -> tuple[Ingredient, ...]:
        return ingredients_of(self.reading.request.scheme, line.metric.name, period, line.scope)

    def _found(self, source: Source, sought: Sequence[_Sought], result: Read) -> Iterator[tuple[Period, Found]]:
        """Yield the rows of a source that anything sought is made of, by period."""
        names = columns_needed(source, [one.ingredient.aggregate for one in sought])
        members = {
            period: self._codes(source, [one for one in sought if one.ingredient.period == period])
            for period in dict.fromkeys(one.ingredient.period for one in sought)
        }

        def chosen(period: Period, rows: Rows) -> Rows | None:
            return narrowed(rows, np.isin(rows.agents, members[period]), names) if period in members else None

        pieces = self._of_cases(source, chosen, result) if source.cases else self._of_files(source, chosen, result)
        for period in members:
            own = [piece for when, piece in pieces if when == period]
            if own:
                yield period, in_one(own, source)

    def _codes(self, source: Source, sought: Sequence[_Sought]) -> Codes:
        """Return whose rows are kept: the codes of agents, or of teams where the source credits these."""
        of_teams = source.name in self.census.team_sources
        wanted = np.zeros(len(self.census.teams if of_teams else self.census.people), dtype=bool)
        for one in sought:
            wanted[self._members(one, of_teams=of_teams)] = True
        return np.flatnonzero(wanted).astype(np.int32)

    def _members(self, one: _Sought, *, of_teams: bool) -> NDArray[np.intp]:
        whose, team = one.ingredient.whose, int(self.census.team_codes[one.code])
        if whose == "agent":
            return np.array([] if of_teams else [one.code], dtype=np.intp)
        if team < 0 or (of_teams and whose == "teammates"):
            return np.array([], dtype=np.intp)
        return np.array([team], dtype=np.intp) if of_teams else np.flatnonzero(self.census.team_codes == team)

    def _of_files(self, source: Source, chosen: Chosen, result: Read) -> list[tuple[Period, Piece]]:
        reader = self.reading.reader(source, self.reading.periods(source.name), numbered=True)

        def keep(block: Block) -> list[tuple[int, ExportFile, int, Rows]]:
            rows = ((number, chosen(reader.periods[number], rows)) for number, rows in reader.read(block))
            return [(number, block.file, block.index, kept) for number, kept in rows if kept is not None]

        first = True
        while True:
            kept = list(chain.from_iterable(self._through(reader, keep, result, in_order=not first)))
            if not reader.again():
                break
            first = False
        self._must_be_as_before(reader)
        return [
            (reader.periods[number], Piece(rows, file.label, reader.before(file, block)))
            for number, file, block, rows in kept
        ]

    def _must_be_as_before(self, reader: SourceReader) -> None:
        """Raise KpiError where files are not what they were when they were scored."""
        accounts = [report.account for report in reader.reports()]
        before = [
            report.account
            for period in reader.periods
            for report in self.read.reports[period]
            if report.source == reader.source.name
        ]
        if accounts != before:
            message = f"the files of source `{reader.source.name}` have changed while they were read"
            raise KpiError(Problem("data-changed", message, reader.source.span, "run the command again"), Exit.FILES)

    def _through(
        self, reader: SourceReader, work: Callable[[Block], T], result: Read, *, in_order: bool
    ) -> Iterator[T]:
        """Yield what `work` makes of each block; one by one where the first of equal rows is the one that counts."""
        meter, size = Meter(self.reading.progress(result)), self.reading.request.block_size
        stream = chain.from_iterable(blocks(file, size, meter) for file in reader.files)
        return map(work, stream) if in_order else overlapped(work, stream)

    def _of_cases(self, source: Source, chosen: Chosen, result: Read) -> list[tuple[Period, Piece]]:
        request, periods = self.reading.request, self.reading.periods(source.name)
        if source.cases is None:
            return []
        events, hours = request.scheme.sources[source.cases.of], hours_of(request.scheme)
        columns = self.reading.gathered(self.reading.reader(events, self.reading.scored[:1]), result)
        made = made_of(source, columns, events.key, hours)
        book = CaseAccounting(source, periods, self.reading.registry, hours).book(made.columns, made.count)
        kept = ((periods[number], chosen(periods[number], rows)) for number, rows in book.rows)
        return [(period, Piece(rows)) for period, rows in kept if rows is not None]

    def _trace(self, one: _Sought, found: Mapping[tuple[str, Period], Found]) -> Trace:
        ingredient = one.ingredient
        aggregate, scheme = ingredient.aggregate, self.reading.request.scheme
        place, source = (aggregate.source, ingredient.period), scheme.sources[aggregate.source]
        of_teams = source.name in self.census.team_sources
        kept = found.get(place, NOTHING)
        own = kept.of(self._members(one, of_teams=of_teams), once=ingredient.whose == "team")
        nobodys = of_teams and ingredient.whose != "team"
        known = not nobodys and (ingredient.period, source.name) not in self.read.facts.gaps
        terms = terms_of(aggregate, own.rows, hours_of(scheme), known=known, each=ingredient.whose == "teammates")
        people = self.census.people.agents
        shown = own.rows.take(terms.rows)
        named = ingredient.whose != "agent" and not of_teams
        return Trace(
            ingredient=ingredient,
            source=source,
            terms=terms,
            files=tuple(own.labels[file] for file in own.files[terms.rows].tolist()),
            records=shown.records,
            key=shown.columns.get(key_of(source) or ""),
            time=time_of(source, shown),
            agents=tuple(people[code] for code in shown.agents.tolist()) if named else (),
            cells={name: shown.columns[name] for name in cells_of(source, aggregate) if name in shown.columns},
        )
