"""One source read on a cluster: its files cut into parts, read apart, merged, and read again where parts must agree.

What one machine finds out as it goes along, how columns are read and which keys repeat, is found out here in rounds.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from kpi_cli.columns import texts
from kpi_cli.intake.files.blocks import ExportFile
from kpi_cli.intake.people.registry import Registry
from kpi_cli.intake.rows.reading import SourceReader
from kpi_cli.intake.rows.repeats import Contenders, KnownKeys, Places, contending, decided
from kpi_cli.intake.rows.sharing import Findings, Lessons, Place
from kpi_cli.pipeline import partwork
from kpi_cli.pipeline.cluster import Cluster, connected
from kpi_cli.pipeline.parts import PART_BLOCKS, Part, is_copy, parts_of, stretches
from kpi_cli.pipeline.partwork import Job, PartFacts, Work
from kpi_cli.scheme.formula.tree import Aggregate

if TYPE_CHECKING:
    from distributed import Future

_PLACES = np.uint64(44)  # the bits that tell the rows of one part apart
Advance = Callable[[int], None]
Winners = Mapping[Place, tuple[Places, ...]]


class SourceRead(Struct, frozen=True):
    """What all parts of a source come to, and for each period the keys that stand on rows of different content."""

    facts: PartFacts
    conflicts: tuple[Sequence[int], ...]


class Fieldwork(Struct):
    """The parts of a source and what is known of them. `job` and `roster` are futures: they travel once."""

    cluster: Cluster
    job: Job
    roster: "Future[Any] | None"
    advance: Advance | None = None
    parts: tuple[Part, ...] = ()
    sent: "Future[Any] | None" = None
    read: "dict[Place, Future[Any]]" = field(default_factory=dict)

    def done(self, files: Sequence[ExportFile]) -> SourceRead | None:
        """Read the files; None where there are none. Raises KpiError where one of them cannot be read."""
        self.parts = self._cut(files)
        if not self.parts:
            return None
        self.sent = self.cluster.submit(_itself, self.job)
        self._read(self.parts, Lessons(), {})
        found = self._merged()
        if misled := found.findings.misled:
            self._read([part for part in self.parts if part.place in misled], Lessons(found.findings.columns), {})
            found = self._merged()
        return self._without_repeats(found, Lessons(found.findings.columns))

    def _cut(self, files: Sequence[ExportFile]) -> tuple[Part, ...]:
        size = self.job.block_size * PART_BLOCKS
        asked = {
            file: [
                self.cluster.submit(partwork.look, replace(file, path=file.path.resolve()), *stretch)
                for stretch in stretches(file, size)
            ]
            for file in files
        }
        found: list[Part] = []
        for number, (file, looks) in enumerate(asked.items()):
            found += parts_of(number, file, self.cluster.results(looks), size)
        return tuple(found)

    def _read(self, parts: Iterable[Part], lessons: Lessons, winners: Winners) -> None:
        """Have parts read; what was known of them is void."""
        told = self.cluster.submit(_itself, lessons)
        started = {}
        for part in parts:
            own = winners.get(part.place)
            future = self.cluster.submit(partwork.read_part, self.sent, self.roster, part, told, own)
            started[future] = part
            self.read[part.place] = future

        def progress(future: "Future[Any]") -> None:
            if self.advance:
                self.advance(started[future].size)

        self.cluster.wait(list(started), progress)

    def _merged(self) -> PartFacts:
        leaves = [self.cluster.submit(attrgetter("part"), self.read[part.place]) for part in self.parts]
        found: PartFacts = self.cluster.result(self.cluster.tree(partwork.joined_facts, leaves))
        if found.failure:
            raise found.failure
        return found

    def _without_repeats(self, found: PartFacts, lessons: Lessons) -> SourceRead:
        """Have the parts read once more that hold rows whose keys repeat, now that it is known which of them count."""
        nothing: tuple[Sequence[int], ...] = tuple(() for _ in self.job.periods)
        if self.job.source.key is None:
            return SourceRead(found, nothing)
        keys = [self.cluster.submit(attrgetter("keys"), self.read[part.place]) for part in self.parts]
        root = self.cluster.tree(partwork.joined_keys, keys)
        repeated = self.cluster.result(self.cluster.submit(partwork.repeated_keys, root))
        if not any(map(len, repeated)):
            return SourceRead(found, nothing)
        lessons = replace(lessons, keys=tuple(KnownKeys(each) for each in repeated))
        told = self.cluster.submit(_itself, lessons)
        held = self.cluster.results(self.cluster.submit(partwork.holds_any, own, told) for own in keys)
        holders = [part for part, holds in zip(self.parts, held, strict=True) if holds]
        winners, conflicts = self._decided(holders, told)
        self._read(holders, lessons, winners)
        return SourceRead(self._merged(), conflicts)

    def _decided(self, holders: Sequence[Part], told: "Future[Any]") -> tuple[Winners, tuple[Sequence[int], ...]]:
        """Return the places of the rows that count, part by part, and each period's keys in conflict."""
        asked = [self.cluster.submit(partwork.read_contenders, self.sent, self.roster, part, told) for part in holders]
        found: list[tuple[Contenders, ...]] = self.cluster.results(asked)
        by_period = []
        conflicts = []
        for contenders in zip(*found, strict=True):
            numbered = [_moved(one, number) for number, one in enumerate(contenders)]
            places, clashing = decided(contending(numbered), self.job.source.duplicates)
            by_period.append(places)
            conflicts.append(clashing)
        winners = {
            part.place: tuple(_of_part(places, number) for places in by_period) for number, part in enumerate(holders)
        }
        return winners, tuple(conflicts)


def _itself(value: object) -> object:
    return value


def _moved(contenders: Contenders, part: int) -> Contenders:
    return replace(contenders, places=contenders.places + (np.uint64(part) << _PLACES))


def _of_part(places: Places, part: int) -> Places:
    own = places[places >> _PLACES == np.uint64(part)]
    found: Places = own - (np.uint64(part) << _PLACES)
    return found


class Crew(Struct, frozen=True):
    """The workers of a cluster at the service of one pass. `roster` is its registry, on its way to them."""

    cluster: Cluster
    registry: Registry
    roster: "Future[Any] | None"

    @classmethod
    def of(cls, cluster: Cluster, registry: Registry) -> "Crew":
        """Return the crew of a pass; the roster is sent once, and handed on from worker to worker."""
        return cls(cluster, registry, cluster.submit(_itself, registry) if registry.has_roster else None)

    def reaches(self, files: Sequence[ExportFile]) -> bool:
        """Whether workers can see the files: what came by a pipe lies on this machine alone."""
        return not any(map(is_copy, files))

    def read(
        self,
        reader: SourceReader,
        aggregates: tuple[Aggregate, ...],
        keep: tuple[str, ...],
        advance: Advance | None,
    ) -> PartFacts:
        """Read a source as its reader would have; raise KpiError where a file cannot be read."""
        work, size = Work(aggregates, keep), reader.options.block_size
        job = Job(reader.scheme, reader.source, tuple(reader.periods), size, work)
        read = Fieldwork(self.cluster, job, self.roster, advance).done(reader.files)
        if read is None:
            reader.accept(Findings({}, {}), [() for _ in reader.periods])
            return PartFacts(Findings({}, {}))
        reader.accept(read.facts.findings, read.conflicts)
        self.registry.blur(read.facts.blurred)
        if read.facts.names is None:
            return read.facts
        names = texts(read.facts.names)
        codes = self.registry.codes(names) if job.source.agent else self.registry.team_codes(names)
        return replace(read.facts, folded=partwork.recoded(read.facts.folded, codes, int(codes.max(initial=-1)) + 1))

    def hashing(self, files: Sequence[ExportFile]) -> "list[Future[str]]":
        """Have files hashed as they lie on disk, while others are read."""
        return [self.cluster.submit(partwork.sha256, replace(file, path=file.path.resolve())) for file in files]

    def hashes(self, asked: "Sequence[Future[str]]") -> list[str]:
        """Return the hashes that were asked for."""
        return self.cluster.results(asked)


@contextmanager
def crews(address: str) -> Iterator[Callable[[Registry], Crew]]:
    """Connect to a scheduler; yield what makes a crew for each pass. Raises KpiError as `connected` does."""
    with connected(address) as cluster:
        yield partial(Crew.of, cluster)
