"""The roster and whom it means: ids, aliases and names, stretches, what is refused, and life without a roster."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_intake import HERE, columns, scheme, written
from made_workbooks import workbook
from msgspec.structs import replace
from scheme_text import loaded

from kpi_cli.columns import Days, Texts, texts
from kpi_cli.exact import Exact
from kpi_cli.intake.files.inputs import find_inputs
from kpi_cli.intake.people.identity import is_ruined, person_key, split_list
from kpi_cli.intake.people.registry import Registry
from kpi_cli.intake.people.roster import read_roster
from kpi_cli.intake.rows.rejects import rejects_csv, write_rejects
from kpi_cli.periods import parse_period
from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.rows import Reject
from kpi_cli.scheme.compiled import ColumnType, RosterSpec, SourceColumn

OCTOBER = parse_period("2026-10", date(2026, 11, 3))
SPEC = RosterSpec(
    "roster.csv",
    "id",
    {
        **columns(id="工号", name="姓名", team="小组", role="岗位", aliases="昵称", since="开始", until="结束"),
        "pay": SourceColumn("pay", ("月薪",), type=ColumnType.NUMBER),
    },
    HERE,
    ignore=("system", "店铺主号"),
)
HEADER = "工号,姓名,小组,岗位,月薪,昵称,开始,结束\n"
MISSING, UNKNOWN, IGNORED = -1, -2, -3


def read(folder: Path, text: str, spec: RosterSpec = SPEC) -> Registry:
    written(folder, "roster.csv", text)
    made = scheme(folder, roster=spec)
    return read_roster(made, find_inputs(made, [], [OCTOBER]), OCTOBER)


def refused(folder: Path, text: str, spec: RosterSpec = SPEC) -> list[Problem]:
    with pytest.raises(KpiError) as caught:
        read(folder, text, spec)
    assert caught.value.exit_code is Exit.DATA
    assert all(problem.help for problem in caught.value.problems)
    return list(caught.value.problems)


def codes(registry: Registry, *cells: str | None) -> list[int]:
    found: list[int] = registry.codes(texts(cells)).tolist()
    return found


def test_people_stand_in_order_of_their_ids_with_the_rosters_columns(tmp_path: Path) -> None:
    text = HEADER + "012,小李,二组,售后,8500.50,,,\n\n007,,,售前,,,,\n"
    registry = read(tmp_path, text)
    people = registry.people()
    assert [(agent.id, agent.name, agent.team) for agent in people.agents] == [
        ("007", "007", None),
        ("012", "小李", "二组"),
    ]
    pay, role = people.columns["pay"], people.columns["role"]
    assert isinstance(pay, Exact)
    assert isinstance(role, Texts)
    assert pay.fractions() == [None, Fraction(17001, 2)]
    assert role.to_list() == ["售前", "售后"]
    assert registry.teams == ("二组",)
    (file,) = registry.inputs
    assert (file.rows, file.sha256) == (2, hashlib.sha256(text.encode()).hexdigest())


def test_spellings_that_mean_an_agent(tmp_path: Path) -> None:
    text = HEADER + 'A1,小张,一组,售前,1,"旗舰店:小张、xz｜ Ｘ张",,\nB2,小李,一组,售前,1,,,\n'
    registry = read(tmp_path, text)
    assert codes(registry, "A1", "ａ1", " a1 ", "旗舰店:小张", "XZ", "X张") == [0] * 6
    assert codes(registry, "b2", None, "  ", "小张", "A01", "1", "System", "店铺主号") == [
        1, MISSING, MISSING, UNKNOWN, UNKNOWN, UNKNOWN, IGNORED, IGNORED,
    ]  # fmt: skip
    assert registry.people().agents[0].spellings == {"A1", "小张", "旗舰店:小张", "xz", "Ｘ张"}
    named = read(tmp_path, text, replace(SPEC, match_names=True))
    assert codes(named, "小张", "小李") == [0, 1]


def test_codes_of_dictionaries_and_teams(tmp_path: Path) -> None:
    registry = read(tmp_path, HEADER + "a,A,二组,,,,,\nb,B,一组,,,,,\n")
    coded = Texts(pa.array(["b", None, "x", "a", "b"]).dictionary_encode())
    assert registry.codes(coded).tolist() == [1, MISSING, UNKNOWN, 0, 1]
    assert registry.teams == ("一组", "二组")
    assert registry.team_codes(texts(["二组", "三组", None])).tolist() == [1, UNKNOWN, MISSING]


def days(*values: str | None) -> Days:
    ordinals = [np.datetime64(value).astype(int) if value else 0 for value in values]
    return Days(np.array(ordinals, dtype=np.int64), np.array([value is not None for value in values]))


STRETCHES = HEADER + (
    "a,A,一组,售前,,xa,2026-10-16,\n"
    "a,A,二组,售后,,,2026/9/1,2026-10-15\n"
    "b,B,一组,售前,,,,\n"
    "c,C,一组,售前,,,,2026-10-10\n"
)


def test_stretches_by_day(tmp_path: Path) -> None:
    registry = read(tmp_path, STRETCHES)
    people = registry.people().agents
    assert [(agent.id, agent.team) for agent in people] == [("a", "二组"), ("a", "一组"), ("b", "一组"), ("c", "一组")]
    assert people[0].until == date(2026, 10, 15)
    assert [agent.aliases for agent in people] == [("xa",), ("xa",), (), ()]  # a person's, not a stretch's
    cells = texts(["a", "xa", "A", "a", "b", "c", "c", None, "?"])
    october = [f"2026-10-{day}" for day in ("15", "16", "01", "10", "11", "01")]
    on = days(*october[:2], "2030-01-01", "2026-08-31", *october[2:], None)
    assert registry.codes(cells, on).tolist() == [0, 1, 1, UNKNOWN, 2, 3, UNKNOWN, MISSING, UNKNOWN]
    assert registry.undated == ()


def test_rows_without_a_day_of_an_agent_with_stretches(tmp_path: Path) -> None:
    registry = read(tmp_path, STRETCHES)
    cells = texts(["b", "c", "a"])
    september = parse_period("2026-09", date(2026, 11, 3))
    november = parse_period("2026-11", date(2026, 11, 3))
    assert registry.codes(cells, None, september).tolist() == [2, 3, 0]
    assert registry.codes(cells, None, november).tolist() == [2, UNKNOWN, 1]
    before = list(registry.undated)
    assert registry.codes(cells, None, OCTOBER).tolist() == [2, 3, 1]
    assert (before, registry.undated) == ([], ("a",))


def test_what_is_wrong_in_lines(tmp_path: Path) -> None:
    rows = "a,A,,,1,,,\n,B,,,1,,,\n1.25E+17,C,,,1,,,\nd,D,,,viel,,,\ne,E,,,1,,2026-13-01,\n"
    problems = refused(tmp_path, HEADER + rows)
    assert [(problem.code, problem.span and problem.span.line) for problem in problems] == [
        ("roster-id-missing", 3),
        ("ruined-id", 4),
        ("roster-cell", 5),
        ("roster-cell", 6),
    ]
    assert "`viel` in column `月薪`" in problems[2].message


def test_lines_with_too_few_or_too_many_cells(tmp_path: Path) -> None:
    problems = refused(tmp_path, "工号,姓名,小组,岗位,月薪,昵称,开始,结束\na,A\nb,B,,,,,,,,\nc,C,,,,,,,x\n")
    assert [(problem.code, problem.span and problem.span.line) for problem in problems] == [
        ("wrong-cells", 2),
        ("wrong-cells", 4),
    ]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("a,A,,,,,,\nA,A2,,,,,,\n", ["roster-overlap"]),
        ("a,A,,,,,,2026-10-15\na,A,,,,,2026-10-15,\n", ["roster-overlap"]),
        ("a,A,,,,,2026-10-15,2026-10-14\n", ["roster-stretch"]),
        ("a,A,,,,x,,\nb,B,,,,y、X,,\n", ["roster-spelling"]),
        ("a,A,,,,b,,\nb,B,,,,,,\n", ["roster-spelling"]),
        ("a,A,,,,a、A,,\nb,A,,,,,,\n", []),
        ("a,A,,,,SYSTEM,,\n", ["roster-ignored"]),
        ("", ["roster-empty"]),
    ],
)
def test_who_is_meant_must_be_clear(tmp_path: Path, lines: str, found: list[str]) -> None:
    if found:
        assert [problem.code for problem in refused(tmp_path, HEADER + lines)] == found
    else:
        read(tmp_path, HEADER + lines)


def test_a_spelling_of_two_agents_names_both_and_their_lines(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, HEADER + "a,小张,,,,,,\nb,小张,,,,,,\n", replace(SPEC, match_names=True))
    assert (
        problem.message
        == "`小张` means both `a` (roster.csv line 2) and `b` (roster.csv line 3) of the roster".replace(
            "roster.csv", f"{tmp_path.as_posix()}/roster.csv"
        )
    )


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    problems = refused(tmp_path, "工号,姓 名,小组,岗位,昵称,开始,结束\na,A,,,,,\n")
    assert [problem.code for problem in problems] == ["missing-column"]
    assert "月薪" in problems[0].message


def test_a_roster_in_gbk_behind_a_title(tmp_path: Path) -> None:
    written(tmp_path, "roster.csv", ("花名册\n" + HEADER + "007,小张,一组,售前,8000,,,\n").encode("gb18030"))
    made = scheme(tmp_path, roster=SPEC)
    people = read_roster(made, find_inputs(made, [], [OCTOBER])).people()
    assert [(agent.id, agent.name) for agent in people.agents] == [("007", "小张")]


SMALL = RosterSpec("roster.*", "id", columns(id="id", name="name"), HERE)


def named(folder: Path, spec: RosterSpec) -> list[tuple[str, str]]:
    made = scheme(folder, roster=spec)
    people = read_roster(made, find_inputs(made, [], [OCTOBER])).people()
    return [(agent.id, agent.name) for agent in people.agents]


def test_the_sheet_of_a_roster_is_said_where_several_hold_one(tmp_path: Path) -> None:
    header = ["id", "name"]
    workbook(tmp_path / "roster.xlsx", now=[header, ["007", "Bond"]], former=[header, ["008", "Smith"]])
    assert named(tmp_path, replace(SMALL, sheet="now")) == [("007", "Bond")]
    assert named(tmp_path, replace(SMALL, sheet="former")) == [("008", "Smith")]
    for spec, code in ((SMALL, "which-sheet"), (replace(SMALL, sheet="new"), "no-sheet")):
        with pytest.raises(KpiError) as caught:
            named(tmp_path, spec)
        assert [problem.code for problem in caught.value.problems] == [code]


def test_a_western_roster_is_read_in_the_encoding_it_is_said_to_have(tmp_path: Path) -> None:
    written(tmp_path, "roster.csv", "id,name\n007,Zoë\n008,Jürgen\n".encode("cp1252"))
    assert named(tmp_path, replace(SMALL, encoding="windows-1252")) == [("007", "Zoë"), ("008", "Jürgen")]
    with pytest.raises(KpiError) as caught:
        named(tmp_path, SMALL)
    assert [problem.code for problem in caught.value.problems] == ["encoding"]


def test_sheet_and_encoding_of_a_roster_stand_in_the_scheme() -> None:
    made = loaded(("  files: roster.csv\n", "  files: roster.xlsx\n  sheet: 在职\n  encoding: windows-1252\n"))
    assert made.roster is not None
    assert (made.roster.sheet, made.roster.encoding) == ("在职", "windows-1252")


def test_without_a_roster_everyone_in_the_data_is_somebody(tmp_path: Path) -> None:
    registry = read_roster(scheme(tmp_path), find_inputs(scheme(tmp_path), [str(tmp_path)], [OCTOBER]))
    assert not registry.has_roster
    first = registry.codes(texts(["Bob", "alice", None, " bob"]))
    second = registry.codes(texts(["ALICE", "Bob"]))
    assert (first.tolist(), second.tolist()) == ([0, 1, MISSING, 0], [1, 0])
    assert [(agent.id, agent.name, agent.team) for agent in registry.people().agents] == [
        ("Bob", "Bob", None),
        ("ALICE", "ALICE", None),
    ]
    assert registry.team_codes(texts(["x", "y", "X"])).tolist() == [0, 1, 0]


def test_a_ruined_id_is_refused_without_a_roster_too() -> None:
    registry = Registry()
    registry.codes(texts(["1.25E+17", "a"]))
    with pytest.raises(KpiError) as caught:
        registry.people()
    assert [problem.code for problem in caught.value.problems] == ["ruined-id"]


NAMES = st.lists(st.sampled_from(["a", "A", "ａ", "b", " b", "c", "小张", None]), min_size=1, max_size=30)


@given(st.lists(NAMES, min_size=1, max_size=8), st.randoms())
def test_threads_and_order_change_nobody(blocks: list[list[str | None]], random: Random) -> None:
    registry = Registry()
    shuffled = random.sample(blocks, len(blocks))
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda block: registry.codes(texts(block)).tolist(), shuffled))
    shown = [agent.id for agent in registry.people().agents]
    cells: dict[str, list[str]] = {person_key(cell): [] for block in blocks for cell in block if cell}
    for block in blocks:
        for cell in block:
            if cell:
                cells[person_key(cell)].append(cell.strip())
    assert sorted(shown) == sorted(min(spellings) for spellings in cells.values())
    for block, places in zip(shuffled, found, strict=True):
        for cell, place in zip(block, places, strict=True):
            assert (place == MISSING) == (cell is None)
            assert cell is None or person_key(shown[place]) == person_key(cell)


def test_lists_and_ruined_ids() -> None:
    assert split_list(" a, b；c、、d|e ｜f，g;") == ["a", "b", "c", "d", "e", "f", "g"]
    assert [text for text in ("1.25E+17", "1E+05", "1e5", "007", "E+17", "2.5e+10", "12E+3") if is_ruined(text)] == [
        "1.25E+17", "1E+05", "2.5e+10",
    ]  # fmt: skip


def test_rejected_rows_as_csv(tmp_path: Path) -> None:
    rejects = [
        Reject("b.csv", 2, "wait", "=1+1", "is no duration"),
        Reject("a.csv", 10, "wait", "-5", 'a "negative" duration'),
        Reject("a.csv", 9, "note", "a\nb", "is no number\x1b"),
    ]
    expected = (
        "file,record,column,value,reason\n"
        'a.csv,9,note,"a\nb",is no number\ufffd\n'
        'a.csv,10,wait,-5,"a ""negative"" duration"\n'
        "b.csv,2,wait,'=1+1,is no duration\n"
    )
    assert rejects_csv(rejects) == expected
    path = written(tmp_path, "rejects.csv", "old")
    write_rejects(path, rejects)
    assert path.read_bytes().decode() == expected
    assert [entry.name for entry in tmp_path.iterdir()] == ["rejects.csv"]
    with pytest.raises(KpiError) as caught:
        write_rejects(tmp_path / "none" / "rejects.csv", rejects)
    assert caught.value.exit_code is Exit.FILES
