"""The oracle against answers it did not give: five thousand real calls with a given summary and detail."""

import csv
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import oracle
from made_formulas import column, counted, days, of_truths, over, ratio, truth
from oracle import Band, Cell, Line, Person, Rulebook, Target
from oracle_cards import score
from oracle_rows import Contract, number, take, words
from test_golden import table

F = Fraction


def flag(text: str) -> Cell:
    return {"Y": True, "N": False}[text]


def clock(text: str) -> Cell:
    """Read `h:mm:ss` as seconds."""
    hours, minutes, seconds = text.split(":")
    return F(int(hours) * 3600 + int(minutes) * 60 + int(seconds))


def called_at(text: str) -> Cell:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the export's clock is the scheme's


def four_or_five(row: oracle.Row) -> bool | None:
    stars = row["rating"]
    return stars >= 4 if isinstance(stars, Fraction) else None


def ninetieth(values: list[Fraction]) -> oracle.Measured:
    return oracle.percentile(values, F(90))


def at_least(bound: str) -> Target:
    return Target(">=", F(bound), F(bound))


def at_most(bound: str) -> Target:
    return Target("<=", F(bound), F(bound))


def card() -> list[Line]:
    fcr, csat, answered, volume = at_least("0.75"), at_least("0.5"), at_least("0.8"), at_least("7")
    speed, talk = at_most("120"), at_most("230")
    return [
        Line(
            *("fcr", "First contact resolution", "quality", F(25)),
            *(of_truths(truth("resolved")), oracle.proportional(fcr, "ratio"), fcr),
        ),
        Line(
            *("csat", "CSAT (4 or 5)", "quality", F(25)),
            *(of_truths(four_or_five), oracle.proportional(csat, "ratio"), csat, 20),
        ),
        Line(
            *("answer_rate", "Answer rate", "speed", F(20), of_truths(truth("answered"))),
            *(oracle.steps([(at_least("0.85"), F(120)), (answered, F(100))], F(60)), answered),
        ),
        Line(
            *("speed_p90", "Speed of answer, P90", "speed", F(15), over(ninetieth, column("speed"))),
            *(oracle.line([(F(60), F(120)), (F(120), F(100)), (F(180), F(0))]), speed),
        ),
        Line(
            *("talk", "Talk time", "effort", F(10), over(oracle.mean, column("talk"))),
            *(oracle.proportional(talk, "linear"), talk),
        ),
        Line(
            *("volume", "Calls per active day", "effort", F(5), ratio(counted(), days())),
            *(oracle.proportional(volume, "ratio"), volume),
        ),
    ]


NAMED = {
    "id": "Call Id",
    "agent": "Agent",
    "answered": "Answered (Y/N)",
    "resolved": "Resolved",
    "speed": "Speed of answer in seconds",
    "talk": "AvgTalkDuration",
    "rating": "Satisfaction rating",
}
CONTRACT = Contract(
    columns=["at", *NAMED],
    readings={
        "at": called_at,
        "id": words,
        "agent": words,
        "answered": flag,
        "resolved": flag,
        "speed": number,
        "talk": clock,
        "rating": number,
    },
    key="id",
    agent="agent",
    time="at",
    first=date(2021, 1, 1),
    last=date(2021, 1, 31),
)
BANDS = (
    Band("S", "1.3", F(110)),
    Band("A", "1.1", F(100)),
    Band("B", "1.0", F(90)),
    Band("C", "0.8", F(80)),
    Band("D", "0.6"),
)


def records(path: Path) -> list[list[str]]:
    rows = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
    return [[f"{row['Date']} {row['Time']}", *(row[name] for name in NAMED.values())] for row in rows]


def test_calls(shared: Path) -> None:
    taken = take(CONTRACT, records(shared / "real" / "pwc_calls_utf8bom.csv"))
    agents = [Person(id_, id_, "", "phone") for id_ in taken.rows]
    summary, detail = score(Rulebook("2021-01", {"phone": card()}, BANDS), agents, taken.rows)
    given = shared / "golden" / "calls"
    assert summary == table((given / "expected-summary.csv").read_bytes())[1:]
    assert detail == table((given / "expected-detail.csv").read_bytes())[1:]
