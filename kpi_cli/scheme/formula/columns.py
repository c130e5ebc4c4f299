"""Which columns a row expression may name: those of one source, the first that it names or the one it belongs to."""

import ast

from msgspec import Struct

from kpi_cli.problems import did_you_mean, nearest
from kpi_cli.scheme.formula.checks import Typed
from kpi_cli.scheme.formula.faults import suggestion
from kpi_cli.scheme.formula.measures import Measure
from kpi_cli.scheme.formula.reading import Reading
from kpi_cli.scheme.formula.tree import Column, Kind
from kpi_cli.scheme.formula.vocabulary import SourceNames, Vocabulary
from kpi_cli.scheme.units import Unit

_REALLY = 0.85  # how near a name must be that is offered beside quotes


class Columns(Struct):
    """The columns in reach. `home` is the source whose own `where:` this is; it may be named or left out.

    Without a home, the first source named is bound and any other is a fault; `strayed` says that one was unknown.
    """

    reading: Reading
    vocabulary: Vocabulary
    home: SourceNames | None = None
    bound: SourceNames | None = None
    strayed: bool = False

    def bare(self, node: ast.Name) -> Typed[Column] | None:
        """Check a name that stands without a source."""
        if self.home is not None:
            return self._column(self.home, node.id, node)
        self.strayed = True
        owners = [names.name for names in self.vocabulary.sources.values() if node.id in names.columns]
        if node.id in self.vocabulary.sources:
            message = f"`{node.id}` is a source, not a column"
            help_ = self._columns_help(self.vocabulary.sources[node.id])
        elif owners:
            message = f"`{node.id}` does not say of which source"
            help_ = "write " + " or ".join(f"`{owner}.{node.id}`" for owner in owners[:3])
        elif node.id in self.vocabulary.metrics:
            message = f"`{node.id}` is a metric; rows have columns"
            help_ = "name columns as `source.column`, or calculate with the metric outside the aggregate"
        else:
            message = f"no column `{node.id}`"
            help_ = _nothing(node.id) or self._near_dotted(node.id)
        self.reading.fault(node, "unknown-column", message, help_)
        return None

    def is_unknown(self, node: ast.Name) -> bool:
        """Whether a bare name is none of any column, source or metric."""
        if self.home is not None:
            return node.id not in self.home.columns and _nothing(node.id) is None
        sources = self.vocabulary.sources
        owned = node.id in sources or any(node.id in names.columns for names in sources.values())
        return not owned and node.id not in self.vocabulary.metrics and _nothing(node.id) is None

    def unquoted(self, node: ast.Name) -> None:
        """Report an unknown name beside a text, which is most likely a text without its quotes."""
        self.strayed = self.strayed or self.home is None
        message = f"no column `{node.id}`" if self.home is None else f"`{self.home.name}` has no column `{node.id}`"
        known = self.home.columns if self.home is not None else ()
        near = nearest(node.id, known, cutoff=_REALLY)
        help_ = f'a text stands in quotes: `"{node.id}"`'
        self.reading.fault(node, "unknown-column", message, f"{help_}, or did you mean `{near}`?" if near else help_)

    def dotted(self, node: ast.Attribute) -> Typed[Column] | None:
        """Check `source.column`."""
        if not isinstance(node.value, ast.Name):
            self.strayed = True
            self.reading.fault(node, "not-allowed", "only `source.column` has a dot")
            return None
        source = self.source(node.value)
        return None if source is None else self._column(source, node.attr, node)

    def source(self, node: ast.Name) -> SourceNames | None:
        """Check the name of a source, and that it is the only one."""
        names = self._known(node)
        if names is None:
            self.strayed = True
            return None
        first = self.home or self.bound
        if first is not None and first.name != names.name:
            self._two_sources(first, names, node)
            return None
        self.bound = names
        return names

    def _known(self, node: ast.Name) -> SourceNames | None:
        if self.home is not None and node.id == self.home.name:
            return self.home
        names = self.vocabulary.sources.get(node.id)
        if names is None and node.id in self.vocabulary.events:
            cases = self.vocabulary.events[node.id]
            help_ = f"measure `{cases}`, or give the rows a source of their own: `like: {node.id}`, `agent` and `time`"
            message = f"`{node.id}` are events, which only the cases of `{cases}` are made of"
            self.reading.fault(node, "events-source", message, help_)
        elif names is None:
            help_ = suggestion(node.id, self.vocabulary.sources, "sources")
            if node.id in self.vocabulary.metrics:
                help_ = f"`{node.id}` is a metric; {help_}"
            self.reading.fault(node, "unknown-source", f"no source `{node.id}`", help_)
        return names

    def _two_sources(self, first: SourceNames, second: SourceNames, node: ast.Name) -> None:
        if self.home is not None:
            message = f"rows of `{first.name}` have no columns of `{second.name}`"
            help_ = f"name columns of `{first.name}` alone"
        else:
            message = f"one aggregate over two sources, `{first.name}` and `{second.name}`"
            help_ = "give each source an aggregate of its own and calculate with the two"
        self.reading.fault(node, "two-sources", message, help_)

    def _column(self, source: SourceNames, name: str, node: ast.expr) -> Typed[Column] | None:
        found = source.columns.get(name)
        if found is None:
            message = f"`{source.name}` has no column `{name}`"
            self.reading.fault(node, "unknown-column", message, _nothing(name) or self._near(source, name))
            return None
        kind, unit = found
        measure = Measure(Unit.DURATION if kind is Kind.DURATION else unit)
        return Typed(Column(source.name, name, kind), kind, measure, node)

    def _near(self, source: SourceNames, name: str) -> str:
        near = did_you_mean(name, source.columns)
        others = [] if self.home is not None else self.vocabulary.sources.values()
        elsewhere = [other.name for other in others if name in other.columns]
        if near is None and elsewhere:
            return f"there is `{elsewhere[0]}.{name}`"
        return near or suggestion(name, source.columns, f"columns of `{source.name}`")

    def _near_dotted(self, name: str) -> str:
        """Return a help for a bare unknown name inside an aggregate, with the source in front of what is near."""
        sources = self.vocabulary.sources.values()
        dotted = {column: f"{names.name}.{column}" for names in sources for column in names.columns}
        near = did_you_mean(name, dotted)
        meant = [full for column, full in dotted.items() if near == f"did you mean `{column}`?"]
        return f"did you mean `{meant[0]}`?" if meant else suggestion("", dotted.values(), "columns")

    def _columns_help(self, source: SourceNames) -> str:
        return suggestion("", [f"{source.name}.{column}" for column in source.columns], "columns")


def _nothing(name: str) -> str | None:
    return "test for missing with `missing(x)`" if name.casefold() in {"null", "none", "nil", "nan", "na"} else None
