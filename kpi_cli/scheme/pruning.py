"""Taking what does not fit out of a document, so that the meaning of the rest can be checked in the same run."""

import copy
from collections.abc import Iterable

from msgspec import Struct

from kpi_cli.problems import Problem
from kpi_cli.scheme.plain import Path, Plain
from kpi_cli.scheme.yamlfile import Document

_STAND_INS: dict[str, Plain] = {
    "kpi": "1",
    "name": "?",
    "timezone": "UTC",
    "grades": [{"grade": "?", "coefficient": "1"}],
}
_LACKS = frozenset(
    {
        *(
            "bad-target",
            "bands-open",
            "bonus-rule",
            "cards-without-for",
            "column-type",
            "gate-effect",
            "roster-missing",
        ),
        *("source-agent", "source-key", "source-time", "split-sum", "target-missing", "unit-clash", "unit-mismatch"),
    }
)
_OF_COLUMNS = frozenset({"bad-amount", "bad-argument", "bad-target", "kind-clash", "unit-clash", "unit-mismatch"})
_NAMED = frozenset({"sources", "metrics", "scorecards", "calendars"})


class Wrong(Struct, frozen=True):
    """A place that does not fit; `missing` is a key that it lacks, `unknown` says that it is a key nobody knows."""

    path: Path
    missing: str | None = None
    unknown: bool = False


class Doubt(Struct, frozen=True):
    """A part of the document that is not whole any more: problems in it, and some that point at it, may be false."""

    part: str
    first_line: int
    last_line: int
    only_lacks: bool = False  # an unknown key was taken out, which may have been meant for one that is lacking now
    is_wide: bool = True  # what is defined here may be lacking elsewhere

    def casts(self, problem: Problem) -> bool:
        """Return whether the problem may only follow from what was taken out."""
        if problem.span is not None and self.first_line <= problem.span.line <= self.last_line:
            is_sure = self.part == "scorecards" and problem.code == "unknown-metric"
            return not is_sure and (not self.only_lacks or problem.code in _LACKS)
        if self.part in {"sources", "roster"}:
            follows = problem.code in _OF_COLUMNS or problem.code.startswith(("unknown", "column", "roster", "source"))
            return self.is_wide and follows
        return self.part == "grades" and "grade" in problem.code


class Pruned(Struct, frozen=True):
    """The document's data without what did not fit."""

    data: dict[str, Plain]
    doubts: tuple[Doubt, ...]


def prune(document: Document, data: dict[str, Plain], wrong: Iterable[Wrong]) -> Pruned | None:
    """Take the wrong places out; None when that leaves nothing to check."""
    data, doubts = copy.deepcopy(data), []
    for place in wrong:
        if place.missing == "[key]" or not _mend(data, place):
            return None
        doubts.append(_doubt(document, place))
    return Pruned(data, tuple(doubts))


def _mend(data: dict[str, Plain], place: Wrong) -> bool:
    """Take one place out, or put a stand-in for what it lacks; return whether that was possible."""
    path = place.path
    if not path:
        return _stand_in(data, place.missing or "")
    if path[0] == "metrics" and place.missing == "formula":
        metric = _at(data, path)
        if isinstance(metric, dict):
            metric["formula"] = "0"
            return True
    numbers = [index for index, part in enumerate(path) if isinstance(part, int)]
    path = path[: numbers[0]] if numbers else path
    if path[0] in _NAMED and len(path) <= 2:  # noqa: PLR2004 - a whole metric, source or card, which others name
        return False
    parent = _at(data, path[:-1])
    if isinstance(parent, dict) and isinstance(path[-1], str):
        parent.pop(path[-1], None)
    return len(path) > 1 or path[0] not in _STAND_INS or _stand_in(data, str(path[0]))


def _stand_in(data: dict[str, Plain], key: str) -> bool:
    if key not in _STAND_INS:
        return False
    data[key] = _STAND_INS[key]
    return True


def _at(data: Plain, path: Path) -> Plain | None:
    found: Plain | None = data
    for part in path:
        if isinstance(found, dict) and isinstance(part, str):
            found = found.get(part)
        elif isinstance(found, list) and isinstance(part, int) and part < len(found):
            found = found[part]
        else:
            return None
    return found


def _doubt(document: Document, place: Wrong) -> Doubt:
    """Doubt the metric, source or card around a place, or the whole key of the scheme."""
    path = place.path or (place.missing or "",)
    entry = path[:2] if path[0] in _NAMED else path[:1]
    first, last = document.lines(entry)
    is_wide = not place.unknown or len(path) <= len(entry) + 1
    return Doubt(str(path[0]), first, last, only_lacks=place.unknown, is_wide=is_wide)
