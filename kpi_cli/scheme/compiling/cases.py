"""Sources whose rows are cases: their events, when these make a new episode, and a formula for each column."""

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from kpi_cli.scheme.cases import Cases, Reopening
from kpi_cli.scheme.compiled import ColumnType, Source, SourceColumn
from kpi_cli.scheme.compiling.columns import MOMENTS, names_of
from kpi_cli.scheme.compiling.findings import Findings
from kpi_cli.scheme.compiling.inheritance import Resolved
from kpi_cli.scheme.compiling.sources import compile_source
from kpi_cli.scheme.formula.case_columns import CaseColumns, CaseScope, compile_case_columns
from kpi_cli.scheme.formula.compile import compile_row
from kpi_cli.scheme.formula.tree import Kind, RowExpression
from kpi_cli.scheme.formula.vocabulary import SourceNames, Vocabulary
from kpi_cli.scheme.model.sources import CasesModel
from kpi_cli.scheme.plain import Path
from kpi_cli.scheme.units import RATES, Malformed, Unit, parse_amount

_KEYS_OF_CASES = {"agent", "team", "time", "where", "columns", "empty", "credit", "like", "cases"}
_TYPES = {
    Kind.TEXT: ColumnType.TEXT,
    Kind.NUMBER: ColumnType.NUMBER,
    Kind.DURATION: ColumnType.DURATION,
    Kind.MOMENT: ColumnType.DATETIME,
    Kind.DATE: ColumnType.DATE,
    Kind.TRUTH: ColumnType.BOOLEAN,
}


def compile_sources(
    findings: Findings, resolved: Mapping[str, Resolved], vocabulary: Vocabulary
) -> tuple[dict[str, Source], dict[str, SourceNames]]:
    """Compile every source, and what formulas of metrics may name of it: events are not among that."""
    made = {name: found.model.cases for name, found in resolved.items() if found.model.cases is not None}
    events = {cases.of for cases in made.values()} - set(made)
    if not events <= set(resolved):  # a slip of the pen: it may mean any source that could be events
        events |= {
            name for name, found in resolved.items() if not (found.model.agent or found.model.team or name in made)
        }
    plain = {
        name: compile_source(findings, name, found, vocabulary, events=name in events)
        for name, found in resolved.items()
        if name not in made
    }
    names = {name: names_of(name, source.columns) for name, source in plain.items()}
    vocabulary = replace(vocabulary, sources=names)
    compiled = {
        name: _CaseSource(findings, name, resolved, cases, vocabulary).compiled(plain.get(cases.of))
        for name, cases in made.items()
    }
    sources = {name: compiled[name][0] if name in compiled else plain[name] for name in resolved}
    for name in sorted(events & set(plain)):
        needed = {column for cases in cases_of(name, sources) for column in (cases.by, *cases.at[:1])}
        known = tuple(column for column in plain[name].columns if column in needed)
        sources[name] = replace(sources[name], required=known)
    known_names = {name: compiled[name][1] if name in compiled else names[name] for name in resolved}
    return sources, {name: found for name, found in known_names.items() if name not in events}


def cases_of(name: str, sources: Mapping[str, Source]) -> Iterator[Cases]:
    """Yield the cases that are made of a source's rows."""
    return (source.cases for source in sources.values() if source.cases is not None and source.cases.of == name)


class _CaseSource(Struct, frozen=True):
    """Compiles one source of cases."""

    findings: Findings
    name: str
    resolved: Mapping[str, Resolved]
    model: CasesModel
    vocabulary: Vocabulary

    @property
    def own(self) -> Resolved:
        return self.resolved[self.name]

    @property
    def here(self) -> Path:
        return self.own.place("cases")

    def compiled(self, events: Source | None) -> tuple[Source, SourceNames]:
        """Return the source, and its names for formulas; what is wrong is noted."""
        self._check_keys()
        if events is None or not self.resolved[events.name].complete:
            self._check_of(events)
            return self._source(Cases(self.model.of, self.model.by, ()), self._names({})), self._names({})
        self._check_files(events)
        names = self.vocabulary.sources[events.name]
        at = self._at(events)
        by = self._by(events)
        scope = CaseScope(self.name, names, by, at[0] if at else None, self.vocabulary)
        columns = compile_case_columns(self._formulas(), scope)
        for column, faults in columns.faults.items():
            self.findings.faults(self.own.place(f"columns.{column}"), faults)
        cases = Cases(
            of=events.name,
            by=by,
            at=at,
            where=self._condition(self.model.where, names, "where"),
            reopen=self._reopen(names),
            facts=columns.facts,
            columns=columns.columns,
        )
        found = self._names(columns.names.columns)
        source = self._source(cases, found)
        self._check_uses(source, columns)
        if self.own.model.where is None:
            return source, found
        where, faults = compile_row(self.own.model.where, found, self.vocabulary)
        self.findings.faults(self.own.place("where"), faults)
        return replace(source, where=where), found

    def _names(self, known: Mapping[str, tuple[Kind, Unit | None]]) -> SourceNames:
        """Return the columns for formulas; one that is left out stays known, as a number, as most are."""
        return SourceNames(self.name, {**dict.fromkeys(self.own.model.columns or {}, (Kind.NUMBER, None)), **known})

    def _source(self, cases: Cases, names: SourceNames) -> Source:
        model = self.own.model
        return Source(
            name=self.name,
            span=self.findings.document.key(("sources", self.name)),
            agent=model.agent or (),
            team=model.team,
            time=model.time,
            columns={name: self._column(name, kind) for name, kind in names.columns.items()},
            empty=model.empty or "error",
            credit=model.credit or "each",
            like=model.like,
            cases=cases,
        )

    def _column(self, name: str, kind: tuple[Kind, Unit | None]) -> SourceColumn:
        found = ColumnType.PERCENT if kind[1] in RATES else _TYPES[kind[0]]
        place = self.own.place(f"columns.{name}") or self.here
        return SourceColumn(name, (), type=found, span=self.findings.document.key(place))

    def _formulas(self) -> dict[str, str]:
        formulas = {}
        for name, written in (self.own.model.columns or {}).items():
            if isinstance(written, str):
                formulas[name] = written
            else:
                message = f"column `{name}` of cases has a formula, and nothing else"
                help_text = f"for instance `{name}: first_of({self.model.by})`; cells are read by `{self.model.of}`"
                self.findings.error_at_key("source-cases", message, self.own.place(f"columns.{name}"), help_text)
        return formulas

    def _condition(self, written: str | None, names: SourceNames, *place: str) -> RowExpression | None:
        if written is None:
            return None
        expression, faults = compile_row(written, names, self.vocabulary)
        self.findings.faults((*self.here, *place), faults)
        return expression

    def _at(self, events: Source) -> tuple[str, ...]:
        given = self.resolved[events.name].model.time
        at = self.model.at or ((given,) if given is not None and given != "file" else ())
        place = (*self.here, "at") if self.model.at else self.here
        span = self.findings.document.value(place) if self.model.at else self.findings.document.key(place)
        if not at:
            message = f"nothing says when the events of `{events.name}` were"
            self.findings.error("source-cases", message, span, "add `at:` with a column of theirs")
        for name in at:
            if name not in events.columns:
                self.findings.unknown("unknown-column", name, events.columns, span)
                return ()
        if at and events.columns[at[0]].type not in MOMENTS:
            self._wrong(at[0], "a time", events.columns[at[0]].type, place)
            return ()
        return at

    def _by(self, events: Source) -> str:
        name, place = self.model.by, (*self.here, "by")
        if name not in events.columns:
            self.findings.unknown("unknown-column", name, events.columns, self.findings.document.value(place))
        elif events.columns[name].type is not ColumnType.TEXT:
            self._wrong(name, "a text", events.columns[name].type, place)
        return name

    def _reopen(self, names: SourceNames) -> Reopening | None:
        model = self.model.reopen
        if model is None or isinstance(model, str):
            return None
        if model.after is None and model.when is None:
            place = (*self.here, "reopen")
            message = "`reopen` does not say when a new episode begins"
            self.findings.error_at_key("source-cases", message, place, "write `reopen: {after: 24h}`")
        when = self._condition(model.when, names, "reopen", "when")
        try:
            silence, unit = parse_amount(model.after or "")
        except Malformed:
            return Reopening(None, self._condition(model.after, names, "reopen", "after"), when)
        if unit is not Unit.DURATION or silence <= 0:
            message = f"`{model.after}` is no length of time"
            self.findings.error("source-cases", message, (*self.here, "reopen", "after"), "write `after: 24h`")
        return Reopening(silence, None, when)

    def _check_keys(self) -> None:
        for key in type(self.own.model).model_fields:
            if key not in _KEYS_OF_CASES and getattr(self.own.model, key, None) is not None:
                message = f"`{key}` does not go with `cases`, whose rows are made and not read"
                help_text = f"it belongs to the source of the events, `{self.model.of}`"
                self.findings.error_at_key("source-cases", message, self.own.place(key), help_text)

    def _check_of(self, events: Source | None) -> None:
        place = (*self.here, "of")
        if self.model.of in self.resolved and events is None:
            message = f"`{self.model.of}` are cases themselves, no events"
            self.findings.error("source-cases", message, place, "name the source whose files hold the events")
        elif events is None:
            known = [name for name, found in self.resolved.items() if found.model.cases is None]
            self.findings.unknown("unknown-source", self.model.of, known, self.findings.document.value(place))

    def _check_files(self, events: Source) -> None:
        files = events.files or ""
        for placeholder in ("{period}", "{start}", "{end}"):
            offset = files.find(placeholder)
            if offset >= 0:
                place = self.resolved[events.name].place("files")
                span = self.findings.document.within(place, offset, len(placeholder))
                message = f"`{placeholder}` picks the files of one period, but a case may reach over its end"
                help_text = "write `*`: all files are read, and a case counts in the period of its `time`"
                self.findings.error("bad-placeholder", message, span, help_text)

    def _check_uses(self, source: Source, columns: CaseColumns) -> None:
        for key in ("agent", "team", "time"):
            written = getattr(source, key)
            place = self.own.place(key)
            for name in (written,) if isinstance(written, str) else written or ():
                if name not in source.columns:
                    self.findings.unknown("unknown-column", name, source.columns, self.findings.document.value(place))
                elif name in columns.names.columns:
                    self._check_kind(key, name, columns.names.columns[name][0])
        self._check_credited(source)

    def _check_kind(self, key: str, name: str, kind: Kind) -> None:
        if key == "time" and kind not in {Kind.MOMENT, Kind.DATE}:
            self._wrong(name, "a time", _TYPES[kind], self.own.place(key))
        if key != "time" and kind is not Kind.TEXT:
            self._wrong(name, "a text", _TYPES[kind], self.own.place(key))

    def _wrong(self, name: str, needed: str, found: ColumnType, place: Path) -> None:
        message = f"column `{name}` must be {needed}, but is {found}"
        help_text = "name a column of `type: datetime`" if needed == "a time" else "name a column of text"
        self.findings.error("column-type", message, place, help_text)

    def _check_credited(self, source: Source) -> None:
        here: Path = ("sources", self.name)
        if source.time is None:
            message = f"nothing says which period the cases of `{self.name}` belong to"
            self.findings.error_at_key("source-time", message, here, "add `time:` with a column of theirs")
        if not source.agent and source.team is None:
            message = f"nothing says who gets the credit for the cases of `{self.name}`"
            self.findings.error_at_key(
                "source-agent", message, here, "add `agent:` with a column of theirs, or `team:`"
            )
