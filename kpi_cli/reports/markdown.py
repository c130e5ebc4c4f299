"""A GitHub table per period and scorecard, with the columns of the terminal's table."""

from collections.abc import Iterable

from kpi_cli.pipeline import Outcome
from kpi_cli.reports.columns import Field, card_fields, summary_fields
from kpi_cli.reports.headings import agent_heading, card_heading, grade_counts, sheets_by_period
from kpi_cli.reports.safe import markdown_text
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scoring.cards import Sheet


def scores_markdown(outcome: Outcome, *, detail: bool = False, wide: bool = False) -> str:
    """Return headings, tables and the distribution of grades; `detail` adds a table of each agent's card."""
    blocks: list[str] = []
    for period, sheets in sheets_by_period(outcome.sheets):
        for sheet in sheets:
            blocks += _section(sheet, outcome.scheme, detail=detail, wide=wide)
        blocks.append(markdown_text(grade_counts(period, sheets, outcome.scheme)))
    return "\n\n".join(blocks) + "\n"


def _section(sheet: Sheet, scheme: Scheme, *, detail: bool, wide: bool) -> list[str]:
    blocks = [
        f"## {markdown_text(card_heading(sheet, scheme))}",
        _table(summary_fields(sheet, scheme, wide=wide, with_notes=True)),
    ]
    for row in range(len(sheet) if detail and sheet.card else 0):
        blocks.append(f"### {markdown_text(agent_heading(sheet.summary(row), scheme))}")
        blocks.append(_table(card_fields(sheet.details(row), scheme)))
    return blocks


def _table(fields: Iterable[Field]) -> str:
    fields = list(fields)
    head = " | ".join(markdown_text(field.title) for field in fields)
    rule = " | ".join("---:" if field.right else "---" for field in fields)
    rows = zip(*(field.texts for field in fields), strict=True)
    lines = [f"| {' | '.join(markdown_text(text) for text in row)} |" for row in rows]
    return "\n".join([f"| {head} |", f"| {rule} |", *lines])
