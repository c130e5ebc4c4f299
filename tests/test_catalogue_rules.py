"""Every scoring rule of the catalogue, written as the cookbook writes it, gives the points that a pencil gives."""

import hashlib
from collections.abc import Sequence

import pytest
from headed import BANDS, RUBRIC, head, named
from small_run import Done, ran
from test_cookbook import ROWS

from kpi_cli.scheme.advice import advice
from kpi_cli.scheme.load import load_text
from kpi_cli.scoring.cards import NoteCode

ROSTER = "id,name,team,role,joined:date\n"


def written(number: str, fragment: str) -> str:
    """The fragment as it stands in the rule's row of the cookbook."""
    (row,) = (row for row in ROWS if row[0] == f"| {number}")
    assert fragment in row[2].replace("`", ""), f"{number} does not say {fragment}"
    return fragment


def points(values: Sequence[str], keys: str, kind: str = "number", more: str = "") -> list[str]:
    """The points of agents whose one metric has these values."""
    rows = "".join(f"a{place:02},{value}\n" for place, value in enumerate(values))
    files = {"sheet": f"agent,v:{kind}\n{rows}"}
    metrics = f"metrics: {{m: {{formula: only(sheet.v), {keys}}}}}\n"
    scheme = f"{head(files)}{metrics}{more}\nscorecards: {{all: {{weights: {{m: 100}}}}}}{BANDS}"
    done = ran(scheme, named(files))
    return [row["score"] for row in sorted(done.detail, key=lambda row: row["agent_id"])]


def test_r01_the_target_gives_a_hundred() -> None:
    rule = written("R01", "score: {rule: proportional}")
    for keys in ("", f", {rule}"):
        assert points(["15%"], f"unit: percent, target: ≥ 15%{keys}", "percent") == ["100.00"]
        assert points(["30"], f"unit: duration, target: ≤ 30s{keys}", "s") == ["100.00"]


def test_r02_better_adds_in_proportion_up_to_the_cap() -> None:
    """16.5 / 15 = 1.1, 18 / 15 = 1.2, 30 / 15 = 2."""
    cap = written("R02", "scoring: {cap: 120}")
    found = points(["16.5%", "18%", "30%"], "unit: percent, target: ≥ 15%", "percent", cap)
    assert found == ["110.00", "120.00", "120.00"]


def test_r03_worse_takes_away_in_proportion() -> None:
    """82 / 85 = .96470; 45 / 90 = .5; 30 / 45 = .6666."""
    assert points(["82%", "42.5%"], "unit: percent, target: ≥ 85%", "percent") == ["96.47", "50.00"]
    assert points(["45"], "unit: duration, target: ≤ 30s", "s") == ["66.67"]


def test_r04_items_are_capped_at_a_hundred_in_whole_numbers() -> None:
    """82 / 85 = 96.47 → 96; 96.5 rounds up; the grade that begins at 110 is out of reach, which the check says."""
    scoring = written("R04", "scoring: {cap: 100, decimals: {metric: 0, total: 1}}")
    keys = "unit: percent, target: ≥ 85%"
    assert points(["82%", "82.025%", "99%"], keys, "percent", scoring) == ["96", "97", "100"]
    scheme = f"{head(SHEET)}metrics: {{m: {{formula: only(sheet.v), target: ≥ 1}}}}\n{scoring}\n{ALL}{BANDS}"
    assert "grade-unreachable" in {problem.code for problem in load_text(scheme, "scheme.yaml").warnings}
    assert written("R04", "grade-unreachable")


SHEET = {"sheet": "agent,v:number\na,1\n"}
ALL = "scorecards: {all: {weights: {m: 100}}}"


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        ("curve: ratio", ["120.00", "100.00", "75.00", "50.00", "33.33", "120.00"]),  # 100·30/v
        ("curve: linear", ["116.67", "100.00", "66.67", "0.00", "0.00", "120.00"]),  # 100·(2 − v/30)
    ],
)
def test_r05_less_is_better(curve: str, expected: list[str]) -> None:
    keys = f"unit: duration, {written('R05', 'target: ≤ 30s')}, score: {{rule: proportional, {written('R05', curve)}}}"
    assert points(["25", "30", "40", "60", "90", "0"], keys, "s") == expected


def test_r06_growth_against_a_growth_target() -> None:
    """100 → 103 is +3 % of +5 %; 100 → 90 is below 0 and scores 0; from nothing there is no growth."""
    formula = written("R06", "formula: (aov - previous(aov)) / previous(aov)")
    files = {"orders": "agent,at:date,amount:number\na,2026-09-05,100\na,2026-10-05,103\n"}
    files["orders"] += "b,2026-09-05,100\nb,2026-10-05,90\nc,2026-10-05,90\n"
    metrics = "metrics:\n  aov: {formula: sum(orders.amount) / count(orders), unit: money}\n"
    metrics += f"  m: {{{formula}, unit: percent, {written('R06', 'target: ≥ 5%')}}}\n"
    done = ran(f"{head(files)}{metrics}{ALL}{BANDS}", named(files))
    found = {agent: done.line(agent, "m", "value", "score") for agent in "abc"}
    assert found == {"a": ["0.03", "60.00"], "b": ["-0.1", "0.00"], "c": ["", ""]}


def test_r07_all_or_nothing() -> None:
    rule = written("R07", "score: {rule: pass_fail, met: 100, missed: 60}")
    assert points(["100%", "99.9%"], f"unit: percent, target: ≥ 100%, {rule}", "percent") == ["100.00", "60.00"]


STAIRS = (
    "score: {rule: steps, steps: [{at: ≥ 5, score: 100, name: 优秀}, {at: ≥ 4, score: 80, name: 良好},"
    " {at: ≥ 3, score: 60, name: 及格}], otherwise: 40}"
)


def test_r08_labels_become_numbers_and_numbers_points() -> None:
    assert written("R08", f"map: {RUBRIC}")
    assert STAIRS.startswith(written("R08", "score: {rule: steps, ...}").removesuffix("...}"))
    labels = ["优秀", "良好", "及格", "不及格"]
    assert points(labels, f"target: ≥ 4, {STAIRS}", "rubric") == ["100.00", "80.00", "60.00", "40.00"]


def test_r09_a_label_as_target() -> None:
    """The target is the label's number; who has it has met it."""
    target = written("R09", "target: ≥ 5")
    assert written("R09", "name: 优秀") in STAIRS
    files = {"sheet": "agent,v:rubric\na,优秀\nb,良好\n"}
    metrics = f"metrics: {{m: {{formula: only(sheet.v), {target}, {STAIRS}}}}}\n"
    done = ran(f"{head(files)}{metrics}{ALL}{BANDS}", named(files))
    assert [done.line(agent, "m", "status") for agent in "ab"] == [["met"], ["missed"]]


def test_r10_a_limit_on_a_count() -> None:
    """Five are free; each further one costs ten."""
    rule = written("R10", "score: {rule: deduct, start: 100, each: 10, free: 5}")
    assert points(["0", "5", "7", "99"], f"unit: count, target: ≤ 5, {rule}") == ["100.00", "100.00", "80.00", "0.00"]


def test_r11_a_range() -> None:
    """Below as `≥ 20`, above as `≤ 40`: 10/20, inside, 40/50."""
    target = written("R11", "target: 20..40")
    found = points(["10", "20", "30", "40", "50"], target)
    assert found == ["50.00", "100.00", "100.00", "100.00", "80.00"]


def test_r12_relative_to_the_team() -> None:
    """Team one sells 300 and 500, on average 400; team two has one member, who is the mean."""
    roster = "id,name,team\na,a,one\nb,b,one\nc,c,two\n"
    files = {"roster": roster, "orders": "agent,amount:number\na,300\nb,500\nc,9\n"}
    formula, target = written("R12", "formula: sales / team_mean(sales)"), written("R12", "target: ≥ 100%")
    metrics = "metrics:\n  sales: {formula: sum(orders.amount), unit: money}\n"
    done = ran(
        f"{head(files)}{metrics}  m: {{{formula}, unit: percent, {target}}}\n{ALL}{BANDS}",
        named(files),
    )
    found = {agent: done.line(agent, "m", "value", "score") for agent in "abc"}
    assert found == {"a": ["0.75", "75.00"], "b": ["1.25", "120.00"], "c": ["1", "100.00"]}


def test_r13_off_the_plan_both_ways() -> None:
    """A tenth too little and a tenth too much cost the same; more than double leaves nothing."""
    formula = written("R13", "formula: sum(sheet.actual) / sum(sheet.planned)")
    target = written("R13", "target: = 100%")
    files = {"sheet": "agent,actual:number,planned:number\na,90,100\nb,110,100\nc,100,100\nd,210,100\n"}
    metrics = f"metrics: {{m: {{{formula}, unit: percent, {target}}}}}\n"
    done = ran(f"{head(files)}{metrics}{ALL}{BANDS}", named(files))
    found = {agent: done.line(agent, "m", "score", "status") for agent in "abcd"}
    assert found == {
        "a": ["90.00", "missed"],
        "b": ["90.00", "missed"],
        "c": ["100.00", "met"],
        "d": ["0.00", "missed"],
    }


def test_r14_tiers() -> None:
    rule = written(
        "R14",
        "score: {rule: steps, steps: [{at: ≥ 19%, score: 120, name: 卓越}, {at: ≥ 15%, score: 100, name: 基础}],"
        " otherwise: 50}",
    )
    found = points(["19%", "18.99%", "15%", "14.99%"], f"unit: percent, target: ≥ 15%, {rule}", "percent")
    assert found == ["120.00", "100.00", "100.00", "50.00"]


def by_card(cards: str, roster: str, metric: str = "unit: duration, target: ≤ 30s") -> Done:
    """Every agent of the roster waits 60 s."""
    ids = [line.split(",")[0] for line in roster.splitlines()]
    files = {"roster": ROSTER + roster, "sheet": "agent,v:s\n" + "".join(f"{agent},60\n" for agent in ids)}
    metrics = f"metrics: {{m: {{formula: only(sheet.v), {metric}}}}}\n"
    return ran(f"{head(files)}{metrics}{cards}{BANDS}", named(files))


def test_r15_targets_that_tighten_with_time() -> None:
    """In the first 30 days 60 s are allowed, later 30 s. Who joined on the 2nd of September had been there 29 days.

    By date instead of by person: `seasons`, as in R17.
    """
    tenure = written("R15", "tenure_days")
    cards = "scorecards:\n  new: {for: %s < 30, weights: {m: {weight: 100, target: ≤ 60s}}}\n  old: {weights: {m: 100}}"
    roster = "a,a,one,x,2026-09-01\nb,b,one,x,2026-09-02\nc,c,one,x,2026-10-15\nd,d,one,x,\n"
    done = by_card(cards % tenure, roster)
    assert done.column("scorecard") == {"a": "old", "b": "new", "c": "new", "d": "old"}
    assert done.column("score") == {"a": "50.0", "b": "100.0", "c": "100.0", "d": "50.0"}


def test_r16_a_target_by_role() -> None:
    """60 s against the metric's 30 s, and against 35 s on the card: 50, and 100·35/60 = 58.33."""
    override = written("R16", "{weight: 10, target: ≤ 35s}").replace("10", "100")
    cards = f'scorecards:\n  pre: {{for: role == "售前", weights: {{m: {override}}}}}\n  post: {{weights: {{m: 100}}}}'
    done = by_card(cards, "a,a,one,售前,\nb,b,one,售后,\n")
    assert [done.line(agent, "m", "target", "score") for agent in "ab"] == [["<=35", "58.33"], ["<=30", "50.00"]]


def test_r17_a_target_by_season() -> None:
    """45 s in November against 60 s otherwise: the same 60 s give 75 then and 100 in October."""
    season = written("R17", "seasons: [{name: 双11, periods: [2026-11], set: {metrics.x.target: ≤ 45s}}]")
    files = {"chats": "agent,at:date,v:s\na,2026-10-05,60\na,2026-11-05,60\n"}
    metrics = "metrics: {x: {formula: mean(chats.v), unit: duration, target: ≤ 60s}}\n"
    cards = "scorecards: {all: {weights: {x: 100}}}"
    done = ran(f"{head(files)}{metrics}{cards}{BANDS}{season}\n", named(files), "2026-10", "2026-11")
    assert [(row["period"], row["target"], row["score"]) for row in done.detail] == [
        ("2026-10", "<=60", "100.00"),
        ("2026-11", "<=45", "75.00"),
    ]


def test_r18_the_total_is_weighted_and_has_one_decimal() -> None:
    """.2·96.47 + .8·100 = 99.294 → 99.3, and .35·90 + .65·89.85 = 89.9025 → 89.9 stays a C."""
    files = {"sheet": "agent,x:number,y:number\na,96.47,100\n"}
    metrics = "metrics:\n" + "".join(f"  {m}: {{formula: only(sheet.{m}), score: {{rule: as_is}}}}\n" for m in "xy")
    for decimals in ("", f"scoring: {{{written('R18', 'decimals: {total: 1}')}}}"):
        scheme = f"{head(files)}{metrics}scorecards: {{all: {{weights: {{x: 20, y: 80}}}}}}\n{decimals}{BANDS}"
        assert ran(scheme, named(files)).of("a", "score", "grade") == ["99.3", "B"]


def test_r19_one_rule_for_all_and_its_text_is_known() -> None:
    """Equal rows give equal results, and what was in force is named by the hash of its text."""
    files = {"sheet": "agent,v:number\na,7\nb,7\n"}
    scheme = f"{head(files)}metrics: {{m: {{formula: only(sheet.v), target: ≥ 8}}}}\n{ALL}{BANDS}"
    done = ran(scheme, named(files))
    results = ["score", "grade", "coefficient", "rank", "of", "coverage", "status"]
    assert done.of("a", *results) == done.of("b", *results)
    assert done.outcome.scheme.sha256 == hashlib.sha256(scheme.encode()).hexdigest()


def test_r20_speed_counts_with_quality() -> None:
    """The award asks for both; and a card that weighs speed alone is advised against."""
    condition = written("R20", "first_response_time <= 15s and met(csat)")
    files = {"sheet": "agent,wait:s,csat:percent\na,15,90%\nb,15,89%\nc,16,90%\n"}
    metrics = (
        "metrics:\n"
        "  first_response_time: {formula: only(sheet.wait), unit: duration, target: ≤ 30s}\n"
        "  csat: {formula: only(sheet.csat), unit: percent, target: ≥ 90%}\n"
    )
    both = "scorecards: {all: {weights: {first_response_time: 50, csat: 50}}}"
    awards = f"awards: [{{name: Swift, when: '{condition}'}}]\n"
    done = ran(f"{head(files)}{metrics}{both}{BANDS}{awards}", named(files))
    assert [done.notes(agent, NoteCode.AWARD) for agent in "abc"] == [[("Swift", "")], [], []]
    alone = load_text(
        f"{head(files)}{metrics}scorecards: {{all: {{weights: {{first_response_time: 100}}}}}}{BANDS}", "s"
    )
    assert "speed-without-quality" in {problem.code for problem in advice(alone.draft)}


def test_every_rule_of_the_catalogue_has_its_test() -> None:
    tested = {name[5:8].upper() for name in globals() if name.startswith("test_r")}
    assert tested == {f"R{number:02}" for number in range(1, 21)}
