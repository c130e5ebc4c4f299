"""The tickets of an English help desk, in UTC as most export them, and its calls by the local clock."""

from datetime import UTC, date, datetime, time, timedelta

from sample_chats import Row, working_days
from sample_people import Agent, Dice, Month, TicketMonth

PRIORITIES = ("low", "normal", "normal", "normal", "normal", "high", "high", "urgent")
PROMISED_SECONDS = {"low": 28800, "normal": 14400, "high": 10800, "urgent": 7200}
REPLY_SHARE = {"low": 130, "normal": 110, "high": 85, "urgent": 55}
CHANNELS = ("email", "email", "email", "web", "web", "chat", "phone")
TOPICS = ("Billing", "Delivery", "Technical", "Technical", "Account")
HOURS = (7, 8, 8, 9, 9, 10, 10, 11, 12, 13, 13, 14, 15, 16)


def month_of_tickets(agent: Agent, month: TicketMonth, first: date) -> list[Row]:
    dice = Dice(f"tickets {agent.id} {first}")
    plan = Month(21, 20, *[0] * 13)
    days = [day for day in working_days(agent, plan, first, dice) if day.weekday() != 6]
    extra = [dice.pick(days) for _ in range(month.tickets - len(days))]
    starts = sorted(_moment(day, dice) for day in ([*days, *extra])[: month.tickets])
    tickets = [_ticket(agent, month, start, dice) for start in starts]
    _leave_open(tickets, month.open, dice)
    _reopen(tickets, month.reopened, dice)
    _survey(tickets, month.csat, dice)
    return tickets


def _moment(day: date, dice: Dice) -> datetime:
    return datetime.combine(day, time(dice.pick(HOURS), dice.between(0, 59), dice.between(0, 59)), UTC)


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _ticket(agent: Agent, month: TicketMonth, created: datetime, dice: Dice) -> Row:
    priority = dice.pick(PRIORITIES)
    reply = dice.around(month.reply * REPLY_SHARE[priority] // 100) * dice.pick((6, 8, 9, 10, 12, 15)) // 10
    resolve = reply + dice.around(month.resolve_hours * 3600) * dice.pick((3, 6, 9, 10, 13, 19)) // 10
    minutes = dice.around(38)
    return {
        "Assignee": agent.nicknames,
        "Group": agent.team,
        "Requester": f"c{dice.between(10000, 99999)}",
        "Created": stamp(created),
        "Started": stamp(created + timedelta(seconds=reply * 7 // 10)),
        "First response": stamp(created + timedelta(seconds=reply)),
        "Solved": stamp(created + timedelta(seconds=resolve)),
        "Status": dice.pick(("solved", "closed")),
        "Priority": priority,
        "Channel": dice.pick(CHANNELS),
        "Reopens": "0",
        "Replies": f"{dice.between(1, 6)}",
        "SLA": "met" if reply <= PROMISED_SECONDS[priority] else "missed",
        "CSAT": "",
        "Time spent": f"{minutes // 60}h {minutes % 60:02}m" if minutes >= 60 else f"{minutes}m",
    }


def _leave_open(tickets: list[Row], per_mille: int, dice: Dice) -> None:
    """Tickets still open are among the latest third; one in four has not even had a reply."""
    count = (len(tickets) * per_mille + 500) // 1000
    for number, ticket in enumerate(dice.chosen(tickets[-len(tickets) // 3 :], count)):
        ticket |= {"Solved": "", "Status": dice.pick(("open", "pending", "pending", "hold"))}
        if number % 4 == 3:
            ticket |= {"First response": "", "Started": "", "Status": "new", "SLA": "", "Replies": "0"}


def _reopen(tickets: list[Row], per_mille: int, dice: Dice) -> None:
    solved = [ticket for ticket in tickets if ticket["Solved"]]
    for ticket in dice.chosen(solved, (len(solved) * per_mille + 500) // 1000):
        ticket["Reopens"] = dice.pick("1112")


def _survey(tickets: list[Row], csat: int, dice: Dice) -> None:
    """Nine in ten solved tickets are surveyed, four in ten answer."""
    solved = dice.chosen([ticket for ticket in tickets if ticket["Solved"]], len(tickets))
    answered = len(solved) * 2 // 5
    good = (answered * csat + 500) // 1000
    for number, ticket in enumerate(solved):
        if number < answered:
            ticket["CSAT"] = "good" if number < good else "bad"
        else:
            ticket["CSAT"] = "offered" if number < len(solved) * 9 // 10 else "not offered"


def month_of_calls(agent: Agent, month: TicketMonth, first: date) -> list[Row]:
    """One call in five rings out: then there is no speed, no talk and no rating."""
    dice = Dice(f"calls {agent.id} {first}")
    plan = Month(21, 12, *[0] * 13)
    days = working_days(agent, plan, first, dice)
    return [_call(agent, month, dice.pick(days), dice) for _ in range(month.tickets // 3)]


def _call(agent: Agent, month: TicketMonth, day: date, dice: Dice) -> Row:
    answered, good = dice.hits(820), dice.hits(month.csat)
    talk = dice.around(240)
    return {
        "Agent Id": agent.id,
        "Date": f"{day}",
        "Time": f"{time(dice.pick(HOURS) + 1, dice.between(0, 59), dice.between(0, 59))}",
        "Topic": dice.pick(TOPICS),
        "Answered (Y/N)": "Y" if answered else "N",
        "Resolved": "Y" if answered and dice.hits(1000 - month.reopened) else "N",
        "Speed of answer in seconds": f"{dice.around(38)}" if answered else "",
        "Talk time": f"00:{talk // 60:02}:{talk % 60:02}" if answered else "",
        "Satisfaction rating": f"{dice.between(4, 5) if good else dice.between(1, 3)}" if answered else "",
    }
