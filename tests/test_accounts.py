"""What guards the rows: `--expect`, `--rejects`, the days that are covered, and inputs that are never overwritten."""

import os
import stat
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from made_outcomes import ACCOUNT, OCTOBER
from msgspec.structs import replace
from small_case import CHATS, ROSTER, SCHEME, Case, changed

from kpi_cli.periods import parse_period
from kpi_cli.pipeline import Outcome, Request, run
from kpi_cli.problems import Exit, KpiError
from kpi_cli.reports.accounting import account_line
from kpi_cli.reports.page import Page
from kpi_cli.reports.problems import problems_text
from kpi_cli.rows import SourceReport
from kpi_cli.scheme.load import load_scheme

TODAY = date(2026, 11, 15)
LOG = """\
kpi: 1
name: Log
timezone: UTC
sources:
  messages:
    files: "messages*.csv"
    key: id
    columns: {id: id, chat: chat, sender: sender, at: {from: at, type: datetime}}
  chats:
    cases: {of: messages, by: chat, at: at}
    agent: sender
    time: opened
    empty: zero
    columns: {opened: first_of(at), sender: last_of(sender), sent: count(messages)}
metrics:
  sent: {formula: mean(chats.sent), target: ≥ 1}
scorecards:
  all: {weights: {sent: 100}}
grades: [{grade: A, min: 100, coefficient: 1.1}, {grade: B, coefficient: 1.0}]
"""
MESSAGES = """\
id,chat,sender,at
1,a,ann,2026-10-01 09:00:00
2,a,ann,2026-10-01 09:01:00
3,b,bob,2026-10-02 09:00:00
3,b,bob,2026-10-02 09:00:00
4,c,bob,2026-11-02 09:00:00
Total,,,
"""
MONTHLY = changed(SCHEME, 'files: "chats*.csv"', 'files: "chats-{period}.csv"').replace(
    "mean(chats.wait)", "mean(chats.wait) - previous(wait)"
)
MONTHLY = changed(MONTHLY, "metrics:\n", "metrics:\n  wait: {formula: mean(chats.wait), unit: duration}\n")
SEASONS = SCHEME + "seasons: [{name: sale, periods: [2026-10], set: {metrics.csat.target: ≥ 90%}}]\n"
SEPTEMBER = CHATS.replace("2026-10", "2026-09").replace("-31 ", "-30 ")
BOTH = changed(CHATS, "c4,", "c9,") + SEPTEMBER.split("\n", 1)[1].replace("c", "s")


def request(folder: Path, *periods: str, **more: object) -> Request:
    """Return a request for the case in the folder."""
    asked = tuple(parse_period(period, TODAY) for period in periods or ("2026-10",))
    scheme = load_scheme(folder / "scheme.yaml").scheme
    return replace(Request(scheme, (str(folder / "data"),), asked), **more)


def scored(folder: Path, case: Case, *periods: str, **more: object) -> Outcome:
    return run(request(case.written(folder), *periods, **more))


def refused(folder: Path, case: Case, *periods: str, **more: object) -> tuple[Exit, list[str]]:
    """Return the exit code and the problems' codes and messages."""
    with pytest.raises(KpiError) as caught:
        scored(folder, case, *periods, **more)
    return caught.value.exit_code, [f"{problem.code}: {problem.message}" for problem in caught.value.problems]


LOGGED = Case(LOG, {"messages.csv": MESSAGES})
TWO_MONTHS: dict[str, str | bytes] = {
    "roster.csv": ROSTER,
    "chats-2026-09.csv": SEPTEMBER,
    "chats-2026-10.csv": CHATS + "c5,007,2026-10-07,9,5\n",
}


@pytest.mark.parametrize(
    ("case", "periods", "expect"),
    [
        (Case(), ["2026-10"], {"chats": 4}),
        (Case(), ["2026-10", "2026-10-05"], {"chats": 4}),  # the same rows in both
        (LOGGED, ["2026-10"], {"messages": 5, "chats": 3}),  # a repeated event was read, a total is no row
        (Case(MONTHLY, TWO_MONTHS), ["2026-10"], {"chats": 9}),  # September's serve for comparison
        (Case(MONTHLY, TWO_MONTHS), ["2026-10", "2026-09"], {"chats": 9}),
        (Case(SEASONS, {"roster.csv": ROSTER, "chats.csv": BOTH}), ["2026-10", "2026-09"], {"chats": 8}),  # two passes
    ],
)
def test_what_is_expected_is_what_the_account_calls_read(
    tmp_path: Path, case: Case, periods: list[str], expect: dict[str, int]
) -> None:
    assert scored(tmp_path, case, *periods, expect=expect).sheets
    for name, count in expect.items():
        with pytest.raises(KpiError) as caught:
            run(request(tmp_path, *periods, expect={**expect, name: count + 1}))
        (problem,) = caught.value.problems
        what = "cases" if (name, case) == ("chats", LOGGED) else "rows"
        assert problem.message == (
            f"source `{name}` has {count} {what}, not the {count + 1} expected: the export may be cut short"
        )
        assert caught.value.exit_code is Exit.DATA


def test_more_rows_than_expected_are_not_cut_short(tmp_path: Path) -> None:
    code, (said,) = refused(tmp_path, Case(), expect={"chats": 3})
    assert said == "expected-rows: source `chats` has 4 rows, not the 3 expected: are there files too many?"
    assert code is Exit.DATA


def test_rows_that_nobody_needs_cannot_be_expected(tmp_path: Path) -> None:
    unused = (
        "  more: {files: more.csv, agent: agent, timeless: true, empty: missing, columns: {agent: agent}}\n\nmetrics:"
    )
    scheme = changed(SCHEME, "\nmetrics:", unused)
    _, (said,) = refused(tmp_path, Case(scheme=scheme), expect={"more": 1})
    assert said == "expected-rows: the rows of source `more` are not counted: no metric of a card needs them"


def test_a_wrong_count_is_told_with_everything_else(tmp_path: Path) -> None:
    case = Case(files={"roster.csv": ROSTER, "chats.csv": changed(CHATS, "c2,007", "c2,stranger")})
    _, said = refused(tmp_path, case, expect={"chats": 9})
    assert [each.split(":")[0] for each in said] == ["unknown-agents", "expected-rows"]


def test_all_passes_are_told_of_at_once_and_all_their_rejects(tmp_path: Path) -> None:
    broken = changed(changed(BOTH, "c1,007,2026-10-05 09:00:00,20", "c1,007,2026-10-05 09:00:00,soon"), "s2,007", "s2,")
    broken = changed(broken, "s1,007,2026-09-05 09:00:00,20", "s1,007,2026-09-05 09:00:00,-1")
    rejects = tmp_path / "rejects.csv"
    case = Case(SEASONS, {"roster.csv": ROSTER, "chats.csv": broken})
    _, said = refused(tmp_path, case, "2026-09", "2026-10", rejects=str(rejects))
    assert sorted((each.split(":")[0], "2026-09" in each) for each in said) == [
        ("too-many-rejected", False),
        ("too-many-rejected", True),
        ("too-many-unattributed", True),
    ]
    lines = rejects.read_text(encoding="utf-8").splitlines()
    assert [line.split(",", 1)[1].split(",")[:3] for line in lines[1:]] == [["1", "wait", "soon"], ["5", "wait", "-1"]]


def test_a_list_of_rejects_that_is_not_whole_says_so(tmp_path: Path) -> None:
    scheme = SCHEME + "limits: {rejected: 100%}\n"
    case = Case(scheme, {"roster.csv": ROSTER, "chats.csv": CHATS + "cut\n" * 100_001})
    rejects = tmp_path / "rejects.csv"
    (warning,) = scored(tmp_path, case, rejects=str(rejects)).warnings
    assert warning.message == f"`{rejects}` lists the first 100000 of 100001 rejected rows of `chats`"
    assert rejects.read_bytes().count(b"\n") == 1 + 100_000


def test_inputs_are_never_overwritten(tmp_path: Path) -> None:
    folder = Case().written(tmp_path)
    chats = folder / "data" / "chats.csv"
    (folder / "link.csv").symlink_to(chats)
    for written in (chats, folder / "data" / "roster.csv", folder / "link.csv"):
        for way in ("output", "rejects"):
            with pytest.raises(KpiError) as caught:
                run(request(folder, **{way: str(written)}))
            assert [problem.code for problem in caught.value.problems] == ["output-is-input"]
            assert caught.value.exit_code is Exit.USAGE
    assert chats.read_text(encoding="utf-8") == CHATS


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names there")
def test_rejects_go_through_links_and_into_pipes(tmp_path: Path) -> None:
    folder = Case().written(tmp_path)
    link, pipe = folder / "link.csv", folder / "pipe"
    link.symlink_to(folder / "real.csv")
    os.mkfifo(pipe)
    descriptor = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    for written in (link, pipe):
        run(request(folder, rejects=str(written)))
    assert link.is_symlink()
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert os.read(descriptor, 1000) == (folder / "real.csv").read_bytes() == b"file,record,column,value,reason\n"
    os.close(descriptor)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_file_that_is_gone_is_missed_by_whom_it_belongs_to(tmp_path: Path) -> None:
    folder = Case().written(tmp_path)
    (folder / "data" / "stray.csv").symlink_to(folder / "gone")
    assert [Path(label).name for label in run(request(folder)).untaken] == ["stray.csv"]
    (folder / "data" / "chats-2.csv").symlink_to(folder / "gone")
    with pytest.raises(KpiError) as caught:
        run(request(folder))
    assert caught.value.exit_code is Exit.FILES
    assert "chats-2.csv" in caught.value.problems[0].message


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_file_with_two_names_is_taken_by_the_one_that_fits(tmp_path: Path) -> None:
    folder = Case(files={"roster.csv": ROSTER, "chats-1.csv": CHATS}).written(tmp_path)
    (folder / "data" / "latest.csv").symlink_to(folder / "data" / "chats-1.csv")
    found = run(request(folder))
    assert (found.reports[OCTOBER][0].account.used, found.untaken) == (4, ())


def test_a_file_that_was_downloaded_twice_is_named_where_no_key_tells(tmp_path: Path) -> None:
    scheme = changed(SCHEME, "    key: id\n", "")
    other = changed(CHATS, "c1,", "d1,")  # as long as the first
    files: dict[str, str | bytes] = {
        "roster.csv": ROSTER,
        "chats.csv": CHATS,
        "chats (1).csv": CHATS,
        "chats (2).csv": other,
    }
    found = scored(tmp_path, Case(scheme, files))
    (warning,) = found.warnings
    data = (tmp_path / "data").as_posix()
    assert warning.code == "same-file"
    assert warning.message == (
        f"`{data}/chats.csv` is the same as `{data}/chats (1).csv`: all its rows count twice in `chats`"
    )
    assert (
        scored(tmp_path / "key", _in(tmp_path / "key", Case(files=dict(files) | {"chats (2).csv": CHATS}))).warnings
        == ()
    )


def test_where_every_row_is_filtered_nothing_was_measured(tmp_path: Path) -> None:
    scheme = changed(SCHEME, "    key: id\n", "    key: id\n    where: rating >= 40\n")
    with pytest.raises(KpiError) as caught:
        scored(tmp_path, Case(scheme))
    (problem,) = caught.value.problems
    assert (problem.code, caught.value.exit_code) == ("nothing-left", Exit.DATA)
    assert problem.message == "none of the 4 rows of `chats` counts: 4 filtered"


@pytest.mark.parametrize(
    ("agents", "limits", "why"),
    [("", "unattributed: 100%", "4 without an agent"), ("nobody", "unknown_agents: 9", "4 of unknown agents")],
)
def test_where_no_row_is_anybodys_nothing_was_measured(tmp_path: Path, agents: str, limits: str, why: str) -> None:
    chats = CHATS.replace("007", agents).replace("008", agents)
    case = Case(f"{SCHEME}limits: {{{limits}}}\n", {"roster.csv": ROSTER, "chats.csv": chats})
    code, problems = refused(tmp_path, case)
    assert (code, problems) == (Exit.DATA, [f"nothing-left: none of the 4 rows of `chats` counts: {why}"])


def test_where_no_card_is_for_anybody_that_is_told(tmp_path: Path) -> None:
    scheme = changed(SCHEME, "  service:\n", '  service:\n    for: team == "three"\n')
    (warning,) = scored(tmp_path, Case(scheme)).warnings
    assert (warning.code, warning.message) == ("no-card", "no scorecard is for any of the agents")


def test_a_metric_without_a_value_for_anybody_is_named(tmp_path: Path) -> None:
    scheme = changed(SCHEME, "mean(chats.wait)", "'mean(chats.wait, where=chats.agent == \"0O7\")'")
    (warning,) = scored(tmp_path, Case(scheme)).warnings
    assert (warning.code, warning.span and warning.span.line) == ("no-values", 30)
    assert warning.message == "`first_response_time` has no value for anybody on `service` in 2026-10"


def test_a_metric_whose_source_may_be_missing_is_not(tmp_path: Path) -> None:
    more = "  exams:\n    files: exams.csv\n    agent: agent\n    timeless: true\n    empty: missing\n"
    columns = "    columns: {agent: agent, mark: {from: mark, type: number}}\n"
    scheme = changed(
        SCHEME, "metrics:\n", f"{more}{columns}metrics:\n  mark: {{formula: mean(exams.mark), target: ≥ 3}}\n"
    )
    scheme = changed(scheme, "{csat: 60}", "{csat: 50, mark: 10}")
    assert scored(tmp_path, Case(scheme)).warnings == ()


def covering(*days: int) -> str:
    """Return what the account of October says about the days, if only these have rows."""
    found = frozenset(date(2026, 10, day) for day in days)
    report = SourceReport("chats", ACCOUNT, first_day=min(found), last_day=max(found), days=found)
    return account_line(report, OCTOBER).rsplit(" · days ", 1)[1]


def test_a_month_with_missing_days_is_told() -> None:
    weekdays = [day for day in range(1, 32) if date(2026, 10, day).weekday() < 5]
    assert covering(*range(1, 32)) == "2026-10-01..2026-10-31"
    assert covering(*weekdays) == "2026-10-01..2026-10-30 (22 of 31)"
    assert covering(*(day for day in weekdays if not 12 <= day <= 16)) == (
        "2026-10-01..2026-10-30 (17 of 31, none on 2026-10-10..2026-10-18)"
    )
    assert (
        covering(5, 6, 7) == "2026-10-05..2026-10-07 (3 of 31, none on 2026-10-01..2026-10-04, 2026-10-08..2026-10-31)"
    )
    assert covering(4, 8, 12, 16, 20, 24, 28).endswith("2026-10-17..2026-10-19 and 3 more)")


def test_days_are_counted_where_a_row_is_used(tmp_path: Path) -> None:
    (report,) = scored(tmp_path, Case()).reports[OCTOBER]
    assert report.days == {date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 31)}
    (_, cases) = scored(tmp_path / "log", _in(tmp_path / "log", LOGGED)).reports[OCTOBER]
    assert cases.days == {date(2026, 10, 1), date(2026, 10, 1) + timedelta(days=1)}


def _in(folder: Path, case: Case) -> Case:
    folder.mkdir()
    return case


def test_without_a_roster_a_total_that_became_an_agent_is_named(tmp_path: Path) -> None:
    scheme = SCHEME.replace(
        "roster:\n  files: roster.csv\n  agent: id\n  columns: {id: id, name: name, team: team}\n", ""
    )
    chats = CHATS + "".join(
        f"t{place},{name},2026-10-05 09:00:00,1,5\n"
        for place, name in enumerate(["店铺总计", "Shop total", "合 计", "Totaline", "平均", "Total"])
    )
    found = scored(tmp_path, Case(scheme, {"chats.csv": chats}))
    (warning,) = found.warnings
    assert warning.code == "agent-like-total"
    assert warning.message == "Shop total, 店铺总计 are scored, and may be no person but a total"
    assert found.reports[OCTOBER][0].account.skipped == {"合 计": 1, "平均": 1, "Total": 1}


def test_without_a_roster_a_word_for_nobody_that_became_an_agent_is_named(tmp_path: Path) -> None:
    scheme = SCHEME.replace(
        "roster:\n  files: roster.csv\n  agent: id\n  columns: {id: id, name: name, team: team}\n", ""
    )
    chats = CHATS + "".join(
        f"t{place},{name},2026-10-05 09:00:00,1,5\n"
        for place, name in enumerate(["No Agent", "未分配", "Nobody Owens", "Systema", "system"])
    )
    (warning,) = scored(tmp_path, Case(scheme, {"chats.csv": chats})).warnings
    assert warning.code == "agent-like-nobody"
    assert warning.message == "No Agent, system, 未分配 are scored, and may be nobody at all"


def test_a_number_without_end_is_rejected(tmp_path: Path) -> None:
    chats = changed(CHATS, "40,4", "9" * 5001 + ",4")
    with pytest.raises(KpiError) as caught:
        scored(tmp_path, Case(files={"roster.csv": ROSTER, "chats.csv": chats}))
    assert caught.value.exit_code is Exit.DATA


def test_a_cell_of_megabytes_does_not_flood_the_terminal(tmp_path: Path) -> None:
    folder = Case(files={"roster.csv": ROSTER, "chats.csv": changed(CHATS, "c3,008", "c3," + "y" * 3_000_000)})
    with pytest.raises(KpiError) as caught:
        scored(tmp_path, folder)
    assert len(problems_text(caught.value.problems, Page(None))) < 1000
