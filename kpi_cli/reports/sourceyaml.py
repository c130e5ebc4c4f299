"""Entries for `sources:` and `roster:` as YAML, the findings beside them, and what is open as lines to uncomment."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from rich.cells import cell_len

from kpi_cli.intake.inspecting.inspection import ColumnEntry, Entry, Inspection, Question, Role, SeenColumn
from kpi_cli.reports.safe import visible
from kpi_cli.scheme.compiled import ColumnType

_PLAIN = re.compile(r"[^\W\d_][\w ./()%（）+-]*(?<! )")
_BRACKETS = re.compile(r"[^()]*(?:\([^()]*\)[^()]*)*")  # none is left open, which would be taken for a formula's
_ESCAPED = re.compile(
    "[^\x20-\x7e\xa0-\u2027\u202f-\u2065\u2070-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_ROLES: Final = (Role.KEY, Role.AGENT, Role.TEAM, Role.TIME)
_GAP = 2
_WIDEST = 72  # an entry's line up to its comment
_LONGEST = 32  # a cell that is shown to recognise a column by


def sources_yaml(inspections: Sequence[Inspection], *, bare: bool = False) -> str:
    """Return the entries of all exports under one `sources:`, and the roster's before them; `bare` without findings.

    A scheme has one roster: a further one is a comment.
    """
    rosters = ["\n".join(line[2:] for line in _block(each, bare)) for each in inspections if each.entry.is_roster]
    sources = ["\n".join(_block(each, bare)) for each in inspections if not each.entry.is_roster]
    further = [_further(block) for block in rosters[1:]]
    return "\n".join([*rosters[:1], *further, *(["sources:"] if sources else []), *sources]) + "\n"


def _further(roster: str) -> str:
    return "\n".join(["# another roster, in place of the one above:", *(f"# {line}" for line in roster.splitlines())])


def summary_line(inspection: Inspection) -> str:
    """Return in one line how the files of an export are written, and what their rows are."""
    skipped = ", ".join(f"{word} {count}" for word, count in inspection.skipped.items() if word)
    parts = [
        ", ".join(
            dict.fromkeys(_written(file.encoding, file.delimiter, file.form, file.sheet) for file in inspection.files)
        ),
        ", ".join(sorted({f"header in row {file.header_line}" for file in inspection.files if file.header_line})),
        ("1 row" if inspection.rows == 1 else f"{inspection.rows:,} rows")
        + (f" (skipped: {skipped})" if skipped else ""),
        *inspection.notes,
    ]
    return "; ".join(filter(None, parts))


def question_line(question: Question) -> str:
    """Return the line of a scheme that settles a question."""
    return f"{question.key}: {_value(question.value)}"


def column_value(entry: ColumnEntry) -> str:
    """Return what stands behind a column's name, in flow style."""
    if entry == ColumnEntry(entry.headers[:1]):
        return scalar(entry.headers[0])
    joined = len(entry.headers) > 1 and (entry.type is ColumnType.DATETIME or entry.type is ColumnType.TEXT)
    found = "join" if joined else "from"
    shown = [f"{found}: {_list(entry.headers) if len(entry.headers) > 1 else scalar(entry.headers[0])}"]
    shown += [f"type: {entry.type}"] if entry.type is not ColumnType.TEXT else []
    shown += [f"{key}: {scalar(text)}" for key, text in (("unit", entry.unit), ("format", entry.format)) if text]
    shown += [f"map: {_map(entry.map)}"] if entry.map else []
    shown += [f"missing: {_list(entry.missing)}"] if entry.missing else []
    shown += ["signed: true"] if entry.signed else []
    return f"{{{', '.join(shown)}}}"


def scalar(text: str) -> str:
    """Return a YAML scalar: as it is where that is safe, else in quotes, control characters and the like as escapes."""
    if _PLAIN.fullmatch(text) and _BRACKETS.fullmatch(text):
        return text
    if '"' in text and not _ESCAPED.search(text) and "\\" not in text:
        return "'" + text.replace("'", "''") + "'"
    return _ESCAPED.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - as YAML has it


def _map(told: Iterable[tuple[str, str]]) -> str:
    pairs = (f"{scalar(cell)}: {value if value.isdecimal() else scalar(value)}" for cell, value in told)
    return f"{{{', '.join(pairs)}}}"


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(scalar, texts))}]"


def _value(value: str | ColumnEntry) -> str:
    if isinstance(value, ColumnEntry):
        return column_value(value)
    return scalar(value)


def _written(encoding: str, delimiter: str, form: str, sheet: str | None) -> str:
    if sheet:
        return f"sheet `{sheet}` of a workbook"
    named = {"\t": "tab"}.get(delimiter, f"`{delimiter}`")
    return f"{encoding}, delimiter {named}" if delimiter else form


def _block(inspection: Inspection, bare: bool) -> Iterator[str]:  # noqa: FBT001 - as everywhere below, from `sources_yaml`
    entry = inspection.entry
    if not bare:
        told = (*(file.label for file in inspection.files), summary_line(inspection), *preset_lines(inspection))
        yield from map(_comment, told)
    yield f"  {entry.name}:"
    yield from _keys(inspection, bare=bare)
    yield from (_decide(question, entry, bare=bare) for question in entry.questions if isinstance(question.value, str))
    lines = list(_columns(inspection, bare=bare))
    open_ones = [question for question in entry.questions if isinstance(question.value, ColumnEntry)]
    if lines:
        yield "    columns:"
    elif open_ones:
        yield "    # columns:"
    yield from lines
    yield from (_decide(question, entry, bare=bare) for question in open_ones)
    if not bare:
        yield from _left_out(inspection.columns)


def preset_lines(inspection: Inspection) -> Iterator[str]:
    """Yield which presets the export may be of."""
    for fit in inspection.fits:
        used = "" if fit.preset == inspection.entry.preset else ", not used"
        yield f"preset {fit.preset}: {fit.found} of its {fit.of} columns are there ({fit.percent}%){used}"


def _keys(inspection: Inspection, *, bare: bool) -> Iterator[str]:
    entry = inspection.entry
    if entry.preset:
        yield f"    preset: {entry.preset}"
    yield f"    files: {json.dumps(entry.files, ensure_ascii=False)}"
    if entry.sheet:
        yield f"    sheet: {scalar(entry.sheet)}"
    why = {} if bare else {each.role: each.why for each in inspection.candidates if each.chosen}
    rows = [(f"    {role}: {entry.roles[role]}", why.get(role, "")) for role in _ROLES if role in entry.roles]
    yield from _beside(rows)
    if entry.match_names:
        yield "    match_names: true" + ("" if bare else "  # the exports hold names")


def _columns(inspection: Inspection, *, bare: bool) -> Iterator[str]:
    said = {} if bare else {column.name: column_evidence(column) for column in inspection.columns if column.name}
    rows = [
        (f"      {name}: {column_value(column)}", said.get(name, ""))
        for name, column in inspection.entry.columns.items()
    ]
    yield from _beside(rows)


def column_evidence(column: SeenColumn) -> str:
    """Return what speaks for a column's type."""
    if not column.cells:
        return "empty"
    if column.entry.type is ColumnType.TEXT:
        shown = ", ".join(f"`{_short(example)}`" for example in column.examples)
        parts = [f"{column.distinct:,} different: {shown}" if column.distinct > 1 else shown]
    else:
        parts = [column.evidence]
        if column.low is not None:
            parts.append(f"`{column.low}` to `{column.high}`" if column.low != column.high else f"only `{column.low}`")
        parts.append(_read(column))
    if column.missing:
        parts.append("without: " + counted(column.missing))
    if column.entry.missing:
        parts.append("no data: " + ", ".join(f"`{cell}`" for cell in column.entry.missing))
    if column.odd:
        parts.append("not read: " + counted(column.odd))
    return "; ".join(parts)


def _read(column: SeenColumn) -> str:
    looked_at = "" if column.sampled == column.cells else " looked at"
    if column.reads == column.sampled:
        return f"all {column.reads:,} cells{looked_at}" if column.reads > 1 else "one cell"
    return f"{column.reads:,} of {column.sampled:,} cells{looked_at}"


def _short(cell: str) -> str:
    """Return a cell on one line, and not too long, to recognise it by."""
    line = " ".join(cell.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def counted(cells: Mapping[str, int]) -> str:
    """Return cells and how often each stands there."""
    return ", ".join(f"{f'`{cell}`' if cell else 'empty'} {count:,}" for cell, count in cells.items())


def _beside(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield lines with their comments below each other."""
    width = max((cell_len(line) for line, _ in rows if cell_len(line) <= _WIDEST), default=0)
    for line, comment in rows:
        yield f"{line}{' ' * (max(width - cell_len(line), 0) + _GAP)}# {visible(comment)}" if comment else line


def _decide(question: Question, entry: Entry, *, bare: bool) -> str:
    """Return a question's line as a comment; where its key stands there already, it says that it takes its place."""
    replaced = _replaced(question, entry)
    hint = f" ({question.hint})" if question.hint else ""
    said = (f"in place of `{replaced}` above" if replaced else "", "" if bare else f"{question.why}{hint}")
    comment = visible(": ".join(filter(None, said)))
    indent = " " * (6 if isinstance(question.value, ColumnEntry) else 4)
    return f"{indent}# decide: {question_line(question)}{f'  # {comment}' if comment else ''}"


def _replaced(question: Question, entry: Entry) -> str | None:
    """Return the key of an entry that the answer to a question cannot stand beside."""
    key = "time" if question.key == "timeless" else question.key
    if isinstance(question.value, ColumnEntry):
        return key if key in entry.columns else None
    taken = {"files", *entry.roles, *(("sheet",) if entry.sheet else ())}
    return key if key in taken else None


def _left_out(columns: Sequence[SeenColumn]) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for column in columns:
        if column.name is None and column.reason and column.question is None:
            reasons.setdefault(column.reason, []).append(column.header or f"column {column.place + 1}")
    for reason, headers in reasons.items():
        yield f"    # left out, {reason}: {visible(', '.join(headers))}"


def _comment(text: str) -> str:
    return f"  # {visible(text)}"
