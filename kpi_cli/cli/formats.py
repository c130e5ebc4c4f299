"""Which format an answer takes: as `--format` says, as the file's ending says, as suits who reads it."""

import sys
from collections.abc import Sequence
from pathlib import PurePath
from typing import NoReturn

from kpi_cli.cli.streams import is_terminal
from kpi_cli.cli.writing import STANDARD_OUTPUT, check_target
from kpi_cli.problems import Exit, KpiError, Problem, did_you_mean
from kpi_cli.reports.formats import Format
from kpi_cli.reports.safe import visible

ENDINGS = {".csv": Format.CSV, ".json": Format.JSON, ".md": Format.MARKDOWN, ".xlsx": Format.XLSX}
TEXT_OR_JSON = ("text", "json")
_NAMED = tuple(str(known) for known in Format if known is not Format.XLSX)


def results_format(named: str | None, output: str | None) -> Format:
    """Return the format of results: a table on a terminal and CSV in a pipe unless told. Raises KpiError."""
    if named == Format.XLSX:
        refuse("a workbook goes into a file", "write `-o scores.xlsx`")
    asked = Format(one_of(named, _NAMED)) if named else None
    if output is None or output == STANDARD_OUTPUT:
        return asked or (Format.TABLE if is_terminal(sys.stdout) else Format.CSV)
    by_ending = ENDINGS.get(PurePath(output).suffix.lower())
    if asked and by_ending and asked is not by_ending:
        refuse(f"`--format {asked}` does not fit `{visible(output)}`", "leave one of the two out")
    return asked or by_ending or _without_format(output)


def _without_format(output: str) -> NoReturn:
    check_target(output)
    hint = "end it with .csv, .json, .md or .xlsx, or give --format"
    refuse(f"`{visible(output)}` does not say which format", hint)


def text_or_json(named: str | None, output: str | None = None) -> bool:
    """Return whether JSON is asked for, by name or by the file's ending. Raises KpiError."""
    by_ending = None if output is None else ENDINGS.get(PurePath(output).suffix.lower())
    asked = one_of(named, TEXT_OR_JSON) if named else None
    if by_ending not in {None, Format.JSON}:
        refuse(f"`{visible(output or '')}` would hold text or JSON", "end it with .txt or .json")
    if asked == "text" and by_ending:
        refuse(f"`--format {asked}` does not fit `{visible(output or '')}`", "leave one of the two out")
    return (asked or by_ending) in {"json", Format.JSON}


def one_of(named: str, known: Sequence[str]) -> str:
    """Return the name if it is known. Raises KpiError."""
    if named not in known:
        refuse(f"no format `{visible(named)}`", did_you_mean(named, known) or f"one of {', '.join(known)}")
    return named


def refuse(message: str, help_text: str) -> NoReturn:
    """Raise the KpiError of wrong usage."""
    raise KpiError(Problem("usage", message, help=help_text), Exit.USAGE)
