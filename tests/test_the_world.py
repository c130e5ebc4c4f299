"""What the machine does to the command: full disks, refused folders, closed pipes, interruptions."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE

import pytest
from conftest import Kpi, command, environment
from small_case import CHATS, SUMMARY, Case
from test_golden import table

POSIX = os.name == "posix"
SCORE = ("score", "scheme.yaml", "data", "--period", "2026-10")
posix_only = pytest.mark.skipif(not POSIX, reason="a POSIX matter")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return Case().written(tmp_path)


def start(folder: Path, *args: str, stdin: int | None = None, stdout: int = PIPE) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command(*args), cwd=folder, env=environment(), stdin=stdin, stdout=stdout, stderr=PIPE)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full here")
@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_a_full_disk_behind_stdout(case: Path, form: str) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            command(*SCORE, "--format", form),
            cwd=case,
            env=environment(),
            stdout=full,
            stderr=PIPE,
            check=False,
        )
    said = ran.stderr.decode("utf-8")
    assert ran.returncode == 5, said
    assert "Traceback" not in said
    assert "error" in said


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own with no room left."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if not mount or subprocess.run([mount, "-t", "tmpfs", "-o", "size=8k", "none", folder], check=False).returncode:
        pytest.skip("no right to mount a small disk")
    (folder / "out.csv").write_text("before", encoding="utf-8")
    with (folder / "filler").open("wb", buffering=0) as filler:
        while True:
            try:
                filler.write(bytes(512))
            except OSError:
                break
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_behind_an_output_file(kpi: Kpi, case: Path, full_disk: Path) -> None:
    ran = kpi(*SCORE, "-o", str(full_disk / "out.csv"), cwd=case)
    assert ran.code == 5, ran.err
    assert "Traceback" not in ran.err
    assert sorted(path.name for path in full_disk.iterdir()) == ["filler", "out.csv"]
    assert (full_disk / "out.csv").read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize("place", ["data/chats.csv/out.csv", "nowhere/out.csv", "/proc/no/out.csv"])
def test_a_folder_that_cannot_be_written(kpi: Kpi, case: Path, place: str) -> None:
    ran = kpi(*SCORE, "-o", place, cwd=case)
    assert ran.code == 5, ran.err
    assert ran.out == b""
    assert "Traceback" not in ran.err


@pytest.mark.skipif(not POSIX or os.geteuid() == 0, reason="permissions do not hold the administrator back")
def test_a_folder_without_write_permission(kpi: Kpi, case: Path) -> None:
    locked = case / "locked"
    locked.mkdir(mode=0o500)
    ran = kpi(*SCORE, "-o", "locked/out.csv", cwd=case)
    assert ran.code == 5, ran.err
    assert list(locked.iterdir()) == []


def test_an_unreadable_input_is_a_file_problem(kpi: Kpi, case: Path) -> None:
    (case / "data" / "chats.csv").unlink()
    (case / "data" / "chats.csv").mkdir()
    ran = kpi(*SCORE, "-o", "out.csv", cwd=case)
    assert ran.code in (3, 5), ran.err  # a folder of that name is no file of the source
    assert "Traceback" not in ran.err
    assert not (case / "out.csv").exists()


@posix_only
def test_the_output_file_is_private(kpi: Kpi, case: Path) -> None:
    assert kpi(*SCORE, "-o", "out.csv", cwd=case).code == 0
    assert (case / "out.csv").stat().st_mode & 0o777 == 0o600


@posix_only
def test_head_is_served_and_all_is_quiet(case: Path) -> None:
    line = subprocess.list2cmdline(command(*SCORE, "--format", "csv"))
    ran = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line} | head -1"],
        cwd=case,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.decode("utf-8").rstrip("\n").removesuffix(",notes") == SUMMARY.split("\n", 1)[0]
    assert b"Broken" not in ran.stderr


@posix_only
@pytest.mark.parametrize("form", ["csv", "json", "table", "markdown"])
def test_a_reader_that_left_before_the_first_word(case: Path, form: str) -> None:
    with start(case, *SCORE, "--format", form) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        said = process.stderr.read().decode("utf-8")
        assert process.wait() == 0, said
    assert "Traceback" not in said
    assert "Broken" not in said


@posix_only
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_nothing(case: Path, number: signal.Signals, code: int) -> None:
    """It reads standard input, which does not end; more than a pipe holds has been taken when the signal comes."""
    arguments = ("score", "scheme.yaml", "data/roster.csv", "chats=-", "--period", "2026-10", "-o", "out.csv")
    with start(case, *arguments, stdin=PIPE) as process:
        assert process.stdin
        header, first = CHATS.splitlines()[:2]
        rows = "".join(f"{first.replace('c1', f'c{n}')}\n" for n in range(200_000))
        process.stdin.write(f"{header}\n{rows}".encode())
        process.stdin.flush()
        process.send_signal(number)
        try:
            ended = process.wait(timeout=60)  # and with it nothing but a few words on stderr, which its pipe holds
        finally:
            process.kill()
        assert process.stderr
        said = process.stderr.read().decode("utf-8")
        assert ended in (code, -number), said
    assert "Traceback" not in said
    assert sorted(path.name for path in case.iterdir()) == ["data", "scheme.yaml"]


def test_standard_input_is_a_file_like_another(kpi: Kpi, case: Path) -> None:
    arguments = ("score", "scheme.yaml", "data/roster.csv", "chats=-", "--period", "2026-10", "--format", "csv")
    ran = kpi(*arguments, cwd=case, stdin=CHATS.encode())
    assert ran.code == 0, ran.err
    assert table(ran.out) == table(SUMMARY.encode())


@posix_only
def test_a_standard_input_that_is_closed(case: Path) -> None:
    arguments = ("score", "scheme.yaml", "data/roster.csv", "chats=-", "--period", "2026-10")
    closed = ("sh", "-c", 'exec "$@" <&-', "sh", *command(*arguments))
    ran = subprocess.run(closed, cwd=case, env=environment(), capture_output=True, check=False)
    assert (ran.returncode, ran.stdout) == (5, b"")
    assert b"standard input is closed [unreadable-file]" in ran.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="pseudo-terminals are tried on Linux alone")
def test_a_terminal_gets_a_table(case: Path) -> None:
    import pty  # noqa: PLC0415 - exists on this platform alone

    main, side = pty.openpty()
    with start(case, *SCORE, stdout=side) as process:
        os.close(side)
        shown = b""
        while chunk := _read(main):
            shown += chunk
        assert process.stderr
        said = process.stderr.read().decode("utf-8")
        assert process.wait() == 0, said
    os.close(main)
    text = shown.decode("utf-8")
    assert "Bond" in text
    assert "112.0" in text
    assert "period,agent_id" not in text


def _read(terminal: int) -> bytes:
    """Read from a terminal; its other end being closed is an error on Linux."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
