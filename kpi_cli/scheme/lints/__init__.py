"""What a scheme of the right shape can still have wrong: small functions from a draft to its problems.

To add one, write a function in the file of its subject and name it in that file's tuple.
"""

from collections.abc import Callable, Iterator

from kpi_cli.problems import Problem
from kpi_cli.scheme.compiling.whole import Draft
from kpi_cli.scheme.lints import cards, grades, metrics, names

Check = Callable[[Draft], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (*names.CHECKS, *metrics.CHECKS, *cards.CHECKS, *grades.CHECKS)
