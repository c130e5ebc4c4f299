"""What was found in exports nobody has described: for people, and as data."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rich.text import Text

from kpi_cli import __version__
from kpi_cli.intake.inspecting.inspection import ColumnEntry, Inspection, Question, SeenColumn
from kpi_cli.reports.columns import Field
from kpi_cli.reports.layout import fitted
from kpi_cli.reports.page import Page, paragraphs, printed, wrapped
from kpi_cli.reports.safe import visible
from kpi_cli.reports.sourceyaml import column_evidence, preset_lines, question_line, sources_yaml, summary_line
from kpi_cli.reports.tables import grid

FORMAT = "kpi.inspection/1"


def inspection_page(inspections: Sequence[Inspection], page: Page) -> str:
    """Return for each export what it is, its columns, and what is not guessed; then the entries for a scheme."""
    blocks = [block for inspection in inspections for block in _blocks(inspection, page)]
    entry = paragraphs([Text(line, style=_style(line)) for line in sources_yaml(inspections).splitlines()])
    return printed(paragraphs([*blocks, entry], "\n\n"), page)


def inspection_json(inspections: Sequence[Inspection]) -> str:
    """Return everything that was found, as data."""
    document = {
        "format": FORMAT,
        "tool": f"kpi {__version__}",
        "sources": [_document(inspection) for inspection in inspections],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _style(line: str) -> str:
    if line.lstrip().startswith("# decide:"):
        return "yellow"
    return "dim" if line.lstrip().startswith("#") else ""


def _blocks(inspection: Inspection, page: Page) -> Iterator[Text]:
    labels = ", ".join(file.label for file in inspection.files)
    about = [summary_line(inspection), *preset_lines(inspection), *_candidates(inspection)]
    heading = wrapped(Text(visible(labels), style="bold"), page)
    yield paragraphs([*heading, *(line for text in about for line in wrapped(Text(visible(text)), page))])
    if inspection.columns:
        yield paragraphs(list(grid(fitted(_fields(inspection.columns), page.width))))
    if inspection.questions:
        yield paragraphs([Text("Not guessed", style="bold"), *_questions(inspection.questions, page)])


def _candidates(inspection: Inspection) -> Iterator[str]:
    for candidate in inspection.candidates:
        chosen = "" if candidate.chosen else ", not used"
        yield f"{candidate.role}: {candidate.header}{chosen} ({candidate.why})"
    if inspection.bots:
        yield f"no persons among the agents: {', '.join(inspection.bots)}"


def _fields(columns: Sequence[SeenColumn]) -> list[Field]:
    named = [column.name or f"({_short(column)})" for column in columns]
    units = [f"{column.entry.unit} ({column.unit_from})" if column.entry.unit else "" for column in columns]
    return [
        Field("Column", named, least=10),
        Field("Header", [column.header for column in columns], least=10),
        Field("Type", [str(column.entry.type) for column in columns]),
        Field("Unit", units, drop=2),
        Field("What its cells show", [column_evidence(column) for column in columns], least=24),
    ]


def _short(column: SeenColumn) -> str:
    return "to decide" if column.question is not None else "left out"


def _questions(questions: Sequence[Question], page: Page) -> Iterator[Text]:
    for question in questions:
        hint = f" ({question.hint})" if question.hint else ""
        yield from wrapped(Text(visible(f"{question.about}: {question.why}")), page)
        line = Text(visible(f"    {question_line(question)}{hint}"), style="yellow")
        yield from wrapped(line, page, indent=4)


def _document(inspection: Inspection) -> dict[str, Any]:
    entry = inspection.entry
    return {
        "name": entry.name,
        "files": [asdict(file) for file in inspection.files],
        "rows": inspection.rows,
        "all_rows_read": inspection.whole,
        "skipped": dict(inspection.skipped),
        "ragged": inspection.ragged,
        "notes": list(inspection.notes),
        "presets": [{**asdict(fit), "percent": fit.percent} for fit in inspection.fits],
        "candidates": [asdict(candidate) for candidate in inspection.candidates],
        "bots": list(inspection.bots),
        "columns": [_column(column) for column in inspection.columns],
        "questions": [_question(question) for question in entry.questions],
        "entry": sources_yaml([inspection]),
    }


def _column(column: SeenColumn) -> dict[str, Any]:
    entry = column.entry
    return {
        "header": column.header,
        "name": column.name,
        "left_out": column.reason,
        "type": str(entry.type),
        "unit": entry.unit,
        "unit_from": column.unit_from,
        "format": entry.format,
        "evidence": column.evidence,
        "cells": column.cells,
        "sampled": column.sampled,
        "read": column.reads,
        "distinct": column.distinct,
        "least": column.low,
        "greatest": column.high,
        "examples": list(column.examples),
        "missing": dict(column.missing),
        "not_read": dict(column.odd),
    }


def _question(question: Question) -> dict[str, Any]:
    within = "columns" if isinstance(question.value, ColumnEntry) else None
    return {
        "about": question.about,
        "why": question.why,
        "line": question_line(question),
        "within": within,
        "hint": question.hint or None,
    }
