"""What a metric is about, as far as its unit, its words and the words of what it reads tell.

Its own words are its name and label; beside them stand the names and headers of the sources and columns it reads.
The lints are rather silent than wrong: what must be there for a warning is read narrowly, what would silence it
widely.
"""

import re
from collections.abc import Iterator

from kpi_cli.scheme.compiled import Metric, Scheme
from kpi_cli.scheme.formula.tree import Aggregate, Column, MetricValue, OfTeam, Previous, ValueExpression
from kpi_cli.scheme.formula.walking import walk
from kpi_cli.scheme.targets import Direction
from kpi_cli.scheme.units import Unit


def _any_of(chinese: str, words: str) -> re.Pattern[str]:
    """Match Chinese words anywhere, and English ones that begin a word (`_` ends one)."""
    return re.compile(rf"{chinese}|(?<![a-z])(?:{words})", re.IGNORECASE)


_SPEED = _any_of(
    "响应|应答|首响|等待|排队|时效|及时",
    r"frt\b|art\b|aht\b|asa\b|first[ _]?(?:re(?:sponse|ply)|answer)|respon(?:se|d)|wait|speed|handl(?:e|ing)[ _]?time"
    r"|sla\b|(?:in|on) time",
)
_QUALITY = _any_of(
    "满意|评价|评分|好评|差评|质检|质量|解决|合格|准确|投诉|推荐|神秘|专业|态度|违规|体验|退",
    r"csat|nps|satisf|quality|qa(?![a-z])|fcr|resol|solv|complain|rating|rated|reopen|accura|survey|recommend|review"
    r"|violation|error|defect|promoter|feedback|effort|return(?:s|ed)?(?![a-z])|refund",
)
_CARE = _any_of(
    "满意|评价|评分|好评|差评|投诉|推荐|体验|退",
    r"csat|nps|satisf|complain|rating|rated|survey|recommend|review|promoter|feedback|return(?:s|ed)?(?![a-z])|refund",
)
_CONVERSION = _any_of("转化|成单率|成交率", r"conver(?:sion|t|ted)|win[ _]rate")
_SALES = _any_of(
    "销售|成交|客单|营收|收入|业绩|复购|关联|加购",
    r"sales|revenue|aov|order[ _]value|up[ _-]?sell|cross[ _-]?sell|repurchase|gmv",
)
_EFFORT = _any_of(
    "接待量|接待数|接单|处理量|工作量|会话量|接听|出勤|考勤|在线|工时|利用率|培训",
    r"volume|throughput|handled|per[ _](?:day|hour|active)|attendance|online|training|utili[sz]ation|workload",
)
_FIRST_REPLY = _any_of("首次响应|首次回复|首响", r"frt\b|first[ _]?(?:re(?:sponse|ply|plied)|respon|answer)")
_MEAN_REPLY = _any_of(
    "平均响应|平均回复", r"art\b|(?:average|avg|mean)[ _]?re(?:sponse|ply)|re(?:sponse|ply)[ _](?:average|avg|mean)"
)


def is_about_speed(metric: Metric) -> bool:
    """Whether less time, or more answers in time, is rewarded."""
    is_short = metric.unit is Unit.DURATION and aims_low(metric)
    return is_short or bool(_SPEED.search(_own(metric)))


def is_about_quality(metric: Metric, scheme: Scheme) -> bool:
    """Whether anything tells how well customers are served. How long something took does not."""
    if metric.unit is Unit.DURATION:
        return False
    return bool(_QUALITY.search(_own(metric) if is_about_speed(metric) else all_words(metric, scheme)))


def is_about_care(metric: Metric, scheme: Scheme) -> bool:
    """Whether customers say what they think of it: by ratings, complaints, or goods they send back."""
    return metric.unit is not Unit.DURATION and bool(_CARE.search(all_words(metric, scheme)))


def is_about_conversion(metric: Metric) -> bool:
    """Whether talking people into buying is rewarded."""
    return bool(_CONVERSION.search(_own(metric)))


def is_about_results(metric: Metric) -> bool:
    """Whether business alone is rewarded: conversion, sales, their growth."""
    return is_about_conversion(metric) or bool(_SALES.search(_own(metric)))


def is_about_effort(metric: Metric, scheme: Scheme) -> bool:
    """Whether the way of working is rewarded: speed, volume, presence; and nothing of what comes of it."""
    if is_about_quality(metric, scheme) or is_about_results(metric):
        return False
    return is_about_speed(metric) or bool(_EFFORT.search(_own(metric)))


def says_first_reply(metric: Metric) -> bool:
    """Whether the metric is called a first response."""
    return bool(_FIRST_REPLY.search(_own(metric)))


def says_mean_reply(metric: Metric) -> bool:
    """Whether the metric is called a mean response, and not that of the first one."""
    return bool(_MEAN_REPLY.search(_own(metric))) and not re.search("首|first", _own(metric), re.IGNORECASE)


def is_first_reply(column: Column, scheme: Scheme) -> bool:
    """Whether a column holds the first response, by its name or headers."""
    return bool(_FIRST_REPLY.search(column_words(column.source, column.name, scheme)))


def aims_low(metric: Metric) -> bool:
    """Whether less is better."""
    return metric.better == "lower" or (metric.target is not None and metric.target.direction is Direction.AT_MOST)


def all_words(metric: Metric, scheme: Scheme) -> str:
    """Return a metric's own words and those of every source and column behind it."""
    return " ".join((_own(metric), *_words_read(metric.expression, scheme)))


def column_words(source: str, name: str, scheme: Scheme) -> str:
    """Return the names of a column: ours and the export's."""
    columns = scheme.sources[source].columns if source in scheme.sources else {}
    return " ".join((name, *(columns[name].headers if name in columns else ())))


def _own(metric: Metric) -> str:
    return f"{metric.name} {metric.label}".casefold().replace("_", " ")


def _words_read(expression: ValueExpression, scheme: Scheme) -> Iterator[str]:
    for node in walk(expression):
        if isinstance(node, Aggregate):
            yield node.source
        elif isinstance(node, Column):
            yield column_words(node.source, node.name, scheme)
        elif isinstance(node, MetricValue | Previous | OfTeam) and node.metric in scheme.metrics:
            yield from _words_read(scheme.metrics[node.metric].expression, scheme)
