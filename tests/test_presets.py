"""Every preset names only headers that have been seen, is a source, and scores a made-up export of its kind."""

import csv
import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from conftest import TESTS, Kpi
from preset_case import Case, weighted
from preset_cases_abroad import CHATWOOT, TICKETS
from preset_cases_china import OTHERS_OF_CHINA, TAOBAO
from rich.cells import cell_len

from kpi_cli.intake.presets import PRESETS, find_preset, preset_names
from kpi_cli.periods import parse_period
from kpi_cli.pipeline import Outcome, Request, run
from kpi_cli.problems import KpiError
from kpi_cli.reports.csvfile import detail_csv
from kpi_cli.reports.page import Page
from kpi_cli.reports.presets import preset_list, preset_page
from kpi_cli.scheme.load import load_scheme
from kpi_cli.scheme.model.sources import ColumnModel, SourceModel

CASES = (*TICKETS, *CHATWOOT, *TAOBAO, *OTHERS_OF_CHINA)
SAMPLES = TESTS / "presets"
OCTOBER = parse_period("2026-10", date(2026, 11, 15))
SECTIONS = {
    "zendesk": "Zendesk",
    "freshdesk": "Freshdesk",
    "intercom": "Intercom",
    "chatwoot": "Chatwoot",
    "gorgias": "Gorgias",
    "zoho": "Zoho Desk",
    "zammad": "Zammad",
    "osticket": "osTicket",
    "otrs": "OTRS",
    "jira": "Jira Service Management",
    "servicenow": "ServiceNow",
    "salesforce": "Salesforce",
    "hubspot": "HubSpot",
    "chitu": "赤兔名品",
    "qianniu": "千牛",
    "jd": "京东",
    "pdd": "拼多多",
    "feige": "抖店",
    "qiyu": "网易七鱼",
    "wecom": "企业微信",
}
# The list of exports shortens headers after the first of a row of them: `服务满意度评价很满意, ...满意, ...一般`.
SHORTENED = "服务满意度评价"


def headers(source: SourceModel) -> set[str]:
    found: set[str] = set()
    for column in (source.columns or {}).values():
        written = ((column.found_in or ()) + (column.join or ())) if isinstance(column, ColumnModel) else (column,)
        found |= set(written)
    return found


def seen_of(name: str, text: str) -> str:
    """What the list of exports says of the preset's product, and its traps, which quote headers too."""
    title = SECTIONS[name.partition("-")[0]]
    (section,) = re.findall(rf"^### {title}\b.*?(?=^##)", text, re.MULTILINE | re.DOTALL)
    traps = text[text.index("## 2.") : text.index("## 3.")]
    return str(section).replace("...", SHORTENED) + traps


def is_seen(header: str, text: str) -> bool:
    """Whether a header is an entry of a list: as it is, with any word for `*`, or as a group and a field below it."""
    entry = re.escape(header).replace(r"\*", r"[^,`]{1,20}?")
    if re.search(rf"(?:[`,|:\[，]\s*){entry}(?=\s*[`,|\[])", text):
        return True
    group, dash, field = header.partition("-")
    return bool(dash and re.search(rf"[ /]{group}[ /]", text) and re.search(rf"[ ,]{field}[ ,]", text))


def test_a_header_is_an_entry_of_a_list() -> None:
    text = "- `Ticket Id, Agent name|Team, At (UTC)`: groups 总/邀请 over 发出,收到 ."
    assert all(is_seen(header, text) for header in ("Ticket Id", "Agent name", "Team", "At (*)", "总-发出"))
    assert not any(is_seen(header, text) for header in ("Ticket", "Id", "name", "At", "自主-发出", "总-满意"))


@pytest.mark.parametrize("name", preset_names())
def test_every_header_has_been_seen(name: str, shared: Path) -> None:
    text = seen_of(name, (shared / "reference" / "exports.md").read_text(encoding="utf-8"))
    wanted = headers(PRESETS[name])
    assert wanted
    assert {header for header in wanted if not is_seen(header, text)} == set()


@pytest.mark.parametrize("name", preset_names())
def test_it_says_where_it_comes_from(name: str) -> None:
    preset = find_preset(name)
    assert preset.title.strip()
    assert re.search(r"\(V-(own|use|data)|（V-(own|use|data)", "\n".join(preset.about))
    assert preset.source.files is None
    assert preset.source.model_fields_set & {"preset", "like"} == set()


@pytest.mark.parametrize("name", preset_names())
def test_it_says_where_units_and_zones_come_from(name: str) -> None:
    about = "\n".join(find_preset(name).about)
    columns = [column for column in (PRESETS[name].columns or {}).values() if isinstance(column, ColumnModel)]
    kinds = {column.type for column in columns}
    assert "duration" not in kinds or re.search("[Uu]nits|单位", about)
    assert "datetime" not in kinds or re.search("[Tt]ime zone|时间戳", about)
    assert "percent" not in kinds or re.search("小数|百分数|带 %|0 到 1", about)


def test_every_preset_has_a_sample() -> None:
    assert {case.preset for case in CASES} == set(preset_names())
    assert {case.file for case in CASES} == {path.name for path in SAMPLES.iterdir()}


def scheme_text(case: Case) -> str:
    periodic = PRESETS[case.preset].time is None and not any(line.startswith("time:") for line in case.more)
    files = "export-{period}.*" if periodic else "export-*.*"
    units, formulas = zip(*(formula.split(" ", 1) for formula in case.formulas), strict=True)
    rule = "score: {rule: rank, top: 100, bottom: 60}, better: higher"
    metrics = [
        f"  m{number}: {{formula: '{formula}', unit: {unit}, {rule}}}"
        for number, (unit, formula) in enumerate(zip(units, formulas, strict=True))
    ]
    weights = ", ".join(f"m{number}: {1 if number else 101 - len(metrics)}" for number in range(len(metrics)))
    roster = ["roster: {files: roster.csv, agent: id, columns: {id: id, team: team}}"] if case.roster else []
    scope = "scope: team, " if case.roster else ""
    lines = [
        *("kpi: 1", "name: Made up", f"timezone: {case.zone}", *roster),
        *("sources:", "  x:", f"    preset: {case.preset}", f'    files: "{files}"'),
        *(f"    {line}" for line in case.more),
        *("metrics:", *metrics),
        *("scorecards:", f"  all: {{{scope}weights: {{{weights}}}}}"),
        *("grades:", "  - {grade: A, min: 80, coefficient: 1}", "  - {grade: B, coefficient: 1}"),
    ]
    return "\n".join(lines) + "\n"


def outcome(case: Case, folder: Path, sample: Path) -> Outcome:
    (folder / "scheme.yaml").write_text(scheme_text(case), encoding="utf-8")
    export = folder / f"export-2026-10{sample.suffix}"
    shutil.copy(sample, export)
    if case.roster:
        rows = "".join(f"{agent},{team}\n" for agent, team in case.roster.items())
        (folder / "roster.csv").write_text(f"id,team\n{rows}", encoding="utf-8")
    scheme = load_scheme(folder / "scheme.yaml", PRESETS).scheme
    data = (str(export), *([str(folder / "roster.csv")] if case.roster else []))
    return run(Request(scheme=scheme, data=data, periods=(OCTOBER,)))


def values(found: Outcome) -> dict[str, tuple[str, ...]]:
    by_agent: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(detail_csv(found.sheets, found.scheme).splitlines()):
        by_agent.setdefault(row["agent_id"], {})[row["metric"]] = row["value"]
    return {agent: tuple(text for _, text in sorted(cells.items())) for agent, cells in by_agent.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sample or case.preset)
def test_a_sample_scores(case: Case, tmp_path: Path) -> None:
    found = outcome(case, tmp_path, SAMPLES / case.file)
    assert values(found) == case.values
    (report,) = found.reports[OCTOBER]
    assert report.account.rejected == 0


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sample or case.preset)
def test_the_header_is_found_whatever_is_measured(case: Case, tmp_path: Path) -> None:
    """A scheme that only counts rows needs few columns; the others tell all the same where the header is."""
    (asked,), (counted,) = (
        outcome(one, tmp_path, SAMPLES / case.file).reports[OCTOBER]
        for one in (case, case_with(case, "count count(x)"))
    )
    assert counted.account == asked.account


def test_an_unknown_name_is_told_apart() -> None:
    with pytest.raises(KpiError) as caught:
        find_preset("zendesk-tickts")
    assert caught.value.problems[0].help == "did you mean `zendesk-tickets`?"
    assert "zendesk-tickts" not in PRESETS


def case_of(name: str) -> Case:
    return next(case for case in CASES if case.preset == name)


def case_with(case: Case, *formulas: str) -> Case:
    return replace(case, formulas=formulas)


@pytest.mark.parametrize("name", [name for name in preset_names() if PRESETS[name].sheet or "zammad" in name])
def test_a_workbook_gives_the_same(name: str, tmp_path: Path) -> None:
    """The sheet is found among others, and numbers are numbers in it."""
    case = case_of(name)
    workbook = xlsxwriter.Workbook(tmp_path / "sample.xlsx", {"strings_to_numbers": True})
    workbook.add_worksheet("说明").write(0, 0, "made up")
    sheet = workbook.add_worksheet(PRESETS[name].sheet or "data")
    with (SAMPLES / case.file).open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.reader(lines)):
            sheet.write_row(number, 0, row)
    workbook.close()
    assert values(outcome(case, tmp_path, tmp_path / "sample.xlsx")) == case.values


def test_only_columns_that_are_used_must_be_there(tmp_path: Path) -> None:
    sample = tmp_path / "short.csv"
    sample.write_text("Id,Assignee,Created at,Reopens\n1,Ann,2026-10-01 09:00,2\n", encoding="utf-8")
    case = case_of("zendesk-tickets")
    assert values(outcome(case_with(case, "count sum(x.reopens)"), tmp_path, sample)) == {"Ann": ("2",)}
    with pytest.raises(KpiError) as caught:
        outcome(case_with(case, "count sum(x.replies)"), tmp_path, sample)
    assert [problem.code for problem in caught.value.problems] == ["missing-column"]
    assert "`Replies`" in caught.value.problems[0].message


def test_what_the_scheme_writes_wins(tmp_path: Path) -> None:
    """The preset refuses bare numbers as durations; its user knows that they are minutes."""
    sample = tmp_path / "bare.csv"
    sample.write_text("客服账号,人工接待人数,平均人工响应时长\nan,10,0.5\n", encoding="utf-8")
    case = case_with(case_of("pdd-agents"), weighted("duration", "avg_response"))
    with pytest.raises(KpiError) as caught:
        outcome(case, tmp_path, sample)
    assert [problem.code for problem in caught.value.problems] == ["duration-unit"]
    own = replace(case, more=("columns: {avg_response: {from: 平均人工响应时长, type: duration, unit: min}}",))
    assert values(outcome(own, tmp_path, sample)) == {"an": ("30",)}


def test_the_list_fits_the_page() -> None:
    text = preset_list([find_preset(name) for name in preset_names()], Page(60))
    assert all(f"{name} " in text for name in preset_names())
    assert max(cell_len(line) for line in text.splitlines()) <= 60


def test_a_page_shows_what_to_write_and_every_column() -> None:
    lines = preset_page(find_preset("jira-issues"), Page(None)).splitlines()
    assert lines[:2] == ["jira-issues", "Jira Service Management: the CSV export of issues, one row per issue"]
    begin = lines.index("sources:")
    assert lines[begin : begin + 4] == [
        "sources:",
        "  jira_issues:",
        "    preset: jira-issues",
        '    files: "export-*.csv"',
    ]
    assert "created_at (time)    datetime                          Created" in lines
    assert "resolution_left      duration, %H:%M, may be negative  Custom field (Time to resolution)" in lines
    assert lines[-1].startswith("resolution_left")


def test_a_page_asks_for_the_agent_where_no_header_is_known() -> None:
    assert "    columns: {agent: HEADER}" in preset_page(find_preset("qiyu-response"), Page(None)).splitlines()


def test_the_command(kpi: Kpi) -> None:
    listed, shown, unknown = kpi("presets"), kpi("presets", "pdd-agents"), kpi("presets", "pdd-agent")
    assert (listed.code, shown.code, unknown.code) == (0, 0, 2)
    assert [line.split()[0] for line in listed.text.splitlines()[: len(preset_names())]] == list(preset_names())
    assert shown.text == preset_page(find_preset("pdd-agents"), Page(None))
    assert (unknown.out, "did you mean `pdd-agents`?" in unknown.err) == (b"", True)
