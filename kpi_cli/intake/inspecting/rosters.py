"""A list of persons -> an entry for `roster:`. One row for each person, and nothing of what they did.

Told by its headers (role, joined, pay, other names, ...), by its file's name, or because nothing in it is measured.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import PurePath

from msgspec.structs import replace

from kpi_cli.intake.inspecting import headerwords, patterns
from kpi_cli.intake.inspecting.drafting import Draft, Found
from kpi_cli.intake.inspecting.evidence import Evidence
from kpi_cli.intake.inspecting.headerwords import AgentRank, bare
from kpi_cli.intake.inspecting.inspection import Candidate, ColumnEntry, Entry, Role
from kpi_cli.intake.people.identity import person_key, split_list
from kpi_cli.scheme.compiled import ColumnType


class Part(StrEnum):
    """What a column is to a roster; all but ID by the name that has a meaning there."""

    ID = "id"
    NAME = "name"
    TEAM = "team"
    ROLE = "role"
    PAY = "pay"
    ALIASES = "aliases"
    JOINED = "joined"
    LEFT = "left"
    SINCE = "since"
    UNTIL = "until"


_TELLING = frozenset({Part.ROLE, Part.PAY, Part.ALIASES, Part.JOINED, Part.LEFT, Part.SINCE, Part.UNTIL})
_DAYS = frozenset({Part.JOINED, Part.LEFT, Part.SINCE, Part.UNTIL})
_MEASURES = frozenset({ColumnType.PERCENT, ColumnType.DURATION, ColumnType.NUMBER})
_HEADERS = tuple(
    (part, re.compile(pattern))
    for part, pattern in (
        (Part.LEFT, r"离职|离岗|^left$|leav(?:e|ing) (?:date|on)|left (?:at|on|date)|terminat|last (?:working )?day"),
        (Part.JOINED, r"入职|到岗|到职|^joined|join(?:ed|ing)? date|hire|start(?:ing)? date|onboard"),
        (Part.SINCE, r"生效|^since$|valid from|effective"),
        (Part.UNTIL, r"失效|^until$|valid (?:until|to)"),
        (Part.PAY, r"月薪|工资|薪资|薪酬|底薪|绩效基数|salary|wage|^pay$|base pay|monthly pay"),
        (Part.ROLE, r"岗位|职位|职务|角色|^role$|job (?:title|role)|^(?:title|position|post|function)$"),
        (Part.ALIASES, r"昵称|花名|别名|旺旺|^alias(?:es)?$|nick ?names?$|also known|^aka$"),
        (
            Part.NAME,
            r"^(?:员工|客服|坐席)?(?:姓名|名字)$|^(?:员工|客服|坐席)名称$|^(?:(?:full|agent|employee|staff) )?name$",
        ),
        (Part.ID, r"工号|(?:员工|人员|客服|坐席)(?:编号|号|id)$"),
        (Part.ID, r"^(?:agent|employee|staff|user|rep) ?(?:id|no|number|code)$|^(?:id|login|编号|账号)$"),
    )
)
_ANY_ID = re.compile(r"^(?:id|login|编号|账号)$")  # of persons where names stand beside it
_MAIL = re.compile(r"e?-?mail|邮箱")
_PERSONAL = re.compile(
    r"mail|phone|mobile|birth|address|gender|\bsex\b|\bage\b|邮箱|电话|手机|生日|出生|身份证|性别|年龄|地址"
)
_NAMED = re.compile(r"roster|staff|employees|agents?[-_ ]?list|headcount|花名册|员工|人员名单|通讯录|名册")
_FEWEST = 2
_PASSED_OVER = "a roster needs no more of a person"


def parts_of(found: Found) -> Mapping[int, Part]:
    """Return what the columns are to a roster, each part once, by place; nothing where this is no roster."""
    parts = _parts(found)
    person = next((place for part in (Part.ID, Part.NAME) for place, each in parts.items() if each is part), None)
    if person is None or not found.sample.rows or not _one_each(found, person, parts):
        return {}
    others = [column for column in found.sample.columns if column.place not in parts and column.header]
    if any(_is_measured(found, column) for column in others):
        return {}
    plain = len(parts) >= _FEWEST and len(parts) * 2 >= sum(map(bool, found.header))
    named = all(_NAMED.search(PurePath(label).name.casefold()) for label in found.labels)
    return parts if named or set(parts.values()) & _TELLING or plain else {}


def _parts(found: Found) -> Mapping[int, Part]:
    parts: dict[int, Part] = {}
    for column in found.sample.columns:
        part = _part(column)
        if part is not None and part not in parts.values() and found.header.count(column.header) == 1:
            parts[column.place] = part
    if Part.NAME not in parts.values():
        parts = {place: part for place, part in parts.items() if not _ANY_ID.search(bare(found.header[place]))}
    if not {Part.ID, Part.NAME} & set(parts.values()):
        agents = (*found.roles.agents, *found.roles.alike)
        parts |= dict.fromkeys(agents[:1], Part.ID)
    mails = (column.place for column in found.sample.columns if _MAIL.search(bare(column.header)) and column.cells)
    if Part.ALIASES not in parts.values() and (mail := next(mails, None)) is not None:
        parts.setdefault(mail, Part.ALIASES)
    return parts


def _part(column: Evidence) -> Part | None:
    text = bare(column.header)
    if headerwords.of_customers(column.header):
        return None
    if headerwords.of_team(column.header):
        return Part.TEAM
    return next((part for part, pattern in _HEADERS if pattern.search(text)), None)


def _one_each(found: Found, person: int, parts: Mapping[int, Part]) -> bool:
    column = found.sample.columns[person]
    stretches = [place for place, part in parts.items() if part is Part.SINCE]
    each = found.sample.distinct((person, *stretches))
    return not column.missing and each <= found.sample.rows <= each * len(found.labels)  # one file for each month


def _is_measured(found: Found, column: Evidence) -> bool:
    """Whether a column says what somebody did, or when."""
    if _PERSONAL.search(bare(column.header)):
        return False
    entry, question = found.settled[column.place].entry, found.settled[column.place].question
    kind = question.value.type if question and isinstance(question.value, ColumnEntry) else entry.type
    another = headerwords.is_key(column.header) and headerwords.agent_rank(column.header) is AgentRank.NONE
    dated = kind in {ColumnType.DATE, ColumnType.DATETIME}
    return kind in _MEASURES or dated or another or headerwords.of_customers(column.header)


def roster_entry(found: Found, parts: Mapping[int, Part]) -> tuple[Entry, Mapping[int, str]]:
    """Return the entry of a roster, and the names of its columns by place."""
    draft = Draft(found)
    person = next(place for part in (Part.ID, Part.NAME) for place, each in parts.items() if each is part)
    for place, part in sorted(parts.items(), key=lambda each: each[0] != person):
        _take(draft, place, part)
    for column in found.sample.columns:
        if column.place not in parts and passed_over(found, column.place) is None:
            draft.add(column.place)
    draft.roles[Role.AGENT] = draft.names[person]
    order = {name: place for place, name in draft.names.items()}
    columns = dict(sorted(draft.columns.items(), key=lambda each: order[each[0]]))
    pattern = patterns.without_time(found.labels)
    files = pattern.files if pattern.dated and not pattern.by_day else patterns.with_time(found.labels)
    roles, questions = draft.roles, tuple(draft.questions)
    return Entry("roster", files, None, roles, columns, None, questions, is_roster=True), draft.names


def passed_over(found: Found, place: int) -> str | None:
    """Return why a column that is no part of a roster does not belong into its entry; None where it does."""
    if _PERSONAL.search(bare(found.header[place])):
        return _PASSED_OVER
    return found.left_out(place)


def _take(draft: Draft, place: int, part: Part) -> None:
    """Put a part of the roster into its entry, or ask about it; an empty one will have cells when somebody leaves."""
    found, name = draft.found, draft.name(place, part.value)
    settled, header = found.settled[place], (found.header[place],)
    if part in _DAYS or part is Part.PAY:
        kind = ColumnType.NUMBER if part is Part.PAY else ColumnType.DATE
        wanted = ColumnEntry(header, kind)
        if settled.question is not None:
            value = settled.question.value
            told = replace(value, type=kind) if isinstance(value, ColumnEntry) else wanted
            draft.questions.append(replace(settled.question, key=name, value=told))
        elif settled.entry.type is ColumnType.TEXT and found.sample.columns[place].cells:
            shown = next(iter(found.sample.columns[place].examples))
            draft.ask(found.header[place], f"`{shown}` is no {kind}", (name, wanted), "once its cells are mended")
        else:
            draft.columns[name] = replace(wanted, missing=settled.entry.missing, format=settled.entry.format)
    elif found.sample.columns[place].cells or part is Part.ALIASES:
        draft.columns[name] = ColumnEntry(header)


def persons(found: Found, parts: Mapping[int, Part]) -> Iterator[Candidate]:
    """Yield who is listed, and what else their names may be."""
    for place, part in parts.items():
        column = found.sample.columns[place]
        if part in {Part.ID, Part.NAME}:
            chosen = part is Part.ID or Part.ID not in parts.values()
            yield Candidate(Role.AGENT, column.header, f"{column.distinct():,} different, one row for each", chosen)
        elif part is Part.TEAM:
            yield Candidate(Role.TEAM, column.header, f"{column.distinct():,} different", chosen=True)


def people_of(found: Found, parts: Mapping[int, Part]) -> Mapping[str, frozenset[str]]:
    """Return how persons are spelled: those of a roster by its parts, else the agents; none where they are many."""
    if not parts:
        return {"agents": _spellings(found, found.roles.agents[:1])}
    wanted = (Part.ID, Part.NAME, Part.ALIASES)
    return {part.value: _spellings(found, [place for place, each in parts.items() if each is part]) for part in wanted}


def _spellings(found: Found, places: Iterable[int]) -> frozenset[str]:
    words = (word for place in places for word in found.sample.columns[place].words or ())
    return frozenset(person_key(each) for word in words for each in split_list(word))
