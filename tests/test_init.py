"""`kpi init`: a ready scheme with its sample, nothing lost, and what it says next works as it stands."""

import os
import shlex
import shutil
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT, Kpi, Ran, environment

from kpi_cli.cli.starting import start
from kpi_cli.intake.presets import PRESETS
from kpi_cli.periods import parse_period
from kpi_cli.pipeline import Request, run
from kpi_cli.scheme.load import load_scheme

CONFIGS = sorted((ROOT / "configs").glob("*.yaml"))
SHOP = {  # what ecommerce-presales.yaml reads
    "ecommerce-presales.yaml",
    "kpi.schema.json",
    "sample_data/attendance-2026-09.csv",
    "sample_data/attendance-2026-10.csv",
    "sample_data/chats-2026-09.csv",
    "sample_data/chats-2026-10.csv",
    "sample_data/complaints.csv",
    "sample_data/orders.csv",
    "sample_data/roster.csv",
    "sample_data/training-2026-09.csv",
    "sample_data/training-2026-10.csv",
}
DESK = {"helpdesk.yaml", "kpi.schema.json", "sample_data/roster-helpdesk.csv", "sample_data/tickets.csv"}


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def proposed(ran: Ran) -> list[str]:
    """The arguments of the command that init says to run next, as a shell takes them."""
    (line,) = [line for line in ran.err.splitlines() if line.startswith("  kpi ")]
    return shlex.split(line)[1:]


def test_without_arguments_the_usual_scheme_comes_into_this_folder(kpi: Kpi, tmp_path: Path) -> None:
    ran = kpi("init", cwd=tmp_path)
    assert (ran.code, ran.out) == (0, b"")
    assert files_in(tmp_path) == SHOP


def test_files_are_copied_to_the_byte(kpi: Kpi, tmp_path: Path) -> None:
    kpi("init", "new/desk", "--scheme", "helpdesk", cwd=tmp_path)
    desk = tmp_path / "new" / "desk"
    assert files_in(desk) == DESK
    assert (desk / "helpdesk.yaml").read_bytes() == (ROOT / "configs" / "helpdesk.yaml").read_bytes()
    for name in ("roster-helpdesk.csv", "tickets.csv"):
        assert (desk / "sample_data" / name).read_bytes() == (ROOT / "sample_data" / name).read_bytes()
    assert (desk / "kpi.schema.json").read_bytes() == kpi("schema").out


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_the_sample_is_what_the_scheme_reads_and_no_more(tmp_path: Path, path: Path) -> None:
    start(str(tmp_path), path.stem)
    months = tuple(parse_period(month, date(2026, 11, 15)) for month in ("2026-09", "2026-10"))
    scheme = load_scheme(tmp_path / path.name, PRESETS).scheme
    outcome = run(Request(scheme=scheme, data=(str(tmp_path / "sample_data"),), periods=months))
    assert outcome.untaken == ()
    assert any(len(sheet.agents) for sheet in outcome.sheets)


@pytest.mark.parametrize("name", ["ecommerce-presales", "helpdesk-itsm"])
def test_what_it_says_next_works(kpi: Kpi, tmp_path: Path, name: str) -> None:
    ran = kpi("init", "my shop", "--scheme", name, cwd=tmp_path)
    assert ran.code == 0, ran.err
    scored = kpi(*proposed(ran), cwd=tmp_path)
    assert scored.code == 0, scored.err
    assert scored.text.count(",scored,") >= 3


@pytest.mark.parametrize("folder", ["-x", "it's 客服"])
def test_what_it_says_next_works_in_odd_folders(kpi: Kpi, tmp_path: Path, folder: str) -> None:
    ran = kpi("init", "--scheme", "helpdesk", "--", folder, cwd=tmp_path)
    assert kpi(*proposed(ran), cwd=tmp_path).code == 0


def test_the_list_names_every_scheme_and_what_it_is_for(kpi: Kpi, tmp_path: Path) -> None:
    ran = kpi("init", "--list", cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    listed = dict(line.split(maxsplit=1) for line in ran.text.splitlines())
    assert list(listed) == [path.stem for path in CONFIGS]
    assert listed["helpdesk"].startswith("Monthly scorecard of an English e-mail and web help desk")
    assert listed["general"].startswith("通用四维方案")
    assert files_in(tmp_path) == set()


def test_an_unknown_scheme_is_not_guessed(kpi: Kpi, tmp_path: Path) -> None:
    ran = kpi("init", "--scheme", "helpdesc", cwd=tmp_path)
    assert ran.code == 2
    assert "no ready scheme `helpdesc`" in ran.err
    assert "did you mean `helpdesk`?" in ran.err
    assert files_in(tmp_path) == set()


def test_nothing_is_overwritten_and_all_that_is_there_is_named(kpi: Kpi, tmp_path: Path) -> None:
    (tmp_path / "sample_data").mkdir()
    for name in ("ecommerce-presales.yaml", "sample_data/roster.csv"):
        (tmp_path / name).write_text("mine", encoding="utf-8")
    ran = kpi("init", cwd=tmp_path)
    assert (ran.code, ran.out) == (2, b"")
    assert "already `ecommerce-presales.yaml`, `sample_data/roster.csv`" in ran.err
    assert files_in(tmp_path) == {"ecommerce-presales.yaml", "sample_data/roster.csv"}
    assert (tmp_path / "sample_data" / "roster.csv").read_text(encoding="utf-8") == "mine"


def test_a_second_start_in_a_folder_is_refused(kpi: Kpi, tmp_path: Path) -> None:
    assert kpi("init", cwd=tmp_path).code == 0
    assert kpi("init", cwd=tmp_path).code == 2


def test_a_second_scheme_shares_the_sample_that_is_there(kpi: Kpi, tmp_path: Path) -> None:
    kpi("init", cwd=tmp_path)
    roster = tmp_path / "sample_data" / "roster.csv"
    before = roster.stat().st_mtime_ns
    ran = kpi("init", "--scheme", "experience", cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert files_in(tmp_path) == SHOP | {"experience.yaml"}
    assert roster.stat().st_mtime_ns == before


def test_a_file_is_no_folder(kpi: Kpi, tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("mine", encoding="utf-8")
    ran = kpi("init", "shop", cwd=tmp_path)
    assert ran.code == 2
    assert "`shop` is a file, not a folder" in ran.err


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="permissions stop neither Windows nor root")
def test_where_nothing_can_be_written_nothing_is_left(kpi: Kpi, tmp_path: Path) -> None:
    sample = tmp_path / "sample_data"
    sample.mkdir(mode=0o500)
    assert kpi("init", cwd=tmp_path).code == 5
    assert files_in(tmp_path) == set()


def test_a_folder_that_cannot_be_made_leaves_nothing(kpi: Kpi, tmp_path: Path) -> None:
    (tmp_path / "sample_data").write_text("mine", encoding="utf-8")  # a file where the folder of exports would be
    ran = kpi("init", cwd=tmp_path)
    assert ran.code != 0
    assert "Traceback" not in ran.err
    assert files_in(tmp_path) == {"sample_data"}


@pytest.mark.skipif(os.name != "posix", reason="a umask is POSIX")
def test_files_are_as_open_as_the_umask_says(tmp_path: Path) -> None:
    line = f'umask 027; exec "{sys.executable}" -m kpi_cli init'
    subprocess.run(["sh", "-c", line], cwd=tmp_path, env=environment(), check=True, capture_output=True)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*.csv")} == {0o640}
    assert (tmp_path / "sample_data").stat().st_mode & 0o777 == 0o750


def test_an_installed_package_has_the_schemes_within(tmp_path: Path) -> None:
    """The wheel laid out by hand as pyproject.toml says; that pip does the same, the checks of a fresh machine show."""
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    shutil.copytree(ROOT / "kpi_cli", tmp_path / "site" / "kpi_cli", ignore=shutil.ignore_patterns("__pycache__"))
    for source, target in wheel["wheel"]["force-include"].items():
        shutil.copytree(ROOT / source, tmp_path / "site" / target)
    command = [sys.executable, "-m", "kpi_cli", "init", "shop"]
    env = environment(PYTHONPATH=str(tmp_path / "site"))
    subprocess.run(command, cwd=tmp_path, env=env, check=True, capture_output=True)
    assert files_in(tmp_path / "shop") == SHOP
