"""`ranking: anonymous`: what is read together names nobody, what is kept for the record names everybody."""

import json
from pathlib import Path

import pytest
from conftest import Kpi
from made_case import SCHEME, SUMMARY, write_case
from made_outcomes import AGENTS, CARD, OCTOBER, outcome, scheme, sheet
from msgspec.structs import replace

from kpi_cli.periods import Period, PeriodKind
from kpi_cli.pipeline import Outcome
from kpi_cli.reports.anonymous import published
from kpi_cli.reports.formats import Format
from kpi_cli.reports.selection import Filters, narrowed
from kpi_cli.scoring.cards import Note, NoteCode

ARGUMENTS = ("score", "scheme.yaml", "data", "--period", "2026-10")
NAMES = ("小张", "李雷", "韩梅梅", "007", "012", "021", "一组", "二组")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return write_case(tmp_path, f"{SCHEME}\nreport: {{ranking: anonymous}}\n")


@pytest.mark.parametrize("form", ["table", "markdown"])
@pytest.mark.parametrize("more", [(), ("--detail",), ("--wide",), ("--team", "一组")])
def test_what_is_read_together_names_nobody(kpi: Kpi, case: Path, form: str, more: tuple[str, ...]) -> None:
    ran = kpi(*ARGUMENTS, "--format", form, *more, cwd=case)
    assert ran.code == 0, ran.err
    assert [name for name in NAMES if name in ran.text] == []
    assert "客服 1" in ran.text
    assert "112.0" in ran.text


def test_the_record_names_everybody(kpi: Kpi, case: Path) -> None:
    assert kpi(*ARGUMENTS, "--format", "csv", cwd=case).text == SUMMARY
    found = json.loads(kpi(*ARGUMENTS, "--format", "json", cwd=case).text)
    assert [agent["agent_name"] for agent in found["agents"]] == ["小张", "李雷", "韩梅梅"]


def test_who_is_asked_for_is_shown_by_name(kpi: Kpi, case: Path) -> None:
    text = kpi(*ARGUMENTS, "--format", "table", "--agent", "007", cwd=case).text
    assert "小张" in text
    assert "李雷" not in text
    assert "小张" in kpi("explain", *ARGUMENTS[1:], "--agent", "007", cwd=case).text


NOVEMBER = Period(PeriodKind.MONTH, OCTOBER.last.replace(month=11, day=1), OCTOBER.last.replace(month=11, day=30))


def named(found: Outcome) -> list[list[str]]:
    return [[agent.name for agent in each.agents] for each in found.sheets]


def test_an_agent_keeps_the_number_over_periods_and_filters() -> None:
    """October is led by 007, November by 021: the numbers are those of October."""
    turned = sheet(agents=(AGENTS[2], AGENTS[0], AGENTS[1]), period=NOVEMBER)
    everybody = outcome(sheet(), turned, of=replace(scheme("en", (CARD,)), anonymous_ranking=True))
    assert named(published(everybody, everybody, Filters(), Format.TABLE)) == [
        ["Agent 1", "Agent 2", "Agent 3"],
        ["Agent 3", "Agent 1", "Agent 2"],
    ]
    filters = Filters(teams=("二组",))
    some = published(narrowed(everybody, filters), everybody, filters, Format.MARKDOWN)
    assert named(some) == [["Agent 2"], ["Agent 2"]]


def test_no_date_tells_who_it_is() -> None:
    joined, capped = Note(NoteCode.JOINED, ("2026-10-05",)), Note(NoteCode.QUOTA, ("S", "1"))
    noted = replace(sheet(), notes={0: (joined, capped), 1: (Note(NoteCode.LEFT, ("2026-10-30",)),)})
    everybody = outcome(noted, of=replace(scheme(), anonymous_ranking=True))
    (shown,) = published(everybody, everybody, Filters(), Format.TABLE).sheets
    assert shown.notes == {0: (capped,), 1: ()}


def test_by_default_everybody_is_named() -> None:
    everybody = outcome()
    assert published(everybody, everybody, Filters(), Format.TABLE) is everybody
