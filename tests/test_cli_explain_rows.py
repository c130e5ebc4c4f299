"""`kpi explain --rows`: each row behind a value, found in the export again, and the sum that a pencil makes of them."""

import csv
import io
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import oracle
import pytest
from conftest import Kpi
from headed import BANDS, head, named
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from in_process import TODAY
from made_case import SCHEME, write_case
from made_cases import Case, cases
from made_rows import SPELLINGS, as_csv

from kpi_cli.periods import parse_period
from kpi_cli.pipeline import BLOCK_SIZE, Outcome, Question, Request, run
from kpi_cli.problems import KpiError
from kpi_cli.reports.explain import explain_json, explain_text
from kpi_cli.reports.page import Page
from kpi_cli.scheme.load import load_scheme

F = Fraction
Document = Mapping[str, Any]
ARGUMENTS = ("explain", "scheme.yaml", "data", "--period", "2026-10")
FRT = """\
2026-10 · 小张 (007) · 客服 · 112.0 S × 1.3 · 第 1 / 2 名

效率 · 首次响应时间 · frt
  公式    mean(chats.first_response)
  实际值  125s / 5 = 25s，n 5
  得分    25s，目标 ≤ 30s：100 × 30s / 25s = 120.00
  加权分  120.00 × 60% = 72

  chats · data/chats.csv
  记录  chat_id  started_at           first_response
  ──────────────────────────────────────────────────
     1  c1       2026-10-01 09:00:00             20s
     2  c2       2026-10-02 09:00:00             30s
     3  c3       2026-10-03 09:00:00             25s
     4  c4       2026-10-04 09:00:00             25s
     5  c5       2026-10-05 09:00:00             25s
  ──────────────────────────────────────────────────
  合计                                          125s
  125s / 5 = 25s，n 5
"""
FCR = """\
  chats · data/chats.csv
  Record  chat_id  started_at           resolved
  ──────────────────────────────────────────────
       6  c6       2026-10-06 09:00:00      true
       7  c7       2026-10-07 09:00:00     false
  ──────────────────────────────────────────────
   total                                       1
  1 of 2 = 50%, n 2
"""


# --- the command -------------------------------------------------------------------------------------------------


def test_a_mean_down_to_its_rows(kpi: Kpi, tmp_path: Path) -> None:
    ran = kpi(*ARGUMENTS, "--agent", "007", "--metric", "frt", "--rows", cwd=write_case(tmp_path))
    assert (ran.code, ran.err) == (0, "")
    assert ran.text == FRT


def test_a_share_in_english(kpi: Kpi, tmp_path: Path) -> None:
    case = write_case(tmp_path, SCHEME.replace("language: zh", "language: en"))
    ran = kpi(*ARGUMENTS, "--agent", "012", "--metric", "fcr", "--rows", cwd=case)
    assert ran.text.endswith(FCR)


def test_without_the_option_no_row_is_shown(kpi: Kpi, tmp_path: Path) -> None:
    case = write_case(tmp_path)
    assert "chats.csv" not in kpi(*ARGUMENTS, "--agent", "007", cwd=case).text
    (agent,) = json.loads(kpi(*ARGUMENTS, "--agent", "007", "--format", "json", cwd=case).text)["agents"]
    assert [line for line in agent["lines"] if "rows" in line] == []


def test_standard_input_can_be_read_twice(kpi: Kpi, tmp_path: Path) -> None:
    case = write_case(tmp_path)
    chats = (case / "data" / "chats.csv").read_bytes()
    (case / "data" / "chats.csv").unlink()
    data = ("chats=-", "data/roster.csv", "--period", "2026-10")
    ran = kpi("explain", "scheme.yaml", *data, "--agent", "007", "--rows", cwd=case, stdin=chats)
    assert ran.code == 0, ran.err
    assert "     5  c5       2026-10-05 09:00:00             25s" in ran.text


def test_the_rows_of_somebody_without_data_are_none(kpi: Kpi, tmp_path: Path) -> None:
    ran = kpi(*ARGUMENTS, "--agent", "021", "--rows", cwd=write_case(tmp_path))
    assert (ran.code, ran.text) == (0, "2026-10 · 韩梅梅 (021) · 客服 · 无数据\n\n  状态  无数据\n")


# --- in process: schemes and files as text -----------------------------------------------------------------------


def traced(scheme: str, files: Mapping[str, str], *agents: str, period: str = "2026-10") -> tuple[Outcome, Question]:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in {"scheme.yaml": scheme, **files}.items():
            (Path(folder) / name).write_text(content, encoding="utf-8", newline="")
        question = Question(agents)
        loaded = load_scheme(Path(folder) / "scheme.yaml").scheme
        return run(Request(loaded, (folder,), (parse_period(period, TODAY),), traced=question)), question


def tables(outcome: Outcome, question: Question) -> list[list[Document]]:
    """The tables of each line of the only agent."""
    (agent,) = json.loads(explain_json(outcome, question))["agents"]
    return [line["rows"] for line in agent["lines"]]


def shown(outcome: Outcome, question: Question) -> str:
    return explain_text(outcome, question, Page(None))


def column(table: Document, name: str) -> list[Any]:
    return [row[name] for row in table["counted"]]


def one_metric(formula: str, files: Mapping[str, str], *, card: str = "", more: str = "", **keys: str) -> str:
    """A scheme with the metric `m`; `keys` are further keys of the source `work`."""
    metric = f"metrics:\n  m: {{formula: '{formula}', score: {{rule: as_is}}}}\n{more}"
    return f"{head(files, work=keys)}{metric}scorecards: {{all: {{{card}weights: {{m: 100}}}}}}\n{BANDS}"


ROSTER = "id,name,team\na,Ann,one\nb,Bob,one\nc,Cid,two\n"
WORK = """\
id,agent,at:datetime,x:number,w:number,good:boolean
1,a,2026-10-01 09:00,10,1,yes
2,a,2026-10-01 12:30,9,3,no
3,a,2026-10-05 09:00,,2,
4,b,2026-10-05 10:00,40,1,yes
5,a,2026-10-06 09:00,2,0,yes
6,a,2026-11-01 00:00,99,1,yes
7,c,2026-10-07 09:00,7,1,yes
"""
FILES = {"roster": ROSTER, "work": WORK}


def asked(formula: str, *, work: str = WORK, card: str = "", **keys: str) -> Document:
    """The only table of `m`, of Ann."""
    files = {"roster": ROSTER, "work": work}
    ((table,),) = tables(*traced(one_metric(formula, files, card=card, **keys), named(files), "a"))
    return table


def test_each_kind_of_aggregate_by_hand() -> None:
    """Ann has 10, 9 and 2 in x, weighing 1, 3 and 0, and one row without x."""
    found = {
        formula: (asked(formula), terms)
        for formula, terms in {
            "count(work)": ["1", "1", "1", "1"],
            "sum(work.x)": ["10", "9", "2"],
            "share(work.good)": ["1", "0", "1"],
            "nps(work.x)": ["1", "1", "-1"],
            "weighted_mean(work.x, by=work.w)": ["10", "27", "0"],
            "unique(work.good)": ["1", "1", "0"],
            "active_days(work)": ["1", "0", "1", "1"],
            "median(work.x)": ["2", "9", "10"],
            "max(work.x)": ["10", "9", "2"],
            "min(work.x)": ["2", "9", "10"],
        }.items()
    }
    assert {formula: column(table, "term") for formula, (table, _) in found.items()} == {
        formula: terms for formula, (_, terms) in found.items()
    }
    assert {formula: (table["value"], table["n"]) for formula, (table, _) in found.items()} == {
        "count(work)": ("4", 4),
        "sum(work.x)": ("21", 3),
        "share(work.good)": ("2/3", 3),
        "nps(work.x)": ("1/3", 3),
        "weighted_mean(work.x, by=work.w)": ("9.25", 3),
        "unique(work.good)": ("2", 2),
        "active_days(work)": ("3", None),
        "median(work.x)": ("9", 3),
        "max(work.x)": ("10", 3),
        "min(work.x)": ("2", 3),
    }
    weighted = found["weighted_mean(work.x, by=work.w)"][0]
    assert [column(weighted, name) for name in ("value", "weight")] == [["10", "9", "2"], ["1", "3", "0"]]
    assert weighted["left_out"] == {"where": 0, "missing": {"x": 1}, "divided_by_0": 0}


def test_a_row_tells_where_it_stands_and_what_the_formula_reads() -> None:
    table = asked("sum(work.x, where=work.good)")
    assert table["counted"][0] == {
        "file": table["counted"][0]["file"],
        "record": 1,
        "key": "1",
        "time": "2026-10-01 09:00:00",
        "cells": {"x": "10", "good": True},
        "value": "10",
        "term": "10",
    }
    assert table["counted"][0]["file"].endswith("/work.csv")
    assert column(table, "record") == [1, 5]
    assert table["left_out"] == {"where": 2, "missing": {}, "divided_by_0": 0}  # one of them for want of `good`


def test_records_are_numbered_as_rejects_are() -> None:
    """Above the header a preamble; a total row, a row cut short and a repeated one count as records all the same."""
    lines = [
        "Export of October,,,,,",
        *WORK.splitlines()[:2],
        "合计,,,,,",
        "8,a,2026-10-01 10:00",
        "2,a,2026-10-01 12:30,9,3,no",
        "",
        "2,a,2026-10-01 12:30,9,3,no",
        "9,a,2026-10-09 12:30,5,3,no",
    ]
    files = {"roster": ROSTER, "work": WORK}
    scheme = one_metric("sum(work.x)", files).replace("rejected: 0", "rejected: 100%")
    ((table,),) = tables(*traced(scheme, {**named(files), "work.csv": "\n".join([*lines, ""])}, "a"))
    assert [column(table, name) for name in ("record", "key")] == [[1, 4, 6], ["1", "2", "9"]]


def test_rows_of_several_files_say_which() -> None:
    files = named(FILES)
    head_line, *rows = WORK.splitlines()
    parts = {f"work-{n}.csv": "\n".join([head_line, *part, ""]) for n, part in enumerate((rows[:2], rows[2:]))}
    scheme = one_metric("sum(work.x)", FILES).replace("files: work.csv", 'files: "work-*.csv"')
    outcome, question = traced(scheme, {"roster.csv": files["roster.csv"], **parts}, "a")
    lines = shown(outcome, question).splitlines()
    assert [line.split()[:3] for line in lines if "work-" in line] == [
        ["work-0.csv", "1", "1"],
        ["work-0.csv", "2", "2"],
        ["work-1.csv", "3", "5"],
    ]


def test_what_does_not_count_is_one_line() -> None:
    files = {"roster": ROSTER, "work": WORK.replace("2,a,2026-10-01 12:30,9,3,no", "2,a,2026-10-01 12:30,9,0,yes")}
    scheme = one_metric("mean(work.x / work.w, where=work.good)", files)
    assert "  3 more rows do not count: 1 where, 2 divided by 0" in shown(*traced(scheme, named(files), "a"))
    scheme = one_metric("mean(work.x, where=missing(work.good))", FILES)
    text = shown(*traced(scheme, named(FILES), "a"))
    assert "  no row counts\n  4 more rows do not count: 3 where, 1 missing x\n" in text


def test_a_percentile_shows_its_place_among_the_rows() -> None:
    """P80 of 2, 9, 10: position 0.8·2 = 1.6 behind the first, so 9 + 0.6·(10 − 9)."""
    text = shown(*traced(one_metric("percentile(work.x, 80)", FILES), named(FILES), "a"))
    assert "  place 2.6 of 3: 9 + 0.6 × (10 − 9) = 9.6, n 3\n" in text
    assert "  place 2 of 3: 9, n 3\n" in shown(*traced(one_metric("median(work.x)", FILES), named(FILES), "a"))


def test_intervals_show_how_many_are_open() -> None:
    work = """\
id,agent,at:datetime,end:datetime
1,a,2026-10-01 09:30,2026-10-01 11:00
2,a,2026-10-01 09:00,2026-10-01 10:00
3,a,2026-10-01 10:00,2026-10-01 10:30
4,a,2026-10-01 10:10,2026-10-01 10:10
"""
    table = asked("peak(work.at, work.end)", work=work)
    assert [column(table, name) for name in ("key", "term")] == [["2", "1", "3", "4"], ["1", "2", "2", "0"]]
    assert (table["sum"], table["value"], table["n"]) == (None, "2", 4)


def test_a_split_row_shows_the_share() -> None:
    work = "id,agent,at:datetime,x:number\n1,a|b|c,2026-10-01 09:00,1\n2,a,2026-10-02 09:00,5\n"
    table = asked("mean(work.x)", work=work, credit="split")
    assert [column(table, name) for name in ("value", "share", "term")] == [["1", "5"], ["1/3", "1"], ["1/3", "5"]]
    assert (table["sum"], table["value"], table["n"]) == ("16/3", "4", 2)  # 16/3 over 4/3
    files = {"roster": ROSTER, "work": work}
    text = shown(*traced(one_metric("mean(work.x)", files, credit="split"), named(files), "a"))
    assert [line.split()[-3:] for line in text.splitlines() if "2026-10-0" in line] == [
        ["1", "1/3", "0.333333"],
        ["5", "1", "5"],
    ]
    assert "  5.333333 / 1.333333 = 4, n 2\n" in text


def test_a_team_shows_its_rows_with_their_agents_each_once() -> None:
    work = "id,agent,second,x:number\n1,a,,10\n2,a,b,40\n3,b,,8\n4,c,a,1\n"
    table = asked("sum(work.x)", work=work, card="scope: team, ", agent="[agent, second]")
    assert [column(table, name) for name in ("record", "agent_id", "term")] == [
        [1, 2, 3, 4],
        ["a", "a", "b", "a"],
        ["10", "40", "8", "1"],
    ]
    assert (table["of"], table["sum"]) == ("team", "59")


def test_a_team_shows_the_shares_that_its_members_have_together() -> None:
    """Both shares of the second row, and one of the two of the last: 10 + 40 + 8 + half of 1."""
    work = "id,agent,second,x:number\n1,a,,10\n2,a,b,40\n3,b,,8\n4,c,a,1\n"
    table = asked("sum(work.x)", work=work, card="scope: team, ", agent="[agent, second]", credit="split")
    assert [column(table, name) for name in ("record", "share")] == [[1, 2, 3, 4], ["1", "1", "1", "0.5"]]
    assert (table["sum"], table["value"], table["n"]) == ("58.5", "58.5", 4)


def test_an_anonymous_ranking_names_no_teammate() -> None:
    scheme = one_metric("sum(work.x)", FILES, card="scope: team, ")
    files = named(FILES)
    assert [line.split()[4] for line in shown(*traced(scheme, files, "a")).splitlines() if "2026-10-0" in line] == [
        *("a", "a", "b", "a"),
    ]
    hidden = shown(*traced(f"{scheme}report: {{ranking: anonymous}}\n", files, "a"))
    assert [line.split()[4:6] for line in hidden.splitlines() if "2026-10-05 10:00" in line] == [["Agent", "2"]]


def test_several_aggregates_have_a_table_each_and_named_metrics_say_so() -> None:
    more = "  per_day: {formula: sum(work.x) / active_days(work), score: {rule: as_is}}\n"
    formula = "per_day - previous(per_day)"
    files = {"roster": ROSTER, "work": f"{WORK}8,a,2026-09-30 09:00,4,1,yes\n"}
    (found,) = tables(*traced(one_metric(formula, files, more=more), named(files), "a"))
    assert [(table["metric"], table["aggregate"], table["period"]) for table in found] == [
        ("per_day", "sum(work.x)", "2026-10"),
        ("per_day", "active_days(work)", "2026-10"),
        ("per_day", "sum(work.x)", "2026-09"),
        ("per_day", "active_days(work)", "2026-09"),
    ]
    assert [table["sum"] for table in found] == ["21", "3", "4", "1"]
    assert "\n  per_day · sum(work.x) · 2026-09 · work · " in shown(
        *traced(one_metric(formula, files, more=more), named(files), "a")
    )


def test_the_mean_of_a_team_shows_the_rows_of_each_member() -> None:
    """Ann has rows on three days and Bob on one, which is a day of hers too: four days in all."""
    more = "  days: {formula: active_days(work), score: {rule: as_is}}\n"
    scheme = one_metric("days / team_mean(days)", FILES, more=more)
    ((own, all_of_them),) = tables(*traced(scheme, named(FILES), "a"))
    assert (own["of"], own["sum"]) == ("agent", "3")
    assert (all_of_them["of"], all_of_them["sum"], all_of_them["value"]) == ("teammates", "4", "4")
    assert column(all_of_them, "agent_id") == ["a", "a", "a", "b", "a"]


def test_a_sheet_of_teams_has_no_agents() -> None:
    files = {"roster": ROSTER, "work": WORK, "sheet": "team,size:number\none,9\ntwo,4\n"}
    scheme = one_metric("sum(work.x) / only(sheet.size)", files, card="scope: team, ")
    ((_, sheet),) = tables(*traced(scheme, named(files), "c"))
    assert sheet["counted"][0]["term"] == "4"
    assert [row for row in sheet["counted"] if "agent_id" in row] == []


def test_cases_are_shown_by_their_name() -> None:
    log = """\
id,case,kind,who,at
1,q2,ask,u,2026-10-03 09:00
2,q1,ask,u,2026-10-01 09:00
3,q1,answer,a,2026-10-01 09:02
4,q2,answer,a,2026-10-03 09:10
5,q3,ask,u,2026-10-04 09:00
"""
    scheme = """\
kpi: 1
name: Cases
timezone: UTC
sources:
  log: {files: log.csv, key: id, columns: {id: id, case: case, kind: kind, who: who, at: {from: at, type: datetime}}}
  chats:
    cases: {of: log, by: case, at: at}
    agent: agent
    time: opened
    columns:
      agent: first_of(who, where=kind == "answer")
      opened: first_of(at)
      wait: response_first(kind == "ask", kind == "answer")
metrics:
  m: {formula: mean(chats.wait), unit: duration, target: ≤ 5min}
limits: {unattributed: 100%}
scorecards: {all: {weights: {m: 100}}}
grades: [{grade: A, coefficient: 1}]
"""
    outcome, question = traced(scheme, {"log.csv": log}, "a")
    ((table,),) = tables(outcome, question)
    assert [column(table, name) for name in ("key", "time", "term")] == [
        ["q1", "q2"],
        ["2026-10-01 09:00:00", "2026-10-03 09:00:00"],
        ["120", "600"],
    ]
    assert (table["value"], table["n"]) == ("360", 2)
    lines = [line.split() for line in shown(outcome, question).splitlines()]
    assert ["chats"] in lines  # made of a log, they stand in no file
    assert ["case", "opened", "wait"] in lines
    assert ["q2", "2026-10-03", "09:00:00", "600s"] in lines


def test_without_a_roster_every_spelling_is_found() -> None:
    files = {"work": WORK.replace("2,a,", "2,Ａ ,").replace("5,a,", "5,A,")}
    ((table,),) = tables(*traced(one_metric("sum(work.x)", files), named(files), "A"))
    assert column(table, "record") == [1, 2, 5]


def test_each_stretch_of_a_person_has_its_own_rows() -> None:
    """Ann changed teams on the fifth; the rows of the day go to the later stretch."""
    roster = "id,name,team,since:date,until:date\na,Ann,one,2026-01-01,2026-10-04\na,Ann,two,2026-10-05,2026-12-31\n"
    lines = [line for line in WORK.splitlines() if line[1:3] not in (",b", ",c")]
    files = {"roster": roster, "work": "\n".join([*lines, ""])}
    outcome, question = traced(one_metric("sum(work.x)", files), named(files), "a")
    agents = json.loads(explain_json(outcome, question))["agents"]
    assert {agent["team"]: column(agent["lines"][0]["rows"][0], "record") for agent in agents} == {
        "one": [1, 2],
        "two": [4],  # the third lacks x
    }


def test_cells_cannot_paint() -> None:
    work = 'id,agent,at:datetime,x:number,memo\n"\x1b[31m1",a,2026-10-01 09:00,1,[red]=cmd()\n'
    files = {"roster": ROSTER, "work": work}
    text = shown(*traced(one_metric('sum(work.x, where=work.memo != "b")', files), named(files), "a"))
    assert "\x1b" not in text
    assert "[red]=cmd()" in text  # markup is text here, and no spreadsheet reads it


def test_rows_stand_in_the_order_of_the_file_whoever_is_named_first() -> None:
    work = "id,agent,at:datetime,x:number\n1,b,2026-10-01 09:00,1\n2,a|b,2026-10-02 09:00,5\n3,b,2026-10-03 09:00,7\n"
    files = {"roster": ROSTER, "work": work}
    outcome, _ = traced(one_metric("sum(work.x)", files), named(files), "b")
    (found,) = outcome.traces.values()
    assert [trace.records.tolist() for trace in found if trace.records is not None] == [[1, 2, 3]]


@pytest.mark.parametrize("width", [30, 50, 80])
def test_a_narrow_page_keeps_places_and_terms(width: int) -> None:
    work = WORK.replace(",10,1,yes", ",123456789.25,1,yes")
    files = {"roster": ROSTER, "work": work}
    outcome, question = traced(one_metric("sum(work.x, where=work.good)", files), named(files), "a")
    text = explain_text(outcome, question, Page(width))
    _, table = text.split("─\n", 1)
    cells = [line.split() for line in table.splitlines()]
    assert [(row[0], row[-1]) for row in cells[:2]] == [("1", "123456789.25"), ("5", "2")]
    assert cells[3] == ["total", "123456791.25"]


@pytest.mark.skipif(os.name != "posix", reason="a file that is being read can be replaced on POSIX alone")
def test_files_that_change_in_between_are_refused(tmp_path: Path) -> None:
    """They are read twice; who replaces one meanwhile gets no rows that do not fit the score."""
    files = named(FILES)
    for name, content in {**files, "scheme.yaml": one_metric("sum(work.x)", FILES)}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "new.txt").write_text(f"{WORK}8,a,2026-10-08 09:00,1,1,yes\n", encoding="utf-8")

    def replaced(done: int, total: int) -> None:
        if 2 * done == total and (tmp_path / "new.txt").exists():  # the first of two looks
            (tmp_path / "new.txt").rename(tmp_path / "work.csv")

    loaded, october = load_scheme(tmp_path / "scheme.yaml").scheme, parse_period("2026-10", TODAY)
    request = Request(loaded, (str(tmp_path),), (october,), traced=Question(("a",)), progress=replaced)
    with pytest.raises(KpiError, match="the files of source `work` have changed while they were read"):
        run(request)
    assert run(request).sheets


# --- a law: the rows that are shown add up to the value, and stand where they are said to ------------------------


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases(), st.integers(1, 3), st.sampled_from([1, 100, BLOCK_SIZE]))
def test_rows_add_up_to_the_value(case: Case, parts: int, block_size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        case.written(Path(folder), parts)
        loaded = load_scheme(Path(folder) / "scheme.yaml").scheme
        question = Question(tuple(person.id for person in case.people))
        data, october = (f"{folder}/data",), parse_period("2026-10", TODAY)
        outcome = run(Request(loaded, data, (october,), block_size=block_size, traced=question))
    agents = json.loads(explain_json(outcome, question))["agents"]
    files = [list(csv.reader(io.StringIO(as_csv(case.records[part::parts]).decode())))[1:] for part in range(parts)]
    for agent in agents:
        if agent["status"] in ("no_data", "unassigned"):
            continue
        own = case.taken.rows.get(agent["agent_id"], [])
        for line in agent["lines"]:
            assert printed(*combined(line)) == (line["value"], line["n"]), line["formula"]
            for table in line["rows"]:
                left = table["left_out"]
                out = left["where"] + sum(left["missing"].values()) + left["divided_by_0"]
                assert len(table["counted"]) + out == len(own)
                assert {row["key"] for row in table["counted"]} <= {row["id"] for row in own}
                for row in table["counted"]:
                    part = int(row["file"][-5])
                    written = files[part][row["record"] - 1]
                    assert written[0].strip() == row["key"]
                    assert SPELLINGS.get(written[1], written[1].strip()) == agent["agent_id"]


def printed(value: Fraction | None, count: int | None) -> tuple[str | None, int | None]:
    return None if value is None else oracle.plain(value), count


def combined(line: Document) -> oracle.Measured:
    """The value of a formula of one aggregate, or of two with a sign between them, from the terms that are shown."""
    found = [added(table) for table in line["rows"]]
    if len(found) == 1:
        return found[0]
    sign = line["formula"].removeprefix(line["rows"][0]["aggregate"]).strip()[0]
    (left, n), (right, m) = found
    if sign == "/":
        return oracle.quotient((left, n), (right, m))
    assert sign == "-"
    return None if left is None or right is None else left - right, min(k for k in (n, m) if k is not None)


def added(table: Document) -> oracle.Measured:
    """What a pencil makes of the shown terms."""
    kind, rows = table["aggregate"].partition("(")[0], table["counted"]
    terms = [F(row["term"]) for row in rows]
    total = sum(terms, F(0))
    match kind:
        case "count" | "unique":
            found: oracle.Measured = total, int(total)
        case "sum":
            found = total, len(terms)
        case "active_days":
            found = total, None
        case "mean" | "share" | "nps":
            found = (total / len(terms) if terms else None), len(terms)
        case "weighted_mean":
            weight = sum((F(row["weight"]) for row in rows), F(0))
            found = (total / weight if weight else None), len(terms)
        case "median" | "percentile":
            found = oracle.percentile(terms, F(50) if kind == "median" else F(table["aggregate"][:-1].split(",")[-1]))
            assert terms == sorted(terms)
        case "peak":
            found = max(terms, default=F(0)), len(terms)
        case _:
            found = (oracle.least if kind == "min" else oracle.greatest)(terms)
    assert table["value"] == (None if found[0] is None else table["value"])
    assert found[0] is None or F(table["value"]) == found[0]
    assert table["n"] == found[1]
    return found


def test_the_pencil_of_the_law_can_fail() -> None:
    rows: Sequence[Document] = [{"term": "1"}, {"term": "2"}]
    with pytest.raises(AssertionError):
        added({"aggregate": "sum(a.x)", "counted": rows, "value": "4", "n": 2})
