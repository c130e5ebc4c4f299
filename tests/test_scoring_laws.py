"""Laws of scores, for rules and weights made by chance: never less for better, within bounds, without jumps."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from headed import BANDS, head, named
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_cases import weights
from oracle import half_up, plain
from small_run import Done, ran

F = Fraction
some = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
hundredths = st.integers(-2000, 30000).map(lambda number: F(number, 100))
targets = st.integers(1, 15000).map(lambda number: F(number, 100))


@dataclass(frozen=True, slots=True)
class Made:
    """Keys of a metric whose score goes one way; `steepness` bounds its points per unit, None where it may jump."""

    keys: str
    more_is_better: bool
    steepness: Fraction | None = None


@st.composite
def proportional(draw: st.DrawFn, cap: Fraction) -> Made:
    """`≥ t` rises by 100/t; `≤ t` falls by as much when linear, and by cap²/(100·t) where the ratio leaves the cap."""
    target, up, curve = draw(targets), draw(st.booleans()), draw(st.sampled_from(["ratio", "linear"]))
    sign = "≥" if up else "≤"
    steep = 100 / target if up or curve == "linear" else cap**2 / (100 * target)
    return Made(f"target: {sign} {plain(target)}, score: {{rule: proportional, curve: {curve}}}", up, steep)


@st.composite
def line(draw: st.DrawFn) -> Made:
    places = sorted(draw(st.lists(st.integers(-20, 200), min_size=2, max_size=4, unique=True)))
    heights = sorted(draw(st.lists(st.integers(-20, 150), min_size=len(places), max_size=len(places))))
    up = draw(st.booleans())
    corners = list(zip(places, heights if up else heights[::-1], strict=True))
    steep = max(abs(F(y2 - y1, x2 - x1)) for (x1, y1), (x2, y2) in pairwise(corners))
    points = ", ".join(f"[{x}, {y}]" for x, y in corners)
    return Made(f"score: {{rule: line, points: [{points}]}}", up, steep)


@st.composite
def deduct(draw: st.DrawFn) -> Made:
    each, free = draw(st.integers(1, 40)), draw(st.integers(0, 20))
    keys = f"score: {{rule: deduct, start: {draw(st.integers(50, 150))}, each: {each}, free: {free}}}"
    return Made(keys, more_is_better=False, steepness=F(each))


@st.composite
def steps(draw: st.DrawFn) -> Made:
    places = sorted(draw(st.lists(st.integers(0, 200), min_size=1, max_size=4, unique=True)))
    low, *heights = sorted(draw(st.lists(st.integers(0, 130), min_size=len(places) + 1, max_size=len(places) + 1)))
    up = draw(st.booleans())
    stairs = list(zip(places if up else places[::-1], heights, strict=True))[::-1]
    written = ", ".join(f"{{at: {'≥' if up else '≤'} {x}, score: {y}}}" for x, y in stairs)
    return Made(f"score: {{rule: steps, steps: [{written}], otherwise: {low}}}", up)


@st.composite
def pass_fail(draw: st.DrawFn) -> Made:
    up, target = draw(st.booleans()), draw(targets)
    missed, met = sorted(draw(st.tuples(st.integers(0, 130), st.integers(0, 130))))
    sign = "≥" if up else "≤"
    return Made(f"target: {sign} {plain(target)}, score: {{rule: pass_fail, met: {met}, missed: {missed}}}", up)


@st.composite
def ranked(draw: st.DrawFn) -> Made:
    up = draw(st.booleans())
    return Made(f"better: {'higher' if up else 'lower'}, score: {{rule: rank, top: 120, bottom: 50}}", up)


AS_IS = st.just(Made("score: {rule: as_is}", more_is_better=True, steepness=F(1)))


@dataclass(frozen=True, slots=True)
class Scheme:
    """Metrics m0, m1, ... of one card, the values of agents, and the bounds of scores."""

    metrics: Sequence[Made]
    weights: Sequence[Fraction]
    cap: Fraction
    floor: Fraction

    def run(self, values: Sequence[Sequence[Fraction]]) -> Done:
        """Score agents a0, a1, ... who have these values."""
        names = [f"m{place}" for place in range(len(self.metrics))]
        columns = ",".join(f"{name}:number" for name in names)
        rows = [f"a{place},{','.join(plain(value) for value in own)}" for place, own in enumerate(values)]
        files = {"work": "\n".join([f"agent,{columns}", *rows])}
        entries = zip(names, self.metrics, strict=True)
        metrics = "".join(f"  {name}: {{formula: only(work.{name}), {made.keys}}}\n" for name, made in entries)
        weighed = ", ".join(f"{name}: {plain(weight)}" for name, weight in zip(names, self.weights, strict=True))
        scoring = f"scoring: {{cap: {plain(self.cap)}, floor: {plain(self.floor)}}}\n"
        card = f"scorecards: {{all: {{weights: {{{weighed}}}}}}}\n"
        return ran(f"{head(files)}metrics:\n{metrics}{scoring}{card}{BANDS}", named(files))


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    cap, floor = draw(st.sampled_from([F(100), F(120), F("150.5")])), draw(st.sampled_from([F(0), F(10)]))
    rules = st.one_of(proportional(cap), line(), deduct(), steps(), pass_fail(), ranked(), AS_IS)
    metrics = draw(st.lists(rules, min_size=1, max_size=4))
    return Scheme(metrics, draw(weights(len(metrics))), cap, floor)


def total(found: Done, place: int) -> Fraction:
    return F(found.of(f"a{place}", "score")[0])


@some
@given(schemes(), st.data())
def test_whoever_is_nowhere_worse_does_not_score_less(scheme: Scheme, data: st.DataObject) -> None:
    """Agent a1 is at least as good as a0 in every metric; a2 is anybody."""
    worse = [data.draw(hundredths) for _ in scheme.metrics]
    gains = [data.draw(st.integers(0, 5000).map(lambda number: F(number, 100))) for _ in scheme.metrics]
    signs = [1 if made.more_is_better else -1 for made in scheme.metrics]
    better = [value + sign * gain for value, gain, sign in zip(worse, gains, signs, strict=True)]
    found = scheme.run([worse, better, [data.draw(hundredths) for _ in scheme.metrics]])
    for place in range(len(scheme.metrics)):
        low, high = (F(found.line(agent, f"m{place}", "score")[0]) for agent in ("a0", "a1"))
        assert low <= high
    assert total(found, 0) <= total(found, 1)
    assert int(found.of("a0", "rank")[0]) >= int(found.of("a1", "rank")[0])


@some
@given(schemes(), st.data())
def test_scores_and_totals_stay_between_floor_and_cap(scheme: Scheme, data: st.DataObject) -> None:
    found = scheme.run([[data.draw(hundredths) for _ in scheme.metrics] for _ in range(2)])
    for row in found.detail:
        assert scheme.floor <= F(row["score"]) <= scheme.cap
    for place in range(2):
        assert scheme.floor <= total(found, place) <= half_up(scheme.cap, 1)


@some
@given(st.data(), st.sampled_from([F(100), F(120)]), hundredths, st.integers(1, 100))
def test_a_little_more_changes_little(data: st.DataObject, cap: Fraction, value: Fraction, hundredth: int) -> None:
    """Where a rule promises lines: no more than its steepness, and a hundredth by rounding both scores."""
    made = data.draw(st.one_of(proportional(cap), line(), deduct(), AS_IS))
    step = F(hundredth, 10000)
    scheme = Scheme([made], [F(100)], cap, F(0))
    first, second = (F(row["score"]) for row in sorted(scheme.run([[value], [value + step]]).detail, key=by_agent))
    assert made.steepness is not None
    assert abs(second - first) <= made.steepness * step + F("0.01")


def by_agent(row: dict[str, str]) -> str:
    return row["agent_id"]


@some
@given(schemes(), st.data())
def test_the_total_lies_between_the_least_and_the_greatest_score(scheme: Scheme, data: st.DataObject) -> None:
    found = scheme.run([[data.draw(hundredths) for _ in scheme.metrics]])
    scores = [F(row["score"]) for row in found.detail]
    assert half_up(min(scores), 1) <= total(found, 0) <= half_up(max(scores), 1)
    weighted = sum((s * w for s, w in zip(scores, scheme.weights, strict=True)), F(0)) / 100
    assert total(found, 0) == half_up(weighted, 1)
