"""Where nothing is known: what a metric without a value scores, when a card has too little, and who has no data."""

import pytest
from headed import BANDS, clean, head, named
from made_points import codes
from small_run import Done, ran, refusal

from kpi_cli.problems import Exit
from kpi_cli.scoring.cards import NoteCode

METRICS = """\
metrics:
  x: {formula: mean(work.x), target: ≥ 90, score: {rule: as_is}}
  y: {formula: mean(work.y), target: ≥ 90, score: {rule: as_is}, %s}
"""
CARD = "scorecards: {all: {weights: {x: 60, y: 40}}}\n"
WORK = {"work": "agent,x:number,y:number\na,90,\nb,90,80\nc,90,70\nc,90,90\n"}


def done(keys: str, more: str = "", files: dict[str, str] = WORK) -> Done:
    return ran(f"{head(files)}{METRICS % keys}{CARD}{BANDS}{clean(more)}", named(files))


@pytest.mark.parametrize(
    ("missing", "score", "total", "coverage"),
    [
        ("skip", "", "90.0", "60"),
        ("zero", "0.00", "54.0", "100"),  # .6·90
        ("full", "100.00", "94.0", "100"),  # .6·90 + .4·100
    ],
)
def test_a_metric_without_a_value(missing: str, score: str, total: str, coverage: str) -> None:
    found = done(f"missing: {missing}")
    assert found.line("a", "y", "value", "score", "status") == ["", score, "missing"]
    assert found.of("a", "score", "coverage", "status") == [total, coverage, "scored"]
    assert found.of("b", "score", "coverage") == ["86.0", "100"]  # .6·90 + .4·80


def test_what_stands_in_is_held_between_floor_and_cap() -> None:
    assert done("missing: full", "scoring: {cap: 95}").line("a", "y", "score") == ["95.00"]
    assert done("missing: zero", "scoring: {floor: 20}").line("a", "y", "score") == ["20.00"]


def refused(keys: str) -> tuple[int, list[str], str]:
    error = refusal(f"{head(WORK)}{METRICS % keys}{CARD}{BANDS}", named(WORK))
    return error.exit_code, codes(error), error.problems[0].message


def test_what_may_not_be_missing_stops_everything() -> None:
    code, found, message = refused("missing: error")
    assert (code, found) == (Exit.DATA, ["missing-value"])
    assert "`y`" in message
    assert "(a)" in message
    assert "(b)" not in message


def test_a_small_sample_counts_as_missing() -> None:
    """One row each of Ann (without y) and Bob; Cid has two."""
    found = done("min_sample: 2")
    assert found.line("b", "y", "value", "n", "score", "status") == ["80", "1", "", "small_sample"]
    assert found.line("c", "y", "value", "n", "score", "status") == ["80", "2", "80.00", "missed"]
    assert found.of("b", "score", "coverage") == ["90.0", "60"]
    assert done("min_sample: 2, missing: zero").of("b", "score") == ["54.0"]
    assert done("min_sample: 2, missing: full").of("b", "score") == ["94.0"]


def test_a_small_sample_that_may_not_be_missing_stops_everything() -> None:
    code, found, message = refused("min_sample: 2, missing: error")
    assert (code, found) == (Exit.DATA, ["missing-value"])
    assert "(a)" in message
    assert "(b)" in message
    assert "(c)" not in message


@pytest.mark.parametrize(("least", "status"), [("60", "scored"), ("60.1", "incomplete"), ("100", "incomplete")])
def test_too_little_coverage_gives_no_grade(least: str, status: str) -> None:
    found = done("missing: skip", f"scoring: {{min_coverage: {least}}}")
    assert found.of("a", "score", "coverage", "status") == ["90.0", "60", status]
    graded = ["B", "1.0", "1", "3"] if status == "scored" else [""] * 4
    assert found.of("a", "grade", "coefficient", "rank", "of") == graded
    assert found.of("b", "rank", "of") == (["2", "3"] if status == "scored" else ["1", "2"])  # level with c


def test_who_has_no_row_has_no_data() -> None:
    """Neither `missing: full` nor a row in a source that no metric of the card reads makes a result of it."""
    roster = "id,name\na,Ann\nd,Dee\n"
    files = {"roster": roster, **WORK, "other": "agent,x:number\nd,1\n"}
    files["work"] = "agent,x:number,y:number\na,90,\n"
    found = done("missing: full", files=files)
    summary = ["score", "grade", "coefficient", "rank", "of", "coverage", "status"]
    assert found.of("d", *summary) == [*[""] * 6, "no_data"]
    assert found.of("a", "of", "status") == ["1", "scored"]


def test_rows_outside_the_period_are_no_data() -> None:
    files = {
        "roster": "id,name\na,Ann\nb,Bob\n",
        "work": "agent,at:date,x:number,y:number\na,2026-10-31,9,9\nb,2026-11-01,9,9\n",
    }
    assert done("missing: skip", files=files).column("status") == {"a": "scored", "b": "no_data"}


def test_a_timeless_source_is_no_data() -> None:
    """Whoever stands in a list that holds for ever has done nothing yet."""
    files = {"roster": "id,name\na,Ann\nb,Bob\n", **WORK, "always": "agent,x:number\na,5\nb,5\n"}
    files["work"] = "agent,x:number,y:number\na,90,80\n"
    metrics = METRICS.replace("mean(work.x)", "mean(work.x) + only(always.x)")
    timeless = {"timeless": "true", "files": "always-2026-10.csv"}
    scheme = f"{head(files, always=timeless)}{metrics % 'missing: skip'}{CARD}{BANDS}"
    found = ran(scheme, named(files))
    assert found.column("status") == {"a": "scored", "b": "no_data"}
    assert found.line("a", "x", "value") == ["95"]


QA = {"roster": "id,name\na,Ann\nb,Bob\n", "work": "agent,at:date,x:number\na,2026-10-05,9\nb,2026-10-05,9\n"}
COUNTS = """\
metrics:
  x: {formula: mean(work.x), score: {rule: as_is}}
  sins: {formula: sum(qa.sins), target: ≤ 5, score: {rule: deduct, start: 100, each: 10}}
  mean_sins: {formula: mean(qa.sins), score: {rule: as_is}}
"""
SINS = "scorecards: {all: {weights: {x: 40, sins: 40, mean_sins: 20}}}\n"
EMPTY_QA = "agent,at:date,sins:number\na,2026-09-30,9\n"


def counted(empty: str, qa: str | None) -> Done:
    files = {**QA, "qa": EMPTY_QA if qa is None else qa}
    scheme = f"{head(files, qa={'empty': empty} if empty else {})}{COUNTS}{SINS}{BANDS}"
    return ran(scheme, {name: text for name, text in named(files).items() if qa is not None or name != "qa.csv"})


@pytest.mark.parametrize("qa", [None, EMPTY_QA])
def test_no_file_or_no_row_in_the_period_is_refused(qa: str | None) -> None:
    files = {**QA, "qa": EMPTY_QA}
    kept = {name: text for name, text in named(files).items() if qa is not None or name != "qa.csv"}
    assert refusal(f"{head(files)}{COUNTS}{SINS}{BANDS}", kept).exit_code is Exit.DATA


@pytest.mark.parametrize("qa", [None, EMPTY_QA])
def test_with_empty_zero_nobody_sinned(qa: str | None) -> None:
    found = counted("zero", qa)
    assert found.line("a", "sins", "value", "n", "score", "status") == ["0", "0", "100.00", "met"]
    assert found.line("a", "mean_sins", "value", "n", "status") == ["", "0", "missing"]


@pytest.mark.parametrize("qa", [None, EMPTY_QA])
def test_with_empty_missing_nothing_is_known(qa: str | None) -> None:
    found = counted("missing", qa)
    assert found.line("a", "sins", "value", "n", "status") == ["", "", "missing"]
    assert found.line("a", "mean_sins", "value", "status") == ["", "missing"]


def test_whoever_is_not_in_a_file_that_has_rows_sinned_not() -> None:
    """Bob has a row; that Ann has none is 0, whatever `empty` says."""
    for empty in ("", "zero", "missing"):
        found = counted(empty, "agent,at:date,sins:number\nb,2026-10-05,3\n")
        assert [found.line(agent, "sins", "value", "score") for agent in "ab"] == [["0", "100.00"], ["3", "70.00"]]


def test_notes_say_what_happened() -> None:
    assert done("missing: skip").notes("a", NoteCode.REWEIGHTED) == [("y",)]
    assert done("missing: skip", "scoring: {min_coverage: 61}").notes("a", NoteCode.LOW_COVERAGE) == [("y",)]
    assert done("missing: zero").line("a", "y", "note")[0]
    assert "1 < 2" in done("min_sample: 2").line("b", "y", "note")[0]
