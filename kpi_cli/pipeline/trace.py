"""The rows behind one aggregate of one agent's metric, as they stand in the exports, and what each brings in."""

from collections.abc import Mapping

from msgspec import Struct

from kpi_cli.columns import Column
from kpi_cli.exact import Integers
from kpi_cli.pipeline.ingredients import Ingredient
from kpi_cli.pipeline.terms import Terms
from kpi_cli.rows import Agent
from kpi_cli.scheme.compiled import Source


class Trace(Struct, frozen=True, eq=False):
    """Rows that count, in the order of their `terms`.

    Rows of an export have a file and a record, counted from 1 in the file; cases have neither. `agents` are those of
    a team whom rows are credited to. `cells` are those that the aggregate speaks of, beside key and time.
    """

    ingredient: Ingredient
    source: Source
    terms: Terms
    files: tuple[str, ...]
    records: Integers | None
    key: Column | None
    time: Column | None
    agents: tuple[Agent, ...]
    cells: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.terms.rows)
