"""The worked examples with given answers, through the real command; and the same rows written in other ways."""

import csv
import io
import json
import random
import shutil
from pathlib import Path

import pytest
from conftest import TESTS, Golden, Kpi, Ran

XIAOZHANG = TESTS / "golden" / "xiaozhang"
OCTOBER = ("--period", "2026-10")
FREE_TEXT = {"note", "notes"}


def table(data: bytes) -> list[list[str]]:
    """Parse CSV and leave out the columns whose words are free."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    kept = [place for place, name in enumerate(rows[0]) if name not in FREE_TEXT]
    assert all(len(row) == len(rows[0]) for row in rows)
    return [[row[place] for place in kept] for row in rows]


def header(data: bytes) -> str:
    return data.decode("utf-8").split("\n", 1)[0]


def spaced(text: str) -> str:
    """Undo wrapping and alignment: any run of white space is one space."""
    return " ".join(text.split())


def score(kpi: Kpi, folder: Path, *more: str, scheme: str = "scheme.yaml") -> Ran:
    ran = kpi("score", folder / scheme, folder / "data", *OCTOBER, *more)
    assert ran.code == 0, ran.err
    return ran


@pytest.mark.parametrize("case", ["", "-cap120"])
@pytest.mark.parametrize(("options", "expected"), [((), "summary"), (("--detail",), "detail")])
def test_xiaozhang(kpi: Kpi, case: str, options: tuple[str, ...], expected: str) -> None:
    found = score(kpi, XIAOZHANG, "--format", "csv", *options, scheme=f"scheme{case}.yaml").out
    wanted = (XIAOZHANG / f"expected-{expected}{case}.csv").read_bytes()
    assert table(found) == table(wanted)
    assert header(found) == header(wanted)
    assert b"\r" not in found
    assert not found.startswith(b"\xef\xbb\xbf")


def test_csv_is_the_default_in_a_pipe(kpi: Kpi) -> None:
    assert score(kpi, XIAOZHANG).out == score(kpi, XIAOZHANG, "--format", "csv").out


def test_every_row_of_xiaozhang_is_accounted_for(kpi: Kpi) -> None:
    said = spaced(score(kpi, XIAOZHANG).err)
    assert (
        "read 366 = used 360 + outside_period 2 + filtered 1 + duplicate 2"
        " + unattributed 1 + unknown_agent 0 + rejected 0"
    ) in said
    assert "read 90 = used 50 + outside_period 40" in said


@pytest.mark.parametrize("options", [(), ("--detail",)])
def test_calls(kpi: Kpi, shared: Path, options: tuple[str, ...]) -> None:
    case = shared / "golden" / "calls"
    ran = kpi("score", case / "scheme.yaml", shared / "real", "--period", "2021-01", "--format", "csv", *options)
    assert ran.code == 0, ran.err
    wanted = (case / f"expected-{'detail' if options else 'summary'}.csv").read_bytes()
    assert table(ran.out) == table(wanted)


def records(path: Path) -> list[str]:
    data = path.read_bytes()
    return data.decode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "gb18030").splitlines()


ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-8")


@pytest.fixture
def rewritten(tmp_path: Path) -> Path:
    """The case again: every file shuffled, the chats split over five files in four encodings, one of them with LF."""
    shutil.copytree(XIAOZHANG, tmp_path, dirs_exist_ok=True)
    data, dice = tmp_path / "data", random.Random(7)  # noqa: S311 - a shuffle, nothing secret
    sources = [data / "chats_1.csv", data / "chats_2.csv"]
    names = records(sources[0])[0]
    rows = [row for path in sources for row in records(path)[1:]]
    for path in sources:
        path.unlink()
    dice.shuffle(rows)
    for part, encoding in enumerate(ENCODINGS):
        ending = "\n" if part == 0 else "\r\n"
        text = ending.join([names, *rows[part :: len(ENCODINGS)], ""])
        (data / f"chats_{part + 1}.csv").write_bytes(text.encode(encoding))
    for name in ("orders.csv", "tickets.csv"):
        first, *rest = records(data / name)
        dice.shuffle(rest)
        (data / name).write_bytes("\n".join([first, *rest, ""]).encode())
    return tmp_path


@pytest.mark.parametrize("options", [("--format", "csv"), ("--format", "csv", "--detail")])
def test_shuffled_and_split_rows_give_the_same_bytes(kpi: Kpi, rewritten: Path, options: tuple[str, ...]) -> None:
    assert score(kpi, rewritten, *options).out == score(kpi, XIAOZHANG, *options).out


def test_shuffled_and_split_rows_give_the_same_account(kpi: Kpi, rewritten: Path) -> None:
    def account(folder: Path) -> list[str]:
        return [spaced(line) for line in score(kpi, folder).err.splitlines() if "read " in line and " = " in line]

    assert account(rewritten) == account(XIAOZHANG)
    assert len(account(XIAOZHANG)) == 5


@pytest.mark.parametrize("size", [1, 100, 4096, 1 << 30])
def test_block_sizes_give_the_same_bytes(kpi: Kpi, size: int) -> None:
    options = ("--format", "csv", "--detail")
    assert score(kpi, XIAOZHANG, *options, "--block-size", str(size)).out == score(kpi, XIAOZHANG, *options).out


def test_json_agrees_with_csv_and_survives_rewriting(kpi: Kpi, rewritten: Path) -> None:
    first, second = (json.loads(score(kpi, folder, "--format", "json").out) for folder in (XIAOZHANG, rewritten))
    assert first["format"] == "kpi.scores/1"
    assert first["scheme"]["name"] == "售前客服月度绩效"
    assert [first["periods"], first["agents"]] == [second["periods"], second["agents"]]
    (agent,) = first["agents"]
    assert (agent["agent_id"], agent["score"], agent["grade"], agent["coefficient"]) == ("007", "94.6", "B", "1.0")
    assert [line["points"] for line in agent["lines"]] == ["20", "6", "10", "15", "9", "10", "9.6", "10", "5"]
    assert {Path(entry["file"]).name for entry in first["inputs"]} >= {"chats_1.csv", "chats_2.csv", "orders.csv"}
    assert all(len(entry["sha256"]) == 64 for entry in first["inputs"])


def test_twice_the_same_run_gives_the_same_bytes(kpi: Kpi) -> None:
    options = ("--format", "json")
    assert score(kpi, XIAOZHANG, *options).out == score(kpi, XIAOZHANG, *options).out


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_what_people_read_of_xiaozhang(kpi: Kpi, golden: Golden, form: str) -> None:
    """The look of the two forms for people; the numbers in them are those of the given answers."""
    summary = score(kpi, XIAOZHANG, "--format", form)
    detail = score(kpi, XIAOZHANG, "--format", form, "--detail")
    assert b"\x1b" not in summary.out + detail.out
    assert "94.6" in summary.text
    golden(f"xiaozhang-summary.{form}", summary.out)
    golden(f"xiaozhang-detail.{form}", detail.out)


def test_output_file_is_chosen_by_its_ending(kpi: Kpi, tmp_path: Path) -> None:
    for ending in ("csv", "json", "md", "xlsx"):
        path = tmp_path / f"scores.{ending}"
        assert score(kpi, XIAOZHANG, "-o", str(path)).out == b""
        assert path.stat().st_size > 0
    assert (tmp_path / "scores.csv").read_bytes() == score(kpi, XIAOZHANG, "--format", "csv").out
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"scores.{e}" for e in ("csv", "json", "md", "xlsx")]
