"""`kpi inspect`: the entry it prints passes and scores as it is, and what cells leave open is asked, not guessed."""

from pathlib import Path

import pytest
from conftest import ROOT, SHARED, TESTS
from hypothesis import given, settings
from hypothesis import strategies as st
from made_inspections import (
    agents_offered,
    asked,
    checked,
    column,
    entries,
    has_agent,
    inspection_of,
    of,
    scored,
    written,
)

from kpi_cli.intake.inspecting import inspect
from kpi_cli.intake.inspection import ColumnEntry, Role
from kpi_cli.problems import Exit, KpiError
from kpi_cli.reports.sourceyaml import question_line, sources_yaml
from kpi_cli.scheme.compiled import ColumnType

SAMPLES = sorted((ROOT / "sample_data").glob("*.csv"))
EXPORTS = sorted((TESTS / "presets").iterdir())
REAL = [
    SHARED / "real" / name
    for name in ("callcenter_daily_by_rep.csv", "pwc_calls_utf8bom.csv", "technical_support_tickets.xlsx")
]
# the first month in which each has rows, where that is not October 2026; its agents then
ELSEWHERE = {
    "attendance-2026-09.csv": "2026-09",
    "chats-2026-09.csv": "2026-09",
    "monthly-2026-09.csv": "2026-09",
    "qa-2026-09.csv": "2026-09",
    "rubric-2026-09.csv": "2026-09",
    "training-2026-09.csv": "2026-09",
    "roster-helpdesk.csv": "2021",
    "roster.csv": "2021",
    "pwc_calls_utf8bom.csv": "2021-01",
    "technical_support_tickets.xlsx": "2023-01",
}
WITHOUT_AGENTS = {"team-2026-09.csv", "team-2026-10.csv", "chatwoot-teams.csv", "wecom-api.csv"}


@pytest.mark.parametrize("path", [*SAMPLES, *EXPORTS, *REAL], ids=lambda path: path.name)
def test_the_printed_entry_passes_and_scores_as_it_is(path: Path) -> None:
    if not path.exists():
        pytest.skip("the real exports do not lie beside this checkout")
    found = inspection_of(path)
    assert checked(found).warnings == ()
    assert has_agent(found) is (path.name not in WITHOUT_AGENTS)
    if has_agent(found):
        # of a header in two rows, the second is only recognised where something of it is asked for
        formula = "sum({}.rated)" if path.name == "qianniu-reviews.csv" else "count({})"
        assert scored(found, path, ELSEWHERE.get(path.name, "2026-10"), formula)


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.name)
def test_an_export_is_told_by_its_preset(path: Path) -> None:
    name = {"intercom-ratings": "intercom-conversations", "wecom-api": None}.get(path.stem, path.stem)  # the same header
    assert inspection_of(path).entry.preset == (name.removesuffix("-zh") if name else None)
