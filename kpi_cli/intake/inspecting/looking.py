"""Files nobody has described -> what they are. Files with the same header are one source."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from kpi_cli.intake.files.arguments import candidates
from kpi_cli.intake.files.blocks import InputFile
from kpi_cli.intake.files.headers import header_key
from kpi_cli.intake.inspecting import headerwords, patterns
from kpi_cli.intake.inspecting.candidates import bots_in, case_of, find_roles, told
from kpi_cli.intake.inspecting.drafting import Found
from kpi_cli.intake.inspecting.evidence import Bounds, Evidence, Form
from kpi_cli.intake.inspecting.fitting import fits_of
from kpi_cli.intake.inspecting.inspection import Entry, Inspection, SeenColumn
from kpi_cli.intake.inspecting.matching import matched
from kpi_cli.intake.inspecting.recognising import Recognised, recognise
from kpi_cli.intake.inspecting.rosters import parts_of, passed_over, people_of, persons, roster_entry
from kpi_cli.intake.inspecting.sampling import MOST_ROWS, sampled
from kpi_cli.intake.inspecting.settled import Settled
from kpi_cli.intake.inspecting.settling import settle
from kpi_cli.intake.inspecting.suggesting import suggested
from kpi_cli.problems import Exit, KpiError, Problem, Severity
from kpi_cli.scheme.compiled import ColumnType

_BESIDE = 2  # columns, how far a time of day may stand from its date
_DAY = 86_400
_EDGE = timedelta(days=3)  # rows of the first days of a month may be the end of an export of the month before
_NO_TABLE = "this may be no table at all"
_NO_EXPORTS = frozenset({".md", ".rst", ".yaml", ".yml", ".toml", ".ini", ".py", ".sql", ".sqlite", ".db", ".log"})
"""Endings of what lies beside exports in a folder and is none."""


class Inspected(Struct, frozen=True):
    """What was found, and what of a folder could not be looked at."""

    inspections: tuple[Inspection, ...]
    warnings: tuple[Problem, ...]


def inspect(data: Sequence[str], most: int = MOST_ROWS) -> Inspected:
    """Look at files, and at those in folders, at about so many rows of each source.

    Raises KpiError for what is named and cannot be read, or when there is nothing else.
    """
    opened: list[Recognised] = []
    errors: list[KpiError] = []
    passed: list[KpiError] = []
    for argument in candidates(data, ()):
        if not argument.named and argument.name.suffix.lower() in _NO_EXPORTS:
            continue
        try:
            opened.extend(recognise(InputFile(argument.label, argument.path, member=argument.member)))
        except KpiError as error:
            (errors if argument.named else passed).append(error)
    if errors:
        raise KpiError([each for error in errors for each in error.problems], max(error.exit_code for error in errors))
    found: list[Inspection] = []
    for group in _grouped(opened):
        found.append(inspected(group, most, [each.entry.name for each in found]))
    warnings = tuple(replace(each, severity=Severity.WARNING) for error in passed for each in error.problems)
    if not found:
        named = ", ".join(f"`{each}`" for each in data)
        problem = Problem(
            "nothing-to-inspect", f"no export in {named}", help="name a file, or a folder that holds some"
        )
        raise KpiError([*warnings, problem], Exit.DATA)
    return Inspected(tuple(matched(found)), warnings)


def _grouped(opened: Iterable[Recognised]) -> list[list[Recognised]]:
    groups: dict[tuple[object, ...], list[Recognised]] = {}
    for each in opened:
        header = tuple(header_key(cell) for cell in each.file.header)
        key = (header, each.file.dialect.delimiter == ";", each.sheet, each.question is None)
        groups.setdefault(key, []).append(each)
    return list(groups.values())


def inspected(group: Sequence[Recognised], most: int, taken: Sequence[str]) -> Inspection:
    """Look at files with the same header; `taken` are the names of sources that are no longer free."""
    first = group[0]
    sample = sampled([each.file for each in group], most)
    settled = {column.place: settle(column, first.file.dialect.delimiter) for column in sample.columns}
    joined = _date_and_clock(sample.columns, settled)
    roles = find_roles(sample, settled, joined)
    found = Found(tuple(each.file.label for each in group), sample, settled, roles, joined, first.sheet, first.titled)
    fits = fits_of(first.file.header)
    parts = {} if any(fit.good for fit in fits) else parts_of(found)
    entry, names = roster_entry(found, parts) if parts else suggested(found, fits, taken)
    if first.question is not None:
        entry = replace(entry, questions=(first.question, *entry.questions))
    return Inspection(
        files=tuple(each.seen for each in group),
        rows=sample.rows,
        whole=sample.whole,
        skipped=dict(sample.skipped),
        ragged=sample.ragged,
        columns=tuple(_seen_columns(found, entry, names)),
        candidates=tuple(persons(found, parts) if parts else told(sample, roles)),
        bots=bots_in(sample, roles.agents[0]) if roles.agents else (),
        fits=fits,
        notes=tuple(_notes(found, first, entry)),
        entry=entry,
        people=people_of(found, parts),
        period=None if parts else _period(found),
    )


def _period(found: Found) -> str | None:
    """Return the last month with rows, but for its first days, else what the name of the last file says."""
    times = found.roles.times
    if not times:
        return patterns.period_of(found.labels)
    settled = found.settled[times[0]]
    low, high = (
        (settled.bounds.low, settled.bounds.high) if settled.bounds and settled.question is None else (None, None)
    )
    if (
        low is None
        or high is None
        or settled.entry.type not in {ColumnType.DATE, ColumnType.DATETIME}
        or "e" in high[1].casefold()
    ):
        return None
    first = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(low[0]))
    last = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(high[0])) - _EDGE
    return f"{max(last, first):%Y-%m}"


def _date_and_clock(columns: Sequence[Evidence], settled: Mapping[int, Settled]) -> tuple[int, ...]:
    """Return the places of a date and of the time of day beside it."""
    dates = [
        each
        for each in columns
        if headerwords.is_date(each.header) and settled[each.place].entry.type is ColumnType.DATE
    ]
    clocks = [each for each in columns if headerwords.is_clock(each.header) and _is_time_of_day(each)]
    pairs = ((date.place, clock.place) for date in dates for clock in clocks)
    return next((pair for pair in pairs if abs(pair[0] - pair[1]) <= _BESIDE), ())


def _is_time_of_day(column: Evidence) -> bool:
    spans = column.forms[Form.SPAN] + column.forms[Form.SHORT]
    highest = column.bounds.get(Form.SPAN, Bounds()).high
    colons = all(":" in cell for form in (Form.SPAN, Form.SHORT) for cell in column.odd.get(form, ()))
    return 0 < spans == column.sampled and colons and (highest is None or highest[0] < _DAY)


def _seen_columns(found: Found, entry: Entry, names: Mapping[int, str]) -> Iterator[SeenColumn]:
    for column in found.sample.columns:
        place, settled = column.place, found.settled[column.place]
        name = names.get(place)
        kept = name is not None and (name in entry.columns or entry.preset is not None)
        reason = passed_over(found, place) if entry.is_roster else found.left_out(place)
        question = next((each for each in entry.questions if each.about == column.header and each.key == name), None)
        bounds = settled.bounds or Bounds()
        yield SeenColumn(
            place=place,
            header=column.header,
            entry=found.entry_of(place),
            evidence=settled.evidence,
            cells=column.cells,
            sampled=column.sampled,
            reads=settled.reads,
            distinct=column.distinct() - bool(column.missing),
            low=bounds.low[1] if bounds.low else None,
            high=bounds.high[1] if bounds.high else None,
            examples=tuple(column.examples),
            missing=dict(column.missing),
            odd=dict(settled.odd or {}),
            unit_from=settled.unit_from,
            name=name if kept else None,
            reason=None if kept else reason or "the preset does not need it",
            question=question,
        )


def _names_somebody(found: Found) -> bool:
    return bool(found.roles.agents or found.roles.weak or found.roles.team is not None)


def _notes(found: Found, first: Recognised, entry: Entry) -> Iterator[str]:
    sample = found.sample
    if entry.is_roster:
        yield "a roster: one row for each person, nothing measured"
    if not sample.rows:
        yield "a header alone, so types, key and time cannot be told: inspect an export with rows"
    if not sample.whole:
        yield f"the first {sample.rows:,} rows were looked at; there are more"
    if sample.ragged:
        most = f", and only {sample.rows:,} of as many: {_NO_TABLE}" if sample.ragged > sample.rows else ""
        yield f"{sample.ragged:,} records of another number of cells than the header{most}"
    elif len(sample.columns) == 1 and not (entry.is_roster or _names_somebody(found)):
        yield f"a single column, which names no persons: {_NO_TABLE}"
    if first.seen.preamble:
        lines = "1 line" if first.seen.preamble == 1 else f"{first.seen.preamble} lines"
        yield f"{lines} above the header passed over"
    if first.others:
        yield f"other sheets: {', '.join(first.others)}"
    case = None if entry.is_roster else case_of(sample, found.settled, found.roles)
    if case is not None:
        events = f"each `{found.header[case]}` stands in {sample.rows / found.sample.columns[case].distinct():.1f} rows"
        yield f"{events}, as events do: a second source with `cases: {{of: {entry.name}}}` makes one row of them"
