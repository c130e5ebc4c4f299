"""DATA arguments to the files of each source and period, and what is said when they do not fit."""

import os
import subprocess
import sys
import unicodedata
from datetime import date
from pathlib import Path, PurePath

import pytest
from made_intake import CHATS, HERE, columns, scheme, written

from kpi_cli.intake.files.blocks import InputFile
from kpi_cli.intake.files.inputs import Inputs, find_inputs
from kpi_cli.intake.files.naming import first_date, matches
from kpi_cli.periods import Period, parse_period
from kpi_cli.problems import Exit, KpiError
from kpi_cli.scheme.compiled import RosterSpec, Scheme, Source

TODAY = date(2026, 11, 3)
OCTOBER, SEPTEMBER = parse_period("2026-10", TODAY), parse_period("2026-09", TODAY)
QUARTER = parse_period("2026-Q4", TODAY)
QA = Source("qa", HERE, "qa-{period}.csv")
ROSTER = RosterSpec("roster.csv", "id", columns(id="id"), HERE)


def local(file: InputFile) -> Path:
    """Where a file lies on this machine."""
    assert isinstance(file.path, Path)
    return file.path


def found(inputs: Inputs, source: str, folder: Path) -> list[str]:
    return [local(file).relative_to(folder).as_posix() for file in inputs.files[source]]


def codes(wanted: Scheme, data: list[str], *periods: Period) -> tuple[list[str], Exit]:
    with pytest.raises(KpiError) as caught:
        find_inputs(wanted, data, periods or (OCTOBER,))
    assert all(problem.help for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems], caught.value.exit_code


def test_folders_are_searched_and_what_nothing_takes_is_listed(tmp_path: Path) -> None:
    for name in ("d/chats2.csv", "d/deep/chats1.csv.gz", "d/notes.txt", "d/.chats3.csv", "d/Chats4.csv"):
        written(tmp_path, name, "x")
    inputs = find_inputs(scheme(tmp_path, [CHATS]), [str(tmp_path / "d")], [OCTOBER])
    assert found(inputs, "chats", tmp_path) == ["d/chats2.csv", "d/deep/chats1.csv.gz"]
    assert [PurePath(label).name for label in inputs.untaken] == ["Chats4.csv", "notes.txt"]
    assert inputs.size == 2


def test_without_data_the_schemes_own_folder_is_searched(tmp_path: Path) -> None:
    for name in ("scheme.yaml", "chats.csv", "roster.csv"):
        written(tmp_path, name, "x")
    inputs = find_inputs(scheme(tmp_path, [CHATS], ROSTER), [], [OCTOBER])
    assert found(inputs, "chats", tmp_path) == ["chats.csv"]
    assert [local(file).name for file in inputs.roster_files(OCTOBER)] == ["roster.csv"]
    assert inputs.untaken == ()


def test_a_file_reached_twice_is_taken_once(tmp_path: Path) -> None:
    path = written(tmp_path, "d/chats.csv", "x")
    link = tmp_path / "d" / "chats-link.csv"
    link.symlink_to(path)
    (tmp_path / "d" / "loop").symlink_to(tmp_path / "d")
    data = [str(tmp_path / "d"), str(path), str(link), f"chats={path}"]
    assert len(find_inputs(scheme(tmp_path, [CHATS]), data, [OCTOBER]).files["chats"]) == 1


def test_like_sources_read_the_same_files(tmp_path: Path) -> None:
    ratings = Source("ratings", HERE, "chats*.csv", time="rated", like="chats")
    path = written(tmp_path, "export.csv", "x")
    inputs = find_inputs(scheme(tmp_path, [CHATS, ratings]), [f"chats={path}"], [OCTOBER])
    assert inputs.files["chats"] == inputs.files["ratings"] != ()


def test_composed_and_decomposed_names_are_the_same(tmp_path: Path) -> None:
    written(tmp_path, unicodedata.normalize("NFD", "réponses-é.csv"), "x")
    source = Source("r", HERE, unicodedata.normalize("NFC", "réponses-*.csv"), time="at")
    assert len(find_inputs(scheme(tmp_path, [source]), [str(tmp_path)], [OCTOBER]).files["r"]) == 1


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("chats*.csv", "chats1.csv", True),
        ("chats*.csv", "chats1.CSV", False),
        ("chats*.csv", "chats1.csv.gz", True),
        ("chats*.csv", "chats1.csv.bak", False),
        ("export-*.csv*", "export-1.csv.zip", True),
        ("[ab].csv", "a.csv", True),
        ("oct/chats.csv", "data/oct/chats.csv", True),
        ("oct/chats.csv", "data/sep/chats.csv", False),
        ("oct/chats.csv", "chats.csv", False),
        ("./d*/chats.csv", "x/data/chats.csv", True),
        ("q{x}.csv", "q{x}.csv", True),
    ],
)
def test_patterns(pattern: str, name: str, fits: bool) -> None:  # noqa: FBT001 - an expectation
    assert matches(pattern, PurePath(name)) is fits


@pytest.mark.parametrize(
    ("pattern", "name", "period", "fits"),
    [
        ("qa-{period}.csv", "qa-2026-10.csv", "2026-10", True),
        ("qa-{period}*.csv", "qa-2026-10 (1).csv", "2026-10", True),
        ("qa-{period}*.csv", "qa-2026-10-05.csv", "2026-10", False),
        ("qa-{period}*.csv", "qa-2026-10.csv", "2026", False),
        ("*{period}*", "a12026-10.csv", "2026-10", False),
        ("*{period}*", "2026-10-01..2026-10-14.csv", "2026-10-01", False),
        ("*{period}*", "2026-10-01..2026-10-14.csv", "2026-10-01..2026-10-14", True),
        ("r_{start}至{end}.csv", "r_2026-10-01至2026-10-31.csv", "2026-10", True),
        ("r_{start}至{end}.csv", "r_2026-10-01至2026-10-30.csv", "2026-10", False),
    ],
)
def test_patterns_of_periods(pattern: str, name: str, period: str, fits: bool) -> None:  # noqa: FBT001 - as above
    assert matches(pattern, PurePath(name), parse_period(period, TODAY)) is fits


def test_files_that_bear_the_period_and_those_of_others(tmp_path: Path) -> None:
    for name in ("qa-2026-10.csv", "qa-2026-09.csv", "qa-2026-08.csv"):
        written(tmp_path, name, "x")
    data = [str(path) for path in sorted(tmp_path.iterdir())]
    inputs = find_inputs(scheme(tmp_path, [QA]), data, [OCTOBER], [SEPTEMBER])
    served = {local(file).name: (file.period, file.serves) for file in inputs.files["qa"]}
    assert served == {
        "qa-2026-09.csv": (SEPTEMBER, (SEPTEMBER,)),
        "qa-2026-10.csv": (OCTOBER, (OCTOBER,)),
    }
    assert [PurePath(label).name for label in inputs.untaken] == ["qa-2026-08.csv"]


def test_an_optional_period_without_its_file_is_absent(tmp_path: Path) -> None:
    written(tmp_path, "qa-2026-10.csv", "x")
    inputs = find_inputs(scheme(tmp_path, [QA]), [str(tmp_path)], [OCTOBER], [SEPTEMBER])
    assert inputs.absent == {("qa", SEPTEMBER)}
    assert [file.serves for file in inputs.files["qa"]] == [(OCTOBER,)]


def test_a_quarter_is_made_up_of_its_months_or_their_days(tmp_path: Path) -> None:
    for name in ("2026-10", *(f"2026-11-{day:02}" for day in range(1, 31)), "2026-12"):
        written(tmp_path, f"qa-{name}.csv", "x")
    files = find_inputs(scheme(tmp_path, [QA]), [str(tmp_path)], [QUARTER, OCTOBER]).files["qa"]
    assert len(files) == 32
    assert {file.serves for file in files if file.period == OCTOBER} == {(QUARTER, OCTOBER)}
    assert {file.serves for file in files if file.period != OCTOBER} == {(QUARTER,)}


def test_the_periods_own_file_comes_before_its_months(tmp_path: Path) -> None:
    for name in ("2026-Q4", "2026-10", "2026-11", "2026-12"):
        written(tmp_path, f"qa-{name}.csv", "x")
    assert found(find_inputs(scheme(tmp_path, [QA]), [str(tmp_path)], [QUARTER]), "qa", tmp_path) == ["qa-2026-Q4.csv"]


def test_a_missing_month_is_named(tmp_path: Path) -> None:
    for name in ("2026-10", "2026-12"):
        written(tmp_path, f"qa-{name}.csv", "x")
    with pytest.raises(KpiError) as caught:
        find_inputs(scheme(tmp_path, [QA]), [str(tmp_path)], [QUARTER])
    (problem,) = caught.value.problems
    assert (problem.code, caught.value.exit_code) == ("period-files-missing", Exit.DATA)
    assert "2026-11 missing" in problem.message
    assert "`qa-2026-11.csv`" in (problem.help or "")


def test_sources_without_a_file(tmp_path: Path) -> None:
    zero = Source("zero", HERE, "zero-{period}.csv", empty="zero")
    bare = Source("bare", HERE, time="at")
    data = [str(written(tmp_path, "d/chats.csv", "x").parent)]
    assert codes(scheme(tmp_path, [CHATS, QA, zero, bare]), data) == (["source-without-file"] * 2, Exit.DATA)
    inputs = find_inputs(scheme(tmp_path, [CHATS, zero]), data, [OCTOBER])
    assert inputs.absent == {("zero", OCTOBER)}


def test_the_roster_may_lie_beside_the_scheme(tmp_path: Path) -> None:
    written(tmp_path, "roster.csv", "x")
    data = [str(written(tmp_path, "d/chats.csv", "x"))]
    wanted = scheme(tmp_path, [CHATS], ROSTER)
    assert [local(file).name for file in find_inputs(wanted, data, [OCTOBER]).roster_files()] == ["roster.csv"]
    own = written(tmp_path, "d/roster.csv", "x")
    assert [file.path for file in find_inputs(wanted, [*data, str(own)], [OCTOBER]).roster_files()] == [own]
    other = written(tmp_path, "d/people.csv", "x")
    assert [file.path for file in find_inputs(wanted, [*data, f"roster={other}"], [OCTOBER]).roster_files()] == [other]


def test_a_roster_for_each_period(tmp_path: Path) -> None:
    for name in ("people/roster-2026-10.csv", "people/roster-2026-09.csv", "chats.csv"):
        written(tmp_path, name, "x")
    wanted = scheme(tmp_path, [CHATS], RosterSpec("people/roster-{period}.csv", "id", columns(id="id"), HERE))
    inputs = find_inputs(wanted, [str(tmp_path / "chats.csv")], [OCTOBER, SEPTEMBER])
    names = {period: [local(file).name for file in inputs.roster_files(period)] for period in (OCTOBER, SEPTEMBER)}
    assert names == {OCTOBER: ["roster-2026-10.csv"], SEPTEMBER: ["roster-2026-09.csv"]}
    assert codes(wanted, [str(tmp_path / "chats.csv")], QUARTER) == (["roster-without-file"], Exit.DATA)


def test_a_glob_of_a_source_does_not_mean_the_roster(tmp_path: Path) -> None:
    for name in ("roster.csv", "a.csv"):
        written(tmp_path, name, "x")
    wanted = scheme(tmp_path, [Source("any", HERE, "*.csv", time="at")], ROSTER)
    assert found(find_inputs(wanted, [str(tmp_path)], [OCTOBER]), "any", tmp_path) == ["a.csv"]


def test_what_data_names_in_vain(tmp_path: Path) -> None:
    chats = str(written(tmp_path, "chats.csv", "x"))
    other = str(written(tmp_path, "chat_1.csv", "x"))
    wanted = scheme(tmp_path, [CHATS])
    assert codes(wanted, [chats, str(tmp_path / "none.csv")]) == (["no-such-path"], Exit.USAGE)
    assert codes(wanted, [chats, ""]) == (["no-such-path"], Exit.USAGE)
    assert codes(wanted, [chats, other]) == (["untaken-file"], Exit.USAGE)
    assert codes(wanted, [f"chat={chats}"]) == (["unknown-source"], Exit.USAGE)


def test_a_path_with_an_equals_sign_is_a_path(tmp_path: Path) -> None:
    path = written(tmp_path, "chats=1.csv", "x")
    assert len(find_inputs(scheme(tmp_path, [CHATS]), [str(path)], [OCTOBER]).files["chats"]) == 1


def test_an_assigned_file_needs_no_name(tmp_path: Path) -> None:
    path = written(tmp_path, "whatever.txt", "x")
    wanted = scheme(tmp_path, [QA])
    (file,) = find_inputs(wanted, [f"qa={path}"], [OCTOBER], [SEPTEMBER]).files["qa"]
    assert (file.period, file.serves) == (OCTOBER, (OCTOBER,))
    assert codes(wanted, [f"qa={path}"], OCTOBER, SEPTEMBER)[0][0] == "which-period"


def test_rows_dated_by_the_files_name(tmp_path: Path) -> None:
    source = Source("daily", HERE, "daily*.csv", time="file")
    written(tmp_path, "d/daily 2026-10-05至2026-10-06.csv", "x")
    (file,) = find_inputs(scheme(tmp_path, [source]), [str(tmp_path / "d")], [OCTOBER]).files["daily"]
    assert file.day == date(2026, 10, 5)
    written(tmp_path, "d/daily.csv", "x")
    assert codes(scheme(tmp_path, [source]), [str(tmp_path / "d")]) == (["file-without-date"], Exit.DATA)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("a_20261005.csv", date(2026, 10, 5)),
        ("a 2026年10月5日.csv", date(2026, 10, 5)),
        ("a-2026-13-01-2026-10-06.csv", date(2026, 10, 6)),
        ("a-120261005.csv", None),
        ("a-2026-10.csv", None),
    ],
)
def test_dates_in_names(name: str, day: date | None) -> None:
    assert first_date(PurePath(name)) == day


PIPED = """
import sys
from pathlib import Path
from made_intake import CHATS, OTHER, scheme
from kpi_cli.intake.files.inputs import find_inputs
from kpi_cli.periods import parse_period
from kpi_cli.problems import KpiError
sources = [CHATS, OTHER][: int(sys.argv[1])]
try:
    inputs = find_inputs(scheme(Path(), sources), sys.argv[2:], [parse_period("2026-10", None)])
except KpiError as error:
    print(error.problems[0].code)
else:
    for name, files in inputs.files.items():
        print(name, [(file.label, file.path.read_bytes()) for file in files if file.label == "-"])
"""


def piped(sources: int, *data: str) -> str:
    script = [sys.executable, "-c", PIPED, str(sources), *data]
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    env = {**os.environ, "PYTHONPATH": path}
    return subprocess.run(script, input=b"id\n1\n", capture_output=True, env=env, check=True).stdout.decode()


def test_standard_input(tmp_path: Path) -> None:
    chats = str(written(tmp_path, "chats.csv", "x"))
    taken = r"[('-', b'id\n1\n')]"
    assert piped(1, "-").split("\n") == [f"chats {taken}", ""]
    assert piped(2, chats, "-").split("\n") == ["chats []", f"other {taken}", ""]
    assert piped(2, "chats=-", "other=-").split("\n") == [f"chats {taken}", f"other {taken}", ""]
    assert piped(2, "-").split("\n") == ["whose-stdin", ""]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever may read everything meets no closed folder")
def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    try:
        assert codes(scheme(tmp_path, [CHATS]), [str(closed)]) == (["unreadable-file"], Exit.FILES)
    finally:
        closed.chmod(0o700)
