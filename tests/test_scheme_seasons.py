"""In a season other values hold at some paths; outside it, and for everything else, nothing changes."""

from datetime import date
from fractions import Fraction

from scheme_text import loaded, refused, said_of, small

from kpi_cli.periods import parse_period
from kpi_cli.scheme.seasons import InSeason, in_season
from kpi_cli.scheme.targets import parse_target

SEASONS = """\
seasons:
  - name: Sale
    periods: [2026-11]
    set: {metrics.wait.target: ≤ 45s, scorecards.all.weights: {csat: 70, wait: 30}}
  - {name: Winter, periods: [2026-Q4], set: {metrics.csat.target: ≥ 70%, grades.0.min: 85}}
"""


def holds(period: str) -> InSeason:
    return in_season(loaded(more=SEASONS), parse_period(period, date(2026, 1, 1)))


def test_outside_every_season_the_scheme_holds_as_it_is() -> None:
    found = holds("2026-09")
    assert (found.names, found.warnings) == ((), ())
    assert found.scheme == loaded(more=SEASONS)


def test_inside_several_seasons_all_of_them_hold() -> None:
    found = holds("2026-11")
    assert found.names == ("Sale", "Winter")
    metrics, card = found.scheme.metrics, found.scheme.cards[0]
    assert metrics["wait"].target == parse_target("≤ 45s")
    assert metrics["csat"].target == parse_target("≥ 70%")
    assert [(line.metric.name, line.weight) for line in card.lines] == [("csat", Fraction(70)), ("wait", Fraction(30))]
    assert found.scheme.bands[0].min == 85
    assert found.scheme.sha256 == loaded(more=SEASONS).sha256


def test_a_week_inside_a_season_is_in_it() -> None:
    assert holds("2026-11-11").names == ("Sale", "Winter")
    assert holds("2026-10").names == ("Winter",)


def test_a_period_partly_inside_is_warned_of() -> None:
    found = holds("2026-Q4")
    assert found.names == ("Winter",)
    assert [(problem.code, problem.message) for problem in found.warnings] == [
        ("season-partly", "2026-Q4 lies only partly in the season Sale, so the ordinary rules hold")
    ]
    assert found.scheme.metrics["wait"].target == parse_target("≤ 30s")


def test_a_season_that_breaks_the_scheme_is_told_of_where_it_is_written() -> None:
    season = (
        "seasons: [{name: Sale, periods: [2026-11], set: {metrics.wait.target: ≤ 0s, metrics.csat.missing: skp}}]\n"
    )
    assert said_of(small(more=season)) == [
        "≤ 0s: in season Sale: a score in proportion needs a target above 0, and `wait` has <=0 [target-zero]",
        "skp: in season Sale: expected skip, zero, full or error, found `skp` [bad-choice]",
    ]


def test_a_path_that_leads_nowhere_is_answered_with_the_nearest() -> None:
    season = "seasons: [{name: Sale, periods: [2026-11], set: {metrics.csta.target: ≥ 70%}}]\n"
    problems = refused(small(more=season))
    assert [(problem.code, problem.help) for problem in problems] == [("unknown-path", "did you mean `csat`?")]
