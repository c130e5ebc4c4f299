"""Taking what does not fit out of a document, so that the meaning of the rest can be checked in the same run."""

import copy
from collections.abc import Iterable

from msgspec import Struct

from kpi_cli.scheme.doubting import NAMED, Doubt, Wrong, doubt
from kpi_cli.scheme.plain import Path, Plain
from kpi_cli.scheme.yamlfile import Document

_STAND_INS: dict[str, Plain] = {
    "kpi": "1",
    "name": "?",
    "timezone": "UTC",
    "grades": [{"grade": "?", "coefficient": "1"}],
}


class Pruned(Struct, frozen=True):
    """The document's data without what did not fit."""

    data: dict[str, Plain]
    doubts: tuple[Doubt, ...]


def prune(document: Document, data: dict[str, Plain], wrong: Iterable[Wrong]) -> Pruned | None:
    """Take the wrong places out; None when that leaves nothing to check."""
    data, doubts = copy.deepcopy(data), []
    for place in wrong:
        if not _mend(data, place):
            return None
        doubts.append(doubt(document, place))
    return Pruned(data, tuple(found for found in doubts if found is not None))


def _mend(data: dict[str, Plain], place: Wrong) -> bool:
    """Take one place out, or put a stand-in for what it lacks; return whether that was possible."""
    path = place.path
    if not path:
        return _stand_in(data, place.missing or "")
    if place.missing == "[key]":
        return _taken_out(data, path)
    if path[0] in NAMED and len(path) <= 2:  # noqa: PLR2004 - a whole metric, source or card, which others name
        return _whole(data, path, place)
    numbers = [index for index, part in enumerate(path) if isinstance(part, int)]
    if numbers and not place.unknown:
        path = path[: numbers[0]]
    _taken_out(data, path)
    return len(path) > 1 or path[0] not in _STAND_INS or _stand_in(data, str(path[0]))


def _whole(data: dict[str, Plain], path: Path, place: Wrong) -> bool:
    """Put a stand-in for a whole metric or card, or take a source or calendar out."""
    parent = _at(data, path[:-1])
    if not isinstance(parent, dict) or (len(path) == 1 and path[0] != "calendars"):
        return False
    if path[0] in {"sources", "calendars"}:
        return _taken_out(data, path)
    body = _at(data, path)
    kept = body if isinstance(body, dict) else {}
    if path[0] == "metrics":
        parent[str(path[-1])] = {**kept, "formula": "0"} if place.missing == "formula" else {"formula": "0"}
        return True
    metrics = data.get("metrics")
    if not isinstance(metrics, dict) or not metrics:
        return False
    if not kept and len(parent) > 1:
        return _taken_out(data, path)
    parent[str(path[-1])] = {**kept, "weights": {next(iter(metrics)): "100"}}
    return True


def _taken_out(data: dict[str, Plain], path: Path) -> bool:
    parent = _at(data, path[:-1])
    if isinstance(parent, dict) and isinstance(path[-1], str):
        parent.pop(path[-1], None)
        return True
    return False


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
