"""What the rows of a table come to, as arithmetic: their sum and n, and how many do not count."""

from fractions import Fraction
from typing import assert_never

from kpi_cli.numbers import half_up
from kpi_cli.pipeline.terms import DIVIDED
from kpi_cli.pipeline.trace import Trace
from kpi_cli.reports.figures import Scale
from kpi_cli.reports.workings import Setting, number
from kpi_cli.scheme.formula.tree import AggregateKind

_ADDING = frozenset(
    {
        *(AggregateKind.COUNT, AggregateKind.SUM, AggregateKind.MEAN, AggregateKind.SHARE, AggregateKind.NPS),
        *(AggregateKind.WEIGHTED_MEAN, AggregateKind.UNIQUE, AggregateKind.ACTIVE_DAYS),
    }
)
_HALF = Fraction(50)


def adds_up(trace: Trace) -> bool:
    """Whether the aggregate is found by adding up terms."""
    return _kind(trace) in _ADDING


def total_of(trace: Trace) -> Fraction | None:
    """Return what the terms add up to; None where the aggregate is no sum of them."""
    if not adds_up(trace):
        return None
    return sum((term for term in trace.terms.terms.fractions() if term is not None), Fraction(0))


def _kind(trace: Trace) -> AggregateKind:
    """Return the kind of the aggregate; the only values of several agents are added up."""
    kind = trace.ingredient.aggregate.kind
    return AggregateKind.SUM if kind is AggregateKind.ONLY and trace.ingredient.whose == "teammates" else kind


def divisor_of(trace: Trace) -> Fraction:
    """Return what the sum is divided by to get a mean: the weights, else the shares of the credit, else the rows."""
    parts = trace.terms.weights or trace.terms.shares
    if parts is None:
        return Fraction(len(trace))
    return sum((part for part in parts.fractions() if part is not None), Fraction(0))


def result(trace: Trace, scale: Scale, figures: Scale, setting: Setting) -> str:
    """Return how the aggregate's value comes of its rows; `scale` is that of terms, `figures` that of the value."""
    kind, total = _kind(trace), total_of(trace) or Fraction(0)
    match kind:
        case AggregateKind.COUNT:
            return _rows(total, trace, setting)
        case AggregateKind.SUM:
            return _with_count(setting.said("合计 ", "sum ") + scale.figure(total, exactly=True), trace, setting)
        case AggregateKind.MEAN | AggregateKind.WEIGHTED_MEAN:
            return _quotient(scale.figure(total, exactly=True), trace, scale, setting)
        case AggregateKind.NPS:
            return _quotient(number(total), trace, figures, setting)
        case AggregateKind.SHARE:
            return _share(total, trace, figures, setting)
        case AggregateKind.UNIQUE:
            return setting.said(f"{number(total)} 个不同", f"{number(total)} different")
        case AggregateKind.ACTIVE_DAYS:
            return setting.said(f"{number(total)} 天", f"{number(total)} days" if total != 1 else "1 day")
        case AggregateKind.MEDIAN | AggregateKind.PERCENTILE:
            return _with_count(_place(trace, scale, setting), trace, setting)
        case AggregateKind.ONLY | AggregateKind.MIN | AggregateKind.MAX | AggregateKind.PEAK:
            return _with_count(_one(trace, scale, setting), trace, setting)
        case _:
            assert_never(kind)


def _with_count(text: str, trace: Trace, setting: Setting) -> str:
    count = trace.terms.count
    return text if count is None else f"{text}{setting.said('，', ', ')}n {number(count)}"


def _rows(total: Fraction, trace: Trace, setting: Setting) -> str:
    rows = setting.said(f"{len(trace)} 行", "1 row" if len(trace) == 1 else f"{len(trace)} rows")
    if trace.terms.shares is None:
        return rows
    return rows + setting.said(f"，份额合计 {number(total)}", f", their shares add up to {number(total)}")


def _quotient(total: str, trace: Trace, scale: Scale, setting: Setting) -> str:
    return _with_count(f"{total} / {number(divisor_of(trace))} {_value(trace, scale)}", trace, setting)


def _share(total: Fraction, trace: Trace, scale: Scale, setting: Setting) -> str:
    whole = number(divisor_of(trace))
    parts = setting.said(f"{number(total)} / {whole}", f"{number(total)} of {whole}")
    return _with_count(f"{parts} {_value(trace, scale)}", trace, setting)


def _value(trace: Trace, scale: Scale) -> str:
    """Return the aggregate's value behind `=`, or behind `≈` where the figure does not hold all of it."""
    value = trace.terms.value
    if value is None:
        return "= –"
    scaled = value * scale.factor
    return f"{'=' if half_up(scaled, 6) == scaled else '≈'} {scale.figure(value, exactly=True)}"


def _place(trace: Trace, scale: Scale, setting: Setting) -> str:
    """Return where among the values in order the percentile lies, as Excel's PERCENTILE.INC finds it."""
    rank = trace.ingredient.aggregate.rank
    at = (len(trace) - 1) * (_HALF if rank is None else rank) / 100
    below, over = int(at), at - int(at)
    low = trace.terms.terms.at(below) or Fraction(0)
    place = setting.said(f"第 {number(at + 1)} 位", f"place {number(at + 1)} of {len(trace)}")
    if not over:
        return f"{place}{setting.said('：', ': ')}{scale.figure(low, exactly=True)}"
    high = trace.terms.terms.at(below + 1) or Fraction(0)
    ends = scale.figure(low, exactly=True), scale.figure(high, exactly=True)
    between = f"{ends[0]} + {number(over)} × ({ends[1]} − {ends[0]})"
    return f"{place}{setting.said('：', ': ')}{between} {_value(trace, scale)}"


def _one(trace: Trace, scale: Scale, setting: Setting) -> str:
    value = trace.terms.value
    figure = "–" if value is None else scale.figure(value, exactly=True)
    words = {
        AggregateKind.MIN: ("最小 ", "least "),
        AggregateKind.MAX: ("最大 ", "largest "),
        AggregateKind.PEAK: ("最多同时 ", "most at once "),
    }
    return setting.said(*words.get(trace.ingredient.aggregate.kind, ("", ""))) + figure


def left_out(trace: Trace, setting: Setting) -> str:
    """Return how many rows do not count, and why; nothing where all do."""
    terms = trace.terms
    lacking = dict(terms.lacking or {})
    count = terms.filtered + sum(lacking.values())
    if not count:
        return ""
    divided = lacking.pop(DIVIDED, 0)
    reasons = [
        *([setting.said(f"{terms.filtered} 行不符 where", f"{terms.filtered} where")] if terms.filtered else []),
        *(setting.said(f"{rows} 行缺 {name}", f"{rows} missing {name}") for name, rows in lacking.items()),
        *([setting.said(f"{divided} 行除以 0", f"{divided} divided by 0")] if divided else []),
    ]
    more = setting.said(f"另有 {count} 行不计：", f"{count} more {'row does' if count == 1 else 'rows do'} not count: ")
    return more + setting.said("，", ", ").join(reasons)
