"""What is shown can be narrowed; what was computed stays."""

import pytest
from made_outcomes import outcome
from msgspec.structs import replace

from kpi_cli.problems import Exit, KpiError
from kpi_cli.reports.formats import Format
from kpi_cli.reports.render import View, render
from kpi_cli.reports.selection import Filters, must_be_known, narrowed


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (Filters(), ["007", "012", "021"]),
        (Filters(agents=("021", "小张")), ["007", "021"]),
        (Filters(agents=("旗舰店:小李",)), ["012"]),
        (Filters(teams=("一组",)), ["007", "021"]),
        (Filters(teams=("一组",), agents=("021",)), ["021"]),
        (Filters(cards=("presales",)), ["007", "012", "021"]),
        (Filters(cards=("售前客服",)), ["007", "012", "021"]),
        (Filters(teams=("一组",), agents=("012",)), []),
    ],
)
def test_the_chosen_agents_keep_their_order(filters: Filters, ids: list[str]) -> None:
    shown = narrowed(outcome(), filters)
    assert [agent.id for sheet in shown.sheets for agent in sheet.agents] == ids


def test_a_shown_agents_line_is_the_line_it_has_among_all() -> None:
    everyone = str(render(outcome(), Format.CSV, View(detail=True))).splitlines()
    alone = str(render(narrowed(outcome(), Filters(agents=("021",))), Format.CSV, View(detail=True))).splitlines()
    assert alone == [everyone[0], *(line for line in everyone if ",021," in line)]
    summary = str(render(narrowed(outcome(), Filters(agents=("021",))), Format.CSV, View())).splitlines()
    assert summary[1].endswith(",incomplete,覆盖率过低，不评级：首次响应时间")


def test_unknown_names_are_refused_together() -> None:
    with pytest.raises(KpiError) as stop:
        narrowed(outcome(), Filters(agents=("07",), teams=("三组",), cards=("presale",)))
    assert stop.value.exit_code is Exit.USAGE
    assert {problem.code: problem.help for problem in stop.value.problems} == {
        "unknown-agent": "did you mean `007`?",
        "unknown-team": "there are 一组, 二组",
        "unknown-scorecard": "did you mean `presales`?",
    }


@pytest.mark.parametrize(
    ("teams", "help_text"),
    [
        ([], "nobody has a team: `team` is a column of the roster"),
        (["one"], "the only team is one"),
        ([f"t{number}" for number in range(9)], "there are t0, t1, t2, t3, t4, t5, t6, t7, ... (9 in all)"),
        ([f"team {number}" for number in range(9)], "did you mean `team 8`?"),
    ],
)
def test_an_unknown_team_is_answered_with_those_there_are(teams: list[str], help_text: str) -> None:
    given = outcome()
    (sheet, *_) = given.sheets
    people = tuple(replace(sheet.agents[0], team=team) for team in teams) or (replace(sheet.agents[0], team=None),)
    with pytest.raises(KpiError) as stop:
        must_be_known(replace(given, sheets=(replace(sheet, agents=people),)), Filters(teams=("team 81",)))
    assert [problem.help for problem in stop.value.problems] == [help_text]
