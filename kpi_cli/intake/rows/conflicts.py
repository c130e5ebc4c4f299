"""Keys that stand on several rows of different content: found by their hashes, named by a second look at the files."""

from collections.abc import Iterable

from msgspec import Struct

from kpi_cli.periods import Period
from kpi_cli.problems import Problem
from kpi_cli.scheme.compiled import Source

SHOWN = 5
PLACES = 4


class Standing(Struct, frozen=True, order=True):
    """A row with such a key, as its cell spells it: `same` tells keys apart, `content` what rows hold."""

    key: str
    file: str
    record: int
    same: int
    content: int


def conflict_problem(source: Source, period: Period, places: Iterable[Standing]) -> Problem:
    """Return the problem that some keys of a period have rows of different content."""
    by_key: dict[int, list[Standing]] = {}
    for place in sorted(places):
        by_key.setdefault(place.same, []).append(place)
    differing = [found for found in by_key.values() if len({place.content for place in found}) > 1]
    shown = [f"`{found[0].key.strip()}`: {_rows(found)}" for found in differing[:SHOWN]]
    rest = "; ..." if len(differing) > SHOWN else ""
    stand = "key stands" if len(differing) == 1 else "keys stand"
    message = (
        f"source `{source.name}` in {period.name}: {len(differing)} {stand} (`{source.key}`) on rows of different "
        f"content: {'; '.join(shown)}{rest}"
    )
    help_text = (
        "remove the outdated rows, or say which of them counts: `duplicates: latest(column)` or `earliest(column)`"
    )
    return Problem("conflicting-duplicates", message, source.span, help_text)


def _rows(places: list[Standing]) -> str:
    shown = ", ".join(f"{place.file} record {place.record}" for place in places[:PLACES])
    return shown + (", ..." if len(places) > PLACES else "")
