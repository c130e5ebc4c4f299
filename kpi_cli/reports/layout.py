"""Fitting columns on a page: first texts are cut, then whole columns left out; numbers are never cut."""

from collections.abc import Callable, Sequence

from msgspec import Struct
from rich.cells import cell_len

from kpi_cli.reports.columns import Field
from kpi_cli.reports.safe import visible

GAP = 2
SPARE = 8  # columns that go before any title or name is cut


class Fit(Struct, frozen=True):
    """The columns that are shown with their widths (in terminal cells), and the titles of those that are not."""

    fields: tuple[Field, ...]
    widths: tuple[int, ...]
    left_out: tuple[str, ...] = ()


def fitted(fields: Sequence[Field], width: int | None) -> Fit:
    """Return what fits in `width` cells; None is a page as wide as it takes."""
    kept = list(range(len(fields)))
    if width is not None:
        kept = _without(kept, fields, SPARE, lambda shown: _natural(shown) > width)
        kept = _without(kept, fields, 1, lambda shown: _least(shown) > width)
    shown = tuple(fields[position] for position in kept)
    left_out = tuple(entry.title for position, entry in enumerate(fields) if position not in kept)
    return Fit(shown, _widths(shown, width), left_out)


def _without(
    kept: Sequence[int], fields: Sequence[Field], lowest: int, too_wide: Callable[[Sequence[Field]], bool]
) -> list[int]:
    """Leave out columns whose `drop` is `lowest` or more, the highest first, as long as the page is too narrow."""
    left = list(kept)
    while too_wide([fields[position] for position in left]):
        last = max(left, key=lambda position: (fields[position].drop, position))
        if fields[last].drop < lowest:
            break
        left.remove(last)
    return left


def _natural(fields: Sequence[Field]) -> int:
    return sum(map(natural_width, fields)) + GAP * (len(fields) - 1)


def _least(fields: Sequence[Field]) -> int:
    return sum(_narrowest(entry) for entry in fields) + GAP * (len(fields) - 1)


def natural_width(entry: Field) -> int:
    """Return the width in which nothing is cut."""
    return max(cell_len(entry.title), _body(entry))


def _body(entry: Field) -> int:
    return max((cell_len(visible(text)) for text in entry.texts), default=0)


def _narrowest(entry: Field) -> int:
    """Return the width a column must have: all of a number's digits, and enough of a title to recognise it."""
    body = _body(entry) if entry.least is None else min(_body(entry), entry.least)
    return max(body, min(cell_len(entry.title), TITLE))


TITLE = 8


def _widths(fields: Sequence[Field], width: int | None) -> tuple[int, ...]:
    """Take what is too much from the widest columns first."""
    widths = [natural_width(entry) for entry in fields]
    if width is None:
        return tuple(widths)
    least = [_narrowest(entry) for entry in fields]
    excess = sum(widths) + GAP * (len(fields) - 1) - width
    while excess > 0 and widths != least:
        room = [now - low for now, low in zip(widths, least, strict=True)]
        widest = max(range(len(room)), key=lambda position: (room[position] > 0, widths[position]))
        widths[widest] -= 1
        excess -= 1
    return tuple(widths)
