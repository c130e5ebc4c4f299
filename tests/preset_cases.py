"""For every preset a made-up export, what is measured in it, and each agent's values, worked out by hand."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Case:
    """`formulas` begin with their unit; `values` are those of October 2026, in base units, nothing where there is none.

    `more` are lines of the source that its user writes; `roster` puts agents into teams.
    """

    preset: str
    formulas: tuple[str, ...]
    values: dict[str, tuple[str, ...]]
    more: tuple[str, ...] = ()
    sample: str = ""
    zone: str = "UTC"
    roster: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return f"{self.sample or self.preset}.csv"


def weighted(unit: str, column: str) -> str:
    return f"{unit} weighted_mean(x.{column}, by=x.volume)"


TICKETS = (
    Case(
        "zendesk-tickets",
        ("duration mean(x.first_response)", "percent share(x.rating == 1)", "duration mean(x.resolution)"),
        {"Ann": ("3600", "0.5", "54000"), "Bo": ("900", "", "")},  # Bo's second ticket is of November
    ),
    Case(
        "freshdesk-tickets",
        (
            "duration mean(x.first_response)",
            "duration mean(x.resolution)",
            "percent share(x.first_response_in_time)",
            "duration mean(x.replied_at - x.created_at)",
        ),
        {"Ann": ("2700", "54900", "1", "2700"), "Bo": ("", "", "0", "45")},
    ),
    Case(  # the first conversation is of October, the last of November: neither by New York's clock
        "intercom-conversations",
        ("count count(x)", "duration mean(x.resolution)", "percent share(x.bot_involved)"),
        {"Ann": ("2", "1200", "0.5"), "Bo": ("1", "60", "")},
    ),
    Case(
        "intercom-ratings",
        ("number mean(x.rating)", "count count(x)"),
        {"Ann": ("5", "1"), "Bo": ("4", "1")},
    ),
    Case(
        "gorgias-tickets",
        ("duration mean(x.first_response)", "duration mean(x.resolution)", "number mean(x.rating)"),
        {"ann@example.com": ("300", "1805", "5"), "bo@example.com": ("45", "", "2")},
    ),
    Case(
        "zoho-desk-tickets",
        (
            "duration mean(x.resolution_business)",
            "duration mean(x.first_response_business)",
            "percent share(x.fcr)",
            'percent share(x.sla == "Not Violated")',
        ),
        {"Ann": ("55000", "3600", "0.5", "0.5"), "Bo": ("", "2700", "0", "1")},
    ),
    Case(
        "zammad-tickets",
        (
            "duration mean(x.first_response)",
            "percent share(x.first_response_left >= 0s)",
            "duration mean(x.resolution)",
        ),
        {"Ann": ("1200", "0.5", "7200"), "Bo": ("300", "1", "2700")},
    ),
    Case(
        "osticket-tickets",
        ("duration mean(x.closed_at - x.created_at)", "percent share(x.overdue)", "count sum(x.reopens)"),
        {"Ann": ("5400", "0.5", "1"), "Bo": ("", "0", "0")},
    ),
    Case(
        "otrs-tickets",
        (
            "duration mean(x.first_response)",
            "duration mean(x.resolution)",
            "percent share(x.first_response_left >= 0s)",
        ),
        {"ann": ("1200", "7200", "0.5"), "bo": ("300", "3600", "1")},
    ),
    Case(
        "jira-issues",
        (
            "percent share(x.first_response_left >= 0s)",
            "duration mean(x.solved_at - x.created_at)",
            "number mean(x.rating)",
            "duration mean(x.resolution_left)",
        ),
        {"Ann": ("0.5", "7200", "4", "5850"), "Bo": ("1", "", "", "")},
    ),
    Case(
        "servicenow-incidents",
        (
            "percent share(x.in_time)",
            "duration mean(x.resolution)",
            "duration mean(x.resolution_business)",
            "count sum(x.reopens)",
        ),
        {"ann": ("0.5", "66033.5", "48600", "1"), "bo": ("1", "", "", "0")},
    ),
    Case(
        "salesforce-cases",
        ("count count(x)", "duration mean(x.closed_at - x.created_at)"),
        {"Ann": ("2", "5400"), "Bo": ("1", "")},
    ),
    Case(  # its days begin at 00:00 in Chicago, the period's at 00:00 UTC: both first and last ticket are of October
        "hubspot-tickets",
        ("count count(x)", "duration mean(x.first_response)", "duration mean(x.resolution)"),
        {"Ann": ("2", "600", "46800"), "Bo": ("1", "", "")},
        more=("timezone: America/Chicago",),
    ),
)

_CHATWOOT = (weighted("duration", "first_response"), "duration weighted_mean(x.resolution, by=x.resolved)")
CHATWOOT = (
    Case(
        "chatwoot-agents",
        (*_CHATWOOT, "count sum(x.resolved)", weighted("duration", "wait")),
        {"Ann": ("125", "7500", "30", "61"), "Bo": ("45", "97200", "4", ""), "Cy": ("", "", "0", "")},
    ),
    Case(
        "chatwoot-agents",
        (*_CHATWOOT, "count sum(x.resolved)", weighted("duration", "wait")),
        {"小安": ("125", "7500", "30", "45"), "小博": ("45", "97200", "4", "")},
        sample="chatwoot-agents-zh",
    ),
    Case(
        "chatwoot-teams",
        (*_CHATWOOT, weighted("duration", "avg_response")),
        {"ann": ("125", "7500", "50"), "bo": ("45", "97200", "90")},
        roster={"ann": "sales", "bo": "support"},
    ),
    Case(
        "chatwoot-csat",
        ("number mean(x.rating)", "percent share(x.rating >= 4)"),
        {"Ann (ann@example.com)": ("4", "0.5"), "Bo (bo@example.com)": ("4", "1")},
    ),
    Case(
        "chatwoot-csat",
        ("number mean(x.rating)", "percent share(x.rating >= 4)"),
        {"小安 (an@example.com)": ("3.5", "0.5")},
        sample="chatwoot-csat-zh",
    ),
    Case(
        "chatwoot-sla",
        ("count count(x, where=not missing(x.breached))", "count unique(x.id)"),
        {"Ann": ("2", "2"), "Bo": ("0", "1")},
    ),
)

_SATISFIED = "(sum(x.very_satisfied) + sum(x.satisfied))"
_ASKED = "(sum(x.very_satisfied) + sum(x.satisfied) + sum(x.neutral) + sum(x.dissatisfied) + sum(x.very_dissatisfied))"
TAOBAO = (
    Case(
        "chitu-workload",
        (
            weighted("duration", "first_response"),
            weighted("duration", "handle"),
            weighted("percent", "reply_rate"),
            "count sum(x.volume)",
        ),
        {"小安": ("27.77", "528", "1", "98"), "小博": ("30", "723", "0.9", "50"), "小陈": ("", "", "", "0")},
    ),
    Case(  # the file is in GB18030
        "chitu-workload-daily",
        (
            weighted("duration", "first_response"),
            weighted("duration", "handle"),
            f"percent {_SATISFIED} / sum(x.rated)",
            weighted("percent", "reply_rate"),
        ),
        {"小安": ("15", "516", "0.833333", "0.975"), "小博": ("12.5", "360", "", "1")},
    ),
    Case(
        "chitu-averages",
        (
            weighted("duration", "avg_response"),
            weighted("percent", "reply_rate"),
            weighted("percent", "conversion"),
            f"percent {_SATISFIED} / {_ASKED}",
        ),
        {"小安": ("37.79", "0.9971", "0.625", "0.9"), "小博": ("40", "0.98", "0.5", "0.8")},
    ),
    Case(
        "chitu-sales",
        ("money sum(x.sales)", "percent sum(x.buyers) / sum(x.inquiries)", "count sum(x.orders)"),
        {"小安": ("12345.6", "0.5", "44"), "小博": ("0", "0.25", "16")},
    ),
    Case(
        "qianniu-reception",
        (
            weighted("duration", "avg_response"),
            weighted("duration", "first_response"),
            "percent sum(x.replied) / sum(x.contacts)",
            weighted("duration", "handle"),
            weighted("percent", "reply_rate_3min"),
        ),
        {
            "旗舰店:小安": ("15", "8", "0.983333", "528", "0.995"),
            "旗舰店:小博": ("25", "12", "1", "360", "0.98"),
        },
    ),
    Case(
        "qianniu-reviews",
        (
            f"percent {_SATISFIED} / sum(x.rated)",
            "count sum(x.rated_unasked)",
            "percent weighted_mean(x.satisfaction, by=x.rated)",
        ),
        {"旗舰店:小安": ("0.9", "5", "0.9"), "旗舰店:小博": ("0.5", "0", "0.5")},
    ),
    Case(
        "qianniu-performance",
        (
            "duration weighted_mean(x.first_response, by=x.effective)",
            "percent sum(x.buyers) / sum(x.inquiries)",
            "money sum(x.sales)",
            "percent weighted_mean(x.satisfaction, by=x.effective)",
        ),
        {"旗舰店:小安": ("15", "0.4", "1300.5", "0.95"), "旗舰店:小博": ("12.5", "0.5", "800", "1")},
    ),
    Case(
        "qianniu-service",
        (weighted("percent", "reply_rate_3min"), weighted("duration", "avg_response")),
        {"旗舰店:小安": ("0.975", "17.5"), "旗舰店:小博": ("0.98", "20")},
        more=("time: day", "columns: {day: {from: 日期, type: date}}"),
    ),
    Case(
        "qianniu-service-ratings",
        ("percent sum(x.good) / sum(x.rated)",),
        {"旗舰店:小安": ("0.9",), "旗舰店:小博": ("0.75",)},
    ),
)

_AGENT_ADDED = ("agent: agent", "columns: {agent: 客服}")
OTHERS_OF_CHINA = (
    Case(
        "jd-agents",
        (
            weighted("duration", "avg_response"),
            "percent sum(x.good) / sum(x.rated)",
            weighted("percent", "reply_rate_30s"),
            "money sum(x.sales)",
        ),
        {"jd_an": ("15.5", "0.9", "0.9401", "1234.5"), "jd_bo": ("20", "0.9", "0.9", "800")},
        more=("columns: {avg_response: {from: 平均响应时长（新）, type: duration, unit: s}}",),
    ),
    Case(
        "jd-daily",
        ("percent sum(x.good) / (sum(x.good) + sum(x.bad))", "count sum(x.messages)"),
        {"jd_an": ("0.9", "580"), "jd_bo": ("0.75", "120")},
    ),
    Case(
        "pdd-agents",
        (
            "percent 1 - sum(x.unanswered_3min) / sum(x.answerable)",
            "percent sum(x.low_ratings) / sum(x.rated)",
            weighted("duration", "avg_response"),
            "money sum(x.sales)",
            weighted("percent", "reply_rate_30s"),
        ),
        {
            "pdd_an": ("0.975", "0.04", "15", "4000", "0.94"),
            "pdd_bo": ("0.99", "0.066667", "21", "2000", "0.91"),
            "pdd_cy": ("", "", "", "0", ""),
        },
    ),
    Case(
        "feige-a",
        (
            weighted("duration", "first_response"),
            "duration sum(x.online)",
            "percent sum(x.buyers) / sum(x.inquiries)",
            weighted("percent", "reply_rate_3min"),
        ),
        {"小安": ("12", "577800", "0.5", "0.99"), "小博": ("15", "540000", "0.25", "0.975")},
    ),
    Case(
        "feige-b",
        (
            weighted("duration", "avg_response"),
            "percent sum(x.good) / sum(x.rated)",
            "percent sum(x.ordered) / sum(x.inquiries)",
            weighted("percent", "reply_rate_3min"),
        ),
        {"an@shop": ("15", "0.9", "0.6", "0.99"), "bo@shop": ("65", "0.9", "0.3", "0.975")},
    ),
    Case(
        "qiyu-response",
        (
            weighted("duration", "first_response"),
            weighted("percent", "first_response_rate"),
            weighted("duration", "avg_response"),
            "duration max(x.max_queue)",
        ),
        {"小安": ("12", "0.95", "20", "60"), "小博": ("15", "0.9", "25", "125")},
        more=_AGENT_ADDED,
    ),
    Case(  # its days begin at 00:00 in China
        "wecom-api",
        (
            weighted("duration", "first_response"),
            weighted("percent", "reply_rate"),
            "percent weighted_mean(x.satisfaction, by=x.invited * x.rated_rate)",
            "count active_days(x)",
        ),
        {"an": ("15", "0.997825", "0.785714", "2"), "bo": ("", "0.98", "", "1")},
        more=("agent: agent", "columns: {agent: userid}"),
        zone="Asia/Shanghai",
    ),
    Case(
        "wecom-console",
        (
            weighted("duration", "first_response"),
            weighted("percent", "reply_rate"),
            weighted("percent", "satisfaction"),
        ),
        {"小安": ("12", "0.99", "0.95"), "小博": ("65", "0.975", "0.9")},
        more=_AGENT_ADDED,
    ),
)

CASES = (*TICKETS, *CHATWOOT, *TAOBAO, *OTHERS_OF_CHINA)
