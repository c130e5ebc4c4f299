"""Header cells: one spelling for comparison, and where a column of the scheme stands in a header row."""

import unicodedata
from collections.abc import Iterable, Sequence

from kpi_cli.problems import Problem, did_you_mean
from kpi_cli.scheme.compiled import SourceColumn

_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))


def header_key(text: str) -> str:
    """Return the spelling by which headers are compared: NFKC, case folded, without white space.

    >>> header_key("首次响应时长（秒)") == header_key("首次响应 时长(秒)")
    True
    """
    folded = unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).casefold()
    return "".join(folded.split())


def find_column(header: Sequence[str], column: SourceColumn) -> tuple[int, ...]:
    """Return where the column is found: one position, several of a joined column, none when it is not there.

    Of headers that are written twice the first counts.
    """
    keys = [header_key(cell) for cell in header]
    wanted = [header_key(name) for name in column.headers]
    if column.joined:
        return tuple(map(keys.index, wanted)) if all(key in keys for key in wanted) else ()
    return next(((keys.index(key),) for key in wanted if key in keys), ())


def header_problems(file: str, header: Sequence[str], columns: Iterable[SourceColumn]) -> list[Problem]:
    """Return a problem for each column that the header lacks, or holds more than once."""
    found = (_column_problem(file, header, column) for column in columns)
    return [problem for problem in found if problem]


def _column_problem(file: str, header: Sequence[str], column: SourceColumn) -> Problem | None:
    places = find_column(header, column)
    names = " or ".join(f"`{name}`" for name in column.headers)
    if not places:
        near = (did_you_mean(name, [cell for cell in header if cell]) for name in column.headers)
        held = ", ".join(cell for cell in header if cell)
        help_text = next((text for text in near if text), None) or f"the header holds: {held}"
        message = f"`{file}` has no column {names} for `{column.name}`"
        return Problem("missing-column", message, column.span, help_text)
    keys = [header_key(cell) for cell in header]
    twice = [header[place] for place in places if keys.count(keys[place]) > 1]
    if not twice:
        return None
    message = f"`{file}` has more than one column `{twice[0]}`: which one is `{column.name}`?"
    return Problem("repeated-header", message, column.span, "rename one of them in the export, or delete it")
