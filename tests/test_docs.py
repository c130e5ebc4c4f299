"""Documents can't drift: shown commands are run and compared, ready schemes score the sample.

In a Markdown file a fenced block of the kind `console` shows commands after `$ ` and what a terminal prints
then; a line `...` stands for any lines. Commands other than `kpi` are shown for people and not run here.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT, Kpi, environment

DOCUMENTS = [
    path for name in ("README.md", "configs/README.md", "sample_data/README.md") if (path := ROOT / name).exists()
]
SCHEMES = sorted((ROOT / "configs").glob("*.yaml"))
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shown:
    """A command in a document and the output that is shown under it."""

    line: str
    output: str


def shown(text: str) -> list[Shown]:
    found = []
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = re.sub(r"\\\n\s*", "", part).partition("\n")
            found.append(Shown(line, output.rstrip("\n")))
    return found


def test_blocks_are_found() -> None:
    text = "a\n```console\n$ kpi one \\\n    two\nout\n\nmore\n$ ls\n```\n\n```sh\n$ kpi three\n```\n"
    assert shown(text) == [Shown("kpi one two", "out\n\nmore"), Shown("ls", "")]


@pytest.fixture(scope="module")
def showroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the documents speak of, with a `kpi` on its PATH: commands may write files here."""
    folder = tmp_path_factory.mktemp("showroom")
    for name in ("configs", "sample_data"):
        shutil.copytree(ROOT / name, folder / name)
    starter = folder / "bin" / "kpi"
    starter.parent.mkdir()
    starter.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kpi_cli "$@"\n', encoding="utf-8")
    starter.chmod(0o700)
    return folder


def on_a_terminal(line: str, folder: Path) -> tuple[str, str]:
    """Run a shell line with stdout on a terminal; return stdout and stderr."""
    import pty  # noqa: PLC0415 - exists on POSIX alone

    main, side = pty.openpty()
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    env = environment(PATH=path, NO_COLOR="1", COLUMNS="80", TERM="xterm")
    with subprocess.Popen(["sh", "-c", line], cwd=folder, env=env, stdout=side, stderr=subprocess.PIPE) as process:
        os.close(side)
        out = b"".join(iter(lambda: _read(main), b""))
        assert process.stderr
        err = process.stderr.read()
    os.close(main)
    return clean(out), clean(err)


def _read(terminal: int) -> bytes:
    """Read from a terminal; its other end being closed is an error on Linux."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def clean(output: bytes) -> str:
    lines = output.decode("utf-8").replace("\r\n", "\n").splitlines()
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def fits(expected: str, found: str) -> bool:
    lines = [re.escape(line.rstrip()) for line in expected.split("\n")]
    pattern = "\n".join(r"(?:.*\n)*?.*" if line == re.escape("...") else line for line in lines)
    return re.fullmatch(pattern, found) is not None


def test_three_dots_stand_for_any_lines() -> None:
    assert fits("a\n...\nd", "a\nb\nc\nd")
    assert fits("a\n...", "a\nb\nc")
    assert not fits("a\n...\nd", "a\nb\nc")
    assert not fits("a\nc", "a\nb\nc")


@pytest.mark.skipif(os.name != "posix", reason="shown commands are for a POSIX shell")
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_shown_commands_print_what_is_shown(path: Path, showroom: Path) -> None:
    """stderr may be shown before or after stdout, or be left out where there is other output."""
    for example in shown(path.read_text(encoding="utf-8")):
        if example.line.split()[0] != "kpi":
            continue
        out, err = on_a_terminal(example.line, showroom)
        assert "Traceback" not in err
        forms = [out, "\n".join(filter(None, [err, out])), "\n".join(filter(None, [out, err]))]
        assert any(fits(example.output, form) for form in forms), (
            f"$ {example.line}\n--- shown\n{example.output}\n--- found\n{out}\n--- stderr\n{err}"
        )


def test_the_readme_shows_the_command_at_work() -> None:
    lines = [example.line for example in shown((ROOT / "README.md").read_text(encoding="utf-8"))]
    assert any(line.startswith("kpi score ") for line in lines)


def test_there_are_ready_schemes() -> None:
    assert "ecommerce-presales.yaml" in [path.name for path in SCHEMES]


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
def test_ready_schemes_have_no_problem_but_those_they_explain(kpi: Kpi, path: Path) -> None:
    ran = kpi("check", path)
    assert (ran.code, ran.out) == (0, b""), ran.err
    assert set(re.findall(r"^.*: warning: .* \[([\w-]+)\]$", ran.err, re.MULTILINE)) <= EXPLAINED
    assert bool(ran.err) == ("检查会提醒" in (text := path.read_text(encoding="utf-8")) or "检查时会提醒" in text)


EXPLAINED = {"many-metrics", "denominators-differ"}


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
def test_ready_schemes_score_the_sample(kpi: Kpi, path: Path) -> None:
    ran = kpi("score", path, ROOT / "sample_data", "--period", "2026-10", "--format", "csv")
    assert ran.code == 0, ran.err
    rows = [line.split(",") for line in ran.text.splitlines()[1:]]
    statuses = [row[11] for row in rows]
    assert statuses.count("scored") >= 2, ran.text  # two supervisors


def test_the_scheme_of_the_contract_has_no_error(kpi: Kpi, shared: Path, tmp_path: Path) -> None:
    text = (shared / "SPEC.md").read_text(encoding="utf-8")
    section = text[text.index("## 3.") : text.index("## 4.")]
    (block,) = re.findall(r"^```yaml\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    (tmp_path / "scheme.yaml").write_text(block, encoding="utf-8")
    ran = kpi("check", "scheme.yaml", cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert "error" not in ran.err
