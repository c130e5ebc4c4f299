"""Events of all blocks, kept until the last one has been read: a case may lie in several files.

Per event this takes 16 bytes for a time, 9 for a number, 2 for a boolean, 4 for a text and each distinct text once;
columns that no case speaks of are not kept.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from msgspec import Struct, field

from kpi_cli.columns import Column
from kpi_cli.intake.cases.joining import compacted, joined
from kpi_cli.rows import Rows
from kpi_cli.scheme.compiled import Scheme, Source

Kept: TypeAlias = Mapping[str, Column]


def kept_columns(scheme: Scheme, events: Source) -> tuple[str, ...]:
    """Return the columns of events that cases speak of, and the key, which orders events of one moment."""
    named = {events.key}.union(
        *(
            source.cases.event_columns
            for source in scheme.sources.values()
            if source.cases is not None and source.cases.of == events.name
        )
    )
    return tuple(name for name in events.columns if name in named)


class Gathered(Struct):
    """The rows of the events' blocks so far, in the columns that are kept."""

    names: tuple[str, ...]
    parts: list[Kept] = field(default_factory=list)

    def take(self, kept: Iterable[Kept]) -> None:
        """Take in what was kept of a block."""
        self.parts.extend(kept)

    def columns(self) -> Kept:
        """Give away all rows as one; no column where there is no row."""
        parts = [dict(part) for part in self.parts]
        self.parts.clear()
        # what has been joined is let go at once
        return {name: joined([part.pop(name) for part in parts]) for name in self.names} if parts else {}


def kept(rows: Rows, names: tuple[str, ...], key: str | None = None) -> Kept:
    """Return what is kept of a block's rows; a `key` hardly ever repeats."""
    return {name: compacted(rows.columns[name], repeats=name != key) for name in names}
