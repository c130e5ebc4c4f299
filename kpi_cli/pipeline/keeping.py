"""Rows of many blocks kept for a person to look at: those of a few agents, in the columns that formulas speak of."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from kpi_cli import exact
from kpi_cli.columns import Column, Days, Moments, Texts
from kpi_cli.exact import Exact, Mask
from kpi_cli.intake.cases.joining import compacted, joined
from kpi_cli.rows import Rows
from kpi_cli.scheme.compiled import Source
from kpi_cli.scheme.formula import tree
from kpi_cli.scheme.formula.tree import Aggregate
from kpi_cli.scheme.formula.walking import walk

_NOBODY = np.zeros(0, dtype=np.int32)


class Piece(Struct, frozen=True):
    """Rows of one block: of which file, and how many of its records stand before the block."""

    rows: Rows
    file: str = ""
    before: int = 0


class Found(Struct, frozen=True, eq=False):
    """Rows of one source in one period, `files` telling of each in which of the files `labels` it stands."""

    rows: Rows
    files: NDArray[np.int32]
    labels: tuple[str, ...]

    def of(self, codes: NDArray[np.intp], *, once: bool) -> "Found":
        """Return the rows of some agents or teams; `once` each, with the shares of all of them, if so asked."""
        own = np.isin(self.rows.agents, codes)
        found = self.take(own)
        again = found.rows.again
        return found if not once or again is None else found.firsts(~again)

    def take(self, rows: NDArray[Any]) -> "Found":
        """Return the rows of a mask or of positions."""
        return Found(self.rows.take(rows), self.files[rows], self.labels)

    def firsts(self, first: Mask) -> "Found":
        """Return the first of the rows that are one and the same, with the shares of all of them."""
        rows, shares, records = self.rows.take(first), self.rows.shares, self.rows.records
        if shares is not None and records is not None:
            same = np.stack([self.files, records])
            _, places, counts = np.unique(same, axis=1, return_inverse=True, return_counts=True)
            rows = replace(rows, shares=(exact.integers(counts[places]) * shares).take(first))
        return Found(rows, self.files[first], self.labels)


NOTHING = Found(Rows("", _NOBODY, {}), _NOBODY, ())


def key_of(source: Source) -> str | None:
    """Return the column that tells one row of a source from another: for cases that of the case."""
    return source.cases.by if source.cases else source.key


def time_of(source: Source, rows: Rows) -> Column | None:
    """Return when rows are dated: by their column, or by the day of their file."""
    column = rows.columns.get(source.time or "")
    if isinstance(column, Moments | Days) or rows.days is None:
        return column
    return Days(rows.days, np.ones(len(rows), dtype=bool))


def cells_of(source: Source, aggregate: Aggregate) -> tuple[str, ...]:
    """Return the columns that an aggregate speaks of, in the order of its arguments, beside key and time."""
    parts = tuple(part for part in (aggregate.argument, aggregate.second, aggregate.where) if part is not None)
    names = dict.fromkeys(node.name for node in walk(parts) if isinstance(node, tree.Column))
    return tuple(name for name in names if name not in {key_of(source), source.time})


def columns_needed(source: Source, aggregates: Iterable[Aggregate]) -> frozenset[str]:
    """Return the columns of a source that are shown, or needed to find out what is."""
    shown = (name for aggregate in aggregates for name in cells_of(source, aggregate))
    return frozenset(filter(None, (key_of(source), source.time, *shown)))


def narrowed(rows: Rows, keep: Mask, names: frozenset[str]) -> Rows | None:
    """Return some rows in some columns, fit to be kept for long; None where there are none."""
    if not keep.any():
        return None
    columns = {name: column for name, column in rows.columns.items() if name in names}
    taken = replace(rows, columns=columns).take(np.flatnonzero(keep))
    return replace(taken, columns={name: compacted(one, repeats=False) for name, one in taken.columns.items()})


def in_one(pieces: Sequence[Piece], source: Source) -> Found:
    """Return all pieces as one in the order of files and records, these counted from the beginning of the file.

    Cases stand in the order of time and name.
    """
    labels = tuple(dict.fromkeys(piece.file for piece in pieces))
    numbers = {label: number for number, label in enumerate(labels)}
    files = np.repeat([numbers[piece.file] for piece in pieces], [len(piece.rows) for piece in pieces])
    found = Found(_rows(pieces), files.astype(np.int32), labels)
    if source.cases is not None:
        return _ordered(found, source)
    return found if found.rows.records is None else found.take(np.lexsort((found.rows.records, found.files)))


def _rows(pieces: Sequence[Piece]) -> Rows:
    parts = [piece.rows for piece in pieces]
    first = parts[0]
    numbered = [piece.rows.records + piece.before for piece in pieces if piece.rows.records is not None]
    days = [part.days for part in parts if part.days is not None]
    return Rows(
        source=first.source,
        agents=np.concatenate([part.agents for part in parts]),
        columns=_columns([part.columns for part in parts]),
        days=np.concatenate(days) if days else None,
        shares=_shares(parts),
        again=_again(parts),
        records=np.concatenate(numbered) if numbered else None,
    )


def _columns(parts: Sequence[Mapping[str, Column]]) -> dict[str, Column]:
    return {name: joined([part[name] for part in parts]) for name in parts[0]}


def _filled(
    arrays: Sequence[NDArray[np.int64] | None], parts: Sequence[Rows], default: int
) -> NDArray[np.int64] | None:
    """Return arrays as one, `default` where there is none; None where there is none at all."""
    if all(array is None for array in arrays):
        return None
    pairs = zip(arrays, parts, strict=True)
    return np.concatenate([np.full(len(part), default) if array is None else array for array, part in pairs])


def _shares(parts: Sequence[Rows]) -> Exact | None:
    if all(part.shares is None for part in parts):
        return None
    whole = (exact.integers(np.ones(len(part), dtype=np.int64)) for part in parts)
    found = joined([part.shares or each for part, each in zip(parts, whole, strict=True)])
    return found if isinstance(found, Exact) else None


def _again(parts: Sequence[Rows]) -> Mask | None:
    marks = [None if part.again is None else part.again.astype(np.int64) for part in parts]
    found = _filled(marks, parts, 0)
    return None if found is None else found > 0


def _ordered(found: Found, source: Source) -> Found:
    time, key = time_of(source, found.rows), found.rows.columns.get(key_of(source) or "")
    ticks = time.utc if isinstance(time, Moments) else time.days if isinstance(time, Days) else None
    names = key.to_list() if isinstance(key, Texts) else [""] * len(found.rows)
    places = range(len(found.rows))
    order = sorted(places, key=lambda at: (0 if ticks is None else int(ticks[at]), names[at] or "", at))
    return found.take(np.array(order, dtype=np.int64))
