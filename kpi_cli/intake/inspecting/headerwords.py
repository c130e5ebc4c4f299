"""What a header says of its column: whose names stand in it, whether it is a key, a moment, a duration or a rate.

The words are those of real exports. A header that speaks of customers is never taken for the agents'.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_GAPS = re.compile(r"[\s_\-./:]+")
_BRACKETS = re.compile(r"\s*[(\[【][^()\[\]【】]*[)\]】]\s*$")

_CUSTOMER = re.compile(
    r"customer|client|buyer|request[eo]r|contact|visitor|caller|guest|(?<!team )(?<!staff )member|subscriber|recipient"
    r"|consumer|shopper|purchaser|reporter|end ?user|patient|cliente|kunde|acheteur|comprador|\bfrom\b|\bsender\b"
    r"|买家|買家|客户|客戶|顾客|顧客|访客|訪客|用户|用戶|会员|會員|消费者|买方|来电|来访|联系人|投诉人|报修人|收货|收件"
    r"|お客|고객"
)
_TEAM = re.compile(
    r"\b(?:group|team|queue|department|dept|inbox|squad|shift|branch|shop|store|skill)s?"
    r"(?: (?:id|name|names|code|no|number|currently|assigned))*$"
    r"|组$|分组$|小组|班组|组别|组名|部门|团队|店铺|门店|网点|班次"
)
_AGENT = re.compile(
    r"(?:^|\b)(?<!by an )(?:agent|assignee|owner|operator|representative|rep|csr|advis[eo]r|teammate|technician"
    r"|(?:team|staff) member|consultant|specialist|employee|staff|handler|handled by|assigned to|agent assigned"
    r"|resolved by|answered by|served by"
    r"|assigned agent|teammate currently assigned|last teammate rated|org resource|persona asignada|nome do atribuído)"
    r"(?: full)?(?: (?:id|name|names|code|no|number|email|account|nick|nickname|login|alias))*(?: \d)?$"
    r"|(?:客服|坐席|座席|接线员|话务员|专员|负责人|处理人|经办人|受理人|接待人|跟进人|责任人|工程师|业务员|销售员|导购"
    r"|员工|旺旺|服务人员|接待人员)(?:id|工号|编号|账号|帐号|子账号|账号名称|名称|姓名|昵称|名|人员)*$"
    r"|^(?:工号|账号名称|账户名)$"
)
_ASSIGNED_LATER = re.compile(r"rated|resolved|answered|评价|转接|转出|质检|复核|原|上级|主管|leader|manager|previous")
_WEAK_AGENT = re.compile(
    r"^(?:name|full name|actor|performed by|changed by|user|username|user name|user ?id|uid|account|login|e?mail"
    r"|email address|who"
    r"|姓名|名称|名字|昵称|账号|帐号|人员|员工|操作人|操作员)$"
)
_HALVES = (re.compile(r"^(?:first|given) ?name$"), re.compile(r"^(?:last|family) ?name$|^surname$"))
_ID = re.compile(r"(?:^|\b)(?:id|no|number|code|key|email|login)$|id$|工号$|编号$|账号$|帐号$|子账号$", re.IGNORECASE)
_KEY = re.compile(
    r"^(?:#|id|number|no|key)$"
    r"|\b(?:ticket|case|chat|conversation|session|call|order|issue|incident|request|message|interaction|survey"
    r"|work order|task|complaint|record|row)(?: reference)? ?(?:id|ids sequence|number|no|key|#)$"
    r"|(?:会话|工单|订单|投诉|故障|单据|对话|聊天|通话|记录|流水|消息|服务|案件|任务|问题|质检|评价)(?:id|编号|单号|流水号|号)$"
    r"|^(?:编号|单号|流水号|ticketnumber)$"
)
_NO_KEY = re.compile(r"序号|手机|电话|phone|mobile|邮箱|mail")
_CREATED = re.compile(
    r"creat|\bopen|\bstart|began|\bbegin|record|submitted|received|raised|reported|placed|inquir"
    r"|创建|建单|开始|发起|提交|受理|进线|接入|发生|报告|来电|下单|投诉时间|录制|咨询时间|会话时间"
)
_WHEN = re.compile(r"^(?:date|day|time|datetime|timestamp|日期|时间|统计日期|日|day of .*|stat (?:date|time))$")
_LATER = re.compile(
    r"due|updat|modif|clos|solv|resol|complet|end|finish|expect|escalat|sla|last|rated|replied|return|birth|purchase"
    r"|joined|left|first (?:response|reply)"
    r"|更新|修改|关闭|解决|完成|结束|恢复|截止|到期|预计|评价|退|入职|离职|首次|最后"
)
_MOMENT = re.compile(r"\bdate\b|\btime\b|\bday\b|\bat\b|\bon\b|timestamp|日期|时间|时刻|日$")
_CLOCK = re.compile(r"^(?:call |start |chat |begin |started )?time$|^(?:通话|开始|发起|会话|进线)?(?:时间|时刻)$")
_DATE = re.compile(
    r"^(?:call |start |chat |begin |started )?(?:date|day)$|^(?:通话|开始|发起|会话|进线|统计)?(?:日期|日)$"
)
_DURATION = re.compile(
    r"时长|用时|耗时|响应|首响|平响|等待|排队|处理时间|解决时间|接待时间|回复时间|duration|elapsed"
    r"|\btime (?:to|spent|tracked|taken)\b|\bspeed\b|\b(?:aht|frt|mttr|asa|att)\b|\bwait(?:ing)?\b"
    r"|\b(?:response|reply|resolution|resolve|handle|handling|talk|hold|queue|answer|wrap|work|online|busy|break|idle)"
    r"\b.*\btime\b|^avg (?:first )?(?:response|reply)|\btime in minutes\b"
)
_COUNTED = re.compile(
    r"率|人数|人次|次数|量$|条|数$|占比|比$|\brate\b|\bcounts?\b|number of|%|percent|messages|\btickets\b"
)
_RATE = re.compile(r"率|占比|百分比|比例|满意比|%|‰|percent|\bpct\b|\brate\b|\bratio of\b|\bshare\b|service level")
_NO_RATE = re.compile(r"汇率|利率|频率|费率|税率|exchange rate|hourly rate|heart rate")
_SCORE = re.compile(r"评|分|满意|score|rating|satisf|csat|nps")
_RATING = re.compile(r"评价|评分|评级|评星|星级|满意|好评|rating|csat|satisf|survey|feedback|bewertung|score|得分")
_NO_RATING = re.compile(
    r"时间|日期|内容|标签|类型|渠道|方式|来源|状态|人$|客服|编号|id$|备注|原因"
    r"|\bat\b|\bby\b|date|time|comment|remark|reason|tags?\b|type|channel|status|\bid\b|agent"
)
_EVENT = re.compile(
    r"^(?:event|activity|action|actor type|sender type|message type|from type)(?: (?:type|name|kind))?$"
    r"|^(?:事件|动作|操作|消息)(?:类型|名称)?$|发送方|发送者类型"
)
_STATUS = re.compile(r"状态|\bstatus\b|\bstate\b")
_REACHED_BY = re.compile(r"mail|phone|mobile|address|邮箱|电话|手机|地址|身份证")
_NAMED = re.compile(
    r"name|姓名|名称|昵称|旺旺|账号|联系|^(?:customer|client|buyer|request[eo]r|contact|visitor|caller|guest|from|reporter"
    r"|客户|顾客|买家|访客|用户|会员)$"
)
_ID_CELL = re.compile(r"[A-Za-z]{0,4}[-_]?\d+")
BOT = re.compile(
    r"\bbots?\b|\bai agent\b|robot|^system\b|\bsystem$|auto-?(?:reply|responder|mat)|noreply|no-reply|unassigned|nobody"
    r"|^admin$|机器人|智能客服|系统|自动|店铺主号|未分配|无人",
    re.IGNORECASE,
)
"""Names that no person has."""


class AgentRank(StrEnum):
    """How surely a header names the agent, best first."""

    ASSIGNED = "assigned"
    LATER = "later"  # whoever solved it, was rated for it, took it over
    WEAK = "weak"  # a name or an account, perhaps somebody else's
    NONE = "none"


def words(header: str) -> str:
    """Return the words of a header, parted by one space: those of `FirstResponseInMin` are `first response in min`."""
    folded = unicodedata.normalize("NFKC", _CAMEL.sub(" ", header)).casefold()
    return _GAPS.sub(" ", folded).strip()


def bare(header: str) -> str:
    """Return the words of a header without what stands in brackets at its end."""
    text = words(header)
    return _BRACKETS.sub("", text) or text


def of_customers(header: str) -> bool:
    """Whether the header speaks of customers."""
    return bool(_CUSTOMER.search(words(header)))


def names_customers(header: str) -> bool:
    """Whether the cells below the header are customers, not how many or how old they are."""
    return of_customers(header) and bool(_NAMED.search(bare(header)))


def is_private(header: str, cells: Iterable[str]) -> bool:
    """Whether a column of customers holds what tells who they are: names and addresses, not ids."""
    text = bare(header)
    if not of_customers(header):
        return False
    if _REACHED_BY.search(text):
        return True
    return names_customers(header) and not is_id(header) and not all(map(_ID_CELL.fullmatch, cells))


def of_team(header: str) -> bool:
    """Whether the header names groups of persons."""
    return bool(_TEAM.search(bare(header))) and not of_customers(header)


def agent_rank(header: str) -> AgentRank:
    """Return how surely the header names the agent."""
    text = bare(header)
    if of_customers(header) or of_team(header) or BOT.search(text):
        return AgentRank.NONE
    plain = unicodedata.normalize("NFKC", words(header)).replace("(", "").replace(")", "")
    if _AGENT.search(text) or _AGENT.search(plain):
        return AgentRank.LATER if _ASSIGNED_LATER.search(text) else AgentRank.ASSIGNED
    return AgentRank.WEAK if _WEAK_AGENT.search(text) else AgentRank.NONE


def halves_of_name(headers: Sequence[str]) -> tuple[str, ...]:
    """Return the headers of a first and a last name, where both are there."""
    halves = (next((header for header in headers if half.search(bare(header))), "") for half in _HALVES)
    found = tuple(halves)
    return found if all(found) else ()


def is_numbered(header: str) -> bool:
    """Whether the header is one of several that a number tells apart, as `Agent 2`."""
    return bare(header)[-1:].isdigit()


def is_id(header: str) -> bool:
    """Whether the header speaks of an id rather than of a name."""
    return bool(_ID.search(bare(header)))


def is_key(header: str) -> bool:
    """Whether the header speaks of what tells one row from another."""
    text = bare(header)
    return bool(_KEY.search(text)) and not _NO_KEY.search(text) and not of_customers(header)


def time_rank(header: str) -> int:
    """Return how likely a moment says which period a row belongs to: 0 most likely, 3 least."""
    text = bare(header)
    if _WHEN.search(text):
        return 1
    if _LATER.search(text) and not _CREATED.search(text):
        return 3
    return 0 if _CREATED.search(text) else 2


def is_moment(header: str) -> bool:
    """Whether the header speaks of a date or a time."""
    return bool(_MOMENT.search(bare(header)))


def is_clock(header: str) -> bool:
    """Whether the header is that of a time of day beside a date."""
    return bool(_CLOCK.search(bare(header)))


def is_date(header: str) -> bool:
    """Whether the header is that of a date beside a time of day."""
    return bool(_DATE.search(bare(header)))


def is_duration(header: str) -> bool:
    """Whether the header speaks of how long something took."""
    text = words(header)
    return bool(_DURATION.search(text)) and not _COUNTED.search(text)


def is_rate(header: str) -> bool:
    """Whether the header speaks of a share of a whole."""
    text = words(header)
    return bool(_RATE.search(text)) and not _NO_RATE.search(text)


def is_rating(header: str) -> bool:
    """Whether the cells below the header rate something, by whatever words."""
    text = words(header)
    return bool(_RATING.search(text)) and not _NO_RATING.search(text)


def is_event(header: str) -> bool:
    """Whether the header says what kind of event a row is."""
    return bool(_EVENT.search(bare(header)))


def is_status(header: str) -> bool:
    """Whether the header is that of how far something is, which has more words than are seen."""
    return bool(_STATUS.search(words(header)))


def is_score(header: str) -> bool:
    """Whether the header speaks of marks or points."""
    return bool(_SCORE.search(words(header)))
