"""The period before, and seasons: what of other times a scorecard knows."""

import pytest
from headed import BANDS, head, named
from made_points import codes
from small_run import Done, ran, refusal

from kpi_cli.problems import Exit

SALES = """\
agent,at:date,x:number
a,2026-08-31,1000
a,2026-09-01,10
a,2026-09-16,20
a,2026-09-30,40
a,2026-10-01,100
a,2026-10-14,200
a,2026-10-15,400
a,2026-10-31,800
b,2026-10-05,7
"""
METRICS = """\
metrics:
  x: {formula: sum(work.x), score: {rule: as_is}}
  before: {formula: previous(x), score: {rule: as_is}}
  growth: {formula: (x - previous(x)) / previous(x), unit: percent, score: {rule: as_is}}
scoring: {cap: 10000}
"""
CARD = "scorecards: {all: {weights: {x: 40, before: 30, growth: 30}}}\n"


def done(*periods: str, work: str = SALES, more: str = "") -> Done:
    files = {"work": work}
    return ran(f"{head(files)}{METRICS}{CARD}{BANDS}{more}", named(files), *periods)


@pytest.mark.parametrize(
    ("period", "now", "before"),
    [
        ("2026-10", "1500", "70"),
        ("2026-09", "70", "1000"),
        ("2026-10-15..2026-10-28", "400", "300"),  # the 1st to the 14th: as many days
        ("2026-10-01..2026-10-14", "300", "40"),  # the 17th to the 30th of September
        ("2026-10-15", "400", "200"),  # a day, and the day before
        ("2026-W42", "600", "0"),  # the 12th to the 18th; in the week before there is Bob's row alone
        ("2026-Q4", "1500", "1070"),
    ],
)
def test_the_period_before_is_of_the_same_kind(period: str, now: str, before: str) -> None:
    found = done(period)
    assert [found.line("a", metric, "value")[0] for metric in ("x", "before")] == [now, before]


def test_without_a_row_then_there_is_nothing_to_compare_with() -> None:
    """Bob has no row in September: a sum of nothing is 0 there, and growth from 0 is missing.

    He lacks the growth alone, and 70 % of the weight are enough for a grade.
    """
    found = done()
    assert found.line("b", "before", "value") == ["0"]
    assert found.line("b", "growth", "value", "status") == ["", "missing"]
    assert found.of("b", "coverage", "status") == ["70", "scored"]


def test_the_line_names_the_period_compared_with() -> None:
    found = done("2026-10-15..2026-10-28")
    (note,) = found.line("a", "growth", "note")
    assert "2026-10-01..2026-10-14" in note


def test_where_the_data_begin_nothing_is_known_before() -> None:
    """No row of August or before: not even a sum is 0, and nobody is refused for it."""
    work = "agent,at:date,x:number\na,2026-10-05,7\n"
    found = done(work=work)
    assert found.line("a", "before", "value", "n", "status") == ["", "", "missing"]
    assert found.line("a", "growth", "value") == [""]
    assert found.line("a", "x", "value") == ["7"]


def test_a_month_asked_for_serves_the_next_as_the_one_before() -> None:
    found = done("2026-09", "2026-10")
    growth = [row for row in found.detail if (row["agent_id"], row["metric"]) == ("a", "growth")]
    assert [(row["period"], row["value"]) for row in growth] == [
        ("2026-09", "-0.93"),  # (70 − 1000) / 1000
        ("2026-10", "20.428571"),  # (1500 − 70) / 70
    ]


def test_growth_of_growth_looks_two_periods_back() -> None:
    """x: 1000, 70, 1500 in August, September, October; the difference of now and before: 1430 − (−930)."""
    steps = (
        "  step: {formula: x - previous(x), score: {rule: as_is}}\n"
        "  turn: {formula: step - previous(step), score: {rule: as_is}}\n"
    )
    metrics = METRICS.replace("scoring:", f"{steps}scoring:")
    files = {"work": SALES}
    found = ran(f"{head(files)}{metrics}scorecards: {{all: {{weights: {{turn: 100}}}}}}\n{BANDS}", named(files))
    assert found.line("a", "turn", "value") == ["2360"]


def test_months_of_sheets_are_found_by_their_names() -> None:
    """A sheet without days: October's and September's files; without September's nothing is known of it."""
    files = {"work": "agent,x:number\na,30\n"}
    both = named(files) | {"work-2026-09.csv": "agent,x:number\na,20\n"}
    scheme = f"{head(files)}{METRICS}{CARD}{BANDS}"
    assert ran(scheme, both).line("a", "growth", "value") == ["0.5"]
    assert ran(scheme, named(files)).line("a", "growth", "value") == [""]


SEASONS = """\
seasons:
  - name: 双11
    periods: [2026-11]
    set: {metrics.x.target: ≥ 50, scorecards.all.weights.x: 80, scorecards.all.weights.y: 20}
"""
PLAIN = """\
metrics:
  x: {formula: sum(work.x), target: ≥ 100}
  y: {formula: count(work), target: ≥ 1, score: {rule: pass_fail}}
scorecards: {all: {weights: {x: 50, y: 50}}}
"""


def seasonal(seasons: str, *periods: str) -> Done:
    files = {"work": "agent,at:date,x:number\na,2026-10-05,80\na,2026-11-11,40\n"}
    return ran(f"{head(files)}{PLAIN}{BANDS}{seasons}", named(files), *periods)


def test_a_season_has_its_own_targets_and_weights() -> None:
    """October: .5·80 + .5·100 = 90. November: 40 of 50 is 80; .8·80 + .2·100 = 84."""
    found = seasonal(SEASONS, "2026-10", "2026-11")
    assert [(row["period"], row["score"]) for row in found.summary] == [("2026-10", "90.0"), ("2026-11", "84.0")]
    assert [(row["target"], row["weight"]) for row in found.detail if row["metric"] == "x"] == [
        (">=100", "50"),
        (">=50", "80"),
    ]


@pytest.mark.parametrize("period", ["2026-11-11", "2026-W46", "2026-11-01..2026-11-30"])
def test_a_period_wholly_inside_follows_the_season(period: str) -> None:
    found = seasonal(SEASONS, period)
    assert found.line("a", "x", "target") == [">=50"]
    assert found.outcome.warnings == ()


@pytest.mark.parametrize("period", ["2026-Q4", "2026-10-20..2026-11-20", "2026"])
def test_a_period_partly_inside_keeps_the_ordinary_rules_and_says_so(period: str) -> None:
    found = seasonal(SEASONS, period)
    assert found.line("a", "x", "target") == [">=100"]
    (warning,) = found.outcome.warnings
    assert warning.code == "season-partly"
    assert "双11" in warning.message


def test_two_seasons_that_set_one_path_for_one_period_are_an_error() -> None:
    clash = SEASONS + "  - {name: 年末, periods: [2026-Q4], set: {metrics.x.target: ≥ 60}}\n"
    files = {"work": "agent,at:date,x:number\na,2026-11-05,80\n"}
    error = refusal(f"{head(files)}{PLAIN}{BANDS}{clash}", named(files), "2026-11")
    assert (error.exit_code, codes(error)) == (Exit.USAGE, ["season-clash"])
    assert "双11" in error.problems[0].message
    assert "年末" in error.problems[0].message


def test_two_seasons_of_different_paths_both_hold() -> None:
    more = SEASONS + "  - {name: 年末, periods: [2026-Q4], set: {metrics.y.target: ≥ 2}}\n"
    found = seasonal(more, "2026-11")
    assert [found.line("a", metric, "target")[0] for metric in "xy"] == [">=50", ">=2"]


def test_the_card_says_which_season_held() -> None:
    sheets = seasonal(SEASONS, "2026-10", "2026-11").outcome.sheets
    assert [sheet.seasons for sheet in sheets] == [(), ("双11",)]
