"""Traps of times: days and months, zones, other languages, business hours, and two clocks of one row."""

from pathlib import Path

import pytest
from trap_case import Trap, refused, scored

COUNTED = ("count count(x)",)
MEAN = "percent mean(x.x)"


def times(*values: str, zone: str = "UTC", more: str = "", header: str = "at") -> Trap:
    """A row for each time, of an agent called by its number: who is scored had it in October."""
    source = f'files: "c*.csv"\nagent: agent\ntime: at\ncolumns: {{agent: agent, at: {{from: "{header}", type: datetime'
    rows = "".join(f'{number},"{cell}"\n' for number, cell in enumerate(values))
    return Trap(source + more + "}}", COUNTED, {"c.csv": f"agent,{header}\n{rows}"}, zone=zone)


@pytest.mark.parametrize(
    ("values", "agents"),
    [
        (("13/10/2026 16:48", "09/10/2026 16:48", "10/09/2026 16:48"), ["0", "1"]),  # 13 is a day: day first
        (("10/13/2026 16:48", "09/10/2026 16:48", "10/09/2026 16:48"), ["0", "2"]),  # 13 is a day: month first
        (("31-10-2026 23:59", "11-01-2026 00:00", "01-11-2026 00:00"), ["0"]),  # 11 January, 1 November
        (("01.10.2026", "10.01.2026"), ["0"]),  # dots: day first always
        (("2026/10/5 9:03", "2026-10-31T23:59:59", "20261005", "2026年10月5日"), ["0", "1", "2", "3"]),
        (("31-Oct-26", "Oct 31, 2026 11:59 PM", "1 November 2026"), ["0", "1"]),
    ],
)
def test_t28_day_or_month_first_is_told_by_the_whole_column(
    tmp_path: Path, values: tuple[str, ...], agents: list[str]
) -> None:
    """Who is scored had a day of October."""
    assert sorted(scored(tmp_path, times(*values)).values) == agents


def test_t28_what_nothing_tells_is_asked(tmp_path: Path) -> None:
    """10/09/2026 with no part above 12 anywhere: the cell is shown, and both ways of writing it."""
    said = refused(tmp_path, times("10/09/2026 16:48", "09/10/2026 16:48"), "ambiguous-date")
    assert "column `at`: `10/09/2026 16:48` (c.csv, record 1) could be day/month or month/day" in said
    assert 'format: "%d/%m/%Y %H:%M"' in said
    settled = times("10/09/2026 16:48", "09/10/2026 16:48", more=', format: "%d/%m/%Y %H:%M"')
    assert list(scored(tmp_path, settled).values) == ["1"]


def test_t28_both_ways_in_one_column_are_refused(tmp_path: Path) -> None:
    """13/10 can only be the 13th, 10/13 too: the files were exported under two settings."""
    said = refused(tmp_path, times("13/10/2026 16:48", "10/13/2026 16:48"), "mixed-date")
    assert "`13/10/2026 16:48` (c.csv, record 1) and `10/13/2026 16:48` (c.csv, record 2)" in said


@pytest.mark.parametrize("cell", ["31/02/2026 10:00", "2026-13-01", "Apr 14, 10:15 AM", "2026-10-05 24:61", "soon"])
def test_t28_days_that_are_none_are_rejected(tmp_path: Path, cell: str) -> None:
    """The 31st of February, and a date without a year, which could be any year's."""
    said = refused(tmp_path, times(cell, "2026-10-05"), "too-many-rejected")
    assert f"c.csv record 1: at `{cell}`: not a date and time" in said


def test_t28_a_stretch_of_days_is_a_day_if_it_is_one(tmp_path: Path) -> None:
    """2026-10-05至2026-10-05 is that day; a week, which may lie in two periods, is rejected with what to do."""
    came = scored(tmp_path, times("2026-10-05至2026-10-05", "2026-09-30～2026-09-30", "2026-10-31 ~ 2026-10-31"))
    assert (sorted(came.values), came.rows) == (["0", "2"], {"read": 3, "used": 2, "outside_period": 1})
    said = refused(tmp_path, times("2026-09-28至2026-10-04", "2026-10-05"), "too-many-rejected")
    assert "at `2026-09-28至2026-10-04`: several days, not one" in said
    assert "{period} in `files`" in said


@pytest.mark.parametrize(
    ("trap", "agents"),
    [
        # New York is 4 hours behind UTC until 1 November: its 31 October ends at 04:00 UTC
        (times("2026-10-31 19:59", "2026-10-31 20:00", header="Started at (America/New_York)"), ["0"]),
        (times("2026-10-31 19:59", "2026-10-31 20:00", more="}, x: {from: at"), ["0", "1"]),
        (times("2026-10-31T23:59:59Z", "2026-11-01T00:00:00Z", "2026-10-31 20:00:00-04:00"), ["0"]),
        (times("2026-10-01 01:59+02:00", "2026-10-01 02:00+02:00", "2026-10-01 02:00 UTC"), ["1", "2"]),
        (times("2026-09-30 15:59:59Z", "2026-09-30 16:00:00Z", "2026-10-01 00:00", zone="Asia/Shanghai"), ["1", "2"]),
        (times("1790812799", "1790812800", more=", format: epoch"), ["1"]),  # 2026-10-01 00:00:00 UTC
    ],
)
def test_t29_the_zone_of_a_time(tmp_path: Path, trap: Trap, agents: list[str]) -> None:
    """From the header, from the cell, or the scheme's own where nothing says another."""
    assert sorted(scored(tmp_path, trap).values) == agents


def test_t29_a_short_name_is_no_zone_until_the_source_says_whose(tmp_path: Path) -> None:
    """`CDT` may be Chicago's or Cuba's: rejected with the cell, and read where the source is Chicago's."""
    trap = times("2026-10-31 18:59 CDT", "2026-10-31 19:00 CDT")
    said = refused(tmp_path, trap, "too-many-rejected")
    assert "at `2026-10-31 18:59 CDT`: not a date and time" in said
    chicago = Trap("timezone: America/Chicago\n" + trap.source, trap.formulas, trap.files)
    assert sorted(scored(tmp_path, chicago).values) == ["0"]  # five hours behind: 23:59 and 00:00 UTC


def test_t30_headers_and_months_of_another_language(tmp_path: Path) -> None:
    """Jira in Spanish: `Persona asignada`, 5/oct/26; Zendesk Explore in Portuguese: the scheme says which header."""
    lines = "Issue key,Persona asignada,Created,Campo personalizado (Time to first response)\n"
    lines += "IT-1,Ann,05/oct/26 12:47 PM,0:45\nIT-2,Ann,19/ene/26 12:47 PM,-0:30\nIT-3,Ann,31/Okt/26 11:59 PM,-0:30\n"
    formulas = ("count count(x)", "percent share(x.first_response_left >= 0s)")
    came = scored(tmp_path, Trap('files: "*.csv"\npreset: jira-issues', formulas, {"j.csv": lines}))
    assert (came.values, came.rows["outside_period"]) == ({"Ann": ("2", "0.5")}, 1)
    portuguese = "Nome do atribuído,at\nAnn,05/out/2026\nBo,14/dez/2026\n"
    source = 'files: "*.csv"\nagent: agent\ntime: at\ncolumns: {agent: Nome do atribuído, at: {from: at, type: date}}'
    (tmp_path / "data" / "j.csv").unlink()
    assert scored(tmp_path, Trap(source, COUNTED, {"p.csv": portuguese})).values == {"Ann": ("1",)}


def test_t31_two_clocks_side_by_side_are_two_columns(tmp_path: Path) -> None:
    """Zendesk's minutes and those within business hours: each is found, neither for the other."""
    both = "First reply time in minutes,First reply time in minutes within business hours"
    lines = f"Id,Assignee,Created at,{both}\n1,Ann,2026-10-05 09:00,600,60\n"
    zendesk = 'files: "*.csv"\npreset: zendesk-tickets'
    formulas = ("duration mean(x.first_response)", "duration mean(x.first_response_business)")
    assert scored(tmp_path, Trap(zendesk, formulas, {"z.csv": lines})).values == {"Ann": ("36000", "3600")}
    alone = {"z.csv": lines.replace(both, both.partition(",")[2]).replace("600,", "")}
    said = refused(tmp_path, Trap(zendesk, formulas[:1], alone), "missing-column")
    assert "z.csv: no column `First reply time in minutes`, which is column `first_response` of source `x`" in said


def test_t31_a_header_is_never_found_by_its_beginning(tmp_path: Path) -> None:
    """3分钟人工回复率 is neither that of 8 to 23 hours nor that of the whole day."""
    lines = "客服账号,3分钟人工回复率(8-23点),3分钟人工回复率(全天)\nan,99%,90%\n"
    source = 'files: "{{period}}.csv"\nagent: agent\ncolumns: {{agent: 客服账号, x: {{from: {}, type: percent}}}}'
    files = {"2026-10.csv": lines}
    said = refused(tmp_path, Trap(source.format("3分钟人工回复率"), (MEAN,), files), "missing-column")
    assert "no column `3分钟人工回复率`" in said
    for header, rate in (("3分钟人工回复率（8-23点）", "0.99"), ("3分钟人工回复率(全天)", "0.9")):
        assert scored(tmp_path, Trap(source.format(header), (MEAN,), files)).values == {"an": (rate,)}


CLOCKS = """
files: "*.csv"
agent: agent
time: at
order: [at, replied, solved]
columns:
  agent: agent
  at: {from: created, type: datetime}
  replied: {from: first reply, type: datetime}
  solved: {from: solved, type: datetime}
  status: status
"""


def test_t32_rows_whose_clocks_contradict_each_other(tmp_path: Path) -> None:
    """Solved before the first reply, or replied before it was created: rejected, listed, and not averaged."""
    lines = "agent,created,first reply,solved,status\n" + "".join(
        f"Ann,2026-10-05 09:00:00,2026-10-05 {reply},2026-10-05 {solved},Closed\n"
        for reply, solved in (("09:10:00", "10:00:00"), ("09:30:00", "09:20:00"), ("08:59:59", "10:00:00"))
    )
    trap = Trap(CLOCKS, ("duration mean(x.solved - x.at)",), {"c.csv": lines}, more="limits: {rejected: 70%}")
    came = scored(tmp_path, trap)
    assert (came.values, came.rows) == ({"Ann": ("3600",)}, {"read": 3, "used": 1, "rejected": 2})
    assert came.rejects == [
        (2, "solved", "2026-10-05 09:20:00", "ends before it starts"),
        (3, "solved", "2026-10-05 10:00:00", "ends before it starts"),
    ]
    said = refused(tmp_path, Trap(CLOCKS, trap.formulas, trap.files), "too-many-rejected")
    assert "2 of 3 rows" in said


def test_t32_a_pending_row_with_a_resolved_time(tmp_path: Path) -> None:
    """`where` leaves out what is not closed, and the account says so; a missing end contradicts nothing."""
    lines = "agent,created,first reply,solved,status\n"
    lines += (
        "Ann,2026-10-05 09:00:00,,2026-10-05 10:00:00,Closed\nAnn,2026-10-05 09:00:00,,2026-10-05 09:30:00,Pending\n"
    )
    source = CLOCKS + 'where: status == "Closed"'
    came = scored(tmp_path, Trap(source, ("duration mean(x.solved - x.at)",), {"c.csv": lines}))
    assert (came.values, came.rows) == ({"Ann": ("3600",)}, {"read": 2, "used": 1, "filtered": 1})
