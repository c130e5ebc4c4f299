"""Rows that do not count may stay among those that do, where these are most: what is told of both stays the same."""

import numpy as np
import pytest
from made_blocks import MIXED, OCTOBER, REREADS, Case, roster

from kpi_cli.intake.people.registry import Registry
from kpi_cli.intake.rows.reading import ReadingOptions, SourceReader
from kpi_cli.problems import KpiError

SOURCE = """\
key: id
agent: who
time: at
where: kind != "test"
columns:
  id: id
  who: who
  at: {from: at, type: datetime}
  kind: kind
  x: {from: x, type: number}
"""
USED = [(f"{number}", "ann" if number % 2 else "bob", number) for number in range(1, 9)]
LINES = "".join(f"{key},{who},2026-10-{number:02} 10:00,web,{number}\n" for key, who, number in USED)
HEADER = "id,who,at,kind,x\n"
OUTSIDE = "9,stranger,2026-11-01 00:00,web,soon\n"


@pytest.mark.parametrize("options", [REREADS, MIXED])
def test_of_rows_in_no_period_nothing_else_is_read(options: ReadingOptions) -> None:
    case = Case(SOURCE, HEADER + LINES + OUTSIDE)
    (rows,), (report,) = case.read(options=options, registry=roster("ann", "bob"))
    assert [(row["id"], row["who"], row["x"]) for row in rows] == USED
    assert (report.account.read, report.account.used, report.account.outside_period) == (9, 8, 1)
    assert (report.unknown, report.rejects, report.account.balances) == ((), (), True)


@pytest.mark.parametrize("options", [REREADS, MIXED])
@pytest.mark.parametrize(
    ("line", "fate"),
    [
        ("9,ann,2026-10-09 10:00,test,9\n", "filtered"),
        ("9,,2026-10-09 10:00,web,9\n", "unattributed"),
        ("9,ann,2026-10-09 10:00,web,many\n", "rejected"),
        ("9,ann,one day,web,9\n", "rejected"),
        (",ann,2026-10-09 10:00,web,9\n", "rejected"),
        ("8,bob,2026-10-08 10:00,web,8\n", "duplicate"),
    ],
)
def test_each_row_goes_where_it_went(options: ReadingOptions, line: str, fate: str) -> None:
    (rows,), (report,) = Case(SOURCE, HEADER + LINES + line).read(options=options, registry=roster("ann", "bob"))
    assert [(row["id"], row["who"], row["x"]) for row in rows] == USED
    assert (report.account.read, report.account.used, getattr(report.account, fate)) == (9, 8, 1)


def test_nobody_is_met_who_has_no_row_in_the_period() -> None:
    case = Case(SOURCE, HEADER + LINES + OUTSIDE.replace("soon", "1"))
    registry = Registry()
    case.read(options=MIXED, registry=registry)
    assert sorted(agent.id for agent in registry.people().agents) == ["ann", "bob"]


@pytest.mark.parametrize(("more", "stay"), [(1, True), (2, True), (3, False)])
def test_rows_stay_where_they_are_as_long_as_most_of_them_count(more: int, *, stay: bool) -> None:
    case = Case(SOURCE, HEADER + LINES + OUTSIDE * more)
    reader = SourceReader(
        case.scheme, case.scheme.sources["s"], tuple(case.contents), (OCTOBER,), roster("ann", "bob"), MIXED
    )
    reader.prepare()
    ((_, rows),) = (found for block in case.blocks(100) for found in reader.read(block))
    assert len(rows) == (8 + more if stay else 8)
    if rows.counting is None:
        assert not stay
    else:
        assert np.flatnonzero(rows.counting).tolist() == list(range(8))


@pytest.mark.parametrize("options", [REREADS, MIXED])
def test_more_kinds_of_nobody_than_people(options: ReadingOptions) -> None:
    lines = "id,a,b,at\n1,ann,bob,2026-10-05 10:00\n2,system,,2026-10-05 11:00\n3,nobody known,,2026-10-05 12:00\n"
    source = "agent: [a, b]\ntime: at\ncolumns: {id: id, a: a, b: b, at: {from: at, type: datetime}}"
    case = Case(source, lines)
    with pytest.raises(KpiError, match="nobody known"):
        case.read(options=options, registry=roster("ann", "bob", ignored=frozenset({"system"})))
    assert case.agents == [0, 1]


@pytest.mark.parametrize("options", [REREADS, MIXED])
def test_a_stranger_is_named_whose_row_is_somebodys(options: ReadingOptions) -> None:
    lines = "id,a,b,at\n1,ann,stranger,2026-10-05 10:00\n2,bob,ann,2026-10-05 11:00\n3,bob,other,2026-11-01 11:00\n"
    source = "agent: [a, b]\ntime: at\ncolumns: {id: id, a: a, b: b, at: {from: at, type: datetime}}"
    with pytest.raises(KpiError, match=r"1 agent is not on the roster .*: stranger"):
        Case(source, lines).read(options=options, registry=roster("ann", "bob"))
