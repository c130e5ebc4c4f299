"""Checks of meaning that are more than one example each; one example a code stands in `errors/`."""

from pathlib import Path

import pytest
from scheme_text import loaded, refused, said_of, small

from kpi_cli.numbers import plain
from kpi_cli.scheme.lints.grades import highest_total
from kpi_cli.scheme.load import load_scheme

GOLDEN = Path(__file__).parent / "golden"


def highest(scheme_changes: list[tuple[str, str]], more: str = "") -> str:
    scheme = loaded(*scheme_changes, more=more)
    return plain(highest_total(scheme.cards[0], scheme.scoring))


HIGHEST = {
    # rates end at 1: csat 100/80% = 125 -> cap 120; a time against ≤ has no bound but the cap
    "no bound but the cap": ([], "", "120"),
    # 60% of 100/95% = 105.26, 40% of 120: 63.156 + 48 = 111.156
    "a rate ends at 1": ([("≥ 80%", "≥ 95%")], "", "111.2"),
    "a rate of which all is asked": ([("≥ 80%", "≥ 100%")], "", "108"),
    "a cap of 100": ([], "scoring: {cap: 100}\n", "100"),
    # linear: 100·(2 - 0/30) = 200 at best, so a cap of 250 binds nothing: .6 * 125 + .4 * 200
    "linear ends at 200": ([], "scoring: {cap: 250, curve: linear}\n", "155"),
    "met or missed": ([("target: ≤ 30s", "target: ≤ 30s, score: {rule: pass_fail, met: 90}")], "", "108"),
    "deducted from the start": ([("target: ≤ 30s", "target: ≤ 30s, score: {rule: deduct, each: 1}")], "", "112"),
    # rounded as scores are: 105.26 -> 105, .6 * 105 + 48 = 111
    "whole scores": ([("≥ 80%", "≥ 95%")], "scoring: {decimals: {metric: 0}}\n", "111"),
    "a range is met or not": ([("≤ 30s", "20s..40s")], "", "112"),
}


@pytest.mark.parametrize("name", HIGHEST)
def test_highest_total(name: str) -> None:
    changes, more, wanted = HIGHEST[name]
    assert highest(changes, more) == wanted


def test_highest_total_of_the_worked_example() -> None:
    """65% of 120, and 111.11, 117.65, 102.04 and 100 of 10, 10, 10 and 5: the catalogue of the example says 116.08."""
    scheme = load_scheme(GOLDEN / "xiaozhang" / "scheme-cap120.yaml").scheme
    assert plain(highest_total(scheme.cards[0], scheme.scoring)) == "116.08"


def test_the_cap_of_the_worked_example_is_warned_of() -> None:
    warnings = load_scheme(GOLDEN / "xiaozhang" / "scheme.yaml").warnings
    assert [problem.code for problem in warnings] == ["grade-unreachable"]
    assert "the most this card can give is 100.0" in warnings[0].message


@pytest.mark.parametrize(
    "weights",
    [
        "{csat: 60, wait: 40}",
        "{a: {csat: 60}, b: {wait: 40}}",
        "{csat: 33.4, b: {wait: 66.6}}",
        "{csat: {weight: 60}, wait: 40%}",
    ],
)
def test_weights_that_sum(weights: str) -> None:
    assert said_of(small(("{csat: 60, wait: 40}", weights))) == []


@pytest.mark.parametrize(
    ("weights", "total"),
    [
        ("{csat: 60, wait: 35}", "95"),
        ("{csat: 60, wait: 40.5}", "100.5"),
        ("{csat: 60, wait: 39.9999999}", "99.9999999"),
        ("{a: {csat: 60}, b: {wait: 39.99}}", "99.99"),
    ],
)
def test_weights_that_do_not_sum(weights: str, total: str) -> None:
    said = said_of(small(("{csat: 60, wait: 40}", weights)))
    assert said == [f"{weights}: weights sum to {total}, not 100 [weights-sum]"]


@pytest.mark.parametrize(
    ("old", "new", "help_text"),
    [
        ("{csat: 60, wait: 40}", "{csat: 0.7, wait: 0.3}", "weights are percent: write 70, 30"),
        ("{csat: 60, wait: 40}", "{a: {csat: 0.625}, b: {wait: .375}}", "weights are percent: write 62.5, 37.5"),
        ("{csat: 60, wait: 40}", "{csat: 0.6, wait: 0.3}", "add 99.1"),
        (
            "{weights: {csat: 60, wait: 40}}",
            "{dimensions: {a: 0.6, b: 0.4}, weights: {a: {csat: 60}, b: {wait: 40}}}",
            "weights are percent: write 60, 40",
        ),
    ],
)
def test_weights_as_fractions_are_shown_as_percent(old: str, new: str, help_text: str) -> None:
    problem = next(problem for problem in refused(small((old, new))) if problem.code == "weights-sum")
    assert problem.help == help_text


def test_the_circle_of_metrics_is_shown() -> None:
    text = small(("scorecards:", "  a: {formula: b + 1}\n  b: {formula: c * 2}\n  c: {formula: csat + b}\nscorecards:"))
    assert said_of(text) == ["c * 2: these metrics need each other: b -> c -> b [metric-cycle]"]


def test_a_metric_that_needs_itself() -> None:
    text = small(("mean(chats.wait)", "previous(wait) + 1s"))
    assert said_of(text) == ["previous(wait) + 1s: these metrics need each other: wait -> wait [metric-cycle]"]


def test_a_metric_may_bear_the_name_of_the_source_it_is_made_of() -> None:
    text = small(("metrics:\n", "metrics:\n  chats: {formula: count(chats), target: ≥ 1}\n"), ("wait: 40", "chats: 40"))
    assert [line for line in said_of(text) if "name-taken" in line] == []


def test_used_through_another_metric_a_gate_or_an_award_is_used() -> None:
    gate = "gates: [{when: x > 5, hold: true}]\nawards: [{name: Best, when: z > 5}]\n"
    metrics = "".join(
        f"  {name}: {{formula: {formula}}}\n"
        for name, formula in {"x": "y + 1", "y": "count(chats)", "z": "count(chats)", "w": "count(chats)"}.items()
    )
    said = said_of(small(("scorecards:", f"{metrics}scorecards:"), more=gate))
    assert said == ["w: no scorecard, gate or award uses the metric `w` [unused-metric]"]


def test_a_rank_needs_a_direction() -> None:
    def ranked(rest: str) -> list[str]:
        return said_of(small(("target: ≤ 30s", f"{rest}score: {{rule: rank, top: 120, bottom: 60}}")))

    assert ranked("better: lower, ") == []
    assert ranked("target: ≤ 30s, ") == []
    wanted = ["wait: `wait` is scored by rank, and nothing says whether more or less is better [target-missing]"]
    assert ranked("") == wanted
    assert ranked("target: 20s..40s, ") == wanted


def test_faults_of_formulas_are_shown_inside_quotes_and_blocks() -> None:
    quoted = small(("formula: mean(chats.wait)", "formula: 'mean(chats.wiat)'"))
    assert said_of(quoted) == ["chats.wiat: `chats` has no column `wiat` [unknown-column]"]
    block = small(
        (
            "  wait: {formula: mean(chats.wait), unit: duration, target: ≤ 30s}\n",
            (
                "  wait:\n    formula: |\n      mean(chats.wait)\n      + mean(chats.wiat)\n    unit: duration\n"
                "    target: ≤ 30s\n"
            ),
        )
    )
    assert said_of(block) == ["chats.wiat: `chats` has no column `wiat` [unknown-column]"]


def test_a_card_for_teams_needs_a_team() -> None:
    text = small(("team: Team, ", ""), ("all: {weights", "all: {scope: team, weights"))
    assert [line.rpartition("[")[2] for line in said_of(text)] == ["roster-missing]"]
