"""Makes `sample_data/`: two months of an invented shop's customer service, with the dirt real exports have.

Standard library only. Every draw comes from a fixed seed, so `python tests/make_sample_data.py` writes the
committed files again, byte for byte. Who did how well is in `sample_people.py`.
"""

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import astuple
from datetime import date
from pathlib import Path

import sample_chats
import sample_sheets
import sample_tickets
import sample_workorders
from sample_chats import Row, every_nth, in_month, numbered
from sample_people import Dice, chat_agents, helpdesk_agents, months, ticket_months

PERIODS = ("2026-09", "2026-10")
UNRATED = {"评价": "", "评价客服": "", "评价时间": "", "差评原因": "", "推荐分": "", "是否付款": "否", "付款金额": ""}
CHAT_HEADER = (
    "会话ID,客服工号,客服,渠道,买家ID,开始时间,结束时间,排队时长(秒),首次响应时长(秒),平均响应时长(秒),响应次数,"
    "处理时长,转人工,转接,是否回复,是否解决,一次解决,需跟进,跟进解决,评价,评价客服,评价时间,差评原因,推荐分,"
    "是否付款,付款金额,难度"
)
ORDER_HEADER = "order_id,agent,paid_on,amount,items,buyer,repeat,returned,returned_on,refund"
TICKET_HEADER = (
    "Ticket ID,Assignee,Group,Requester,Created,Started,First response,Solved,Status,Priority,Channel,Reopens,"
    "Replies,SLA,CSAT,Time spent"
)


def table(columns: Sequence[str], rows: Sequence[Row], line_end: str = "\n") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def all_chats() -> tuple[list[Row], list[Row]]:
    """Every chat and every order of both months, by time."""
    agents = chat_agents()
    chats: list[Row] = []
    orders: list[Row] = []
    for period in PERIODS:
        first, figures = date.fromisoformat(f"{period}-01"), months(period)
        for agent in agents:
            if agent.id in figures:
                peers = [other for other in agents if other.role == agent.role and other.id in figures]
                colleagues = [other.id for other in peers if other.left is None]
                own = sample_chats.month_of_chats(agent, figures[agent.id], first, colleagues)
                chats += own
                orders += sample_chats.month_of_orders(agent, figures[agent.id], own)
    chats.sort(key=lambda chat: chat["开始时间"])
    sample_chats.past_midnight(chats, "2026-09-30")
    orders.sort(key=lambda order: order["paid_on"])
    return numbered(chats, "会话ID", "S", 100001), numbered(orders, "order_id", "P", 260001)


def dirty_chats(chats: list[Row], period: str) -> list[Row]:
    """One month's file: what ended in the month, and what else such a file holds."""
    dice = Dice(f"dirt {period}")
    rows = in_month(chats, "结束时间", period)
    for row in every_nth(rows, 241, 6):
        row.update({"客服工号": "system", "客服": "机器人", "首次响应时长(秒)": "1"} | UNRATED)
    for row in every_nth(rows, 317, 5):
        row.update({"客服工号": dice.pick(("", "-")), "客服": "", "首次响应时长(秒)": "-"} | UNRATED)
    for row in every_nth(rows, 173, 2):
        row.update({"渠道": "test", "买家ID": "btest"} | UNRATED)
    for row in every_nth(rows, 401, 3):
        row["首次响应时长(秒)"] = "延迟统计"
    for row in every_nth(rows, 523, 3):
        row["客服工号"] = row["客服工号"].translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    every_nth(rows, 811, 1)[0]["首次响应时长(秒)"] = "2O"
    every_nth(rows, 907, 1)[0]["一次解决"] = "待定"
    for row in rows:
        if not row.get("评价") and dice.hits(120):
            row["评价"] = "-"
    return _with_repeats(rows, "结束时间", 4)


def _with_repeats(rows: list[Row], by: str, count: int) -> list[Row]:
    """Some rows twice, as when an export was drawn page by page."""
    return sorted(rows + [dict(row) for row in every_nth(rows, 389, count)], key=lambda row: row[by])


def chats_of_september(chats: list[Row]) -> bytes:
    """The old console: GB18030, CRLF, and dates without leading zeros."""
    rows = [dict(row) for row in dirty_chats(chats, "2026-09")]
    for row in rows:
        for column in ("开始时间", "结束时间", "评价时间"):
            if moment := row.get(column):
                row[column] = f"{moment[:4]}/{int(moment[5:7])}/{int(moment[8:10])} {moment[11:]}"
    return table(CHAT_HEADER.split(","), rows, "\r\n").encode("gb18030")


def chats_of_october(chats: list[Row]) -> bytes:
    """The new console: UTF-8 with a byte order mark, and a total row at the end."""
    rows = dirty_chats(chats, "2026-10")
    paid = sum(row["是否付款"] == "是" for row in rows)
    total = {"会话ID": "汇总", "响应次数": f"{sum(int(row['响应次数']) for row in rows)}", "是否付款": f"{paid}"}
    return b"\xef\xbb\xbf" + table(CHAT_HEADER.split(","), [*rows, total]).encode()


def order_file(orders: list[Row]) -> bytes:
    """Drawn on 2 November: two orders of that month are in it, and orders that nobody's advice led to."""
    dice = Dice("orders")
    late = [dict(row, paid_on="2026-11-01", returned="N", returned_on="", refund="") for row in orders[-2:]]
    silent = [dict(row, agent="", buyer=f"bsilent{number}") for number, row in enumerate(every_nth(orders, 59, 9))]
    rows = orders + numbered(late + silent, "order_id", "P", 270001)
    for row in every_nth(rows, 97, 4):
        row["agent"] = f" {row['agent'].upper()} "
    for row in rows:
        if dice.hits(15):
            row["amount"] = f"¥{row['amount']}"
    rows = _with_repeats(rows, "paid_on", 3)
    return table(ORDER_HEADER.split(","), rows).encode()


def helpdesk_files() -> dict[str, bytes]:
    tickets: list[Row] = []
    calls: list[Row] = []
    for period in PERIODS:
        figures, first = ticket_months(period), date.fromisoformat(f"{period}-01")
        for agent in helpdesk_agents():
            if agent.id in figures:
                tickets += sample_tickets.month_of_tickets(agent, figures[agent.id], first)
                calls += sample_tickets.month_of_calls(agent, figures[agent.id], first)
    calls = numbered(sorted(calls, key=lambda call: (call["Date"], call["Time"])), "Call Id", "ID", 7001)
    return {"tickets.csv": ticket_file(tickets), "calls.csv": table(["Call Id", *list(calls[0])[:-1]], calls).encode()}


def ticket_file(tickets: list[Row]) -> bytes:
    tickets.sort(key=lambda ticket: ticket["Created"])
    rows = numbered(tickets, "Ticket ID", "", 480001)
    _spoil_tickets(rows)
    total = {"Ticket ID": "Grand Total", "Replies": f"{sum(int(row['Replies']) for row in rows)}"}
    return table(TICKET_HEADER.split(","), [*_with_repeats(rows, "Created", 5), total]).encode()


def _spoil_tickets(rows: list[Row]) -> None:
    for row in every_nth(rows, 149, 8):
        row["Assignee"] = ""
    for row in every_nth(rows, 163, 6):
        row |= {"Assignee": "autoreply@helpdesk.example", "CSAT": "not offered"}
    for row in every_nth(rows, 211, 3):
        row["Channel"] = "test"
    for row in every_nth(rows, 127, 6):
        row["Assignee"] = row["Assignee"].title()
    solved = [row for row in rows if row["Solved"]]
    for row in every_nth(solved, 331, 2):
        row |= {"Solved": row["Created"][:8] + "01T00:00:00Z"}
    every_nth(solved, 467, 1)[0]["Reopens"] = "two"
    _at_midnight(rows, "2026-10", "2026-09-30T23:21:07Z")
    _at_midnight(rows, "2026-09", "2026-08-31T22:48:30Z")


def _at_midnight(rows: list[Row], period: str, created: str) -> None:
    """Moves the month's first solved ticket to the night before: by London summer time that may be the month."""
    row = next(row for row in rows if row["Created"].startswith(period) and row["Solved"])
    row |= {"Created": created, "SLA": "missed"}


def hand_kept(period: str) -> dict[str, bytes]:
    agents, figures = chat_agents(), months(period)
    there = [agent for agent in agents if agent.role == "主管" or agent.id in figures]
    attended = "已参加" if period == "2026-09" else "实际参加"
    sheets = {
        "attendance": sample_sheets.attendance(there, figures, period),
        "training": sample_sheets.training(agents, figures, attended),
        "qa": sample_sheets.quality(agents, figures, period),
        "rubric": sample_sheets.rubric(agents, figures, period),
        "monthly": sample_sheets.monthly(agents, figures, period),
        "team": sample_sheets.team_sheet(agents, figures, period),
    }
    return {f"{name}-{period}.csv": table(list(rows[0]), rows).encode() for name, rows in sheets.items()}


def lists() -> dict[str, bytes]:
    agents, firsts = chat_agents(), [date.fromisoformat(f"{period}-01") for period in PERIODS]
    complaints = [row for first in firsts for row in sample_sheets.complaints(months(f"{first:%Y-%m}"), first)]
    incidents = [row for first in firsts for row in sample_sheets.incidents(agents, first)]
    complaints[-1]["处理完成时间"] = ""
    orders = [row for first in firsts for row in sample_workorders.work_orders(agents, months(f"{first:%Y-%m}"), first)]
    return {
        "complaints.csv": _listed(complaints, "投诉编号", "TS"),
        "incidents.csv": _listed(incidents, "故障编号", "GZ"),
        "workorders.csv": _listed(sample_workorders.left_open(orders), "工单编号", "GD"),
    }


def _listed(rows: list[Row], key: str, prefix: str) -> bytes:
    columns = [key, *rows[0]]
    return table(columns, numbered(rows, key, prefix, 1001)).encode()


def rosters() -> dict[str, bytes]:
    """Both rosters list the same fields of an `Agent` under their own headers, in the order of the class."""
    headers = {
        "roster.csv": ("工号,姓名,小组,岗位,月薪,昵称,入职日期,离职日期,阶段", chat_agents()),
        "roster-helpdesk.csv": ("Employee ID,Name,Team,Role,Salary,Email,Joined,Left", helpdesk_agents()),
    }
    files = {}
    for name, (header, agents) in headers.items():
        columns = header.split(",")
        rows = [["" if cell is None else f"{cell}" for cell in astuple(agent)[: len(columns)]] for agent in agents]
        files[name] = table(columns, [dict(zip(columns, row, strict=True)) for row in rows]).encode()
    return files


def sample_files() -> dict[str, bytes]:
    """Name and content of every generated file of `sample_data/`."""
    chats, orders = all_chats()
    files = rosters() | lists() | helpdesk_files() | {"orders.csv": order_file(orders)}
    files |= {"chats-2026-09.csv": chats_of_september(chats), "chats-2026-10.csv": chats_of_october(chats)}
    for period in PERIODS:
        files |= hand_kept(period)
    return files


def main(folder: Path) -> None:
    for name, content in sample_files().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "sample_data")
