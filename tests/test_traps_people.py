"""Traps of identity: who is meant by names, addresses, nicknames and ids, and ids that a spreadsheet has ruined."""

from pathlib import Path

import pytest
from in_process import score
from made_workbooks import workbook
from small_case import CHATS, SCHEME, Case, changed
from trap_case import Trap, refused, scored

SOURCE = """
files: "c*.*"
key: id
agent: agent
time: day
columns: {id: id, agent: agent, day: {from: day, type: date}, amount: {from: amount, type: number}}
"""
AMOUNT = ("number sum(x.amount)",)
HEADER = "id,agent,day,amount\n"
ROSTER = "roster: {files: roster.csv, agent: id, columns: {id: id, name: name, aliases: aliases}}"


def chats(*agents: str, roster: str = "", more: str = "") -> Trap:
    """Rows of one agent each, the first of 1, the second of 2, the third of 4: the sum tells who got which."""
    rows = "".join(f'c{place},"{agent}",2026-10-05,{1 << place}\n' for place, agent in enumerate(agents))
    return Trap(SOURCE, AMOUNT, {"c.csv": HEADER + rows}, roster, more or (ROSTER if roster else ""))


def test_t19_name_and_address_in_one_file_and_the_name_in_another(tmp_path: Path) -> None:
    """Chatwoot's two reports: `Ann (ann@example.com)` and `Ann` are one person by the roster's aliases."""
    roster = "id,name,aliases\na1,Ann,Ann (ann@example.com); Ann\nb2,Bo,Bo (bo@example.com)\n"
    came = scored(tmp_path, chats("Ann (ann@example.com)", "Ann", "ann （ANN@example.com）", "a1", roster=roster))
    assert came.values == {"a1": ("15",), "b2": ("",)}


def test_t19_without_an_alias_both_spellings_are_told(tmp_path: Path) -> None:
    """Nobody is guessed from a part of a cell: the stranger is named, with what helps."""
    said = refused(
        tmp_path, chats("Ann (ann@example.com)", "Ann", roster="id,name,aliases\nAnn,Ann,\n"), "unknown-agents"
    )
    assert "1 agent is not on the roster (1 row): Ann (ann@example.com)" in said


def test_t20_first_and_last_name_in_two_columns(tmp_path: Path) -> None:
    """OTRS: the two together are one person; Kim Lee and Kim Park stay two."""
    source = SOURCE.replace("agent: agent, day", "agent: {join: [UserFirstname, UserLastname]}, day")
    lines = "id,UserFirstname,UserLastname,day,amount\nc1,Kim,Lee,2026-10-05,1\nc2,Kim,Park,2026-10-05,2\n"
    trap = Trap(source, AMOUNT, {"c.csv": lines + "c3,KIM ,Lee,2026-10-05,4\nc4,,Park,2026-10-05,8\n"})
    assert scored(tmp_path, trap).values == {"KIM Lee": ("5",), "Kim Park": ("2",), "Park": ("8",)}


def test_t21_variants_of_one_person(tmp_path: Path) -> None:
    """Aliases, shop nicknames, other widths and cases are one person; another script is another."""
    roster = "id,name,aliases\na1,安,旗舰店:小安、小安|ＡＮ\nb2,博,旗艦店:小安\n"
    came = scored(tmp_path, chats("旗舰店：小安", "旗艦店:小安", "an", " A1 ", roster=roster))
    assert came.values == {"a1": ("13",), "b2": ("2",)}


def test_t21_the_account_column_changes_its_name_between_reports(tmp_path: Path) -> None:
    """旺旺昵称 in one file, 客服(子账号) in the next: the first header that a file has."""
    source = SOURCE.replace("agent: agent, day", "agent: {from: [旺旺昵称, 客服(子账号)]}, day")
    files = {
        "c1.csv": "id,旺旺昵称,day,amount\nc1,小安,2026-10-05,1\n",
        "c2.csv": "id,客服（子账号）,day,amount\nc2,小安,2026-10-05,2\n",
    }
    assert scored(tmp_path, Trap(source, AMOUNT, files)).values == {"小安": ("3",)}


def test_t22_ids_that_are_numbers_stay_text(tmp_path: Path) -> None:
    """007 and 7 are two, 1.0 is not 1; eighteen digits are kept to the last."""
    agents = ("007", "7", "1.0", "1", "125000000000000042", "125000000000000043")
    came = scored(tmp_path, chats(*agents))
    assert came.values == {agent: (str(1 << place),) for place, agent in enumerate(agents)}


def test_t22_ids_of_agents_that_excel_has_rounded_are_refused(tmp_path: Path) -> None:
    """1.25E+17 may be anybody: no row is credited to it."""
    said = refused(tmp_path, chats("1.25E+17", "007"), "ruined-id")
    assert "the agent column holds the id `1.25E+17`" in said
    assert "make the column text" in said


def test_t22_ids_of_strangers_that_excel_has_rounded_are_told_apart(tmp_path: Path) -> None:
    """With a roster such an id is nobody on it; the help says why."""
    said = refused(tmp_path, chats("1.25E+17", "007", roster="id,name,aliases\n007,A,\n"), "unknown-agents")
    assert "not on the roster (1 row): 1.25E+17\n`1.25E+17` is what Excel makes of a long id: export again" in said


RUINED = [
    "id,agent,day,amount\n1.25E+17,Ann,2026-10-05,1\n1.25E+17,Ann,2026-10-05,1\nc3,Bo,2026-10-05,2\n",
    'id,agent,day,amount\nc1,Ann,2026-10-05,1\nc2,Ann,2026-10-05,1\n" 1,25e+17",Bo,2026-10-05,2\n',
]


@pytest.mark.parametrize("lines", RUINED)
@pytest.mark.parametrize("many", [0, 1000])
def test_t22_keys_that_excel_has_rounded_are_refused(tmp_path: Path, lines: str, many: int) -> None:
    """Two tickets would be one, and a paid row lost as its duplicate: however few they are, nothing is scored."""
    others = "".join(f"d{number},Ann,2026-10-05,1\n" for number in range(many))
    trap = Trap(SOURCE, AMOUNT, {"c.csv": lines + others})
    said = refused(tmp_path, trap, "ruined-id")
    record, keys, cell = ("1", "2 keys", "1.25E+17") if "1.25E+17" in lines else ("3", "1 key", "1,25e+17")
    assert f"source `x` in 2026-10: Excel has rounded {keys} in column `id`, whose last digits are lost" in said
    assert f"c.csv record {record} `" in said
    assert f"{cell}`" in said
    assert "format the column as text before the ids go into Excel" in said


def test_t22_a_rounded_key_outside_the_period_is_nobodys_business(tmp_path: Path) -> None:
    """Of a row outside the period nothing but its time is read."""
    lines = HEADER + "1.25E+17,Ann,2026-09-05,1\nc2,Ann,2026-10-05,2\n"
    came = scored(tmp_path, Trap(SOURCE, AMOUNT, {"c.csv": lines}))
    assert (came.values, came.rows) == ({"Ann": ("2",)}, {"read": 2, "used": 1, "outside_period": 1})


def test_t22_long_ids_as_numbers_of_a_workbook(tmp_path: Path) -> None:
    """Excel keeps fifteen digits: what is longer and no text is ruined, shown as 1.25E+17 or not."""
    rows: list[list[object]] = [["id", "agent", "day", "amount"], [125000000000000042, "Ann", "2026-10-05", 1]]
    raw = workbook(tmp_path / "c.xlsx", s=rows).read_bytes()
    assert "`1.25E+17`" in refused(tmp_path, Trap(SOURCE, AMOUNT, {"c.xlsx": raw}), "ruined-id")
    rows[1][0] = "125000000000000042"
    raw = workbook(tmp_path / "c.xlsx", s=rows).read_bytes()
    assert scored(tmp_path, Trap(SOURCE, AMOUNT, {"c.xlsx": raw})).values == {"Ann": ("1",)}


SPELLINGS = [
    "Ann\u00a0Lee",  # no-break space
    "\u3000Ann Lee\u200b",  # ideographic and zero-width space at the ends
    "\ufeffAnn Lee",  # BOM before it, as where files were put together
    "Ａｎｎ　Ｌｅｅ",  # full width throughout
    "ANN LEE",
    "Ann\u200b Lee",  # zero-width space within
    "An\ufeffn Lee",  # BOM within
    "Ann\u2060 Lee\u200d",  # word joiner and zero-width joiner
    "Ann  Lee",  # two spaces
    "Ann\tLee",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spellings_that_nobody_can_tell_apart_are_one_person(tmp_path: Path, spelling: str) -> None:
    """With a roster and without; without one they are shown by one of the spellings."""
    with_roster = chats("Ann Lee", spelling, "Bo", roster="id,name,aliases\nAnn Lee,Ann,\nBo,Bo,\n")
    assert scored(tmp_path, with_roster).values == {"Ann Lee": ("3",), "Bo": ("4",)}
    without = scored(tmp_path, chats("Ann Lee", spelling, "Bo")).values
    assert sorted(without.values()) == [("3",), ("4",)]


@pytest.mark.parametrize("other", ["Anna Lee", "An n Lee", "Ann-Lee", "Ánn Lee", "安李", "Ann Lee1", "О'Ann Lee"])
def test_spellings_that_differ_are_two(tmp_path: Path, other: str) -> None:
    """An accent, a hyphen, a space inside a word, another script: nobody is guessed."""
    assert sorted(scored(tmp_path, chats("Ann Lee", other)).values.values()) == [("1",), ("2",)]


def test_full_width_digits_are_digits_in_ids_of_agents(tmp_path: Path) -> None:
    """１００１ is 1001, and not 01001; traditional 張 is not simplified 张."""
    roster = "id,name,aliases\n1001,张,小张\n01001,張,小張\n"
    came = scored(tmp_path, chats("１００１", "０1001", "小張", "小张", roster=roster))
    assert came.values == {"01001": ("6",), "1001": ("9",)}


def test_a_spelling_of_nothing_is_nobody(tmp_path: Path) -> None:
    """Zero-width characters and white space alone are an empty cell: unattributed, nobody's name."""
    trap = chats("Ann", "\u200b", "\ufeff\u00a0", "\u2060", "-", more="limits: {unattributed: 90%}")
    came = scored(tmp_path, trap)
    assert (came.values, came.rows) == ({"Ann": ("1",)}, {"read": 5, "used": 1, "unattributed": 4})


def test_the_roster_and_the_data_each_name_whom_the_other_does_not(tmp_path: Path) -> None:
    """Cy has no row and is told so; Eve is not on the roster and is told by name, once for two spellings."""
    roster = "id,name,aliases\nAnn,Ann,\nCy,Cy,\n"
    trap = chats("Ann", "Eve", "ＥＶＥ", roster=roster, more=ROSTER + "\nlimits: {unknown_agents: 1}")
    came = scored(tmp_path, trap)
    assert (came.values, came.rows) == ({"Ann": ("1",), "Cy": ("",)}, {"read": 3, "used": 1, "unknown_agent": 2})
    assert came.report.unknown == ("Eve", "ＥＶＥ")


def test_one_spelling_for_two_agents_names_both_and_their_lines(tmp_path: Path) -> None:
    """`Ann` is a1's alias and, but for a zero-width space, b2's."""
    said = refused(tmp_path, chats("Ann", roster="id,name,aliases\na1,A,Ann\nb2,B,A\u200bNN\n"), "roster-spelling")
    assert "means both `a1`" in said
    assert "line 2) and `b2`" in said
    assert "line 3) of the roster" in said


def test_two_spellings_of_one_team_are_one_team(tmp_path: Path) -> None:
    """By all rows of both: mean wait 45 s is 66.67 points, csat .75 of .8 is 93.75; .4·66.67 + .6·93.75 is 82.918."""
    roster = "id,name,team\n007,Bond,One\n008,Smith,ｏｎｅ\n"
    scheme = changed(SCHEME, "  service:\n", "  service:\n    scope: team\n")
    found = score(Case(scheme, {"roster.csv": roster, "chats.csv": CHATS}).written(tmp_path)).summary
    assert [line.split(",")[1:6] for line in found.splitlines()[1:]] == [
        ["007", "Bond", "One", "service", "82.9"],
        ["008", "Smith", "One", "service", "82.9"],
    ]
