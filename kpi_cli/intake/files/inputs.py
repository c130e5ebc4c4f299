"""DATA -> which files belong to which source and period, and to the roster."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from kpi_cli.intake.files import absences
from kpi_cli.intake.files.arguments import ROSTER, Candidate, candidates
from kpi_cli.intake.files.blocks import InputFile
from kpi_cli.intake.files.choosing import Chosen, Taker, choose
from kpi_cli.periods import Period
from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.regexes import regex
from kpi_cli.scheme.compiled import Scheme, Source

_WILD = regex(r"[*?\[{]")


class Inputs(Struct, frozen=True):
    """The files of each source, in order of their labels, and what was looked for in vain.

    `absent` names each source and period without a file, be it that `empty` allows it or that the period is optional.
    `rosters` holds the roster's files by period, under None when one roster serves all. `untaken` are files that
    nothing took: found in a folder, or of another period.
    """

    files: Mapping[str, tuple[InputFile, ...]]
    absent: frozenset[tuple[str, Period]]
    rosters: Mapping[Period | None, tuple[InputFile, ...]]
    untaken: tuple[str, ...]

    def roster_files(self, period: Period | None = None) -> tuple[InputFile, ...]:
        """Return the roster's files for a period; none when the scheme has no roster."""
        return self.rosters.get(None) or self.rosters.get(period) or ()

    @property
    def size(self) -> int:
        """The bytes of all files of all sources, as they lie on disk; a file that two sources read counts twice.

        A file that is gone counts nothing: reading it will tell.
        """
        return sum(_size(file) for files in self.files.values() for file in files)


def find_inputs(
    scheme: Scheme, data: Sequence[str], needed: Sequence[Period], optional: Sequence[Period] = ()
) -> Inputs:
    """Find the files of every source for the periods; without DATA look in the scheme's own folder.

    `optional` periods only serve `previous(...)`: that they have no file is no error. Raises KpiError with every
    problem: USAGE for what DATA names in vain, DATA for a source or roster without its file, FILES for what cannot be
    read.
    """
    looked_in = tuple(data) or (Path(scheme.path).parent.as_posix(),)
    return _Search(scheme, looked_in, tuple(needed), tuple(optional)).inputs()


class _Search:
    """One search for the files of a scheme; what is wrong gathers in `problems`."""

    def __init__(
        self, scheme: Scheme, data: tuple[str, ...], needed: tuple[Period, ...], optional: tuple[Period, ...]
    ) -> None:
        self._scheme, self._data, self._needed, self._optional = scheme, data, needed, optional
        self._takers = {
            name: _taker(source, scheme.sources) for name, source in scheme.sources.items() if source.cases is None
        }
        roster = scheme.roster
        self._roster = Taker(ROSTER, roster.files, frozenset({ROSTER}), roster.span) if roster else None
        self._usage: list[Problem] = []
        self._lacking: list[Problem] = []

    def inputs(self) -> Inputs:
        found = self._found()
        rosters = self._rosters(found)
        chosen = {
            name: self._choice(taker, _without_roster(taker, found, rosters)) for name, taker in self._takers.items()
        }
        files = {name: choice.files for name, choice in chosen.items()}
        untaken = self._untaken(found, [*files.values(), *rosters.values()])
        if self._usage or self._lacking:
            raise KpiError([*self._usage, *self._lacking], Exit.USAGE if self._usage else Exit.DATA)
        absent = frozenset((name, period) for name, choice in chosen.items() for period in choice.gaps)
        return Inputs(files, absent, rosters, untaken)

    def _found(self) -> list[Candidate]:
        """Return what DATA leads to, standard input assigned to the one source that can be meant."""
        own = Path(self._scheme.path).resolve()
        found = candidates(self._data, tuple(self._takers))
        found = [each for each in found if each.named or each.path.resolve() != own]
        stdin = [each for each in found if each.is_stdin and each.source is None]
        if not stdin or any(taker.takes(each) for taker in self._all_takers() for each in stdin):
            return found
        bases = [taker for name, taker in self._takers.items() if self._base(name) == name]
        open_ones = [taker for taker in bases if not any(taker.takes(each) for each in found)]
        meant = bases if len(bases) == 1 else open_ones
        if len(meant) != 1:
            self._usage.append(absences.whose_stdin([taker.name for taker in meant or bases]))
            return found
        return [replace(each, source=meant[0].name) if each in stdin else each for each in found]

    def _rosters(self, found: Sequence[Candidate]) -> dict[Period | None, tuple[InputFile, ...]]:
        taker = self._roster
        if taker is None:
            return {}
        beside = _beside(Path(self._scheme.path).parent, taker.pattern or "")
        rosters: dict[Period | None, tuple[InputFile, ...]] = {}
        for period in self._needed if taker.periodic else (None,):
            rosters[period] = _roster_files(taker, found, period) or _roster_files(taker, beside, period)
            if not rosters[period]:
                self._lacking.append(absences.no_roster(taker, self._data, period))
        return rosters

    def _choice(self, taker: Taker, found: Sequence[Candidate]) -> Chosen:
        source = self._scheme.sources[taker.name]
        choice = choose(taker, found, self._needed, self._optional)
        gaps = {period: gap for period, gap in choice.gaps.items() if period in self._needed}
        self._usage.extend(absences.undated(taker, label) for label in choice.undated)
        self._lacking.extend(absences.gaps(taker, source.empty, self._data, gaps))
        if source.time == "file":
            self._lacking.extend(absences.no_date(taker, file.label) for file in choice.files if file.day is None)
        return choice

    def _untaken(self, found: Sequence[Candidate], taken: Sequence[tuple[InputFile, ...]]) -> tuple[str, ...]:
        places = {file.place for files in taken for file in files}
        left = [each for each in found if each.place not in places]
        takers, used = self._all_takers(), {path for path, _ in places}
        lost = [each for each in left if each.named and not any(taker.takes(each) for taker in takers)]
        names = dict.fromkeys(each.whole for each in lost if not each.is_stdin and each.place[0] not in used)
        self._usage.extend(absences.untaken(name, takers) for name in names)
        return tuple({each.place: each.label for each in reversed(left)}.values())[::-1]

    def _all_takers(self) -> list[Taker]:
        return [*self._takers.values(), *((self._roster,) if self._roster else ())]

    def _base(self, name: str) -> str:
        """Return the source whose files a `like:` source reads: its own when `files` differ."""
        source = self._scheme.sources[name]
        base = self._scheme.sources.get(source.like or "")
        return self._base(base.name) if base and base.files == source.files else name


def _size(file: InputFile) -> int:
    try:
        return file.size
    except OSError:
        return 0


def _taker(source: Source, sources: Mapping[str, Source]) -> Taker:
    names, base = {source.name}, sources.get(source.like or "")
    while base and base.files == source.files and base.name not in names:
        names.add(base.name)
        base = sources.get(base.like or "")
    return Taker(source.name, source.files, frozenset(names), source.span)


def _without_roster(
    taker: Taker, found: Sequence[Candidate], rosters: Mapping[Period | None, tuple[InputFile, ...]]
) -> list[Candidate]:
    """Leave the roster's files out of what a glob takes: `*.csv` of a source does not mean `roster.csv`."""
    if not _WILD.search(taker.pattern or ""):
        return list(found)
    places = {file.place for files in rosters.values() for file in files}
    return [each for each in found if each.source is not None or each.place not in places]


def _roster_files(taker: Taker, found: Sequence[Candidate], period: Period | None) -> tuple[InputFile, ...]:
    assigned = [each for each in found if each.source == ROSTER and taker.takes(each)]
    fitting = [each for each in found if each.source is None and taker.fits(each, period)]
    return choose(
        replace(taker, pattern=None), [replace(each, source=ROSTER) for each in assigned or fitting], (), ()
    ).files


def _beside(folder: Path, pattern: str) -> list[Candidate]:
    """Return the files that lie beside the scheme, or in the folder that the pattern names from there."""
    place = (folder / pattern).parent
    paths = sorted(place.iterdir()) if place.is_dir() else []
    return [Candidate(path.as_posix(), path, named=False) for path in paths if path.is_file()]
