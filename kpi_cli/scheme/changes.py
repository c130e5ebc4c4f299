"""Another value at some path of a scheme, such as `metrics.csat.target`: the document as if it were written so."""

import copy
from collections.abc import Mapping

from msgspec.structs import replace

from kpi_cli.problems import Problem, did_you_mean
from kpi_cli.scheme.plain import Path, Plain
from kpi_cli.scheme.shape import keys_at
from kpi_cli.scheme.yamlfile import Document


def changed(document: Document, changes: Mapping[str, Plain], written: Path) -> tuple[Document, tuple[Problem, ...]]:
    """Return the document with the changes made; `written` is the place of the mapping that holds them.

    Paths name keys, or list items by their number from 0. A path that leads nowhere is a problem.
    """
    problems: list[Problem] = []
    for text, value in changes.items():
        path = _path(document, text)
        problem = _check(document, path, text, (*written, text))
        if problem is None:
            document = _with(document, path, value, (*written, text))
        else:
            problems.append(problem)
    return document, tuple(problems)


def _path(document: Document, text: str) -> Path:
    """Cut a path at its dots, as numbers where the document has a list."""
    path: Path = ()
    for part in text.split("."):
        is_index = isinstance(document.plain(path), list) and part.isdecimal()
        path = (*path, int(part) if is_index else part)
    return path


def _check(document: Document, path: Path, text: str, written: Path) -> Problem | None:
    """Return what is wrong with a path: every part but the last exists, and the last may."""
    for length in range(1, len(path) + 1):
        here = path[:length]
        if document.plain(here) is not None or (length == len(path) and here[-1] in keys_at(here[:-1], document.data)):
            continue
        offset = len(".".join(str(part) for part in here[:-1])) + (length > 1)
        known = _keys(document, here[:-1])
        where = f"`{'.'.join(str(part) for part in here[:-1])}` has" if length > 1 else "the scheme has"
        span = replace(document.key(written), width=len(str(here[-1])))
        span = replace(span, column=span.column + offset) if span.text[span.column - 1 :].startswith(text) else span
        help_text = did_you_mean(str(here[-1]), known) or (f"known: {', '.join(known)}" if known else None)
        return Problem("unknown-path", f"{where} no `{here[-1]}`", span, help_text)
    return None


def _keys(document: Document, path: Path) -> list[str]:
    there = document.plain(path)
    own = list(there) if isinstance(there, dict) else []
    return list(dict.fromkeys([*own, *(keys_at(path, document.data) if isinstance(there, dict) else [])]))


def _with(document: Document, path: Path, value: Plain, written: Path) -> Document:
    """Return the document with one value set; its place is where the value is written."""
    data = copy.deepcopy(document.data)
    parent: Plain = data
    for part in path[:-1]:
        parent = parent[part]  # type: ignore[index]  # the path has been checked
    parent[path[-1]] = value  # type: ignore[index]  # the same
    values = {place: mark for place, mark in document.values.items() if place[: len(path)] != path}
    keys = {place: mark for place, mark in document.keys.items() if place[: len(path)] != path or place == path}
    depth = len(written)
    values |= {(*path, *p[depth:]): mark for p, mark in document.values.items() if p[:depth] == written}
    keys |= {(*path, *p[depth:]): mark for p, mark in document.keys.items() if p[:depth] == written}
    return replace(document, data=data, values=values, keys=keys)
