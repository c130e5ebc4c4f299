"""Whom a row counts for: several agents on one row, in full or in parts, and other agents and dates by `like`."""

from fractions import Fraction

import pytest
from headed import BANDS, head, named
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import plain
from small_run import Done, ran

ROSTER = "id,name,team\na,Ann,one\nb,Bob,one\nc,Cid,two\n"
TEAMWORK = """\
id,agent,second,x:number,good:boolean
1,a,,10,yes
2,a,b,40,no
3,b,a,70,yes
4,b,b,8,yes
5,c,,1,
"""
FORMULAS = {
    "rows": "count(work)",
    "sums": "sum(work.x)",
    "means": "mean(work.x)",
    "goods": "share(work.good)",
    "tops": "max(work.x)",
    "who": "unique(work.id)",
}
METRICS = "metrics:\n" + "".join(
    f"  {name}: {{formula: {text}, score: {{rule: as_is}}{', unit: percent' if name == 'goods' else ''}}}\n"
    for name, text in FORMULAS.items()
)
CARD = "scorecards: {all: {weights: {rows: 20, sums: 20, means: 20, goods: 20, tops: 10, who: 10}}}\n"


def done(work: str = TEAMWORK, card: str = CARD, **keys: str) -> Done:
    files = {"roster": ROSTER, "work": work}
    return ran(f"{head(files, work=keys)}{METRICS}{card}{BANDS}", named(files))


def values(found: Done, agent: str) -> dict[str, str]:
    return {name: found.line(agent, name, "value")[0] for name in FORMULAS}


def test_each_of_several_columns_is_credited_in_full() -> None:
    """Ann has 10, 40 and 70; Bob 40, 70 and 8, which names him twice and counts once."""
    found = done(agent="[agent, second]")
    assert values(found, "a") == {
        "rows": "3",
        "sums": "120",
        "means": "40",
        "goods": "0.666667",
        "tops": "70",
        "who": "3",
    }
    assert values(found, "b") == {
        "rows": "3",
        "sums": "118",
        "means": "39.333333",
        "goods": "0.666667",
        "tops": "70",
        "who": "3",
    }
    assert found.line("a", "means", "n") == ["3"]
    (report,) = next(iter(found.outcome.reports.values()))
    assert (report.account.read, report.account.used) == (5, 5)


def test_several_in_one_cell_are_as_several_columns() -> None:
    listed = 'id,agent,x:number,good:boolean\n1,a,10,yes\n2,"a,b",40,no\n3,b；a,70,yes\n4,b、b,8,yes\n5,c,1,\n'
    apart, together = done(agent="[agent, second]"), done(listed)
    assert [values(together, agent) for agent in "abc"] == [values(apart, agent) for agent in "abc"]


def test_a_split_row_counts_in_parts() -> None:
    """Ann: 10 and half of 40 and of 70. Count 1 + ½ + ½, sum 10 + 20 + 35, mean 65 / 2; good 1 + ½ of 2.

    Bob: half of 40 and of 70, and 8 in full: count 2, sum 63, mean 31.5; good ½ + 1 of 2.
    """
    found = done(agent="[agent, second]", credit="split")
    assert values(found, "a") == {"rows": "2", "sums": "65", "means": "32.5", "goods": "0.75", "tops": "70", "who": "3"}
    assert values(found, "b") == {"rows": "2", "sums": "63", "means": "31.5", "goods": "0.75", "tops": "70", "who": "3"}
    assert values(found, "c")["rows"] == "1"


@pytest.mark.parametrize(
    ("fifth", "rows", "total", "cid"),
    [
        ("5,c,,1,", 4, 128, ["1", "1"]),
        ("5,c,a,1,", 5, 129, ["1", "1"]),  # of Cid and Ann: a row of each of their teams
        ("5,b,a,1,\n6,c,b,2,", 6, 131, ["1", "2"]),
    ],
)
def test_a_row_of_two_teammates_is_one_row_of_their_team(fifth: str, rows: int, total: int, cid: list[str]) -> None:
    """Team one: 10, 40, 70 and 8, each once, though Ann and Bob have two of them both; and what comes fifth."""
    card = CARD.replace("{weights", "{scope: team, weights")
    found = done(TEAMWORK.replace("5,c,,1,", fifth), card, agent="[agent, second]")
    for agent in "ab":
        assert values(found, agent) == {
            "rows": str(rows),
            "sums": str(total),
            "means": plain(Fraction(total, rows)),
            "goods": "0.75",  # of the others it is not known
            "tops": "70",
            "who": str(rows),
        }
        assert found.line(agent, "means", "n") == [str(rows)]
    assert [values(found, "c")[name] for name in ("rows", "sums")] == cid


def test_the_only_row_of_two_teammates_is_the_only_row_of_the_team() -> None:
    files = {"roster": ROSTER, "work": "id,agent,x:number\n1,a|b,7\n"}
    metrics = "metrics: {m: {formula: only(work.x), score: {rule: as_is}}}\n"
    found = ran(
        f"{head(files)}{metrics}scorecards: {{all: {{scope: team, weights: {{m: 100}}}}}}\n{BANDS}", named(files)
    )
    assert [found.line(agent, "m", "value", "n") for agent in "ab"] == [["7", "1"], ["7", "1"]]


def test_split_parts_of_a_team_make_whole_rows() -> None:
    """Team one: 10 + 40 + 70 + 8 = 128 in four rows, three of them good; each row is one row of the team."""
    found = done(card=CARD.replace("{weights", "{scope: team, weights"), agent="[agent, second]", credit="split")
    for agent in "ab":
        assert values(found, agent) == {
            "rows": "4", "sums": "128", "means": "32", "goods": "0.75", "tops": "70", "who": "4"
        }  # fmt: skip
        assert [found.line(agent, name, "n") for name in ("rows", "means", "tops")] == [["4"]] * 3


SPLIT = """\
id,agent,t:datetime,e:datetime,x:number
1,a|b,2026-10-06 10:00,2026-10-06 11:00,10
2,a|c,2026-10-07 10:00,2026-10-07 11:00,1
3,b,2026-10-08 10:00,2026-10-08 11:00,4
"""


def test_a_split_row_of_teammates_is_one_row_to_medians_and_peaks() -> None:
    """Team one: 10, 1 and 4, none of them at the same time; half of the second row's credit is another team's."""
    files = {"roster": ROSTER, "work": SPLIT}
    formulas = {
        "busiest": "peak(work.t, work.e)",
        "middle": "median(work.x)",
        "counted": "count(work)",
        "total": "sum(work.x)",
        "least": "min(work.x)",
    }
    metrics = "".join(
        f"  {name}: {{formula: '{formula}', score: {{rule: as_is}}}}\n" for name, formula in formulas.items()
    )
    cards = f"scorecards: {{all: {{scope: team, weights: {{{', '.join(f'{name}: 20' for name in formulas)}}}}}}}\n"
    scheme = f"{head(files, work={'credit': 'split'})}metrics:\n{metrics}{cards}{BANDS}"
    found = ran(scheme, named(files))
    assert {name: found.line("a", name, "value", "n") for name in formulas} == {
        "busiest": ["1", "3"],
        "middle": ["4", "3"],
        "counted": ["2.5", "3"],
        "total": ["14.5", "3"],
        "least": ["1", "3"],
    }


def test_the_only_row_that_teammates_split_is_the_only_row_of_the_team() -> None:
    files = {"roster": ROSTER, "work": "id,agent,x:number\n1,a|b,7\n"}
    metrics = "metrics: {m: {formula: only(work.x), score: {rule: as_is}}}\n"
    card = "scorecards: {all: {scope: team, weights: {m: 100}}}\n"
    found = ran(head(files, work={"credit": "split"}) + metrics + card + BANDS, named(files))
    assert [found.line(agent, "m", "value", "n") for agent in "ab"] == [["7", "1"], ["7", "1"]]


@pytest.mark.parametrize("people", ["a|b|c", "c|a|b", "a|b|c|a"])
def test_three_share_a_row_in_thirds(people: str) -> None:
    found = done(f"id,agent,x:number,good:boolean\n1,{people},1,yes\n", credit="split")
    assert {agent: found.line(agent, "rows", "value")[0] for agent in "abc"} == dict.fromkeys("abc", "0.333333")
    assert {agent: found.line(agent, "means", "value")[0] for agent in "abc"} == dict.fromkeys("abc", "1")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sets(st.sampled_from("abc"), min_size=1), st.integers(0, 9)), min_size=1, max_size=10))
def test_parts_add_up_to_the_rows(drawn: list[tuple[set[str], int]]) -> None:
    """By pencil: each of k people has 1/k of the row, and the parts of all make the whole again."""
    lines = [f"{place},{';'.join(sorted(who))},{x},yes" for place, (who, x) in enumerate(drawn)]
    found = done("\n".join(["id,agent,x:number,good:boolean", *lines]), credit="split")
    for agent in "abc":
        parts = [(Fraction(1, len(who)), x) for who, x in drawn if agent in who]
        weight, total = sum((part for part, _ in parts), Fraction(0)), sum((part * x for part, x in parts), Fraction(0))
        if parts:
            assert found.line(agent, "rows", "value") == [plain(weight)]
            assert found.line(agent, "sums", "value") == [plain(total)]
            assert found.line(agent, "means", "value") == [plain(total / weight)]
        else:
            assert found.of(agent, "status") == ["no_data"]


CHATS = """\
id,agent,at:datetime,rated,rated_at:datetime,stars:number
1,a,2026-10-05 09:00,b,2026-10-06 09:00,5
2,a,2026-10-05 10:00,a,2026-11-01 00:00,1
3,b,2026-09-30 23:59,a,2026-10-01 00:00,3
4,b,2026-10-07 09:00,,,
"""
LIKE = """
ratings: {like: chats, agent: rated, time: rated_at, where: not missing(stars)}
dated: {like: chats, time: rated_at, where: not missing(stars)}
"""


def test_one_export_credited_and_dated_in_three_ways() -> None:
    """Chats by who chatted and when; ratings by who was rated and when; `dated` by who chatted, when rated."""
    files = {"roster": ROSTER, "chats": CHATS}
    names = {"chats": "count(chats)", "ratings": "sum(ratings.stars)", "dated": "sum(dated.stars)"}
    metrics = "metrics:\n" + "".join(
        f"  m_{name}: {{formula: {text}, score: {{rule: as_is}}}}\n" for name, text in names.items()
    )
    card = "scorecards: {all: {weights: {m_chats: 40, m_ratings: 30, m_dated: 30}}}\n"
    found = ran(f"{head(files, LIKE)}{metrics}{card}{BANDS}", named(files))
    assert {agent: [found.line(agent, f"m_{name}", "value")[0] for name in names] for agent in "ab"} == {
        "a": ["2", "3", "5"],
        "b": ["1", "5", "3"],
    }
    accounts = {report.source: report.account for report in next(iter(found.outcome.reports.values()))}
    assert (accounts["chats"].used, accounts["chats"].outside_period) == (3, 1)
    assert accounts["ratings"].used == 2
