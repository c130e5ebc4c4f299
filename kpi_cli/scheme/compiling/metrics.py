"""Metrics: formulas compiled, units known or inferred, dependencies in order and free of circles."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from kpi_cli.scheme.compiled import Metric
from kpi_cli.scheme.compiling.findings import Findings
from kpi_cli.scheme.compiling.rules import compile_rule, compile_target
from kpi_cli.scheme.formula.compile import Fault, compile_value, metrics_named, unit_of
from kpi_cli.scheme.formula.tree import ValueExpression
from kpi_cli.scheme.formula.vocabulary import Vocabulary
from kpi_cli.scheme.model.metrics import Curve, MetricModel
from kpi_cli.scheme.units import Unit, article, compatible

Models: TypeAlias = Mapping[str, MetricModel]
Compiled: TypeAlias = tuple[ValueExpression | None, tuple[Fault, ...]]


class Formulas(Struct, frozen=True):
    """The compiled formulas in dependency order (those that compile), and a vocabulary that knows their units."""

    expressions: Mapping[str, ValueExpression]
    vocabulary: Vocabulary


def compile_formulas(findings: Findings, models: Models, vocabulary: Vocabulary) -> Formulas:
    """Compile every formula and note what is wrong with it."""
    units = {name: Unit(model.unit) if model.unit else None for name, model in models.items()}
    vocabulary = replace(vocabulary, metrics=units)
    first = {name: compile_value(model.formula, vocabulary) for name, model in models.items()}
    needs = {name: _needs(expression) for name, (expression, _) in first.items()}
    order, circles = _ordered(needs)
    for circle in circles:
        _note_circle(findings, circle)
    final: dict[str, Compiled] = {}
    for name in order:
        known = all(units[other] is vocabulary.metrics[other] for other in needs[name])
        final[name] = first[name] if known else compile_value(models[name].formula, replace(vocabulary, metrics=units))
        expression = final[name][0]
        if units[name] is None and expression is not None:
            units = {**units, name: _inferred(models[name], unit_of(expression, replace(vocabulary, metrics=units)))}
    for name, (_, faults) in final.items():
        findings.faults(("metrics", name, "formula"), faults)
    circular = {name for circle in circles for name in circle}
    expressions = {name: found for name, (found, _) in final.items() if found is not None and name not in circular}
    return Formulas(expressions, replace(vocabulary, metrics=units))


def compile_metrics(findings: Findings, models: Models, formulas: Formulas, curve: Curve) -> dict[str, Metric]:
    """Compile the metrics whose formulas do, in dependency order; of the others, only the targets are looked at."""
    for name, model in models.items():
        if name not in formulas.expressions and model.unit is not None:
            compile_target(findings, model.target, Unit(model.unit), ("metrics", name, "target"))
    return {name: _metric(findings, name, models[name], formulas, curve) for name in formulas.expressions}


def _metric(findings: Findings, name: str, model: MetricModel, formulas: Formulas, curve: Curve) -> Metric:
    here = ("metrics", name)
    unit = formulas.vocabulary.metrics[name] or Unit.NUMBER
    unit = _checked_unit(findings, name, unit, formulas)
    return Metric(
        name=name,
        label=model.label or name,
        expression=formulas.expressions[name],
        unit=unit,
        target=compile_target(findings, model.target, unit, (*here, "target")),
        rule=compile_rule(findings, model.score, unit, (*here, "score"), curve),
        min_sample=model.min_sample,
        missing=model.missing,
        better=model.better,
        span=findings.document.key(here),
        formula=model.formula,
    )


def _checked_unit(findings: Findings, name: str, unit: Unit, formulas: Formulas) -> Unit:
    """Return the unit; one that the formula cannot have is noted, and the formula's own returned."""
    known = unit_of(formulas.expressions[name], formulas.vocabulary)
    if known is None or compatible(known, unit):
        return unit
    message = f"the formula gives {article(known)}, which cannot be {article(unit)}"
    findings.error("unit-mismatch", message, ("metrics", name, "unit"), f"write `unit: {known}`, or mend the formula")
    return known


def _inferred(model: MetricModel, known: Unit | None) -> Unit:
    """Return the unit of a metric that declares none: what its formula gives, or what its target is written in."""
    target = model.target or ""
    if known in (None, Unit.NUMBER):
        if target.rstrip().endswith(("%", "％")):
            return Unit.PERCENT
        if target.rstrip().endswith("‰"):
            return Unit.PERMILLE
    return known or Unit.NUMBER


def _needs(expression: ValueExpression | None) -> tuple[str, ...]:
    return tuple(sorted(metrics_named(expression))) if expression is not None else ()


def _ordered(needs: Mapping[str, tuple[str, ...]]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the names, each after those it needs, and the circles (first name repeated at the end)."""
    order: list[str] = []
    circles: list[tuple[str, ...]] = []
    for name in needs:
        _visit(name, (), needs, order, circles)
    return order, circles


def _visit(
    name: str,
    chain: tuple[str, ...],
    needs: Mapping[str, Iterable[str]],
    order: list[str],
    circles: list[tuple[str, ...]],
) -> None:
    if name in chain:
        circle = (*chain[chain.index(name) :], name)
        if not any(set(circle) == set(known) for known in circles):
            circles.append(circle)
    elif name not in order:
        for other in needs[name]:
            _visit(other, (*chain, name), needs, order, circles)
        order.append(name)


def _note_circle(findings: Findings, circle: tuple[str, ...]) -> None:
    message = f"these metrics need each other: {' -> '.join(circle)}"
    help_text = "let one of them be computed from rows alone"
    findings.error("metric-cycle", message, ("metrics", circle[0], "formula"), help_text)
