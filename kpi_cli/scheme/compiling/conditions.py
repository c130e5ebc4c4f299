"""Gates, awards, pay and seasons: conditions compiled, and every metric, grade and column they name known."""

from datetime import date

from kpi_cli.periods import RELATIVE, Period, parse_period
from kpi_cli.problems import KpiError
from kpi_cli.scheme.compiled import Award, Band, BonusRule, Gate, Pay, RosterSpec, Season
from kpi_cli.scheme.compiling.findings import Findings
from kpi_cli.scheme.formula.compile import compile_condition, compile_value
from kpi_cli.scheme.formula.tree import Condition, ValueExpression
from kpi_cli.scheme.formula.vocabulary import Vocabulary
from kpi_cli.scheme.model.extras import AwardModel, BonusModel, GateModel, PayModel, SeasonModel
from kpi_cli.scheme.plain import Path


def compile_gates(
    findings: Findings, models: tuple[GateModel, ...], bands: tuple[Band, ...], vocabulary: Vocabulary
) -> tuple[Gate, ...]:
    """Compile the gates; those whose condition does not compile are left out."""
    found = (_gate(findings, model, index, bands, vocabulary) for index, model in enumerate(models))
    return tuple(gate for gate in found if gate is not None)


def _gate(
    findings: Findings, model: GateModel, index: int, bands: tuple[Band, ...], vocabulary: Vocabulary
) -> Gate | None:
    here: Path = ("gates", index)
    grades = [band.grade for band in bands]
    if model.max_grade is not None and model.max_grade not in grades:
        findings.unknown("unknown-grade", model.max_grade, grades, findings.document.value((*here, "max_grade")))
    if model.max_grade is None and not model.hold:
        findings.error("gate-effect", "this gate does nothing", here, "add `max_grade:` with a grade, or `hold: true`")
    when = _condition(findings, model.when, (*here, "when"), vocabulary)
    if when is None:
        return None
    reason = model.reason or model.when
    span = findings.document.value(here)
    return Gate(when, model.when, model.max_grade, model.hold, reason, model.missing, span)


def compile_awards(findings: Findings, models: tuple[AwardModel, ...], vocabulary: Vocabulary) -> tuple[Award, ...]:
    """Compile the awards; those whose condition does not compile are left out."""
    awards = []
    for index, model in enumerate(models):
        here: Path = ("awards", index)
        when = _condition(findings, model.when, (*here, "when"), vocabulary)
        if when is not None:
            awards.append(Award(model.name, when, model.when, model.amount, findings.document.value(here)))
    return tuple(awards)


def _condition(findings: Findings, text: str, path: Path, vocabulary: Vocabulary) -> Condition | None:
    condition, faults = compile_condition(text, vocabulary)
    findings.faults(path, faults)
    return condition


def compile_pay(
    findings: Findings, model: PayModel | None, roster: RosterSpec | None, vocabulary: Vocabulary
) -> Pay | None:
    """Compile the pay rules, if there are any."""
    if model is None:
        return None
    here: Path = ("pay",)
    _check_amount(findings, model, roster)
    split = model.split
    total = split.base + split.performance + split.bonus
    if total != 100:  # noqa: PLR2004 - percent
        message = f"the parts of `split` sum to {float(total):g}, not 100"
        findings.error("split-sum", message, (*here, "split"), "base, performance and bonus are percent of the amount")
    return Pay(
        amount=model.amount,
        currency=model.currency,
        base=split.base,
        performance=split.performance,
        bonus_share=split.bonus,
        bonus=_bonus(findings, model.bonus, vocabulary) if model.bonus else None,
        prorate=model.prorate,
        approval=model.approval,
        span=findings.document.key(here),
    )


def _check_amount(findings: Findings, model: PayModel, roster: RosterSpec | None) -> None:
    at: Path = ("pay", "amount")
    if roster is None:
        message = "`pay` takes its amounts from the roster, and there is no roster"
        findings.error_at_key("roster-missing", message, ("pay",), "add `roster:` with a column of amounts")
    elif model.amount not in roster.columns:
        findings.unknown("unknown-column", model.amount, roster.columns, findings.document.value(at))
    elif roster.columns[model.amount].type != "number":
        column = roster.columns[model.amount]
        message = f"column `{column.name}` must be a number, but is read as {column.type}"
        help_text = f"write `{column.name}: {{from: {column.headers[0]}, type: number}}`"
        findings.error("column-type", message, column.span or at, help_text)


def _bonus(findings: Findings, model: BonusModel, vocabulary: Vocabulary) -> BonusRule | None:
    here: Path = ("pay", "bonus")
    for index, metric in enumerate(model.metrics):
        if metric not in vocabulary.metrics:
            at: Path = (*here, "metrics", index)
            span = findings.document.value(at if at in findings.document.values else (*here, "metrics"))
            findings.unknown("unknown-metric", metric, vocabulary.metrics, span)
    by_target = model.rule is not None and bool(model.metrics)
    if by_target == (model.formula is not None):
        message = "the bonus is earned by `metrics` and a `rule`, or by a `formula`"
        findings.error_at_key("bonus-rule", message, here, "for instance `{metrics: [conversion], rule: all_met}`")
    formula = _bonus_formula(findings, model.formula, vocabulary)
    return BonusRule(model.metrics, model.rule or "formula", formula, findings.document.key(here))


def _bonus_formula(findings: Findings, text: str | None, vocabulary: Vocabulary) -> ValueExpression | None:
    if text is None:
        return None
    expression, faults = compile_value(text, vocabulary)
    findings.faults(("pay", "bonus", "formula"), faults)
    return expression


def compile_seasons(findings: Findings, models: tuple[SeasonModel, ...]) -> tuple[Season, ...]:
    """Compile the seasons: their periods can be read. What they change is checked with the scheme they make."""
    seasons = []
    for index, model in enumerate(models):
        places = [("seasons", index, "periods", number) for number, _ in enumerate(model.periods)]
        periods = [_period(findings, *found) for found in zip(model.periods, places, strict=True)]
        known = tuple(period for period in periods if period is not None)
        seasons.append(Season(model.name, known, model.set, index, findings.document.value(("seasons", index))))
    return tuple(seasons)


def _period(findings: Findings, written: str, at: Path) -> Period | None:
    place = at if at in findings.document.values else at[:-1]
    if written in RELATIVE:
        findings.error(
            "bad-period", f"a season cannot mean `{written}`, which changes", place, "for instance `2026-11`"
        )
        return None
    try:
        return parse_period(written, date.min)
    except KpiError as error:
        for problem in error.problems:
            findings.error("bad-period", problem.message, place, "for instance `2026-11`")
        return None
