"""Whole cases by chance: a scheme as text, records, and the same case as the oracle understands it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from hypothesis import strategies as st
from made_metrics import Metric, amount, metrics, quoted
from made_rows import AGENTS, ROBOT, SPELLINGS, WHERE, again, as_csv, clean, contract, record
from oracle import Band, Line, Person, Rulebook, plain
from oracle_rows import Taken, take

F = Fraction
Records = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Case:
    scheme: str
    roster: str | None
    records: Records
    book: Rulebook
    people: Sequence[Person]
    taken: Taken

    def written(self, folder: Path, parts: int = 1, records: Records | None = None) -> Path:
        """Write scheme and data; the records (these, or the same in another order) over `parts` files."""
        (folder / "scheme.yaml").write_text(self.scheme, encoding="utf-8")
        data = folder / "data"
        data.mkdir()
        if self.roster is not None:
            (data / "roster.csv").write_text(self.roster, encoding="utf-8")
        rows = self.records if records is None else records
        for part in range(parts):
            (data / f"chats{part}.csv").write_bytes(as_csv(rows[part::parts]))
        return folder


@st.composite
def weights(draw: st.DrawFn, count: int) -> list[Fraction]:
    """Split 100 into that many weights, in halves of a percent."""
    cuts = draw(st.lists(st.integers(1, 199), min_size=count - 1, max_size=count - 1, unique=True))
    edges = [0, *sorted(cuts), 200]
    return [F(b - a, 2) for a, b in pairwise(edges)]


BANDS = (("S", "1.30", 110), ("A", "1.1", 100), ("B", "1.0", 90), ("C", "0.8", 60), ("D", "0.6", None))


@st.composite
def bands(draw: st.DrawFn) -> tuple[str, list[Band]]:
    found = [
        Band(grade, coefficient, None if low is None else F(low), draw(quotas) if low else None)
        for grade, coefficient, low in BANDS
    ]
    return "\n".join(_band(band) for band in found), found


quotas = st.one_of(st.none(), st.none(), st.sampled_from([F(1, 10), F(1, 2)]))


def _band(band: Band) -> str:
    low = f", min: {plain(band.min)}" if band.min is not None else ""
    quota = f", at_most: {amount(band.at_most, 'percent')}" if band.at_most is not None else ""
    return f"  - {{grade: {band.grade}{low}, coefficient: {band.coefficient}{quota}}}"


@st.composite
def records(draw: st.DrawFn) -> list[list[str]]:
    seeds = draw(st.lists(st.integers(0, 1 << 20), max_size=40))
    found = [record(number, seed) for number, seed in enumerate(seeds)]
    if found:
        places = draw(st.lists(st.integers(0, len(found) - 1), max_size=4))
        found += [again(found[place]) for place in places]
    return found


@st.composite
def people(draw: st.DrawFn) -> list[Person]:
    roles = st.sampled_from(["first", "second", "nobody"])
    return [Person(id_, f"N. {id_}", draw(st.sampled_from(["one", "two", ""])), draw(roles)) for id_ in AGENTS]


SOURCE = """
sources:
  chats:
    files: "chats*.csv"
    key: id
    agent: agent
    time: at
{where}    columns:
      id: id
      agent: agent
      at: {{from: at, type: datetime}}
      channel: channel
      rating: {{from: rating, type: number}}
      wait: {{from: wait, type: duration, unit: s}}
      amount: {{from: amount, type: number}}
      load: {{from: load, type: number}}
      paid: {{from: paid, type: boolean}}
      buyer: buyer
      closed: {{from: closed, type: datetime}}
"""

ROSTER = """
roster:
  files: roster.csv
  agent: id
  columns: {id: id, name: name, team: team, role: role}
  ignore: [system]
"""


@st.composite
def cases(draw: st.DrawFn) -> Case:
    floor = draw(st.sampled_from([F(0), F(0), F(10)]))
    found = [draw(metrics(f"m{n}", floor=floor)) for n in range(draw(st.integers(1, 4)))]
    team = draw(st.one_of(st.none(), people()))
    names = ["first"] if team is None else ["first", "second"]
    cards = {name: _card(found, draw(weights(len(found)))) for name in names}
    band_text, band_list = draw(bands())
    book = Rulebook(
        period="2026-10",
        cards=cards,
        bands=band_list,
        cap=draw(st.sampled_from([F(100), F(120), F("150.5")])),
        floor=floor,
        metric_decimals=draw(st.integers(0, 3)),
        total_decimals=draw(st.integers(0, 3)),
        min_coverage=draw(st.sampled_from([F(1), F(60), F(100)])),
    )
    where = draw(st.sampled_from(sorted(WHERE)))
    scheme = _scheme(book, found, band_text, where, with_roster=team is not None)
    return _case(scheme, book, team, draw(records()), where)


def _card(found: Sequence[Metric], shares: Sequence[Fraction]) -> list[Line]:
    return [
        Line(
            *(line.metric, line.label, "all", weight, line.measure),
            *(line.rule, line.target, line.min_sample, line.missing),
        )
        for line, weight in zip([metric.line for metric in found], shares, strict=True)
    ]


def _scheme(book: Rulebook, found: Sequence[Metric], band_text: str, where: str, *, with_roster: bool) -> str:
    kept = f"    where: {quoted(where)}\n" if where else ""
    scoring = (
        f"scoring: {{cap: {plain(book.cap)}, floor: {plain(book.floor)}, min_coverage: {plain(book.min_coverage)}, "
        f"decimals: {{metric: {book.metric_decimals}, total: {book.total_decimals}}}}}\n"
    )
    return (
        "kpi: 1\nname: Made by chance\ntimezone: Asia/Shanghai\n"
        + (ROSTER if with_roster else "")
        + SOURCE.format(where=kept)
        + "\nmetrics:\n"
        + "\n".join(metric.yaml for metric in found)
        + f"\n\n{scoring}\nscorecards:\n"
        + "\n".join(_card_yaml(name, lines, with_roster=with_roster) for name, lines in book.cards.items())
        + f"\n\ngrades:\n{band_text}\n\nlimits: {{rejected: 100%, unattributed: 100%, unknown_agents: 100}}\n"
    )


def _card_yaml(name: str, lines: Sequence[Line], *, with_roster: bool) -> str:
    applies = f'    for: role == "{name}"\n' if with_roster else ""
    entries = ", ".join(f"{line.metric}: {plain(line.weight)}" for line in lines)
    return f"  {name}:\n{applies}    weights: {{all: {{{entries}}}}}"


def _case(scheme: str, book: Rulebook, team: list[Person] | None, rows: list[list[str]], where: str) -> Case:
    if team is not None:
        rows = [*rows, clean(0, team[0].id)]
        known = [person.id for person in team]
        roster = "id,name,team,role\n" + "".join(f"{p.id},{p.name},{p.team},{p.card}\n" for p in team)
        return Case(scheme, roster, rows, book, team, take(contract(WHERE[where], known), rows))
    spelt = {text.strip(): id_ for text, id_ in SPELLINGS.items()}
    rows = [[cell if place != 1 else spelt.get(cell.strip(), cell) for place, cell in enumerate(row)] for row in rows]
    everyone = sorted({row[1] for row in rows if row[1]} | {AGENTS[0], ROBOT})
    rows += [clean(number, id_) for number, id_ in enumerate(everyone)]
    members = [Person(id_, id_, "", "first") for id_ in everyone]
    return Case(scheme, None, rows, book, members, take(contract(WHERE[where], None), rows))
