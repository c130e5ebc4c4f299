"""What a grade comes to in money: the parts of the amount, bonus, awards, joiners; every cell rounded to 0.01."""

import json
from fractions import Fraction

import pytest
from conftest import TESTS
from in_process import TODAY
from made_points import X_AND_Y, scored, sheet

from kpi_cli.numbers import fixed
from kpi_cli.periods import parse_period
from kpi_cli.pipeline import Question, Request, run
from kpi_cli.reports.explain import explain_json, explain_text
from kpi_cli.reports.jsonfile import scores_json
from kpi_cli.reports.page import Page
from kpi_cli.reports.selection import Filters, narrowed
from kpi_cli.scheme.load import load_scheme
from kpi_cli.scoring.cards import NoteCode, PaySlip

ROSTER = "id,name,pay:number\na,Ann,8000\nb,Bob,8000\nc,Cid,8000\n"
SPLIT = "split: {base: 60, performance: 25, bonus: 15}"


def pay(more: str = "") -> str:
    keys = ", ".join(part for part in ("amount: pay", "currency: CNY", SPLIT, more) if part)
    return f"pay: {{{keys}}}\n"


def money(slip: PaySlip | None) -> list[str]:
    """Performance base, performance pay, bonus pay and variable pay."""
    assert slip is not None
    parts = (slip.performance_base, slip.performance_pay, slip.bonus_pay, slip.variable_pay)
    return ["" if part is None else fixed(part, 2) for part in parts]


def people(*lines: str, columns: str = "pay:number") -> str:
    return f"id,name,{columns}\n" + "".join(f"{line}\n" for line in lines)


def test_xiaozhang() -> None:
    """The worked example: B pays ×1.0 on 8000, of which 25 % are performance and 15 % bonus (conversion was met)."""
    folder = TESTS / "golden" / "xiaozhang"
    scheme = load_scheme(folder / "scheme.yaml").scheme
    outcome = run(Request(scheme, (str(folder / "data"),), (parse_period("2026-10", TODAY),)))
    slip = outcome.sheets[0].slip(0)
    assert slip is not None
    assert (slip.currency, fixed(slip.amount, 2), fixed(slip.base, 2)) == ("CNY", "8000.00", "4800.00")
    assert money(slip) == ["2000.00", "2000.00", "1200.00", "3200.00"]


def test_performance_pays_by_the_coefficient() -> None:
    done = scored({"roster": ROSTER, **sheet("a,120,", "b,95,", "c,10,")}, pay())
    assert money(done.slip("a")) == ["2000.00", "2600.00", "0.00", "2600.00"]
    assert money(done.slip("b")) == ["2000.00", "2000.00", "0.00", "2000.00"]
    assert money(done.slip("c")) == ["2000.00", "1200.00", "0.00", "1200.00"]


def test_a_filter_shows_the_money_of_whom_it_shows() -> None:
    """Ann earns 2600, Bob 2000, Cid 1200; in JSON and in what `explain` says of one of them alone."""
    done = scored({"roster": ROSTER, **sheet("a,120,", "b,95,", "c,10,")}, pay())
    for agent, paid in (("a", "2600.00"), ("b", "2000.00"), ("c", "1200.00")):
        shown = json.loads(scores_json(narrowed(done.outcome, Filters(agents=(agent,)))))
        assert [found["pay"]["performance_pay"] for found in shown["agents"]] == [paid]
        explained = json.loads(explain_json(done.outcome, Question((agent,))))
        assert [found["pay"]["performance_pay"] for found in explained["agents"]] == [paid]
        assert f"= {paid} CNY" in explain_text(done.outcome, Question((agent,)), Page(None))


def test_a_gate_lowers_what_is_paid() -> None:
    done = scored({"roster": ROSTER, **sheet("a,120,5")}, pay() + "gates: [{when: y < 50, max_grade: D}]")
    assert money(done.slip("a")) == ["2000.00", "1200.00", "0.00", "1200.00"]


def test_every_cell_is_rounded_before_the_next_step() -> None:
    """25 % of 0.10 is .025 → .03; ·1.1 = .033 → .03, where .025·1.1 = .0275 would round to .03 as well.
    25 % of 8.18 is 2.045 → 2.05; ·1.1 = 2.255 → 2.26, where 2.045·1.1 = 2.2495 → 2.25."""
    roster = people("a,Ann,0.10", "b,Bob,8.18")
    done = scored({"roster": roster, **sheet("a,100,", "b,100,")}, pay())
    assert money(done.slip("a"))[:2] == ["0.03", "0.03"]
    assert money(done.slip("b"))[:2] == ["2.05", "2.26"]


def test_variable_pay_adds_the_rounded_cells() -> None:
    """Of 0.30: .075 → .08, ·1.1 = .088 → .09; bonus .045 → .05; .14, not .1275 → .13."""
    done = scored({"roster": people("a,Ann,0.30"), **sheet("a,100,")}, pay("bonus: {metrics: [x], rule: all_met}"))
    assert money(done.slip("a")) == ["0.08", "0.09", "0.05", "0.14"]


def test_all_met_pays_all_or_nothing() -> None:
    files = {"roster": ROSTER, **sheet("a,90,90", "b,90,89", "c,90,")}
    done = scored(files, pay("bonus: {metrics: [x, y], rule: all_met}"), X_AND_Y)
    assert [money(done.slip(agent))[2] for agent in "ab"] == ["1200.00", "0.00"]


def test_a_metric_without_a_value_earns_no_bonus() -> None:
    rules = pay("bonus: {metrics: [x, y], rule: all_met}") + "scoring: {min_coverage: 50}"
    done = scored({"roster": ROSTER, **sheet("c,90,")}, rules, X_AND_Y)
    assert money(done.slip("c"))[2] == "0.00"


def test_each_met_pays_equal_parts() -> None:
    """1200 in three parts of 400: x is met by all, y by Ann, and z is x again on a higher target."""
    cards = "scorecards: {all: {weights: {x: 40, y: 30, z: 30}}}\n"
    files = {"roster": ROSTER, **sheet("a,90,90", "b,90,10", "c,10,10")}
    metric = "  z: {formula: sum(sheet.x), target: ≥ 100, score: {rule: as_is}}\n"
    rules = pay("bonus: {metrics: [x, y, z], rule: each_met}")
    done = scored(files, rules, metric + cards)
    assert [money(done.slip(agent))[2] for agent in "abc"] == ["800.00", "400.00", "0.00"]


def test_parts_that_do_not_divide_are_rounded_once() -> None:
    """Two thirds of 15 % of 100: 10.00; one third 5.00; of 0.11 · 15 % = .0165 → .02, two thirds of it .0133 → .01."""
    cards = "scorecards: {all: {weights: {x: 40, y: 30, z: 30}}}\n"
    metric = "  z: {formula: sum(sheet.x), target: ≥ 100, score: {rule: as_is}}\n"
    files = {"roster": people("a,Ann,100", "b,Bob,0.11"), **sheet("a,90,90", "b,90,90")}
    done = scored(files, pay("bonus: {metrics: [x, y, z], rule: each_met}"), metric + cards)
    assert [money(done.slip(agent))[2] for agent in "ab"] == ["10.00", "0.01"]


def test_a_formula_says_which_share_of_the_bonus_is_earned() -> None:
    """Half of 1200 at y = 90; nothing without a value."""
    files = {"roster": ROSTER, **sheet("a,50,90", "b,90,")}
    rules = pay("bonus: {formula: 'min(y / 100 - 0.4, 1)'}") + "scoring: {min_coverage: 50}"
    done = scored(files, rules, X_AND_Y)
    assert [money(done.slip(agent))[2] for agent in "ab"] == ["600.00", "0.00"]


def test_awards_of_one_period_are_bonus_pay() -> None:
    rules = pay("bonus: {metrics: [x], rule: all_met}") + (
        "awards:\n"
        "  - {name: Swift, when: x >= 100, amount: 200}\n"
        "  - {name: Best, when: rank == 1, amount: 99.99}\n"
        "  - {name: Candidate, when: rank_share <= 50%}\n"
        '  - {name: Sound, when: grade >= "B" and met(x)}\n'
    )
    done = scored({"roster": ROSTER, **sheet("a,120,", "b,100,", "c,80,")}, rules)
    assert [money(done.slip(agent))[2] for agent in "abc"] == ["1499.99", "1400.00", "0.00"]
    won = {agent: [name for name, _ in done.notes(agent, NoteCode.AWARD)] for agent in "abc"}
    assert won == {"a": ["Swift", "Best", "Candidate", "Sound"], "b": ["Swift", "Sound"], "c": []}
    assert done.notes("a", NoteCode.AWARD)[:2] == [("Swift", "200"), ("Best", "99.99")]


def test_no_award_without_a_value_or_a_grade() -> None:
    """Ann has 40 % of the weight: no grade. Bob's missing cell adds up to 0."""
    rules = "awards: [{name: Y, when: y >= 10}, {name: X, when: x >= 10}]\nscoring: {min_coverage: 60}"
    cards = "scorecards: {all: {weights: {x: 40, y: 60}}}\n"
    done = scored(sheet("a,90,", "b,,90"), rules, cards)
    assert [done.notes(agent, NoteCode.AWARD) for agent in "ab"] == [[], [("Y", "")]]


def test_without_an_amount_there_is_no_money() -> None:
    done = scored({"roster": people("a,Ann,"), **sheet("a,90,")}, pay())
    assert done.slip("a") is None


def test_whoever_is_not_graded_is_not_paid() -> None:
    done = scored({"roster": ROSTER, **sheet("a,90,")}, pay() + "scoring: {min_coverage: 60}", X_AND_Y)
    assert done.of("a", "status") == ["incomplete"]
    assert money(done.slip("a")) == ["2000.00", "", "", ""]


STAYS = people(
    *("a,Ann,3100,,", "b,Bob,3100,2026-10-22,", "c,Cid,3100,,2026-10-10", "d,Dee,3100,2026-10-05,2026-10-05"),
    columns="pay:number,joined:date,left:date",
)


@pytest.mark.parametrize(
    ("prorate", "amounts"),
    [("none", [3100, 3100, 3100, 3100]), ("calendar_days", [3100, 1000, 1000, 100])],  # 31, 10, 10 and 1 of 31 days
)
def test_joiners_and_leavers(prorate: str, amounts: list[int]) -> None:
    done = scored({"roster": STAYS, **sheet("a,90,", "b,90,", "c,90,", "d,90,")}, pay(f"prorate: {prorate}"))
    slips = [done.slip(agent) for agent in "abcd"]
    assert [slip and slip.amount for slip in slips] == amounts
    assert [money(slip)[0] for slip in slips] == [fixed(Fraction(amount, 4), 2) for amount in amounts]
    assert [done.notes(agent, NoteCode.JOINED) for agent in "abcd"] == [[], [("2026-10-22",)], [], [("2026-10-05",)]]
    assert [done.notes(agent, NoteCode.LEFT) for agent in "abcd"] == [[], [], [("2026-10-10",)], [("2026-10-05",)]]


def test_a_share_of_days_is_rounded_in_the_parts_alone() -> None:
    """1000 · 10/31 = 322.5806…; 25 % of it are 80.645… → 80.65; 60 % 193.548… → 193.55."""
    roster = people("a,Ann,1000,2026-10-22", columns="pay:number,joined:date")
    slip = scored({"roster": roster, **sheet("a,90,")}, pay("prorate: calendar_days")).slip("a")
    assert slip is not None
    assert money(slip)[0] == "80.65"
    assert fixed(slip.base, 2) == "193.55"


def test_whoever_joined_on_the_first_day_is_no_joiner() -> None:
    roster = people("a,Ann,3100,2026-10-01,2026-10-31", columns="pay:number,joined:date,left:date")
    done = scored({"roster": roster, **sheet("a,90,")}, pay("prorate: calendar_days"))
    assert money(done.slip("a"))[0] == "775.00"
    assert done.notes("a", NoteCode.JOINED) == []
