"""Everything that is wrong is told at once: shape and meaning, without what only follows from what is told already."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scheme_text import SMALL, refused, said_of, small

from kpi_cli.intake.presets import PRESETS
from kpi_cli.scheme.load import examine
from kpi_cli.scheme.yamlfile import read_yaml

CONFIGS = Path(__file__).parent.parent / "configs"


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


OF_FORMULAS = [
    "meidan: no function `meidan` [unknown-function]",
    "80%: `80%` has no direction [bad-target]",
    "csta: no metric `csta` [unknown-metric]",
]
WITH_BOTH: dict[str, tuple[tuple[str, str], list[str]]] = {
    "a misspelt key of a source": (("    key: id\n", "    kye: id\n"), ["kye: unknown key `kye` [unknown-key]"]),
    "a key of a source that nothing is like": (
        ("    key: id\n", "    key: id\n    zone: x\n"),
        ["zone: unknown key `zone` [unknown-key]"],
    ),
    "a misspelt key of the roster": (
        ("  agent: id\n", "  agent: id\n  match_name: true\n"),
        ["match_name: unknown key `match_name` [unknown-key]"],
    ),
    "a metric that is no mapping": (
        ("metrics:\n", "metrics:\n  all: count(chats)\n"),
        ["count(chats): expected keys and values, found `count(chats)` [wrong-shape]"],
    ),
    "a metric whose name is none": (
        ("metrics:\n", "metrics:\n  first-reply: {formula: mean(chats.wait)}\n"),
        ["first-reply: `first-reply` is not a name: letters, digits and `_`, not beginning with a digit [bad-name]"],
    ),
    "a card without weights": (
        ("{weights: {csat: 60, wait: 40}}", "{wieghts: {csat: 60, wait: 40}}"),
        ["all: `all` lacks `weights` [missing-key]", "wieghts: unknown key `wieghts` [unknown-key]"],
    ),
    "a column of a type that is none": (
        ("pay: {from: Pay, type: number}", "pay: {from: Pay, type: nummer}"),
        ["nummer: expected text, number, percent, duration, datetime, date or boolean, found `nummer` [bad-choice]"],
    ),
    "a misspelt key of a gate": (
        ("grades:\n", "gates:\n  - {when: wait > 9s, max_grade: B, resaon: slow}\ngrades:\n"),
        ["resaon: unknown key `resaon` [unknown-key]"],
    ),
}


@pytest.mark.parametrize("name", WITH_BOTH)
def test_formulas_and_targets_are_told_beside_any_slip_of_shape(name: str) -> None:
    change, said = WITH_BOTH[name]
    text = small(
        change,
        ("mean(chats.wait), unit", "meidan(chats.wait), unit"),
        ("target: ≥ 80%", "target: 80%"),
        more="awards:\n  - {name: fast, when: csta > 90%, amount: 5}\n",
    )
    assert sorted(said_of(text)) == sorted([*said, *OF_FORMULAS])


SEASON = "seasons:\n  - {name: sale, periods: [2026-11], set: {metrics.csat.taget: ≥ 70%}}\n"


def test_seasons_are_examined_beside_slips_elsewhere_alone() -> None:
    assert said_of(small(("    key: id\n", "    kye: id\n"), more=SEASON)) == [
        "kye: unknown key `kye` [unknown-key]",
        "taget: `metrics.csat` has no `taget` [unknown-path]",
    ]
    assert said_of(small(("  csat: {formula: share", "  csat: {formul: share"), more=SEASON)) == [
        "csat: `csat` lacks `formula` [missing-key]",
        "formul: unknown key `formul` [unknown-key]",
    ]


@pytest.mark.parametrize(
    "slip", [lambda key: key[0] + key[2] + key[1] + key[3:], lambda key: f"zzq{len(key)}"], ids=["near", "far"]
)
def test_a_misspelt_key_alone_is_told_alone(slip: Callable[[str], str]) -> None:
    """Every key of a ready scheme, one after the other."""
    text = (CONFIGS / "ecommerce.yaml").read_text(encoding="utf-8")
    document = read_yaml(text, "scheme.yaml").document
    assert document is not None
    for path, mark in document.keys.items():
        name = str(path[-1])
        if len(name) < len("abc") or text[mark.start : mark.end] != name or slip(name) == name:
            continue
        wrong = examine(f"{text[: mark.start]}{slip(name)}{text[mark.end :]}", "scheme.yaml", PRESETS)
        codes = {problem.code for problem in wrong.errors}
        assert "unknown-key" not in codes or codes <= {"unknown-key", "missing-key", "bad-choice"}, (path, wrong.errors)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  - {grade: B, coefficient: 1.0}", "  - grade：B\n    coefficient：1.0"),
        ("  all: {weights: {csat: 60, wait: 40}}", "  all：\n    weights：{csat: 60, wait: 40}"),
        ("metrics:\n  csat: {formula: ", "metrics：\n  csat：{formula："),
    ],
)
def test_keys_with_a_full_width_colon_are_no_text(old: str, new: str) -> None:
    problems = refused(small((old, new)))
    assert "：: `：` is a full-width colon [yaml-full-width]" in said_of(small((old, new)))
    assert {(problem.code, problem.help) for problem in problems} == {("yaml-full-width", "write `: `")}


def test_unknown_names_are_answered_with_the_nearest() -> None:
    problems = refused(small(("agent: agent", "agent: agnet"), ("wait: 40", "wiat: 40")))
    assert [problem.help for problem in problems] == ["did you mean `agent`?", "did you mean `wait`?"]


@pytest.mark.parametrize(
    ("written", "unit"), [('"%"', "percent"), ("‰", "permille"), ("s", "duration"), ("分钟", "duration")]
)
def test_a_sign_in_place_of_a_unit_is_answered_with_its_name(written: str, unit: str) -> None:
    (problem,) = refused(small(("unit: percent", f"unit: {written}")))
    assert (problem.code, problem.help) == ("bad-choice", f"write `unit: {unit}`")


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
