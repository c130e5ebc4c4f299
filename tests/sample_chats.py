"""Chats and the orders they led to, month by month, as the shop's chat system and order system would hold them."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from sample_people import Agent, Dice, Item, Month

Row = dict[str, str]

CHANNELS = ("网页", "网页", "APP", "APP", "APP", "小程序")
RUSH_HOURS = {"early": (9, 10, 10, 11, 11, 13, 14, 15, 16), "late": (14, 15, 16, 17, 19, 20, 20, 21, 22, 23)}
BAD_REASONS = ("物流慢", "商品质量", "客服态度", "价格变动", "退款慢", "客服态度")
BASKETS = (60, 75, 80, 90, 95, 100, 105, 110, 125, 140, 160)
YES, NO = "是", "否"


def working_days(agent: Agent, month: Month, first: date, dice: Dice) -> list[date]:
    """The days the agent was present, in order: anywhere between joining and leaving."""
    days = [first + timedelta(days=number) for number in range(31)]
    days = [day for day in days if day.month == first.month and day >= agent.joined]
    days = [day for day in days if agent.left is None or day <= agent.left]
    return sorted(dice.chosen(days, month.present))


def month_of_chats(agent: Agent, month: Month, first: date, colleagues: list[str]) -> list[Row]:
    dice = Dice(f"chats {agent.id} {first}")
    days = working_days(agent, month, first, dice)
    shift = "late" if int(agent.id) % 2 else "early"
    extra = [dice.pick(days) for _ in range(month.chats - len(days))]
    starts = sorted(_moment(day, shift, dice) for day in [*days, *extra])
    chats = [_chat(agent, month, start, dice) for start in starts]
    _name_buyers(chats, f"{first:%y%m}{agent.id}", dice)
    _close_sales(chats, month.conversion, dice)
    _rate(chats, month.csat, colleagues, dice)
    _mark(chats, "一次解决", month.solved_at_once, dice)
    for chat in chats:
        _follow_up(chat, dice)
    return chats


def _moment(day: date, shift: str, dice: Dice) -> datetime:
    hour = dice.pick(RUSH_HOURS[shift])
    return datetime.combine(day, time(hour, dice.between(0, 59), dice.between(0, 59)))


def _chat(agent: Agent, month: Month, start: datetime, dice: Dice) -> Row:
    handle = dice.around(month.handle)
    replies = dice.between(3, 14)
    response = dice.around(month.first_response * 90)
    return {
        "客服工号": agent.id,
        "客服": agent.nicknames.split(";")[0],
        "渠道": dice.pick(CHANNELS),
        "开始时间": f"{start}",
        "结束时间": f"{start + timedelta(seconds=handle + dice.between(20, 400))}",
        "排队时长(秒)": f"{dice.between(0, 1) * dice.between(0, 40)}",
        "首次响应时长(秒)": f"{dice.around(month.first_response)}",
        "平均响应时长(秒)": f"{response // 100}.{response % 100:02}",
        "响应次数": f"{replies}",
        "处理时长": f"{handle // 60}分{handle % 60}秒",
        "转人工": YES if dice.hits(350) else NO,
        "转接": NO,
        "是否付款": NO,
        "难度": dice.pick("1112223"),
    }


def _name_buyers(chats: list[Row], prefix: str, dice: Dice) -> None:
    """One chat in 25 comes from a buyer who had already asked the same agent that month."""
    for number, chat in enumerate(chats):
        again = number > 0 and dice.hits(40)
        chat["买家ID"] = chats[dice.between(0, number - 1)]["买家ID"] if again else f"b{prefix}{number:03}"


def _close_sales(chats: list[Row], conversion: int, dice: Dice) -> None:
    first_chat = {chat["买家ID"]: chat for chat in reversed(chats)}
    sales = (len(first_chat) * conversion + 500) // 1000
    for chat in dice.chosen(list(first_chat.values()), sales):
        chat["是否付款"] = YES


def _mark(chats: list[Row], column: str, per_mille: int, dice: Dice) -> None:
    lucky = (len(chats) * per_mille + 500) // 1000
    places = set(dice.chosen(range(len(chats)), lucky))
    for place, chat in enumerate(chats):
        chat[column] = YES if place in places else NO


def _rate(chats: list[Row], csat: int, colleagues: list[str], dice: Dice) -> None:
    """Two chats in five are rated; one in thirty was handed on, and then the colleague is who was rated."""
    rated = dice.chosen(chats, len(chats) * 2 // 5)
    happy = (len(rated) * csat + 500) // 1000
    for chat in chats:
        chat["转接"] = YES if dice.hits(33) else NO
    for number, chat in enumerate(rated):
        good = number < happy
        chat["评价"] = dice.pick(("很满意", "很满意", "满意") if good else ("一般", "一般", "不满意", "很不满意"))
        chat["评价客服"] = dice.pick(colleagues) if chat["转接"] == YES else chat["客服工号"]
        ended = datetime.fromisoformat(chat["结束时间"])
        chat["评价时间"] = f"{ended + timedelta(seconds=dice.between(15, 1500))}"
        chat["差评原因"] = dice.pick(BAD_REASONS) if chat["评价"].startswith(("不", "很不")) else ""
        if dice.hits(500):
            chat["推荐分"] = f"{dice.between(8, 10) if good else dice.between(2, 8)}"


def _follow_up(chat: Row, dice: Dice) -> None:
    solved_at_once = chat["一次解决"] == YES
    chat["是否回复"] = YES if solved_at_once or dice.hits(930) else NO
    chat["需跟进"] = NO if solved_at_once else dice.pick((YES, YES, NO))
    chat["跟进解决"] = "" if chat["需跟进"] == NO else dice.pick((YES, YES, YES, NO))
    chat["是否解决"] = YES if solved_at_once or chat["跟进解决"] == YES else NO


def month_of_orders(agent: Agent, month: Month, chats: list[Row]) -> list[Row]:
    """One order for each sale in a chat, the rest from buyers who came back by themselves.

    Baskets are scaled so that the month's mean is the planned one to the cent.
    """
    first = datetime.fromisoformat(chats[0]["开始时间"]).date().replace(day=1)
    dice = Dice(f"orders {agent.id} {first}")
    sales = [chat for chat in chats if chat["是否付款"] == YES]
    days = sorted({chat["开始时间"][:10] for chat in chats})
    count = max(month.orders, len(sales))
    cents = _baskets(month.basket, count, dice)
    several = _places(count, month.cross, dice)
    repeats = _places(count, month.repeat, dice)
    names = agent.nicknames.split(";")
    orders = []
    for place in range(count):
        chat = sales[place] if place < len(sales) else None
        orders.append(_order(chat["开始时间"][:10] if chat else dice.pick(days), cents[place], dice))
        orders[-1]["agent"] = dice.pick(names)
        orders[-1]["items"] = f"{dice.between(2, 4) if place in several else 1}"
        orders[-1]["buyer"] = chat["买家ID"] if chat else f"b{first:%y%m}{agent.id}9{place:02}"
        orders[-1]["repeat"] = "Y" if place in repeats else "N"
        if chat:
            chat["付款金额"] = orders[-1]["amount"]
    return orders


def _places(count: int, per_mille: int, dice: Dice) -> set[int]:
    return set(dice.chosen(range(count), (count * per_mille + 500) // 1000))


def _baskets(mean: int, count: int, dice: Dice) -> list[int]:
    raw = [dice.pick(BASKETS) * 1000 + dice.between(0, 9000) for _ in range(count)]
    cents = [share * mean * count // sum(raw) for share in raw]
    cents[0] += mean * count - sum(cents)
    return cents


def _order(paid_on: str, cents: int, dice: Dice) -> Row:
    returned = dice.hits(55)
    back = date.fromisoformat(paid_on) + timedelta(days=dice.between(2, 12))
    return {
        "paid_on": paid_on,
        "amount": f"{cents // 100}.{cents % 100:02}",
        "returned": "Y" if returned else "N",
        "returned_on": f"{back}" if returned else "",
        "refund": f"{cents // 100}.{cents % 100:02}" if returned else "",
    }


def past_midnight(chats: list[Row], day: str) -> None:
    """The day's last three chats begin just before midnight and end after it."""
    for chat, seconds in zip(in_month(chats, "开始时间", day)[-3:], (40, 70, 100), strict=True):
        start = datetime.fromisoformat(f"{day} 23:57:30") + timedelta(seconds=seconds)
        shift = start - datetime.fromisoformat(chat["开始时间"])
        for column in ("开始时间", "结束时间", "评价时间"):
            if chat.get(column):
                chat[column] = f"{datetime.fromisoformat(chat[column]) + shift}"


def in_month(rows: Iterable[Row], column: str, period: str) -> list[Row]:
    return [row for row in rows if row[column].startswith(period)]


def numbered(rows: Iterable[Row], column: str, prefix: str, start: int) -> list[Row]:
    """Gives the rows their ids in the order they are in."""
    rows = list(rows)
    for number, row in enumerate(rows, start):
        row[column] = f"{prefix}{number}"
    return rows


def every_nth(rows: list[Item], step: int, count: int) -> list[Item]:
    """`count` rows spread over the list, for the dirt that must not sit in one place."""
    return [rows[(step * (number + 1)) % len(rows)] for number in range(count)]
