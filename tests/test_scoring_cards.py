"""Who is on which card, and what a card does differently from the metric."""

import pytest
from headed import head, named
from made_points import METRICS, codes, refused, scored, sheet
from small_run import ran

from kpi_cli.problems import Exit

ROSTER = """\
id,name,role,joined:date,pay:number
a,Ann,售前,2026-08-01,1
b,Bob,售前,2026-08-02,1
c,Cid,售后,,2
d,Dee,,2026-10-20,
"""
FILES = {"roster": ROSTER, **sheet("a,90,90", "b,90,90", "c,90,90", "d,90,90")}


def cards(*conditions: str) -> str:
    lines = (f"  c{place}: {{{condition}weights: {{x: 100}}}}\n" for place, condition in enumerate(conditions))
    return "scorecards:\n" + "".join(lines)


@pytest.mark.parametrize(
    ("condition", "taken"),
    [
        ('role == "售前"', "ab"),
        ('role != "售前"', "c"),  # Dee's role is missing: neither equal nor unequal
        ('role in ["售前", "售后"]', "abc"),
        ("missing(role)", "d"),
        ('joined > "2026-08-01"', "bd"),
        ('joined <= "2026-08-01"', "a"),
        ("tenure_days >= 60", "ab"),  # on the 1st of October: 61 and 60 days
        ("tenure_days > 60", "a"),
        ("tenure_days < 0", "d"),
        ("pay >= 2", "c"),
        ('role == "售前" and not joined > "2026-08-01"', "a"),
        ('id == "c"', "c"),
    ],
)
def test_for_speaks_of_the_rosters_columns_and_the_rest_goes_to_the_card_without(condition: str, taken: str) -> None:
    done = scored(FILES, "", cards(f"for: '{condition}', ", ""))
    assert done.column("scorecard") == {agent: "c0" if agent in taken else "c1" for agent in "abcd"}


def test_whom_no_card_takes_is_unassigned() -> None:
    done = scored(FILES, "", cards("for: 'role == \"售前\"', "))
    assert done.of("c", "scorecard", "score", "grade", "coefficient", "rank", "of", "coverage", "status") == [
        *[""] * 7,
        "unassigned",
    ]
    assert [row["agent_id"] for row in done.summary] == ["a", "b", "c", "d"]
    assert {row["agent_id"] for row in done.detail} == {"a", "b"}


def test_nobody_is_on_two_cards() -> None:
    error = refused(FILES, "", cards("for: 'role == \"售前\"', ", "for: 'joined > \"2026-08-01\"', "))
    assert error.exit_code is Exit.DATA
    assert codes(error) == ["two-cards"]
    (problem,) = error.problems
    for word in ("Bob", "(b)", "`c0`", "`c1`"):
        assert word in problem.message


def test_two_cards_cannot_both_take_the_rest() -> None:
    assert "cards-without-for" in codes(refused(FILES, "", cards("", "")))


def test_ranks_are_those_of_one_card() -> None:
    files = {"roster": ROSTER, **sheet("a,90,", "b,95,", "c,120,", "d,80,")}
    done = scored(files, "", cards("for: 'role == \"售前\"', ", ""))
    assert {agent: done.of(agent, "rank", "of") for agent in "abcd"} == {
        "a": ["2", "2"],
        "b": ["1", "2"],
        "c": ["1", "2"],
        "d": ["2", "2"],
    }
    assert [row["agent_id"] for row in done.summary] == ["b", "a", "c", "d"]


def test_equal_scores_share_a_rank_and_the_next_is_left_out() -> None:
    done = scored(sheet("a,80,", "c,90,", "b,90,", "d,70,"))
    assert [(row["agent_id"], row["rank"]) for row in done.summary] == [("b", "1"), ("c", "1"), ("a", "3"), ("d", "4")]


OVERRIDES = """\
scorecards:
  strict:
    for: id == "a"
    weights:
      x: {weight: 40, target: ≥ 100, score: {rule: pass_fail, met: 110, missed: 10}}
      y: {weight: 60, min_sample: 2, missing: zero}
  plain: {weights: {x: 40, y: 60}}
"""


def test_a_card_may_have_its_own_target_rule_and_sample() -> None:
    """Ann misses 100 with 95 (10 points), and one row is too small a sample (0): 4. Bob: 95·.4 + 80·.6 = 86."""
    roster = "id,name\na,Ann\nb,Bob\n"
    done = scored({"roster": roster, **sheet("a,95,80", "b,95,80")}, "", OVERRIDES)
    assert done.line("a", "x", "target", "score", "status") == [">=100", "10.00", "missed"]
    assert done.line("b", "x", "target", "score", "status") == [">=90", "95.00", "met"]
    assert done.line("a", "y", "value", "n", "score", "points", "status") == ["80", "1", "0.00", "0", "small_sample"]
    assert done.line("b", "y", "value", "n", "score", "points", "status") == ["80", "1", "80.00", "48", "missed"]
    assert done.of("a", "score", "coverage") == ["4.0", "100"]
    assert done.of("b", "score", "coverage") == ["86.0", "100"]


def test_met_speaks_of_the_cards_own_target() -> None:
    rules = "awards: [{name: Good, when: met(x)}]\n"
    done = scored({"roster": "id,name\na,Ann\nb,Bob\n", **sheet("a,95,80", "b,95,80")}, rules, OVERRIDES)
    assert ["Good" in done.of(agent, "notes")[0] for agent in "ab"] == [False, True]


DIMENSIONS = """\
scorecards:
  all:
    dimensions: {quality: 70, speed: 30}
    weights:
      quality: {x: 50, y: 20}
      speed: {z: 30}
"""


def test_dimensions_hold_the_weights_of_their_metrics() -> None:
    """100·.5 + 80·.2 + 60·.3 = 84."""
    metrics = METRICS + "  z: {formula: sum(sheet.z), score: {rule: as_is}}\n"
    files = {"sheet": "agent,x:number,y:number,z:number\na,100,80,60\n"}
    scheme = f"{head(files)}{metrics}{DIMENSIONS}grades: [{{grade: A, coefficient: 1}}]\n"
    done = ran(scheme, named(files))
    assert [(row["dimension"], row["metric"], row["weight"], row["points"]) for row in done.detail] == [
        ("quality", "x", "50", "50"),
        ("quality", "y", "20", "16"),
        ("speed", "z", "30", "18"),
    ]
    assert done.of("a", "score") == ["84.0"]


def test_weights_must_sum_in_all_and_in_each_dimension() -> None:
    metric = "  z: {formula: sum(sheet.x), score: {rule: as_is}}\n"
    off = DIMENSIONS.replace("y: 20", "y: 15").replace("z: 30", "z: 35")
    assert codes(refused(FILES, "", metric + off)).count("weights-sum") == 2
    assert "weights-sum" in codes(refused(FILES, "", "scorecards: {all: {weights: {x: 60, y: 35}}}\n"))


def test_notes_of_the_whole_name_what_is_left_out() -> None:
    """y is missing: x alone carries the total, and coverage says how much weight that was."""
    done = scored(sheet("a,90,"), "", "scorecards: {all: {weights: {x: 75, y: 25}}}\n")
    assert done.of("a", "score", "coverage", "status") == ["90.0", "75", "scored"]
    assert "y" in done.of("a", "notes")[0]
