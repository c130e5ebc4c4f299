"""Metrics by chance: a formula, a target, a rule, a smallest sample; as YAML, and as a line of the oracle's card."""

from dataclasses import dataclass
from fractions import Fraction

import made_formulas as made
import oracle
from hypothesis import strategies as st
from made_formulas import Formula
from oracle import Line, Target, plain

F = Fraction
SUFFIX = {"percent": "%", "duration": "s"}
SIGNS = {">=": "≥ {}", "<=": "≤ {}", "is": "= {}"}


def amount(value: Fraction, unit: str) -> str:
    """Write a value as a scheme does: rates in percent, durations in seconds."""
    return plain(value * 100 if unit == "percent" else value, 20) + SUFFIX.get(unit, "")


def values(unit: str) -> st.SearchStrategy[Fraction]:
    """Targets and thresholds, all above 0."""
    if unit == "percent":
        return st.integers(1, 1000).map(lambda n: F(n, 1000))
    return st.one_of(st.integers(1, 60).map(F), st.integers(1, 9999).map(lambda n: F(n, 100)))


@st.composite
def targets(draw: st.DrawFn, unit: str) -> tuple[str, Target]:
    sign = draw(st.sampled_from([">=", "<=", "in", "is"]))
    low = draw(values(unit))
    if sign != "in":
        return SIGNS[sign].format(amount(low, unit)), Target(sign, low, low)
    high = low + draw(values(unit))
    return f"{amount(low, unit)}..{amount(high, unit)}", Target(sign, low, high)


points = st.one_of(st.integers(0, 130).map(F), st.integers(-100, 1300).map(lambda n: F(n, 10)))
RULES = ("", "linear", "pass_fail", "steps", "line", "deduct", "as_is", "rank")
Scored = tuple[str, oracle.Rule]


@st.composite
def rules(draw: st.DrawFn, formula: Formula, target: Target | None) -> Scored:
    """Return a rule in YAML (empty: the default) and as a function; what needs a target needs it here too."""
    needless = [name for name in RULES[3:] if name != "rank" or not formula.empty]
    fitting = needless if target is None else [*RULES[:3], *needless]
    name = draw(st.sampled_from(fitting))
    match name, target:
        case ("pass_fail", Target()):
            met, missed = draw(points), draw(points)
            written = f"{{rule: pass_fail, met: {plain(met)}, missed: {plain(missed)}}}"
            return written, oracle.pass_fail(target, met, missed)
        case ("" | "linear", Target()):
            curve = name or "ratio"
            return f"{{rule: proportional, curve: {curve}}}" if name else "", oracle.proportional(target, curve)
        case ("rank", _):
            top, bottom = sorted([draw(points), draw(points)], reverse=True)
            higher = target is None or target.sign != "<="
            written = f"{{rule: rank, top: {plain(top)}, bottom: {plain(bottom)}}}"
            return written, oracle.ranked(top, bottom, higher_is_better=higher)
        case _:
            return draw(_free_rules(formula, name))


@st.composite
def _free_rules(draw: st.DrawFn, formula: Formula, name: str) -> Scored:
    unit = formula.unit
    if name == "as_is":
        return "{rule: as_is}", oracle.as_is(100 if unit == "percent" else 1)
    if name == "deduct":
        start, each, free = draw(points), abs(draw(points)) + 1, draw(values(unit))
        written = f"{{rule: deduct, start: {plain(start)}, each: {plain(each)}, free: {amount(free, unit)}}}"
        return written, oracle.deduct(start, each, free)
    ends = sorted(draw(st.lists(values(unit), min_size=2, max_size=4, unique=True)))
    heights = [draw(points) for _ in ends]
    if name == "line":
        corners = ", ".join(f"[{amount(x, unit)}, {plain(y)}]" for x, y in zip(ends, heights, strict=True))
        return f"{{rule: line, points: [{corners}]}}", oracle.line(list(zip(ends, heights, strict=True)))
    sign, falling = draw(st.sampled_from([(">=", True), ("<=", False)]))
    ends, otherwise = sorted(ends, reverse=falling), draw(points)
    stairs = [(Target(sign, at, at), y) for at, y in zip(ends, heights, strict=True)]
    written = ", ".join(f"{{at: {SIGNS[sign].format(amount(at.low, unit))}, score: {plain(y)}}}" for at, y in stairs)
    return f"{{rule: steps, steps: [{written}], otherwise: {plain(otherwise)}}}", oracle.steps(stairs, otherwise)


formulas: st.SearchStrategy[Formula] = st.one_of(
    st.sampled_from(made.OTHERS),
    st.builds(
        made.numeric,
        st.sampled_from(sorted(made.NUMERIC)),
        st.sampled_from(sorted(made.READINGS)),
        st.one_of(st.none(), st.sampled_from(sorted(made.CONDITIONS))),
    ),
    st.builds(
        made.at_percent, st.sampled_from(sorted(made.READINGS)), st.sampled_from(["0", "10", "90", "99.5", "100"])
    ),
    st.builds(made.share, st.sampled_from(sorted(made.CONDITIONS))),
    st.builds(made.count, st.sampled_from(sorted(made.CONDITIONS))),
)


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric's YAML and what becomes its line on a card."""

    name: str
    yaml: str
    line: Line


@st.composite
def metrics(draw: st.DrawFn, name: str, *, floor: Fraction) -> Metric:
    formula = draw(formulas)
    written, target = draw(st.one_of(st.just(("", None)), targets(formula.unit), targets(formula.unit)))
    score, rule = draw(rules(formula, target))
    sample = draw(st.one_of(st.none(), st.integers(1, 6)))
    # What `zero` means below a floor above it is not written down.
    missing = draw(st.sampled_from(["skip", "skip", "zero", "full"])) if floor <= 0 else "skip"
    lines = [
        f"  {name}:",
        f"    label: Metric {name}",
        f"    formula: {quoted(formula.text)}",
        f"    unit: {formula.unit}",
        *([f"    target: {written}"] if target else []),
        *([f"    score: {score}"] if score else []),
        *([f"    min_sample: {sample}"] if sample else []),
        f"    missing: {missing}",
        *(["    better: higher"] if "rank" in score and target and target.sign in ("in", "is") else []),
        *(["    better: higher"] if "rank" in score and target is None else []),
    ]
    line = Line(name, f"Metric {name}", "", F(0), formula.measure, rule, target, sample, missing)
    return Metric(name, "\n".join(lines), line)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
