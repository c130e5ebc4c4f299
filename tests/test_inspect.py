"""`kpi inspect`: the entry it prints passes and scores as it is, and what cells leave open is asked, not guessed."""

from pathlib import Path

import pytest
from conftest import ROOT, SHARED, TESTS
from made_inspections import (
    agents_offered,
    around,
    asked,
    checked,
    column,
    entries,
    has_agent,
    inspection_of,
    of,
    scored,
    written,
)

from kpi_cli.intake.inspecting.headerwords import AgentRank, agent_rank, of_team
from kpi_cli.intake.inspecting.inspection import ColumnEntry, Role
from kpi_cli.intake.presets import PRESETS
from kpi_cli.problems import Exit, KpiError
from kpi_cli.reports.sourceyaml import question_line, sources_yaml
from kpi_cli.scheme.compiled import ColumnType
from kpi_cli.scheme.load import load_text

ROSTERS = sorted((ROOT / "sample_data").glob("roster*.csv"))
SAMPLES = sorted({*(ROOT / "sample_data").glob("*.csv"), *(SHARED / "golden").glob("*/data/[!r]*.csv")} - {*ROSTERS})
EXPORTS = sorted((TESTS / "presets").iterdir())
REAL = [
    SHARED / "real" / name
    for name in ("callcenter_daily_by_rep.csv", "pwc_calls_utf8bom.csv", "technical_support_tickets.xlsx")
]
# the first month in which each has rows, where that is not October 2026; its agents then
ELSEWHERE = {
    "attendance-2026-09.csv": "2026-09",
    "chats-2026-09.csv": "2026-09",
    "monthly-2026-09.csv": "2026-09",
    "qa-2026-09.csv": "2026-09",
    "rubric-2026-09.csv": "2026-09",
    "training-2026-09.csv": "2026-09",
    "pwc_calls_utf8bom.csv": "2021-01",
    "technical_support_tickets.xlsx": "2023-01",
}
WITHOUT_AGENTS = {"team-2026-09.csv", "team-2026-10.csv", "chatwoot-teams.csv", "wecom-api.csv"}


@pytest.mark.parametrize("path", [*SAMPLES, *EXPORTS, *REAL], ids=lambda path: path.name)
def test_the_printed_entry_passes_and_scores_as_it_is(path: Path) -> None:
    if not path.exists():
        pytest.skip("the real exports do not lie beside this checkout")
    found = inspection_of(path)
    assert checked(found).warnings == ()
    assert has_agent(found) is (path.name not in WITHOUT_AGENTS)
    if has_agent(found):
        # of a header in two rows, the second is only recognised where something of it is asked for
        formula = "sum({}.rated)" if path.name == "qianniu-reviews.csv" else "count({})"
        assert scored(found, path, ELSEWHERE.get(path.name, "2026-10"), formula)


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.name)
def test_an_export_is_told_by_its_preset(path: Path) -> None:
    name = path.stem.removesuffix("-zh")
    assert inspection_of(path).entry.preset == {"intercom-ratings": "intercom-conversations"}.get(name, name)  # alike


CUSTOMERS = [
    ("Ticket ID,Customer Name,Customer Email,Ticket Subject", "1{n},Ann Lee {n},a{n}@mail.example,Hello"),
    ("Ticket ID,Requester,Contact,Status", "1{n},Ann,Bo,open"),
    ("会话ID,买家昵称,客户姓名,渠道", "S{n},小{n},王{n},APP"),
    ("工单编号,联系人,顾客,访客昵称", "G{n},小王,小李,小赵"),
    ("id,Buyer,User name,Caller", "1{n},Ann,u{n},Bo"),
    ("id,Client,From,Reporter", "1{n},Ann,Bo,Cy"),
]


@pytest.mark.parametrize(("header", "row"), CUSTOMERS)
def test_customers_are_never_offered_as_agents(tmp_path: Path, header: str, row: str) -> None:
    rows = "\n".join(row.replace("{n}", str(n)) for n in range(60))
    found = of(tmp_path, f"{header}\n{rows}\n")
    assert agents_offered(found) == set()
    assert not has_agent(found)
    assert checked(found).warnings == ()
    why = asked(found, "agent").why
    assert why == "no header says who did the work"


@pytest.mark.parametrize(("header", "row"), CUSTOMERS)
def test_the_agent_beside_customers_is_found(tmp_path: Path, header: str, row: str) -> None:
    rows = "\n".join(f"{row.replace('{n}', str(n))},{'Di' if n % 3 else 'Ed'}" for n in range(60))
    for agent in ("Agent", "客服", "assigned_to", "Ticket owner", "坐席工号", "处理人", "Sales Rep"):
        found = of(tmp_path, f"{header},{agent}\n{rows}\n")
        assert agents_offered(found) == {agent}
        assert entries(found)["agent"] == ColumnEntry((agent,))


def test_names_of_customers_stay_out_of_the_entry(tmp_path: Path) -> None:
    found = of(
        tmp_path, "会话ID,客服,买家ID,买家昵称,客户电话\nS1,小安,b1,阿猫,13800000001\nS2,小博,b2,阿狗,13800000002\n"
    )
    assert set(entries(found)) == {"id", "agent", "buyer"}
    assert column(found, "买家昵称").reason == column(found, "客户电话").reason == "it tells who a customer is"


def test_teams_are_no_agents(tmp_path: Path) -> None:
    found = of(tmp_path, "小组,接待量\n一组,10\n二组,12\n")
    assert (found.entry.roles[Role.TEAM], Role.AGENT in found.entry.roles) == ("team", False)
    assert agents_offered(found) == set()


def test_a_name_that_may_be_anybodys_is_asked_for(tmp_path: Path) -> None:
    rows = "\n".join(f"{n},{'Ann' if n % 2 else 'Bo'},5" for n in range(60))
    found = of(tmp_path, f"Ticket ID,Name,Rating\n{rows}\n")
    assert not has_agent(found)
    question = asked(found, "agent")
    assert question.why == "no header says who did the work; `Name` may, or may name somebody else"
    assert question_line(question) == "agent: Name"


def test_two_agents_of_a_row_are_asked_for(tmp_path: Path) -> None:
    rows = "\n".join(f"{n},{'Ann' if n % 2 else 'Bo'},{'Ann' if n % 3 else 'Bo'}" for n in range(60))
    found = of(tmp_path, f"Ticket ID,Assigned to,Resolved by\n{rows}\n")
    assert entries(found)["agent"] == ColumnEntry(("Assigned to",))
    question = asked(found, "agent")
    assert (
        question.why == "`Assigned to` and `Resolved by` may name who gets the credit, and not always the same person"
    )
    assert question_line(question) == "agent: resolver"


def test_an_id_is_preferred_to_the_name_of_the_same_person(tmp_path: Path) -> None:
    rows = "\n".join(f"S{n},{'小安' if n % 2 else '小博'},{'0101' if n % 2 else '0102'}" for n in range(60))
    found = of(tmp_path, f"会话ID,客服姓名,客服工号\n{rows}\n")
    assert entries(found)["agent"] == ColumnEntry(("客服工号",))
    assert entries(found)["agent_name"] == ColumnEntry(("客服姓名",))
    assert [each for each in found.questions if each.about == "agent"] == []


def test_bots_among_the_agents_are_named(tmp_path: Path) -> None:
    rows = "\n".join(f"S{n},{['小安', '小博', '智能客服'][n % 3]}" for n in range(9))
    found = of(tmp_path, f"会话ID,客服\n{rows}\n")
    assert found.bots == ("智能客服",)
    assert question_line(asked(found, "agent")) == "where: 'agent not in [\"智能客服\"]'"
    assert checked(found, [question_line(asked(found, "agent"))]).warnings == ()


@pytest.mark.parametrize(
    ("header", "cells", "why", "line"),
    [
        (
            "平均响应时长",
            ["15", "600", "-"],
            "bare numbers from `15` to `600`, and the header names no unit",
            "avg_response: {from: 平均响应时长, type: duration, unit: s}",
        ),
        (
            "Due date",
            ["03/04/2026", "05/06/2026"],
            "`03/04/2026` may be day/month or month/day, and no day above 12 shows which",
            'due_date: {from: Due date, type: date, format: "%d/%m/%Y"}',
        ),
        (
            "回复率",
            ["0.98", "1", "0.5"],
            "rates from `0.5` to `1`: is 1 the whole, or 100?",
            "reply_rate: {from: 回复率, type: percent, unit: fraction}",
        ),
        (
            "Talk time",
            ["02:15", "12:40"],
            "`02:15` may be minutes and seconds or hours and minutes",
            'handle: {from: Talk time, type: duration, format: "%M:%S"}',
        ),
        (
            "Score",
            ["1", "2", "3", "4", "five"],
            "4 of 5 cells read as number, others do not: `five`",
            "score: {from: Score, type: number, missing: [five]}",
        ),
        (
            "Time to resolve left (h)",
            ["-0.5", "2"],
            "`-0.5` is below zero: the time left of a target, or clocks that disagree?",
            "time_to_resolve_left: {from: Time to resolve left (h), type: duration, unit: h, signed: true}",
        ),
        (
            "Opened at",
            ["1645545600", "1645545700"],
            "`1645545600` may be seconds since 1970",
            "created_at_2: {from: Opened at, type: datetime, format: epoch}",
        ),
    ],
)
def test_what_cells_leave_open_is_asked(tmp_path: Path, header: str, cells: list[str], why: str, line: str) -> None:
    rows = "".join(f"{n},Ann,2026-10-13,{cell}\n" for n, cell in enumerate(cells))
    found = of(tmp_path, f"Ticket ID,Agent,Created,{header}\n{rows}")
    question = asked(found, header)
    assert question.why == why
    assert question_line(question) == line
    assert f"      # decide: {line}  # {why}" in sources_yaml([found])
    assert question.key not in entries(found)
    assert checked(found).warnings == ()
    settled = sources_yaml([found]).replace("      # decide: ", "      ")
    assert load_text(settled + around(found), "scheme.yaml", PRESETS).warnings == ()


def test_an_ambiguous_time_stays_the_time_and_the_data_ask(tmp_path: Path) -> None:
    path = written(tmp_path, "Ticket ID,Agent,Created\n1,Ann,03/04/2026\n2,Bo,05/06/2026\n")
    found = inspection_of(path)
    assert question_line(asked(found, "Created")) == 'created_at: {from: Created, type: date, format: "%d/%m/%Y"}'
    assert entries(found)["created_at"] == ColumnEntry(("Created",), ColumnType.DATE)
    with pytest.raises(KpiError) as caught:
        scored(found, path, "2026-04")
    assert "ambiguous-date" in [problem.code for problem in caught.value.problems]
    assert caught.value.exit_code is Exit.DATA


@pytest.mark.parametrize(
    ("header", "cells", "entry"),
    [
        ("回复率", ["0.5", "98"], ColumnEntry(("回复率",), ColumnType.PERCENT, "%")),
        ("回复率", ["50%", "98.5%"], ColumnEntry(("回复率",), ColumnType.PERCENT)),
        ("首次响应(秒)", ["27.77", "30"], ColumnEntry(("首次响应(秒)",), ColumnType.DURATION, "s")),
        ("平均接待时长", ["8分48秒", "12分3秒"], ColumnEntry(("平均接待时长",), ColumnType.DURATION)),
        ("Created", ["03/04/2026", "13/04/2026"], ColumnEntry(("Created",), ColumnType.DATE)),
        (
            "First response time",
            ["6/1/2023 19:31", "6/13/2023 9:02"],
            ColumnEntry(("First response time",), ColumnType.DATETIME),
        ),
        ("Resolved", ["Y", "N"], ColumnEntry(("Resolved",), ColumnType.BOOLEAN)),
        ("销量", ['"1,234"', "延迟统计"], ColumnEntry(("销量",), ColumnType.NUMBER, missing=("延迟统计",))),
        ("Amount", ['"3,5"', '"1.234,50"'], ColumnEntry(("Amount",), ColumnType.NUMBER, format="0,0")),
        ("门店编号", ["0101", "0102"], ColumnEntry(("门店编号",))),
        ("Ticket Ref", ["1.25E+17", "1.26E+17"], ColumnEntry(("Ticket Ref",))),
    ],
)
def test_what_cells_show_is_taken(tmp_path: Path, header: str, cells: list[str], entry: ColumnEntry) -> None:
    rows = "".join(f"{n},Ann,{cell}\n" for n, cell in enumerate(cells))
    found = of(tmp_path, f"Ticket ID,Agent,{header}\n{rows}")
    assert column(found, header).entry == entry
    assert entry in entries(found).values()
    assert found.questions == () or {each.about for each in found.questions} == {"time"}


AGENTS = (
    "Agent, Agent Name, Agent name, Agent ID, agent_id, Assigned_Agent, Assignee, Assignee name, Owner, Ticket owner, "
    "Case Owner, Owner Full Name, Agent Assigned, Assigned to, assigned_to, resolved_by, Teammate currently assigned, "
    "Last teammate rated, Sales Rep, org:resource, Persona asignada, Nome do atribuído, 客服, 客服名称, 客服昵称, "
    "客服账号, Team Member, 客服(子账号), 旺旺昵称, 旺旺账号名称, 账号名称, 账户名, 坐席, 工号"
)
TEAMS = (
    "Group, Agent Group, Team, Team name, assignment_group, Queue, Inbox name, 旺旺分组, 分组, 技能组, 店铺, 店铺名, "
    "Team currently assigned"
)
NOBODY = (
    "Agent wait time in minutes, Agent interactions, Agent rated type, Agent Tier, Fin AI Agent involved, "
    "Fin AI Agent, Member, Created by an agent, Number of agent messages, Assignee stations, "
    "Last Contact Agent At, 客服消息数, 客服销售额(元), 客服服务分, 旺旺回复率, Requester, Requester id, "
    "Submitter, Reporter, Contact Name, CustomerName, caller_id, 买家旺旺昵称, 客户昵称, 访客账号, 顾客姓名, "
    "联系人名称, 用户名称, Customer owner, Buyer agent"
)


@pytest.mark.parametrize("header", AGENTS.split(", "))
def test_headers_that_name_agents(header: str) -> None:
    assert agent_rank(header) in {AgentRank.ASSIGNED, AgentRank.LATER}
    assert not of_team(header)


@pytest.mark.parametrize("header", TEAMS.split(", "))
def test_headers_that_name_teams(header: str) -> None:
    assert of_team(header)
    assert agent_rank(header) is AgentRank.NONE


@pytest.mark.parametrize("header", NOBODY.split(", "))
def test_headers_that_name_no_agent(header: str) -> None:
    assert agent_rank(header) is AgentRank.NONE
