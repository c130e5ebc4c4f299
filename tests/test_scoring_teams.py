"""Teams: the same formula over all rows of the members, never a mean of what the members have."""

from fractions import Fraction

import oracle
from headed import BANDS, head, named
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_formulas import Formula, at_percent, count, numeric, share
from made_points import codes
from oracle import plain
from small_run import Done, ran, refusal

from kpi_cli.problems import Exit

ROSTER = "id,name,team,role\na,Ann,one,agent\nb,Bob,one,agent\nc,Cid,two,agent\nd,Dee,,agent\ns,Sue,one,lead\n"
WORK = {"roster": ROSTER, "work": "agent,x:number\na,10\nb,20\nb,30\nc,70\nd,90\n"}


def done(files: dict[str, str], metrics: str, cards: str, more: str = "") -> Done:
    return ran(f"{head(files)}{metrics}{cards}{BANDS}{more}", named(files))


MEAN = "metrics: {m: {formula: mean(work.x), score: {rule: as_is}}}\n"
TEAM = "scorecards: {all: {scope: team, weights: {m: 100}}}\n"


def test_everybody_of_a_team_has_the_teams_value() -> None:
    """60 / 3 rows = 20, where the mean of Ann's 10 and Bob's 25 is 17.5. Sue has no row of her own, Dee no team."""
    found = done(WORK, MEAN, TEAM)
    assert {agent: found.line(agent, "m", "value", "n") for agent in "abcs"} == {
        "a": ["20", "3"],
        "b": ["20", "3"],
        "s": ["20", "3"],
        "c": ["70", "1"],
    }
    assert found.line("d", "m", "value", "status") == ["", "missing"]
    assert found.of("s", "status", "score", "rank") == ["scored", "20.0", "2"]


def test_one_weight_of_a_card_may_be_the_teams() -> None:
    metrics = MEAN.replace("}}}", "}}, own: {formula: sum(work.x), score: {rule: as_is}}}")
    found = done(WORK, metrics, "scorecards: {all: {weights: {m: {weight: 40, scope: team}, own: 60}}}\n")
    assert [found.line(agent, metric, "value") for agent, metric in [("b", "m"), ("b", "own")]] == [["20"], ["50"]]
    assert found.of("b", "score") == ["38.0"]  # 20·.4 + 50·.6


def test_a_card_of_one_role_counts_the_whole_team() -> None:
    cards = 'scorecards:\n  lead: {for: role == "lead", scope: team, weights: {m: 100}}\n  agent: {weights: {m: 100}}\n'
    found = done(WORK, MEAN, cards)
    assert {agent: found.of(agent, "scorecard", "score") for agent in "absc"} == {
        "a": ["agent", "10.0"],
        "b": ["agent", "25.0"],
        "s": ["lead", "20.0"],
        "c": ["agent", "70.0"],
    }


CONDITIONS = """
gates: [{when: m < 30, max_grade: D, reason: low}]
awards: [{name: met, when: met(m)}]
pay: {amount: pay, currency: CNY, split: {base: 0, performance: 50, bonus: 50}, bonus: {metrics: [m], rule: all_met}}
"""


def test_conditions_speak_of_what_the_card_measures() -> None:
    """On the lead's card m is the team's 20: it meets the target of 15, and falls under the gate at 30."""
    files = {
        **WORK,
        "roster": "id,name,team,role,pay:number\na,Ann,one,agent,100\nb,Bob,one,agent,100\ns,Sue,one,lead,100\n",
    }
    files["work"] = "agent,x:number\na,10\nb,20\nb,30\n"
    cards = 'scorecards:\n  lead: {for: role == "lead", scope: team, weights: {m: 100}}\n  agent: {weights: {m: 100}}\n'
    found = done(files, MEAN.replace("score", "target: ≥ 15, score"), cards, CONDITIONS)
    assert {agent: "met" in found.of(agent, "notes")[0] for agent in "abs"} == {"a": False, "b": True, "s": True}
    assert {agent: "low" in found.of(agent, "notes")[0] for agent in "abs"} == {"a": True, "b": True, "s": True}
    assert [plain(slip.bonus_pay or Fraction(0)) for agent in "abs" if (slip := found.slip(agent))] == ["0", "50", "50"]


def test_what_is_not_on_the_card_is_judged_by_ones_own_rows() -> None:
    """Six violations in the team are no reason to cap its lead, who has none."""
    files = {**WORK, "qa": "agent,violations:number\na,3\nb,3\n"}
    metrics = MEAN.replace("}}}", "}}, violations: {formula: sum(qa.violations), unit: count}}")
    scheme = (
        head(files, qa={"empty": "zero"}) + metrics + TEAM + BANDS + "gates: [{when: violations > 5, hold: true}]\n"
    )
    assert ran(scheme, named(files)).column("status") == dict.fromkeys("abcs", "scored") | {"d": "incomplete"}


def test_a_source_of_teams_serves_every_member() -> None:
    files = {**WORK, "teams": "team,size:number\none,3\ntwo,1\n"}
    metrics = (
        "metrics:\n  size: {formula: only(teams.size), score: {rule: as_is}}\n"
        "  m: {formula: sum(work.x) / only(teams.size), score: {rule: as_is}}\n"
    )
    found = done(files, metrics, "scorecards: {all: {scope: team, weights: {size: 50, m: 50}}}\n")
    assert {agent: found.line(agent, "m", "value")[0] for agent in "abcs"} == {
        "a": "20",
        "b": "20",
        "c": "70",
        "s": "20",
    }
    assert found.line("d", "size", "value") == [""]


def test_a_source_of_teams_is_of_no_use_to_agents() -> None:
    files = {**WORK, "teams": "team,size:number\none,3\ntwo,1\n"}
    metrics = "metrics: {size: {formula: only(teams.size), score: {rule: as_is}}}\n"
    error = refusal(f"{head(files)}{metrics}scorecards: {{all: {{weights: {{size: 100}}}}}}\n{BANDS}", named(files))
    assert error.exit_code is Exit.USAGE


def test_the_only_row_of_a_team_is_one_row() -> None:
    """Two members with a row each have no only one; and a team with two rows in its sheet neither."""
    metrics = "metrics: {m: {formula: only(work.x), score: {rule: as_is}}}\n"
    files = {**WORK, "work": "agent,x:number\na,10\nb,20\n"}
    error = refusal(f"{head(files)}{metrics}{TEAM}{BANDS}", named(files))
    assert (error.exit_code, codes(error)) == (Exit.DATA, ["several-rows"])
    files = {**WORK, "work": "team,x:number\none,10\none,20\n"}
    assert codes(refusal(f"{head(files)}{metrics}{TEAM}{BANDS}", named(files))) == ["several-rows"]
    alone = {**WORK, "work": "agent,x:number\na,10\nc,20\n"}
    assert done(alone, metrics, TEAM).line("b", "m", "value", "n") == ["10", "1"]


TEAMWISE = """\
metrics:
  x: {formula: sum(work.x), score: {rule: as_is}}
  whole: {formula: team_sum(x), score: {rule: as_is}}
  mean_x: {formula: team_mean(x), score: {rule: as_is}}
  part: {formula: x / team_sum(x), unit: percent, score: {rule: as_is}}
"""
EACH = "scorecards: {all: {weights: {whole: 30, mean_x: 30, part: 40}}}\n"


def test_sums_and_means_over_a_team() -> None:
    """One: 10 + 50 + 0 (Sue) = 60, on average 20; Cid is alone; Dee has no team. Of none of them there is an n."""
    found = done(WORK, TEAMWISE, EACH)
    values = {
        agent: [found.line(agent, metric, "value")[0] for metric in ("whole", "mean_x", "part")] for agent in "abcd"
    }
    assert values == {
        "a": ["60", "20", "0.166667"],
        "b": ["60", "20", "0.833333"],
        "c": ["70", "70", "1"],
        "d": ["", "", ""],
    }
    assert found.line("a", "mean_x", "n") == [""]


def test_whoever_left_before_or_joined_after_is_in_no_mean() -> None:
    roster = (
        "id,name,team,joined:date,left:date\na,Ann,one,,\nb,Bob,one,,2026-10-31\nc,Cid,one,,2026-09-30\n"
        "d,Dee,one,2026-11-01,\ne,Eve,one,2026-10-31,\n"
    )
    files = {"roster": roster, "work": "agent,x:number\na,10\nb,50\n"}
    found = done(files, TEAMWISE, EACH)
    assert found.line("a", "whole", "value") == ["60"]
    assert found.line("a", "mean_x", "value") == ["20"]  # Ann, Bob and Eve, who came on the last day and has 0
    assert sorted(found.column("status")) == ["a", "b", "e"]


def test_who_has_no_value_is_in_no_mean() -> None:
    """Without any row in the period a sum is unknown for a source that says `empty: missing`."""
    metrics = TEAMWISE.replace("formula: sum(work.x)", "formula: sum(work.x) / count(work)")
    error = refusal(f"{head(WORK)}{metrics}{EACH}{BANDS}", named(WORK))
    assert codes(error)[0] == "team-mean-of-ratio"


# Rows as they stand in the file, and the same as the oracle reads them.
Rows = list[tuple[str, int, int | None, bool]]
rows = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.none() | st.integers(0, 10), st.booleans()), max_size=12
)
FORMULAS = [
    numeric("sum", "chats.amount", None),
    numeric("mean", "chats.rating", None),
    numeric("median", "chats.rating", None),
    numeric("min", "chats.amount", None),
    numeric("max", "chats.rating", "chats.paid"),
    at_percent("chats.rating", "90"),
    share("chats.rating >= 8 and chats.paid"),
    count("chats.paid"),
    Formula("nps(chats.rating)", "percent", lambda found: oracle.nps(oracle.numbers(found, lambda row: row["rating"]))),
    Formula("unique(chats.amount)", "count", lambda found: oracle.unique([row["amount"] for row in found])),
]


def as_read(row: tuple[str, int, int | None, bool]) -> oracle.Row:
    _, amount, rating, paid = row
    return {"amount": Fraction(amount), "rating": None if rating is None else Fraction(rating), "paid": paid}


def in_file(row: tuple[str, int, int | None, bool]) -> str:
    agent, amount, rating, paid = row
    return f"{agent},2026-10-05,{amount},{'' if rating is None else rating},{'yes' if paid else 'no'}\n"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(FORMULAS), rows, st.sampled_from(["one", "two"]))
def test_a_team_is_measured_from_its_pooled_rows(formula: Formula, drawn: Rows, team_of_b: str) -> None:
    drawn = [*drawn, ("a", 5, 9, True), ("c", 6, 3, False)]
    roster = f"id,name,team\na,a,one\nb,b,{team_of_b}\nc,c,two\n"
    chats = "agent,at:date,amount:number,rating:number,paid:boolean\n" + "".join(map(in_file, drawn))
    files = {"roster": roster, "chats": chats}
    metrics = (
        f"metrics: {{m: {{formula: '{formula.text}', unit: {formula.unit}, target: ≥ 1, score: {{rule: as_is}}}}}}\n"
    )
    found = done(files, metrics.replace("≥ 1,", "≥ 1%," if formula.unit == "percent" else "≥ 1,"), TEAM)
    teams = {"a": "one", "b": team_of_b, "c": "two"}
    for agent, team in teams.items():
        pooled = [as_read(row) for row in drawn if teams[row[0]] == team]
        value, evidence = formula.measure(pooled)
        shown = "" if value is None else plain(value)
        assert found.line(agent, "m", "value", "n") == [shown, str(evidence)]
