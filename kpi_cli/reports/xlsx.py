"""A plain workbook: the columns of the CSV, ids as text, numbers as numbers. The same results give the same bytes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from kpi_cli.pipeline import Outcome
from kpi_cli.reports.cells import DETAIL, SUMMARY, detail_cells, line_constants, summary_cells, wide_cells, wide_columns
from kpi_cli.reports.safe import visible
from kpi_cli.reports.words import words_of
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scoring.cards import Sheet

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)  # a fixed date, so that equal results are equal files
_NUMBERS = frozenset({"score", "coefficient", "rank", "of", "coverage", "value", "n", "weight", "points"})
_WIDE = frozenset({"agent_name", "label", "notes", "note"})
_FIXED = frozenset({"score", "coefficient"})  # printed with all their decimals, zeros included


def scores_xlsx(outcome: Outcome, *, detail: bool = False, wide: bool = False) -> bytes:
    """Return a workbook with the summary and, if asked for, a sheet with one line per agent and metric."""
    words = words_of(outcome.scheme.language)
    target = BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        book.set_properties({"title": visible(outcome.scheme.name), "created": _CREATED.replace(tzinfo=None)})
        header = wide_columns(outcome.scheme) if wide else SUMMARY
        _sheet(book, words.summary, header, _summary_rows(outcome, wide=wide))
        if detail:
            _sheet(book, words.detail, DETAIL, _detail_rows(outcome))
    return target.getvalue()


def _sheet(book: Any, name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:  # noqa: ANN401 - xlsxwriter has no types
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1})
    for position, title in enumerate(header):
        sheet.set_column(position, position, 24 if title in _WIDE else 12)
        sheet.write_string(0, position, title, bold)
    numeric = _NUMBERS | (frozenset(header) - frozenset((*SUMMARY, *DETAIL)))  # values and scores of metrics
    formats: dict[str, Any] = {}
    count = 0
    for count, row in enumerate(rows, start=1):
        for position, (title, text) in enumerate(zip(header, row, strict=True)):
            if text and title in numeric:
                shown = _number_format(title, text)
                style = formats.get(shown) or formats.setdefault(shown, book.add_format({"num_format": shown}))
                sheet.write_number(count, position, float(text), style)
            elif text:
                sheet.write_string(count, position, visible(text))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, count, len(header) - 1)


def _number_format(title: str, text: str) -> str:
    """Return the format that shows scores and coefficients with the decimals they are printed with."""
    decimals = len(text.partition(".")[2]) if title in _FIXED else 0
    return f"0.{'0' * decimals}" if decimals else "General"


def _summary_rows(outcome: Outcome, *, wide: bool) -> Iterator[tuple[str, ...]]:
    cells = wide_cells if wide else summary_cells
    for sheet in outcome.sheets:
        yield from zip(*cells(sheet, outcome.scheme).values(), strict=True)


def _detail_rows(outcome: Outcome) -> Iterator[tuple[str, ...]]:
    for sheet in outcome.sheets:
        cells = summary_cells(sheet, outcome.scheme)
        heads = zip(*(cells[name] for name in DETAIL[:4]), strict=True)
        lines = [_lines(sheet, position, outcome.scheme) for position in range(len(sheet.lines))]
        for head, *tails in zip(heads, *lines, strict=True):
            for tail in tails:
                yield (*head, *tail)


def _lines(sheet: Sheet, position: int, scheme: Scheme) -> list[tuple[str, ...]]:
    column = sheet.lines[position]
    constants = {name: [text] * len(sheet) for name, text in line_constants(column).items()}
    cells = {**constants, **detail_cells(column, scheme)}
    return list(zip(*(cells[name] for name in DETAIL[4:]), strict=True))
