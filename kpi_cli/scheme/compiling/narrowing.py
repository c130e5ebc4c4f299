"""A preset names every column of an export; only those that the scheme uses must be there, and are read."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from kpi_cli.regexes import regex
from kpi_cli.scheme.cases import Cases
from kpi_cli.scheme.compiled import Source
from kpi_cli.scheme.compiling.inheritance import Resolved
from kpi_cli.scheme.plain import Plain

_WORD = regex(r"\w+")


def narrowed(source: Source, resolved: Resolved, data: Plain, cases: Iterable[Cases] = ()) -> Source:
    """Set aside columns that only the preset names: neither the source's own keys nor a formula asks for them.

    `data` is the whole document, whose formulas say `source.column`, those of seasons included; `cases` are those
    made of the source's rows.
    """
    offered = {name for name in source.columns if resolved.from_preset(f"columns.{name}")}
    if not offered:
        return source
    unasked = offered - _asked_by_source(source, resolved) - set(_asked_by_formulas(source.name, data))
    unasked = unasked.difference(*(made.event_columns for made in cases))
    columns = {name: found for name, found in source.columns.items() if name not in unasked}
    spare = tuple(found for name, found in source.columns.items() if name in unasked)
    return replace(source, columns=columns, unasked=spare)


def _asked_by_source(source: Source, resolved: Resolved) -> set[str]:
    named = {*source.agent, *source.order, source.key, source.team, source.time}
    named |= {source.duplicates.column} if source.duplicates else set()
    named |= set(_WORD.findall(unicodedata.normalize("NFKC", resolved.model.where or "")))
    return {name for name in named if name is not None}


def _asked_by_formulas(source: str, data: Plain) -> Iterator[str]:
    column = re.compile(rf"\b{re.escape(source)}\s*\.\s*(\w+)")
    for text in _texts(data):
        yield from column.findall(unicodedata.normalize("NFKC", text))


def _texts(data: Plain) -> Iterator[str]:
    match data:
        case str():
            yield data
        case list():
            for item in data:
                yield from _texts(item)
        case dict():
            for item in data.values():
                yield from _texts(item)
