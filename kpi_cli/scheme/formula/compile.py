"""Formulas from text: checked against a closed list of what may stand in them, every fault found at once.

Nothing is ever evaluated by Python; the result is a small frozen tree that facts and scoring compute with.
"""

from kpi_cli.scheme.formula.columns import Columns
from kpi_cli.scheme.formula.conditions import ConditionChecker
from kpi_cli.scheme.formula.faults import Fault
from kpi_cli.scheme.formula.reading import read
from kpi_cli.scheme.formula.rows import RowChecker
from kpi_cli.scheme.formula.tree import Condition, RowExpression, ValueExpression
from kpi_cli.scheme.formula.units_of import unit_of
from kpi_cli.scheme.formula.values import ValueChecker
from kpi_cli.scheme.formula.vocabulary import SourceNames, Vocabulary
from kpi_cli.scheme.formula.walking import aggregates_of, metrics_named, sources_of

__all__ = [
    "Fault",
    "SourceNames",
    "Vocabulary",
    "aggregates_of",
    "compile_condition",
    "compile_row",
    "compile_value",
    "metrics_named",
    "sources_of",
    "unit_of",
]


def compile_value(text: str, vocabulary: Vocabulary) -> tuple[ValueExpression | None, tuple[Fault, ...]]:
    """Compile the formula of a metric; with any fault there is no expression."""
    reading = read(text)
    found = ValueChecker(reading, vocabulary).check(reading.tree) if reading.tree is not None else None
    return (None if found is None or reading.faults else found.node), reading.sorted_faults()


def compile_row(
    text: str, source: SourceNames, vocabulary: Vocabulary
) -> tuple[RowExpression | None, tuple[Fault, ...]]:
    """Compile a condition on the rows of one source (`where:`) or on the people of the roster (`for:`)."""
    reading = read(text)
    checker = RowChecker(reading, Columns(reading, vocabulary, home=source))
    found = checker.condition(reading.tree) if reading.tree is not None else None
    return (None if reading.faults else found), reading.sorted_faults()


def compile_condition(text: str, vocabulary: Vocabulary) -> tuple[Condition | None, tuple[Fault, ...]]:
    """Compile the `when:` of a gate or award."""
    reading = read(text)
    found = ConditionChecker(reading, vocabulary).check(reading.tree) if reading.tree is not None else None
    return (None if reading.faults else found), reading.sorted_faults()
