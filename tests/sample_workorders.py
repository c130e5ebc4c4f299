"""The after-sales desk's work orders (returns, refunds, replacements): priorities and three moments each."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from sample_chats import Row
from sample_people import Agent, Dice, Month

KINDS = ("退货", "退货", "换货", "仅退款", "补发")
PRIORITIES = ("普通", "普通", "普通", "高", "高", "紧急")
MINUTES_TO_START = {"普通": 90, "高": 45, "紧急": 18}
HOURS_TO_SOLVE = {"普通": 21, "高": 10, "紧急": 4}
STILL_OPEN = 4


def work_orders(agents: list[Agent], figures: Mapping[str, Month], first: date) -> list[Row]:
    """Some two dozen for each after-sales agent, by time; who handles chats slowly handles these slowly too."""
    dice = Dice(f"work orders {first}")
    desk = [agent.id for agent in agents if agent.role == "售后"]
    rows = [_work_order(agent, figures[agent], first, dice) for agent in desk for _ in range(dice.between(21, 26))]
    return sorted(rows, key=lambda row: row["提交时间"])


def left_open(rows: list[Row]) -> list[Row]:
    """The last few of the list have not been solved when it is drawn."""
    return [*rows[:-STILL_OPEN], *({**row, "解决时间": "", "重开次数": "0"} for row in rows[-STILL_OPEN:])]


def _work_order(agent: str, month: Month, first: date, dice: Dice) -> Row:
    """Times are scaled by the agent's handling time; 650 s is the desk's usual one."""
    priority = dice.pick(PRIORITIES)
    opened = datetime.combine(first + timedelta(days=dice.between(0, 27)), time(dice.between(9, 20)))
    opened += timedelta(minutes=dice.between(0, 59), seconds=dice.between(0, 59))
    started = opened + timedelta(seconds=dice.around(MINUTES_TO_START[priority] * 60 * month.handle // 650))
    solved = started + timedelta(seconds=dice.around(HOURS_TO_SOLVE[priority] * 3600 * month.handle // 650))
    reopened = dice.hits(1000 - month.solved_at_once)
    return {
        "处理人": agent,
        "类型": dice.pick(KINDS),
        "优先级": priority,
        "提交时间": f"{opened}",
        "开始处理时间": f"{started}",
        "解决时间": f"{solved}",
        "重开次数": dice.pick("1112") if reopened else "0",
    }
