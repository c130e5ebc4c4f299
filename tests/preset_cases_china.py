"""Cases of the products that Chinese shops use: mostly one row per agent, with ready averages."""

from preset_case import Case, weighted

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
