"""A part of a source, read apart from the others: what it has to be told, and what it tells. All of it can be merged.

A part reads for itself what it can. What takes a look at all parts, how a column is read and which keys repeat, is
worked out between readings; only parts whose rows it touches are read once more.
"""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from kpi_cli.intake.cells.deciding import Shown
from kpi_cli.intake.rows.books import Counts
from kpi_cli.intake.rows.repeats import KnownKeys, Places

ColumnKey: TypeAlias = tuple[str, bool]
"""A column; numbers of files with `;` are decided apart from others."""
Place: TypeAlias = tuple[int, int]
"""The number of a file, and that of a part of it."""


class Lessons(Struct, frozen=True):
    """What is known before a part is read: of columns, and of the keys of each period (None: nothing yet)."""

    columns: Mapping[ColumnKey, Shown] = field(default_factory=dict)
    keys: tuple[KnownKeys, ...] | None = None

    def with_winners(self, winners: tuple[Places, ...] | None) -> "Lessons":
        """Return the same, and the places of the rows that count of those whose keys repeat, if they are known."""
        if self.keys is None or winners is None:
            return self
        pairs = zip(self.keys, winners, strict=True)
        return replace(self, keys=tuple(replace(known, winners=own) for known, own in pairs))


class Findings(Struct, frozen=True):
    """What parts tell: each one's records, its counts for each period, and what its columns show."""

    booked: Mapping[Place, tuple[int, tuple[Counts, ...]]]
    shown: Mapping[Place, Mapping[ColumnKey, Shown]]

    def joined(self, other: "Findings") -> "Findings":
        """Return what both tell."""
        return Findings({**self.booked, **other.booked}, {**self.shown, **other.shown})

    @property
    def columns(self) -> Mapping[ColumnKey, Shown]:
        """What the columns show in all parts together."""
        keys = {key: None for columns in self.shown.values() for key in columns}
        return {key: reduce(or_, (columns[key] for columns in self.shown.values() if key in columns)) for key in keys}

    @property
    def misled(self) -> frozenset[Place]:
        """The parts that left a question open of whose column others know more: they are to be read once more."""
        known = self.columns
        return frozenset(
            place
            for place, columns in self.shown.items()
            if any(shown.hopeless and shown != known[key] for key, shown in columns.items())
        )
