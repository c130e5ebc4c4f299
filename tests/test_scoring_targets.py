"""Values against targets: ranges, deviations, the value itself, places, and what is printed of exact numbers."""

import pytest
from headed import BANDS, head, named
from made_points import codes
from small_run import Done, ran, refusal

from kpi_cli.problems import Exit

ALL = "scorecards: {all: {weights: {m: 100}}}\n"


def done(values: list[str], keys: str, kind: str = "number", more: str = "") -> Done:
    rows = "".join(f"a{place},{value}\n" for place, value in enumerate(values))
    files = {"work": f"agent,v:{kind}\n{rows}"}
    metrics = f"metrics: {{m: {{formula: only(work.v), {keys}}}}}\n{more}\n"
    return ran(f"{head(files)}{metrics}{ALL}{BANDS}", named(files))


def scores(values: list[str], keys: str, kind: str = "number", more: str = "") -> list[str]:
    found = done(values, keys, kind, more)
    return [found.line(f"a{place}", "m", "score")[0] for place in range(len(values))]


def statuses(values: list[str], keys: str, kind: str = "number") -> str:
    found = done(values, keys, kind)
    return " ".join(found.line(f"a{place}", "m", "status")[0] for place in range(len(values)))


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        ("ratio", ["0.00", "50.00", "100.00", "100.00", "100.00", "80.00", "40.00"]),  # 40/50, 40/100
        ("linear", ["0.00", "50.00", "100.00", "100.00", "100.00", "75.00", "0.00"]),  # 2 − 50/40, 2 − 100/40
    ],
)
def test_a_range(curve: str, expected: list[str]) -> None:
    keys = f"target: 20..40, score: {{rule: proportional, curve: {curve}}}"
    assert scores(["0", "10", "20", "33.3", "40", "50", "100"], keys) == expected


def test_a_range_is_met_inside_with_both_ends() -> None:
    assert statuses(["19.99", "20", "40", "40.01"], "target: 20..40") == "missed met met missed"


def test_a_deviation() -> None:
    """0.02: 100·(1 − |v − .02| / .02)."""
    keys, values = "target: = 0.02", ["0.02", "0.01", "0.03", "0.04", "0.05", "0", "-1"]
    assert scores(values, keys) == ["100.00", "50.00", "50.00", "0.00", "0.00", "0.00", "0.00"]
    assert statuses(values[:3], keys) == "met missed missed"
    assert done(["0.02"], keys).line("a0", "m", "target") == ["is 0.02"]


@pytest.mark.parametrize(
    ("unit", "kind", "value", "score"),
    [
        ("percent", "percent", "93.5%", "93.50"),
        ("points", "number", "93.5", "93.50"),
        ("number", "number", "-5", "0.00"),
        ("number", "number", "130", "120.00"),
        ("count", "number", "0.005", "0.01"),  # a half goes up
        ("duration", "min", "1.5", "90.00"),  # in seconds
    ],
)
def test_the_value_as_it_is(unit: str, kind: str, value: str, score: str) -> None:
    assert scores([value], f"unit: {unit}, score: {{rule: as_is}}", kind) == [score]


RANK = "score: {rule: rank, top: 120, bottom: 60}"


@pytest.mark.parametrize(
    ("values", "keys", "expected"),
    [
        (["5"], f"better: higher, {RANK}", ["120.00"]),  # alone
        (["5", "5"], f"better: higher, {RANK}", ["120.00", "120.00"]),
        (["1", "2", "3"], f"better: higher, {RANK}", ["60.00", "90.00", "120.00"]),
        (["1", "2", "3"], f"better: lower, {RANK}", ["120.00", "90.00", "60.00"]),
        (["1", "2", "3"], f"target: ≥ 9, {RANK}", ["60.00", "90.00", "120.00"]),
        (["1", "2", "3"], f"target: ≤ 9, {RANK}", ["120.00", "90.00", "60.00"]),
        (["9", "7", "7", "1"], f"better: higher, {RANK}", ["120.00", "100.00", "100.00", "60.00"]),  # 1 2 2 4 of 4
        (["9", "9", "1"], f"better: higher, {RANK}", ["120.00", "120.00", "60.00"]),  # 1 1 3
        (["9", "1", "1"], f"better: higher, {RANK}", ["120.00", "90.00", "90.00"]),  # 1 2 2: nobody is third
        (["9", "", "1"], f"better: higher, {RANK}", ["120.00", "", "60.00"]),  # two have a value
    ],
)
def test_points_by_place(values: list[str], keys: str, expected: list[str]) -> None:
    assert scores(values, keys) == expected


def test_places_are_those_of_one_card() -> None:
    files = {
        "roster": "id,name,role\na,a,x\nb,b,x\nc,c,y\nd,d,y\n",
        "work": "agent,v:number\na,1\nb,2\nc,3\nd,4\n",
    }
    cards = 'scorecards:\n  one: {for: role == "x", weights: {m: 100}}\n  two: {weights: {m: 100}}'
    found = ran(
        f"{head(files)}metrics: {{m: {{formula: only(work.v), better: higher, {RANK}}}}}\n{cards}{BANDS}", named(files)
    )
    assert found.column("score") == {"a": "60.0", "b": "120.0", "c": "60.0", "d": "120.0"}


def test_a_small_sample_takes_no_place() -> None:
    files = {"work": "agent,v:number\na,9\na,9\nb,99\nc,5\nc,5\n"}
    metric = f"metrics: {{m: {{formula: mean(work.v), better: higher, min_sample: 2, {RANK}}}}}\n"
    found = ran(f"{head(files)}{metric}{ALL}{BANDS}", named(files))
    assert [found.line(agent, "m", "score")[0] for agent in "abc"] == ["120.00", "", "60.00"]


LINE = "score: {rule: line, points: [[5s, 100], [30s, 60], [60s, 0]]}"


def test_straight_lines_and_flat_ends() -> None:
    """Half way from 5 to 30 is 80; half way from 30 to 60 is 30."""
    values = ["0", "5", "17.5", "30", "45", "60", "99"]
    expected = ["100.00", "100.00", "80.00", "60.00", "30.00", "0.00", "0.00"]
    assert scores(values, f"unit: duration, {LINE}", "s") == expected


def test_deductions_begin_above_what_is_free() -> None:
    keys = "unit: count, score: {rule: deduct, start: 110, each: 2.5, free: 3}"
    assert scores(["0", "3", "4", "47", "48"], keys) == ["110.00", "110.00", "107.50", "0.00", "0.00"]


def test_the_exact_value_is_scored_and_the_printed_score_counts() -> None:
    """2/3 of .8 is 83.333…: printed and summed up as 83.33; met is judged by the exact value."""
    files = {"work": "agent,good:boolean\na,yes\na,yes\na,no\n"}
    metric = "metrics: {m: {formula: share(work.good), unit: percent, target: ≥ 66.6667%}}\n"
    found = ran(f"{head(files)}{metric}{ALL}{BANDS}", named(files))
    assert found.line("a", "m", "value", "score", "status") == ["0.666667", "100.00", "missed"]


@pytest.mark.parametrize("target", ["≥ 0", "≤ 0", "= 0", "0..5", "-1..5"])
def test_nothing_is_in_proportion_to_nothing(target: str) -> None:
    files = {"work": "agent,v:number\na,1\n"}
    scheme = f"{head(files)}metrics: {{m: {{formula: only(work.v), target: {target}}}}}\n"
    error = refusal(f"{scheme}{ALL}{BANDS}", named(files))
    assert (error.exit_code, codes(error)[0]) == (Exit.USAGE, "target-zero")


@pytest.mark.parametrize(
    ("cap", "floor", "expected"), [("100", "0", ["100.00", "0.00"]), ("150.5", "40", ["150.50", "40.00"])]
)
def test_scores_are_held_between_floor_and_cap(cap: str, floor: str, expected: list[str]) -> None:
    assert scores(["1000", "-1"], "target: ≥ 100", more=f"scoring: {{cap: {cap}, floor: {floor}}}") == expected
