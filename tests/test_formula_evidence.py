"""Which values have an n, and which values of a team's members add up."""

import pytest
from made_vocabulary import marked, value

from kpi_cli.scheme.formula.evidence import has_evidence
from kpi_cli.scheme.formula.teams import team_faults

METRICS = {
    "aov": value("sum(chats.amount) / count(chats)"),
    "csat": value("share(chats.rating >= 4)"),
    "slips": value("count(chats, where=not chats.paid)"),
    "volume": value("previous(aov)"),
    "quality": value("volume * 2"),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", False),
        ("previous(aov)", False),
        ("team_mean(slips)", False),
        ("team_sum(slips) / 3", False),
        ("active_days(chats)", False),
        ("period_days()", False),
        ("volume", False),
        ("quality", False),
        ("min(volume, 5)", False),
        ("count(chats)", True),
        ("-mean(chats.wait)", True),
        ("count(chats) / active_days(chats)", True),
        ("active_days(chats) / count(chats)", True),
        ("aov", True),
        ("(aov - previous(aov)) / previous(aov)", True),
        ("max(volume, csat)", True),
        ("only(chats.rating)", True),
        ("reply", True),  # not among the metrics given: reported where names are
    ],
)
def test_whether_a_value_has_an_n(text: str, *, expected: bool) -> None:
    assert has_evidence(value(text), METRICS) is expected


def test_circles_come_to_an_end() -> None:
    assert has_evidence(value("aov"), {"aov": value("slips"), "slips": value("aov")}) is True


@pytest.mark.parametrize(
    "text",
    [
        "count(chats)",
        "sum(chats.amount, where=chats.paid)",
        "sum(chats.amount) - count(chats) * 2 + 3 * count(orders) / 4",
        "-slips",
        "previous(slips)",
        "only(chats.amount)",
        "active_days(chats)",
    ],
)
def test_sums_and_counts_add_up(text: str) -> None:
    assert team_faults("slips / team_mean(quality)", {"quality": value(text), "slips": METRICS["slips"]}) == ()


@pytest.mark.parametrize(
    "text",
    [
        "mean(chats.wait)",
        "share(chats.paid)",
        "sum(chats.amount) / count(chats)",
        "slips * slips",
        "max(slips, 3)",
        "unique(chats.buyer)",
        "aov",
        "slips + aov / aov",
        "5",
    ],
)
@pytest.mark.parametrize("how", ["team_sum", "team_mean"])
def test_ratios_do_not(text: str, how: str) -> None:
    formula = f"slips / {how}(quality)"
    faults = team_faults(formula, {**METRICS, "quality": value(text)})
    assert marked(formula, faults) == [("team-mean-of-ratio", f"{how}(quality)")]
    assert "scope: team" in (faults[0].help or "")
