"""The typed columns of a small table, read whole by the same rules as those of exports."""

from collections.abc import Sequence

from msgspec import Struct

from kpi_cli.columns import Column, texts
from kpi_cli.intake.cells.deciding import Decision, Example, Shown
from kpi_cli.intake.cells.layouts import DECIMAL_FORMATS
from kpi_cli.intake.cells.readings import Reading
from kpi_cli.intake.cells.texts import Sign
from kpi_cli.intake.people.table import Record
from kpi_cli.problems import Problem
from kpi_cli.scheme.compiled import SourceColumn


class Cells(Struct, frozen=True, eq=False):
    """A column of a table, and what is wrong with it."""

    column: Column
    problems: tuple[Problem, ...]


def read_cells(records: Sequence[Record], reading: Reading) -> Cells:
    """Read a column of the table; what cannot be read surely is a problem with its line."""
    name = reading.column.name
    words = [record.cells[name] for record in records]
    decision = Decision(name, Shown(DECIMAL_FORMATS.get(reading.column.format or "", Sign.NOTHING)))
    for row, word in enumerate(words) if reading.undecided else ():
        for sign in reading.sign(word):
            decision.note(sign, Example(records[row].file, row + 1, word))
    for question in decision.unanswered(reading.signs(words)):
        decision.give_up_unless_answered(question)
    typed = reading.typed(texts(words), decision.choice)
    unread = [] if typed.bad is None else typed.bad.nonzero()[0].tolist()
    asked = decision.problems(reading.column.span)
    # while a question is open, the cells that it is about cannot be read: the question is the problem
    bad = [] if asked else [_unreadable(records[row], reading.column) for row in unread]
    return Cells(typed.column, (*asked, *bad))


def _unreadable(record: Record, column: SourceColumn) -> Problem:
    headers = (" " if column.joined else " / ").join(column.headers)
    message = (
        f"`{record.file}` line {record.line}: `{record.cells[column.name]}` in column `{headers}` is no {column.type}"
    )
    help_text = f"mend the cell, or say how `{column.name}` is written (`type`, `format`, `map`, `missing`)"
    return Problem("roster-cell", message, record.span, help_text)
