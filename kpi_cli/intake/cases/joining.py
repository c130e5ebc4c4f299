"""The columns of many blocks as one."""

from collections.abc import Sequence
from math import lcm
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kpi_cli.columns import Column, Days, Moments, Texts, Truths
from kpi_cli.exact import Exact, Integers, product
from kpi_cli.taking import coded, uncoded

Times: TypeAlias = NDArray[np.int64]


def joined(parts: Sequence[Column]) -> Column:
    """Return columns of one kind, one below the other; there is at least one."""
    present = np.concatenate([part.present for part in parts])
    match parts[0]:
        case Texts():
            return _texts([part for part in parts if isinstance(part, Texts)])
        case Exact():
            return _numbers([part for part in parts if isinstance(part, Exact)])
        case Truths():
            return Truths(np.concatenate([part.values for part in parts if isinstance(part, Truths)]), present)
        case Moments():
            moments = [part for part in parts if isinstance(part, Moments)]
            return Moments(
                _end_to_end([part.utc for part in moments]), _end_to_end([m.local for m in moments]), present
            )
        case Days():
            return Days(_end_to_end([part.days for part in parts if isinstance(part, Days)]), present)


def _end_to_end(parts: Sequence[Times]) -> Times:
    found: Times = np.concatenate(parts)
    return found


def compacted(column: Column, *, repeats: bool) -> Column:
    """Return a column as it is kept for long: texts that repeat as codes, and no words that no row has."""
    if not isinstance(column, Texts):
        return column
    array = uncoded(column.array)
    return Texts(coded(array) if repeats else array)


def _texts(parts: Sequence[Texts]) -> Texts:
    arrays = [part.array for part in parts]
    if any(array.type != arrays[0].type for array in arrays):
        arrays = [array.cast(pa.string()) for array in arrays]
    return Texts(pa.chunked_array(arrays).unify_dictionaries().combine_chunks())


def _numbers(parts: Sequence[Exact]) -> Exact:
    present = np.concatenate([part.present for part in parts])
    dens = [part.den for part in parts if isinstance(part.den, int)]
    if len(dens) < len(parts):
        own = [np.full(len(part), part.den) if isinstance(part.den, int) else part.den for part in parts]
        return Exact(np.concatenate([part.num for part in parts]), np.concatenate(own), present)
    den = lcm(*dens)
    scaled: list[Integers] = [product(part.num, den // own) for part, own in zip(parts, dens, strict=True)]
    return Exact(np.concatenate(scaled), den, present)
