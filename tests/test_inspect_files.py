"""`kpi inspect` over files: how they are written, which belong together, what is printed; nothing breaks it."""

import csv
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from conftest import ROOT, Kpi
from hypothesis import given, settings
from hypothesis import strategies as st
from made_inspections import asked, checked, column, entries, inspection_of, of, written
from made_workbooks import workbook

from kpi_cli.intake.inspecting import patterns
from kpi_cli.intake.inspecting.inspection import ColumnEntry, Role
from kpi_cli.intake.inspecting.looking import inspect
from kpi_cli.intake.inspecting.measures import measures_of
from kpi_cli.intake.presets import PRESETS
from kpi_cli.problems import Exit, KpiError
from kpi_cli.reports.inspect import inspection_json, inspection_page
from kpi_cli.reports.inspectscheme import scheme_yaml
from kpi_cli.reports.page import Page
from kpi_cli.reports.sourceyaml import question_line
from kpi_cli.scheme.load import load_text

TICKETS = "Ticket ID,Agent,Created\n1,Ann,2026-10-01\n2,Bo,2026-10-02\n"
TABLE = [["会话ID", "客服", "开始时间"], ["S1", "小安", "2026-10-01 09:00:00"], ["S2", "小博", "2026-10-02 09:30:00"]]


def table(delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(TABLE)
    return text.getvalue()


@pytest.mark.parametrize(
    ("encode", "spoken"),
    [
        (lambda text: text.encode(), "UTF-8"),
        (lambda text: text.encode("utf-8-sig"), "UTF-8 with BOM"),
        (lambda text: text.encode("gb18030"), "GB18030"),
        (lambda text: text.replace(",", "\t").encode("utf-16"), "UTF-16"),
    ],
)
def test_encodings_are_told(tmp_path: Path, encode: Callable[[str], bytes], spoken: str) -> None:
    found = of(tmp_path, encode(table()))
    assert found.files[0].encoding == spoken
    assert list(entries(found).items()) == [
        ("id", ColumnEntry(("会话ID",))),
        ("agent", ColumnEntry(("客服",))),
        ("started_at", column(found, "开始时间").entry),
    ]


def test_a_western_encoding_is_asked_for(tmp_path: Path) -> None:
    found = of(tmp_path, "Ticket ID;Agent;Note\n1;José;déjà vu\n2;Zoë;già\n".encode("windows-1252"))
    assert question_line(asked(found, "encoding")) == "encoding: windows-1252"
    assert column(found, "Agent").examples == ("José", "Zoë")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_told(tmp_path: Path, delimiter: str) -> None:
    assert of(tmp_path, table(delimiter)).files[0].delimiter == delimiter


def test_the_header_is_found_below_a_preamble(tmp_path: Path) -> None:
    found = of(tmp_path, "Report of October,,\nprinted by Ann,,\n\n" + table())
    assert (found.files[0].header_line, found.files[0].preamble, found.rows) == (4, 2, 2)
    assert found.entry.roles == {Role.AGENT: "agent", Role.TIME: "started_at", Role.KEY: "id"}


def test_a_row_of_data_is_no_header_for_the_words_in_it(tmp_path: Path) -> None:
    rows = "".join(f"{n},Agent,Status,Priority,Channel\n" for n in range(5))
    found = of(tmp_path, f"alpha,beta,gamma,delta,epsilon\n{rows}")
    assert (found.files[0].header_line, found.rows) == (1, 5)


def test_totals_and_blank_lines_are_no_rows(tmp_path: Path) -> None:
    found = of(tmp_path, "客服,接待人数\n总计,30\n小安,10\n小博,20\n平均,15\n")
    assert (found.rows, dict(found.skipped)) == (2, {"总计": 1, "平均": 1})
    assert (column(found, "接待人数").low, column(found, "接待人数").high) == ("10", "20")


def test_a_key_with_other_content_is_asked_for(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        "Ticket ID,Agent,Created\n1,Ann,2026-10-01\n1,Ann,2026-10-01\n"
        "2,Bo,2026-10-02\n2,Cy,2026-10-02\n3,Cy,2026-10-02\n",
    )
    assert Role.KEY not in found.entry.roles
    assert asked(found, "key").why == "`Ticket ID` stands in several rows that differ: which of them counts?"
    same = of(tmp_path, "Ticket ID,Agent,Created\n1,Ann,2026-10-01\n1,Ann,2026-10-01\n2,Bo,2026-10-02\n")
    assert same.entry.roles[Role.KEY] == "id"


def test_a_row_for_each_agent_and_day_has_both_as_its_key(tmp_path: Path) -> None:
    found = of(tmp_path, "日期,客服,接待人数\n2026-10-01,小安,10\n2026-10-02,小安,20\n2026-10-01,小博,15\n")
    assert found.entry.roles == {Role.AGENT: "agent", Role.TIME: "day", Role.KEY: "row"}
    assert entries(found)["row"] == ColumnEntry(("客服", "日期"))
    assert checked(found).scheme.sources["chats"].columns["row"].joined


def test_a_date_and_a_time_of_day_are_read_as_one(tmp_path: Path) -> None:
    found = of(tmp_path, "Call Id,Agent,Date,Time\n1,Ann,2026-10-01,09:12\n2,Bo,2026-10-02,17:45\n")
    assert entries(found)["day"].headers == ("Date", "Time")
    assert found.questions == ()
    assert checked(found).scheme.sources["chats"].columns["day"].joined


def test_a_date_that_is_open_is_asked_for_together_with_its_clock(tmp_path: Path) -> None:
    found = of(tmp_path, "Call Id,Agent,Date,Time\n1,Ann,03/04/2026,09:12\n2,Bo,05/06/2026,17:45\n")
    (question,) = found.questions
    assert question_line(question) == 'day: {join: [Date, Time], type: datetime, format: "%d/%m/%Y %H:%M"}'
    assert question.hint == 'or `format: "%m/%d/%Y %H:%M"`'
    assert checked(found).warnings == ()


def test_a_header_that_stands_twice_is_left_out(tmp_path: Path) -> None:
    found = of(tmp_path, "Ticket ID,Agent,Created,Comment,Comment,\n1,Ann,2026-10-01,a,b,\n2,Bo,2026-10-02,c,d,\n")
    assert [each.reason for each in found.columns[3:]] == ["its header stands there more than once"] * 2 + [
        "it has no header"
    ]


def test_files_with_one_header_are_one_source(tmp_path: Path) -> None:
    paths = [written(tmp_path, TICKETS, f"tickets-2026-{month}.csv") for month in ("09", "10")]
    found = inspection_of(*paths)
    assert (found.rows, found.entry.name, found.entry.files) == (4, "tickets", "tickets-*.csv")
    other = written(tmp_path, "工号,抽检数\n0101,20\n0102,19\n", "qa-2026-10.csv")
    names = [(each.entry.name, each.entry.files) for each in inspect([str(tmp_path)]).inspections]
    assert names == [("qa", "qa-{period}.csv"), ("tickets", "tickets-*.csv")]
    assert other.exists()


@pytest.mark.parametrize(
    ("labels", "files"),
    [
        (["qa-2026-10.csv"], "qa-{period}.csv"),
        (["a/qa-2026-09.csv.gz", "b/qa-2026-10.csv.gz"], "qa-{period}.csv"),
        (["自定义报表_下单优先_2026-04-20至2026-04-26.xlsx"], "自定义报表_下单优先_{start}至{end}.xlsx"),
        (["chats-2026-10-05.csv"], "chats-*.csv"),
        (["绩效_20261001-20261031.xlsx"], "绩效_*.xlsx"),
        (["report.csv"], "report-{period}.csv"),
        (["report (1) [a].csv"], "report (1) ?a?-{period}.csv"),
    ],
)
def test_names_of_files_that_hold_a_period_each(labels: list[str], files: str) -> None:
    assert patterns.without_time(labels).files == files


def test_a_sheet_is_told_and_named_only_where_others_are_alike(tmp_path: Path) -> None:
    single = inspection_of(workbook(tmp_path / "one.xlsx", 说明=[["只看第二页"]], 数据=TABLE))
    assert (single.files[0].sheet, single.entry.sheet, single.rows) == ("数据", None, 2)
    double = inspection_of(workbook(tmp_path / "two.xlsx", 九月=TABLE, 十月=TABLE))
    assert double.entry.sheet in {"九月", "十月"}
    assert checked(double).scheme.sources["two"].sheet == double.entry.sheet


def test_only_so_many_rows_are_looked_at(tmp_path: Path) -> None:
    path = written(tmp_path, "id,Agent,Created\n" + "".join(f"{n},Ann,2026-10-01\n" for n in range(800_000)))
    (found,) = inspect([str(path)], most=1000).inspections
    assert not found.whole
    assert 1000 <= found.rows < 800_000
    assert any("there are more" in note for note in found.notes)


def test_a_pipe_gets_yaml_alone(kpi: Kpi, tmp_path: Path) -> None:
    ran = kpi("inspect", "sample_data/calls.csv", cwd=ROOT)
    assert (ran.code, ran.err) == (0, "")
    assert ran.text.startswith("sources:\n  # sample_data/calls.csv\n")
    assert "      day: {join: [Date, Time], type: datetime}" in ran.text
    rest = ran.text + (
        "kpi: 1\nname: calls\ntimezone: Europe/London\n"
        "metrics: {calls: {formula: count(calls), unit: count, score: {rule: as_is}}}\n"
        "scorecards: {all: {weights: {calls: 100}}}\ngrades: [{grade: A, coefficient: 1}]\n"
    )
    (tmp_path / "scheme.yaml").write_text(rest, encoding="utf-8")
    scored = kpi("score", tmp_path / "scheme.yaml", "sample_data/calls.csv", "--period", "2026-10", cwd=ROOT)
    assert (scored.code, len(scored.text.splitlines())) == (0, 10), scored.err


def test_the_readme_shows_what_is_printed(kpi: Kpi) -> None:
    shown = (ROOT / "README.md").read_text(encoding="utf-8").split("```yaml\nsources:\n  calls:")[1].split("```")[0]
    printed = kpi("inspect", "sample_data/calls.csv", cwd=ROOT).text
    assert "join: [Date, Time]" in shown
    assert [line for line in shown.strip("\n").splitlines() if line not in printed.splitlines()] == []


def test_findings_as_data(kpi: Kpi) -> None:
    ran = kpi("inspect", "tests/presets/zendesk-tickets.csv", "--format", "json", cwd=ROOT)
    document = json.loads(ran.text)
    (source,) = document["sources"]
    assert (document["format"], source["name"], source["rows"]) == ("kpi.inspection/1", "zendesk_tickets", 4)
    (preset,) = source["presets"]
    assert (preset["preset"], preset["good"], preset["percent"]) == ("zendesk-tickets", True, 100)
    assert {"role": "agent", "header": "Assignee", "why": "2 different: Ann, Bo", "chosen": True} in source[
        "candidates"
    ]


def test_a_person_sees_columns_candidates_and_questions() -> None:
    found = inspect([str(ROOT / "sample_data" / "chats-2026-10.csv")]).inspections
    page = inspection_page(found, Page(100))
    assert "agent: 评价客服, not used (16 different: " in page
    assert "Not guessed\n" in page
    assert "\nsources:\n" in page
    assert max(len(line) for line in page.split("\nsources:\n")[0].splitlines()[2:]) <= 100


def test_what_cannot_be_read_stops_when_named_and_is_told_in_a_folder(tmp_path: Path) -> None:
    written(tmp_path, TICKETS)
    picture = written(tmp_path, b"\x89PNG\r\n\x1a\n" + bytes(20), "logo.png")
    with pytest.raises(KpiError) as caught:
        inspect([str(picture)])
    assert caught.value.exit_code is Exit.DATA
    found = inspect([str(tmp_path)])
    assert [each.entry.name for each in found.inspections] == ["chats"]
    assert [each.code for each in found.warnings] == ["not-a-table"]
    with pytest.raises(KpiError) as caught:
        inspect([str(tmp_path / "nothing.csv")])
    assert caught.value.exit_code is Exit.USAGE


def test_an_archive_is_looked_into(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("tickets.csv", TICKETS)
    assert inspection_of(tmp_path / "export.zip").entry.files == "tickets.csv"


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            *("", "-", "0", "1", "1.5", "2026-10-01", "03/04/2026", "13:05", "50%", "是", "Total", "1,234", "1e400"),
            *("好评", "满意", "not rated", "已解决", "未解决"),
        ]
    ),
)
HEADERS = st.one_of(
    st.text(max_size=10),
    st.sampled_from(
        [
            *("Agent", "客服", "Date", "Time", "id", "回复率", "count", "Customer", "姓名", "工号", "Role", "Team"),
            *("Joined", "接待人数", "Talk time", "CSAT", "评价"),
        ]
    ),
)


@settings(max_examples=150, deadline=None)
@given(header=st.lists(HEADERS, min_size=1, max_size=6), rows=st.lists(st.lists(CELLS, max_size=7), max_size=6))
def test_any_table_gets_an_entry_that_passes(header: list[str], rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    passes(text.getvalue().encode("utf-8", "surrogatepass"))


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_no_bytes_break_it(content: bytes) -> None:
    passes(content)


def passes(content: bytes) -> None:
    """Either a problem says what is wrong with the file, or its entry passes and everything can be shown."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "export.csv")
        path.write_bytes(content)
        try:
            found = inspect([os.fspath(path)]).inspections
        except KpiError:  # which has its problems, or is none
            return
        if any(measures_of(found).values()):
            load_text(scheme_yaml(found), "scheme.yaml", PRESETS)
        scheme = checked(found[0]).scheme
        roster = scheme.roster if found[0].entry.is_roster else None
        columns = roster.columns if roster else scheme.sources[found[0].entry.name].columns
        assert {name: columns[name].headers for name in entries(found[0])} == {
            name: entry.headers for name, entry in entries(found[0]).items()
        }
        assert json.loads(inspection_json(found))["sources"]
        page = inspection_page(found, Page(80), [str(path)])
        assert not any(character in page for character in "\x1b\x07\x08\u202e")
