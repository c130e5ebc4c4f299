"""An entry that is being written: names given, columns taken, questions left to the owner."""

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from kpi_cli.intake.inspecting import headerwords, ournames
from kpi_cli.intake.inspecting.candidates import Roles
from kpi_cli.intake.inspecting.evidence import Form
from kpi_cli.intake.inspecting.inspection import ColumnEntry, Question, Role
from kpi_cli.intake.inspecting.sampling import Sample
from kpi_cli.intake.inspecting.settled import Settled
from kpi_cli.scheme.compiled import ColumnType

ASKED = "see the question"
"""Why a column is left out that a question is about."""
_FEW, _FEW_SHARE = 50, 5  # different cells of a text column that is no free text: so many, or one in so many rows
_LONG_SHARE = 10


class Found(Struct, frozen=True):
    """What is known of an export: all that an entry is made of. `joined` are the places of a date and its clock.

    `titled` says that the `sheet` tells it from other exports of the same file.
    """

    labels: tuple[str, ...]
    sample: Sample
    settled: Mapping[int, Settled]
    roles: Roles
    joined: tuple[int, ...]
    sheet: str | None = None
    titled: bool = False

    @property
    def header(self) -> tuple[str, ...]:
        """The cells of the header row."""
        return tuple(column.header for column in self.sample.columns)

    def entry_of(self, place: int) -> ColumnEntry:
        """Return how a column is read; the first of a date and a time of day is read with the second."""
        if place in self.joined[:1]:
            return ColumnEntry(tuple(self.header[each] for each in self.joined), ColumnType.DATETIME)
        return self.settled[place].entry

    def question_of(self, place: int) -> Question | None:
        """Return what a column leaves open; of a date that is read with a clock, both together."""
        question = self.settled[place].question
        if question is None or place not in self.joined[:1] or not isinstance(question.value, ColumnEntry):
            return question
        clock = "%H:%M" if self.sample.columns[self.joined[1]].forms[Form.SHORT] else "%H:%M:%S"
        value = replace(self.entry_of(place), format=f"{question.value.format} {clock}")
        month_first = question.hint.replace('"`', f' {clock}"`')
        return replace(question, value=value, hint=month_first)

    def left_out(self, place: int) -> str | None:
        """Return why a column does not belong into an entry; None where it does."""
        column, settled = self.sample.columns[place], self.settled[place]
        if place in self.joined[1:]:
            return "it is read with the date"
        if not column.header:
            return "it has no header"
        if self.header.count(column.header) > 1:
            return "its header stands there more than once"
        if not column.cells:
            return "it is empty"
        if headerwords.is_private(column.header, column.examples):
            return "it tells who a customer is"
        if settled.question is not None:
            return ASKED
        if settled.entry.type is not ColumnType.TEXT:
            return None
        few = column.distinct() <= max(_FEW, self.sample.rows // _FEW_SHARE)
        is_long = column.long * _LONG_SHARE > column.sampled
        return "it is free text" if is_long or not (few or headerwords.is_id(column.header)) else None


class Draft(Struct):
    """An entry that is being written; `names` are those of columns by place."""

    found: Found
    names: dict[int, str] = field(default_factory=dict)
    columns: dict[str, ColumnEntry] = field(default_factory=dict)
    roles: dict[Role, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    def name(self, place: int, wanted: str | None = None) -> str:
        """Return our name for a column, given once; all are different."""
        if place not in self.names:
            question = self.found.question_of(place)
            value = question.value if question else None
            kind = value.type if isinstance(value, ColumnEntry) else self.found.entry_of(place).type
            wanted = wanted or ournames.column_name(self.found.header, kind, place)
            self.names[place] = ournames.unused(wanted, (*self.names.values(), *self.columns))
        return self.names[place]

    def add(self, place: int, wanted: str | None = None) -> str:
        """Put a column into the entry; return its name."""
        name = self.name(place, wanted)
        self.columns[name] = self.found.entry_of(place)
        return name

    def add_row_key(self) -> None:
        """Make the cells that only together are different in every row the key."""
        self.roles[Role.KEY] = ournames.ROW
        self.columns[ournames.ROW] = ColumnEntry(tuple(self.found.header[place] for place in self.found.roles.key))

    def ask(self, about: str, why: str, line: tuple[str, str | ColumnEntry], hint: str = "") -> None:
        """Leave something to the owner; `line` is the key and the value that would settle it."""
        self.questions.append(Question(about, why, *line, hint))
