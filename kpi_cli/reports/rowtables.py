"""The source rows behind a value as tables: where each stands, what it says, what it brings in, and their sum."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace
from rich.cells import cell_len, set_cell_size
from rich.text import Text

from kpi_cli.columns import Column
from kpi_cli.exact import Exact
from kpi_cli.periods import Period
from kpi_cli.pipeline import Outcome, Question
from kpi_cli.pipeline.trace import Trace
from kpi_cli.reports.anonymous import called
from kpi_cli.reports.columns import Field
from kpi_cli.reports.figures import Scale, scale_for, scale_of
from kpi_cli.reports.layout import GAP, Fit, fitted
from kpi_cli.reports.page import Page, paragraphs, wrapped
from kpi_cli.reports.rowcells import Figures
from kpi_cli.reports.rowresults import adds_up, divisor_of, left_out, result, total_of
from kpi_cli.reports.safe import visible
from kpi_cli.reports.words import words_of
from kpi_cli.reports.workings import Setting, number
from kpi_cli.rows import Agent
from kpi_cli.scheme.formula import tree
from kpi_cli.scheme.formula.tree import AggregateKind
from kpi_cli.scheme.formula.walking import walk
from kpi_cli.scheme.units import Unit
from kpi_cli.scoring.cards import Detail

_INDENT = 2
_BY_SIZE = frozenset({AggregateKind.MEDIAN, AggregateKind.PERCENTILE, AggregateKind.MIN, AggregateKind.MAX})
_READ_AS_THEY_ARE = _BY_SIZE | {AggregateKind.SUM, AggregateKind.MEAN, AggregateKind.SHARE, AggregateKind.ONLY}


def row_tables(outcome: Outcome, whose: tuple[Period, Agent], detail: Detail, question: Question) -> list["RowTable"]:
    """Return a table for each aggregate that a line of an agent's scorecard is made of, where rows were asked for."""
    traces = outcome.traces.get((*whose, detail.line.metric.name), ())
    people = dict.fromkeys(agent for trace in traces for agent in trace.agents)
    names = {agent: called(agent, outcome, question.agents) for agent in people}
    return [RowTable(trace, detail, Setting(outcome.scheme), names) for trace in traces]


class RowTable(Struct, frozen=True):
    """One aggregate of a line of a scorecard, with the rows behind it; `names` say how agents are called."""

    trace: Trace
    detail: Detail
    setting: Setting
    names: Mapping[Agent, str]

    def block(self, page: Page) -> Text:
        """Return the table between its heading and what its rows come to."""
        inner = replace(page, width=None if page.width is None else page.width - _INDENT)
        lines = wrapped(Text(visible(self._heading()), style="bold"), inner)
        if len(self.trace):
            fit = fitted(self._fields(), inner.width)
            lines += grid(fit, totals=self._adds_up)
            lines += wrapped(Text(visible(self._result())), inner)
            lines += self._not_shown(fit, inner)
        else:
            lines.append(Text(self.setting.said("没有计入的行", "no row counts")))
        if more := left_out(self.trace, self.setting):
            lines += wrapped(Text(visible(more), style="dim"), inner)
        return paragraphs([Text.assemble(" " * _INDENT, line) for line in lines])

    def _heading(self) -> str:
        """Return what the rows are of: the formula where it is only a part of the metric's, source and file."""
        ingredient, metric = self.trace.ingredient, self.detail.line.metric
        own = ingredient.metric == metric.name
        of_all = {"agent": "", "team": ("全组", "whole team"), "teammates": ("组内每人", "each of the team")}
        whole = of_all[ingredient.whose]
        parts = [
            "" if own else ingredient.metric,
            "" if metric.expression == ingredient.aggregate else ingredient.text,
            "" if own else ingredient.period.name,
            self.trace.source.name,
            _folder(self.trace.files),
            self.setting.said(*whole) if isinstance(whole, tuple) else "",
        ]
        return " · ".join(part for part in parts if part)

    def _fields(self) -> list[Field]:
        """Return the columns: where a row stands, what tells it apart, what it says, what it brings in."""
        trace, words = self.trace, words_of(self.setting.language)
        source, rows = trace.source, len(trace)
        kind = trace.ingredient.aggregate.kind
        fields = []
        if kind in _BY_SIZE:
            fields.append(Field("#", [str(place + 1) for place in range(rows)], right=True))
        if len(set(trace.files)) > 1:
            fields.append(Field(self.setting.said("文件", "File"), _in_folder(trace.files)))
        if trace.records is not None:
            records = [str(record) for record in trace.records.tolist()]
            fields.append(Field(self.setting.said("记录", "Record"), records, right=True))
        if trace.key is not None:
            key = source.cases.by if source.cases else source.key
            fields.append(Field(key or "", self._figures.texts(trace.key), least=12))
        if trace.time is not None:
            name = source.time if source.time in source.columns or source.cases else None
            title = name or self.setting.said("日期", "Day")
            fields.append(Field(title, self._figures.texts(trace.time), drop=2))
        if trace.agents:
            fields.append(Field(words.name, [self.names[agent] for agent in trace.agents], least=8))
        places = [*fields, *self._cells()]
        words_before = [self.setting.said("合计", "total"), *[""] * len(places)]
        totalled = (
            replace(one, texts=self._with_total([*one.texts], word))
            for one, word in zip(places, words_before, strict=False)
        )
        return [*totalled, *self._terms()]

    @property
    def _figures(self) -> Figures:
        return Figures(self.detail, self.trace.source, self.setting)

    @property
    def _scale(self) -> Scale:
        return self._figures.of_aggregate(self.trace.ingredient.aggregate)

    def _cells(self) -> Iterator[Field]:
        nodes = {node.name: node for node in walk(self.trace.ingredient.aggregate) if isinstance(node, tree.Column)}
        own = {_name(part) for part in self._own_columns()}
        for name, column in self.trace.cells.items():
            if name not in own:
                texts = self._figures.texts(column, self._figures.of(nodes[name]))
                yield Field(name, texts, right=isinstance(column, Exact), least=10, drop=1)

    def _own_columns(self) -> tuple[tree.RowExpression | None, ...]:
        """Return the expressions whose values stand in a column of their own, beside the cells."""
        aggregate = self.trace.ingredient.aggregate
        if aggregate.kind is AggregateKind.WEIGHTED_MEAN:
            return aggregate.argument, aggregate.second
        return (aggregate.argument,) if aggregate.kind in _READ_AS_THEY_ARE else ()

    def _terms(self) -> Iterator[Field]:
        """Yield what the aggregate reads of each row, and what that comes to where it is something else."""
        terms, aggregate = self.trace.terms, self.trace.ingredient.aggregate
        is_weighted = aggregate.kind is AggregateKind.WEIGHTED_MEAN
        derived = terms.shares is not None or is_weighted or aggregate.kind not in _READ_AS_THEY_ARE
        counts = self.setting.said("同时", "Open") if aggregate.kind is AggregateKind.PEAK else None
        counts = counts or self.setting.said("计入", "Counts")
        if terms.values is not None and self._own_columns():
            title = _name(aggregate.argument) or (self.setting.said("数值", "Value") if derived else counts)
            yield self._number(title, terms.values, self._scale, "" if derived else self._sum())
        if is_weighted and terms.weights is not None:
            scale = self._figures.of(aggregate.second)
            title = _name(aggregate.second) or words_of(self.setting.language).weight
            yield self._number(title, terms.weights, scale, scale.figure(divisor_of(self.trace), exactly=True))
        if terms.shares is not None:
            shares, whole = [str(share) for share in terms.shares.fractions()], "" if is_weighted else self._whole()
            yield Field(self.setting.said("份额", "Share"), self._with_total(shares, whole), right=True)
        if derived and aggregate.kind is not AggregateKind.COUNT:
            yield self._number(counts, terms.terms, self._scale, self._sum())

    def _number(self, title: str, column: Column, scale: Scale, total: str) -> Field:
        return Field(title, self._with_total(self._figures.texts(column, scale), total), right=True)

    def _with_total(self, texts: list[str], total: str) -> list[str]:
        return [*texts, total] if self._adds_up else texts

    @property
    def _adds_up(self) -> bool:
        """Whether the table ends with a row of totals; rows that are merely counted do not."""
        is_count = self.trace.ingredient.aggregate.kind is AggregateKind.COUNT
        return adds_up(self.trace) and not (is_count and self.trace.terms.shares is None)

    def _sum(self) -> str:
        total = total_of(self.trace)
        is_share = self.trace.ingredient.aggregate.kind is AggregateKind.SHARE
        scale = scale_of(Unit.NUMBER) if is_share else self._scale
        return "" if total is None else scale.figure(total, exactly=True)

    def _whole(self) -> str:
        return number(divisor_of(self.trace))

    def _result(self) -> str:
        metric = self.detail.line.metric
        kind = self.trace.ingredient.aggregate.kind
        own = scale_for(metric.unit, metric.target, self.detail.value)
        rate = kind in {AggregateKind.SHARE, AggregateKind.NPS} and metric.expression != self.trace.ingredient.aggregate
        return result(self.trace, self._scale, scale_of(Unit.NUMBER) if rate else own, self.setting)

    def _not_shown(self, fit: Fit, page: Page) -> list[Text]:
        if not fit.left_out:
            return []
        words = words_of(self.setting.language)
        text = f"{words.not_shown}{words.colon}{words.comma.join(fit.left_out)}"
        return wrapped(Text(visible(text), style="dim"), page)


def _name(expression: tree.RowExpression | None) -> str:
    """Return the name of an expression that is a column, and nothing else."""
    return expression.name if isinstance(expression, tree.Column) else ""


def _folder(files: Sequence[str]) -> str:
    """Return the file that all rows stand in, or the folder of all their files."""
    labels = set(files)
    return next(iter(labels)) if len(labels) == 1 else _common(labels)


def _common(labels: set[str]) -> str:
    if not labels:
        return ""
    low, high = min(labels), max(labels)
    alike = next((at for at, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    return low[: low.rfind("/", 0, alike) + 1]


def _in_folder(files: Sequence[str]) -> list[str]:
    start = len(_common(set(files)))
    return [label[start:] for label in files]


def grid(fit: Fit, *, totals: bool) -> list[Text]:
    """Return the header, a rule, and a line per row, the last one below another rule if it holds `totals`."""
    pairs = list(zip(fit.fields, fit.widths, strict=True))
    rule = Text("─" * (sum(fit.widths) + GAP * (len(fit.widths) - 1)), style="dim")
    columns = [[_cell(text, entry, width) for text in entry.texts] for entry, width in pairs]
    head = [_cell(entry.title, entry, width) for entry, width in pairs]
    lines = [Text(_line(head), style="bold"), rule, *(Text(_line(row)) for row in zip(*columns, strict=True))]
    return [*lines[:-1], rule, lines[-1]] if totals else lines


def _line(cells: Sequence[str]) -> str:
    return (" " * GAP).join(cells).rstrip()


def _cell(text: str, field: Field, width: int) -> str:
    """Return a text as wide as its column: cut where it is too long, which numbers never are."""
    shown = visible(text)
    size = cell_len(shown)
    if size > width:
        return f"{set_cell_size(shown, width - 1)}…"
    gap = " " * (width - size)
    return f"{gap}{shown}" if field.right else f"{shown}{gap}"
