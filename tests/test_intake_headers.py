"""Headers as a scheme names them against those of a file: spellings, patterns, groups, and zones in brackets."""

from pathlib import Path

import pytest
from in_process import score
from small_case import Case

from kpi_cli.intake.files.headers import find_column, find_header, grouped, header_zone
from kpi_cli.scheme.compiled import SourceColumn

STARTED = "Conversation started at (*)"


@pytest.mark.parametrize(
    ("name", "header", "places"),
    [
        ("首响*秒应答率", ["客服", "首响 30 秒应答率"], [1]),
        ("首响*秒应答率", ["首响30秒应答率", "首响60秒应答率"], [0, 1]),
        (STARTED, ["Conversation started at (America/New_York)", "Updated at (America/New_York)"], [0]),
        (STARTED, ["conversation  STARTED at（Asia/Shanghai）"], [0]),
        (STARTED, ["Conversation started"], []),
        ("Cost (a*b)", ["Cost (a*b)", "Cost (axb)"], [0]),
        ("Cost (A*b)", ["cost (a*b)", "cost (axb)"], [0]),
        ("id", ["ID", "id"], [1]),
        ("id", ["ID", "Id"], [0, 1]),
        ("a.c", ["abc"], []),
    ],
)
def test_where_a_header_stands(name: str, header: list[str], places: list[int]) -> None:
    assert find_header(name, header) == places


def test_candidates_and_joined_headers() -> None:
    header = ["Date", "客服账号", "Time"]
    assert find_column(header, SourceColumn("agent", ("客服工号", "客服账号"))) == (1,)
    assert find_column(header, SourceColumn("at", ("date", "time"), joined=True)) == (0, 2)
    assert find_column(header, SourceColumn("at", ("date", "hour"), joined=True)) == ()


@pytest.mark.parametrize(
    ("header", "zone"),
    [
        ("Conversation started at (America/New_York)", "America/New_York"),
        ("Created （Asia/Shanghai）", "Asia/Shanghai"),
        ("Created (UTC)", "UTC"),
        ("Created (local) (Europe/Paris)", "Europe/Paris"),
        ("Time to close (HH/mm)", None),
        ("首次响应时长（秒)", None),
        ("Created (EST)", None),
        ("Created (Europe/Atlantis)", None),
        ("Created (../../etc/passwd)", None),
    ],
)
def test_zones_in_headers(header: str, zone: str | None) -> None:
    assert header_zone(header) == zone


def test_groups_reach_to_the_next_one() -> None:
    groups, fields = ["昵称", "总", "", "邀请", "", ""], ["", "发出", "收到", "发出", "收到", "备注"]
    assert grouped(groups, fields, []) == ("昵称", "总-发出", "总-收到", "邀请-发出", "邀请-收到", "邀请-备注")
    assert grouped(groups, fields, [SourceColumn("note", ("备注",))])[-1] == "备注"
    assert grouped(groups, fields, [SourceColumn("sent", ("发出",))])[1] == "总-发出"
    assert grouped(groups[:2], fields, [])[2] == "总-收到"


SCHEME = """\
kpi: 1
name: Conversations
timezone: Asia/Shanghai
sources:
  chats:
    files: "chats*.csv"
    agent: agent
    time: at
    timezone: Europe/Paris
    columns:
      agent: Teammate currently assigned
      at: {from: Conversation started at (*), type: datetime}
metrics:
  volume: {formula: count(chats), unit: count, target: ≥ 1}
scorecards:
  all: {weights: {volume: 100}}
grades: [{grade: A, coefficient: 1}]
"""


def test_the_zone_of_a_header_is_that_of_its_column(tmp_path: Path) -> None:
    # New York is 12 hours behind Shanghai in September: 12:00 there is the first instant of October here
    lines = ["Diane,2026-09-30 11:59:59", "Diane,2026-09-30 12:00:00", "Diane,2026-10-31 12:00:00"]
    text = "\n".join(["Teammate currently assigned,Conversation started at (America/New_York)", *lines])
    counted = score(Case(SCHEME, {"chats.csv": text}).written(tmp_path)).count("chats")
    assert (counted["used"], counted["outside_period"]) == (1, 2)
