"""`kpi inspect` over titles above the header, in every sheet, and over texts that are no tables."""

from pathlib import Path
from typing import Any

import pytest
from made_inspections import checked, entries, inspection_of, of, scored
from made_workbooks import workbook

from kpi_cli.intake.inspecting.inspection import Inspection
from kpi_cli.intake.inspecting.looking import inspect

CALLS = [
    ["Call ID", "Agent", "Started at"],
    *([f"C{n}", ["Ann", "Bo"][n % 2], f"2026-10-{n + 1:02d} 09:00:00"] for n in range(20)),
]
RATINGS = [
    ["Rating ID", "Agent", "Rated at", "Score"],
    *([f"R{n}", ["Ann", "Bo"][n % 2], f"2026-10-{n + 1:02d} 10:00:00", str(1 + n % 5)] for n in range(20)),
]
MADE_UP = [["甲", "专员", "乙"], ["S1", "小安", "5"], ["S2", "小博", "6"]]
NO_TABLE = "this may be no table at all"


def headers(found: Inspection) -> list[str]:
    return [each.header for each in found.columns]


@pytest.mark.parametrize("titled", ["Calls Ratings", "Calls", "Ratings", ""])
@pytest.mark.parametrize("order", ["Calls Ratings", "Ratings Calls"])
def test_each_sheet_may_have_a_title_above_its_header(tmp_path: Path, titled: str, order: str) -> None:
    rows = {"Calls": CALLS, "Ratings": RATINGS}
    sheets: dict[str, Any] = {
        name: [*([[f"{name} October"]] if name in titled.split() else []), *rows[name]] for name in order.split()
    }
    path = workbook(tmp_path / "both.xlsx", **sheets)
    found = {str(each.entry.sheet): each for each in inspect([str(path)]).inspections}
    assert set(found) == {"Calls", "Ratings"}
    for name, each in found.items():
        assert headers(each) == rows[name][0]
        assert each.files[0].header_line == (2 if name in titled.split() else 1)
        assert (each.rows, scored(each, path, "2026-10")) == (20, {"Ann", "Bo"})


def test_a_header_without_known_words_is_found_below_a_title(tmp_path: Path) -> None:
    assert headers(inspection_of(workbook(tmp_path / "a.xlsx", 一=[["十月"], *MADE_UP]))) == ["甲", "专员", "乙"]
    assert headers(inspection_of(workbook(tmp_path / "b.xlsx", 一=[["十月"], ["一", "二"], *MADE_UP]))) == ["一", "二"]
    found = of(tmp_path, "十月,,\n甲,专员,乙\nS1,小安,5\nS2,小博,6\n")
    assert (headers(found), found.rows, found.files[0].header_line) == (["甲", "专员", "乙"], 2, 2)


def test_a_header_of_one_cell_is_no_title(tmp_path: Path) -> None:
    agents = of(tmp_path, "Agent,\nAnn,first\nBo,second\n")
    assert (headers(agents), agents.rows) == (["Agent", ""], 2)
    numbers = of(tmp_path, "总量,\n5,6\n7,8\n")
    assert (headers(numbers), numbers.rows) == (["总量", ""], 2)


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (
            "import os, sys\n\n\ndef main(args):\n    print(args, sys.argv)\n    return 0\n\n\nmain(os.environ)\n",
            "3 records of another number of cells than the header, and only 1 of as many: " + NO_TABLE,
        ),
        (
            "kpi: 1\nname: x\nmetrics:\n  a: {unit: count, better: higher}\ngrades: []\nawards: []\n",
            "2 records of another number of cells than the header, and only 0 of as many: " + NO_TABLE,
        ),
        ("各位同事\n请查收十月的报表\n谢谢\n", "a single column, which names no persons: " + NO_TABLE),
    ],
    ids=["program", "scheme", "letter"],
)
def test_a_text_that_looks_like_no_table_is_told(tmp_path: Path, content: str, note: str) -> None:
    found = of(tmp_path, content, "notes.txt")
    assert note in found.notes
    assert checked(found).warnings == ()


@pytest.mark.parametrize(
    "content",
    ["Agent\nAnn\nBo\n", "姓名\n小安\n小博\n", "小组\n一组\n二组\n", "Ticket ID,Agent\n1,Ann\n2,Bo\n3,Bo,x\n"],
)
def test_a_table_is_not_doubted(tmp_path: Path, content: str) -> None:
    found = of(tmp_path, content)
    assert not any(NO_TABLE in note for note in found.notes)
    assert entries(found)
