"""Wrong input, and a world that does not cooperate: the exit code, a problem with its code, and nothing left behind."""

import re
from datetime import date
from pathlib import Path

import pytest
from conftest import Kpi, Ran
from small_case import CHATS, ROSTER, SCHEME, SUMMARY, Case, changed, with_chats, with_files, with_scheme
from test_golden import table

from kpi_cli.periods import parse_period
from kpi_cli.problems import KpiError

CODE = re.compile(r"\[[a-z][a-z0-9-]+\]")
OCTOBER = ("--period", "2026-10")


def score(kpi: Kpi, folder: Path, *more: str) -> Ran:
    return kpi("score", "scheme.yaml", "data", *OCTOBER, "-o", "out.csv", *more, cwd=folder)


def refused(ran: Ran, folder: Path, code: int, *said: str) -> None:
    """Nothing came of it, and stderr says why in words and with a code; `said` are regular expressions."""
    assert ran.code == code, f"exit {ran.code}\n{ran.err}"
    assert ran.out == b""
    assert "Traceback" not in ran.err
    assert "error" in ran.err.lower()
    for pattern in said:
        assert re.search(pattern, ran.err), f"nothing like {pattern!r} in\n{ran.err}"
    left = {path.name for path in folder.iterdir()} - {"scheme.yaml", "data"}
    assert left == set()


def test_the_case_itself_is_right(kpi: Kpi, tmp_path: Path) -> None:
    ran = score(kpi, Case().written(tmp_path))
    assert (ran.code, ran.out) == (0, b"")
    assert table((tmp_path / "out.csv").read_bytes()) == table(SUMMARY.encode())


WRONG_SCHEMES = {
    "weights that sum to 95": (
        with_scheme("quality: {csat: 60}", "quality: {csat: 55}"),
        [r"weights sum to 95, not 100 \[weights-sum\]"],
    ),
    "a duplicate key": (with_scheme("timezone: UTC", "timezone: UTC\ntimezone: Asia/Shanghai"), ["timezone"]),
    "an unknown key": (with_scheme("timezone: UTC", "timezone: UTC\ntimezon: UTC"), ["timezon", "did you mean"]),
    "an unknown column": (with_scheme("chats.rating", "chats.raitng"), ["raitng", "did you mean .rating"]),
    "an unknown source": (with_scheme("mean(chats.wait)", "mean(chat.wait)"), ["did you mean .chats"]),
    "an unknown metric on a card": (with_scheme("{csat: 60}", "{csta: 60}"), ["csta", "did you mean .csat"]),
    "an unknown function": (with_scheme("mean(", "maen("), ["maen", "did you mean .mean"]),
    "an unquoted target in braces": (
        with_scheme("target: ≥ 80%", "target: >= 80%, min_sample: 1"),
        [r"""target: (["'])>= 80%\1"""],
    ),
    "an unquoted target": (
        with_scheme(
            "  csat: {formula: share(chats.rating >= 4), unit: percent, target: ≥ 80%}",
            "  csat:\n    formula: share(chats.rating >= 4)\n    unit: percent\n    target: >= 80%",
        ),
        ["target: \">= 80%\"|target: '>= 80%'"],
    ),
    "a percent target without its sign": (with_scheme("target: ≥ 80%", "target: ≥ 80"), ["80"]),
    "units that do not fit": (with_scheme("mean(chats.wait)", "mean(chats.wait) + count(chats)"), ["unit"]),
    "a cycle": (with_scheme("formula: mean(chats.wait)", "formula: first_response_time * 2"), ["cycle|itself"]),
    "no timezone": (with_scheme("timezone: UTC\n", ""), ["timezone"]),
    "a zone that does not exist": (with_scheme("timezone: UTC", "timezone: Asia/Shangai"), ["Asia/Shangai"]),
    "code in a formula": (with_scheme("mean(chats.wait)", "__import__('os').getpid()"), []),
    "not YAML": (with_scheme("kpi: 1", "kpi: [1"), []),
}


@pytest.mark.parametrize("name", WRONG_SCHEMES)
def test_wrong_schemes(kpi: Kpi, tmp_path: Path, name: str) -> None:
    case, said = WRONG_SCHEMES[name]
    ran = score(kpi, case.written(tmp_path))
    refused(ran, tmp_path, 2, r"scheme\.yaml:\d+:\d+: error: ", CODE.pattern, *said)
    assert "^" in ran.err


def test_all_problems_are_told_at_once(kpi: Kpi, tmp_path: Path) -> None:
    scheme = changed(changed(SCHEME, "{csat: 60}", "{csat: 55}"), "chats.rating", "chats.raitng")
    scheme = changed(scheme, "mean(chats.wait)", "mean(chats.wiat)")
    ran = score(kpi, Case(scheme=scheme).written(tmp_path))
    refused(ran, tmp_path, 2, "sum to 95", "raitng", "wiat")
    lines = [int(line) for line in re.findall(r"scheme\.yaml:(\d+):\d+: error", ran.err)]
    assert len(lines) >= 3
    assert lines == sorted(lines)


def test_check_finds_what_score_refuses(kpi: Kpi, tmp_path: Path) -> None:
    case, said = WRONG_SCHEMES["weights that sum to 95"]
    ran = kpi("check", "scheme.yaml", cwd=case.written(tmp_path))
    refused(ran, tmp_path, 2, *said)


WRONG_DATA = {
    "a source without its file": (with_files(chats=None, other="a,b\n1,2\n"), [r"chats\*?"]),
    "no agent column": (with_chats("id,agent,at", "id,who,at"), ["agent"]),
    "no column of a metric": (with_chats("wait,rating", "wait,stars"), ["rating"]),
    "an empty file": (with_files(chats=""), [r"chats\.csv", "empty"]),
    "a header alone": (with_files(chats=CHATS.splitlines()[0] + "\n"), []),
    "a bare number as a duration": (with_scheme("type: duration, unit: s", "type: duration"), ["wait", "unit"]),
    "an ambiguous date": (
        with_files(chats="id,agent,at,wait,rating\nc1,007,03/04/2026 09:00:00,20,5\nc2,008,05/06/2026 09:00:00,9,5\n"),
        ["at", "03/04/2026|05/06/2026"],
    ),
    "rejected rows beyond the limit": (with_chats("09:00:00,20,5", "09:00:00,20,five"), ["five|reject"]),
    "a row with too few fields": (with_chats("c3,008,2026-10-05 11:00:00,60,3", "c3,008"), ["reject|fields"]),
    "one key with two contents": (with_chats("c2,007", "c1,007"), ["c1"]),
    "nothing in the period": (with_files(chats=CHATS.replace("2026-10", "2026-08")), ["2026-10|period"]),
    "a stranger": (with_chats("c3,008", "c3,009"), ["009"]),
    "rows of nobody": (with_chats("c3,008", "c3,"), ["unattributed|nobody|no agent"]),
    "bytes that are no text": (with_files(chats=b"id,agent,at,wait,rating\n\xff\xfe\x00\x81\x8d\n"), [r"chats\.csv"]),
    "one spelling for two agents": (with_files(roster=ROSTER + "008,Other,two\n"), ["008"]),
    "an id that a spreadsheet would run": (
        with_files(roster=ROSTER.replace("008", "=008"), chats=CHATS.replace("008", "=008")),
        ["=008"],
    ),
}


@pytest.mark.parametrize("name", WRONG_DATA)
def test_wrong_data(kpi: Kpi, tmp_path: Path, name: str) -> None:
    case, said = WRONG_DATA[name]
    refused(score(kpi, case.written(tmp_path)), tmp_path, 3, CODE.pattern, *said)


def test_the_gravest_period_decides(kpi: Kpi, tmp_path: Path) -> None:
    ran = score(kpi, Case().written(tmp_path), "--period", "2026-09")
    refused(ran, tmp_path, 3, "2026-09|period")


USAGE: dict[str, list[str]] = {
    "an unknown option": ["score", "scheme.yaml", "data", "--colour"],
    "an unknown command": ["scroe", "scheme.yaml", "data"],
    "a period that is none": ["score", "scheme.yaml", "data", "--period", "nonsense"],
    "a month that is none": ["score", "scheme.yaml", "data", "--period", "2026-13"],
    "a format that is none": ["score", "scheme.yaml", "data", *OCTOBER, "--format", "pdf"],
    "data that do not exist": ["score", "scheme.yaml", "nowhere", *OCTOBER],
    "a scheme that does not exist": ["score", "nothing.yaml", "data", *OCTOBER],
    "a file that nothing takes": ["score", "scheme.yaml", "data", "scheme.yaml", *OCTOBER],
    "a source that does not exist": ["score", "scheme.yaml", "data", "chat=data/chats.csv", *OCTOBER],
    "an ending that says no format": ["score", "scheme.yaml", "data", *OCTOBER, "-o", "out.doc"],
    "a grade that does not exist": ["score", "scheme.yaml", "data", *OCTOBER, "--fail-below", "Z"],
}


@pytest.mark.parametrize("name", USAGE)
def test_wrong_usage(kpi: Kpi, tmp_path: Path, name: str) -> None:
    refused(kpi(*USAGE[name], cwd=Case().written(tmp_path)), tmp_path, 2)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026/10", "2026-10"),
        ("202610", "2026-10"),
        ("2026年10月", "2026-10"),
        ("2026-3", "2026-03"),
        ("10/2026", "2026-10"),
        ("2026年", "2026"),
        ("2026年第3季度", "2026-Q3"),
        ("2026q3", "2026-Q3"),
        ("2026H1", "2026-H1"),
        ("2026-w9", "2026-W09"),
        ("2026.10.5", "2026-10-05"),
        ("20261005", "2026-10-05"),
        ("2026年10月5日", "2026-10-05"),
        ("2026-10-01~2026-10-14", "2026-10-01..2026-10-14"),
        ("2026/10/1至2026/10/14", "2026-10-01..2026-10-14"),
    ],
)
def test_a_period_written_another_way_is_answered_with_its_name(written: str, meant: str) -> None:
    with pytest.raises(KpiError) as stop:
        parse_period(written, date(2026, 11, 15))
    assert [problem.help for problem in stop.value.problems] == [f"did you mean `{meant}`?"]


@pytest.mark.parametrize("written", ["202613", "2026-10-32", "26-10", "2026-10-14..2026-10-01", "10/05/2026"])
def test_a_period_that_cannot_be_meant_is_answered_with_the_forms(written: str) -> None:
    with pytest.raises(KpiError) as stop:
        parse_period(written, date(2026, 11, 15))
    assert str(stop.value.problems[0].help).startswith("write 2026-10, 2026-W41")


def test_fail_below_is_a_condition_and_the_data_are_there(kpi: Kpi, tmp_path: Path) -> None:
    Case().written(tmp_path)
    kept = score(kpi, tmp_path, "--fail-below", "C")
    assert kept.code == 0, kept.err
    missed = score(kpi, tmp_path, "--fail-below", "B")
    assert missed.code == 1, missed.err
    assert "Traceback" not in missed.err
    assert table((tmp_path / "out.csv").read_bytes()) == table(SUMMARY.encode())


PARTLY = '\nseasons:\n  - {name: sale, periods: ["2026-10-15..2026-11-15"], set: {metrics.csat.target: ≥ 70%}}\n'


def test_strict_fails_on_a_warning(kpi: Kpi, tmp_path: Path) -> None:
    Case(scheme=SCHEME + PARTLY).written(tmp_path)
    loose = score(kpi, tmp_path)
    assert loose.code == 0, loose.err
    assert re.search(r"warning: .*sale.*\[[a-z-]+\]", loose.err, re.DOTALL), loose.err
    assert score(kpi, tmp_path, "--strict").code == 1


def test_names_with_escape_codes_do_not_reach_the_terminal(kpi: Kpi, tmp_path: Path) -> None:
    case = with_files(roster=ROSTER.replace("Bond", "B\x1b[31mond").replace("Smith", "=HYPERLINK(1)"))
    ran = kpi("score", "scheme.yaml", "data", *OCTOBER, "--format", "table", cwd=case.written(tmp_path))
    assert ran.code == 0, ran.err
    assert b"\x1b" not in ran.out
    assert "\x1b" not in ran.err
    as_csv = kpi("score", "scheme.yaml", "data", *OCTOBER, "--format", "csv", cwd=tmp_path)
    assert b",'=HYPERLINK(1)," in as_csv.out
