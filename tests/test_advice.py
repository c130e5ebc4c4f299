"""Pitfalls of sound schemes: when they are told and when not. One example each stands in `errors/`."""

from pathlib import Path

import pytest
from conftest import ROOT, TESTS

from kpi_cli.intake.presets import PRESETS
from kpi_cli.scheme.advice import advice
from kpi_cli.scheme.load import load_scheme, load_text

SCHEME = """\
kpi: 1
name: Demo
timezone: UTC
roster: {files: roster.csv, agent: id, columns: {id: Id, team: Team, role: Role, pay: {from: Pay, type: number}}}
sources:
  chats:
    files: chats.csv
    agent: agent
    time: at
    columns:
      agent: Agent
      at: {from: At, type: datetime}
      wait: {from: Wait, type: duration, unit: s}
      rating: {from: Rating, type: number}
      solved: {from: Solved, type: boolean}
      buyer: Buyer
      paid: {from: Paid, type: boolean}
  orders:
    files: orders.csv
    agent: agent
    time: paid_on
    columns:
      agent: Agent
      paid_on: {from: Paid on, type: date}
      amount: {from: Amount, type: number}
      returned: {from: Sent back, type: boolean}
      came_back: {from: Return date, type: date}
  qa:
    files: "qa-{period}.csv"
    agent: agent
    columns:
      agent: Agent
      manner: {from: Manner, type: number}
      style: {from: Style, type: number, map: {good: 5, fair: 3}}
metrics:
  m_csat: {formula: share(chats.rating >= 4), unit: percent, target: ≥ 80%}
  m_solved: {formula: share(chats.solved), unit: percent, target: ≥ 90%}
  m_wait: {formula: mean(chats.wait), unit: duration, target: ≤ 30s}
  m_volume: {formula: count(chats), unit: count, target: ≥ 200}
  m_conversion: {formula: "unique(chats.buyer, where=chats.paid) / unique(chats.buyer)", unit: percent, target: ≥ 15%}
  m_sales: {formula: sum(orders.amount), unit: money, target: ≥ 9000}
  m_manner: {formula: mean(qa.manner), unit: points, target: ≥ 4}
  m_style: {formula: only(qa.style), unit: points, target: ≥ 4}
  m_days: {formula: active_days(chats), target: ≥ 20}
METRICS
scorecards:
CARDS
grades:
  - {grade: A, min: 90, coefficient: 1.2}
  - {grade: B, coefficient: 1.0}
"""
WEIGHTS = {1: (100,), 2: (50, 50), 3: (40, 30, 30), 4: (25, 25, 25, 25)}


def card(*metrics: str) -> str:
    weights = ", ".join(f"{name}: {weight}" for name, weight in zip(metrics, WEIGHTS[len(metrics)], strict=True))
    return f"  all: {{weights: {{{weights}}}}}"


def codes(cards: str, metrics: str = "", more: str = "") -> list[str]:
    text = SCHEME.replace("METRICS\n", metrics).replace("CARDS", cards) + more
    return [problem.code for problem in advice(load_text(text, "scheme.yaml").draft)]


def test_a_balanced_card_is_not_advised() -> None:
    assert codes(card("m_csat", "m_solved", "m_wait")) == []


CARDS: dict[tuple[str, ...], list[str]] = {
    ("m_csat",): ["few-metrics"],
    ("m_csat", "m_wait"): ["few-metrics"],
    ("m_wait", "m_volume", "m_sales"): ["speed-without-quality"],
    ("m_wait", "m_sales", "m_solved"): [],  # solved is quality enough
    ("m_sales", "m_volume", "m_days"): [],  # nobody is pushed to be quick
    ("m_conversion", "m_wait", "m_solved"): ["conversion-without-care"],  # solved says nothing of being talked into
    ("m_conversion", "m_wait", "m_csat"): [],
    ("m_conversion", "m_sales"): ["few-metrics", "only-results", "conversion-without-care"],
    ("m_wait", "m_volume"): ["few-metrics", "only-process", "speed-without-quality"],
    ("m_csat", "m_solved"): ["few-metrics"],  # what customers say is neither bare result nor bare process
    ("m_csat", "m_wait", "m_manner"): ["no-rubric"],
    ("m_csat", "m_wait", "m_style"): [],
}


@pytest.mark.parametrize("metrics", CARDS, ids=" ".join)
def test_what_a_card_asks_for(metrics: tuple[str, ...]) -> None:
    assert sorted(codes(card(*metrics))) == sorted(CARDS[metrics])


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ("m_csat: 40, m_wait: 30, m_solved: 30", []),
        ("m_csat: 40.5, m_wait: 30, m_solved: 29.5", ["heavy-metric"]),
        ("a: {m_csat: 25, m_solved: 25}, b: {m_wait: 25, m_volume: 25}", []),
        ("a: {m_csat: 26, m_solved: 25}, b: {m_wait: 24, m_volume: 25}", ["heavy-dimension"]),
        ("a: {m_csat: 35, m_solved: 35, m_wait: 30}", []),  # one dimension alone is none
        ("m_csat: 50, m_solved: 50, m_wait: 0", ["few-metrics"]),  # what weighs nothing is not scored
    ],
)
def test_weights(weights: str, told: list[str]) -> None:
    assert codes(f"  all: {{weights: {{{weights}}}}}") == told


def nine(weights: str) -> str:
    return f"  all: {{weights: {{m_csat: 20, m_solved: 20, m_wait: 10, m_volume: 10, m_sales: 10, {weights}}}}}"


def test_eight_metrics_are_not_too_many_and_nine_are() -> None:
    assert codes(nine("m_style: 10, m_days: 10, m_conversion: 10")) == []
    assert codes(nine("m_style: 10, m_days: 10, m_conversion: 5, more: 5"), MORE) == ["many-metrics"]


MORE = "  more: {formula: share(chats.rating == 5), unit: percent, target: ≥ 60%}\n"

METRICS = {
    "first replies under two names": (
        "{label: First response, formula: 'percentile(chats.wait, 90)', unit: duration, target: ≤ 60s}",
        [],
    ),
    "another formula": ("{formula: median(chats.wait), unit: duration, target: ≤ 30s}", []),
    "the same formula": ("{formula: mean(chats.wait), unit: duration, target: ≤ 20s}", ["measured-twice"]),
    "a mean over a count": (
        "{formula: mean(chats.wait) / count(chats), unit: duration, target: ≤ 1s}",
        ["mean-over-count"],
    ),
    "a sum over a count": ("{formula: sum(chats.wait) / count(chats), unit: duration, target: ≤ 30s}", []),
    "strict and no least sample": (
        "{formula: share(not chats.solved), unit: percent, target: ≤ 4%}",
        ["no-min-sample"],
    ),
    "strict upwards": ("{formula: share(not missing(chats.wait)), unit: percent, target: ≥ 98%}", ["no-min-sample"]),
    "one in twenty is no trap": ("{formula: share(not chats.solved), unit: percent, target: ≤ 5%}", []),
    "with a least sample": ("{formula: share(not chats.solved), unit: percent, target: ≤ 4%, min_sample: 25}", []),
    "of all": ("{formula: share(not missing(chats.wait)), unit: percent, target: ≥ 100%}", []),
    "not of cases": ("{formula: sum(qa.manner) / sum(qa.style), unit: percent, target: ≤ 4%}", []),
    "growth, skipped": ("{formula: m_volume / previous(m_volume), target: ≥ 1.05}", []),
    "growth or nothing": (
        "{formula: m_volume / previous(m_volume), target: ≥ 1.05, missing: error}",
        ["growth-of-joiner"],
    ),
    "growth of growth": ("{formula: g * 2, target: ≥ 2.1, missing: zero}", ["growth-of-joiner"]),
    "a label between": ("{formula: only(qa.style), unit: points, target: ≥ 4}", []),
    "a label above": ("{formula: only(qa.style), unit: points, target: ≥ 5.5}", ["label-unknown"]),
    "a label exactly": ("{formula: only(qa.style), unit: points, target: = 4}", ["label-unknown"]),
    "a step without a label": (
        (
            "{formula: only(qa.style), unit: points, target: ≥ 5, "
            "score: {rule: steps, steps: [{at: ≥ 6, score: 100}], otherwise: 0}}"
        ),
        ["label-unknown"],
    ),
    "points by hand, named": (
        (
            "{formula: only(qa.manner), unit: points, target: ≥ 4, "
            "score: {rule: steps, steps: [{at: ≥ 4, score: 100, name: kind}], otherwise: 0}}"
        ),
        [],
    ),
    "an exam": ("{formula: only(qa.manner), unit: points, target: ≥ 85, score: {rule: as_is}}", []),
    "sent back": ("{formula: share(orders.returned), unit: percent, target: ≤ 5%}", ["late-data"]),
}


@pytest.mark.parametrize("name", METRICS)
def test_metrics(name: str) -> None:
    written, told = METRICS[name]
    growth = "  g: {formula: m_volume / previous(m_volume)}\n" if "g * 2" in written else ""
    pay = "pay: {amount: pay, currency: EUR, split: {base: 80, performance: 20, bonus: 0}}\n"
    assert codes(card("m_csat", "m_solved", "m_wait", "x"), f"{growth}  x: {written}\n", pay) == told


def test_two_first_responses() -> None:
    metrics = (
        "  a: {label: 首次响应时间, formula: mean(chats.wait), unit: duration, target: ≤ 30s}\n"
        "  b: {label: 首次响应P90, formula: 'percentile(chats.wait, 90)', unit: duration, target: ≤ 60s}\n"
        "  c: {label: 付款客户首次响应, formula: 'mean(chats.wait, where=chats.paid)', unit: duration, target: ≤ 20s}\n"
    )
    assert codes(card("m_csat", "m_solved", "a", "b"), metrics) == ["measured-twice"]
    assert codes(card("m_csat", "m_solved", "a", "c"), metrics) == []


@pytest.mark.parametrize(
    ("label", "told"),
    [("平均响应时间", ["mean-of-first-replies"]), ("ART", ["mean-of-first-replies"]), ("平均首次响应时长", [])],
)
def test_a_mean_response_is_no_first_response(label: str, told: list[str]) -> None:
    scheme = SCHEME.replace("wait: {from: Wait", "wait: {from: 首次响应时长(秒)")
    metric = f"  x: {{label: {label}, formula: mean(chats.wait), unit: duration, target: ≤ 30s}}\n"
    text = scheme.replace("METRICS\n", metric).replace("CARDS", card("m_csat", "m_solved", "x"))
    assert [problem.code for problem in advice(load_text(text, "scheme.yaml").draft)] == told


def test_rates_of_one_count_share_their_denominator() -> None:
    def rate(name: str, formula: str) -> str:
        return f"  {name}: {{formula: {formula}, unit: percent, target: ≤ 30%}}\n"

    one, other = rate("a", "count(orders) / count(chats)"), rate("b", "count(orders) / unique(chats.buyer)")
    narrowed = rate("b", "'count(orders, where=orders.returned) / unique(chats.buyer)'")
    alike = rate("b", "'count(orders, where=orders.returned) / count(chats)'")
    cards = card("m_csat", "m_solved", "a", "b")
    assert codes(cards, one + other) == ["denominators-differ"]
    assert codes(cards, one + narrowed) == ["denominators-differ"]
    assert codes(cards, one + alike) == []


def test_what_comes_late_may_be_dated_when_it_comes_or_not_be_paid_for() -> None:
    late = "  returns: {formula: share(orders.returned), unit: percent, target: ≤ 5%}\n"
    cards = card("m_csat", "m_solved", "returns")
    pay = "pay: {amount: pay, currency: EUR, split: {base: 80, performance: 20, bonus: 0}}\n"
    assert codes(cards, late, pay) == ["late-data"]
    assert codes(cards, late) == []
    text = SCHEME.replace("time: paid_on", "time: came_back").replace("METRICS\n", late).replace("CARDS", cards) + pay
    assert advice(load_text(text, "scheme.yaml").draft) == ()


def test_growth_may_leave_a_joiner_with_too_little_of_the_card() -> None:
    growth = "  g: {formula: m_volume / previous(m_volume), target: ≥ 1.05}\n"
    weights = "  all: {weights: {m_csat: 30, m_solved: 30, g: 40}}"
    assert codes(weights, growth) == []
    assert codes(weights, growth, "scoring: {min_coverage: 61}\n") == ["growth-of-joiner"]


def test_two_roles_may_share_metrics_and_weights_but_not_everything() -> None:
    def two(other: str) -> str:
        return (
            '  one: {for: role == "a", weights: {m_csat: 40, m_solved: 30, m_wait: 30}}\n'
            f'  two: {{for: role == "b", weights: {{m_csat: 40, m_solved: 30, {other}}}}}'
        )

    assert codes(two("m_wait: 30")) == ["same-weights"]
    assert codes(two("m_wait: {weight: 30, target: ≤ 45s}")) == []
    assert codes(two("m_wait: {weight: 30, scope: team}")) == []


def test_a_low_grade_should_help() -> None:
    scheme = SCHEME.replace("METRICS\n", "").replace("CARDS", card("m_csat", "m_solved", "m_wait"))
    low = scheme.replace("coefficient: 1.0", "coefficient: 0.99")
    helped = scheme.replace("coefficient: 1.0", "coefficient: 0.99, action: coaching")
    told = [[problem.code for problem in advice(load_text(text, "s").draft)] for text in (low, helped)]
    assert told == [["grade-without-action"], []]


EXPECTED = {
    "all-metrics.yaml": ["denominators-differ", "many-metrics", "many-metrics"],  # a dictionary, not a scheme
    "ecommerce-presales.yaml": ["many-metrics"],  # nine, as the worked example it follows
    "presales.yaml": ["many-metrics"],
}


@pytest.mark.parametrize("path", sorted((ROOT / "configs").glob("*.yaml")), ids=lambda path: path.name)
def test_schemes_to_start_from_are_advised_where_they_say_why(path: Path) -> None:
    found = load_scheme(path, PRESETS)
    assert found.warnings == ()
    assert [problem.code for problem in advice(found.draft)] == EXPECTED.get(path.name, [])


def test_advice_costs_scoring_nothing() -> None:
    """`score` shows the warnings of a scheme alone: advice is for those who write it."""
    found = load_scheme(TESTS / "errors" / "few-metrics.yaml")
    assert found.warnings == ()
    assert [problem.code for problem in advice(found.draft)] == ["few-metrics"]
