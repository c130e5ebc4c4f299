"""The sheets a supervisor keeps by hand: a row per agent and month, and lists of complaints and incidents."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from sample_chats import Row
from sample_people import Agent, Dice, Month

RUBRIC = ("不及格", "及格", "良好", "优秀")
COMPLAINTS = ("回复慢", "态度生硬", "答非所问, 重复推诿", "承诺未兑现", "发错优惠信息")
NOT_OUR_FAULT = ("快递破损", "商品色差", "缺货取消", "平台系统故障")
SYSTEMS = ("订单系统", "聊天系统", "电话线路", "退款接口")


def _label(skill: int, dice: Dice) -> str:
    """`skill` is the share solved at once, per mille; most people sit in the upper half of the rubric."""
    return RUBRIC[min(3, max(0, (skill + dice.between(-40, 40) - 700) * 4 // 220))]


def attendance(agents: list[Agent], figures: Mapping[str, Month], period: str) -> list[Row]:
    """Supervisors are on this sheet too: they attend, though they have no chats."""
    dice = Dice(f"attendance {period}")
    rows = []
    for agent in agents:
        month = figures.get(agent.id)
        due, present = (month.due, month.present) if month else (22, 22)
        minutes = present * dice.between(436, 492)
        hours = f"{minutes // 60}.{minutes % 60 * 10 // 60}" if month else "-"
        row = {"工号": agent.id, "姓名": agent.name, "应出勤天数": f"{due}", "实际出勤天数": f"{present}"}
        rows.append(row | {"在线时长(小时)": hours})
    return rows


def training(agents: list[Agent], figures: Mapping[str, Month], attended: str) -> list[Row]:
    """`attended` is the header of the last column: the form was renamed between two months."""
    return [
        {"工号": agent.id, "姓名": agent.name, "应参加": f"{month.lessons}", attended: f"{month.attended}"}
        for agent in agents
        if (month := figures.get(agent.id))
    ]


def quality(agents: list[Agent], figures: Mapping[str, Month], period: str) -> list[Row]:
    dice = Dice(f"quality {period}")
    rows = []
    for agent in agents:
        if month := figures.get(agent.id):
            skill, sampled = month.solved_at_once, 20 if month.present > 15 else 10
            passed = min(sampled, (sampled * (skill + 1000 + dice.between(0, 60)) + 1000) // 2000)
            rows.append(
                {
                    "工号": agent.id,
                    "抽检数": f"{sampled}",
                    "合格数": f"{passed}",
                    "违规次数": f"{max(0, (930 - skill) // 45 + dice.between(-1, 1))}",
                    "专业度": f"{min(100, skill // 10 + dice.between(-2, 6))}",
                    "团队协作": _label(skill, dice),
                }
            )
    return rows


def rubric(agents: list[Agent], figures: Mapping[str, Month], period: str) -> list[Row]:
    """Two raters for each agent: the supervisor of the team and the quality desk."""
    dice = Dice(f"rubric {period}")
    supervisors = {agent.team: agent.id for agent in agents if agent.role == "主管"}
    return [
        {
            "工号": agent.id,
            "评分人": rater,
            "服务态度": _label(figures[agent.id].csat - 30, dice),
            "沟通技巧": _label(figures[agent.id].csat - 50, dice),
            "专业知识": _label(figures[agent.id].solved_at_once, dice),
        }
        for agent in agents
        if agent.id in figures
        for rater in (supervisors[agent.team], "质检")
    ]


def monthly(agents: list[Agent], figures: Mapping[str, Month], period: str) -> list[Row]:
    dice = Dice(f"monthly {period}")
    return [
        {"工号": agent.id, "姓名": agent.name}
        | _workload(figures[agent.id], dice)
        | _customers(agent, figures[agent.id], dice)
        | _growth(figures[agent.id], dice)
        for agent in agents
        if agent.id in figures
    ]


def _workload(month: Month, dice: Dice) -> Row:
    """Chats, calls and social messages of all shops together: some thirty times the chats of the sample shop."""
    handled = month.chats * 33 + dice.between(-60, 60)
    hours = month.present * 8 + dice.between(-3, 6)
    return {
        "计划接待量": f"{month.due * 200}",
        "接待总量": f"{handled}",
        "总工作时长(小时)": f"{hours}",
        "在线处理时长(小时)": f"{hours * dice.between(74, 93) // 100}.{dice.between(0, 9)}",
        "服务成本(元)": f"{hours * dice.between(46, 58)}.00",
    }


def _customers(agent: Agent, month: Month, dice: Dice) -> Row:
    base, offered, called = dice.between(180, 320), dice.between(30, 60), dice.between(25, 40)
    lost = base * (1000 - month.csat + dice.between(0, 30)) // 1400
    opened = offered * (month.conversion if agent.role == "售前" else 120) // 1000 + dice.between(0, 4)
    return {
        "新业务推荐数": f"{offered}",
        "新业务办理数": f"{opened}",
        "月初客户数": f"{base}",
        "留存客户数": f"{base - lost}",
        "流失客户数": f"{lost}",
        "回访数": f"{called}",
        "回访满意数": f"{called * month.csat // 1000}",
    }


def _growth(month: Month, dice: Dice) -> Row:
    skill = month.solved_at_once
    return {
        "考试成绩": f"{min(100, skill // 10 + dice.between(-3, 8))}",
        "知识库贡献": f"{max(0, (skill - 780) // 40 + dice.between(-1, 1))}",
        "话术库贡献": f"{max(0, (skill - 760) // 50 + dice.between(-1, 1))}",
        "神秘顾客评分": f"{min(100, month.csat // 10 + dice.between(-6, 4))}",
        "服务台有效性": f"{min(100, skill // 10 + dice.between(-4, 6))}%",
        "员工满意度": f"{dice.between(32, 48) / 10}",
        "学习成长": _label(skill, dice),
    }


def team_sheet(agents: list[Agent], figures: Mapping[str, Month], period: str) -> list[Row]:
    """One row per team, for sources that have no agent."""
    dice = Dice(f"teams {period}")
    rows = []
    for team in sorted({agent.team for agent in agents}):
        staff = [agent for agent in agents if agent.team == team and (agent.role == "主管" or agent.id in figures)]
        left = sum(agent.left is not None and f"{agent.left}".startswith(period) for agent in staff)
        row = {"小组": team, "在编人数": f"{len(staff)}", "离职人数": f"{left}"}
        row |= {"员工满意度": f"{dice.between(36, 46) / 10}", "团队氛围": dice.pick(RUBRIC[2:])}
        rows.append(row | {"培训计划数": "4", "培训完成数": f"{dice.between(3, 4)}"})
    return rows


def complaints(figures: Mapping[str, Month], first: date) -> list[Row]:
    """Justified ones as many as planned, and one in three agents has one that was not the agent's fault."""
    dice = Dice(f"complaints {first}")
    rows = []
    for agent, month in figures.items():
        reasons = [(dice.pick(COMPLAINTS), "是") for _ in range(month.complaints)]
        reasons += [(dice.pick(NOT_OUR_FAULT), "否") for _ in range(dice.hits(330))]
        for reason, fault in reasons:
            day = agent_day(agent, first, dice)
            raised = datetime.combine(day, time(dice.between(9, 21), dice.between(0, 59)))
            handled = raised + timedelta(minutes=dice.pick((90, 240, 600, 1100, 1300, 2000)) + dice.between(0, 90))
            row = {"客服工号": agent, "投诉时间": f"{raised}", "原因": reason, "是否有责": fault}
            rows.append(row | {"处理完成时间": f"{handled}"})
    return sorted(rows, key=lambda row: row["投诉时间"])


def agent_day(agent: str, first: date, dice: Dice) -> date:
    """A day on which everybody but the joiner of mid October is there, and for the joiner a later one."""
    return first + timedelta(days=dice.between(17, 27) if agent == "0204" else dice.between(0, 14))


def incidents(agents: list[Agent], first: date) -> list[Row]:
    dice = Dice(f"incidents {first}")
    owners = [agent.id for agent in agents if agent.role == "售后"]
    rows = []
    for _ in range(7):
        began = datetime.combine(first + timedelta(days=dice.between(0, 27)), time(dice.between(8, 21)))
        began += timedelta(minutes=dice.between(0, 59))
        row = {"负责人": dice.pick(owners), "系统": dice.pick(SYSTEMS), "发生时间": f"{began}"}
        rows.append(row | {"恢复时间": f"{began + timedelta(minutes=dice.around(55))}"})
    return sorted(rows, key=lambda row: row["发生时间"])
