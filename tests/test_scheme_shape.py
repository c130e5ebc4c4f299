"""Everything that is wrong is told at once: shape and meaning, without what only follows from what is told already."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scheme_text import SMALL, refused, said_of, small

from kpi_cli.scheme.load import examine


def test_shape_and_meaning_are_told_together() -> None:
    text = small(
        ("timezone: UTC\n", ""),
        ("unit: percent,", "unit: pct,"),
        ("mean(chats.wait)", "mean(chats.wiat)"),
        ("wait: 40}", "wait: 35}"),
        ("min: 90,", "min: high,"),
    )
    assert said_of(text) == [
        "kpi: 1: the scheme lacks `timezone` [missing-key]",
        "pct: expected percent, permille, duration, money, count, points or number, found `pct` [bad-choice]",
        "chats.wiat: `chats` has no column `wiat` [unknown-column]",
        "{csat: 60, wait: 35}: weights sum to 95, not 100 [weights-sum]",
        "high: expected a number, found `high` [not-a-number]",
    ]


FOLLOWING: dict[str, tuple[tuple[str, str], list[str]]] = {
    "a column of the wrong type is not unknown besides": (
        ("rating: {from: Rating, type: number}", "rating: {from: Rating, type: nummer}"),
        [
            "nummer: expected text, number, percent, duration, datetime, date or boolean, found `nummer` [bad-choice]",
        ],
    ),
    "a metric without a formula is still a metric": (
        ("formula: mean(chats.wait)", "formul: mean(chats.wait)"),
        [
            "wait: `wait` lacks `formula` [missing-key]",
            "formul: unknown key `formul` [unknown-key]",
        ],
    ),
    "a misspelt target is not lacking besides": (
        ("target: ≤ 30s", "targte: ≤ 30s"),
        [
            "targte: unknown key `targte` [unknown-key]",
        ],
    ),
    "a misspelt agent is not lacking besides": (
        ("    agent: agent", "    agnet: agent"),
        [
            "agnet: unknown key `agnet` [unknown-key]",
        ],
    ),
    "a weight that is no number does not change the sum": (
        ("csat: 60", "csat: sixty"),
        [
            "sixty: expected percent from 0 to 100, found `sixty` [not-a-number]",
        ],
    ),
    "an unknown metric beside a weight that is no number is told": (
        ("{csat: 60, wait: 40}", "{csat: sixty, wiat: 40}"),
        [
            "sixty: expected percent from 0 to 100, found `sixty` [not-a-number]",
            "wiat: there is no metric `wiat` [unknown-metric]",
        ],
    ),
}


@pytest.mark.parametrize("name", FOLLOWING)
def test_what_only_follows_is_left_out(name: str) -> None:
    change, said = FOLLOWING[name]
    assert said_of(small(change)) == said


def test_unknown_names_are_answered_with_the_nearest() -> None:
    problems = refused(small(("agent: agent", "agent: agnet"), ("wait: 40", "wiat: 40")))
    assert [problem.help for problem in problems] == ["did you mean `agent`?", "did you mean `wait`?"]


def test_a_missing_key_comes_with_an_example() -> None:
    problems = refused(small(("timezone: UTC\n", "")))
    assert [problem.help for problem in problems] == ["for instance `timezone: Asia/Shanghai`"]


def test_the_keys_of_a_scoring_rule_are_those_of_its_rule() -> None:
    problems = refused(small(("target: ≤ 30s", "target: ≤ 30s, score: {rule: deduct, each: 5, fre: 2s}")))
    assert [(problem.code, problem.help) for problem in problems] == [("unknown-key", "did you mean `free`?")]


def test_faults_in_inherited_keys_are_told_once_and_where_they_stand() -> None:
    text = small(
        ("    key: id\n", "    key: id\n    where: raitng > 0\n"),
        ("metrics:\n", "  again: {like: chats}\nmetrics:\n  n: {formula: count(again)}\n"),
        ("{csat: 60, wait: 40}", "{csat: 60, wait: 40, n: 0}"),
    )
    assert said_of(text.replace("count(again)}", "count(again), target: ≥ 1}")) == [
        "raitng: `chats` has no column `raitng` [unknown-column]",
        "raitng: `again` has no column `raitng` [unknown-column]",
    ]


@given(st.integers(0, len(SMALL) - 1), st.integers(0, 12), st.text(alphabet=" \n:,#{}[]\"'>*&-a5%.客", max_size=4))
def test_no_slip_of_the_keyboard_breaks_the_reader(start: int, length: int, typed: str) -> None:
    text = SMALL[:start] + typed + SMALL[start + length :]
    lines = text.split("\n")
    for problem in examine(text, "scheme.yaml").problems:
        assert problem.span is not None
        assert lines[problem.span.line - 1] == problem.span.text
        assert 1 <= problem.span.column <= len(problem.span.text) + 1


def test_a_value_of_the_wrong_shape_comes_with_an_example() -> None:
    problems = refused(small(("target: ≤ 30s", "target: ≤ 30s, score: linear"), ("files: chats.csv", "files: [a, b]")))
    assert [problem.help for problem in problems] == [
        "for instance `files: chats*.csv`",
        "for instance `score: {rule: proportional, curve: linear}`",
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [("é", "`é`"), ("商", "`商`"), ("'||'", "`||`"), ("'\"'", '`"`'), ('"\\n"', "`\n`"), ("''", "nothing")],
)
def test_a_delimiter_is_one_plain_character(written: str, shown: str) -> None:
    said = said_of(small(("    agent: agent\n", f"    agent: agent\n    delimiter: {written}\n")))
    assert [line.split(": ", 1)[1] for line in said] == [
        f"expected one character such as `;`, found {shown} [wrong-shape]"
    ]


@pytest.mark.parametrize("written", ["';'", "'|'", '"\\t"', "' '", "x", "^"])
def test_any_plain_character_separates_cells(written: str) -> None:
    assert said_of(small(("    agent: agent\n", f"    agent: agent\n    delimiter: {written}\n"))) == []
