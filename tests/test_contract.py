"""The contract's single sentences, each by a small case worked out by hand."""

from pathlib import Path

import pytest
from in_process import TODAY, Scored, score
from oracle_cards import DETAIL, SUMMARY
from small_case import CHATS, ROSTER, SCHEME, Case, changed, with_chats, with_files, with_scheme
from test_laws import POINTS, STATUS, VALUE, cells, one_metric

from kpi_cli.periods import parse_period
from kpi_cli.pipeline import Request, run
from kpi_cli.problems import Exit, KpiError
from kpi_cli.scheme.load import load_scheme

SCORE, GRADE, COEFFICIENT, RANK, OF, COVERAGE, STATE = range(5, 12)


def scored(case: Case, folder: Path, period: str = "2026-10") -> Scored:
    return score(case.written(folder), period)


def summary(case: Case, folder: Path, period: str = "2026-10") -> dict[str, list[str]]:
    return {row[1]: row for row in cells(scored(case, folder, period).summary, SUMMARY)}


def detail(case: Case, folder: Path) -> dict[str, list[str]]:
    """Return each agent's first line."""
    lines = cells(scored(case, folder).detail, DETAIL)
    return {row[1]: row for row in reversed(lines)}


def data_error(case: Case, folder: Path) -> str:
    with pytest.raises(KpiError) as caught:
        scored(case, folder)
    assert caught.value.exit_code is Exit.DATA
    return str(caught.value)


def grown(more: str) -> Case:
    return Case(scheme=f"{SCHEME}\n{more}\n")


def test_a_gate_lowers_the_grade_and_what_it_pays_but_not_score_and_rank(tmp_path: Path) -> None:
    found = summary(grown("gates: [{when: csat >= 100%, max_grade: B, reason: too good}]"), tmp_path)
    assert found["007"][SCORE:] == ["112.0", "B", "1.0", "1", "2", "100", "scored"]
    assert found["008"][SCORE:] == ["57.5", "C", "0.8", "2", "2", "100", "scored"]


def test_the_lowest_grade_of_several_gates_wins(tmp_path: Path) -> None:
    gates = "{when: csat > 50%, max_grade: C, reason: a}, {when: csat > 60%, max_grade: B, reason: b}"
    assert summary(grown(f"gates: [{gates}]"), tmp_path)["007"][GRADE] == "C"


def test_a_gate_never_raises(tmp_path: Path) -> None:
    assert summary(grown("gates: [{when: csat < 60%, max_grade: A, reason: a}]"), tmp_path)["008"][GRADE] == "C"


def test_a_gate_may_hold(tmp_path: Path) -> None:
    found = summary(grown("gates: [{when: csat < 60%, hold: true, reason: to be looked at}]"), tmp_path)
    assert found["008"][SCORE:] == ["57.5", "C", "0.8", "2", "2", "100", "held"]
    assert found["007"][STATE] == "scored"


def test_a_small_sample_counts_as_missing_and_too_little_coverage_gives_no_grade(tmp_path: Path) -> None:
    case = with_scheme("target: ≥ 80%", "target: ≥ 80%, min_sample: 3")
    found = summary(case, tmp_path)
    assert found["007"][SCORE:] == ["100.0", "", "", "", "", "40", "incomplete"]


def test_weights_are_normalised_again_over_what_has_a_score(tmp_path: Path) -> None:
    scheme = changed(SCHEME, "target: ≥ 80%", "target: ≥ 80%, min_sample: 3")
    found = summary(Case(scheme=f"{scheme}\nscoring: {{min_coverage: 40}}\n"), tmp_path)
    assert found["007"][SCORE:] == ["100.0", "A", "1.1", "1", "2", "40", "scored"]
    assert found["008"][SCORE:] == ["50.0", "C", "0.8", "2", "2", "40", "scored"]


def test_a_season_sets_another_target(tmp_path: Path) -> None:
    """008: csat .5 of .5 is 100; .4·50 + .6·100 = 80."""
    season = 'seasons: [{name: sale, periods: ["2026-10"], set: {metrics.csat.target: ≥ 50%}}]'
    assert summary(grown(season), tmp_path)["008"][SCORE : GRADE + 1] == ["80.0", "B"]


def test_a_season_holds_for_a_period_inside_it_and_not_for_one_around_it(tmp_path: Path) -> None:
    season = 'seasons: [{name: sale, periods: ["2026-10-05..2026-10-31"], set: {metrics.csat.target: ≥ 50%}}]'
    case = grown(season)
    assert summary(case, tmp_path)["008"][SCORE] == "57.5"
    inside = {row[1]: row for row in cells(score(tmp_path, "2026-10-05..2026-10-06").detail, DETAIL)}
    assert inside["008"][9] == ">=0.5"


def test_a_team_card_computes_from_all_rows_of_the_team(tmp_path: Path) -> None:
    """Mean wait 45 s: 66.67; csat .75 of .8: 93.75; .4·66.67 + .6·93.75 = 82.918."""
    found = summary(with_scheme("  service:\n", "  service:\n    scope: team\n"), tmp_path)
    assert [found[agent][SCORE:STATE] for agent in ("007", "008")] == [["82.9", "B", "1.0", "1", "2", "100"]] * 2


def test_nobody_takes_whom_no_card_is_for(tmp_path: Path) -> None:
    scheme = changed(SCHEME, "  service:\n", '  service:\n    for: id == "007"\n')
    found = summary(Case(scheme=scheme), tmp_path)
    assert found["008"][4:] == ["", "", "", "", "", "", "", "unassigned"]
    assert found["007"][RANK : OF + 1] == ["1", "1"]


def test_somebody_without_a_row_has_no_data(tmp_path: Path) -> None:
    found = summary(with_files(roster=ROSTER + "009,Idle,two\n"), tmp_path)
    assert found["009"] == ["2026-10", "009", "Idle", "two", "service", *[""] * 6, "no_data"]
    assert found["007"][OF] == "2"


def test_quota(tmp_path: Path) -> None:
    """Both reach B, of which half of two may be: the second falls to C."""
    scheme = changed(SCHEME, "min: 80, coefficient: 1.0", "min: 50, coefficient: 1.0, at_most: 50%")
    scheme = changed(scheme, "min: 100", "min: 115")
    found = summary(Case(scheme=scheme), tmp_path)
    assert [found[agent][GRADE] for agent in ("007", "008")] == ["B", "C"]
    assert found["008"][COEFFICIENT] == "0.8"


def test_a_tie_on_the_last_place_of_a_quota_falls_together(tmp_path: Path) -> None:
    scheme = changed(SCHEME, "min: 80, coefficient: 1.0", "min: 50, coefficient: 1.0, at_most: 50%")
    scheme = changed(scheme, "  service:\n", "  service:\n    scope: team\n")
    found = summary(Case(scheme=scheme), tmp_path)
    assert [found[agent][GRADE] for agent in ("007", "008")] == ["C", "C"]


def test_missing_error_is_refused(tmp_path: Path) -> None:
    scheme = changed(SCHEME, "target: ≥ 80%", "target: ≥ 80%, missing: error")
    case = Case(
        scheme=scheme, files=with_chats("c3,008,2026-10-05 11:00:00,60,3", "c3,008,2026-10-05 11:00:00,60,").files
    )
    assert summary(case, tmp_path)["008"][STATE] == "scored"
    (tmp_path / "data" / "chats.csv").write_text(changed(CHATS, "60,3", "60,").replace("60,5", "60,"), encoding="utf-8")
    with pytest.raises(KpiError, match="csat") as caught:
        score(tmp_path)
    assert caught.value.exit_code is Exit.DATA


@pytest.mark.parametrize(("missing", "expected"), [("zero", "40.0"), ("full", "100.0"), ("skip", "100.0")])
def test_what_missing_counts_as(tmp_path: Path, missing: str, expected: str) -> None:
    """007 has 100 points of 40 percent; what csat gives for no ratings is the other 60."""
    scheme = changed(SCHEME, "target: ≥ 80%", f"target: ≥ 80%, missing: {missing}")
    scheme += "\nscoring: {min_coverage: 40}\n"
    chats = changed(changed(CHATS, "20,5", "20,"), "40,4", "40,")
    case = Case(scheme=scheme, files=with_files(chats=chats).files)
    assert summary(case, tmp_path)["007"][SCORE] == expected


def test_only_of_several_rows_is_a_data_error(tmp_path: Path) -> None:
    assert "only" in data_error(Case(scheme=one_metric("only(chats.rating)", "target: ≥ 1")), tmp_path)


def test_x_over_zero_is_missing(tmp_path: Path) -> None:
    formula = "count(chats) / count(chats, where=chats.rating > 5)"
    found = detail(Case(scheme=one_metric(formula, "target: ≥ 1")), tmp_path)
    assert found["007"][VALUE : POINTS + 1] == ["", "0", ">=1", ""]
    assert found["007"][STATUS] == "missing"


def test_step_tables_leave_no_gap(tmp_path: Path) -> None:
    """Tables with 98.00..99.89 and 99.90.. drop 99.895 to the lowest step; thresholds cannot."""
    steps = "score: {rule: steps, steps: [{at: ≥ 99.9%, score: 120}, {at: ≥ 98%, score: 100}], otherwise: 0}"
    case = with_chats("20,5", "20,99.895").files | {"roster.csv": ROSTER}
    scheme = one_metric("max(chats.rating) / 100", "unit: percent", "target: ≥ 98%", steps)
    assert detail(Case(scheme=scheme, files=case), tmp_path)["007"][POINTS] == "100.00"


def test_two_periods_are_shown_by_their_start(tmp_path: Path) -> None:
    Case(files=with_files(chats=CHATS + "c9,008,2026-09-05 11:00:00,60,3\n").files).written(tmp_path)
    asked = tuple(parse_period(text, TODAY) for text in ("2026-10", "2026-09", "2026-W41"))
    scheme = load_scheme(tmp_path / "scheme.yaml").scheme
    outcome = run(Request(scheme=scheme, data=(str(tmp_path / "data"),), periods=asked))
    assert [sheet.period.name for sheet in outcome.sheets] == ["2026-09", "2026-10", "2026-W41"]


def account(case: Case, folder: Path) -> dict[str, int]:
    counts = scored(case, folder).count("chats")
    return {reason: count for reason, count in counts.items() if count}


def test_total_rows_are_skipped_and_not_read(tmp_path: Path) -> None:
    found = scored(with_files(chats=CHATS + "合计（共4项）,,,180,\n汇总,,,,17\n\nc5,均值,,45,4.25\n"), tmp_path)
    assert found.accounts["chats"].read == 4
    assert sum(found.accounts["chats"].skipped.values()) == 3


def test_the_latest_of_two_rows_with_one_key_counts(tmp_path: Path) -> None:
    scheme = changed(SCHEME, "    time: at\n", "    time: at\n    duplicates: latest(at)\n")
    chats = CHATS + "c4,008,2026-10-30 00:00:00,90,1\n"
    case = Case(scheme=scheme, files=with_files(chats=chats).files)
    assert detail(case, tmp_path)["008"][VALUE] == "60"


def test_a_tie_between_them_is_refused(tmp_path: Path) -> None:
    scheme = changed(SCHEME, "    time: at\n", "    time: at\n    duplicates: latest(at)\n")
    chats = CHATS + "c4,008,2026-10-31 23:59:59,90,1\n"
    assert "c4" in data_error(Case(scheme=scheme, files=with_files(chats=chats).files), tmp_path)


def many(broken: int, of: int) -> Case:
    rows = [f"c{n},007,2026-10-05 09:00:00,20,{'five' if n < broken else 5}" for n in range(of)]
    return with_files(chats="\n".join([CHATS.splitlines()[0], *rows, ""]), roster="id,name,team\n007,Bond,one\n")


def test_one_rejected_row_in_a_hundred_is_within_the_limit(tmp_path: Path) -> None:
    assert account(many(1, 100), tmp_path) == {"used": 99, "rejected": 1}


def test_one_rejected_row_in_ninety_nine_is_not(tmp_path: Path) -> None:
    assert data_error(many(1, 99), tmp_path)


def test_a_mapped_column_knows_only_what_is_listed(tmp_path: Path) -> None:
    words = "{from: rating, type: number, map: {good: 5, bad: 1}}"
    scheme = changed(SCHEME, "{from: rating, type: number}", words) + "\nlimits: {rejected: 50%}\n"
    chats = CHATS
    for number, word in (("20,5", "20,good"), ("40,4", "40,bad"), ("60,3", "60,so so"), ("60,5", "60,good")):
        chats = changed(chats, number, word)
    assert account(Case(scheme=scheme, files=with_files(chats=chats).files), tmp_path) == {"used": 3, "rejected": 1}


def test_end_before_start_is_rejected_where_the_order_is_given(tmp_path: Path) -> None:
    scheme = changed(SCHEME, "    time: at\n", "    time: at\n    order: [at, solved]\n")
    scheme = changed(scheme, "      wait: ", "      solved: {from: solved, type: datetime}\n      wait: ")
    header, *rows = CHATS.splitlines()
    solved = ["2026-10-05 09:00:00", "2026-10-06 09:59:59", "", "2026-11-02 00:00:00"]
    chats = "\n".join([f"{header},solved", *(f"{row},{end}" for row, end in zip(rows, solved, strict=True)), ""])
    case = Case(scheme=f"{scheme}\nlimits: {{rejected: 50%}}\n", files=with_files(chats=chats).files)
    assert account(case, tmp_path) == {"used": 3, "rejected": 1}


QA = """\
  qa:
    files: "qa-{period}.csv"
    agent: agent
    empty: zero
    columns: {agent: agent, violations: {from: violations, type: number}}
"""


def with_qa(**files: str) -> Case:
    scheme = changed(SCHEME, "\nmetrics:\n", f"{QA}\nmetrics:\n  sins: {{formula: sum(qa.violations), target: ≤ 5}}\n")
    scheme = changed(scheme, "quality: {csat: 60}", "quality: {csat: 50, sins: 10}")
    return Case(scheme=scheme, files=with_files(**files).files)


def lines_of(case: Case, folder: Path, metric: str) -> dict[str, list[str]]:
    return {row[1]: row for row in cells(scored(case, folder).detail, DETAIL) if row[5] == metric}


def test_nobody_sinned_when_there_is_no_list_of_sins(tmp_path: Path) -> None:
    assert [row[VALUE] for row in lines_of(with_qa(), tmp_path, "sins").values()] == ["0", "0"]


def test_a_file_bears_the_period_in_its_name(tmp_path: Path) -> None:
    files = {"qa-2026-10": "agent,violations\n008,2\n008,3\n", "qa-2026-09": "agent,violations\n007,9\n"}
    found = lines_of(with_qa(**files), tmp_path, "sins")
    assert {agent: row[VALUE] for agent, row in found.items()} == {"007": "0", "008": "5"}


def test_the_same_rows_may_be_credited_to_somebody_else(tmp_path: Path) -> None:
    """`like`: the rating of c2, 007's chat, is about 008: csat is 1 of 1 for 007, 2 of 3 for 008."""
    ratings = "  ratings:\n    like: chats\n    agent: rated\n    columns: {rated: rated}\n"
    scheme = changed(SCHEME, "\nmetrics:\n", f"{ratings}\nmetrics:\n")
    scheme = changed(scheme, "share(chats.rating >= 4)", "share(ratings.rating >= 4)")
    header, *rows = CHATS.splitlines()
    rated = ["007", "008", "008", "008"]
    chats = "\n".join([f"{header},rated", *(f"{row},{who}" for row, who in zip(rows, rated, strict=True)), ""])
    found = lines_of(Case(scheme=scheme, files=with_files(chats=chats).files), tmp_path, "csat")
    assert {agent: row[VALUE : VALUE + 2] for agent, row in found.items()} == {
        "007": ["1", "1"],
        "008": ["0.666667", "3"],
    }


def test_names_of_agents_match_whatever_their_width_and_case(tmp_path: Path) -> None:
    roster = "id,name,team,also\nAnn,Ann A.,one,ann@shop;小安\n008,Smith,one,\n"
    scheme = changed(SCHEME, "team: team}", "team: team, aliases: also}")
    chats = CHATS.replace("c1,007", "c1,ＡＮＮ").replace("c2,007", "c2, 小安 ")
    found = summary(Case(scheme=scheme, files=with_files(roster=roster, chats=chats).files), tmp_path)
    assert found["Ann"][SCORE:] == ["112.0", "A", "1.1", "1", "2", "100", "scored"]
