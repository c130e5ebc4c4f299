"""The columns of cases: formulas over the events of one case, and over the case's other columns.

Inside an aggregate or function names are columns of the events, outside they are columns of the case. Every fault of
every column is found at once.
"""

import ast
from collections.abc import Mapping

from msgspec import Struct

from kpi_cli.scheme.formula.aggregates import AggregateChecker
from kpi_cli.scheme.formula.checks import Typed
from kpi_cli.scheme.formula.columns import Columns
from kpi_cli.scheme.formula.comparing import Row
from kpi_cli.scheme.formula.event_functions import EventCallChecker
from kpi_cli.scheme.formula.events import CaseFact, CaseFunction
from kpi_cli.scheme.formula.faults import Fault, suggestion
from kpi_cli.scheme.formula.measures import Measure
from kpi_cli.scheme.formula.reading import read
from kpi_cli.scheme.formula.rows import RowChecker
from kpi_cli.scheme.formula.tree import AggregateKind, Column, Kind, RowExpression
from kpi_cli.scheme.formula.vocabulary import (
    AGGREGATES,
    CASE_FUNCTIONS,
    FUNCTIONS,
    ROW_FUNCTIONS,
    SourceNames,
    Vocabulary,
    function_help,
)

_ENDS = {"first": "first_of(column)", "last": "last_of(column)"}


class CaseColumns(Struct, frozen=True):
    """Checked columns, each after those it names; `facts` by the names that stand for them in `columns`."""

    facts: Mapping[str, CaseFact]
    columns: Mapping[str, RowExpression]
    names: SourceNames
    faults: Mapping[str, tuple[Fault, ...]]


class CaseScope(Struct, frozen=True):
    """What formulas of a source of cases may name: `by` is the events' column of the case."""

    source: str
    events: SourceNames
    by: str
    at: str | None
    vocabulary: Vocabulary


def compile_case_columns(formulas: Mapping[str, str], scope: CaseScope) -> CaseColumns:
    """Compile the columns of a source of cases; a column with a fault is left out."""
    bench = _Bench(formulas, scope)
    for name in formulas:
        bench.column(name)
    columns = {name: part.node for name, part in bench.done.items() if part is not None and name in formulas}
    known = {name: (part.kind, part.measure.unit) for name, part in bench.done.items() if part is not None}
    ordered = {name: known[name] for name in (*formulas, scope.by) if name in known}
    return CaseColumns(bench.facts, columns, SourceNames(scope.source, ordered), bench.faults)


class _Bench:
    """The columns checked so far; each is checked when it is first asked for."""

    def __init__(self, formulas: Mapping[str, str], scope: CaseScope) -> None:
        self.formulas, self.scope = formulas, scope
        self.done: dict[str, Row | None] = {}
        self.facts: dict[str, CaseFact] = {}
        self.faults: dict[str, tuple[Fault, ...]] = {}
        self.chain: list[str] = []
        if scope.by in scope.events.columns and scope.by not in formulas:
            kind = scope.events.columns[scope.by][0]
            node = Column(scope.source, scope.by, kind)
            self.done[scope.by] = Typed(node, kind, Measure(None), ast.Name(scope.by))

    def column(self, name: str) -> Row | None:
        """Return a column, checked; None where it has faults."""
        if name not in self.done:
            self.chain.append(name)
            reading = read(self.formulas[name])
            checker = _CaseChecker(reading, _CaseNames(reading, self.scope.vocabulary, bench=self), self)
            found = checker.check(reading.tree) if reading.tree is not None else None
            self.chain.pop()
            self.done[name] = None if reading.faults else found
            self.faults[name] = reading.sorted_faults()
        return self.done[name]

    def named(self, fact: CaseFact) -> str:
        """Return the name that stands for a fact; no column has such a name."""
        names = {known: name for name, known in self.facts.items()}
        name = names.get(fact, str(len(self.facts)))
        self.facts[name] = fact
        return name


class _CaseNames(Columns, kw_only=True):
    """The columns of the case in reach; those of its events are inside aggregates and functions alone."""

    bench: _Bench

    def bare(self, node: ast.Name) -> Typed[Column] | None:
        """Check the name of a column of the case."""
        scope = self.bench.scope
        if node.id in self.bench.chain:
            circle = " -> ".join((*self.bench.chain[self.bench.chain.index(node.id) :], node.id))
            help_ = "let one of them be made of events alone"
            self.reading.fault(node, "column-cycle", f"these columns need each other: {circle}", help_)
        elif node.id in self.bench.formulas or node.id in self.bench.done:
            return self._of_case(node.id, node)
        elif node.id in scope.events.columns:
            self._of_events(node)
        else:
            known = [*self.bench.formulas, *scope.events.columns]
            help_ = suggestion(node.id, dict.fromkeys(known), "columns")
            self.reading.fault(node, "unknown-column", f"no column `{node.id}`", help_)
        return None

    def dotted(self, node: ast.Attribute) -> Typed[Column] | None:
        """Check `source.column` outside an aggregate: a column of the case by its full name, or one of its events."""
        scope = self.bench.scope
        if isinstance(node.value, ast.Name) and node.value.id == scope.source:
            if node.attr in self.bench.chain or node.attr in self.bench.formulas or node.attr in self.bench.done:
                return self._named_in_full(node)
            help_ = suggestion(node.attr, self.bench.formulas, f"columns of `{scope.source}`")
            self.reading.fault(node, "unknown-column", f"`{scope.source}` has no column `{node.attr}`", help_)
            return None
        found = Columns(self.reading, self.vocabulary, home=scope.events).dotted(node)
        if found is not None:
            self._of_events(node)
        return None

    def _named_in_full(self, node: ast.Attribute) -> Typed[Column] | None:
        name = ast.copy_location(ast.Name(node.attr), node)
        return self.bare(name)

    def _of_case(self, name: str, node: ast.expr) -> Typed[Column] | None:
        part = self.bench.column(name)
        if part is None:
            self.strayed = True
            return None
        return Typed(Column(self.bench.scope.source, name, part.kind), part.kind, part.measure, node)

    def _of_events(self, node: ast.expr) -> None:
        shown = self.reading.excerpt(node)
        help_ = f"say which is meant: `first_of({shown})`, `last_of({shown})`, ..."
        self.reading.fault(node, "not-aggregated", f"`{shown}` has a value for every event", help_)


class _CaseChecker(RowChecker, frozen=True):
    """Checks the formula of one column."""

    bench: _Bench

    def check(self, node: ast.expr) -> Row | None:
        """Check any expression over a case."""
        called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if isinstance(node, ast.Call) and called in AGGREGATES | CASE_FUNCTIONS:
            return self._fact(node, called)
        if isinstance(node, ast.Call) and called not in FUNCTIONS:
            shown = self.reading.excerpt(node.func)
            known = AGGREGATES | CASE_FUNCTIONS | ROW_FUNCTIONS
            help_ = f"write `{_ENDS[called]}`" if called in _ENDS else function_help(shown, known)
            self.reading.fault(node.func, "unknown-function", f"no function `{shown}`", help_)
            return None
        return RowChecker.check(self, node)

    def _fact(self, node: ast.Call, called: str) -> Row | None:
        scope = self.bench.scope
        found: Typed[CaseFact] | None
        if called in AGGREGATES:
            kind = AggregateKind(called)
            found = AggregateChecker(self.reading, scope.vocabulary, node, kind, home=scope.events).check()
        else:
            has_moments = scope.at is None or scope.events.columns[scope.at][0] is Kind.MOMENT
            checker = EventCallChecker(self.reading, scope.vocabulary, scope.events, has_moments)
            found = checker.check(node, CaseFunction(called))
        if found is None:
            return None
        column = Column(scope.source, self.bench.named(found.node), found.kind)
        return Typed(column, found.kind, found.measure, node)
