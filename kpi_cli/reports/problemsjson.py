"""Problems as data, for editors. Knows nothing of results, so that `kpi check` starts fast."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from kpi_cli import __version__
from kpi_cli.problems import Problem, Severity

Document: TypeAlias = dict[str, Any]
FORMAT = "kpi.problems/1"
TOOL = f"kpi {__version__}"


def problems_document(problems: Sequence[Problem]) -> Document:
    """Return all problems, and how many of them are errors and warnings."""
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    return {
        "format": FORMAT,
        "tool": TOOL,
        "errors": errors,
        "warnings": len(problems) - errors,
        "problems": [problem_document(problem) for problem in problems],
    }


def problem_document(problem: Problem) -> Document:
    """Return one problem; line and column count characters from 1, `end_column` is the first after it."""
    span = problem.span
    return {
        "code": problem.code,
        "severity": str(problem.severity),
        "message": problem.message,
        "help": problem.help,
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "width": span.width if span else None,
        "end_column": span.column + span.width if span else None,
    }
