"""File names against the patterns of a scheme: globs with `{period}`, `{start}` and `{end}`, and dates in names."""

import fnmatch
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import PurePath

from kpi_cli.intake.files.unpacking import PACKINGS
from kpi_cli.periods import Period
from kpi_cli.regexes import regex

PLACEHOLDERS = ("{period}", "{start}", "{end}")
_MARKS = dict(zip(PLACEHOLDERS, "\ue000\ue001\ue002", strict=True))  # stand-ins that globs leave alone
# `2026` is not the period of a file named 2026-10, nor is `2026-10` that of 2026-10-05 or 2026-10-01..2026-10-14
_NAME_ENDS = r"(?!\d|-\d\d(?!\d)|-[WQH]\d|\.\.\d)"
_DATE = regex(r"(?<!\d)(\d{4})(?:[-_./年](\d{1,2})[-_./月](\d{1,2})|(\d{2})(\d{2}))(?!\d)", re.ASCII)


def is_periodic(pattern: str) -> bool:
    """Whether a pattern names the period whose rows a file holds."""
    return any(placeholder in pattern for placeholder in PLACEHOLDERS)


def matches(pattern: str, path: PurePath, period: Period | None = None) -> bool:
    """Whether a path's name fits the pattern, or its tail when the pattern holds `/`.

    Upper and lower case differ; composed and decomposed spellings do not; `.gz`, `.zip` and `.zst` at the end need
    not be in the pattern. Without a period, placeholders stand for any text.
    """
    wanted = [part for part in _composed(pattern).replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    names = [_composed(part) for part in path.parts[-len(wanted) :]]
    if len(names) < len(wanted):
        return False
    folders_fit = all(_fits(part, name, period) for part, name in zip(wanted[:-1], names[:-1], strict=True))
    return folders_fit and any(_fits(wanted[-1] + ending, names[-1], period) for ending in ("", *PACKINGS))


def first_date(path: PurePath) -> date | None:
    """Return the first date in a file's name: `2026-10-05`, `2026_10_5`, `20261005`, `2026年10月5日`."""
    for found in _DATE.finditer(path.name):
        year, month, day = (int(part) for part in found.groups() if part)
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return None


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _fits(part: str, name: str, period: Period | None) -> bool:
    return _regex(part, period).match(name) is not None


@cache
def _regex(part: str, period: Period | None) -> re.Pattern[str]:
    for placeholder, mark in _MARKS.items():
        part = part.replace(placeholder, mark if period else "*")
    regex = fnmatch.translate(part)
    for placeholder, spelling in _spellings(period).items() if period else ():
        regex = regex.replace(_MARKS[placeholder], spelling)
    return re.compile(regex)


def _spellings(period: Period) -> Mapping[str, str]:
    name, start, end = map(re.escape, (period.name, period.first.isoformat(), period.last.isoformat()))
    spelled = (f"(?<!\\d){name}{_NAME_ENDS}", f"(?<!\\d){start}(?!\\d)", f"(?<!\\d){end}(?!\\d)")
    return dict(zip(PLACEHOLDERS, spelled, strict=True))
