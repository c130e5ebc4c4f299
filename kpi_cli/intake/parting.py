"""A big text file -> places where parts of it may begin, found by looks at stretches of it apart from each other.

Whether a line feed ends a record hangs on all quotes before it. So a stretch is looked at for both cases, that it
begins outside quotes and inside of them; set end to end from the file's first record on, the looks tell which holds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kpi_cli.intake import encodings, unpacking
from kpi_cli.intake.blocks import ExportFile, Form
from kpi_cli.intake.cutting import LONGEST_RECORD, NONE, Records
from kpi_cli.intake.encodings import ASCII, BY_RECORD, EncodingError


@dataclass(frozen=True, slots=True)
class Look:
    """What a stretch shows that begins after a line feed. Offsets are those of the file.

    `stays_open`: a stretch that begins outside quotes ends inside of them. Of one that begins inside, `resumes` is
    where its first record begins (None: nowhere) and `ends_open` whether it ends inside. `beyond_ascii` is its first
    byte that is not ASCII.
    """

    begin: int
    stays_open: bool
    resumes: int | None
    ends_open: bool
    beyond_ascii: int | None


def is_divisible(file: ExportFile) -> bool:
    """Whether parts of a file may be read apart: it lies on disk as text whose line feeds are bytes of their own."""
    if file.form is not Form.TEXT or file.member or file.dialect.encoding not in BY_RECORD or file.dialect.old_mac:
        return False
    with unpacking.content(file) as found:
        return not found.packed


def look(file: ExportFile, begin: int, end: int) -> Look | None:
    """Look at the lines that begin in a stretch of the file's body; None when one is longer than records may be."""
    quote, delimiter = b'"', file.dialect.delimiter
    outer, inner, resumes, beyond = False, True, None, None
    first = None
    for offset, lines in _lines(file, begin, end):
        if lines is None:
            return None
        first = offset if first is None else first
        if beyond is None and not lines.isascii():
            beyond = offset + next(place for place, byte in enumerate(lines) if byte > 0x7F)  # noqa: PLR2004 - ASCII
        if quote not in lines:
            continue
        alike = outer == inner
        if inner or not alike:
            records = Records(quote + lines if inner else lines, delimiter)
            if inner and resumes is None and (place := records.first_end(0)) != NONE:
                resumes = offset + place - 1
            inner, was_inner = records.open_at != NONE, inner
        if alike:
            outer = inner
        else:
            outer = Records(quote + lines if outer else lines, delimiter).open_at != NONE
    return Look(end if first is None else first, outer, resumes, inner, beyond)
