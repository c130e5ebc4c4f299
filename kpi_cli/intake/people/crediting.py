"""Who gets the credit for a row: one agent, several of them (columns, or a list in one cell), or a team."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

from kpi_cli import arrow
from kpi_cli.columns import Column, Days, Texts
from kpi_cli.exact import Mask
from kpi_cli.intake.cells.totals import text_slices
from kpi_cli.intake.people.identity import split_list
from kpi_cli.intake.people.registry import Registry
from kpi_cli.intake.people.spellings import IGNORED, MISSING, UNKNOWN
from kpi_cli.periods import Period
from kpi_cli.rows import Codes
from kpi_cli.scheme.compiled import Source
from kpi_cli.taking import coded, compact_array, texts_at

_SEPARATORS = ",;、|，；｜"
_LEADS = np.zeros(256, dtype=bool)  # by the first byte of a character
_LEADS[[separator.encode()[0] for separator in _SEPARATORS]] = True


class Credit(Struct, frozen=True, eq=False, dict=True):
    """For each row its agent (or MISSING, UNKNOWN, IGNORED), and further agents: pairs of a row and its agent.

    `further_again` tells of each pair whether the row is credited to a teammate already.
    `cells` are the agent cells as read, with the code of each: who the strangers are.
    """

    codes: Codes
    further_rows: NDArray[np.int64]
    further_codes: Codes
    further_again: Mask
    cells: Sequence[tuple[Texts, Codes]]

    @cached_property
    def are_somebodys(self) -> bool:
        """Whether every row has an agent, as nearly all blocks have it."""
        return bool(self.codes.min(initial=0) >= 0)

    def named(self, code: int, rows: Mask) -> frozenset[str]:
        """Return the spellings in some rows that mean nobody known (UNKNOWN) or a non-person (IGNORED)."""
        return frozenset().union(*(_words_at(texts, rows & (codes == code)) for texts, codes in self.cells))


def alone(codes: Codes, cells: Sequence[tuple[Texts, Codes]] = ()) -> Credit:
    """Return the credit for rows that have one agent each."""
    nobody = np.zeros(0, dtype=np.int64)
    return Credit(codes, nobody, nobody.astype(np.int32), nobody.astype(bool), cells)


NOBODY = alone(np.zeros(0, dtype=np.int32))


def anybody(count: int) -> Credit:
    """Return the credit for rows that are nobody's own, such as events: all of them count."""
    return alone(np.zeros(count, dtype=np.int32))


class Crediting:
    """Finds the agents of rows of one source. Safe to use from several threads."""

    def __init__(self, source: Source, registry: Registry) -> None:
        self._source = source
        self._registry = registry

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that say who is credited."""
        return self._source.agent or ((self._source.team,) if self._source.team else ())

    def credit(
        self, columns: Mapping[str, Column], days: Days | None, period: Period | None, asked: Mask | None = None
    ) -> Credit:
        """Return whom the rows asked about (None: all) are credited to, and anything for the others.

        Undated rows need the period.
        """
        cells = [(texts, self._codes(texts, days, period)) for texts in self._cells(columns, asked)]
        if len(cells) == 1:
            return alone(cells[0][1], cells)
        codes, further_rows, further_codes = _several([codes for _, codes in cells])
        teams_of = self._registry.teams_of
        again = _again(teams_of(codes), teams_of(further_codes), further_rows)
        return Credit(codes, further_rows, further_codes, again, cells)

    def _codes(self, texts: Texts, days: Days | None, period: Period | None) -> Codes:
        if not self._source.agent:
            return self._registry.team_codes(texts)
        return self._registry.codes(texts, days, period)

    def _cells(self, columns: Mapping[str, Column], asked: Mask | None) -> list[Texts]:
        cells = []
        for name in self.names:
            column = columns[name]
            if not isinstance(column, Texts):
                message = f"the checked scheme promised text in column {name}"
                raise TypeError(message)
            compacted = compact(column, asked)
            cells += self._listed(compacted) if self._source.agent else [compacted]
        return cells

    def _listed(self, texts: Texts) -> list[Texts]:
        if not _may_hold_lists(texts.array.dictionary):
            return [texts]
        codes, words = texts.encoded()
        if not any(separator in word for word in words for separator in _SEPARATORS):
            return [texts]
        parts = [self._parts(word) for word in words]
        width = max(map(len, parts))
        spread = [[part[at] if at < len(part) else None for part in parts] for at in range(width)]
        return [Texts(coded(texts_at(arrow.text_array(column), codes))) for column in spread]

    def _parts(self, word: str) -> list[str]:
        """Return the persons of a cell: it alone when it is somebody, else the entries of the list that it is."""
        parts = split_list(word)
        if len(parts) < 2:  # noqa: PLR2004 - a list of one is no list
            return [word]
        if not self._registry.has_roster:
            return [word] if "," in word or "，" in word else parts  # `Smith, John` may be one person
        cells = Texts(arrow.text_array([word, *parts]))
        known = self._registry.codes(cells) != UNKNOWN
        return parts if not known[0] and known[1:].any() else [word]


def _several(found: Sequence[Codes]) -> tuple[Codes, NDArray[np.int64], Codes]:
    first = found[0].copy()
    rows, codes = [], []
    seen = [found[0]]
    for column in found[1:]:
        known = column >= 0
        lifts = known & (first < 0)
        repeats = np.logical_or.reduce([column == earlier for earlier in seen])
        more = known & ~lifts & ~repeats
        rows.append(np.flatnonzero(more))
        codes.append(column[more])
        first = np.where(lifts | _weightier(column, first), column, first)
        seen.append(column)
    return first, np.concatenate(rows), np.concatenate(codes)


def _again(first: Codes, further: Codes, further_rows: NDArray[np.int64]) -> Mask:
    """Return which of the further pairs have a team (-1: none) that their row is credited to before."""
    teams = np.concatenate([first, further]).astype(np.int64)
    rows = np.concatenate([np.arange(len(first)), further_rows])
    pairs = np.where(teams >= 0, rows * (teams.max(initial=0) + 1) + teams, -1 - np.arange(len(rows)))
    again = np.ones(len(rows), dtype=bool)
    again[np.unique(pairs, return_index=True)[1]] = False
    return again[len(first) :]


def _weightier(column: Codes, first: Codes) -> Mask:
    # nobody known so far: a stranger says more than a non-person, and that more than an empty cell
    rank = {MISSING: 0, IGNORED: 1, UNKNOWN: 2}
    weight = np.array([rank[MISSING], rank[UNKNOWN], rank[IGNORED]])
    weightier: Mask = (
        (column < 0) & (first < 0) & (weight[-1 - np.minimum(column, -1)] > weight[-1 - np.minimum(first, -1)])
    )
    return weightier


def compact(texts: Texts, rows: Mask | None) -> Texts:
    """Return the texts of some rows (None: all); what others have, or whether anything, nobody may ask.

    There are no words in the dictionary that none of these rows has: nobody is met who is not there.
    """
    array = coded(texts.array)
    codes, words = arrow.codes_of(array), array.dictionary
    if arrow.named(codes, words, rows).all():
        return Texts(array)
    return Texts(compact_array(codes if rows is None else arrow.known_codes(codes, rows), words))


def _may_hold_lists(words: pa.Array) -> bool:
    data, starts, ends = text_slices(words)
    return bool(len(starts)) and bool(_LEADS[data[starts[0] : ends[-1]]].any())


def _words_at(texts: Texts, rows: Mask) -> set[str]:
    """Return the distinct texts of some rows."""
    if not rows.any():
        return set()
    codes, words = texts.encoded()
    return {words[code] for code in np.unique(codes[rows]) if code >= 0}
