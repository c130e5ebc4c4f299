"""`kpi check`, `kpi schema` and the program itself."""

import json
from pathlib import Path

import pytest
from conftest import ROOT, Kpi
from made_case import SCHEME, write_case

from kpi_cli import __version__


def test_a_good_scheme_gives_no_word(kpi: Kpi) -> None:
    for data in ([], ["sample_data", "--period", "2026-10"]):
        ran = kpi("check", "configs/helpdesk.yaml", *data, cwd=ROOT)
        assert (ran.code, ran.out, ran.err) == (0, b"", "")


def test_problems_have_place_line_caret_and_help(kpi: Kpi, tmp_path: Path) -> None:
    case = write_case(tmp_path, SCHEME.replace("{fcr: 40}", "{fcrr: 40}"))
    line = next(n for n, text in enumerate(SCHEME.splitlines(), 1) if "{fcr: 40}" in text)
    ran = kpi("check", "scheme.yaml", cwd=case)
    assert (ran.code, ran.out) == (2, b"")
    first, source, caret, *_ = ran.err.splitlines()
    column = SCHEME.splitlines()[line - 1].index("fcr: 40") + 1
    assert first.startswith(f"scheme.yaml:{line}:{column}: error: ")
    assert source == f" {line} |   all: {{label: 客服, weights: {{效率: {{frt: 60}}, 质量: {{fcrr: 40}}}}}}"
    assert caret.strip() == "| " + " " * (column - 1 + len("客服效率质量")) + "^^^^"
    assert "did you mean `fcr`?" in ran.err


def test_the_same_as_data_for_editors(kpi: Kpi, tmp_path: Path) -> None:
    case = write_case(tmp_path, SCHEME.replace("{fcr: 40}", "{fcrr: 40}"))
    ran = kpi("check", "scheme.yaml", "--format", "json", cwd=case)
    found = json.loads(ran.text)
    assert ran.code == 2
    assert found["format"] == "kpi.problems/1"
    assert found["errors"] == len(found["problems"])
    assert {problem["file"] for problem in found["problems"]} == {"scheme.yaml"}
    assert found["problems"][0] == {
        "code": "unknown-metric",
        "severity": "error",
        "message": "there is no metric `fcrr`",
        "help": "did you mean `fcr`?",
        "file": "scheme.yaml",
        "line": 26,
        "column": 50,
        "width": 4,
        "end_column": 54,
    }
    assert ran.err == ""


def test_warnings_fail_only_when_strict(kpi: Kpi, tmp_path: Path) -> None:
    case = write_case(tmp_path, SCHEME.replace("cap: 120", "cap: 100"))
    relaxed, strict = (kpi("check", "scheme.yaml", *extra, cwd=case) for extra in ([], ["--strict"]))
    assert (relaxed.code, strict.code) == (0, 1)
    assert relaxed.err == strict.err != ""


def test_data_that_break_the_contract(kpi: Kpi, tmp_path: Path) -> None:
    case = write_case(tmp_path, SCHEME.replace("resolved: {from: 一次解决,", "resolved: {from: 一次解决率,"))
    ran = kpi("check", "scheme.yaml", "data", "--period", "2026-10", cwd=case)
    assert (ran.code, ran.out) == (3, b"")
    assert "一次解决率" in ran.err


def test_a_scheme_that_is_not_there(kpi: Kpi, tmp_path: Path) -> None:
    ran = kpi("check", "nowhere.yaml", cwd=tmp_path)
    assert ran.code == 2
    assert "nowhere.yaml" in ran.err


def test_schema_is_json(kpi: Kpi, tmp_path: Path) -> None:
    assert json.loads(kpi("schema").text)["$schema"].startswith("https://json-schema.org/")
    assert kpi("schema", "-o", "kpi.json", cwd=tmp_path).out == b""
    assert json.loads((tmp_path / "kpi.json").read_bytes())["type"] == "object"


@pytest.mark.parametrize(
    ("arguments", "code", "out", "err"),
    [
        (["--version"], 0, f"kpi {__version__}\n", ""),
        (["--help"], 0, "Usage: kpi [OPTIONS] COMMAND", ""),
        (["score", "-h"], 0, "Usage: kpi score [OPTIONS] SCHEME DATA...", ""),
        (["scroe"], 2, "", "Did you mean 'score'?"),
        (["score"], 2, "", "Missing argument 'SCHEME'"),
        (["score", "scheme.yaml"], 2, "", "Missing argument 'DATA'"),
    ],
)
def test_the_program(kpi: Kpi, arguments: list[str], code: int, out: str, err: str) -> None:
    ran = kpi(*arguments)
    assert ran.code == code
    assert ran.text.startswith(out)
    assert err in ran.err
