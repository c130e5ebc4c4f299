"""The export formats known by name, for people: all of them in a line each, or one with its columns."""

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from rich.text import Text

from kpi_cli.intake.presets import Preset
from kpi_cli.reports.page import Page, paragraphs, printed, wrapped
from kpi_cli.scheme.model.sources import ColumnModel, SourceModel

_GAP: Final = 2
_NARROWEST: Final = 20  # cells, for what may go on below itself
_TITLES: Final = ("column", "read as", "header in the export")


def preset_list(presets: Sequence[Preset], page: Page) -> str:
    """Return the name of each preset and what it reads."""
    rows = _grid([(preset.name, preset.title) for preset in presets], page)
    hint = Text("`kpi presets NAME` shows the columns of one.", style="dim")
    return printed(paragraphs([*rows, Text(""), *wrapped(hint, page)]), page)


def preset_page(preset: Preset, page: Page) -> str:
    """Return what there is to know of a preset, an entry for a scheme, and its columns."""
    columns = preset.source.columns or {}
    rows = [
        (name + _role(name, preset.source), _read_as(column), _found_in(column)) for name, column in columns.items()
    ]
    blocks = [
        [Text(preset.name, style="bold"), *wrapped(Text(preset.title), page)],
        [line for paragraph in preset.about for line in wrapped(Text(paragraph), page)],
        [Text(line) for line in _entry(preset)],
        _grid([_TITLES, *rows], page, head=True),
    ]
    return printed(paragraphs([paragraphs(block) for block in blocks], "\n\n"), page)


def _entry(preset: Preset) -> list[str]:
    """Return the lines with which a scheme uses the preset."""
    source = preset.source
    files = "export-*.csv" if source.time else "export-{period}.csv"
    lines = ["sources:", f"  {preset.name.replace('-', '_')}:", f"    preset: {preset.name}", f'    files: "{files}"']
    if not source.agent and not source.team:
        lines += ["    agent: agent", "    columns: {agent: HEADER}"]
    return lines


def _role(column: str, source: SourceModel) -> str:
    roles = {"key": (source.key,), "agent": source.agent or (), "team": (source.team,), "time": (source.time,)}
    found = [role for role, names in roles.items() if column in names and role != column]
    return f" ({', '.join(found)})" if found else ""


def _read_as(column: str | ColumnModel) -> str:
    if isinstance(column, str):
        return "text"
    signed = "may be negative" if column.signed else None
    return ", ".join(filter(None, (column.type, column.unit, column.format, signed)))


def _found_in(column: str | ColumnModel) -> str:
    if isinstance(column, str):
        return column
    return " + ".join(column.join) if column.join else " or ".join(column.found_in or ())


def _grid(rows: Sequence[Sequence[str]], page: Page, *, head: bool = False) -> list[Text]:
    """Return rows as lines, all cells but the last padded; the last goes on below itself where it is too long."""
    widths = [max(cell_len(row[place]) for row in rows) + _GAP for place in range(len(rows[0]) - 1)]
    rest = Page(None if page.width is None else max(page.width - sum(widths), _NARROWEST))
    lines = []
    for number, row in enumerate(rows):
        padded = "".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=False))
        for place, part in enumerate(wrapped(Text(row[-1]), rest, indent=0)):
            before = " " * sum(widths) if place else padded
            lines.append(Text(before + part.plain, style="dim" if head and not number else ""))
    return lines
