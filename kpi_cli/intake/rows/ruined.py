"""Keys that Excel has rounded: different rows may bear the same one, so that none of them can be trusted."""

import numpy as np
import pyarrow as pa

from kpi_cli import arrow
from kpi_cli.columns import Column, Texts
from kpi_cli.exact import Mask
from kpi_cli.intake.cells.totals import text_slices
from kpi_cli.intake.people.identity import is_ruined

_PLUS = ord("+")  # of the exponent: few ids hold one, so that most blocks are passed at a glance


def ruined(keys: Column, *, joined: bool = False) -> Mask | None:
    """Return the rows whose key is what Excel makes of a long number, `1.25E+17`; None: no row.

    `joined`: the keys are made of several cells with a space between, any of which may be such a number.
    """
    if not isinstance(keys, Texts):
        return None
    coded = pa.types.is_dictionary(keys.array.type)
    words = keys.array.dictionary if coded else keys.array
    places = [place for place in _likely(words) if _is_ruined(words[place].as_py(), joined=joined)]
    if not places:
        return None
    found = np.zeros(len(words), dtype=bool)
    found[places] = True
    if coded:
        codes = arrow.codes_of(keys.array)
        found = found[codes] & (codes >= 0)
    return found if found.any() else None


def _likely(words: pa.Array) -> list[int]:
    if not len(words):
        return []
    data, starts, ends = text_slices(words)
    pluses = np.flatnonzero(data[starts[0] : ends[-1]] == _PLUS) + starts[0]
    found: list[int] = np.unique(np.searchsorted(ends, pluses, side="right")).tolist()
    return found


def _is_ruined(key: str | None, *, joined: bool) -> bool:
    return key is not None and any(map(is_ruined, key.split(" ") if joined else (key,)))
