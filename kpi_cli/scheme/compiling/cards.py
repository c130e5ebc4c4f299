"""Scorecards: whom they are for, their lines with each card's own targets and rules, and the grades."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from kpi_cli.numbers import parse_decimal
from kpi_cli.scheme.compiled import Band, Card, CardLine, Metric
from kpi_cli.scheme.compiling.findings import Findings
from kpi_cli.scheme.compiling.rules import compile_rule, compile_target
from kpi_cli.scheme.formula.compile import compile_row
from kpi_cli.scheme.formula.tree import RowExpression
from kpi_cli.scheme.formula.vocabulary import SourceNames, Vocabulary
from kpi_cli.scheme.model.cards import BandModel, CardModel, WeightModel
from kpi_cli.scheme.model.metrics import Curve
from kpi_cli.scheme.plain import Path


class Entry(Struct, frozen=True):
    """One weight as it is written: its dimension (None outside any), metric, and place."""

    dimension: str | None
    metric: str
    written: Fraction | WeightModel
    path: Path

    @property
    def weight(self) -> Fraction:
        """The weight in percent of the card."""
        return self.written.weight if isinstance(self.written, WeightModel) else self.written


class Bench(Struct, frozen=True):
    """What cards are made from."""

    metrics: Mapping[str, Metric]
    known: frozenset[str]  # names of all metrics, those that do not compile included
    roster: SourceNames | None
    vocabulary: Vocabulary
    curve: Curve


def entries(name: str, model: CardModel) -> Iterator[Entry]:
    """Yield the weights of a card in the order they are written."""
    here: Path = ("scorecards", name, "weights")
    for key, found in model.weights.items():
        if isinstance(found, dict):
            for metric, written in found.items():
                yield Entry(key, metric, written, (*here, key, metric))
        else:
            yield Entry(None, key, found, (*here, key))


def compile_card(findings: Findings, name: str, model: CardModel, bench: Bench) -> Card:
    """Compile one scorecard; lines whose metric does not compile are left out."""
    lines = [_line(findings, entry, model, bench) for entry in entries(name, model)]
    return Card(
        name=name,
        label=model.label or name,
        applies=_applies(findings, name, model, bench),
        lines=tuple(line for line in lines if line is not None),
        scope=model.scope,
        dimensions=model.dimensions,
        span=findings.document.key(("scorecards", name)),
    )


def _line(findings: Findings, entry: Entry, card: CardModel, bench: Bench) -> CardLine | None:
    span = findings.document.key(entry.path)
    if entry.metric not in bench.known:
        findings.unknown("unknown-metric", entry.metric, sorted(bench.known), span)
    metric = bench.metrics.get(entry.metric)
    if metric is None:
        return None
    if not isinstance(entry.written, WeightModel):
        return CardLine(metric, entry.dimension, entry.weight, card.scope, span)
    metric = _overridden(findings, metric, entry.written, entry.path, bench.curve)
    return CardLine(metric, entry.dimension, entry.weight, entry.written.scope or card.scope, span)


def _overridden(findings: Findings, metric: Metric, model: WeightModel, path: Path, curve: Curve) -> Metric:
    """Return the metric with what the card does differently."""
    if model.target is not None:
        target = compile_target(findings, model.target, metric.unit, (*path, "target"))
        metric = replace(metric, target=target or metric.target)
    if model.score is not None:
        metric = replace(metric, rule=compile_rule(findings, model.score, metric.unit, (*path, "score"), curve))
    return replace(
        metric,
        missing=model.missing or metric.missing,
        min_sample=metric.min_sample if model.min_sample is None else model.min_sample,
    )


def _applies(findings: Findings, name: str, model: CardModel, bench: Bench) -> RowExpression | None:
    if model.applies is None:
        return None
    path: Path = ("scorecards", name, "for")
    if bench.roster is None:
        message = "`for` speaks of the roster's columns, and there is no roster"
        findings.error_at_key("roster-missing", message, path, "add `roster:`, or leave `for` out")
        return None
    expression, faults = compile_row(model.applies, bench.roster, bench.vocabulary)
    findings.faults(path, faults)
    return expression


def compile_bands(findings: Findings, models: tuple[BandModel, ...]) -> tuple[Band, ...]:
    """Compile the grades, best first."""
    return tuple(_band(findings, model, ("grades", index)) for index, model in enumerate(models))


def _band(findings: Findings, model: BandModel, here: Path) -> Band:
    coefficient = parse_decimal(model.coefficient)
    if coefficient is None or coefficient < 0:
        message = f"the coefficient of grade {model.grade} must be a number from 0 up, found `{model.coefficient}`"
        findings.error("bad-coefficient", message, (*here, "coefficient"), "for instance `coefficient: 1.0`")
    return Band(
        grade=model.grade,
        min=model.min,
        coefficient=model.coefficient,
        label=model.label or "",
        action=model.action or "",
        at_most=model.at_most,
        span=findings.document.key((*here, "grade")),
    )
