"""What was found in exports nobody has described: for people, and as data."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import asdict, replace
from rich.text import Text

from kpi_cli import __version__
from kpi_cli.intake.inspecting.inspection import ColumnEntry, Inspection, Question, Role, SeenColumn
from kpi_cli.intake.inspecting.measures import measures_of
from kpi_cli.reports.columns import Field
from kpi_cli.reports.inspectscheme import metric_with_target, next_steps
from kpi_cli.reports.layout import Fit, fitted
from kpi_cli.reports.page import Page, paragraphs, printed, wrapped
from kpi_cli.reports.safe import visible
from kpi_cli.reports.sourceyaml import column_evidence, preset_lines, question_line, sources_yaml, summary_line
from kpi_cli.reports.tables import grid

FORMAT = "kpi.inspection/1"


def inspection_page(inspections: Sequence[Inspection], page: Page, data: Sequence[str] = ()) -> str:
    """Return for each export what it is, its columns, and what is not guessed; then the entries, and what comes next.

    `data` are the arguments that led to the exports.
    """
    blocks = [block for inspection in inspections for block in _blocks(inspection, page)]
    entry = paragraphs([Text(line, style=_style(line)) for line in sources_yaml(inspections, bare=True).splitlines()])
    measured = list(_measured(inspections))
    steps = list(_steps(inspections, data))
    return printed(paragraphs([*blocks, entry, *measured, *steps], "\n\n"), page)


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
    if any(column.header or column.cells for column in inspection.columns):
        yield paragraphs(list(_table(inspection.columns, page)))
    if inspection.questions:
        yield paragraphs([Text("Not guessed", style="bold"), *_questions(inspection.questions, page)])


def _candidates(inspection: Inspection) -> Iterator[str]:
    times = [each.header for each in inspection.candidates if each.role is Role.TIME and not each.chosen]
    for candidate in inspection.candidates:
        if candidate.chosen or candidate.role is not Role.TIME:
            chosen = "" if candidate.chosen else ", not used"
            yield f"{candidate.role}: {candidate.header}{chosen} ({candidate.why})"
    if times:
        yield f"other times: {', '.join(times)}"
    if inspection.bots:
        yield f"no persons among the agents: {', '.join(inspection.bots)}"


def _table(columns: Sequence[SeenColumn], page: Page) -> Iterator[Text]:
    """Yield a line for each column, and further ones for evidence that is longer than the page is wide."""
    fields = _fields([column for column in columns if column.header or column.cells])
    fit = fitted(fields, page.width)
    width = fit.widths[-1]
    lines = [wrapped(Text(visible(text)), Page(width), indent=0) for text in fit.fields[-1].texts]
    rows = [(row, place) for row, found in enumerate(lines) for place in range(len(found))]
    first = [
        replace(field, texts=["" if place else field.texts[row] for row, place in rows]) for field in fit.fields[:-1]
    ]
    last = replace(fit.fields[-1], texts=[lines[row][place].plain for row, place in rows])
    yield from grid(Fit((*first, last), fit.widths, fit.left_out))


def _measured(inspections: Sequence[Inspection]) -> Iterator[Text]:
    found = [each for measures in measures_of(inspections).values() for each in measures]
    if found:
        shown = (Text(visible(f"  {metric_with_target(each)}")) for each in found)  # one line each, to be copied
        yield paragraphs([Text("Metrics that these allow; the targets are yours to set", style="bold"), *shown])


def _steps(inspections: Sequence[Inspection], data: Sequence[str]) -> Iterator[Text]:
    steps = list(next_steps(inspections, data)) if data else []
    if steps:
        shown = (
            Text(visible(text), style=style)  # a command stands on one line, however long, to be copied
            for command, why in steps
            for text, style in ((f"  # {why}", "dim"), (f"  {command}", ""))
        )
        yield paragraphs([Text("Next", style="bold"), *shown])


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
        "kind": "roster" if entry.is_roster else "source",
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
        "metrics": [asdict(measure) for each in measures_of([inspection]).values() for measure in each],
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
        "map": dict(entry.map) or None,
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
