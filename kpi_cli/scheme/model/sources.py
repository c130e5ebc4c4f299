"""The shape of `roster:` and `sources:`: where the exports are and what of them is read."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from kpi_cli.scheme.model.scalars import Delimiter, Name, Part, Reads, Text, Texts, Truth, refuse, shown


class ColumnModel(Part):
    """One column of an export, by a name of our own."""

    found_in: Texts | None = Field(
        None,
        alias="from",
        title="Header",
        description="The header of the column in the export, or a list of which the first that exists counts.",
        examples=["会话ID", ["客服工号", "客服账号"]],
    )
    join: Texts | None = Field(
        None, description="Headers of cells that are read as one, with a space between.", examples=[["Date", "Time"]]
    )
    type: Literal["text", "number", "percent", "duration", "datetime", "date", "boolean"] = Field(
        "text", description="How the cells are read. Ids stay text."
    )
    unit: Text | None = Field(
        None,
        description="The unit of bare numbers: ms, s, min, h or d for durations; % or fraction for percent.",
        examples=["s", "min", "%"],
    )
    map: dict[str, Text] | None = Field(
        None,
        description="What each cell stands for. A cell that is not listed and not missing is unreadable.",
        examples=[{"很满意": 5, "满意": 4}],
    )
    format: Text | None = Field(
        None, description="How dates and times are written, as in strptime.", examples=["%d/%m/%Y %H:%M"]
    )
    missing: Texts | None = Field(
        None,
        description="Further cells that mean no data, besides the empty cell, -, --, —, ?, null and N/A.",
        examples=[["延迟统计", "not rated"]],
    )
    signed: Truth = Field(default=False, description="Whether durations may be negative.")


def _form(value: object) -> str:
    return "as:text" if isinstance(value, str) else "as:mapping"


Column: TypeAlias = Annotated[
    Annotated[Text, Tag("as:text")] | Annotated[ColumnModel, Tag("as:mapping")], Discriminator(_form)
]
Columns: TypeAlias = dict[Name, Column]

_COLUMNS = "Our names of the columns, and where each is found. Nothing else of the export is read."
_FILES = "The name of the files, with * and ? as wildcards, {period}, {start} and {end} standing for the period scored."

_ENCODING = "The files' character encoding, where it cannot be seen."
_SHEET = "The sheet of an .xlsx file, if not the first with data."


class RosterModel(Part):
    """Who is scored, in which role and team."""

    files: Text = Field(description=_FILES, examples=["roster.csv", "roster-{period}.xlsx"])
    agent: Text = Field(description="Which of the columns below is the id of a person.", examples=["id"])
    columns: Columns = Field(
        description=f"{_COLUMNS} name, team, role, pay, aliases, joined, left, since and until have a meaning of "
        "their own; `for` of a scorecard may use any.",
        examples=[{"id": "工号", "name": "姓名", "team": "小组", "role": "岗位"}],
    )
    ignore: Texts = Field(
        (), description="Known non-persons: their rows are filtered, and named.", examples=[["系统", "bot"]]
    )
    match_names: Truth = Field(default=False, description="Whether rows are also matched by the person's name.")
    encoding: Text | None = Field(None, description=_ENCODING, examples=["windows-1252"])
    sheet: Text | None = Field(None, description=_SHEET, examples=["在职"])


class ReopenModel(Part):
    """When a case begins anew: each episode is then a row of its own."""

    after: Text | None = Field(
        None,
        description="What ends an episode: a silence of so long, or an event for which this condition is true.",
        examples=["24h", 'status in ["resolved", "closed"]'],
    )
    when: Text | None = Field(
        None,
        description="Which events can begin a new episode: a condition on the events' columns. Without it, any.",
        examples=['kind == "customer"'],
    )


def _same_case(value: object) -> str:
    if value != "same_case":
        help_text = "write `reopen: {after: 24h}` for a new episode after a silence, or an event in place of 24h"
        refuse("bad-choice", f"expected same_case, or what ends an episode, found {shown(value)}", help_text)
    return "same_case"


SameCase: TypeAlias = Annotated[str, Reads(_same_case, {"enum": ["same_case"]})]
Reopen: TypeAlias = Annotated[
    Annotated[SameCase, Tag("as:text")] | Annotated[ReopenModel, Tag("as:mapping")], Discriminator(_form)
]


class CasesModel(Part):
    """Rows made of events: one for each case, or for each episode of it."""

    of: Name = Field(description="The source whose rows are the events.", examples=["messages"])
    by: Text = Field(description="The events' column that says which case they belong to.", examples=["conversation"])
    at: Texts | None = Field(
        None,
        description="The events' column that says when they were; further ones settle the order of events of one "
        "moment. If left out, the `time` of the events' source.",
        examples=["sent_at", ["sent_at", "number"]],
    )
    where: Text | None = Field(
        None,
        description="Which events cases are made of: a condition on the events' columns.",
        examples=['kind != "bot"'],
    )
    reopen: Reopen | None = Field(
        None,
        description="What a reopened case is: `same_case` (the default), or when a new episode begins, which is a "
        "row of its own.",
        examples=[{"after": "24h"}, "same_case"],
    )


class SourceModel(Part):
    """One kind of export: its files, its key, who gets the credit and when a row counts."""

    files: Text | None = Field(None, description=_FILES, examples=["chats*.csv", "qa-{period}.xlsx"])
    preset: Text | None = Field(
        None, description="An export format known by name, listed by `kpi presets`.", examples=["zendesk-tickets"]
    )
    like: Name | None = Field(
        None,
        description="Another source whose keys are taken over; own keys win, columns merge by name.",
        examples=["chats"],
    )
    key: Text | None = Field(None, description="The column that is different in every row.", examples=["ticket_id"])
    agent: Texts | None = Field(
        None, description="The column of the person who gets the credit; a list credits several.", examples=["agent_id"]
    )
    team: Text | None = Field(
        None, description="The column of the team, for a source without persons.", examples=["team"]
    )
    time: Text | None = Field(
        None,
        description="The column that says which period a row belongs to, or `file`: the first date in the file's name.",
        examples=["created_at", "file"],
    )
    timeless: Truth | None = Field(None, description="Whether the rows belong to every period.")
    timezone: Text | None = Field(
        None, description="The zone of times written without one, if not the scheme's.", examples=["UTC"]
    )
    where: Text | None = Field(
        None,
        description="Which rows count at all: a condition on this source's columns.",
        examples=['channel != "test"'],
    )
    cases: CasesModel | None = Field(
        None,
        description="Makes the rows of this source out of the events of another: one row for each case.",
        examples=[{"of": "messages", "by": "conversation", "at": "sent_at"}],
    )
    columns: Columns | None = Field(
        None,
        description=f"{_COLUMNS} With `cases`, the formula of each column instead, over the events of one case.",
        examples=[{"chat_id": "会话ID", "rating": {"from": "评价", "type": "number"}}],
    )
    empty: Literal["error", "zero", "missing"] | None = Field(
        None,
        description="What no file, or no row in the period, means: an error (the default), counts and sums of 0, "
        "or no data.",
    )
    order: Texts | None = Field(
        None,
        description="Time columns that must not run backwards; rows that do are rejected.",
        examples=[["created_at", "solved_at"]],
    )
    duplicates: Text | None = Field(
        None,
        description="Which row counts when one key has several different ones: latest(column) or earliest(column).",
        examples=["latest(updated_at)"],
    )
    credit: Literal["each", "split"] | None = Field(
        None, description="Whether several agents of a row each get it whole (the default) or share it."
    )
    encoding: Text | None = Field(None, description=_ENCODING, examples=["windows-1252"])
    delimiter: Delimiter | None = Field(
        None, description="What separates cells, where it cannot be seen.", examples=[";"]
    )
    sheet: Text | None = Field(None, description=_SHEET, examples=["明细"])
    total_rows: Texts | None = Field(
        None,
        description="The words that mark total and average rows, which are skipped; [] reads every row.",
        examples=[["汇总", "均值"]],
    )
