"""JSON, for programs: everything the tables show, exact decimals as strings, and the account of every row."""

import json
from collections.abc import Iterable, Iterator

from kpi_cli.pipeline import Outcome
from kpi_cli.reports.cells import detail_cells, line_constants, summary_cells
from kpi_cli.reports.payslip import pay_document
from kpi_cli.reports.problemsjson import TOOL, Document, problem_document
from kpi_cli.reports.words import sentence
from kpi_cli.rows import Account, SourceReport
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scoring.cards import Note, Sheet

FORMAT = "kpi.scores/1"
_NUMBERS = frozenset({"rank", "of"})
_COUNTS = (
    *("read", "used", "outside_period", "filtered", "duplicate", "unattributed"),
    *("unknown_agent", "rejected", "filtered_missing"),
)


def scores_json(outcome: Outcome) -> str:
    """Return the whole outcome as a document of the format `kpi.scores/1`."""
    scheme = outcome.scheme
    return dumped(
        {
            "format": FORMAT,
            "tool": TOOL,
            "scheme": {"name": scheme.name, "sha256": scheme.sha256},
            "inputs": [{"file": entry.file, "sha256": entry.sha256, "rows": entry.rows} for entry in outcome.inputs],
            "accounting": list(_accounting(outcome)),
            "periods": [
                {"period": period.name, "first": str(period.first), "last": str(period.last), "days": period.days}
                for period in sorted(outcome.reports, key=lambda period: period.sort_key)
            ],
            "agents": [agent for sheet in outcome.sheets for agent in agent_documents(sheet, scheme)],
            "warnings": [problem_document(warning) for warning in outcome.warnings],
        }
    )


def dumped(document: Document) -> str:
    """Return the text of a JSON document, the same on every machine."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _accounting(outcome: Outcome) -> Iterator[Document]:
    for period in sorted(outcome.reports, key=lambda period: period.sort_key):
        for report in outcome.reports[period]:
            yield {"source": report.source, "period": period.name, **_account(report.account), **_names(report)}


def _account(account: Account) -> Document:
    counts: Document = {name: getattr(account, name) for name in _COUNTS}
    return {**counts, "skipped": dict(sorted(account.skipped.items()))}


def _names(report: SourceReport) -> Document:
    return {
        "unknown_agents": list(report.unknown),
        "ignored": list(report.ignored),
        "first_day": str(report.first_day) if report.first_day else None,
        "last_day": str(report.last_day) if report.last_day else None,
        "days": len(report.days),
    }


def agent_documents(sheet: Sheet, scheme: Scheme) -> Iterator[Document]:
    """Yield each agent's summary with its lines."""
    cells = summary_cells(sheet, scheme)
    lines = [list(_lines(sheet, position, scheme)) for position in range(len(sheet.lines))]
    for row, values in enumerate(zip(*cells.values(), strict=True)):
        summary = _typed(dict(zip(cells, values, strict=True)))
        notes = _notes(sheet.notes.get(row, ()), scheme)
        pay = {"pay": pay_document(sheet.slip(row))} if sheet.payroll is not None else {}
        yield {**summary, "notes": notes, **pay, "lines": [line[row] for line in lines]}


def _lines(sheet: Sheet, position: int, scheme: Scheme) -> Iterator[Document]:
    column = sheet.lines[position]
    constants = line_constants(column)
    head = {name: constants[name] or None for name in ("dimension", "metric", "label")}
    cells = detail_cells(column, scheme)
    for row, values in enumerate(zip(*cells.values(), strict=True)):
        line = _typed(dict(zip(cells, values, strict=True)))
        yield {
            **head,
            "value": line["value"],
            "n": _count(line["n"]),
            "target": constants["target"] or None,
            "score": line["score"],
            "weight": constants["weight"],
            "points": line["points"],
            "status": line["status"],
            "note": _notes((*column.remarks, *column.notes.get(row, ())), scheme),
        }


def _typed(texts: dict[str, str]) -> Document:
    """Return null for what is empty, and numbers for ranks; decimals stay text, as exact as they were printed."""
    return {name: (int(text) if name in _NUMBERS else text) if text else None for name, text in texts.items()}


def _count(text: str | None) -> int | str | None:
    """Return evidence as a number, like ranks; rows credited in parts can make it a decimal, which stays text."""
    return int(text) if text and text.isdecimal() else text


def _notes(notes: Iterable[Note], scheme: Scheme) -> list[Document]:
    return [{"code": str(note.code), "about": list(note.about), "text": sentence(note, scheme)} for note in notes]
