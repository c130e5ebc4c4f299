"""What looking at an export has shown, as values: its columns, who may be meant, and what its owner must say."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from kpi_cli.scheme.compiled import ColumnType


class Role(StrEnum):
    """What a column is to its source."""

    KEY = "key"
    AGENT = "agent"
    TEAM = "team"
    TIME = "time"


class ColumnEntry(Struct, frozen=True):
    """How a column is read, by the keys of a column in a scheme; the `headers` of a joined one are several.

    `map` holds cells and what each stands for, in the order in which they are written.
    """

    headers: tuple[str, ...]
    type: ColumnType = ColumnType.TEXT
    unit: str | None = None
    format: str | None = None
    missing: tuple[str, ...] = ()
    signed: bool = False
    map: tuple[tuple[str, str], ...] = ()


class Question(Struct, frozen=True):
    """What is not guessed: why, and the line of a scheme that settles it, `key: value`.

    `about` is a header, or what of the source is open. With a ColumnEntry the line belongs under `columns`, and `key`
    is our name of the column. `hint` says what else the line could say.
    """

    about: str
    why: str
    key: str
    value: str | ColumnEntry
    hint: str = ""


class SeenColumn(Struct, frozen=True):
    """One column of an export.

    `cells` hold something; of these `sampled` were looked at closely and `reads` of them read as the type. `name` is
    ours, None where the column is left out, for the `reason`.
    """

    place: int
    header: str
    entry: ColumnEntry
    evidence: str
    cells: int
    sampled: int
    reads: int
    distinct: int
    low: str | None
    high: str | None
    examples: tuple[str, ...]
    missing: Mapping[str, int]
    odd: Mapping[str, int]
    unit_from: str | None = None
    name: str | None = None
    reason: str | None = None
    question: Question | None = None


class Candidate(Struct, frozen=True):
    """A column that may have a role, and what speaks for it; `chosen` stands in the entry."""

    role: Role
    header: str
    why: str
    chosen: bool = False


class Fit(Struct, frozen=True):
    """A preset and how many of its columns the export holds; `good` enough to be used."""

    preset: str
    found: int
    of: int
    good: bool

    @property
    def percent(self) -> int:
        """The share of the preset's columns that are there."""
        return 100 * self.found // self.of


class SeenFile(Struct, frozen=True):
    """How one file is written. `header_line` is where its header ends, counted from 1."""

    label: str
    form: str
    encoding: str
    delimiter: str
    header_line: int
    preamble: int
    sheet: str | None = None


class Entry(Struct, frozen=True):
    """What stands under `sources:` for an export, or under `roster:`. `columns` are by our names, in its order."""

    name: str
    files: str
    preset: str | None
    roles: Mapping[Role, str]
    columns: Mapping[str, ColumnEntry]
    sheet: str | None
    questions: tuple[Question, ...]
    is_roster: bool = False
    match_names: bool = False


class Inspection(Struct, frozen=True):
    """Files with the same header, looked at together.

    `rows` are the records read, `whole` whether these are all; `skipped` counts total and average rows, blank lines and
    footers by their word, `ragged` the records with another number of cells than the header. `people` are spellings of
    persons: `agents`, or the `id`, `name` and `aliases` of a roster. `period` is the last month with rows, or what the
    files' names say; None where nothing tells.
    """

    files: tuple[SeenFile, ...]
    rows: int
    whole: bool
    skipped: Mapping[str, int]
    ragged: int
    columns: tuple[SeenColumn, ...]
    candidates: tuple[Candidate, ...]
    bots: tuple[str, ...]
    fits: tuple[Fit, ...]
    notes: tuple[str, ...]
    entry: Entry
    people: Mapping[str, frozenset[str]]
    period: str | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is not guessed."""
        return self.entry.questions
