"""Headers that are known: those of the presets, and further ones that real exports have, with our names for them."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from kpi_cli.intake.files.headers import header_key
from kpi_cli.intake.presets import PRESETS
from kpi_cli.scheme.compiled import ColumnType
from kpi_cli.scheme.model.sources import ColumnModel, SourceModel

_PARTS: Final = re.compile("[*-]")  # of a pattern, of a group and its field
_FURTHER: Final = (
    "Agent, Agent ID, Assigned_Agent, Assigned Agent, Ticket owner, Sales Rep, Agent Group, Team, Inbox name,"
    "Employee ID, Name, Role, Joined, Customer, Customer Name, Created, Date, Time, Topic, Call Id, Incoming Calls,"
    "Answer Rate, CSAT Score, CSAT_Score, Speed of answer in seconds, First response, Solved,"
    "工号, 姓名, 小组, 岗位, 客服, 客服工号, 客服名称, 客服昵称, 客服姓名, 坐席, 日期, 会话ID, 工单编号, 开始时间,"
    "结束时间, 创建时间, 渠道, 评价, 首次响应时长, 平均响应时长, 接待人数, 咨询人数, 满意度"
)


def columns_of(source: SourceModel) -> Mapping[str, ColumnModel]:
    """Return the columns of a source, each spelled out."""
    found = (source.columns or {}).items()
    return {
        name: ColumnModel.model_construct(found_in=(column,), type="text") if isinstance(column, str) else column
        for name, column in found
    }


def headers_of(column: ColumnModel, name: str) -> tuple[str, ...]:
    """Return every header that a column names."""
    return column.join or column.found_in or (name,)


@cache
def known_headers() -> tuple[str, ...]:
    """Return the headers by which a header row is recognised."""
    further = (word.strip() for word in _FURTHER.split(","))
    ours = (
        header
        for preset in PRESETS.values()
        for name, column in columns_of(preset).items()
        for header in headers_of(column, name)
    )
    return tuple(dict.fromkeys((*ours, *further)))


def headers_in(text: str) -> tuple[str, ...]:
    """Return the known headers that a text may hold as cells: few of all, which makes looking for them quick."""
    key = header_key(text)
    return tuple(header for header in known_headers() if all(part in key for part in _PARTS.split(header_key(header))))


@cache
def _names() -> Mapping[tuple[str, ColumnType], str]:
    found: dict[tuple[str, ColumnType], str] = {}
    for name, column in _all_columns():
        for header in headers_of(column, name) if not column.join else ():
            found.setdefault((header_key(header), ColumnType(column.type)), name)
    return found


def _all_columns() -> Iterator[tuple[str, ColumnModel]]:
    for preset in PRESETS.values():
        yield from columns_of(preset).items()


def preset_name(header: str, kind: ColumnType) -> str | None:
    """Return what the presets call a column of this header and type."""
    return _names().get((header_key(header), kind))
