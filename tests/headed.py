"""Schemes whose roster and sources follow from the headers of the files, so that a test shows rows and rules only.

A header says after a colon how its column is read: `wait:s` is a duration in seconds, `paid:boolean` yes or no.
A source with a column `at` is dated by it; another is a sheet of October 2026, bound to it by its file's name.
"""

from collections.abc import Mapping
from textwrap import dedent

RUBRIC = "{优秀: 5, 良好: 4, 及格: 3, 不及格: 2}"
MOOD = "{优秀: 100, 良好: 85, 及格: 60, 不及格: 40}"
TYPES = {
    "": "text",
    **{name: name for name in ("number", "percent", "boolean", "datetime", "date")},
    "rubric": f"number, map: {RUBRIC}",
    "mood": f"number, map: {MOOD}",
    **{unit: f"duration, unit: {unit}" for unit in ("s", "min", "h")},
}
BANDS = """
grades:
  - {grade: S, min: 110, coefficient: 1.3}
  - {grade: A, min: 100, coefficient: 1.1}
  - {grade: B, min: 90, coefficient: 1.0}
  - {grade: C, min: 80, coefficient: 0.8}
  - {grade: D, coefficient: 0.6}
"""


def head(files: Mapping[str, str], sources: str = "", **keys: Mapping[str, str]) -> str:
    """The scheme down to its sources, for texts by source (and `roster`); `keys` are further keys of a source."""
    roster = _names(files["roster"]) if "roster" in files else []
    columns = ", ".join(f"{name}: {_column(cell)}" for name, cell in roster)
    lines = [
        *("kpi: 1", "name: A test", "timezone: Asia/Shanghai"),
        *([f"roster: {{files: roster.csv, agent: id, columns: {{{columns}}}}}"] if roster else []),
        "limits: {rejected: 0, unattributed: 0, unknown_agents: 0}",
        "sources:",
        *(_source(name, text, keys.get(name, {})) for name, text in files.items() if name != "roster"),
        *(f"  {line}" for line in clean(sources).splitlines()),
    ]
    return "\n".join([*lines, ""])


def named(files: Mapping[str, str], period: str = "2026-10") -> dict[str, str]:
    """The texts by the names of their files."""
    undated = {name for name, text in files.items() if name != "roster" and not _is_dated(text)}
    return {f"{name}-{period}.csv" if name in undated else f"{name}.csv": clean(text) for name, text in files.items()}


def clean(text: str) -> str:
    """The text without the indentation that it has in a test."""
    return dedent(text).strip("\n") + "\n"


def _names(text: str) -> list[tuple[str, str]]:
    """Each column's name, and its header as it stands in the file."""
    return [(cell.partition(":")[0], cell) for cell in clean(text).split("\n", 1)[0].split(",")]


def _is_dated(text: str) -> bool:
    return "at" in dict(_names(text))


def _source(name: str, text: str, more: Mapping[str, str]) -> str:
    columns = dict(_names(text))
    keys = {"files": f"{name}.csv" if _is_dated(text) else f"{name}-{{period}}.csv"}
    keys |= {"time": "at"} if _is_dated(text) else {}
    keys |= {"agent": "agent"} if "agent" in columns else {"team": "team"} if "team" in columns else {}
    keys |= {"key": "id"} if "id" in columns else {}
    lines = [f"      {column}: {_column(cell)}" for column, cell in columns.items()]
    return "\n".join([f"  {name}:", *(f"    {k}: {v}" for k, v in {**keys, **more}.items()), "    columns:", *lines])


def _column(cell: str) -> str:
    return f'{{from: "{cell}", type: {TYPES[cell.partition(":")[2]]}}}'
