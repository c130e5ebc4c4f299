"""People whose role, team or pay changes within a period: each stretch of time is a line of its own."""

import pytest
from headed import BANDS, head, named
from made_points import codes
from small_run import Done, ran, refusal

from kpi_cli.numbers import plain
from kpi_cli.problems import Severity

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
  share_x: {formula: x / team_mean(x), score: {rule: as_is}}
scoring: {cap: 1000}
"""
CARDS = """\
scorecards:
  junior: {for: role == "junior", weights: {x: 100}}
  senior: {for: role == "senior", weights: {x: 100}}
"""


def scheme(cards: str, files: dict[str, str], more: str = "") -> str:
    return f"{head(files)}{METRICS}{cards}{BANDS}{more}"


def done(cards: str = CARDS, more: str = "", period: str = "2026-10", **other: str) -> Done:
    files = {"roster": ROSTER, "work": WORK, **other}
    return ran(scheme(cards, files, more), named(files), period)


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
    cards = "scorecards: {all: {scope: team, weights: {x: 50, mean_x: 50}}}\n"
    found = [(row["agent_id"], row["metric"], row["value"], row["n"]) for row in done(cards).detail]
    one, two = [("x", "80", "3"), ("mean_x", "26.666667", "3")], [("x", "700", "3"), ("mean_x", "233.333333", "3")]
    assert sorted(found) == sorted(
        [("a", *line) for line in (*one, *two)] + [("b", *line) for line in one] + [("c", *line) for line in two]
    )


def test_the_mean_of_a_team_holds_each_stretch_once() -> None:
    """One: (30 + 50) / 2 = 40; two: (300 + 400) / 2 = 350."""
    found = done("scorecards: {all: {weights: {share_x: 100}}}\n")
    assert sorted((row["agent_id"], row["value"]) for row in found.detail) == [
        ("a", "0.75"),
        ("a", "0.857143"),
        ("b", "1.25"),
        ("c", "1.142857"),
    ]


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2026-10-01..2026-10-10", [("junior", "30.0", "scored")]),
        ("2026-10-11..2026-10-31", [("senior", "300.0", "scored")]),
        ("2026-10-10..2026-10-11", [("junior", "20.0", "scored"), ("senior", "100.0", "scored")]),
        ("2026-10-05..2026-10-11", [("junior", "20.0", "scored"), ("senior", "100.0", "scored")]),
        ("2026-10-02..2026-10-09", [("junior", "", "no_data")]),
    ],
)
def test_a_period_has_the_stretches_that_touch_it(period: str, expected: list[tuple[str, ...]]) -> None:
    found = lines(done(period=period), "agent_id", "scorecard", "score", "status")
    assert [row[1:] for row in found if row[0] == "a"] == expected


def test_rows_of_days_outside_every_stretch_are_nobodys() -> None:
    """From the 11th to the 19th there is no Ann: the row of the 11th cannot be hers."""
    files = {"roster": ROSTER.replace("2026-10-11", "2026-10-20"), "work": WORK}
    assert codes(refusal(scheme(CARDS, files), named(files))) == ["unknown-agents"]
    lenient = scheme(CARDS, files).replace("unknown_agents: 0", "unknown_agents: 1")
    found = ran(lenient, named(files))
    (report,) = next(iter(found.outcome.reports.values()))
    assert (report.account.unknown_agent, report.unknown) == (1, ("a",))
    assert [row for row in lines(found, "agent_id", "score") if row[0] == "a"] == [("a", "30.0"), ("a", "200.0")]


def test_a_sheet_without_days_goes_to_the_last_stretch_with_a_warning() -> None:
    """What was done on which day of October cannot be known; in November there is one stretch alone."""
    sheet = "agent,x:number\na,10\nb,20\nc,30\n"
    october = done(work=sheet)
    assert sorted(lines(october, "agent_id", "scorecard", "score", "status")) == [
        ("a", "junior", "", "no_data"),
        ("a", "senior", "10.0", "scored"),
        ("b", "junior", "20.0", "scored"),
        ("c", "senior", "30.0", "scored"),
    ]
    (warning,) = october.outcome.warnings
    assert (warning.code, warning.severity) == ("undated-stretch", Severity.WARNING)
    assert "of a count" in warning.message
    files = {"roster": ROSTER, "work": sheet}
    november = ran(scheme(CARDS, files), named(files, "2026-11"), "2026-11")
    assert sorted(lines(november, "agent_id", "scorecard", "score")) == [
        ("a", "senior", "10.0"),
        ("b", "junior", "20.0"),
        ("c", "senior", "30.0"),
    ]
    assert november.outcome.warnings == ()


PAY = "pay: {amount: pay, currency: CNY, split: {base: 0, performance: 100, bonus: 0}%s}\n"


def amounts(prorate: str, **other: str) -> list[tuple[str, str, str]]:
    found = done(more=PAY % prorate, **other)
    slips = [
        (agent.id, sheet.card.name if sheet.card else "", slip)
        for sheet in found.outcome.sheets
        for place, agent in enumerate(sheet.agents)
        if (slip := sheet.slip(place))
    ]
    return sorted((agent, card, plain(slip.performance_base)) for agent, card, slip in slips)


@pytest.mark.parametrize("prorate", ["", ", prorate: calendar_days"])
def test_money_of_stretches_is_weighed_by_their_days(prorate: str) -> None:
    """10 of 31 days of 3100, and 21 of 31 days of 6200; the others are there all month."""
    assert amounts(prorate) == [
        ("a", "junior", "1000"),
        ("a", "senior", "4200"),
        ("b", "junior", "3100"),
        ("c", "senior", "3100"),
    ]


@pytest.mark.parametrize(
    ("prorate", "junior", "senior"),
    [
        ("", "1162.5", "3875"),  # 6 and 10 of the 16 days that Ann was there, of 3100 and 6200
        (", prorate: calendar_days", "600", "2000"),  # 6 and 10 of 31
    ],
)
def test_money_of_who_was_away_between(prorate: str, junior: str, senior: str) -> None:
    roster = ROSTER.replace("2026-10-10", "2026-10-06").replace("2026-10-11", "2026-10-22")
    work = "agent,at:date,x:number\na,2026-10-06,10\na,2026-10-22,20\nb,2026-10-05,50\nc,2026-10-05,400\n"
    found = [line for line in amounts(prorate, roster=roster, work=work) if line[0] == "a"]
    assert found == [("a", "junior", junior), ("a", "senior", senior)]
