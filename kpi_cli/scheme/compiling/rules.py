"""Targets and scoring rules, their amounts read in the unit of the metric."""

from collections.abc import Mapping
from fractions import Fraction
from typing import assert_never

from kpi_cli.scheme.compiling.findings import Findings
from kpi_cli.scheme.model.metrics import (
    AsIsModel,
    Curve,
    DeductModel,
    LineModel,
    PassFailModel,
    ProportionalModel,
    RankModel,
    Score,
    StepsModel,
)
from kpi_cli.scheme.plain import Path
from kpi_cli.scheme.rules import AsIs, Deduct, Line, PassFail, Proportional, Ranked, Rule, Step, Steps
from kpi_cli.scheme.targets import Target, parse_target
from kpi_cli.scheme.units import Malformed, Unit, misfit, parse_amount

RULE_NAMES: Mapping[type[Rule], str] = {
    Proportional: "proportional",
    PassFail: "pass_fail",
    Steps: "steps",
    Line: "line",
    Deduct: "deduct",
    AsIs: "as_is",
    Ranked: "rank",
}


def compile_target(findings: Findings, written: str | None, unit: Unit, at: Path) -> Target | None:
    """Read a target in the unit of its metric; one that cannot be read is noted."""
    if written is None:
        return None
    try:
        return parse_target(written, unit)
    except Malformed as found:
        findings.malformed("bad-target", at, _label(found) if _is_label(written) else found)
        return None


def _is_label(written: str) -> bool:
    return any(character.isalpha() for character in written) and not any(map(str.isdigit, written))


def _label(found: Malformed) -> Malformed:
    """Say what labels need to be aimed at: numbers, by which they can be compared."""
    help_text = "give the labels numbers, `map: {优秀: 5, 良好: 4}` in the column, and aim at one: `target: ≥ 5`"
    return Malformed(found.offset, found.message, help_text, width=found.width)


def compile_rule(findings: Findings, model: Score | None, unit: Unit, at: Path, curve: Curve) -> Rule:
    """Compile a scoring rule; `curve` is the scheme's own, for rules that name none."""
    match model:
        case None:
            return Proportional(curve)
        case ProportionalModel():
            return Proportional(model.curve or curve)
        case PassFailModel():
            return PassFail(model.met, model.missed)
        case StepsModel():
            return _steps(findings, model, unit, at)
        case LineModel():
            return _line(findings, model, unit, at)
        case DeductModel():
            free = _amount(findings, model.free, unit, (*at, "free")) if model.free else None
            return Deduct(model.start, model.each, free or Fraction(0))
        case AsIsModel():
            return AsIs()
        case RankModel():
            return Ranked(model.top, model.bottom)
        case _:
            assert_never(model)


def _steps(findings: Findings, model: StepsModel, unit: Unit, at: Path) -> Steps:
    steps = []
    for index, step in enumerate(model.steps):
        target = compile_target(findings, step.at, unit, (*at, "steps", index, "at"))
        if target is not None:
            steps.append(Step(target, step.score, step.name))
    return Steps(tuple(steps), model.otherwise)


def _line(findings: Findings, model: LineModel, unit: Unit, at: Path) -> Line:
    points: dict[Fraction, Fraction] = {}
    for index, (value, score) in enumerate(model.points):
        place: Path = (*at, "points", index, 0)
        amount = _amount(findings, value, unit, place)
        if amount in points:
            findings.error("line-points", f"two points stand at {value}", place, "give each point its own value")
        if amount is not None:
            points[amount] = score
    return Line(tuple(sorted(points.items())))


def _amount(findings: Findings, written: str, unit: Unit, at: Path) -> Fraction | None:
    try:
        value, written_unit = parse_amount(written)
    except Malformed as found:
        findings.malformed("bad-amount", at, found)
        return None
    reason = misfit(value, written_unit, unit)
    if reason is not None:
        findings.error("bad-amount", reason[0], at, reason[1])
        return None
    return value
