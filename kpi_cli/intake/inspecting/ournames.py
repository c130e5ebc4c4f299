"""Our names for sources and columns: the presets' where a header is known, else the header's own, else its number."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from pathlib import PurePath

from kpi_cli.intake.files.unpacking import PACKINGS
from kpi_cli.intake.inspecting.headerwords import bare
from kpi_cli.intake.inspecting.known import preset_name
from kpi_cli.scheme.compiled import ColumnType
from kpi_cli.scheme.formula.vocabulary import RESERVED

ROW = "row"
"""Our name for cells that only together tell one row from another; no column may have it."""
_TEXT, _NUMBER, _SPAN = frozenset({ColumnType.TEXT}), frozenset({ColumnType.NUMBER}), frozenset({ColumnType.DURATION})
_TIME, _RATE = frozenset({ColumnType.DATETIME, ColumnType.DATE}), frozenset({ColumnType.PERCENT})
_PATTERNS = tuple(
    (name, kinds, re.compile(pattern))
    for name, kinds, pattern in (
        ("first_response", _SPAN, r"first.*(?:response|reply)|首次?(?:平均)?响应?|首响|speed of answer|answer speed"),
        ("avg_response", _SPAN, r"(?:avg|average|mean).*(?:response|reply)|平均.*响应|平响"),
        ("resolution", _SPAN, r"resol|解决时|time to close|close.*time"),
        ("handle", _SPAN, r"\baht\b|handl|talk|处理时长|接待时长|对话时长|会话时长|通话时长"),
        ("wait", _SPAN, r"wait|queue|等待|排队"),
        ("replied_at", _TIME, r"first.*(?:response|reply)|首次?响应|首次回复"),
        ("rated_at", _TIME, r"rated|survey|评价"),
        ("solved_at", _TIME, r"solved|resolved|解决时间"),
        ("closed_at", _TIME, r"closed|^close|关闭"),
        ("updated_at", _TIME, r"updat|modif|更新"),
        ("started_at", _TIME, r"^(?:conversation |chat |session )?start|开始"),
        ("ended_at", _TIME, r"^(?:conversation |chat |session )?end|结束"),
        ("created_at", _TIME, r"creat|opened|创建|发起|提交|受理|进线|下单|发生"),
        ("day", _TIME, r"^(?:date|day|日期|统计日期)$"),
        ("satisfaction", _RATE, r"满意|satisf|csat|好评"),
        ("rating", _NUMBER, r"rating|csat|satisf|survey score|^评分$|^评价$|满意度"),
        ("recommend", _NUMBER, r"\bnps\b|推荐"),
        ("reopens", _NUMBER, r"reopen|重开"),
        ("replies", _NUMBER, r"^repl(?:y|ies)"),
        ("amount", _NUMBER, r"amount|金额"),
        ("volume", _NUMBER, r"incoming calls|接待量|接待人数"),
        ("answered", _TEXT | frozenset({ColumnType.BOOLEAN}), r"^answered"),
        ("status", _TEXT, r"^(?:ticket |case )?(?:status|state)$|状态"),
        ("priority", _TEXT, r"priority|优先级|紧急程度"),
        ("channel", _TEXT, r"channel|渠道"),
        ("kind", _TEXT, r"^(?:ticket |issue |case )?type$|类型"),
        ("rating", _TEXT, r"^(?:csat|评价|satisfaction(?: rating| score)?)$"),
        ("buyer", _TEXT, r"(?:buyer|customer|requester)(?: id)?$|^(?:买家|客户|顾客|访客)id$"),
        ("topic", _TEXT, r"^topic$"),
    )
)
_HANDLING, _TALK = re.compile(r"\baht\b|\bhandl(?:e|ing)\b|处理时长"), re.compile(r"\btalk\b|通话时长")
"""Talking is a part of handling, where both are there."""
_WILD = re.compile(r"[*?]|\{\w+\}")
_PROMISED = re.compile(r"\bleft\b|\bdiff\b|剩余|\bsla\b|expected|\bdue\b|target|预计|应|截止")
_DATE = r"\d{4}[-_.年]\d{1,2}[-_.月]\d{1,2}日?|(?<!\d)20\d{6}(?!\d)"
_PART = r"\d{4}[-_]?(?:W\d{2}|Q[1-4]|H[12])|\d{4}[-_.年]\d{2}月?(?!\d)|(?<!\d)20\d{4}(?!\d)"
_OF_YEAR = r"(?<!\d)\d{1,2}月(?:\d{1,2}[日号])?"
DATED = re.compile(rf"(?:{_DATE})(?:(?:\.\.|[~至到_-])+(?:{_DATE}))?|{_PART}|{_OF_YEAR}(?:[~至到_-]+{_OF_YEAR})?")
"""What of a file's name is a date, two of them, or a period."""


def column_name(headers: Sequence[str], kind: ColumnType, place: int) -> str:
    """Return our name for a column: known, else the header in lower case where that makes a name, else `column_7`."""
    header = headers[place]
    known = preset_name(header, kind)
    if known is not None:
        return known
    text = bare(header)
    is_part = _TALK.search(text) and any(map(_HANDLING.search, map(bare, headers)))
    if _PROMISED.search(text) or is_part:
        return _as_name(text) or f"column_{place + 1}"
    for name, kinds, pattern in _PATTERNS:
        if kind in kinds and pattern.search(text):
            return name
    return _as_name(text) or f"column_{place + 1}"


def source_name(label: str, taken: Collection[str]) -> str:
    """Return our name for a source, from the name of its file, or their pattern, without dates."""
    stem = _WILD.sub("", PurePath(label).name)
    while (path := PurePath(stem)).suffix.lower() in {
        *PACKINGS,
        ".csv",
        ".tsv",
        ".txt",
        ".xlsx",
        ".xls",
        ".parquet",
        ".xlsm",
    }:
        stem = path.stem
    name = _as_name(DATED.sub(" ", stem).casefold()) or "export"
    return unused("roster_" if name == "roster" else name, taken)


def unused(name: str, taken: Collection[str]) -> str:
    """Return the name, with a number where it is taken."""
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def _as_name(text: str) -> str | None:
    name = re.sub(r"_+", "_", re.sub(r"\W+", "_", unicodedata.normalize("NFKC", text))).strip("_")
    if not name.isidentifier() or len(name) > 60:  # noqa: PLR2004 - a sentence, not a name
        return None
    return f"{name}_" if name == ROW or name in RESERVED else name
