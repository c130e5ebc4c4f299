"""How a column is read and what speaks for it, or what to ask: the values and steps that all types share."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from kpi_cli.intake.inspecting.evidence import Bounds, Evidence, Form, counts_by_form
from kpi_cli.intake.inspecting.inspection import ColumnEntry, Question
from kpi_cli.scheme.compiled import ColumnType

SPANS, TIMES = frozenset({Form.SPAN, Form.SHORT}), frozenset({Form.MOMENT, Form.DAY})
_TOLERATED = Fraction(1, 200)  # of the cells may be of no use; half of what a period may reject
_FOLD = re.compile(r"[\s_-]+")
_NO_DATA = frozenset(
    {
        *("延迟统计", "未评价", "未评", "未评分", "未参评", "无评价", "暂无", "暂无评价"),
        *("not rated", "unrated", "no rating", "not offered", "unoffered", "offered", "none", "nan", "na", "nil"),
    }
)


class Settled(Struct, frozen=True):
    """How a column is read and what speaks for it. With a question, the entry is what can be read for sure: text."""

    entry: ColumnEntry
    reads: int
    evidence: str
    bounds: Bounds | None = None
    unit_from: str | None = None
    odd: Mapping[str, int] | None = None
    question: Question | None = None


def folded(word: str) -> str:
    """Return a word without what its spellings differ in: case, width, and what parts its words."""
    return _FOLD.sub(" ", unicodedata.normalize("NFKC", word)).strip().casefold()


def no_data(cell: str) -> bool:
    """Whether a cell is a word that is known to mean no data."""
    return folded(cell) in _NO_DATA


def reads_as(column: Evidence, forms: Collection[Form]) -> int:
    """Return how many cells are of these forms; 0 where too many are not, words for no data aside."""
    cells = sum(column.forms[form] for form in forms)
    strays = counts_by_form(column.odd, forms)
    without = sum(count for cell, count in strays.items() if no_data(cell))
    others = column.sampled - cells - without
    return cells if cells and others <= _TOLERATED * column.sampled else 0


def entry_of(column: Evidence, kind: ColumnType, forms: Collection[Form]) -> tuple[ColumnEntry, dict[str, int]]:
    """Return the entry of a type, and the cells that it cannot read."""
    strays = counts_by_form(column.odd, forms)
    missing = tuple(sorted(cell for cell in strays if no_data(cell)))
    return ColumnEntry((column.header,), kind, missing=missing), {
        cell: count for cell, count in strays.items() if cell not in missing
    }


def as_text(column: Evidence, why: str) -> Settled:
    """Return the column as text."""
    return Settled(ColumnEntry((column.header,)), column.sampled, why)


def asking(column: Evidence, why: str, wanted: ColumnEntry, hint: str = "") -> Settled:
    """Return the column as text, with a question; `wanted` is how it might be read."""
    return replace(as_text(column, "text"), question=Question(column.header, why, "", wanted, hint))


def beyond(column: Evidence, limit: int) -> bool:
    """Whether some bare number is larger than a limit, whatever its sign."""
    bounds = column.bounds.get(Form.NUMBER)
    if bounds is None or bounds.low is None or bounds.high is None:
        return False
    return bounds.high[0] > limit or bounds.low[0] < -limit


def written(bounds: Bounds) -> tuple[str, str]:
    """Return the least and the greatest as they are written."""
    return (bounds.low[1] if bounds.low else "", bounds.high[1] if bounds.high else "")
