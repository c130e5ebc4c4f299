"""Traps of rows: totals, footers, one ticket on many rows, machines and nobody as agents, several agents of a chat."""

from pathlib import Path

import pytest
from trap_case import Trap, refused, scored

DAYS = """
files: "days*.csv"
agent: agent
time: day
columns: {day: {from: 日期, type: date}, agent: 客服, volume: {from: 接待人数, type: number}}
"""
VOLUME = ("count sum(x.volume)",)
FIRST, SECOND = "2026-10-05,小安,30\n", "2026-10-06,小博,12\n"
TOTALS = [
    *("汇总", "均值", "汇总值", "平均值", "合计", "总计", "平均", "总和"),
    *("合计（共12项）", "总计：", "Total", "TOTAL", "Grand Totals (5700 records)", "Average"),
]


@pytest.mark.parametrize("word", TOTALS)
@pytest.mark.parametrize("row", ["{word},,42", "{word},--,42", ",{word},42", "2026-10-01,{word},42", "--, {word} ,42"])
def test_t13_totals_and_averages_are_no_rows(tmp_path: Path, word: str, row: str) -> None:
    """In the date's column or the agent's, first, in the middle or last, whatever their spelling."""
    total = row.format(word=word) + "\n"
    for lines in (total + FIRST + SECOND, FIRST + total + SECOND, FIRST + SECOND + total):
        came = scored(tmp_path, Trap(DAYS, VOLUME, {"days.csv": "日期,客服,接待人数\n" + lines}))
        assert came.values == {"小安": ("30",), "小博": ("12",)}
        assert came.rows == {"read": 2, "used": 2}
        assert sum(came.skipped.values()) == 1


def test_t13_the_shop_stands_above_its_agents(tmp_path: Path) -> None:
    """拼多多: the total in the first row, the average in the last, `-` for no data."""
    header = "序号,客服账号,询单人数,最终成团人数,3分钟人工回复率(8-23点)\n"
    lines = header + "-,总计,150,60,98.00%\n1,pdd_an,100,50,99.00%\n2,pdd_bo,50,10,-\n-,平均,75,30,98.00%\n"
    formulas = ("percent sum(x.buyers) / sum(x.inquiries)", "percent mean(x.reply_rate_3min)")
    came = scored(tmp_path, Trap('files: "{period}.csv"\npreset: pdd-agents', formulas, {"2026-10.csv": lines}))
    assert came.values == {"pdd_an": ("0.5", "0.99"), "pdd_bo": ("0.2", "")}
    assert (came.rows, came.skipped) == ({"read": 2, "used": 2}, {"平均": 1, "总计": 1})


def test_t13_somebody_who_is_called_like_a_total_can_be_kept(tmp_path: Path) -> None:
    """`total_rows: []` switches it off: then 总和 is an agent."""
    lines = "日期,客服,接待人数\n" + FIRST + "2026-10-06,总和,12\n"
    came = scored(tmp_path, Trap(DAYS + "total_rows: []", VOLUME, {"days.csv": lines}))
    assert came.values == {"小安": ("30",), "总和": ("12",)}


def test_t13_words_of_one_letter_mark_totals_too(tmp_path: Path) -> None:
    lines = (
        "日期,客服,接待人数\n"
        + FIRST
        + "2026-10-06,*,12\n2026-10-06,x,13\n2026-10-06,小李,7\n2026-10-07,∑,8\n2026-10-08,*,9\n"
    )
    came = scored(tmp_path, Trap(DAYS + 'total_rows: ["*", "∑", x]', VOLUME, {"days.csv": lines}))
    assert came.values == {"小安": ("30",), "小李": ("7",)}
    assert came.skipped == {"*": 2, "x": 1, "∑": 1}


FOOTERS = [
    '"Confidential Information - Do Not Distribute"',
    "Confidential Information - Do Not Distribute,,",
    '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."',
    '"Copyright © 2000-2026 salesforce.com, inc. All rights reserved.",,',
    "Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved.",
    "Reporting period 2026-10-01 to 2026-10-31",
    '"报告周期 2026-10-01 至 2026-10-31",,',
]  # fmt: skip


@pytest.mark.parametrize("footer", FOOTERS)
def test_t14_footers_are_no_rows(tmp_path: Path, footer: str) -> None:
    """Salesforce's and Chatwoot's last lines, after blank ones, as a cell alone or with empty ones behind it."""
    lines = f"日期,客服,接待人数\n{FIRST}{SECOND}\n,,\n{footer}\n"
    came = scored(tmp_path, Trap(DAYS, VOLUME, {"days.csv": lines}))
    assert came.values == {"小安": ("30",), "小博": ("12",)}
    assert (came.rows, came.skipped) == ({"read": 2, "used": 2}, {"footer": 1})


def test_t15_a_column_of_totals_beside_the_first_rows(tmp_path: Path) -> None:
    """`Total Calls Resolved` filled on three rows that are calls all the same."""
    lines = "日期,客服,接待人数,Total Calls Resolved\n" + "".join(
        f"2026-10-0{day},小安,10,{total}\n" for day, total in ((1, "3646"), (2, "Total"), (3, "73%"), (4, ""))
    )
    came = scored(tmp_path, Trap(DAYS, VOLUME, {"days.csv": lines}))
    assert (came.values, came.rows) == ({"小安": ("40",)}, {"read": 4, "used": 4})


AUDIT = """
files: "audit*.csv"
preset: servicenow-incidents
"""
LOG = (
    "number,opened_at,assigned_to,sys_updated_on,state,calendar_duration,reopen_count\n"
    "INC1,2026-10-05 09:00:00,ann,2026-10-05 10:00:00,Active,,0\n"
    "INC1,2026-10-05 09:00:00,bo,2026-10-07 10:00:00,Closed,7200,1\n"
    "INC1,2026-10-05 09:00:00,ann,2026-10-06 10:00:00,Closed,3600,0\n"
    "INC2,2026-10-05 09:30:00,bo,2026-10-05 11:00:00,Closed,1800,0\n"
    "INC2,2026-10-05 09:30:00,bo,2026-10-05 11:00:00,Closed,1800,0\n"
)
RESOLUTION = ("duration mean(x.resolution)", "count sum(x.reopens)")


def test_t16_one_ticket_on_many_rows_is_asked_for(tmp_path: Path) -> None:
    """ServiceNow's audit log: rows of one incident that say different things."""
    said = refused(tmp_path, Trap(AUDIT, RESOLUTION, {"audit.csv": LOG}), "conflicting-duplicates")
    assert "INC1" in said
    assert "INC2" not in said
    assert "duplicates: latest(column)" in said


def test_t16_the_latest_row_of_a_ticket_counts(tmp_path: Path) -> None:
    """INC1 as of its last update, credited to whom it was with then; INC2 twice the same is one ticket."""
    came = scored(tmp_path, Trap(AUDIT + "duplicates: latest(updated_at)", RESOLUTION, {"audit.csv": LOG}))
    assert came.values == {"bo": ("4500", "1"), "ann": ("", "")}  # (7200 + 1800) / 2; ann had INC1 for a while
    assert came.rows == {"read": 5, "used": 2, "duplicate": 3}


def test_t16_rows_that_go_on_with_the_one_above_have_no_key(tmp_path: Path) -> None:
    """Odoo writes the further lines of a ticket below it with blank cells; they are rejected, and listed."""
    lines = "Id,Assignee,Created at,Replies\n1,Ann,2026-10-05 09:00,2\n,,2026-10-05 09:00,3\n2,Ann,2026-10-06 09:00,4\n"
    source = 'files: "*.csv"\npreset: zendesk-tickets'
    trap = Trap(source, ("count sum(x.replies)",), {"odoo.csv": lines}, more="limits: {rejected: 50%}")
    came = scored(tmp_path, trap)
    assert (came.values, came.rows) == ({"Ann": ("6",)}, {"read": 3, "used": 2, "rejected": 1})
    assert came.rejects == [(2, "Id", "", "no key")]


TICKETS = "Ticket id,Assignee name,Creation date,Number of agent messages\n" + "".join(
    f"{number},{agent},2026-10-05 09:00:00,{number}\n"
    for number, agent in enumerate(("Ann", "Fin AI Agent", "Sales Team", "", "?", "system", "ann "), start=1)
)
ROSTER = "roster: {files: roster.csv, agent: id, columns: {id: id}, ignore: [%s]}"
UNATTRIBUTED = "limits: {unattributed: 50%}"
GORGIAS = Trap('files: "*.csv"\npreset: gorgias-tickets', ("count sum(x.replies)",), {"t.csv": TICKETS}, "id\nAnn\n")


def test_t17_machines_teams_and_nobody_are_no_agents(tmp_path: Path) -> None:
    """Bots and teams of `ignore` are filtered and named, empty and `?` unattributed; Ann has tickets 1 and 7."""
    ignoring = ROSTER % "fin ai agent, Sales Team, system" + "\n" + UNATTRIBUTED
    trap = Trap(GORGIAS.source, GORGIAS.formulas, GORGIAS.files, GORGIAS.roster, ignoring)
    came = scored(tmp_path, trap)
    assert came.values == {"Ann": ("8",)}
    assert came.rows == {"read": 7, "used": 2, "filtered": 3, "unattributed": 2}
    assert came.report.ignored == ("Fin AI Agent", "Sales Team", "system")


def test_t17_who_is_not_on_the_roster_is_listed_by_name(tmp_path: Path) -> None:
    """Without `ignore` the machines are strangers: nothing is scored until somebody says who they are."""
    more = ROSTER % "" + "\n" + UNATTRIBUTED
    trap = Trap(GORGIAS.source, GORGIAS.formulas, GORGIAS.files, GORGIAS.roster, more)
    said = refused(tmp_path, trap, "unknown-agents")
    assert "3 agents are not on the roster (3 rows): Fin AI Agent, Sales Team, system" in said
    assert "roster.ignore" in said


CHATS = """
files: "chats*.csv"
key: id
agent: [first, second, third]
time: at
columns:
  id: Chat ID
  at: {from: chat start date, type: datetime}
  first: Agent nickname 1
  second: Agent nickname 2
  third: Agent nickname 3
  wait: {from: wait, type: duration, unit: s}
"""
SEVERAL = (
    "Chat ID,chat start date,Agent nickname 1,Agent nickname 2,Agent nickname 3,wait\n"
    "c1,2026-10-05 09:00:00,Ann,Bo,,30\n"
    "c2,2026-10-05 09:10:00,Ann,,,10\n"
    "c3,2026-10-05 09:20:00,,Bo,Bo,50\n"
)


@pytest.mark.parametrize(
    ("credit", "counts"),
    [
        ("", {"Ann": ("2", "20"), "Bo": ("2", "40")}),
        ("credit: split", {"Ann": ("1.5", "16.666667"), "Bo": ("1.5", "43.333333")}),
    ],
)
def test_t18_every_agent_of_a_chat_gets_it(tmp_path: Path, credit: str, counts: dict[str, tuple[str, ...]]) -> None:
    """Each counts the chat as a whole, or half of it: (30·½ + 10·1) / 1½ and (30·½ + 50·1) / 1½."""
    formulas = ("number count(x)", "duration mean(x.wait)")
    came = scored(tmp_path, Trap(CHATS + credit, formulas, {"chats.csv": SEVERAL}))
    assert (came.values, came.rows) == (counts, {"read": 3, "used": 3})


def test_t18_several_names_in_one_cell(tmp_path: Path) -> None:
    """`Ann; Bo` is two agents; `Smith, Ann` is one, whom the roster knows under that spelling."""
    lines = 'id,agent,at\nc1,Ann; Bo,2026-10-05\nc2,"Smith, Ann",2026-10-06\nc3,Bo、安安,2026-10-06\n'
    source = 'files: "*.csv"\nkey: id\nagent: agent\ntime: at\n'
    source += "columns: {id: id, agent: agent, at: {from: at, type: date}}"
    more = "roster: {files: roster.csv, agent: id, columns: {id: id, name: name, aliases: also}, match_names: true}"
    roster = 'id,name,also\nAnn,"Smith, Ann",安安\nBo,Bo,\n'
    came = scored(tmp_path, Trap(source, ("count count(x)",), {"c.csv": lines}, roster, more))
    assert (came.values, came.rows) == ({"Ann": ("3",), "Bo": ("2",)}, {"read": 3, "used": 3})
