"""Exact percentiles out of tallies, with linear interpolation as Excel's PERCENTILE.INC (Hyndman and Fan's type 7)."""

from fractions import Fraction

import numpy as np

from kpi_cli.exact import Exact, Integers, product, total
from kpi_cli.facts.partials import Run, sums_by


def percentiles(run: Run, den: int, rank: Fraction, size: int) -> Exact:
    """Return each agent's percentile `rank` (0..100) of keys over `den`; missing without any.

    With n values in order, position (n - 1) * rank / 100, counted from 0, lies between two of them.
    """
    counts = sums_by(run.agents, run.weights, size)
    last = np.maximum(counts - 1, 0)
    scale = 100 * rank.denominator
    position = product(last, rank.numerator)
    below, over = position // scale, position % scale
    low = _values_at(run, counts, below)
    high = _values_at(run, counts, np.minimum(below + 1, last))
    num = total(product(low, scale), product(total(high, product(low, -1)), over))
    return Exact(num, den * scale, counts > 0)


def _values_at(run: Run, counts: Integers, places: Integers) -> Integers:
    """Return the value at `places` (from 0) among each agent's values in order; 0 where the agent has none."""
    values = np.zeros(len(counts), dtype=run.keys.dtype)
    some = counts > 0
    before = np.cumsum(counts) - counts
    positions = np.searchsorted(np.cumsum(run.weights), (before + places)[some], side="right")
    values[some] = run.keys[positions]
    return values
