"""The XML of a sheet as nearly all programs write it, searched for the few cells that are more than their values."""

import re
from collections.abc import Iterable, Iterator
from typing import IO

from msgspec import Struct

from kpi_cli.intake.files.cellformats import Format
from kpi_cli.intake.files.sheettraces import Place, Survey, column_number
from kpi_cli.regexes import regex

_PIECE = 1 << 20
_CELL = b'<c r="'
_ODD = regex(rb"""<\w+:c[ />]|<c(?! r="[A-Z]+[0-9]+")[ />]|<c r="\w+" (?!s=)[^>]* s=|<c r="\w+"[^>]*'""")
_REFERENCE = regex(rb'<c r="([A-Z]+)([0-9]+)"')
_COLUMN = regex(rb'<c r="([A-Z]{2,3})[0-9]+"[^>]*(?<!/)>')
_VALUE = rb"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>"
_ERROR = regex(rb' t="e"' + _VALUE + rb"([^<]+)<")
_BEYOND_A_DAY = rb"(-[0-9][^<]*|[1-9][0-9]{0,2}(?:\.[0-9]+)?)<"  # or below zero
_FIRST_COLUMNS = 26  # those of one letter, which nothing looks for


class OddlyWrittenError(ValueError):
    """The cells of a sheet are spelled in a way that is not looked for here."""


class _Patterns(Struct, frozen=True):
    """What finds cells with special formats, and times that may be no moments; None where no style is of that kind."""

    special: re.Pattern[bytes] | None
    lengths: re.Pattern[bytes] | None


def skim(stream: IO[bytes], formats: tuple[Format, ...]) -> Survey:
    """Return what a sheet tells, its extent generously; raise OddlyWrittenError where each cell must be read."""
    survey, patterns, columns, looked_at = Survey(formats), _patterns(formats), set[bytes](), 0
    for text in _pieces(stream):
        if looked_at < _PIECE and _ODD.search(text):
            raise OddlyWrittenError
        looked_at += len(text)  # one program has written all of it
        columns.update(_COLUMN.findall(text))
        if last := _REFERENCE.match(text, max(0, text.rfind(_CELL))):
            survey.rows = int(last[2])
        _note(survey, patterns, text)
    survey.columns = max(map(column_number, columns), default=_FIRST_COLUMNS - 1) + 1
    return survey


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the XML in pieces of whole rows."""
    rest = b""
    while piece := stream.read(_PIECE):
        text = rest + piece
        end = max(0, text.rfind(b"<row "))
        if end:
            yield text[:end]
        rest = text[end:]
    yield rest


def _patterns(formats: tuple[Format, ...]) -> _Patterns:
    special = _any_of(number for number, shown in enumerate(formats) if shown.is_special)
    times = _any_of(number for number, shown in enumerate(formats) if shown.is_time)
    return _Patterns(
        re.compile(rb'<c r="([A-Z]+)([0-9]+)" s="(' + special + rb')"') if special else None,
        re.compile(rb'" s="(' + times + rb')"' + _VALUE + _BEYOND_A_DAY) if times else None,
    )


def _any_of(numbers: Iterable[int]) -> bytes:
    return "|".join(map(str, numbers)).encode()


def _note(survey: Survey, patterns: _Patterns, text: bytes) -> None:
    if patterns.special:
        for letters, row, number in patterns.special.findall(text):
            survey.note_format((int(row) - 1, column_number(letters)), int(number))
    if patterns.lengths:
        for found in patterns.lengths.finditer(text):
            if place := _place(text, found.start()):
                survey.note_length(place, found[2].decode(), int(found[1]))
    if b't="e"' in text:
        for found in _ERROR.finditer(text):
            if place := _place(text, found.start()):
                survey.errors[place] = found[1].decode()


def _place(text: bytes, inside: int) -> Place | None:
    """Return the place of the cell that this part of its tag belongs to; None if it is the tag of something else."""
    begin = text.rfind(_CELL, 0, inside)
    reference = _REFERENCE.match(text, begin) if begin >= 0 and text.find(b">", begin, inside) < 0 else None
    return (int(reference[2]) - 1, column_number(reference[1])) if reference else None
