"""A small scheme to change in tests, and what is said of a scheme's text."""

from kpi_cli.problems import KpiError, Problem
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scheme.load import examine, load_text

SMALL = """\
kpi: 1
name: Demo
timezone: UTC
roster:
  files: roster.csv
  agent: id
  columns: {id: ID, name: Name, team: Team, role: Role, pay: {from: Pay, type: number}}
sources:
  chats:
    files: chats.csv
    key: id
    agent: agent
    time: at
    columns:
      id: ID
      agent: Agent
      at: {from: At, type: datetime}
      wait: {from: Wait, type: duration, unit: s}
      rating: {from: Rating, type: number}
metrics:
  csat: {formula: share(chats.rating >= 4), unit: percent, target: ≥ 80%}
  wait: {formula: mean(chats.wait), unit: duration, target: ≤ 30s}
scorecards:
  all: {weights: {csat: 60, wait: 40}}
grades:
  - {grade: A, min: 90, coefficient: 1.2}
  - {grade: B, coefficient: 1.0}
"""


def small(*changes: tuple[str, str], more: str = "") -> str:
    """The small scheme with the first of each pair replaced by the second, and more keys at its end."""
    text = SMALL
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} must stand once in the scheme"
        text = text.replace(old, new)
    return text + more


def loaded(*changes: tuple[str, str], more: str = "") -> Scheme:
    return load_text(small(*changes, more=more), "scheme.yaml").scheme


def refused(text: str) -> tuple[Problem, ...]:
    try:
        load_text(text, "scheme.yaml")
    except KpiError as error:
        return error.problems
    return ()


def told(problem: Problem) -> str:
    """The problem as `marked text: message [code]`."""
    assert problem.span is not None
    start = problem.span.column - 1
    marked = problem.span.text[start : start + problem.span.width]
    return f"{marked}: {problem.message} [{problem.code}]"


def said_of(text: str) -> list[str]:
    """What is said of a text, in the order of its lines."""
    found = examine(text, "scheme.yaml").problems
    return [told(problem) for problem in sorted(found, key=lambda problem: problem.position)]
