"""What may be false of the rest of a document after a part of it has been taken out, and what is true all the same."""

import json
import re
from collections.abc import Iterator

from msgspec import Struct

from kpi_cli.problems import Problem, nearest
from kpi_cli.scheme.plain import Path
from kpi_cli.scheme.yamlfile import Document

NAMED = frozenset({"sources", "metrics", "scorecards", "calendars"})
_ANY: frozenset[str] | None = None
_LACKS = frozenset(
    {
        *("bad-target", "bands-open", "bands-order", "bonus-rule", "cards-without-for", "column-type", "gate-effect"),
        *(
            "grade-unreachable",
            "roster-missing",
            "source-agent",
            "source-key",
            "source-time",
            "split-sum",
            "target-missing",
        ),
        *("unit-clash", "unit-mismatch"),
    }
)
_OF_VALUES = frozenset({"bad-amount", "bad-argument", "bad-target", "kind-clash", "unit-clash", "unit-mismatch"})
_OF_METRICS = _OF_VALUES | {"no-evidence", "target-missing", "team-mean-of-ratio"}
_OF_SOURCES = _OF_VALUES | {
    *("unknown-column", "unknown-source", "column-cycle", "column-option", "column-type", "roster-missing"),
    *("source-agent", "source-cases", "source-key", "source-time"),
}
_OF_CREDIT = frozenset({"source-agent", "source-key", "source-time"})
_WIDE = ("columns", "like", "preset", "cases")  # the keys of a source that say which columns it has
_TYPE = ("type",)
_HARMLESS = frozenset({"label", "reason", "action"})


class Wrong(Struct, frozen=True):
    """A place that does not fit; `missing` is a key that it lacks.

    `unknown` says that it is a key nobody knows, and `meant` which known one is near.
    """

    path: Path
    missing: str | None = None
    unknown: bool = False
    meant: str | None = None

    @property
    def entry(self) -> Path:
        """The metric, source or card around the place, or the whole key of the scheme."""
        path = self.path or (self.missing or "",)
        return path[:2] if path[0] in NAMED else path[:1]


class Doubt(Struct, frozen=True):
    """A part of the document that is not whole any more: problems in it, and some outside, may be false.

    `inside` and `outside` are the codes in doubt (None: all); nothing is in doubt on `clear` lines, which what was
    taken out does not reach, and everything where a name that is `gone` is spoken of.
    """

    part: str
    lines: tuple[int, int]
    inside: frozenset[str] | None = _ANY
    outside: frozenset[str] = frozenset()
    clear: tuple[tuple[int, int], ...] = ()
    gone: str | None = None

    def casts(self, problem: Problem) -> bool:
        """Return whether the problem may only follow from what was taken out."""
        line, text = (problem.span.line, problem.span.text) if problem.span is not None else (0, "")
        if self.gone is not None and (_speaks_of(text, {self.gone}) or _is_near(problem, self.gone)):
            return True
        if problem.code == "unknown-function":
            return False
        if _holds(self.lines, line):
            is_sure = self.part == "scorecards" and problem.code == "unknown-metric"
            return not is_sure and (self.inside is None or problem.code in self.inside)
        if self.part == "grades":
            return "grade" in problem.code
        return problem.code in self.outside and not any(_holds(lines, line) for lines in self.clear)


def doubt(document: Document, place: Wrong) -> Doubt | None:
    """Return what is in doubt without a place; None: nothing is."""
    part, lines = str(place.entry[0]), document.lines(place.entry)
    if place.unknown:
        return None if place.meant in _HARMLESS else _without_key(document, place, part)
    gone = str(place.path[-1]) if place.missing == "[key]" or place.path == place.entry[:2] else None
    if part in {"sources", "roster"}:
        clear = () if place.path == place.entry else tuple(_clear(document, place.entry, _needle(place)))
        return Doubt(part, lines, _ANY, _OF_SOURCES, clear, gone)
    if part == "metrics" and place.missing != "[key]":
        is_whole = place.path == place.entry or "formula" in place.path
        clear = tuple(_clear(document, place.entry, str(place.entry[-1])))
        return Doubt(part, lines, _ANY if is_whole else _LACKS, _OF_METRICS, clear)
    return Doubt(part, lines, gone=gone)


def _without_key(document: Document, place: Wrong, part: str) -> Doubt:
    """Return what is in doubt without a key nobody knows, which may have been meant for one that is lacking now."""
    lines, depth = document.lines(place.entry), len(place.path) - len(place.entry)
    if not depth:
        return Doubt(place.meant or part, lines, _LACKS, _of_key(document, place.meant))
    outside = frozenset[str]()
    if part == "metrics":
        outside = _OF_METRICS
    elif (part == "sources" and _is_wide(document, place)) or (part == "roster" and depth == 1):
        outside = _OF_SOURCES
    elif part == "sources":
        outside = _OF_CREDIT
    elif part == "scorecards":
        return Doubt(part, lines, _LACKS, frozenset({"target-missing"}))
    return Doubt(part, lines, _LACKS | outside, outside, tuple(_clear(document, place.entry, _needle(place))))


def _of_key(document: Document, meant: str | None) -> frozenset[str]:
    """Return what may follow from a key of the whole scheme that nobody knows."""
    follows = {"calendars": frozenset({"unknown-calendar"}), "roster": _OF_SOURCES}
    lacking = [key for key in follows if (key == meant if meant else key not in document.data)]
    return frozenset[str]().union(*(follows[key] for key in lacking))


def _is_wide(document: Document, place: Wrong) -> bool:
    """Return whether a source may lack columns without the key, or a column its type."""
    around, words = document.plain(place.path[:-1]), _WIDE if len(place.path) == len(place.entry) + 1 else _TYPE
    is_told = isinstance(around, dict) and any(key in around for key in words)
    return place.meant in words or (place.meant is None and not is_told)


def _needle(place: Wrong) -> str:
    """Return the name by which what was taken out is spoken of elsewhere: the column's, or the source's."""
    match place.path:
        case ("sources", _, "columns", column, *_):
            return str(column)
        case _:
            return str(place.entry[-1])


def _clear(document: Document, entry: Path, name: str) -> Iterator[tuple[int, int]]:
    """Yield the lines of sources and metrics that do not speak of a name, nor of what speaks of it."""
    parts = ("metrics",) if entry[0] == "metrics" else ("sources", "metrics")
    texts = {(part, key): json.dumps(body, ensure_ascii=False) for part in parts for key, body in _of(document, part)}
    reached, names = {entry}, {name}
    while found := {path for path, text in texts.items() if path not in reached and _speaks_of(text, names)}:
        reached |= found
        names |= {str(path[-1]) for path in found}
    yield from (document.lines(path) for path in texts if path not in reached)
    if entry[0] == "metrics":
        yield document.lines(("sources",))


def _of(document: Document, part: str) -> Iterator[tuple[str, object]]:
    found = document.data.get(part)
    if isinstance(found, dict):
        yield from found.items()


def _speaks_of(text: str, names: set[str]) -> bool:
    return re.search(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", text) is not None


def _is_near(problem: Problem, name: str) -> bool:
    """Return whether the problem is a name that nobody knows, much like one that does not fit."""
    if problem.span is None or not problem.code.startswith("unknown-"):
        return False
    start = problem.span.column - 1
    marked = problem.span.text[start : start + problem.span.width]
    return nearest(marked.rpartition(".")[2], [name]) is not None


def _holds(lines: tuple[int, int], line: int) -> bool:
    return lines[0] <= line <= lines[1]
