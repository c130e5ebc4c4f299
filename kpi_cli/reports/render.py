"""The one place that knows all formats of results: an outcome and a view in, the content of a file out."""

# Imports stand where they are needed: CSV for a pipe must not pay for rich, nor a table for xlsxwriter.
# ruff: noqa: PLC0415

from collections.abc import Iterator
from typing import assert_never

from msgspec import Struct

from kpi_cli.pipeline import Outcome
from kpi_cli.reports.formats import Format

BOM = "\ufeff"


class View(Struct, frozen=True):
    """How much is shown, and where: `width` in terminal cells (None: as wide as it takes)."""

    detail: bool = False
    wide: bool = False
    bom: bool = False
    width: int | None = 80
    colour: bool = False


def rendered(outcome: Outcome, format: Format, view: View) -> Iterator[bytes]:  # noqa: A002 - the word users write
    """Yield the results in a format, text in UTF-8; of what is long, a piece at a time. Raises KpiError as `render`."""
    if format is Format.CSV:
        parts = _csv(outcome, view)
        yield _bom(outcome, view).encode() + next(parts)  # which raises, or nothing does
        yield from parts
    else:
        content = render(outcome, format, view)
        yield content.encode("utf-8", errors="backslashreplace") if isinstance(content, str) else content


def render(outcome: Outcome, format: Format, view: View) -> str | bytes:  # noqa: A002 - the word users write
    """Return the results in a format. Raises KpiError for ids that CSV cannot hold as they are."""
    match format:
        case Format.TABLE:
            return _table(outcome, view)
        case Format.CSV:
            return _bom(outcome, view) + b"".join(_csv(outcome, view)).decode()
        case Format.JSON:
            from kpi_cli.reports.jsonfile import scores_json

            return scores_json(outcome)
        case Format.MARKDOWN:
            from kpi_cli.reports.markdown import scores_markdown

            return scores_markdown(outcome, detail=view.detail, wide=view.wide)
        case Format.XLSX:
            from kpi_cli.reports.xlsx import scores_xlsx

            return scores_xlsx(outcome, detail=view.detail, wide=view.wide)
        case _:
            assert_never(format)


def _table(outcome: Outcome, view: View) -> str:
    from kpi_cli.reports.page import Page
    from kpi_cli.reports.tables import detail_table, summary_table

    page = Page(view.width, view.colour)
    return detail_table(outcome, page) if view.detail else summary_table(outcome, page, wide=view.wide)


def _bom(outcome: Outcome, view: View) -> str:
    return BOM if view.bom or outcome.scheme.output_bom else ""


def _csv(outcome: Outcome, view: View) -> Iterator[bytes]:
    from kpi_cli.reports.csvfile import detail_parts, summary_parts

    if view.detail:
        return detail_parts(outcome.sheets, outcome.scheme)
    return summary_parts(outcome.sheets, outcome.scheme, wide=view.wide)
