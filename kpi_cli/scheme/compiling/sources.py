"""Sources and the roster: every column they name exists and has the type its place needs."""

import re
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from kpi_cli.problems import Span
from kpi_cli.regexes import regex
from kpi_cli.scheme.compiled import Duplicates, RosterSpec, Source, SourceColumn
from kpi_cli.scheme.compiling.columns import MOMENTS, compile_column, names_of
from kpi_cli.scheme.compiling.findings import Findings
from kpi_cli.scheme.compiling.inheritance import Resolved
from kpi_cli.scheme.formula.compile import compile_row
from kpi_cli.scheme.formula.tree import Kind, RowExpression
from kpi_cli.scheme.formula.vocabulary import SourceNames, Vocabulary
from kpi_cli.scheme.model.sources import RosterModel
from kpi_cli.scheme.plain import Path

ROSTER = "roster"
_PLACEHOLDERS = ("period", "start", "end")
_DUPLICATES = regex(r"\s*(latest|earliest)\s*\(\s*(\w+)\s*\)\s*")


def compile_source(
    findings: Findings, name: str, resolved: Resolved, vocabulary: Vocabulary, *, events: bool = False
) -> Source:
    """Compile one source with everything it takes over; `events` are for cases alone, of all time and nobody's."""
    model = resolved.model
    columns = {
        column: compile_column(findings, column, found, resolved.place(f"columns.{column}"))
        for column, found in (model.columns or {}).items()
    }
    source = Source(
        name=name,
        span=findings.document.key(("sources", name)),
        files=model.files,
        key=model.key,
        agent=() if events else model.agent or (),
        team=None if events else model.team,
        time=None if events else model.time,
        timeless=events or bool(model.timeless),
        timezone=model.timezone,
        where=_where(findings, resolved, names_of(name, columns), vocabulary),
        columns=columns,
        empty=model.empty or "error",
        order=model.order or (),
        duplicates=_duplicates(findings, resolved),
        credit=model.credit or "each",
        encoding=model.encoding,
        delimiter=model.delimiter,
        sheet=model.sheet,
        total_rows=model.total_rows,
        like=model.like,
        preset=model.preset,
    )
    _check(findings, source, resolved)
    if not events and resolved.complete:
        _check_credit(findings, source)
    return source


def compile_roster(findings: Findings, model: RosterModel | None) -> RosterSpec | None:
    """Compile the roster, if there is one."""
    if model is None:
        return None
    here: Path = ("roster",)
    columns = {
        name: compile_column(findings, name, column, (*here, "columns", name)) for name, column in model.columns.items()
    }
    _known(findings, [model.agent], columns, findings.document.value((*here, "agent")))
    _check_placeholders(findings, model.files, (*here, "files"))
    for name in ("joined", "left", "since", "until"):
        if name in columns and columns[name].type not in MOMENTS:
            _wrong_type(findings, columns[name], "a date", "type: date")
    return RosterSpec(
        files=model.files,
        agent=model.agent,
        columns=columns,
        span=findings.document.key(here),
        ignore=model.ignore,
        match_names=model.match_names,
        encoding=model.encoding,
        sheet=model.sheet,
    )


def roster_names(roster: RosterSpec | None) -> SourceNames | None:
    """Return what the conditions of scorecards may name."""
    if roster is None:
        return None
    names = names_of(ROSTER, roster.columns)
    if "joined" not in names.columns:
        return names
    return SourceNames(ROSTER, {**names.columns, "tenure_days": (Kind.NUMBER, None)})


def check_zone(findings: Findings, zone: str | None, at: Path) -> None:
    """Note a time zone that does not exist."""
    if zone is None:
        return
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        findings.unknown("unknown-timezone", zone, sorted(available_timezones()), findings.document.value(at))


def _where(findings: Findings, resolved: Resolved, names: SourceNames, vocabulary: Vocabulary) -> RowExpression | None:
    if resolved.model.where is None or not (resolved.complete or names.columns):
        return None
    expression, faults = compile_row(resolved.model.where, names, vocabulary)
    findings.faults(resolved.place("where"), faults)
    return expression


def _duplicates(findings: Findings, resolved: Resolved) -> Duplicates | None:
    written = resolved.model.duplicates
    if written is None:
        return None
    match, at = _DUPLICATES.fullmatch(written), resolved.place("duplicates")
    if match is None:
        message = f"`{written}` does not say which row counts"
        findings.error("bad-choice", message, at, "write `latest(column)` or `earliest(column)`")
        return None
    if resolved.complete:
        _known(findings, [match[2]], resolved.model.columns or {}, findings.document.value(at))
    return Duplicates("latest" if match[1] == "latest" else "earliest", match[2])


def _check(findings: Findings, source: Source, resolved: Resolved) -> None:
    check_zone(findings, source.timezone, resolved.place("timezone"))
    if source.files is not None:
        _check_placeholders(findings, source.files, resolved.place("files"))
    if not resolved.complete:
        return
    for key in ("key", "agent", "team", "time", "order"):
        written = getattr(source, key)
        names = (written,) if isinstance(written, str) else written or ()
        if key != "time" or written != "file":
            _known(findings, names, source.columns, findings.document.value(resolved.place(key)))
    _check_time(findings, source, resolved)
    if source.duplicates is not None and source.key is None:
        message = "`duplicates` needs a `key` by which rows are the same"
        findings.error_at_key("source-key", message, resolved.place("duplicates"), "add `key:` with a column")


def _check_time(findings: Findings, source: Source, resolved: Resolved) -> None:
    for name in (*((source.time,) if source.time else ()), *source.order):
        column = source.columns.get(name)
        if column is not None and column.type not in MOMENTS:
            _wrong_type(findings, column, "a time", "type: datetime")
    here: Path = ("sources", source.name)
    if source.time is not None and source.timeless:
        message = f"`{source.name}` has a time and is timeless"
        findings.error_at_key("source-time", message, resolved.place("timeless"), "keep one of the two")
    files = source.files or ""
    if source.time is None and not source.timeless and "{period}" not in files and "{start}" not in files:
        message = f"nothing says which period the rows of `{source.name}` belong to"
        help_text = "add `time:` with a column, `time: file`, `timeless: true`, or {period} to the name in `files`"
        findings.error_at_key("source-time", message, here, help_text)


def _check_credit(findings: Findings, source: Source) -> None:
    if not source.agent and source.team is None:
        message = f"nothing says who gets the credit for the rows of `{source.name}`"
        help_text = "add `agent:` with a column, or `team:` for a source of whole teams"
        findings.error_at_key("source-agent", message, ("sources", source.name), help_text)


def _known(findings: Findings, names: Iterable[str], columns: Mapping[str, object], span: Span) -> None:
    for name in names:
        if name not in columns:
            findings.unknown("unknown-column", name, columns, span)


def _wrong_type(findings: Findings, column: SourceColumn, needed: str, example: str) -> None:
    message = f"column `{column.name}` must be {needed}, but is read as {column.type}"
    header = column.headers[0]
    help_text = f"write `{column.name}: {{from: {header}, {example}}}`"
    findings.error("column-type", message, column.span or (), help_text)


def _check_placeholders(findings: Findings, files: str, at: Path) -> None:
    for match in re.finditer(r"\{([^{}]*)\}", files):
        if match[1] not in _PLACEHOLDERS:
            span = findings.document.within(at, match.start(), len(match[0]))
            help_text = "{period}, {start} and {end} are known"
            findings.error("bad-placeholder", f"`{match[0]}` has no meaning in a file's name", span, help_text)
