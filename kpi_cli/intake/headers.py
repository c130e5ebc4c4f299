"""Header cells: one spelling for comparison, and where a column of the scheme stands in a header row."""

import unicodedata
from collections.abc import Sequence

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
