"""What a scheme's text becomes: names resolved, numbers exact, defaults as documented."""

import hashlib
from datetime import date, time
from fractions import Fraction
from pathlib import Path

import pytest
from scheme_text import SMALL, loaded, small

from kpi_cli.intake.presets import PRESETS
from kpi_cli.numbers import plain
from kpi_cli.problems import Exit, KpiError
from kpi_cli.scheme.compiled import ColumnType, Duplicates, Limits, Scheme, Scoring
from kpi_cli.scheme.formula.tree import Column, Comparison, Constant, Kind, Relation
from kpi_cli.scheme.load import load_scheme, load_text
from kpi_cli.scheme.rules import AsIs, Deduct, Line, PassFail, Proportional, Ranked, Step, Steps
from kpi_cli.scheme.targets import Direction, Target
from kpi_cli.scheme.units import Unit

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def documented() -> Scheme:
    """The example block of the specification."""
    shared = Path(__file__).parent.parent.parent / "shared"
    if not shared.is_dir():
        pytest.skip("the specification does not lie beside this checkout")
    text = (shared / "SPEC.md").read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    found = load_text(text, "scheme.yaml", PRESETS)
    assert [problem.code for problem in found.warnings] == ["unused-source"]  # the preset one
    return found.scheme


def at_least(number: Fraction | int) -> Target:
    return Target(Direction.AT_LEAST, Fraction(number), Fraction(number))


def at_most(number: Fraction | int) -> Target:
    return Target(Direction.AT_MOST, Fraction(number), Fraction(number))


def test_the_documented_example_loads(documented: Scheme) -> None:
    assert (documented.name, documented.language, documented.timezone) == ("电商客服月度绩效", "zh", "Asia/Shanghai")
    assert list(documented.sources) == ["chats", "ratings", "qa", "tickets"]
    assert documented.scoring == Scoring(Fraction(120), Fraction(0), "ratio", 2, 1, Fraction(60))
    assert documented.limits == Limits(Fraction(1, 100), Fraction(5, 100), 0)
    assert [(band.grade, band.min, band.coefficient) for band in documented.bands] == [
        ("S", 110, "1.3"),
        ("A", 100, "1.1"),
        ("B", 90, "1.0"),
        ("C", 80, "0.8"),
        ("D", None, "0.6"),
    ]


def test_documented_cards(documented: Scheme) -> None:
    presales, supervisor = documented.cards
    assert [(line.metric.name, line.dimension, plain(line.weight), line.scope) for line in presales.lines] == [
        ("conversion", "业务", "25", "agent"),
        ("aov_growth", "业务", "15", "agent"),
        ("first_response_time", "效率", "25", "agent"),
        ("csat", "质量", "25", "agent"),
        ("violations", "质量", "10", "agent"),
    ]
    assert presales.dimensions == {"业务": Fraction(40), "效率": Fraction(25), "质量": Fraction(35)}
    assert presales.applies == Comparison(
        Relation.EQUAL, Column("roster", "role", Kind.TEXT), Constant("售前", Kind.TEXT)
    )
    assert presales.lines[3].metric.target == at_least(Fraction(92, 100))  # the card's own
    assert documented.metrics["csat"].target == at_least(Fraction(90, 100))
    assert [(line.metric.name, line.scope) for line in supervisor.lines] == [("csat", "team"), ("fcr", "team")]


def test_documented_metrics(documented: Scheme) -> None:
    metrics = documented.metrics
    assert list(metrics).index("aov") < list(metrics).index("aov_growth")  # what is needed comes first
    assert metrics["aov"].label == "aov"
    assert (metrics["csat"].min_sample, metrics["csat"].missing) == (20, "skip")
    assert metrics["first_response_time"].target == at_most(30)
    assert metrics["violations"].rule == Deduct(Fraction(100), Fraction(10), Fraction(0))
    assert metrics["fcr"].rule == Proportional("ratio")


def test_a_source_takes_over_what_it_is_like(documented: Scheme) -> None:
    chats, ratings = documented.sources["chats"], documented.sources["ratings"]
    assert (ratings.files, ratings.key, ratings.agent, ratings.time) == (
        "chats*.csv",
        "chat_id",
        ("rated_agent",),
        "rated_at",
    )
    assert ratings.columns == chats.columns
    assert (chats.agent, chats.time) == (("agent_id",), "started_at")
    assert ratings.where is not None
    assert chats.columns["agent_id"].headers == ("客服工号", "客服账号")
    assert chats.columns["rating"].map == {"很满意": "5", "满意": "4", "一般": "3", "不满意": "2", "很不满意": "1"}
    assert (chats.columns["first_response"].type, chats.columns["first_response"].unit) == (ColumnType.DURATION, "s")


def test_documented_extras(documented: Scheme) -> None:
    hard, held = documented.gates
    assert (hard.max_grade, hard.hold, hard.reason, held.max_grade, held.hold) == (
        "C",
        False,
        "违规用语超限",
        None,
        True,
    )
    assert [(award.name, award.amount) for award in documented.awards] == [
        ("快速响应奖", 200),
        ("一次解决率奖金", 300),
        ("晋升候选", None),
    ]
    shop = documented.calendars["shop"]
    assert (shop.hours, shop.days, shop.holidays) == (((time(9), time(23)),), frozenset(range(1, 8)), "CN")
    assert shop.exclude == ((date(2026, 2, 16), date(2026, 2, 22)),)
    assert documented.pay is not None
    assert (documented.pay.base, documented.pay.performance, documented.pay.bonus_share) == (
        *map(Fraction, (60, 25, 15)),
    )
    assert documented.pay.bonus is not None
    assert documented.pay.bonus.metrics == ("conversion",)
    assert documented.roster is not None
    assert documented.roster.ignore == ("system", "店铺主号")


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*/scheme*.yaml")), ids=lambda path: path.parent.name + path.stem)
def test_golden_schemes_load(path: Path) -> None:
    scheme = load_scheme(path).scheme
    assert scheme.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert scheme.path == str(path)
    assert sum(line.weight for line in scheme.cards[0].lines) == 100


def test_the_calls_scheme_loads(shared: Path) -> None:
    scheme = load_scheme(shared / "golden" / "calls" / "scheme.yaml").scheme
    called = scheme.sources["calls"].columns["called_at"]
    assert (called.headers, called.joined, called.type) == (("Date", "Time"), True, ColumnType.DATETIME)
    steps = Steps(
        (Step(at_least(Fraction(85, 100)), Fraction(120)), Step(at_least(Fraction(4, 5)), Fraction(100))), Fraction(60)
    )
    assert scheme.metrics["answer_rate"].rule == steps
    assert scheme.metrics["speed_p90"].rule == Line(
        ((Fraction(60), Fraction(120)), (Fraction(120), Fraction(100)), (Fraction(180), Fraction(0)))
    )
    assert scheme.metrics["talk"].rule == Proportional("linear")
    assert scheme.metrics["volume"].unit is Unit.NUMBER
    assert [card.applies for card in scheme.cards] == [None]


def test_what_is_left_out_has_the_documented_default() -> None:
    scheme = loaded()
    assert scheme.scoring == Scoring(Fraction(120), Fraction(0), "ratio", 2, 1, Fraction(60))
    assert scheme.limits == Limits(Fraction(1, 100), Fraction(5, 100), 0)
    assert (scheme.language, scheme.output_bom, scheme.anonymous_ranking) == ("en", False, False)
    source = scheme.sources["chats"]
    assert (source.empty, source.credit, source.timeless, source.total_rows) == ("error", "each", False, None)
    assert [(line.metric.name, line.dimension, line.weight) for line in scheme.cards[0].lines] == [
        ("csat", None, Fraction(60)),
        ("wait", None, Fraction(40)),
    ]


def test_numbers_are_exact() -> None:
    scheme = loaded(
        ("{csat: 60, wait: 40}", "{csat: 12.5, wait: 87.5%}"),
        ("min: 90,", "min: 0.1,"),
        more="scoring: {cap: 100.7}\nlimits: {rejected: 0.001, unattributed: 2.5%, unknown_agents: 3}\n",
    )
    assert [line.weight for line in scheme.cards[0].lines] == [Fraction(25, 2), Fraction(175, 2)]
    assert scheme.bands[0].min == Fraction(1, 10)
    assert scheme.scoring.cap == Fraction(1007, 10)
    assert scheme.limits == Limits(Fraction(1, 1000), Fraction(1, 40), 3)


RULES = {
    "{rule: pass_fail}": PassFail(Fraction(100), Fraction(0)),
    "{rule: pass_fail, met: 110, missed: 50.5}": PassFail(Fraction(110), Fraction(101, 2)),
    "{rule: deduct, each: 5, free: 10s}": Deduct(Fraction(100), Fraction(5), Fraction(10)),
    "{rule: as_is}": AsIs(),
    "{rule: rank, top: 120, bottom: 60}": Ranked(Fraction(120), Fraction(60)),
    "{rule: line, points: [[1min, 0], [5s, 100]]}": Line(((Fraction(5), Fraction(100)), (Fraction(60), Fraction(0)))),
    "{curve: linear}": Proportional("linear"),
    '{rule: steps, steps: [{at: "<= 10s", score: 120, name: fast}]}': Steps(
        (Step(at_most(10), Fraction(120), "fast"),), Fraction(0)
    ),
}


@pytest.mark.parametrize("written", RULES)
def test_rules(written: str) -> None:
    scheme = loaded(("target: ≤ 30s", f"target: ≤ 30s, score: {written}"))
    assert scheme.metrics["wait"].rule == RULES[written]


def test_the_schemes_own_curve_holds_where_a_rule_names_none() -> None:
    scheme = loaded(more="scoring: {curve: linear}\n")
    assert scheme.metrics["wait"].rule == Proportional("linear")


def test_a_card_overrides_what_it_names() -> None:
    entry = "{weight: 40, target: ≤ 20s, score: {rule: pass_fail}, missing: zero, min_sample: 7, scope: team}"
    scheme = loaded(("wait: 40", f"wait: {entry}"))
    line = scheme.cards[0].lines[1]
    assert (line.weight, line.scope, line.metric.target) == (Fraction(40), "team", at_most(20))
    assert (line.metric.rule, line.metric.missing, line.metric.min_sample) == (PassFail(), "zero", 7)
    assert scheme.metrics["wait"].missing == "skip"


UNITS = {
    "mean(chats.wait)": Unit.DURATION,
    "share(chats.rating > 3)": Unit.PERCENT,
    "count(chats)": Unit.COUNT,
    "count(chats) / count(chats, where=chats.rating > 3)": Unit.NUMBER,
    "mean(chats.wait) / mean(chats.wait)": Unit.NUMBER,
}


@pytest.mark.parametrize("formula", UNITS)
def test_a_metric_without_unit_has_that_of_its_formula(formula: str) -> None:
    scheme = loaded(
        ("grades:", "  more: {weights: {x: 100}, for: role == 'x'}\ngrades:"),
        ("scorecards:", f'  x: {{formula: "{formula}", score: {{rule: as_is}}}}\nscorecards:'),
    )
    assert scheme.metrics["x"].unit is UNITS[formula]


def test_source_options() -> None:
    options = "credit: split\n    duplicates: latest(at)\n    order: [at, at]\n    total_rows: []\n    empty: missing\n"
    scheme = loaded(("    key: id\n", f"    key: id\n    {options}"), ("agent: agent", "agent: [agent, id]"))
    source = scheme.sources["chats"]
    assert (source.credit, source.duplicates, source.order) == ("split", Duplicates("latest", "at"), ("at", "at"))
    assert (source.total_rows, source.empty, source.agent) == ((), "missing", ("agent", "id"))


def test_an_own_time_replaces_a_taken_over_timeless() -> None:
    scheme = loaded(
        (
            "metrics:\n",
            (
                "  all_time: {like: chats, timeless: true}\n  again: {like: all_time, time: at}\n"
                "metrics:\n  n: {formula: count(all_time) + count(again)}\n"
            ),
        )
    )
    assert (scheme.sources["all_time"].time, scheme.sources["all_time"].timeless) == (None, True)
    assert (scheme.sources["again"].time, scheme.sources["again"].timeless) == ("at", False)


def test_a_calendar_may_pause_and_end_at_midnight() -> None:
    scheme = loaded(more="calendars:\n  desk: {hours: [13:00-24:00, 09:30-12:00], days: [sat-mon, wed]}\n")
    assert scheme.calendars["desk"].hours == ((time(9, 30), time(12)), (time(13), time.max))
    assert scheme.calendars["desk"].days == {6, 7, 1, 3}


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(KpiError) as found:
        load_scheme(tmp_path / "none.yaml")
    assert found.value.exit_code is Exit.USAGE
    assert [problem.code for problem in found.value.problems] == ["no-such-file"]


@pytest.mark.parametrize("name", ["chats.csv", "客服数据.XLSX", "export.zip"])
def test_data_in_the_place_of_the_scheme(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes("会话,客服\n".encode("gb18030"))
    with pytest.raises(KpiError) as found:
        load_scheme(tmp_path / name)
    (problem,) = found.value.problems
    assert (problem.code, found.value.exit_code) == ("not-a-scheme", Exit.USAGE)
    assert problem.help == "the scheme comes first, then the data: kpi score SCHEME DATA..."


def test_a_folder_is_no_scheme(tmp_path: Path) -> None:
    with pytest.raises(KpiError) as found:
        load_scheme(tmp_path)
    assert found.value.exit_code is Exit.FILES
    (problem,) = found.value.problems
    assert (problem.code, problem.message) == ("unreadable-file", f"`{tmp_path}` is a folder, not a scheme")
    assert problem.help == (
        "the first argument is the scheme, a YAML file, and the data follow: kpi score SCHEME DATA..."
    )


def test_the_hash_is_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "scheme.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    scheme = load_scheme(path).scheme
    assert scheme.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert scheme.name == "Demo"


def test_small_is_without_a_fault() -> None:
    assert load_text(small(), "scheme.yaml").warnings == ()
