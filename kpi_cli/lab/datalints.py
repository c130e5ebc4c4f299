"""What a period's data say against the scheme that scores it, or against themselves: each one a warning."""

from datetime import date

from kpi_cli.lab import exports, goals, samples
from kpi_cli.lab.observing import observed
from kpi_cli.pipeline import Outcome
from kpi_cli.problems import Problem


def data_lints(outcome: Outcome, today: date) -> tuple[Problem, ...]:
    """Return the warnings about the data, in the order of the scheme's lines.

    `today`, in the scheme's zone, is the day from which on no rows can be expected yet.
    """
    metrics = observed(outcome.sheets)
    found = (
        *goals.lints(metrics, outcome.scheme),
        *samples.lints(metrics, outcome),
        *exports.lints(outcome, today),
    )
    return tuple(sorted(dict.fromkeys(found), key=lambda problem: problem.position))
