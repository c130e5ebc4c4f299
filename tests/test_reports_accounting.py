"""The account of every row, one line a source and period."""

from datetime import date

from made_outcomes import ACCOUNT, OCTOBER, outcome, sheet
from msgspec.structs import replace

from kpi_cli.reports.accounting import account_line, accounting_lines
from kpi_cli.rows import Account, SourceReport
from kpi_cli.scoring.cards import STATUSES, Status

LINE = (
    "chats 2026-10: read 366 = used 360 + outside_period 2 + filtered 1 + duplicate 2"
    " + unattributed 1 + unknown_agent 0 + rejected 0"
)


def test_the_line_of_a_source() -> None:
    assert account_line(SourceReport("chats", ACCOUNT), OCTOBER) == LINE


def test_total_rows_missing_cells_and_days_stand_behind_it() -> None:
    account = replace(ACCOUNT, filtered_missing=1, skipped={"汇总": 1, "均值": 1})
    report = SourceReport("chats", account, first_day=date(2026, 10, 1), last_day=date(2026, 10, 30))
    assert account_line(report, OCTOBER) == (
        f"{LINE} · 1 of the filtered fell to a missing cell · skipped 2 (均值 1, 汇总 1) · days 2026-10-01..2026-10-30"
    )


def test_unknown_agents_and_agents_without_data_are_named() -> None:
    statuses = sheet().statuses.copy()
    statuses[2] = STATUSES.index(Status.NO_DATA)
    report = SourceReport("chats", Account(), unknown=("099", "x\x1b"), ignored=("system",))
    made = replace(outcome(replace(sheet(), statuses=statuses)), reports={OCTOBER: (report,)})
    assert list(accounting_lines(made))[1:] == [
        "chats 2026-10: not in the roster: 099, x\ufffd",
        "chats 2026-10: ignored as the roster says: system",
        "2026-10: no data of 韩梅梅 (021)",
    ]
