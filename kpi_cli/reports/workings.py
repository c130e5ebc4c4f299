"""How one value became one score, as arithmetic a person can follow, in the units of the metric."""

from fractions import Fraction
from itertools import pairwise
from typing import assert_never

from msgspec import Struct

from kpi_cli.numbers import fixed, half_up, plain
from kpi_cli.reports.columns import target_text
from kpi_cli.reports.figures import Scale, scale_for, target_figure
from kpi_cli.reports.words import Language, chosen
from kpi_cli.scheme.compiled import Scheme, Scoring
from kpi_cli.scheme.formula.tree import Aggregate, AggregateKind
from kpi_cli.scheme.rules import AsIs, Curve, Deduct, Line, PassFail, Proportional, Ranked, Steps
from kpi_cli.scheme.targets import Direction, Target
from kpi_cli.scheme.units import Unit
from kpi_cli.scoring.cards import Detail, LineStatus

_FULL = Fraction(100)


class Setting(Struct, frozen=True):
    """What a working depends on beside the line itself: `peers` are the agents ranked by this metric."""

    scheme: Scheme
    peers: int = 0

    @property
    def scoring(self) -> Scoring:
        """The cap, the floor and the decimals."""
        return self.scheme.scoring

    @property
    def language(self) -> Language:
        """The language of the scheme."""
        return self.scheme.language

    def said(self, zh: str, en: str) -> str:
        """Return the text in the scheme's language."""
        return chosen((zh, en), self.language)


def number(value: Fraction) -> str:
    """Print a number with up to six decimals."""
    return plain(value)


def equals(value: Fraction) -> str:
    """Return `= 120`, or `≈ 96.470588` where six decimals do not hold the number."""
    return f"{'=' if half_up(value, 6) == value else '≈'} {plain(value)}"


def value_working(detail: Detail, setting: Setting) -> str:
    """Return the measured value with what it was made of and its evidence."""
    scale = _scale(detail)
    if detail.value is None:
        return setting.said("无数据", "no data")
    value = scale.figure(detail.value, exactly=True)
    sign = "=" if half_up(detail.value * scale.factor, 6) == detail.value * scale.factor else "≈"
    parts = _parts(detail, scale, setting)
    shown = f"{parts} {sign} {value}" if parts else value if sign == "=" else f"{sign} {value}"
    count = "" if detail.count is None else f"{setting.said('，', ', ')}n {number(detail.count)}"
    return f"{shown}{count}"


def _parts(detail: Detail, scale: Scale, setting: Setting) -> str:
    """Return `168 of 222` for a share, `9000s / 360` for a mean: what the evidence lets one see."""
    expression = detail.line.metric.expression
    if not isinstance(expression, Aggregate) or not detail.count or detail.value is None:
        return ""
    whole, count = detail.value * detail.count, number(detail.count)
    if expression.kind is AggregateKind.SHARE:
        return setting.said(f"{number(whole)} / {count}", f"{number(whole)} of {count}")
    if expression.kind is AggregateKind.MEAN:
        return f"{scale.figure(whole, exactly=True)} / {count}"
    return ""


def score_working(detail: Detail, setting: Setting) -> str:
    """Return how the value became the score: the rule in numbers, cap or floor where they bite, the rounding."""
    if detail.score is None:
        weight = number(detail.line.weight)
        return _absence(detail, setting) + setting.said(
            f"，不计分，其权重 {weight} 由其余指标分摊", f": not scored, the other weights carry its {weight}"
        )
    score = fixed(detail.score, setting.scoring.metric_decimals)
    if detail.raw_score is None or detail.value is None:
        rule = f"missing: {detail.line.metric.missing}"
        return _absence(detail, setting) + setting.said(f"，按 `{rule}` 计 {score}", f": `{rule}` gives {score}")
    settled = _settled(detail.raw_score, detail.score, setting)
    looked_up = isinstance(detail.line.metric.rule, (Steps, PassFail, AsIs))  # nothing was calculated
    sign = "→" if looked_up else "=" if half_up(detail.raw_score, 6) == detail.raw_score else "≈"
    return f"{_rule(detail, detail.value, setting)} {sign} {settled}"


def _settled(raw: Fraction, score: Fraction, setting: Setting) -> str:
    """Return the points before and after cap, floor and rounding, where these change them."""
    scoring = setting.scoring
    rounded = fixed(score, scoring.metric_decimals)
    if raw == score:
        return rounded
    clamp = ""
    if raw > scoring.cap:
        clamp = setting.said(f"，封顶 {number(scoring.cap)}", f", capped at {number(scoring.cap)}")
    if raw < scoring.floor:
        clamp = setting.said(f"，下限 {number(scoring.floor)}", f", not below {number(scoring.floor)}")
    return f"{number(raw)}{clamp} → {rounded}"


def _absence(detail: Detail, setting: Setting) -> str:
    if detail.status is LineStatus.SMALL_SAMPLE or detail.value is not None:
        count = number(detail.count or Fraction(0))
        least = detail.line.metric.min_sample
        return setting.said(f"样本 {count}，不足 {least}", f"n {count} is below {least}")
    return setting.said("无数据", "no data")


def _rule(detail: Detail, value: Fraction, setting: Setting) -> str:
    """Return the rule with this value in it, up to but without the result."""
    metric, scale = detail.line.metric, _scale(detail)
    rule = metric.rule
    match rule:
        case Proportional(curve=curve):
            return _against(detail, value, setting) + _proportional(metric.target, value, curve, detail)
        case PassFail():
            return _against(detail, value, setting) + setting.said(*_passed(detail))
        case Steps():
            return _steps(rule, value, scale, setting)
        case Line(points=corners):
            return _line(corners, value, scale, setting)
        case Deduct(start=start, each=each, free=free):
            over = f"({scale.figure(value, exactly=True)} − {scale.figure(free, exactly=True)})"
            over = over if free else scale.figure(value, exactly=True)
            return f"{number(start)} − {number(each)} × {over if value > free else 0}"
        case AsIs():
            shown = scale.figure(value, exactly=True)
            return setting.said(f"{shown}，数值即得分", f"{shown}, the value is the score")
        case Ranked():
            return _ranked(rule, detail, setting)
        case _:
            assert_never(rule)


def _against(detail: Detail, value: Fraction, setting: Setting) -> str:
    figure, target = _scale(detail).figure(value, exactly=True), target_text(detail)
    return setting.said(f"{figure}，目标 {target}：", f"{figure} against {target}: ")


def _passed(detail: Detail) -> tuple[str, str]:
    return ("达标", "met") if detail.status is LineStatus.MET else ("未达标", "missed")


def _proportional(target: Target | None, value: Fraction, curve: Curve, detail: Detail) -> str:
    if target is None:
        return ""
    scale = _scale(detail)
    shown, low, high = (scale.figure(part, exactly=True) for part in (value, target.low, target.high))
    match target.direction:
        case Direction.AT_LEAST:
            return f"100 × {shown} / {low}"
        case Direction.AT_MOST:
            return _at_most(shown, high, curve, positive=value > 0)
        case Direction.WITHIN:
            if target.met(value):
                return f"{low} ≤ {shown} ≤ {high}"
            if value < target.low:
                return f"100 × {shown} / {low}"
            return _at_most(shown, high, curve, positive=value > 0)
        case Direction.EXACTLY:
            return f"100 × (1 − |{shown} − {low}| / {low})"
        case _:
            assert_never(target.direction)


def _at_most(value: str, target: str, curve: Curve, *, positive: bool) -> str:
    if curve == "linear":
        return f"100 × (2 − {value} / {target})"
    return f"100 × {target} / {value}" if positive else f"{value} ≤ 0"


def _steps(rule: Steps, value: Fraction, scale: Scale, setting: Setting) -> str:
    figure = scale.figure(value, exactly=True)
    for step in rule.steps:
        if step.at.met(value):
            name = f" {step.name}" if step.name else ""
            step_text = f"{target_figure(step.at, scale)}{name}"
            return setting.said(f"{figure}，档位 {step_text}", f"{figure}, step {step_text}")
    all_steps = setting.said("、", ", ").join(target_figure(step.at, scale) for step in rule.steps)
    return setting.said(f"{figure}，未达任何档位（{all_steps}）", f"{figure} reaches no step ({all_steps})")


def _line(corners: tuple[tuple[Fraction, Fraction], ...], value: Fraction, scale: Scale, setting: Setting) -> str:
    shown = scale.figure(value, exactly=True)
    for (start, low), (end, high) in pairwise(corners):
        if start < value <= end:
            left, right = scale.figure(start, exactly=True), scale.figure(end, exactly=True)
            ends = f"{left} → {number(low)}, {right} → {number(high)}"
            sign = "+" if high >= low else "−"
            along = f"({shown} − {left}) / ({right} − {left}) × {number(abs(high - low))}"
            return f"{ends}{setting.said('：', ': ')}{number(low)} {sign} {along}"
    end, score = corners[0] if value <= corners[0][0] else corners[-1]
    beyond = "≤" if value <= corners[0][0] else "≥"
    return f"{shown} {beyond} {scale.figure(end, exactly=True)}{setting.said('：', ': ')}{number(score)}"


def _ranked(rule: Ranked, detail: Detail, setting: Setting) -> str:
    """Return the rank that the score tells: the points fall evenly from the first to the last of the peers."""
    span, raw = rule.top - rule.bottom, detail.raw_score
    rank = 1 + (rule.top - raw) * (setting.peers - 1) / span if span and raw is not None else Fraction(1)
    place = setting.said(f"第 {number(rank)} 名，共 {setting.peers} 人：", f"rank {number(rank)} of {setting.peers}: ")
    if setting.peers <= 1:
        return f"{place}{number(rule.top)}"
    fall = f"({number(rule.top)} − {number(rule.bottom)}) × {number(rank - 1)} / {setting.peers - 1}"
    return f"{place}{number(rule.top)} − {fall}"


def ceiling(detail: Detail, scoring: Scoring) -> Fraction:
    """Return the highest score that the line's rule can give, the cap considered."""
    rule, target = detail.line.metric.rule, detail.line.metric.target
    match rule:
        case Proportional():
            bounded = target is not None and target.direction in {Direction.WITHIN, Direction.EXACTLY}
            return min(scoring.cap, _FULL) if bounded else scoring.cap
        case PassFail(met=met, missed=missed):
            best = max(met, missed)
        case Steps():
            best = max(rule.otherwise, *(step.score for step in rule.steps))
        case Line(points=corners):
            best = max(score for _, score in corners)
        case Deduct(start=start):
            best = start
        case AsIs():
            best = _FULL if detail.line.metric.unit in {Unit.PERCENT, Unit.PERMILLE} else scoring.cap
        case Ranked(top=top, bottom=bottom):
            best = max(top, bottom)
        case _:
            assert_never(rule)
    return min(best, scoring.cap)


def _scale(detail: Detail) -> Scale:
    metric = detail.line.metric
    return scale_for(metric.unit, metric.target, detail.value)
