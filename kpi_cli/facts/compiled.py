"""Counts, sums and extremes of each agent's rows, found by kernels in C in one pass; None where numpy is to find them.

That is what it gives as well, to the type of the numbers: a property test holds both equal.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpi_cli.exact import Integers, Mask
from kpi_cli.facts.partials import Sums
from kpi_cli.kernels import compiled
from kpi_cli.rows import Codes

_NOTHING = np.zeros(0, dtype=bool)


def counts(agents: Codes, mask: Mask | None, size: int) -> Sums | None:
    """Return how many rows of a mask (None: of all) each of so many agents has."""
    if compiled is None:
        return None
    found = np.empty(size, dtype=np.int64)
    return Sums(found, most=compiled.count(*_told(agents, mask), found))


def sums(agents: Codes, mask: Mask | None, numbers: Integers, size: int) -> tuple[NDArray[np.int64], int] | None:
    """Return the sum of each agent's numbers, and a magnitude that none is beyond."""
    if compiled is None or numbers.dtype != np.int64:
        return None
    found = np.empty(size, dtype=np.int64)
    most = compiled.add(*_told(agents, mask), found, np.ascontiguousarray(numbers))
    return None if most is None else (found, most)


def extremes(agents: Codes, mask: Mask | None, numbers: Integers, size: int, sign: int) -> NDArray[np.int64] | None:
    """Return the largest of each agent's numbers, or with a `sign` of -1 the least; anything for those without rows."""
    if compiled is None or numbers.dtype != np.int64:
        return None
    found = np.empty(size, dtype=np.int64)
    compiled.extreme(*_told(agents, mask), found, np.ascontiguousarray(numbers), sign)
    return found


def _told(agents: Codes, mask: Mask | None) -> tuple[NDArray[Any], NDArray[Any]]:
    whole = _NOTHING if mask is None else np.ascontiguousarray(mask, dtype=bool)
    return np.ascontiguousarray(agents, dtype=np.int32), whole
