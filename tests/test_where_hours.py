"""Opening hours count in `where` as they do inside a formula."""

from small_run import ran

SCHEME = """
kpi: 1
name: Night shift
timezone: Asia/Shanghai
calendars: {shop: {hours: "09:00-18:00", days: mon-fri}}
sources:
  tickets:
    files: tickets.csv
    agent: agent
    time: opened
    where: working(opened, solved, "shop") > 0s
    columns: {agent: agent, opened: {from: opened, type: datetime}, solved: {from: solved, type: datetime}}
metrics:
  volume: {formula: count(tickets), target: ≥ 1}
scorecards: {all: {weights: {volume: 100}}}
grades: [{grade: A, min: 100, coefficient: 1}, {grade: B, coefficient: 0.5}]
"""
ROWS = """agent,opened,solved
ann,2026-10-12 08:00:00,2026-10-12 08:30:00
ann,2026-10-12 08:00:00,2026-10-12 09:00:01
ann,2026-10-17 10:00:00,2026-10-17 12:00:00
"""


def test_where_may_ask_for_opening_hours() -> None:
    """Before opening, one second into it, and on a Saturday: one of three counts."""
    assert ran(SCHEME, {"tickets.csv": ROWS}).line("ann", "volume", "value") == ["1"]
