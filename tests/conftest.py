"""What the tests share: the command itself in a process of its own, where the given cases lie, the update switch."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROOT = TESTS.parent
SHARED = ROOT.parent / "shared"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did: its exit code, stdout as bytes, stderr as text."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode("utf-8")


Kpi = Callable[..., Ran]


def environment(**more: str) -> dict[str, str]:
    """The caller's environment, freed of what would change output; the package is found from any folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KPI_")}
    kept.pop("FORCE_COLOR", None)
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **more}


def command(*args: str | Path) -> list[str]:
    return [sys.executable, "-m", "kpi_cli", *(str(arg) for arg in args)]


@pytest.fixture(scope="session")
def kpi() -> Kpi:
    """Run `kpi ARGS...` in a process of its own."""

    def run(*args: str | Path, cwd: Path | None = None, stdin: bytes = b"", **env: str) -> Ran:
        done = subprocess.run(
            command(*args), cwd=cwd, input=stdin, capture_output=True, env=environment(**env), check=False
        )
        return Ran(done.returncode, done.stdout, done.stderr.decode("utf-8"))

    return run


@pytest.fixture
def shared() -> Path:
    """The folder of given cases beside the checkout; whoever has it not skips the tests that need it."""
    if not SHARED.is_dir():
        pytest.skip("the given cases do not lie beside this checkout")
    return SHARED


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write our own golden outputs anew")


Golden = Callable[[str, bytes], None]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare bytes with `golden/own/NAME`, or write it under `--update-golden`. Given files are never written."""

    def compare(name: str, found: bytes) -> None:
        path = TESTS / "golden" / "own" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(found)
        assert found == path.read_bytes(), f"differs from {path.name}; --update-golden writes it anew"

    return compare
