"""Cases as the rest of the program sees them: how events become rows, checked and resolved."""

from collections.abc import Mapping
from fractions import Fraction

from msgspec import Struct, field

from kpi_cli.scheme.formula.events import CaseFact
from kpi_cli.scheme.formula.tree import Column, RowExpression
from kpi_cli.scheme.formula.walking import walk


class Reopening(Struct, frozen=True):
    """When a case begins anew: at the first event `when` (None: any) once the episode is over.

    It is over after an event for which `over` is true, or when nothing has happened for `silence` seconds; with
    neither, every event `when` begins an episode.
    """

    silence: Fraction | None = None
    over: RowExpression | None = None
    when: RowExpression | None = None


class Cases(Struct, frozen=True):
    """The rows of a source made from the events of the source `of`.

    `by` is the events' column of the case, `at` their time, and further columns that order events of one moment.
    `columns` are expressions over `facts`, the column `by`, and the columns before them.
    """

    of: str
    by: str
    at: tuple[str, ...]
    where: RowExpression | None = None
    reopen: Reopening | None = None
    facts: Mapping[str, CaseFact] = field(default_factory=dict)
    columns: Mapping[str, RowExpression] = field(default_factory=dict)

    @property
    def event_columns(self) -> frozenset[str]:
        """The columns of the events that anything here speaks of."""
        reopen = self.reopen
        parts = [self.where, *self.facts.values(), *((reopen.over, reopen.when) if reopen else ())]
        named = (node for part in parts if part is not None for node in walk(part) if isinstance(node, Column))
        return frozenset({self.by, *self.at, *(column.name for column in named)})
