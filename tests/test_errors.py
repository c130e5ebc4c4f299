"""One bad scheme for every problem a scheme can have; the comment it begins with is what must be said of it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpi_cli.problems import KpiError, Problem
from kpi_cli.scheme.advice import advice
from kpi_cli.scheme.load import load_scheme

TESTS = Path(__file__).parent
SCHEME = TESTS.parent / "kpi_cli" / "scheme"
EXAMPLES = sorted((TESTS / "errors").glob("*.yaml"))
CODE = re.compile(r"[a-z]+(-[a-z]+)+|syntax")
MAKERS = {"Problem", "Fault", "error", "error_at_key", "warning", "unknown", "malformed", "problem", "refuse"}
MAKERS |= {"fault"}
# told when a scheme is found, or used
WITHOUT_A_FILE = {"no-such-file", "not-a-scheme", "unreadable-file", "season-partly"}


def problems_of(path: Path) -> tuple[Problem, ...]:
    """What `kpi check` says: advice is given on schemes without errors."""
    try:
        found = load_scheme(path)
    except KpiError as error:
        return error.problems
    return tuple(sorted((*found.warnings, *advice(found.draft)), key=lambda problem: problem.position))


def said(problem: Problem) -> str:
    span = problem.span
    assert span is not None
    return f"{span.line}:{span.column}: {problem.severity}: {problem.message} [{problem.code}]"


def expected(path: Path) -> list[str]:
    """The comment lines at the top; read as bytes, for the example that is no text."""
    lines = path.read_bytes().split(b"\n")
    leading = lines[: next(index for index, line in enumerate(lines) if not line.startswith(b"# "))]
    return [line.removeprefix(b"# ").decode() for line in leading]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example(path: Path) -> None:
    wanted = expected(path)
    assert any(line.endswith(f"[{path.stem}]") for line in wanted)
    assert [said(problem) for problem in problems_of(path)] == wanted


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_place_is_in_the_file(path: Path) -> None:
    for problem in problems_of(path):
        assert problem.span is not None
        assert problem.span.text in path.read_bytes().decode("utf-8", errors="replace")
        assert problem.span.column + problem.span.width - 1 <= max(1, len(problem.span.text))


def codes(path: Path) -> Iterator[str]:
    """The codes of problems that a module makes."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            for argument in node.args[:3] if name in MAKERS else []:
                if isinstance(argument, ast.Constant) and CODE.fullmatch(str(argument.value)):
                    yield str(argument.value)


def test_every_code_has_an_example() -> None:
    made = {code for path in SCHEME.rglob("*.py") for code in codes(path)}
    assert made - WITHOUT_A_FILE == {path.stem for path in EXAMPLES}
