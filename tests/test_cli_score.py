"""`kpi score` as a shell runs it: what goes where, in which format, and what is refused before any work is done."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Kpi, command, environment
from made_case import ACCOUNT, SCHEME, SUMMARY, write_case

ARGUMENTS = ("score", "scheme.yaml", "data", "--period", "2026-10")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return write_case(tmp_path)


def test_data_to_stdout_and_the_account_to_stderr(kpi: Kpi, case: Path) -> None:
    ran = kpi(*ARGUMENTS, cwd=case)
    assert ran.code == 0
    assert ran.out == SUMMARY.encode()
    assert ran.err == f"{ACCOUNT}\n2026-10: no data of 韩梅梅 (021)\n"


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("out.csv", b"period,agent_id"),
        ("out.JSON", b'{\n  "format": "kpi.scores/1"'),
        ("out.md", "## 2026-10 · 客服 · 3 人\n".encode()),
        ("out.xlsx", b"PK\x03\x04"),
    ],
)
def test_the_ending_of_a_file_decides_its_format(kpi: Kpi, case: Path, name: str, beginning: bytes) -> None:
    ran = kpi(*ARGUMENTS, "-o", name, cwd=case)
    assert (ran.code, ran.out) == (0, b"")
    assert (case / name).read_bytes().startswith(beginning)
    assert sorted(path.name for path in case.iterdir()) == sorted(["data", "scheme.yaml", name])


def test_json_holds_the_hash_of_every_input(kpi: Kpi, case: Path) -> None:
    found = json.loads(kpi(*ARGUMENTS, "--format", "json", cwd=case).text)
    assert [agent["agent_id"] for agent in found["agents"]] == ["007", "012", "021"]
    assert all(len(entry["sha256"]) == 64 for entry in found["inputs"])


def test_two_runs_give_the_same_bytes(kpi: Kpi, case: Path) -> None:
    first, second = (kpi(*ARGUMENTS, "--format", "json", cwd=case).out for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("extra", "ids"),
    [
        (["--agent", "012"], ["012"]),
        (["--agent", "小张", "--agent", "021"], ["007", "021"]),
        (["--team", "一组"], ["007", "021"]),
        (["--scorecard", "客服", "--team", "二组"], ["012"]),
    ],
)
def test_filters_change_what_is_shown_and_nothing_of_it(kpi: Kpi, case: Path, extra: list[str], ids: list[str]) -> None:
    header, *lines = SUMMARY.splitlines(keepends=True)
    ran = kpi(*ARGUMENTS, *extra, cwd=case)
    assert ran.text == header + "".join(line for line in lines if line.split(",")[1] in ids)


@pytest.mark.parametrize(
    ("extra", "code", "said"),
    [
        (["--agent", "07"], 2, "did you mean `007`?"),
        (["--team", "三组"], 2, "there are 一组, 二组"),
        (["--format", "jsn"], 2, "did you mean `json`?"),
        (["--format", "xlsx"], 2, "-o scores.xlsx"),
        (["-o", "out.txt"], 2, "does not say which format"),
        (["-o", "out"], 2, "does not say which format"),
        (["-o", "out.csv", "--format", "json"], 2, "does not fit"),
        (["--detail", "--wide"], 2, "choose one"),
        (["--fail-below", "E"], 2, "the grades are S, A, B, D"),
        (["--expect", "chats"], 2, "SOURCE=N"),
        (["--expect", "chat=3"], 2, "did you mean `chats`?"),
        (["--expect", "chats=9"], 3, "9"),
        (["-o", "data"], 5, "it is a folder"),
        (["-o", "nowhere/out.csv"], 5, "there is no folder"),
        (["-o", "data/chats.csv", "data/chats.csv"], 2, "is read here"),
        (["-o", "scheme.yaml", "--format", "csv"], 2, "is read here"),
        (["--no-such-option"], 2, "No such option"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(kpi: Kpi, case: Path, extra: list[str], code: int, said: str) -> None:
    before = sorted(case.rglob("*"))
    ran = kpi(*ARGUMENTS, *extra, cwd=case)
    assert (ran.code, ran.out) == (code, b""), ran.err
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert sorted(case.rglob("*")) == before
    assert (case / "scheme.yaml").read_text(encoding="utf-8") == SCHEME


def test_a_failed_run_leaves_the_file_of_an_earlier_one(kpi: Kpi, case: Path) -> None:
    (case / "out.csv").write_text("before", encoding="utf-8")
    ran = kpi(*ARGUMENTS, "--expect", "chats=9", "-o", "out.csv", cwd=case)
    assert ran.code == 3
    assert (case / "out.csv").read_text(encoding="utf-8") == "before"


def test_fail_below_tells_who_and_still_delivers(kpi: Kpi, case: Path) -> None:
    ran = kpi(*ARGUMENTS, "--fail-below", "B", cwd=case)
    assert (ran.code, ran.text) == (1, SUMMARY)
    assert "below B: 李雷 D\n" in ran.err
    assert kpi(*ARGUMENTS, "--fail-below", "B", "--agent", "007", cwd=case).code == 0
    assert kpi(*ARGUMENTS, "--fail-below", "D", cwd=case).code == 0


def test_strict_fails_on_a_warning_of_the_scheme(kpi: Kpi, tmp_path: Path) -> None:
    case = write_case(tmp_path, SCHEME.replace("cap: 120", "cap: 100"))  # so that S at 110 cannot be reached
    relaxed, strict = (kpi(*ARGUMENTS, *extra, cwd=case) for extra in ([], ["--strict"]))
    assert (relaxed.code, strict.code) == (0, 1)
    assert relaxed.out == strict.out
    assert "warning: " in relaxed.err
    assert relaxed.err.endswith("1 warning\n")


def test_several_periods_are_sorted_and_each_shown_once(kpi: Kpi, case: Path) -> None:
    periods = ["--period", "2026-11", "--period", "2026-10", "--period", "2026-10-01..2026-10-31"]
    ran = kpi("score", "scheme.yaml", "data", *periods, cwd=case)
    assert ran.code == 0, ran.err
    assert [line.split(",")[0] for line in ran.text.splitlines()[1:]] == ["2026-10"] * 3 + ["2026-11"] * 3


def test_a_table_in_a_pipe_is_plain(kpi: Kpi, case: Path) -> None:
    ran = kpi(*ARGUMENTS, "--format", "table", cwd=case)
    assert b"\x1b" not in ran.out
    assert "   1  小张    007   一组      72.0      40.0  112.0  S      1.3  已评分" in ran.text


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_stays_a_link_to_what_is_written(kpi: Kpi, case: Path) -> None:
    (case / "real.csv").write_text("before", encoding="utf-8")
    (case / "out.csv").symlink_to("real.csv")
    assert kpi(*ARGUMENTS, "-o", "out.csv", cwd=case).code == 0
    assert (case / "out.csv").is_symlink()
    assert (case / "real.csv").read_text(encoding="utf-8") == SUMMARY


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no such device here")
def test_a_device_is_written_to_and_not_replaced(kpi: Kpi, case: Path) -> None:
    assert kpi(*ARGUMENTS, "-o", "/dev/null", "--format", "csv", cwd=case).code == 0
    assert Path("/dev/null").is_char_device()


def test_a_block_size_changes_nothing(kpi: Kpi, case: Path) -> None:
    assert kpi(*ARGUMENTS, "--block-size", "64", cwd=case).out == SUMMARY.encode()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full here")
def test_nobody_needs_to_listen_to_what_is_said(case: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command(*ARGUMENTS), cwd=case, env=environment(), stdout=subprocess.PIPE, stderr=full, check=False
        )
    assert (done.returncode, done.stdout) == (0, SUMMARY.encode())
