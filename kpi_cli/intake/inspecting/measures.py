"""What could be measured of an export: a few metrics that its columns allow, as a beginning.

Rows of cases are counted and averaged; rows that are sums and averages already are weighted by their volume, for a
mean of means is wrong. Targets are never suggested: they are the owner's.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from kpi_cli.intake.inspecting import headerwords
from kpi_cli.intake.inspecting.headerwords import bare
from kpi_cli.intake.inspecting.inspection import ColumnEntry, Inspection, Role
from kpi_cli.intake.inspecting.known import columns_of
from kpi_cli.intake.inspecting.ournames import ROW, unused
from kpi_cli.intake.presets import PRESETS
from kpi_cli.scheme.compiled import ColumnType
from kpi_cli.scheme.formula.vocabulary import RESULTS
from kpi_cli.scheme.units import Unit

_VOLUME = re.compile(
    r"接待|接起|接听|会话|咨询|对话|工单|服务|处理|回复人数|评价数|通话"
    r"|\b(?:calls?|tickets?|chats?|conversations?|sessions?|cases|contacts|volume|answered|handled|resolved|solved)\b"
)
_OFFERED = re.compile(r"呼入|进线|来电|咨询|offered|incoming|inbound|received")
_ANSWERED = re.compile(r"接待|接听|接起|接通|处理|answered|handled")
_OF_OFFERED = re.compile(  # shares of whatever came in, answered or not
    r"接通|接起|接听|应答|服务水平|放弃|流失|\banswer(?:ed|ing)? rate|service level|abandon|missed|lost"
)
_COUNTED = re.compile(
    r"人数|人次|次数|数量?$|量$|数$|calls|tickets|chats|conversations|sessions|cases|contacts|volume|cnt"
)
_MONEY = re.compile(r"销售额|金额|成交额|\bamount\b|\bsales\b|revenue|turnover")
_WORSE = re.compile(
    r"不满|差评|中评|投诉|退款|退货|未|超时|违规|慢|放弃|流失|转接|重开|错|missed|abandon|complain|refund|reopen|bad|dissatisf"
    r"|unsatisf|breach|violat|escalat|transfer|error|lost|negative|late\b|bounce"
)
_GOOD = re.compile(
    r"解决|达标|及时|合格|付款|成交|resolved|solved|\bsla\b|\bmet\b|within|first (?:call|contact)|\bfcr\b|paid|in time"
)
_OF_WORK = re.compile(
    r"响应|回复|首响|平响|处理|解决|接待|通话|等待|排队|respon|reply|resol|handl|talk|wait|speed|answer|hold|wrap"
)
_NO_WORK = re.compile(  # sources whose rows are better few, or all the same
    r"complain|incident|violat|error|refund|return|attend|absen|leave|shift|train|quality|\bqa\b|rubric|survey|投诉|违规|差错"
    r"|退|考勤|出勤|请假|排班|培训|质检|评价"
)
_AVERAGE = re.compile(r"\bavg\b|average|\bmean\b|平均|均值|率$")
_BY_FILE: Final = "file"  # the time of rows that do not say it themselves
_MOST: Final = 4
_SHORT_SCALE: Final = 3


class Measure(Struct, frozen=True):
    """A metric that could be: its name, formula and unit, and which end of a ranking is the best.

    `waits_for` is a column that it reads and that its owner has to settle first.
    """

    name: str
    formula: str
    unit: Unit
    better: Literal["higher", "lower"]
    waits_for: str | None = None


class _Column(Struct, frozen=True):
    """A column of an entry as it will be read."""

    name: str
    header: str
    type: ColumnType
    marks: tuple[str, ...] = ()
    is_open: bool = False

    def says(self, pattern: re.Pattern[str]) -> bool:
        return bool(pattern.search(bare(self.header)) or pattern.search(self.name.replace("_", " ")))


def measures_of(inspections: Sequence[Inspection]) -> Mapping[str, tuple[Measure, ...]]:
    """Return for the name of each source that credits persons what could be measured of it; all names differ."""
    taken = [each.entry.name for each in inspections]
    found = {}
    for each in inspections:
        if each.entry.is_roster or not _credits_persons(each):
            continue
        measures = []
        for measure in _measures(each):
            name = f"{measure.name}_" if measure.name in RESULTS else measure.name
            name = name if name not in taken else unused(f"{each.entry.name}_{name}", taken)
            taken.append(name)
            measures.append(replace(measure, name=name))
        found[each.entry.name] = tuple(measures)
    if found and all(each.waits_for for measures in found.values() for each in measures):
        source = next(iter(found))
        found[source] = (*found[source], _counted(source))
    return found


def _counted(source: str) -> Measure:
    if _NO_WORK.search(source):
        return Measure("rows", f"count({source})", Unit.COUNT, "lower")
    return Measure("handled", f"count({source})", Unit.COUNT, "higher")


def _credits_persons(inspection: Inspection) -> bool:
    preset = PRESETS.get(inspection.entry.preset or "")
    return Role.AGENT in inspection.entry.roles or bool(preset and preset.agent)


def _measures(inspection: Inspection) -> Iterator[Measure]:
    source, columns = inspection.entry.name, list(_columns(inspection))
    has_volume = any(each.type is ColumnType.NUMBER and _is_volume(each) for each in columns)
    summed = _summed(inspection) or (has_volume and _averages(inspection, columns))
    read = (
        (each, _of_sums(each, source, _averaged(each, source, columns)) if summed else _of_cases(each, source))
        for each in columns
    )
    measures = [replace(found, waits_for=each.name if each.is_open else None) for each, found in read if found]
    if not has_volume and summed and not _one_row_each(inspection):  # averages of days that nothing weighs
        measures = [each for each in measures if not each.formula.startswith("only")]
    yield from measures[:_MOST]
    if not summed and not _NO_WORK.search(source):
        yield _counted(source)


def _averaged(column: _Column, source: str, columns: Sequence[_Column]) -> str:
    """Return how averages are averaged: by what was answered, shares of whatever came in by what came in."""
    numbers = [each for each in columns if each.type is ColumnType.NUMBER]
    volumes = [each for each in numbers if _is_volume(each)]
    preferred = [each for each in volumes if each.says(_ANSWERED) and not each.says(_OFFERED)]
    if column.says(_OF_OFFERED) and column.type is ColumnType.PERCENT:
        preferred = [each for each in numbers if each.says(_OFFERED) and each.says(_COUNTED) and not each.says(_WORSE)]
    weight = next(iter((*preferred, *volumes)), None)
    return f"weighted_mean({{}}, by={source}.{weight.name})" if weight else "only({})"


def _columns(inspection: Inspection) -> Iterator[_Column]:
    """Yield the columns that a metric may read, but for those with a role."""
    entry, preset = inspection.entry, PRESETS.get(inspection.entry.preset or "")
    by_preset = columns_of(preset) if preset else {}
    roles = set(entry.roles.values()) | ({*(preset.agent or ()), preset.key, preset.time} if preset else set())
    for seen in inspection.columns:
        if seen.question is not None and isinstance(seen.question.value, ColumnEntry):
            value = seen.question.value
            yield _Column(seen.question.key, seen.header, value.type, _best(value.map), is_open=True)
        elif seen.name is None or seen.name in roles:
            continue
        elif model := by_preset.get(seen.name):
            yield _Column(seen.name, seen.header, ColumnType(model.type), _best(tuple((model.map or {}).items())))
        elif column := entry.columns.get(seen.name):
            yield _Column(seen.name, seen.header, column.type, _best(column.map))


def _best(told: Collection[tuple[str, str]]) -> tuple[str, ...]:
    """Return the numbers of a scale, best first."""
    numbers = {value for _, value in told if value.isdecimal()}
    return tuple(sorted(numbers, key=int, reverse=True))


def _summed(inspection: Inspection) -> bool:
    """Whether each row sums up a person, for a day or for the whole time."""
    entry, preset = inspection.entry, PRESETS.get(inspection.entry.preset or "")
    key = entry.roles.get(Role.KEY) or (preset.key if preset else None)
    agents = {entry.roles.get(Role.AGENT), *((preset.agent if preset else None) or ())}
    model = columns_of(preset).get(key or "") if preset else None
    return key == ROW or key in agents - {None} or bool(model and model.join) or _one_row_each(inspection)


def _averages(inspection: Inspection, columns: Sequence[_Column]) -> bool:
    """Whether rows that no key tells apart hold averages and rates beside a volume: sums of some days, without them."""
    averaged = any(each.type is ColumnType.PERCENT or each.says(_AVERAGE) for each in columns)
    return averaged and Role.KEY not in inspection.entry.roles and inspection.entry.preset is None


def _one_row_each(inspection: Inspection) -> bool:
    chosen = {each.header for each in inspection.candidates if each.role is Role.AGENT and each.chosen}
    files = len(inspection.files)
    several = inspection.rows > files and inspection.whole
    timed = inspection.entry.roles.get(Role.TIME, _BY_FILE) != _BY_FILE
    return (
        several
        and not timed
        and any(
            each.header in chosen and each.distinct <= inspection.rows <= each.distinct * files
            for each in inspection.columns
        )
    )


def _is_volume(column: _Column) -> bool:
    return column.says(_COUNTED) and column.says(_VOLUME) and not column.says(_WORSE)


def _better(column: _Column) -> Literal["higher", "lower"]:
    return "lower" if column.says(_WORSE) else "higher"


def _of_sums(column: _Column, source: str, averaged: str) -> Measure | None:
    found = f"{source}.{column.name}"
    match column.type:
        case ColumnType.DURATION if column.says(_OF_WORK):
            return Measure(column.name, averaged.format(found), Unit.DURATION, "lower")
        case ColumnType.PERCENT:
            return Measure(column.name, averaged.format(found), Unit.PERCENT, _better(column))
        case ColumnType.NUMBER if _is_volume(column):
            return Measure(column.name, f"sum({found})", Unit.COUNT, "higher")
        case ColumnType.NUMBER if column.says(_MONEY) and not column.says(_WORSE):
            return Measure(column.name, f"sum({found})", Unit.MONEY, "higher")
        case ColumnType.NUMBER if headerwords.is_score(column.header) and not column.says(_COUNTED):
            return Measure(column.name, averaged.format(found), Unit.NUMBER, _better(column))
        case _:
            return None


def _of_cases(column: _Column, source: str) -> Measure | None:
    found = f"{source}.{column.name}"
    match column.type:
        case ColumnType.DURATION if column.says(_OF_WORK):
            return Measure(column.name, f"mean({found})", Unit.DURATION, "lower")
        case ColumnType.BOOLEAN if column.says(_GOOD) and not column.says(_WORSE):
            return Measure(column.name, f"share({found})", Unit.PERCENT, "higher")
        case ColumnType.NUMBER if column.marks:
            least = column.marks[0 if len(column.marks) <= _SHORT_SCALE else 1]
            return Measure(column.name, f"share({found} >= {least})", Unit.PERCENT, "higher")
        case ColumnType.NUMBER if column.says(_MONEY) and not column.says(_WORSE):
            return Measure(column.name, f"sum({found})", Unit.MONEY, "higher")
        case ColumnType.NUMBER if headerwords.is_rating(column.header) and not column.says(_COUNTED):
            return Measure(column.name, f"mean({found})", Unit.NUMBER, "higher")
        case _:
            return None
