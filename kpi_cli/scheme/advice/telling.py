"""How advice is told: always a warning, with its place and what to do about it."""

from kpi_cli.problems import Problem, Severity, Span


def warning(code: str, message: str, span: Span, help_text: str) -> Problem:
    """Return a warning."""
    return Problem(code, message, span, help_text, Severity.WARNING)
