"""`kpi inspect` over lists of persons: told from exports of work, and printed as a `roster:` that works."""

from pathlib import Path

import pytest
from conftest import ROOT, Kpi
from made_inspections import REST, TODAY, asked, checked, column, entries, inspection_of, of, written

from kpi_cli.intake.inspecting.inspection import ColumnEntry
from kpi_cli.intake.inspecting.looking import inspect
from kpi_cli.intake.presets import PRESETS
from kpi_cli.periods import parse_period
from kpi_cli.pipeline import Request, run
from kpi_cli.reports.sourceyaml import question_line, sources_yaml
from kpi_cli.scheme.compiled import ColumnType
from kpi_cli.scheme.load import load_text

DATE, NUMBER = ColumnType.DATE, ColumnType.NUMBER
CHINESE = (
    "工号,姓名,小组,岗位,月薪,昵称,入职日期,离职日期\n"
    "0101,沈静,一组,主管,15000,静姐;沈主管,2019-04-08,\n0102,罗建国,二组,客服,9800,老罗,2020-02-17,\n"
)
ENGLISH = (
    "Employee ID,Full Name,Department,Job Title,Salary,Work Email,Hire Date,Termination Date,Phone\n"
    "00118,Helen Brooks,Core,Lead,4100,helen@x.example,2018-05-14,,5550100\n"
    "00204,Emma Clarke,Core,Agent,2900,emma@x.example,2021-03-31,2026-09-30,5550101\n"
)
ROSTERS = {
    "chinese": (
        CHINESE,
        {
            "id": ColumnEntry(("工号",)),
            "name": ColumnEntry(("姓名",)),
            "team": ColumnEntry(("小组",)),
            "role": ColumnEntry(("岗位",)),
            "pay": ColumnEntry(("月薪",), NUMBER),
            "aliases": ColumnEntry(("昵称",)),
            "joined": ColumnEntry(("入职日期",), DATE),
            "left": ColumnEntry(("离职日期",), DATE),  # nobody has left yet
        },
    ),
    "english": (
        ENGLISH,
        {
            "id": ColumnEntry(("Employee ID",)),
            "name": ColumnEntry(("Full Name",)),
            "team": ColumnEntry(("Department",)),
            "role": ColumnEntry(("Job Title",)),
            "pay": ColumnEntry(("Salary",), NUMBER),
            "aliases": ColumnEntry(("Work Email",)),
            "joined": ColumnEntry(("Hire Date",), DATE),
            "left": ColumnEntry(("Termination Date",), DATE),
        },
    ),
    "plain": (
        "姓名,工号,组别\n沈静,0101,甲组\n罗建国,0102,乙组\n",
        {"name": ColumnEntry(("姓名",)), "id": ColumnEntry(("工号",)), "team": ColumnEntry(("组别",))},
    ),
    "names alone": (
        "Agent,Team,Role\nAnn,A,lead\nBo,B,agent\n",
        {"id": ColumnEntry(("Agent",)), "team": ColumnEntry(("Team",)), "role": ColumnEntry(("Role",))},
    ),
}


@pytest.mark.parametrize(("content", "columns"), ROSTERS.values(), ids=ROSTERS)
def test_a_list_of_persons_is_a_roster(tmp_path: Path, content: str, columns: dict[str, ColumnEntry]) -> None:
    found = of(tmp_path, content, "people.csv")
    assert found.entry.is_roster
    assert dict(entries(found)) == columns
    assert sources_yaml([found]).splitlines().count("roster:") == 1
    assert "sources:" not in sources_yaml([found])
    assert checked(found).scheme.roster is not None


@pytest.mark.parametrize(
    "path", [ROOT / "sample_data" / name for name in ("roster.csv", "roster-helpdesk.csv")], ids=lambda path: path.stem
)
def test_the_printed_roster_passes_and_lists_who_is_scored(tmp_path: Path, path: Path) -> None:
    found = inspection_of(path)
    scheme = checked(found).scheme
    ids = [line.split(",")[0] for line in path.read_text(encoding="utf-8-sig").splitlines()[1:]]
    work = written(tmp_path, "agent\n" + "".join(f"{each}\n" for each in ids), "work-2026-10.csv")
    period = parse_period("2026-10", TODAY)
    outcome = run(Request(scheme=scheme, data=(str(path), str(work)), periods=(period,)))
    assert {agent.id for sheet in outcome.sheets for agent in sheet.agents} == set(ids)


@pytest.mark.parametrize(
    "content",
    [
        "工号,姓名,接待量\n0101,沈静,20\n0102,罗建国,30\n",  # measured
        "Agent,QA score\nAnn,90\nBo,80\n",
        "Agent,Team,Talk time\nAnn,A,0:03:10\nBo,B,0:02:10\n",
        "Employee ID,Name,Role,CSAT\n1,Ann,lead,good\n2,Bo,agent,bad\n",  # measured in words
        "id,Team,Status\n1,A,open\n2,B,open\n3,A,closed\n",  # ids of anything
        "Ticket ID,Agent,Team\n1,Ann,A\n2,Bo,B\n",
        "Agent,Team\nAnn,A\nAnn,B\nBo,A\n",  # several rows of one person
        "Customer ID,Customer Name,Joined\n1,Ann,2026-01-31\n2,Bo,2026-02-28\n",
        "Agent,Created,Role\nAnn,2026-10-30,lead\nBo,2026-10-31,agent\n",  # moments of work
    ],
)
def test_what_is_no_list_of_persons_is_no_roster(tmp_path: Path, content: str) -> None:
    found = of(tmp_path, content)
    assert not found.entry.is_roster
    assert checked(found).warnings == ()


def test_persons_with_several_stretches_are_a_roster(tmp_path: Path) -> None:
    content = (
        "工号,姓名,岗位,生效日期\n0101,沈静,客服,2026-01-01\n0101,沈静,主管,2026-07-01\n0102,罗建国,客服,2026-01-01\n"
    )
    found = of(tmp_path, content)
    assert found.entry.is_roster
    assert entries(found)["since"] == ColumnEntry(("生效日期",), DATE)


def test_a_roster_of_each_month_is_found_by_its_period(tmp_path: Path) -> None:
    paths = [written(tmp_path, CHINESE, f"roster-2026-{month}.csv") for month in ("09", "10")]
    found = inspection_of(*paths)
    assert (found.entry.is_roster, found.entry.files) == (True, "roster-{period}.csv")


def test_what_a_roster_leaves_open_is_asked(tmp_path: Path) -> None:
    found = of(tmp_path, "Employee ID,Name,Joined\n1,Ann,03/04/2020\n2,Bo,05/06/2021\n")
    assert question_line(asked(found, "Joined")) == 'joined: {from: Joined, type: date, format: "%d/%m/%Y"}'
    assert "joined" not in entries(found)
    assert '\n    # decide: joined: {from: Joined, type: date, format: "%d/%m/%Y"}' in sources_yaml([found])
    settled = sources_yaml([found]).replace("# decide: ", "")
    rest = REST.format(scope="", roster="", formula="count(work)")
    source = 'sources: {work: {files: "work-{period}.csv", agent: agent, columns: {agent: agent}}}'
    assert load_text(f"{settled}{rest}{source}", "scheme.yaml", PRESETS).scheme.roster is not None


def test_what_is_personal_stays_out(tmp_path: Path) -> None:
    found = of(tmp_path, ENGLISH)
    assert column(found, "Phone").reason == "a roster needs no more of a person"


def test_a_scheme_has_one_roster_that_of_the_agents(tmp_path: Path) -> None:
    written(tmp_path, ENGLISH, "a.csv")
    written(tmp_path, CHINESE, "b.csv")
    written(tmp_path, "会话ID,客服\nS1,0101\nS2,0102\nS3,0102\n", "work-2026-10.csv")
    found = inspect([str(tmp_path)]).inspections
    text = sources_yaml(found)
    assert [line for line in text.splitlines() if line.lstrip("# ") == "roster:"] == ["roster:", "# roster:"]
    assert "\n    id: 工号" in text
    rest = REST.format(scope="", roster="", formula="count(work)")
    assert load_text(text + rest, "scheme.yaml", PRESETS).warnings == ()


@pytest.mark.parametrize(
    ("agents", "matching", "told"),
    [
        (("0101", "0102"), "by id", "2 of 2 agents are in the roster"),
        (("静姐", "老罗"), "by id", "2 of 2 agents are in the roster"),
        (("沈静", "罗建国"), "by name", "2 of 2 agents are in the roster"),
        (("0101", "0999"), "by id", "1 of 2 agents are in the roster, not `0999`"),
    ],
)
def test_agents_are_held_against_the_roster(tmp_path: Path, agents: tuple[str, str], matching: str, told: str) -> None:
    written(tmp_path, CHINESE, "roster.csv")
    written(tmp_path, f"会话ID,客服\nS1,{agents[0]}\nS2,{agents[1]}\nS3,{agents[1]}\n", "chats-2026-10.csv")
    roster, chats = inspect([str(tmp_path)]).inspections
    assert roster.entry.match_names is (matching == "by name")
    assert ("\n  match_names: true" in sources_yaml([roster])) is (matching == "by name")
    assert told in chats.notes
    assert checked(roster).warnings == ()


def test_a_person_sees_who_is_listed(kpi: Kpi, tmp_path: Path) -> None:
    path = written(tmp_path, CHINESE, "roster.csv")
    ran = kpi("inspect", str(path), "--format", "text")
    assert "a roster: one row for each person, nothing measured" in ran.text
    assert "agent: 工号 (2 different, one row for each)" in ran.text
    assert "Not guessed" not in ran.text
