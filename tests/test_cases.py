"""Cases: the documented examples with numbers worked out by hand, and what users of other systems complained about."""

import re
from fractions import Fraction

import pytest
from conftest import ROOT
from made_case_rows import CaseRow, case_rows
from small_run import Done, ran, refusal

from kpi_cli.intake.presets import PRESETS
from kpi_cli.problems import Exit
from kpi_cli.scheme.load import load_text

SECTION = (ROOT / "configs" / "README.md").read_text(encoding="utf-8").split("## Event and message logs")[1]
SCHEMES = re.findall(r"^```yaml\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)
CHAT, DESK = SCHEMES
MESSAGES, INCIDENTS = re.findall(r"^```csv\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)
H = 3600


def numbers(row: CaseRow, *columns: str) -> list[int | float | str | None]:
    return [float(cell) if isinstance(cell := row[name], Fraction) else cell for name in columns]


def sorted_by(rows: list[CaseRow], *columns: str) -> list[CaseRow]:
    return sorted(rows, key=lambda row: [row[name] for name in columns])


def account(done: Done, source: str, period: int = 0) -> list[int]:
    """Read, used, outside_period, filtered, duplicate, unattributed, unknown_agent, rejected."""
    reports = list(done.outcome.reports.values())[period]
    (found,) = (report.account for report in reports if report.source == source)
    assert found.balances
    return [
        *(found.read, found.used, found.outside_period, found.filtered),
        *(found.duplicate, found.unattributed, found.unknown_agent, found.rejected),
    ]


def test_the_documented_chat_log() -> None:
    rows = sorted_by(case_rows(CHAT, "chats", MESSAGES), "chat", "episode")
    columns = ("chat", "episode", "buyer", "replier", "first_response", "mean_response", "responses", "sent", "lasted")
    assert [numbers(row, *columns) for row in rows] == [
        ["c1", 1, "u1", "ann", 20, 40, 2, 2, 120],
        ["c1", 2, "u1", "bob", 600, 600, 1, 1, 600],
        ["c2", 1, "u2", None, None, None, 0, 0, 0],
    ]


def test_the_documented_chat_log_as_scores() -> None:
    done = ran(CHAT, {"messages-1.csv": MESSAGES})
    assert account(done, "messages") == [9, 9, 0, 0, 0, 0, 0, 0]
    assert account(done, "chats") == [3, 2, 0, 1, 0, 0, 0, 0]
    assert done.line("ann", "first_response", "value", "n", "status") == ["20", "1", "met"]
    assert done.line("bob", "first_response", "value", "n", "status") == ["600", "1", "missed"]
    assert done.line("ann", "mean_response", "value") == ["40"]
    assert [done.line(agent, "again", "value") for agent in ("ann", "bob")] == [["0"], ["1"]]


def test_the_documented_audit_log() -> None:
    rows = sorted_by(case_rows(DESK, "tickets", INCIDENTS), "number")
    columns = ("number", "agent", "to_resolve", "in_hours", "handling", "waiting", "reopens", "hands")
    assert [numbers(row, *columns) for row in rows] == [
        ["INC1", "ann", 3 * H, 3 * H, 1.5 * H, H, 0, 1],
        ["INC2", "bob", 73.5 * H, 8.5 * H, 2.5 * H, 0, 1, 2],
        ["INC3", "bob", 65 * H, H, 64 * H, 0, 0, 1],
        ["INC4", None, None, None, 0, 0, 0, 0],
    ]


def test_the_documented_audit_log_as_scores() -> None:
    done = ran(DESK, {"incident-log-2026.csv": INCIDENTS}, "2026-10", "2026-11")
    assert account(done, "log") == account(done, "log", 1) == [16, 16, 0, 0, 0, 0, 0, 0]
    assert account(done, "tickets") == [4, 2, 2, 0, 0, 0, 0, 0]
    assert account(done, "tickets", 1) == [4, 1, 3, 0, 0, 0, 0, 0]
    shown = {(row["period"], row["agent_id"], row["metric"]): row["value"] for row in done.detail}
    assert shown["2026-10", "ann", "resolution_time"] == "10800"
    assert shown["2026-10", "bob", "handling_time"] == "9000"
    assert shown["2026-10", "bob", "stays_solved"] == "0"
    assert shown["2026-11", "bob", "resolution_time"] == str(65 * H)


def test_the_tables_shown_are_these_rows() -> None:
    """What the section shows is what the tests above compute."""
    assert "| c1 | 1 | 5 October 09:00:00 | ann | 20s | 40s (20s and 60s) | 2 | 2 | 120s |" in SECTION
    assert "| c1 | 2 | 10 October 09:00:00 | bob | 600s | 600s | 1 | 1 | 600s |" in SECTION
    assert "| c2 | 1 | 11 October 10:00:00 | | | | 0 | 0 | 0s |" in SECTION
    assert "| INC1 | ann | 1 October 12:00 | 3h | 3h | 1.5h | 1h | 0 | 1 |" in SECTION
    assert "| INC2 | bob | 5 October 09:30 | 73.5h | 8.5h | 2.5h | 0s | 1 | 2 |" in SECTION
    assert "| INC3 | bob | 2 November 09:00 | 65h | 1h | 64h | 0s | 0 | 1 |" in SECTION
    assert "| INC4 | | | | | 0s | 0s | 0 | 0 |" in SECTION


SCHEME = """\
kpi: 1
name: Log
timezone: UTC
calendars:
  shop: {{hours: "09:00-18:00", days: mon-sun}}
sources:
  log:
    files: "log*.csv"
    key: id
    columns:
      id: id
      case: case
      kind: kind
      who: who
      at: {{from: at, type: datetime}}
      amount: {{from: amount, type: number}}
  cases_:
    cases: {{of: log, by: case, at: at{cases}}}
    agent: agent
    time: opened
    columns:
      agent: {agent}
      opened: first_of(at)
{columns}
metrics:
{metrics}
limits: {{rejected: 100%, unattributed: 100%}}
scorecards:
  all: {{weights: {{m: 100}}}}
grades: [{{grade: A, coefficient: 1}}]
"""
HEADER = "id,case,kind,who,at,amount\n"


def scheme(*columns: str, cases: str = "", agent: str = "last_of(who)", metrics: str = "") -> str:
    """One column a line; the metric `m` is the count of cases unless others are given."""
    listed = "\n".join(f"      {column}" for column in columns)
    measured = metrics or "  m: {formula: count(cases_), target: ≥ 1}"
    return SCHEME.format(columns=listed, cases=cases, agent=agent, metrics=measured)


def log(*lines: str) -> str:
    """Events as `case kind who day hh:mm[:ss] [amount]`, numbered from 1."""
    rows = []
    for number, line in enumerate(lines, start=1):
        case, kind, who, day, clock, *amount = line.split()
        cells = [str(number), case, kind, who, f"2026-10-{day} {clock}", *(amount or [""])]
        rows.append(",".join("" if cell == "." else cell for cell in cells))
    return HEADER + "".join(f"{row}\n" for row in rows)


def one(text: str, file: str) -> CaseRow:
    (row,) = case_rows(text, "cases_", file)
    return row


ASKED = '(kind == "customer", kind == "agent")'


def test_a_greeting_is_no_answer_and_the_one_who_answers_is_credited() -> None:
    """Nor does whoever the chat is assigned to later get the credit."""
    file = log(
        "a agent cat 01 09:00",
        "a customer u 01 09:01",
        "a agent ann 01 09:03",
        "a assigned bob 01 09:04",
        "a agent bob 01 09:05",
    )
    replier = 'replier: first_of(who, where=kind == "agent", after=kind == "customer")'
    row = one(scheme(f"frt: response_first{ASKED}", f"n: response_count{ASKED}", replier), file)
    assert numbers(row, "frt", "n", "replier", "agent") == [120, 1, "ann", "bob"]


def test_several_questions_in_a_row_wait_from_the_first() -> None:
    file = log(
        "a customer u 01 09:00",
        "a customer u 01 09:10",
        "a agent x 01 09:30",
        "a agent x 01 09:31",
        "a customer u 01 10:00",
        "a agent x 01 10:10",
        "a customer u 01 11:00",
    )
    row = one(scheme(f"frt: response_first{ASKED}", f"avg: response_mean{ASKED}", f"n: response_count{ASKED}"), file)
    assert numbers(row, "frt", "avg", "n") == [30 * 60, 20 * 60, 2]


def test_bots_count_nowhere_when_left_out() -> None:
    file = log("a bot r 01 08:00", "a customer u 01 09:00", "a bot r 01 09:00:01", "a agent x 01 09:30")
    text = scheme(f"frt: response_first{ASKED}", "n: count(log)", cases=', where: kind != "bot"')
    assert numbers(one(text, file), "frt", "n", "opened") == [1800, 2, one(text, log("a agent x 01 09:00"))["opened"]]


def test_opening_time_of_responses() -> None:
    file = log("a customer u 01 17:50", "a agent x 02 09:10", "a customer u 02 20:00", "a agent x 02 21:00")
    shop = '(kind == "customer", kind == "agent", "shop")'
    row = one(scheme(f"frt: response_first{shop}", f"avg: response_mean{shop}"), file)
    assert numbers(row, "frt", "avg") == [20 * 60, 10 * 60]


REOPENED = (
    "a customer u 01 09:00",
    "a agent ann 01 09:05",
    "a resolved ann 01 09:06",
    "a closed ann 01 09:07",
    "a survey u 03 12:00",
    "a customer u 06 09:00",
    "a agent bob 06 09:10",
    "a resolved bob 06 09:11",
)
ENDS = 'kind in ["resolved", "closed"]'


def episodes(cases: str) -> list[list[int | float | str | None]]:
    text = scheme(f"frt: response_first{ASKED}", "n: count(log)", "nth: episode_number()", cases=cases)
    rows = sorted_by(case_rows(text, "cases_", log(*REOPENED)), "nth")
    return [numbers(row, "nth", "frt", "n", "agent") for row in rows]


def test_a_reopened_case_is_one_case_unless_the_scheme_says_otherwise() -> None:
    assert episodes("") == [[1, 300, 8, "bob"]]
    assert episodes(", reopen: same_case") == [[1, 300, 8, "bob"]]


def test_a_new_episode_is_measured_from_its_own_beginning() -> None:
    """Ten minutes, not five days."""
    by_end = f", reopen: {{after: '{ENDS}', when: kind == \"customer\"}}"
    assert episodes(by_end) == [[1, 300, 5, "u"], [2, 600, 3, "bob"]]
    assert episodes(', reopen: {after: 72h, when: kind == "customer"}') == [[1, 300, 8, "bob"]]
    assert episodes(", reopen: {after: 24h}") == [[1, 300, 4, "ann"], [2, None, 1, "u"], [3, 600, 3, "bob"]]
    assert episodes(', reopen: {after: 24h, when: kind == "customer"}') == [[1, 300, 5, "u"], [2, 600, 3, "bob"]]
    assert episodes(', reopen: {when: kind == "customer"}') == [[1, 300, 5, "u"], [2, 600, 3, "bob"]]


def test_resolved_then_closed_is_one_end() -> None:
    assert [row[0] for row in episodes(f", reopen: {{after: '{ENDS}'}}")] == [1, 2]
    row = one(scheme(f"n: reopenings({ENDS})"), log(*REOPENED))
    assert row["n"] == 1  # the survey; the second end is the last event
    both = log("a closed x 01 09:00", "a resolved x 01 09:01", "a closed x 01 09:02")
    assert one(scheme(f"n: reopenings({ENDS})"), both)["n"] == 0


def test_a_silence_is_over_exactly_then() -> None:
    text = scheme("n: count(log)", cases=", reopen: {after: 24h}")
    for clock, parts in [("08:59:59", 1), ("09:00:00", 2)]:
        assert len(case_rows(text, "cases_", log("a x u 01 09:00", f"a x u 02 {clock}"))) == parts


def test_a_row_for_every_question() -> None:
    """Each reply is credited to whoever gave it."""
    turns = ', reopen: {after: kind == "agent", when: kind == "customer"}'
    replier = 'first_of(who, where=kind == "agent", after=kind == "customer")'
    metrics = "  m: {formula: mean(cases_.frt), target: ≤ 1h}"
    text = scheme(f"frt: response_first{ASKED}", cases=turns, agent=replier, metrics=metrics)
    file = log(
        "a customer u 01 09:00",
        "a agent ann 01 09:01",
        "a customer u 01 09:10",
        "a agent bob 01 09:15",
        "a agent ann 01 09:16",
        "a customer u 01 09:20",
        "a agent ann 01 09:23",
        "a customer u 01 09:30",
    )
    done = ran(text, {"log.csv": file})
    assert done.line("ann", "m", "value", "n") == ["120", "2"]
    assert done.line("bob", "m", "value", "n") == ["300", "1"]
    assert account(done, "cases_") == [4, 3, 0, 0, 0, 1, 0, 0]


def test_time_in_a_state_ends_with_the_next_known_one() -> None:
    file = log("a open x 01 09:00", "a . x 01 10:00", "a pending x 01 11:00", "a open x 01 12:00", "a . x 01 15:00")
    row = one(scheme('open: time_in(kind == "open")', 'pending: time_in(kind == "pending")'), file)
    assert numbers(row, "open", "pending") == [2 * H, H]


def test_values_of_events_are_the_first_and_last_that_are_there() -> None:
    file = log("a x . 01 09:00", "a x ann 01 10:00 1.5", "a y bob 01 11:00", "a x . 01 12:00 2.5")
    row = one(
        scheme(
            "one: first_of(who)",
            "two: last_of(who)",
            "three: first_of(amount, after=kind == 'y')",
            "four: first_of(who, where=kind == 'y')",
            "five: last_of(who, where=kind == 'z')",
            "six: first_of(amount > 1)",
            "seven: first_of(amount * 2, where=hour(at) >= 11)",
            "eight: missing(five) and two == 'bob'",
            "nine: first_of(hour(at), after=kind == 'x')",
        ),
        file,
    )
    assert numbers(row, "one", "two", "three", "four", "five", "six", "seven", "eight", "nine") == [
        *("ann", "bob", 2.5, "bob", None, True, 5, True, 10),
    ]


def test_every_aggregate_over_the_events_of_a_case() -> None:
    file = log(
        "a x u 01 09:00 10",
        "b x u 01 09:00 7",
        "a y v 01 09:30 0.5",
        "a x u 02 10:00 4",
        "a x . 03 10:00",
        "b y w 04 09:00 3",
    )
    formulas = {
        "count(log)": (4, 2),
        "count(log, where=kind == 'y')": (1, 1),
        "sum(amount)": (14.5, 10),
        "mean(log.amount)": (Fraction(29, 6), 5),
        "min(amount)": (0.5, 3),
        "max(amount)": (10, 7),
        "median(amount)": (4, 5),
        "percentile(amount, 25)": (2.25, 4),
        "share(kind == 'x')": (0.75, 0.5),
        "unique(who)": (2, 2),
        "nps(amount)": (Fraction(-1, 3), Fraction(-1, 2)),
        "weighted_mean(amount, by=amount)": (Fraction(465, 58), Fraction(58, 10)),
        "active_days(log)": (3, 2),
        "peak(at, at)": (0, 0),
        "only(amount, where=kind == 'y')": (0.5, 3),
        "sum(amount, where=kind == 'z')": (0, 0),
        "mean(amount, where=kind == 'z')": (None, None),
    }
    text = scheme(*(f"c{number}: {formula}" for number, formula in enumerate(formulas)))
    rows = sorted_by(case_rows(text, "cases_", file), "case")
    found = {formula: tuple(row[f"c{number}"] for row in rows) for number, formula in enumerate(formulas)}
    assert found == formulas


def test_columns_may_stand_in_any_order_and_name_each_other() -> None:
    text = scheme("c: a + b", "a: cases_.b * 2", "b: count(log)")
    row = one(text, log("a x u 01 09:00", "a x u 01 10:00"))
    assert numbers(row, "a", "b", "c", "case") == [4, 2, 6, "a"]


def test_events_of_one_moment_follow_their_key() -> None:
    lines = [f"{number},a,k{number},w,2026-10-01 09:00,\n" for number in (2, 10, 9)]
    text = scheme("first: first_of(kind)", "last: last_of(kind)")
    for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2)):
        row = one(text, HEADER + "".join(lines[place] for place in order))
        assert numbers(row, "first", "last") == ["k2", "k10"]


def test_a_second_column_of_at_comes_before_the_key() -> None:
    lines = [f"{number},a,k{number},w,2026-10-01 09:00,{5 - number}\n" for number in (1, 2, 3)]
    text = scheme("first: first_of(kind)").replace("at: at}", "at: [at, amount]}")
    assert one(text, HEADER + "".join(lines))["first"] == "k3"


def test_repeated_events_count_once_and_odd_ones_are_rejected() -> None:
    file = log("a x u 01 09:00", "b x u 01 09:00", ". x u 01 09:00", "b x . 01 10:00")
    again = HEADER + file.splitlines()[1] + "\n9,b,x,u,,\n10,b,x,u,never,\n"
    done = ran(scheme("n: count(log)"), {"log-1.csv": file, "log-2.csv": again})
    assert account(done, "log") == [7, 3, 0, 0, 1, 0, 0, 3]
    assert account(done, "cases_") == [2, 2, 0, 0, 0, 0, 0, 0]
    (report, _) = done.outcome.reports[next(iter(done.outcome.reports))]
    assert [(each.file.split("/")[-1], each.record, each.reason) for each in report.rejects] == [
        ("log-1.csv", 3, "no case"),
        ("log-2.csv", 2, "no time"),
        ("log-2.csv", 3, "not a date and time"),
    ]


def test_an_event_with_one_key_and_two_contents_stops_the_work() -> None:
    lines = "1,a,x,u,2026-10-01 09:00,\n1,a,y,u,2026-10-01 09:00,\n"
    error = refusal(scheme("n: count(log)"), {"log.csv": HEADER + lines})
    assert error.exit_code is Exit.DATA


def test_a_case_reaches_over_files_and_periods() -> None:
    first, second = log("a customer u 31 23:00"), HEADER + "7,a,agent,ann,2026-11-02 09:00,\n"
    metrics = "  m: {formula: mean(cases_.frt), target: ≤ 1h}"
    text = scheme(f"frt: response_first{ASKED}", metrics=metrics)
    done = ran(text, {"log-10.csv": first, "log-11.csv": second})
    assert done.line("ann", "m", "value", "n") == [str(34 * H), "1"]


def test_what_nobody_is_credited_with_is_told() -> None:
    roster = "roster: {files: roster.csv, agent: id, columns: {id: id}, ignore: [robot]}\n"
    text = scheme("n: count(log)").replace("sources:\n", roster + "sources:\n", 1)
    text = text.replace("unattributed: 100%", "unattributed: 100%, unknown_agents: 9")
    lines = ["a x ann 01 09:00", "b x zed 01 09:00", "c x robot 01 09:00", "d x . 01 09:00"]
    done = ran(text, {"roster.csv": "id\nann\n", "log.csv": log(*lines)})
    assert account(done, "cases_") == [4, 1, 0, 1, 0, 1, 1, 0]


def test_one_case_for_two_agents_at_half_each() -> None:
    text = scheme("first: first_of(who)", "last: last_of(who)")
    text = text.replace("    agent: agent\n", "    agent: [first, last]\n    credit: split\n")
    done = ran(text, {"log.csv": log("a x ann 01 09:00", "a x bob 01 10:00", "b x ann 01 09:00")})
    assert [done.line(agent, "m", "value") for agent in ("ann", "bob")] == [["1.5"], ["0.5"]]


def test_the_same_cases_credited_otherwise() -> None:
    metrics = "  m: {formula: count(cases_) + count(taken), target: ≥ 1}"
    text = scheme("first: first_of(who)", metrics=metrics)
    text = text.replace("metrics:\n", "  taken: {like: cases_, agent: first, empty: zero}\nmetrics:\n", 1)
    done = ran(text, {"log.csv": log("a x ann 01 09:00", "a x bob 01 10:00")})
    assert account(done, "taken") == [1, 1, 0, 0, 0, 0, 0, 0]
    assert account(done, "log") == [2, 2, 0, 0, 0, 0, 0, 0]
    assert [done.line(agent, "m", "value") for agent in ("ann", "bob")] == [["1"], ["1"]]


def test_the_period_before_is_there_without_being_asked_for() -> None:
    metrics = "  n: {formula: count(cases_)}\n  m: {formula: n - previous(n), target: ≥ 1}"
    file = log("a x ann 01 09:00", "b x ann 02 09:00") + "3,c,x,ann,2026-09-02 09:00,\n"
    done = ran(scheme(metrics=metrics), {"log.csv": file})
    assert done.line("ann", "m", "value") == ["1"]


def test_only_of_several_events_is_an_error_of_the_data() -> None:
    error = refusal(scheme("n: only(amount)"), {"log.csv": log("a x u 01 09:00 1", "a x u 01 10:00 2")})
    assert [(problem.code, "several events in a" in problem.message) for problem in error.problems] == [
        ("several-rows", True)
    ]


def test_no_case_in_the_period_is_an_error_unless_it_may_be() -> None:
    files = {"log.csv": HEADER + "1,a,x,u,2026-09-01 09:00,\n"}
    assert {problem.code for problem in refusal(scheme(), files).problems} == {"no-rows"}
    allowed = scheme().replace("    time: opened\n", "    time: opened\n    empty: zero\n")
    assert account(ran(allowed, files), "cases_") == [1, 0, 1, 0, 0, 0, 0, 0]


def test_a_log_without_events_gives_no_cases() -> None:
    allowed = scheme().replace("    time: opened\n", "    time: opened\n    empty: zero\n")
    allowed = allowed.replace("    key: id\n", "    key: id\n    empty: zero\n")
    assert account(ran(allowed, {"log.csv": HEADER}), "cases_") == [0, 0, 0, 0, 0, 0, 0, 0]
    assert case_rows(allowed, "cases_", HEADER) == []


def test_of_a_preset_only_what_cases_name_is_read() -> None:
    text = scheme().replace('    files: "log*.csv"\n', '    files: "log*.csv"\n    preset: zendesk-tickets\n')
    loaded = load_text(text, "scheme.yaml", PRESETS).scheme
    assert set(loaded.sources["log"].columns) == {"id", "case", "kind", "who", "at", "amount"}


@pytest.mark.parametrize(
    ("column", "marked", "said"),
    [
        ("n: at", "at", "`at` has a value for every event"),
        ("n: log.at - opened", "log.at", "`log.at` has a value for every event"),
        ("n: first(at)", "first", "no function `first`"),
        ("n: first_of(at, where=who)", "who", "`who` is a text, not a condition"),
        ("n: last_of(at, after=kind == 'x')", "after=kind == 'x'", "`last_of` has no argument `after`"),
        ("n: count(log, where=kindd == 'x')", "kindd", "`log` has no column `kindd`"),
        ("n: response_mean(kind == 'x')", "response_mean(kind == 'x')", "`response_mean` takes two or three arguments"),
        ("n: response_first(kind == 'x', kind == 'y', 'shp')", "'shp'", "no calendar `shp`"),
        ("n: sum(opened)", "opened", "`log` has no column `opened`"),
        ("n: n + 1", "n", "these columns need each other: n -> n"),
        ("n: count(log) + (last_of(at) - opened)", "last_of(at) - opened", "`count(log)` is a count, but"),
    ],
)
def test_faults_point_into_the_formula(column: str, marked: str, said: str) -> None:
    (problem,) = refusal(scheme(column), {}).problems
    assert problem.message.startswith(said)
    assert problem.span is not None
    start = problem.span.column - 1
    assert problem.span.text[start : start + problem.span.width] == marked


def test_a_column_with_a_fault_makes_no_further_noise() -> None:
    metrics = "  m: {formula: mean(cases_.n), unit: duration, target: ≤ 1h}"
    (problem,) = refusal(scheme("n: frst_of(at) - opened", metrics=metrics), {}).problems
    assert (problem.code, problem.help) == ("unknown-function", "did you mean `first_of`?")


@pytest.mark.parametrize(
    ("old", "new", "code", "marked"),
    [
        ("of: log", "of: logs", "unknown-source", "logs"),
        ("by: case", "by: cas", "unknown-column", "cas"),
        ("by: case", "by: amount", "column-type", "amount"),
        ("at: at}", "at: kind}", "column-type", "kind"),
        ("at: at}", "at: at, where: knd == 1}", "unknown-column", "knd"),
        ("at: at}", "at: at, reopen: new_episode}", "bad-choice", "new_episode"),
        ("at: at}", "at: at, reopen: {after: 24}}", "source-cases", "24"),
        ("at: at}", "at: at, reopen: {after: 24 h, when: who}}", "kind-clash", "who"),
        ("time: opened", "time: agent", "column-type", "agent"),
        ("agent: agent", "agent: opened", "column-type", "opened"),
        ("time: opened", "time: closed", "unknown-column", "closed"),
        ("    time: opened\n", "", "source-time", "cases_"),
        ("    agent: agent\n", "", "source-agent", "cases_"),
        ("    time: opened\n", "    time: opened\n    timezone: UTC\n", "source-cases", "timezone"),
        ("log*.csv", "log-{start}.csv", "bad-placeholder", "{start}"),
        ("count(cases_)", "count(log)", "events-source", "log"),
        ("last_of(who)", "{from: who}", "source-cases", "agent"),
    ],
)
def test_what_does_not_fit_is_told_where_it_stands(old: str, new: str, code: str, marked: str) -> None:
    assert old in scheme()
    problems = refusal(scheme().replace(old, new, 1), {}).problems
    found = [(problem.code, problem.span) for problem in problems]
    texts = [(code, span.text[span.column - 1 : span.column - 1 + span.width]) for code, span in found if span]
    assert (code, marked) in texts
    assert len(texts) == 1
