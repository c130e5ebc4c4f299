"""Header cells: one spelling for comparison, patterns, zones, and where a column of the scheme stands in a header row.

A header that a scheme names is looked for as it is written, then without regard to white space, case and width; then,
where it holds `*`, as a pattern.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kpi_cli.regexes import regex
from kpi_cli.scheme.compiled import SourceColumn

INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
"""Characters of no width (for `str.translate`), which nobody sees who compares two spellings."""

_IN_BRACKETS = regex(r"\(([A-Za-z]+(?:[/_+-]?[A-Za-z0-9]+)*)\)", re.ASCII)
_ZONES_WITHOUT_PLACE = frozenset({"UTC", "GMT"})  # `EST` and its like mean several things
GROUP_MARK = "-"
"""What stands between group and field in the name of a column below a group row."""


@lru_cache(1 << 13)
def header_key(text: str) -> str:
    """Return the spelling by which headers are compared: NFKC, case folded, without white space.

    >>> header_key("首次响应时长（秒)") == header_key("首次响应 时长(秒)")
    True
    """
    folded = unicodedata.normalize("NFKC", text.translate(INVISIBLE)).casefold()
    return "".join(folded.split())


def find_header(name: str, header: Sequence[str]) -> list[int]:
    """Return where a header stands that the scheme names; more than one place means that it is not the only one.

    >>> find_header("首响*秒应答率", ["客服", "首响30秒应答率"])
    [1]
    """
    exact = [place for place, cell in enumerate(header) if cell == name]
    if exact:
        return exact
    keys, wanted = [header_key(cell) for cell in header], header_key(name)
    equal = [place for place, key in enumerate(keys) if key == wanted]
    if equal or "*" not in wanted:
        return equal
    return [place for place, key in enumerate(keys) if _pattern(wanted).fullmatch(key)]


def find_column(header: Sequence[str], column: SourceColumn) -> tuple[int, ...]:
    """Return where the column is found: one position, several of a joined column, none when it is not there.

    Of headers that are written twice the first counts.
    """
    found = [places[0] if (places := find_header(name, header)) else None for name in column.headers]
    places = [place for place in found if place is not None]
    if column.joined:
        return tuple(places) if len(places) == len(found) else ()
    return tuple(places[:1])


def header_zone(header: str) -> str | None:
    """Return the time zone that a header names in brackets: `Conversation started at (America/New_York)`."""
    for name in reversed(_IN_BRACKETS.findall(unicodedata.normalize("NFKC", header))):
        if ("/" in name or name in _ZONES_WITHOUT_PLACE) and _is_zone(name):
            return str(name)
    return None


def grouped(groups: Sequence[str], fields: Sequence[str], wanted: Sequence[SourceColumn]) -> tuple[str, ...]:
    """Return one header out of a row of groups and the row of fields below it: `总-发出`.

    A group reaches to the next one. A field of which there is only one keeps its name when it alone is wanted.

    >>> grouped(["昵称", "总", "", "邀请"], ["", "发出", "收到", "发出"], [])
    ('昵称', '总-发出', '总-收到', '邀请-发出')
    """
    names, group = [], ""
    for place, field in enumerate(fields):
        above = groups[place] if place < len(groups) else ""
        group = above or group
        names.append(f"{group}{GROUP_MARK}{field}" if group and field and group != field else field or above)
    return tuple(
        field if field and _means_field(name, field, fields, wanted) else name
        for name, field in zip(names, fields, strict=True)
    )


def _means_field(name: str, field: str, fields: Sequence[str], wanted: Sequence[SourceColumn]) -> bool:
    asked = [header for column in wanted for header in column.headers]
    if any(find_header(header, (name,)) for header in asked):
        return False
    return fields.count(field) == 1 and any(find_header(header, (field,)) for header in asked)


@cache
def _pattern(wanted: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, wanted.split("*"))))


@cache
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
