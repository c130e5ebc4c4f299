"""The files of one source: those its pattern takes and, where the pattern names periods, the period each one serves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import TypeAlias

from msgspec import Struct

from kpi_cli.intake.files.arguments import Candidate
from kpi_cli.intake.files.blocks import InputFile
from kpi_cli.intake.files.naming import first_date, is_periodic, matches
from kpi_cli.periods import Period, PeriodKind
from kpi_cli.problems import Span

_Cover: TypeAlias = tuple[list[tuple[Candidate, Period]], list[Period]]


class Taker(Struct, frozen=True):
    """A source, or the roster, as far as files are concerned. `names` are those it may be assigned files under."""

    name: str
    pattern: str | None
    names: frozenset[str]
    span: Span

    @property
    def periodic(self) -> bool:
        """Whether the pattern names the period whose rows a file holds."""
        return self.pattern is not None and is_periodic(self.pattern)

    def fits(self, candidate: Candidate, period: Period | None = None) -> bool:
        """Whether the file's name fits the pattern, and is the period's own when one is given.

        An archive whose own name fits stands for all its members, unless the names of some of them fit.
        """
        if self.pattern is None or matches(self.pattern, candidate.name, period):
            return self.pattern is not None
        if candidate.archive is None or self._fits_member(candidate):
            return False
        return matches(self.pattern, PurePath(candidate.archive), period)

    def takes(self, candidate: Candidate) -> bool:
        """Whether the file is the taker's, whatever its period."""
        if candidate.source is None:
            return self.fits(candidate)
        if candidate.source not in self.names:
            return False
        anything = candidate.named and not self._fits_member(candidate)
        return anything or self.pattern is None or self.fits(candidate)

    def _fits_member(self, candidate: Candidate) -> bool:
        pattern = self.pattern
        return pattern is not None and any(matches(pattern, name) for name in candidate.beside)


class Chosen(Struct, frozen=True):
    """The files of a source; the periods it has none for, with the months and days that are missing of each.

    `undated` are files assigned to the source whose names do not say which of several periods they hold.
    """

    files: tuple[InputFile, ...]
    gaps: Mapping[Period, tuple[Period, ...]]
    undated: tuple[str, ...] = ()


def choose(taker: Taker, found: Sequence[Candidate], needed: Sequence[Period], optional: Sequence[Period]) -> Chosen:
    """Return the files that the taker takes of those found."""
    taken = [candidate for candidate in found if taker.takes(candidate)]
    periods = tuple(dict.fromkeys((*needed, *optional)))
    if not taker.periodic:
        files = _by_path(_input(candidate) for candidate in taken)
        return Chosen(files, {} if files else {period: (period,) for period in periods})
    undated = [candidate for candidate in taken if not taker.fits(candidate)]
    covers = {period: _cover(taker, taken, period) for period in periods}
    if undated and len(needed) == 1:
        own, missing = covers[needed[0]]
        placed = [(candidate, needed[0]) for candidate in undated]
        covers[needed[0]] = (placed if missing else placed + own, [])
        undated = []
    files = _by_path(_serving(covers))
    gaps = {period: tuple(missing) for period, (_, missing) in covers.items() if missing}
    return Chosen(files, gaps, tuple(candidate.label for candidate in undated))


def _cover(taker: Taker, taken: Sequence[Candidate], period: Period) -> _Cover:
    """Return the files that make up the period, each with its own part of it, and the parts that have none."""
    own = [(candidate, period) for candidate in taken if taker.fits(candidate, period)]
    if own or not taken:
        return own, [] if own else [period]
    parts = next((parts for kind in (PeriodKind.MONTH, PeriodKind.DAY) if len(parts := period.parts(kind)) > 1), ())
    covers = [_cover(taker, taken, part) for part in parts]
    covering = [entry for files, _ in covers for entry in files]
    return covering, [gap for _, gaps in covers for gap in gaps] if covering else [period]


def _serving(covers: Mapping[Period, _Cover]) -> Iterator[InputFile]:
    serving: dict[Candidate, tuple[Period, list[Period]]] = {}
    for period, (covering, missing) in covers.items():
        for candidate, part in covering if not missing else ():
            serving.setdefault(candidate, (part, []))[1].append(period)
    for candidate, (part, served) in serving.items():
        yield _input(candidate, part, tuple(served))


def _input(candidate: Candidate, part: Period | None = None, serves: tuple[Period, ...] | None = None) -> InputFile:
    day = first_date(candidate.name) or first_date(PurePath(candidate.whole))
    return InputFile(candidate.label, candidate.path, part, serves, day, candidate.member)


def _by_path(files: Iterable[InputFile]) -> tuple[InputFile, ...]:
    once = {file.place: file for file in files}
    return tuple(sorted(once.values(), key=lambda file: file.label))
