"""What workers do: read a part of a source and fold it, and merge what two have found. Nothing here keeps a state.

All of it are functions of values that travel, so that whatever a lost worker had done is done once more elsewhere.
"""

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
from msgspec import Struct, field

import kpi_cli
from kpi_cli.calendars import hours_of
from kpi_cli.hashing import Hashes
from kpi_cli.intake.cases.gathering import Gathered, Kept, kept
from kpi_cli.intake.files import parting, unpacking
from kpi_cli.intake.files.blocks import ExportFile, Form, InputFile
from kpi_cli.intake.files.expecting import expected_of
from kpi_cli.intake.files.metering import Meter
from kpi_cli.intake.files.opening import blocks, open_export
from kpi_cli.intake.files.parting import Look
from kpi_cli.intake.people.registry import Registry
from kpi_cli.intake.people.spellings import Spellings
from kpi_cli.intake.rows.reading import ReadingOptions, SourceReader
from kpi_cli.intake.rows.repeats import Contenders, Places
from kpi_cli.intake.rows.sharing import Findings, Lessons
from kpi_cli.periods import Period
from kpi_cli.pipeline import memory
from kpi_cli.pipeline.measuring import Facts, Folded, Harvest, fold_rows
from kpi_cli.pipeline.parts import Part
from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.rows import Codes
from kpi_cli.scheme.compiled import Scheme, Source
from kpi_cli.scheme.formula.tree import Aggregate


class Work(Struct, frozen=True, eq=False):
    """What is to be done with rows: to fold them, or else to `keep` some columns."""

    aggregates: tuple[Aggregate, ...] = ()
    keep: tuple[str, ...] = ()


class Job(Struct, frozen=True, eq=False):
    """What is to be read for which periods, and what is to be done with it."""

    scheme: Scheme
    source: Source
    periods: tuple[Period, ...]
    block_size: int
    work: Work


class PartFacts(Struct, frozen=True, eq=False):
    """What parts come to. `names` are spellings by code; None: codes are the roster's.

    `blurred` are agents whose rows have no day to tell their stretches by. With a `failure` all else is void.
    """

    findings: Findings
    folded: Folded = field(default_factory=dict)
    kept: tuple[Kept, ...] = ()
    names: tuple[str, ...] | None = None
    blurred: frozenset[int] = frozenset()
    failure: KpiError | None = None


class KeySet(Struct, frozen=True, eq=False):
    """The keys of one period, sorted: each of them once, and those that stand on several rows."""

    distinct: Hashes
    repeated: Hashes


class PartRead(Struct, frozen=True, eq=False):
    """A part as it was read: what it comes to, and the keys of each period."""

    part: PartFacts
    keys: tuple[KeySet, ...] = ()


@memory.kept()
def read_part(
    job: Job, roster: Registry | None, part: Part, lessons: Lessons, winners: tuple[Places, ...] | None
) -> PartRead:
    """Read a part and fold or keep its rows. What is wrong with it is a value: to try again would change nothing."""
    registry = roster or Registry()
    try:
        reader = _reader(job, registry, part, lessons.with_winners(winners))
        folded, columns = _gone_through(job, reader)
    except KpiError as failure:
        return PartRead(PartFacts(Findings({}, {}), failure=failure))
    names = None if registry.has_roster else registry.met(teams=not job.source.agent)
    read = PartFacts(reader.findings(part.place), folded, columns, names, registry.blurred)
    return PartRead(read, tuple(map(_key_set, reader.noted())))


@memory.kept()
def read_contenders(job: Job, roster: Registry | None, part: Part, lessons: Lessons) -> tuple[Contenders, ...]:
    """Return for each period the rows of a part whose keys are known to repeat."""
    reader = _reader(job, roster or Registry(), part, lessons)
    for block in blocks(reader.files[0], job.block_size):
        reader.read(block)
    return reader.contenders()


def _reader(job: Job, registry: Registry, part: Part, lessons: Lessons) -> SourceReader:
    options = ReadingOptions(job.block_size, rereads=True, lessons=lessons, mixed=not job.work.keep)
    reader = SourceReader(job.scheme, job.source, [_at_hand(part.file, job.source)], job.periods, registry, options)
    reader.prepare()
    return reader


def _at_hand(file: ExportFile, source: Source) -> ExportFile:
    """Return the file as this machine has it: of a workbook a sheet is written out anew."""
    if not file.path.exists():
        help_text = "put the inputs where every worker finds them under the same path, or name them by URL"
        raise KpiError(Problem("unseen-file", f"a worker does not see `{file.label}`", help=help_text), Exit.FILES)
    if file.form is not Form.WORKBOOK:
        return file
    return open_export(_found(file), expected_of(source))


def _found(file: ExportFile) -> InputFile:
    return InputFile(file.label, file.path, file.period, file.serves, file.day, file.member)


def _gone_through(job: Job, reader: SourceReader) -> tuple[Folded, tuple[Kept, ...]]:
    work, hours = job.work, hours_of(job.scheme)
    harvest, gathered = Harvest(), Gathered(work.keep)
    for block in blocks(reader.files[0], job.block_size):
        selected = [(job.periods[number], rows) for number, rows in reader.read(block)]
        if work.keep:
            gathered.take([kept(rows, work.keep, job.source.key) for _, rows in selected])
        else:
            harvest.take(fold_rows(selected, work.aggregates, hours))
    return harvest.facts().partials, (dict(gathered.columns()),) if gathered.parts else ()


def _key_set(noted: Hashes) -> KeySet:
    return KeySet(_distinct(noted), _distinct(noted[1:][noted[1:] == noted[:-1]]))


def _distinct(keys: Hashes) -> Hashes:
    """Return sorted keys, each once; numpy's own `unique` would make a table of them, at many times the cost."""
    first = np.ones(len(keys), dtype=bool)
    first[1:] = keys[1:] != keys[:-1]
    return keys[first]


def joined_facts(left: PartFacts, right: PartFacts) -> PartFacts:
    """Return what both parts come to; of two failures that which one machine would have met first."""
    if left.failure or right.failure:
        return left if left.failure else right
    names, theirs = left.names, right.folded
    if left.names is not None and right.names is not None:
        spellings = Spellings(left.names)
        codes = np.array([spellings.code(name) for name in right.names], dtype=np.int32)
        names = spellings.shown()
        theirs = recoded(right.folded, codes, len(names))
    facts = Facts(dict(left.folded))
    facts.merge(theirs)
    findings, blurred = left.findings.joined(right.findings), left.blurred | right.blurred
    return PartFacts(findings, facts.partials, (*left.kept, *right.kept), names, blurred)


def recoded(folded: Folded, codes: Codes, size: int) -> Folded:
    """Return the same partials under other codes, of which there are `size`."""
    return {key: partial.regrouped(codes, size) for key, partial in folded.items()}


@memory.kept()
def joined_keys(left: tuple[KeySet, ...], right: tuple[KeySet, ...]) -> tuple[KeySet, ...]:
    """Return the keys of both, by period."""
    return tuple(_joined(one, other) for one, other in zip(left, right, strict=True))


def _joined(left: KeySet, right: KeySet) -> KeySet:
    keys = _merged(left.distinct, right.distinct)
    again = keys[1:][keys[1:] == keys[:-1]]
    return KeySet(_distinct(keys), _distinct(_merged(_merged(left.repeated, right.repeated), again)))


def _merged(left: Hashes, right: Hashes) -> Hashes:
    return np.sort(np.concatenate([left, right]), kind="stable")  # finds the two runs


def repeated_keys(keys: tuple[KeySet, ...]) -> tuple[Hashes, ...]:
    """Return the keys of each period that stand on several rows."""
    return tuple(each.repeated for each in keys)


def holds_any(keys: tuple[KeySet, ...], lessons: Lessons) -> bool:
    """Whether a part has rows whose keys are known to repeat."""
    pairs = zip(keys, lessons.keys or (), strict=True)
    return any(bool(np.isin(known.suspects, each.distinct).any()) for each, known in pairs)


@memory.kept()
def look(file: ExportFile, begin: int, end: int) -> Look | None:
    """Look at a stretch of a file; what hinders it will be told when the file is read."""
    try:
        return parting.look(file, begin, end)
    except KpiError:
        return None


@memory.kept()
def sha256(file: ExportFile) -> str:
    """Return the hash of a file as it lies on disk, or of the member of an archive."""
    meter = Meter(hashing=True)
    unpacking.observe(file, meter)
    return meter.sha256 or ""


@cache
def build() -> str:
    """Return the release and a hash of the program's text: who counts together must count alike."""
    root = Path(kpi_cli.__file__).parent
    files = (path for path in sorted(root.rglob("*.py")) if path.name != "building.py")  # which is not installed
    texts = (path.read_bytes().replace(b"\r\n", b"\n") for path in files)
    return f"{kpi_cli.__version__}+{hashlib.sha256(b''.join(texts)).hexdigest()[:12]}"
