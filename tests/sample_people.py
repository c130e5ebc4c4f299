"""The people of the sample data and how each of them did: the only file to edit to change who earns what.

Rates are per mille, money is in cents, times are in seconds unless a name says otherwise.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

Item = TypeVar("Item")


class Dice:
    """Repeatable chance: built on `random()` alone, the one method Python promises never to change."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed).random  # noqa: S311 - sample data, nothing secret

    def between(self, low: int, high: int) -> int:
        return low + int(self._random() * (high - low + 1))

    def pick(self, items: Sequence[Item]) -> Item:
        return items[self.between(0, len(items) - 1)]

    def hits(self, per_mille: int) -> bool:
        return self.between(0, 999) < per_mille

    def chosen(self, items: Sequence[Item], count: int) -> list[Item]:
        """`count` different items in random order."""
        pool = list(items)
        for place in range(min(count, len(pool))):
            other = self.between(place, len(pool) - 1)
            pool[place], pool[other] = pool[other], pool[place]
        return pool[:count]

    def around(self, mean: int) -> int:
        """A positive whole number with this mean and a long right tail, as waiting times have."""
        tail = self.between(0, 1000) * self.between(0, 1000) // 1000
        return max(1, mean * (560 + self.between(0, 500) + (tail - 250) * 12 // 10 + 190) // 1000)


@dataclass(frozen=True, slots=True)
class Agent:
    id: str
    name: str
    team: str
    role: str
    pay: int
    nicknames: str
    joined: date
    left: date | None
    stage: str


@dataclass(frozen=True, slots=True)
class Month:
    """What one agent achieved in one month."""

    due: int
    present: int
    chats: int
    conversion: int
    basket: int
    cross: int
    orders: int
    first_response: int
    csat: int
    solved_at_once: int
    handle: int
    repeat: int
    complaints: int
    lessons: int
    attended: int


@dataclass(frozen=True, slots=True)
class TicketMonth:
    tickets: int
    reply: int
    csat: int
    reopened: int
    open: int
    resolve_hours: int


ROSTER = """
0001 沈静   一组 主管 15000 静姐;沈主管        2019-04-08 - 正式
0002 罗建国 二组 主管 14800 老罗               2020-02-17 - 正式
0101 林晓雯 一组 售前 8200  小鹿;lulu          2022-06-13 - 正式
0102 陈嘉豪 一组 售前 7800  小豪               2023-03-20 - 正式
0103 王思琪 一组 售前 7600  琪琪;Kiki          2021-11-01 - 正式
0104 赵子轩 一组 售前 7200  子轩               2024-02-26 - 正式
0105 刘雨桐 一组 售前 7000  雨桐               2024-08-05 - 正式
0201 黄俊杰 二组 售前 7600  阿杰;AJ            2022-09-19 - 正式
0202 周梦瑶 二组 售前 8000  瑶瑶               2021-05-10 - 正式
0203 吴浩然 二组 售前 7000  浩子               2023-12-04 2026-10-16 正式
0204 孙佳怡 二组 售前 6000  佳怡               2026-10-15 - 试用期
0205 徐文博 二组 售前 6000  文博               2026-08-17 - 试用期
0301 朱丽娜 一组 售后 7400  娜娜               2020-10-12 - 正式
0302 马天宇 一组 售后 7000  天宇               2023-05-15 - 正式
0303 胡婷婷 一组 售后 6800  婷婷               2024-04-08 - 正式
0304 郭志强 二组 售后 7000  强哥               2022-03-07 - 正式
0305 何欣悦 二组 售后 7200  小悦               2021-08-23 - 正式
0306 高伟   二组 售后 6600  大高               2025-01-13 - 正式
"""

# The columns are the fields of Month, in order, behind the agent's id.
MONTHS = {
    "2026-09": """
0101 22 22 147 175 30120 225 36 24 945 915 400 240 0 2 2
0102 22 22 132 147 29650 195 30 29 905 850 450 200 1 2 2
0103 22 22 136 160 31200 205 31 27 920 880 430 210 0 2 2
0104 22 22 130 150 28840 205 28 29 905 870 460 190 0 2 2
0105 22 21 121 142 28200 180 27 33 890 835 480 180 1 2 2
0201 22 22 134 153 30400 200 30 28 915 865 440 200 0 2 2
0202 22 22 142 170 30760 225 34 25 945 910 410 230 0 2 2
0203 22 21 124 146 29100 190 28 31 895 850 470 180 1 2 1
0205 22 20 104 102 27600 130 22 44 830 740 610 120 2 3 2
0301 22 22 139  45 26800 160 18 27 955 935 560 260 0 2 2
0302 22 22 128  40 25400 140 17 33 910 870 660 210 0 2 2
0303 22 22 123  38 25900 140 16 36 900 850 700 200 1 2 2
0304 22 22 126  40 26100 150 17 35 905 860 680 190 1 2 2
0305 22 22 133  44 26500 150 18 29 935 905 600 240 0 2 2
0306 22 21 112  30 24800 120 15 47 845 780 830 130 2 2 1
""",
    "2026-10": """
0101 22 22 157 188 32150 262 38 22 962 935 390 250 0 2 2
0102 22 21 127 146 30450 195 30 29 898 842 455 190 1 2 2
0103 22 22 140 166 32760 214 32 27 934 882 425 220 0 2 2
0104 22 22 135 156 30210 222 29 28 910 866 450 200 0 2 2
0105 22 22 125 135 28310 165 26 36 872 815 500 170 2 2 2
0201 22 22 134 152 31760 200 30 29 906 852 445 210 0 2 2
0202 22 22 149 178 32580 250 36 24 952 918 400 240 0 2 2
0203 12 12  70 142 29780 190 17 30 905 838 470 180 0 1 1
0204 13 13  60 128 27900 180  8 38 900 790 560 150 1 2 2
0205 22 20  98 104 27050 136 22 43 832 742 600 125 2 2 1
0301 22 22 143  45 27200 170 19 25 962 940 540 270 0 2 2
0302 22 22 130  40 25900 150 17 32 915 868 650 215 0 2 2
0303 22 21 120  36 25600 140 16 38 890 842 705 190 1 2 2
0304 22 22 129  42 26700 150 18 34 920 878 660 215 0 2 2
0305 22 22 136  44 26900 160 19 28 940 912 590 245 0 2 2
0306 22 20 104  30 24600 120 15 49 838 770 850 125 3 2 1
""",
}

HELPDESK_ROSTER = """
00118 Helen_Brooks   Core     lead  4100 helen.brooks@helpdesk.example   2018-05-14 -
00204 Emma_Clarke    Core     agent 2900 emma.clarke@helpdesk.example    2021-03-01 -
00211 Liam_Walsh     Core     agent 2750 liam.walsh@helpdesk.example     2022-10-10 -
00219 Sofia_Rossi    Core     agent 2800 sofia.rossi@helpdesk.example    2021-09-06 -
00226 Noah_Becker    Core     agent 2600 noah.becker@helpdesk.example    2023-06-19 -
00233 Priya_Nair     Core     agent 2450 priya.nair@helpdesk.example     2026-10-12 -
00305 Aisha_Khan     Priority agent 3000 aisha.khan@helpdesk.example     2020-11-02 -
00312 Tom_Hughes     Priority agent 2700 tom.hughes@helpdesk.example     2023-01-16 -
00327 Maria_Lopez    Priority agent 2850 maria.lopez@helpdesk.example    2022-04-25 -
00331 Jonas_Nilsson  Priority agent 2650 jonas.nilsson@helpdesk.example  2023-08-28 2026-10-23
"""

# The columns are the fields of TicketMonth, in order, behind the agent's id.
TICKET_MONTHS = {
    "2026-09": """
00204 72  5400 930  60  0 17
00211 66  6600 890  85 10 21
00219 68  6000 910  70  0 20
00226 60  8400 850 120 15 27
00305 75  4700 950  50  0 15
00312 63  7200 880  90 10 23
00327 67  6200 900  80  0 20
00331 61  7000 880 100 10 24
""",
    "2026-10": """
00204 76  5100 945  50 25 16
00211 67  6500 895  80 45 21
00219 70  5900 915  70 40 20
00226 58  9000 840 130 95 29
00233 31  8100 870 120 65 25
00305 79  4500 960  45 25 14
00312 64  6800 905  90 45 21
00327 69  6100 920  65 30 19
00331 43  7400 860 110 70 25
""",
}


def _day(text: str) -> date | None:
    return None if text == "-" else date.fromisoformat(text)


def chat_agents() -> list[Agent]:
    return [
        Agent(agent, name, team, role, int(pay), nick, date.fromisoformat(joined), _day(left), stage)
        for agent, name, team, role, pay, nick, joined, left, stage in map(str.split, ROSTER.strip().splitlines())
    ]


def helpdesk_agents() -> list[Agent]:
    lines = map(str.split, HELPDESK_ROSTER.strip().splitlines())
    return [
        Agent(agent, name.replace("_", " "), team, role, int(pay), mail, date.fromisoformat(joined), _day(left), "")
        for agent, name, team, role, pay, mail, joined, left in lines
    ]


def months(period: str) -> dict[str, Month]:
    lines = map(str.split, MONTHS[period].strip().splitlines())
    return {agent: Month(*map(int, figures)) for agent, *figures in lines}


def ticket_months(period: str) -> dict[str, TicketMonth]:
    lines = map(str.split, TICKET_MONTHS[period].strip().splitlines())
    return {agent: TicketMonth(*map(int, figures)) for agent, *figures in lines}
