"""Blocks -> rows: every row is accounted for, and nothing depends on how files are cut."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_blocks import OCTOBER, REREADS, Case

from kpi_cli.intake.rows.reading import ReadingOptions
from kpi_cli.rows import SourceReport

CHATS = """\
key: id
agent: agent
time: at
where: channel != "test"
columns: {id: id, agent: agent, at: {from: at, type: datetime}, channel: channel, amount: {from: amount, type: number}}
"""
CHAT_HEADER = "id,agent,at,channel,amount\n"


def test_every_row_is_counted_under_the_first_reason_that_applies() -> None:
    case = Case(
        CHATS,
        CHAT_HEADER + "1,ann,2026-10-01 09:00,web,1\n"  # used
        "2,ann,2026-10-01 09:00,web\n"  # too few cells
        "3,ann,nonsense,web,1\n"  # no time
        "4,ann,2026-09-30 23:59:59,test,bad\n"  # outside; its other cells are not looked at
        "5,ann,2026-10-02 09:00,test,bad\n"  # unreadable before filtered
        "6,ann,2026-10-02 09:00,test,1\n"  # filtered
        "7,ann,2026-10-02 09:00,,1\n"  # filtered, for its channel is missing
        "1,ann,2026-10-01 09:00,web,1.00\n"  # the same content, written otherwise
        "8,,2026-10-02 09:00,web,1\n"  # nobody's
        ",ann,2026-10-02 09:00,web,1\n",  # no key
    )
    (rows,), (report,) = case.read()
    assert [row["id"] for row in rows] == ["1"]
    account = report.account
    assert (account.read, account.used, account.outside_period, account.rejected) == (10, 1, 1, 4)
    assert (account.filtered, account.filtered_missing, account.duplicate, account.unattributed) == (2, 1, 1, 1)
    assert account.balances
    assert [(each.record, each.column, each.value, each.reason) for each in report.rejects] == [
        (2, "", "2,ann,2026-10-01 09:00,web", "4 cells instead of 5"),
        (3, "at", "nonsense", "not a date and time"),
        (5, "amount", "bad", "not a number"),
        (10, "id", "", "no key"),
    ]
    assert (report.first_day, report.last_day) == (date(2026, 10, 1), date(2026, 10, 1))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_order_files_and_blocks_change_nothing(data: st.DataObject) -> None:
    line = st.builds(
        "{},{},2026-{}-{:02} 09:00,{},{}\n".format,
        *(st.integers(1, 30), st.sampled_from(["ann", "bob", "", "cy"]), st.sampled_from(["09", "10"])),
        *(st.integers(1, 3), st.sampled_from(["web", "test", ""]), st.sampled_from(["1", "1.5", "1,500", "x", ""])),
    )
    found = {text.split(",")[0]: text for text in data.draw(st.lists(line, max_size=20))}  # a row for each key
    lines = [*found.values(), *data.draw(st.lists(st.sampled_from(sorted(found.values()) or ["\n"]), max_size=5))]
    lines = [each for each in lines if each.strip()]
    source = CHATS + "empty: zero\n"
    first_rows, first_reports = told(Case(source, CHAT_HEADER + "".join(lines)).read())
    mixed = data.draw(st.permutations(lines))
    cut = data.draw(st.integers(0, len(mixed)))
    case = Case(source, CHAT_HEADER + "".join(mixed[:cut]), CHAT_HEADER + "".join(mixed[cut:]))
    for rereads in (False, True):
        rows, reports = told(case.read(lines=data.draw(st.integers(1, 4)), options=ReadingOptions(rereads=rereads)))
        assert rows == first_rows
        assert reports == first_reports


def told(result: tuple[list[list[dict[str, Any]]], tuple[SourceReport, ...]]) -> tuple[object, object]:
    """Return what must not depend on the order of rows."""
    rows, reports = result
    shown = [sorted(map(str, period)) for period in rows]
    return shown, [(report.account, report.first_day, report.last_day, len(report.rejects)) for report in reports]


@pytest.mark.parametrize("rereads", [False, True])
def test_a_key_with_different_content_forbids_scoring(*, rereads: bool) -> None:
    case = Case(
        CHATS,
        CHAT_HEADER + "1,ann,2026-10-01 09:00,web,1\n2,ann,2026-10-01 09:00,web,1\n",
        CHAT_HEADER + "2,ann,2026-10-01 09:00,web,1\n\n1,ann,2026-10-01 09:00,web,2\n",
    )
    (told_,) = case.problems(options=ReadingOptions(rereads=rereads))
    assert told_ == (
        "conflicting-duplicates: source `s` in 2026-10: 1 key stands (`id`) on rows of different content: "
        "`1`: f1.csv record 1, f2.csv record 2"
    )


def test_the_same_key_in_another_period_is_another_row() -> None:
    september = OCTOBER.previous()
    case = Case(CHATS, CHAT_HEADER + "1,ann,2026-10-01 09:00,web,1\n1,ann,2026-09-01 09:00,web,2\n")
    rows, _ = case.read(OCTOBER, september)
    assert [[row["amount"] for row in period] for period in rows] == [[1], [2]]


VERSIONS = """\
key: id
agent: agent
time: at
duplicates: {}
columns:
  {{id: id, agent: agent, at: {{from: at, type: datetime}}, seen: {{from: seen, type: datetime}}, amount: amount}}
"""
VERSION_LINES = (
    "id,agent,at,seen,amount\n1,ann,2026-10-01,2026-10-02,old\n1,ann,2026-10-01,2026-10-04,new\n"
    "1,ann,2026-10-01,2026-10-03,middle\n1,ann,2026-10-01,,undated\n2,bob,2026-10-01,2026-10-02,only\n"
)


@pytest.mark.parametrize(("rule", "amount"), [("latest(seen)", "new"), ("earliest(seen)", "old")])
def test_one_of_several_rows_with_one_key_counts(rule: str, amount: str) -> None:
    (rows,), (report,) = Case(VERSIONS.format(rule), VERSION_LINES).read(lines=2, options=REREADS)
    assert [row["amount"] for row in rows] == [amount, "only"]
    assert (report.account.used, report.account.duplicate) == (2, 3)


def test_a_tie_of_the_latest_rows_forbids_scoring() -> None:
    case = Case(VERSIONS.format("latest(seen)"), VERSION_LINES + "1,ann,2026-10-01,2026-10-04,other\n")
    (told_,) = case.problems(options=REREADS)
    assert told_.startswith("conflicting-duplicates: source `s` in 2026-10: 1 key stands (`id`)")


def test_reading_that_is_not_finished_is_not_relied_on() -> None:
    case = Case(CHATS, CHAT_HEADER + "1,ann,2026-10-01 09:00,web,1\n")
    with pytest.raises(RuntimeError, match="again"):
        case.read(options=REREADS, ask=False)
