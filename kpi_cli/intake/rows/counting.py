"""Judged rows of one period -> the account of each, and the rows that are used."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from kpi_cli import exact
from kpi_cli.exact import Exact, Mask
from kpi_cli.hashing import Hashes
from kpi_cli.intake.files.arrowtext import as_text
from kpi_cli.intake.people.crediting import Credit
from kpi_cli.intake.people.spellings import IGNORED, MISSING, UNKNOWN
from kpi_cli.intake.rows.books import Counts, days_of, skipped_words
from kpi_cli.intake.rows.judging import Judged
from kpi_cli.intake.rows.selecting import are_most
from kpi_cli.numbers import plain
from kpi_cli.rows import Account, Rows
from kpi_cli.scheme.compiled import Source

Numbers: TypeAlias = NDArray[np.int64]


def counted(
    judged: Judged, credit: Credit, member: Mask | None, repeats: Callable[[Mask], Mask]
) -> tuple[Mask, Counts]:
    """Return which rows inside are used in the period of `member`, and where all others went."""
    count = len(judged)
    member = np.ones(count, dtype=bool) if member is None else member
    rejected, dropped = _within(judged.rejected, member), _within(judged.dropped, member)
    alive = _without(_without(member, rejected), dropped)
    ignored = _credited(credit, IGNORED, alive)
    alive = _without(alive, ignored)
    repeated = repeats(alive)
    single = alive & ~repeated
    unattributed, unknown = _credited(credit, MISSING, single), _credited(credit, UNKNOWN, single)
    used = _without(_without(single, unattributed), unknown)
    unreadable = len(judged.refused)
    read = len(judged.page) + len(judged.page.refused)
    account = Account(
        read=read,
        used=_count(used),
        outside_period=read - unreadable - _count(member),
        filtered=_count(dropped) + _count(ignored),
        duplicate=_count(repeated),
        unattributed=_count(unattributed),
        unknown_agent=_count(unknown),
        rejected=unreadable + _count(rejected),
        filtered_missing=_count(_within(judged.vague, member)),
        skipped=skipped_words(judged.page.skipped),
    )
    rejects = [reject for row, reject in judged.rejects.items() if member[row]]
    unknown_names = credit.named(UNKNOWN, single)  # also those who share a row with somebody known
    ignored_names = frozenset[str]() if ignored is None else credit.named(IGNORED, ignored)
    return used, Counts(account, [*judged.refused, *rejects], unknown_names, ignored_names, _days(judged, used))


def _credited(credit: Credit, nobody: int, rows: Mask) -> Mask | None:
    return None if credit.are_somebodys else rows & (credit.codes == nobody)


def _within(mask: Mask | None, member: Mask) -> Mask | None:
    return None if mask is None else mask & member


def _without(rows: Mask, mask: Mask | None) -> Mask:
    return rows if mask is None else rows & ~mask


def _count(mask: Mask | None) -> int:
    return 0 if mask is None else int(np.count_nonzero(mask))


def _days(judged: Judged, used: Mask) -> frozenset[int]:
    days = judged.dated.days
    return frozenset() if days is None else days_of(days, used)


def rows_of(source: Source, judged: Judged, credit: Credit, used: Mask, *, numbered: bool = False) -> Rows | None:
    """Return the rows used, each once for each of its agents; None when there are none.

    With `numbered` they know their numbers among the records of the block.
    """
    records = _numbers(judged) if numbered else None
    return credited(
        source, Rows(source.name, credit.codes, judged.columns, judged.dated.days, records=records), credit, used
    )


def rows_among(source: Source, judged: Judged, credit: Credit, used: Mask) -> Rows | None:
    """Return the rows used where they stand among others; None where these are many, or a row has several agents."""
    if len(credit.further_rows) or not used.any() or not are_most(used):
        return None
    # what is no agent's is no number of one
    agents = credit.codes if credit.are_somebodys else exact.blanked(credit.codes, used)
    return Rows(source.name, agents, judged.columns, judged.dated.days, counting=None if used.all() else used)


def credited(source: Source, rows: Rows, credit: Credit, used: Mask) -> Rows | None:
    """Return those of some rows that are used, each once for each of its agents; None when there are none."""
    if not used.any():
        return None
    further = used[credit.further_rows]
    if used.all() and not len(further):
        return rows
    places = np.concatenate([np.flatnonzero(used), credit.further_rows[further]])
    agents = np.concatenate([credit.codes[used], credit.further_codes[further]])
    shares = exact.reciprocals(np.bincount(places)[places]) if source.credit == "split" else None
    again = np.concatenate([np.zeros(len(places) - int(further.sum()), dtype=bool), credit.further_again[further]])
    return replace(rows.take(places), agents=agents, shares=shares, again=again if again.any() else None)


def _numbers(judged: Judged) -> Numbers:
    inside = judged.dated.inside
    return judged.page.numbers(np.arange(len(judged.page)) if inside is None else inside)


def keyed(judged: Judged, member: Mask | None, wanted: Hashes, source: Source) -> Iterator[tuple[str, int, int, int]]:
    """Yield key, record number in the block, and hashes of key and content of the rows whose keys are wanted."""
    if judged.keys is None or source.key is None:
        return
    held = np.isin(judged.keys, wanted)
    for mask, keep in ((judged.rejected, False), (judged.dropped, False), (member, True)):
        held &= True if mask is None else mask == keep
    rows = np.flatnonzero(held)
    on_page = rows if judged.dated.inside is None else judged.dated.inside[rows]
    column = judged.columns[source.key]
    if isinstance(column, Exact):
        keys = [plain(value) for value in column.take(rows).fractions() if value is not None]  # none is: NO_KEY
    else:
        keys = as_text(judged.page.cells(source.key, on_page)).to_pylist()
    numbers, hashes = judged.page.numbers(on_page).tolist(), judged.keys[rows].tolist()
    yield from zip(keys, numbers, hashes, judged.contents(rows).tolist(), strict=True)
