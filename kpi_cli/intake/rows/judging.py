"""A page of one source -> which rows count in which period, and why the others do not.

The first reason that applies is the one a row is counted under: rejected, filtered, duplicate, unattributed, unknown.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct, field

from kpi_cli.calendars import OpeningHours
from kpi_cli.columns import Column, Days, Texts
from kpi_cli.exact import Mask
from kpi_cli.expressions import Table
from kpi_cli.hashing import Hashes
from kpi_cli.intake.rows.books import Rejected
from kpi_cli.intake.rows.keys import content_hashes, key_hashes
from kpi_cli.intake.rows.rejecting import BACKWARDS, NO_CASE, NO_KEY, NO_TIME, RUINED, Rejecter, backwards
from kpi_cli.intake.rows.ruined import ruined
from kpi_cli.intake.rows.selecting import Choose, Dated, Page, Positions
from kpi_cli.scheme.compiled import Source


class Judged(Struct, frozen=True, eq=False):
    """The rows that `dated` speaks of, typed. Masks are None where they hold no row."""

    page: Page
    dated: Dated
    columns: Mapping[str, Column]
    rejected: Mask | None
    dropped: Mask | None  # not true by `where`, and not rejected
    vague: Mask | None  # of these, where a missing cell decided
    keys: Hashes | None
    refused: Sequence[Rejected] = ()  # of every period
    rejects: Mapping[int, Rejected] = field(default_factory=dict)  # by row inside

    def __len__(self) -> int:
        return len(self.page) if self.dated.inside is None else len(self.dated.inside)

    def contents(self, rows: Positions) -> Hashes:
        """Return a hash of what some of the rows say, in all columns that are read."""
        columns = self.columns.values()
        return content_hashes([column.take(rows) if len(rows) < len(self) else column for column in columns], len(rows))

    @property
    def passed(self) -> Mask | None:
        """The rows in any period that are neither rejected nor filtered; None: all."""
        out = [mask for mask in (self.dated.outside, self.rejected, self.dropped) if mask is not None]
        return ~np.logical_or.reduce(out) if out else None

    @property
    def days(self) -> Days | None:
        """The local days of the rows, where they have any."""
        found = self.dated.days
        return None if found is None else Days(found, np.ones(len(found), dtype=bool))


class Rules(Struct, frozen=True):
    """What rows of a source are judged by; `hours` are the opening hours that `where` may name."""

    source: Source
    choose: Choose
    hours: Mapping[str, OpeningHours]


def judge(page: Page, dated: Dated, rules: Rules, rejecter: Rejecter) -> Judged:
    """Read the cells of the rows inside any period, and find those that cannot be read or do not count."""
    source = rules.source
    refused = rejecter.refused(page.refused)
    if len(dated.undated):
        refused += _without_time(dated.undated, source, rejecter)
    count = len(page) if dated.inside is None else len(dated.inside)
    if not count:
        return Judged(page, dated, {}, None, None, None, None, refused)
    columns, rejects = _columns(page, dated, source, rules.choose, rejecter)
    rejected = _mask(rejects, count)
    dropped = vague = None
    if source.where is not None:
        truths = Table(columns, count, rules.hours).truths(source.where)
        if not truths.values.all():
            dropped = ~truths.values if rejected is None else ~truths.values & ~rejected
            vague = dropped & ~truths.present
    keys = None if source.key is None else key_hashes(columns[source.key], _part(page, source))
    return Judged(page, dated, columns, rejected, dropped, vague, keys, refused, rejects)


def _columns(
    page: Page, dated: Dated, source: Source, choose: Choose, rejecter: Rejecter
) -> tuple[Mapping[str, Column], Mapping[int, Rejected]]:
    columns: dict[str, Column] = {}
    rejects: dict[int, Rejected] = {}

    def reject(name: str, bad: Mask, reason: str | None = None) -> None:
        rows = np.array([row for row in np.flatnonzero(bad).tolist() if row not in rejects], dtype=np.int64)
        if len(rows):
            on_page = rows if dated.inside is None else dated.inside[rows]
            rejects.update(zip(rows.tolist(), rejecter.rows(name, on_page, reason), strict=True))

    for name in source.columns:
        if name == source.time and dated.time is not None:
            columns[name] = dated.time
            continue
        typed = page.typed(name, dated.inside, choose)
        columns[name] = typed.column
        if typed.bad is not None:
            reject(name, typed.bad)
    if source.key is not None and not (present := columns[source.key].present).all():
        reject(source.key, ~present, NO_KEY)
    for name in source.required:
        if not (present := columns[name].present).all():
            reject(name, ~present, NO_CASE if isinstance(columns[name], Texts) else NO_TIME)
    for name in filter(None, (source.key, *source.required)):
        if (rounded := ruined(columns[name], joined=source.columns[name].joined)) is not None:
            reject(name, rounded, RUINED)
    if (runs := backwards(source, columns)) is not None:
        reject(source.order[-1], runs, BACKWARDS)
    return columns, rejects


def _without_time(rows: Positions, source: Source, rejecter: Rejecter) -> list[Rejected]:
    found = rejecter.rows(source.time or "", rows)
    return [
        row if row.value.strip() else Rejected(row.file, row.block, row.number, row.column, row.value, NO_TIME)
        for row in found
    ]


def _mask(rejects: Mapping[int, Rejected], count: int) -> Mask | None:
    if not rejects:
        return None
    mask = np.zeros(count, dtype=bool)
    mask[list(rejects)] = True
    return mask


def _part(page: Page, source: Source) -> int:
    # without a time column each file is whole in itself: the same key in another month's file is another row
    file = page.block.file
    if source.timeless or (source.time is not None and source.time in source.columns):
        return 0
    day = file.day if source.time is not None else file.period.first if file.period else None
    return day.toordinal() if day else 0
