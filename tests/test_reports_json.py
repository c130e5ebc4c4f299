"""JSON for programs: exact decimals as text, the account of every row, the same bytes every time."""

import json
from typing import Any

from made_outcomes import outcome
from msgspec.structs import replace

from kpi_cli import __version__
from kpi_cli.problems import Problem, Severity, Span
from kpi_cli.reports.formats import Format
from kpi_cli.reports.render import View, render
from kpi_cli.rows import Account


def document(**changes: object) -> Any:  # noqa: ANN401 - parsed JSON
    made = replace(outcome(), **changes)
    return json.loads(render(made, Format.JSON, View()))


def test_the_head() -> None:
    found = document()
    assert list(found) == [
        *("format", "tool", "scheme", "inputs", "accounting", "periods", "agents", "warnings"),
    ]
    assert (found["format"], found["tool"]) == ("kpi.scores/1", f"kpi {__version__}")
    # sha256 of "kpi: 1\n", by sha256sum
    assert found["scheme"] == {
        "name": "月度绩效",
        "sha256": "65bc9b15a79991a8c8c04c3c47a47967ba2a2a3169941b8a8cd8f66681cccb44",
    }
    assert found["inputs"] == [{"file": "data/chats.csv", "sha256": "0" * 64, "rows": 366}]
    assert found["periods"] == [{"period": "2026-10", "first": "2026-10-01", "last": "2026-10-31", "days": 31}]


def test_an_agent_is_the_summary_and_the_lines_of_the_card() -> None:
    agent = document()["agents"][0]
    lines = agent.pop("lines")
    assert agent == {
        "period": "2026-10",
        "agent_id": "007",
        "agent_name": "小张",
        "team": "一组",
        "scorecard": "presales",
        "score": "110.6",
        "grade": "S",
        "coefficient": "1.3",
        "rank": 1,
        "of": 2,
        "coverage": "100",
        "status": "scored",
        "notes": [],
    }
    assert lines[1] == {
        "dimension": "质量",
        "metric": "fcr",
        "label": "一次解决率",
        "value": "0.82",
        "n": 50,
        "target": ">=0.85",
        "score": "96.47",
        "weight": "40",
        "points": "38.588",
        "status": "missed",
        "note": [],
    }


def test_nothing_is_null_and_notes_carry_code_names_and_words() -> None:
    agent = document()["agents"][2]
    assert (agent["grade"], agent["coefficient"], agent["rank"], agent["of"]) == (None, None, None, None)
    assert agent["lines"][0]["value"] is None
    assert agent["notes"] == [{"code": "low_coverage", "about": ["frt"], "text": "覆盖率过低，不评级：首次响应时间"}]


def test_the_account_balances_and_names_what_was_skipped() -> None:
    account = Account(read=9, used=4, filtered=5, filtered_missing=2, skipped={"汇总": 1, "均值": 1})
    (entry,) = json.loads(render(outcome(account=account), Format.JSON, View()))["accounting"]
    assert entry["source"] == "chats"
    assert entry["period"] == "2026-10"
    assert (entry["read"], entry["used"], entry["filtered"], entry["filtered_missing"]) == (9, 4, 5, 2)
    assert entry["skipped"] == {"均值": 1, "汇总": 1}


def test_warnings_have_their_places() -> None:
    warning = Problem("odd", "odd weight", Span("s.yaml", 3, 5, "a: 1", 2), "mend it", Severity.WARNING)
    assert document(warnings=(warning,))["warnings"] == [
        {
            "code": "odd",
            "severity": "warning",
            "message": "odd weight",
            "help": "mend it",
            "file": "s.yaml",
            "line": 3,
            "column": 5,
            "width": 2,
            "end_column": 7,
        }
    ]


def test_text_stays_readable_and_the_file_ends_with_a_line_end() -> None:
    text = str(render(outcome(), Format.JSON, View()))
    assert '"agent_name": "小张"' in text
    assert text.endswith("}\n")
    assert text == render(outcome(), Format.JSON, View())
