"""People whose role or team changes within a period: each stretch of time is a line of its own."""

from fractions import Fraction

from headed import BANDS, head, named
from made_points import codes, refused, scored, sheet
from small_run import Done, ran, rows

from kpi_cli.reports.csvfile import summary_csv
from kpi_cli.scoring.cards import PaySlip

ROSTER = """\
id,name,team,role,pay:number,since:date,until:date
a,Ann,one,junior,3100,,2026-10-10
a,Ann,two,senior,6200,2026-10-11,
b,Bob,one,junior,3100,,
c,Cid,two,senior,3100,,
"""
WORK = """\
agent,at:date,x:number
a,2026-09-30,1000
a,2026-10-01,10
a,2026-10-10,20
a,2026-10-11,100
a,2026-10-31,200
b,2026-10-05,50
c,2026-10-05,400
"""
METRICS = """\
metrics:
  x: {formula: sum(work.x), score: {rule: as_is}}
  mean_x: {formula: mean(work.x), score: {rule: as_is}}
scoring: {cap: 1000}
"""
CARDS = """\
scorecards:
  junior: {for: role == "junior", weights: {x: 100}}
  senior: {for: role == "senior", weights: {x: 100}}
"""
TEAMS = "scorecards: {all: {scope: team, weights: {x: 50, mean_x: 50}}}\n"


def done(cards: str = CARDS, roster: str = ROSTER, more: str = "", period: str = "2026-10") -> Done:
    files = {"roster": roster, "work": WORK}
    return ran(f"{head(files)}{METRICS}{cards}{BANDS}{more}", named(files), period)


def lines(found: Done, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in found.summary]


def test_each_stretch_is_scored_on_its_own_card_from_its_own_days() -> None:
    """Until the 10th: 10 + 20; from the 11th: 100 + 200."""
    assert lines(done(), "agent_id", "team", "scorecard", "score", "rank", "of") == [
        ("b", "one", "junior", "50.0", "1", "2"),
        ("a", "one", "junior", "30.0", "2", "2"),
        ("c", "two", "senior", "400.0", "1", "2"),
        ("a", "two", "senior", "300.0", "2", "2"),
    ]


def test_the_days_before_a_move_count_for_the_old_team_and_those_after_for_the_new() -> None:
    """One: 10 + 20 + 50 = 80 in three rows; two: 100 + 200 + 400 = 700 in three rows."""
    found = [(row["agent_id"], row["metric"], row["value"], row["n"]) for row in done(TEAMS).detail]
    assert sorted(found) == sorted(
        [
            *(("a", "x", "80", "3"), ("a", "mean_x", "26.666667", "3")),
            *(("a", "x", "700", "3"), ("a", "mean_x", "233.333333", "3")),
            *(("b", "x", "80", "3"), ("b", "mean_x", "26.666667", "3")),
            *(("c", "x", "700", "3"), ("c", "mean_x", "233.333333", "3")),
        ]
    )


def test_a_period_within_one_stretch_knows_that_one_alone() -> None:
    early = done(period="2026-10-01..2026-10-10")
    assert [row for row in lines(early, "agent_id", "scorecard", "score") if row[0] == "a"] == [("a", "junior", "30.0")]
    late = done(period="2026-10-20..2026-10-31")
    assert [row for row in lines(late, "agent_id", "scorecard", "score") if row[0] == "a"] == [("a", "senior", "200.0")]


def test_a_stretch_without_rows_is_there_with_no_data() -> None:
    """The period from the 2nd to the 9th and the 11th to the 12th touches both."""
    found = done(period="2026-10-02..2026-10-12", more="")
    assert [row for row in lines(found, "agent_id", "scorecard", "status") if row[0] == "a"] == [
        ("a", "junior", "scored"),
        ("a", "senior", "scored"),
    ]
    empty = done(period="2026-10-02..2026-10-11", roster=ROSTER.replace("2026-10-10", "2026-10-09").replace("10-11", "10-12"))
    assert [row for row in lines(empty, "agent_id", "scorecard", "status") if row[0] == "a"] == []


def test_stretches_may_lie_apart_and_rows_between_them_are_nobodys() -> None:
    roster = ROSTER.replace("2026-10-11", "2026-10-20")
    files = {"roster": roster, "work": WORK}
    error = refused_text(f"{head(files)}{METRICS}{CARDS}{BANDS}", files)
    assert "unknown-agents" in error


def refused_text(scheme: str, files: dict[str, str]) -> list[str]:
    from small_run import refusal

    return codes(refusal(scheme, named(files)))
