"""Gates and quotas: what stands between a score and the grade that pays."""

import pytest
from headed import BANDS
from made_points import X_AND_Y, scored, sheet

from kpi_cli.scoring.cards import NoteCode

GATES = """
gates:
  - {when: y < 50, max_grade: B, reason: many}
  - {when: y < 20, max_grade: D, reason: too many}
  - {when: y < 30, max_grade: C, reason: quite many}
"""


def test_the_lowest_grade_of_several_gates_wins_and_pays_while_score_and_rank_stay() -> None:
    done = scored(sheet("a,120,10", "b,115,25", "c,112,40", "d,100,50"), GATES)
    wanted = ("score", "grade", "coefficient", "rank", "of", "status")
    assert {agent: done.of(agent, *wanted) for agent in "abcd"} == {
        "a": ["120.0", "D", "0.6", "1", "4", "scored"],
        "b": ["115.0", "C", "0.8", "2", "4", "scored"],
        "c": ["112.0", "B", "1.0", "3", "4", "scored"],
        "d": ["100.0", "A", "1.1", "4", "4", "scored"],
    }
    assert done.notes("a", NoteCode.GATE) == [("many", "B"), ("too many", "D"), ("quite many", "C")]
    assert done.notes("d", NoteCode.GATE) == []


def test_a_gate_lifts_nobody() -> None:
    done = scored(sheet("a,50,10"), "gates: [{when: y < 50, max_grade: A}]")
    assert done.of("a", "grade", "coefficient") == ["D", "0.6"]


def test_who_is_held_keeps_score_grade_and_rank() -> None:
    done = scored(sheet("a,95,10", "b,90,90"), "gates: [{when: y < 50, hold: true, reason: look again}]")
    assert done.of("a", "score", "grade", "rank", "of", "status") == ["95.0", "B", "1", "2", "held"]
    assert done.of("b", "score", "grade", "rank", "of", "status") == ["90.0", "B", "2", "2", "scored"]
    assert done.notes("a", NoteCode.GATE) == [("look again", "")]


def test_a_gate_may_cap_and_hold() -> None:
    done = scored(sheet("a,95,10"), "gates: [{when: y < 50, hold: true, max_grade: C}]")
    assert done.of("a", "grade", "coefficient", "status") == ["C", "0.8", "held"]


def test_what_is_missing_is_not_judged_unless_it_holds() -> None:
    rules = "gates: [{when: y < 50, max_grade: D, reason: few}]"
    done = scored(sheet("a,95,"), rules)
    assert done.of("a", "grade", "status") == ["B", "scored"]
    assert done.notes("a", NoteCode.GATE_NOT_JUDGED) == [("few",)]
    assert "not judged" in done.of("a", "notes")[0]
    held = scored(sheet("a,95,"), "gates: [{when: y < 50, max_grade: D, missing: hold}]")
    assert held.of("a", "grade", "status") == ["B", "held"]


@pytest.mark.parametrize(
    ("when", "fires"),
    [
        ("y < 50 and x > 0", None),  # missing and true
        ("y < 50 and x < 0", False),  # missing and false
        ("y < 50 or x > 0", True),
        ("y < 50 or x < 0", None),
        ("not y < 50", None),
        ("not x < 0", True),
        ("0 < x < 95", False),
        ("x == 95", True),
        ("x + 5 >= 100", True),
        ("met(x)", True),
        ("not met(x)", False),
        ("met(y)", None),
        ("score >= 95", True),
        ("95 > score", False),
        ('grade == "B"', True),
        ('grade < "A"', True),
        ('grade >= "A"', False),
        ("rank == 1 and of == 2", True),
        ("rank_share <= 50%", True),
        ("rank_share < 50%", False),
        ("coverage < 100%", False),
    ],
)
def test_conditions_know_true_false_and_missing(when: str, fires: bool | None) -> None:  # noqa: FBT001 - expected
    """Agent a has x = 95 and no y; b is behind."""
    done = scored(sheet("a,95,", "b,90,90"), f"gates: [{{when: '{when}', hold: true}}]")
    assert (done.of("a", "status") == ["held"]) is (fires is True)
    assert bool(done.notes("a", NoteCode.GATE_NOT_JUDGED)) is (fires is None)


def test_a_small_sample_is_missing_in_gates_and_awards() -> None:
    """Bob's one bad row proves nothing yet; Ann's two do."""
    files = sheet("a,45,10", "a,45,10", "b,90,10")
    cards = "scorecards: {all: {weights: {x: 100, y: {weight: 0, min_sample: 2}}}}\n"
    rules = "gates: [{when: y < 50, max_grade: D}]\nawards: [{name: Low, when: y < 50, amount: 5}]"
    done = scored(files, rules, cards)
    assert {agent: done.of(agent, "grade") for agent in "ab"} == {"a": ["D"], "b": ["B"]}
    assert [len(done.notes(agent, NoteCode.GATE_NOT_JUDGED)) for agent in "ab"] == [0, 1]
    assert [done.notes(agent, NoteCode.AWARD) for agent in "ab"] == [[("Low", "5")], []]


def test_whoever_has_no_grade_is_judged_by_no_gate() -> None:
    rules = "scoring: {min_coverage: 60}\ngates: [{when: x > 0, hold: true}]"
    done = scored(sheet("a,95,", "b,90,90"), rules, X_AND_Y)
    assert [done.of(agent, "status", "grade") for agent in "ab"] == [["incomplete", ""], ["held", "B"]]
    assert done.notes("a", NoteCode.GATE) == []


def with_quotas(**quotas: str) -> str:
    bands = BANDS
    for grade, share in quotas.items():
        start = f"{{grade: {grade}, "
        assert start in bands
        bands = bands.replace(start, f"{start}at_most: {share}, ")
    return bands


def test_a_quota_is_rounded_down() -> None:
    """30 % of five is 1.5: one S; the others fall to A."""
    done = scored(sheet("a,120,", "b,119,", "c,118,", "d,80,", "e,80,"), bands=with_quotas(S="30%"))
    assert done.column("grade") == {"a": "S", "b": "A", "c": "A", "d": "C", "e": "C"}
    assert done.column("coefficient")["b"] == "1.1"
    assert done.column("rank") == {"a": "1", "b": "2", "c": "3", "d": "4", "e": "4"}
    assert [done.notes(agent, NoteCode.QUOTA) for agent in "ab"] == [[], [("S", "1")]]
    assert "quota" in done.of("b", "notes")[0]


def test_a_tie_on_the_last_place_falls_as_a_whole() -> None:
    """40 % of five are two places; Bob and Cid share the second."""
    done = scored(sheet("a,120,", "b,119,", "c,119,", "d,80,", "e,80,"), bands=with_quotas(S="40%"))
    assert done.column("grade") == {"a": "S", "b": "A", "c": "A", "d": "C", "e": "C"}


def test_a_tie_that_fits_stays() -> None:
    done = scored(sheet("a,119,", "b,119,", "c,80,", "d,80,", "e,80,"), bands=with_quotas(S="40%"))
    assert done.column("grade")["a"] == done.column("grade")["b"] == "S"


def test_too_few_agents_leave_no_place() -> None:
    done = scored(sheet("a,120,", "b,95,"), bands=with_quotas(S="40%"))
    assert done.of("a", "grade") == ["A"]
    assert done.notes("a", NoteCode.QUOTA) == [("S", "0")]


def test_who_falls_counts_in_the_next_quota() -> None:
    """One S and one A of five: of three with S, one stays, one takes the A, the third and the A of before get a B."""
    done = scored(sheet("a,120,", "b,119,", "c,118,", "d,105,", "e,80,"), bands=with_quotas(S="20%", A="20%"))
    assert done.column("grade") == {"a": "S", "b": "A", "c": "B", "d": "B", "e": "C"}
    assert done.notes("c", NoteCode.QUOTA) == [("S", "1"), ("A", "1")]


def test_a_quota_counts_the_ranked_of_one_card() -> None:
    """Those without a grade take no part in the share, who is held does; each card has places of its own."""
    roster = "id,name,role\na,a,x\nb,b,x\nc,c,x\nd,d,y\ne,e,y\nf,f,y\n"
    files = {"roster": roster, **sheet("a,120,5", "b,119,90", "d,120,90", "e,119,90", "f,118,90")}
    cards = 'scorecards:\n  one: {for: role == "x", weights: {x: 100}}\n  two: {weights: {x: 100}}\n'
    done = scored(files, "gates: [{when: y < 10, hold: true}]", cards, with_quotas(S="50%"))
    assert done.column("grade") == {"a": "S", "b": "A", "c": "", "d": "S", "e": "A", "f": "A"}
    assert done.of("a", "status", "of") == ["held", "2"]
    assert done.of("c", "status") == ["no_data"]


def test_gates_come_after_quotas() -> None:
    """The only place is taken by Ann, whom a gate sends to D; Bob does not move up."""
    done = scored(sheet("a,120,5", "b,119,90"), "gates: [{when: y < 10, max_grade: D}]", bands=with_quotas(S="50%"))
    assert done.column("grade") == {"a": "D", "b": "A"}
