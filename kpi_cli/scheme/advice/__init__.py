"""What a sound scheme may yet get wrong with people: the known pitfalls of scorecards, each one warning.

Scoring is silent about advice; only `kpi check` gives it. To add one, write a function in the file of its subject
and name it in that file's tuple.
"""

from collections.abc import Callable, Iterator

from kpi_cli.problems import Problem
from kpi_cli.scheme.advice import balance, fairness, formulas, rubrics
from kpi_cli.scheme.compiling.whole import Draft

Lint = Callable[[Draft], Iterator[Problem]]

LINTS: tuple[Lint, ...] = (*balance.LINTS, *formulas.LINTS, *fairness.LINTS, *rubrics.LINTS)


def advice(draft: Draft) -> tuple[Problem, ...]:
    """Return the pitfalls of a scheme without errors, in the order of its lines."""
    found = dict.fromkeys(problem for lint in LINTS for problem in lint(draft))
    return tuple(sorted(found, key=lambda problem: problem.position))
