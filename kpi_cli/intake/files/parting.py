"""A big text file -> places where parts of it may begin, found by looks at stretches of it apart from each other.

Whether a line feed ends a record hangs on all quotes before it. So a stretch is looked at for both cases, that it
begins outside quotes and inside of them; set end to end from the file's first record on, the looks tell which holds.
"""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from kpi_cli.intake.files import encodings, unpacking
from kpi_cli.intake.files.blocks import ExportFile, Form
from kpi_cli.intake.files.cutting import LONGEST_RECORD, NONE, Records
from kpi_cli.intake.files.encodings import ASCII, BY_RECORD, EncodingError
from kpi_cli.intake.files.unpacking import CHUNK

_QUOTE, _LINE_FEED = b'"', b"\n"
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


class Look(Struct, frozen=True):
    """What the lines show that begin in a stretch of a file, the first at `begin` (None: there is none).

    Offsets are those of the file. `stays_open`: if it begins outside quotes it ends inside of them. If it begins
    inside, `resumes` is where its first record begins (None: nowhere), and `ends_open` tells whether it ends inside.
    `beyond_ascii` is the first byte that is not ASCII.
    """

    begin: int | None
    stays_open: bool
    resumes: int | None
    ends_open: bool
    beyond_ascii: int | None


def is_divisible(file: ExportFile) -> bool:
    """Whether parts of a file may be read apart: it lies there as text whose line feeds are bytes of their own."""
    if file.form is not Form.TEXT or file.member or file.dialect.encoding not in BY_RECORD or file.dialect.old_mac:
        return False
    with unpacking.content(file) as found:
        return not found.packed


def look(file: ExportFile, begin: int, end: int) -> Look | None:
    """Look at the lines that begin in a stretch of the body; None where one is longer than records may be."""
    outside, inside = _Case(open=False), _Case(open=True)
    first, beyond = None, None
    for offset, lines in _lines(file, begin, end):
        if lines is None:
            return None
        first = offset if first is None else first
        if beyond is None and (found := _BEYOND_ASCII.search(lines)):
            beyond = offset + found.start()
        if _QUOTE in lines:
            alike = outside.open == inside.open
            inside.feed(offset, lines, file.dialect.delimiter)
            if alike:
                outside.open = inside.open
            else:
                outside.feed(offset, lines, file.dialect.delimiter)
    return Look(first, outside.open, inside.resumes, inside.open, beyond)


class _Case(Struct):
    """A stretch on the supposition that it begins inside quotes, or outside."""

    open: bool
    resumes: int | None = None

    def feed(self, offset: int, lines: bytes, delimiter: str) -> None:
        records = Records(_QUOTE + lines if self.open else lines, delimiter)
        if self.open and self.resumes is None and (place := records.first_end(0)) != NONE:
            self.resumes = offset + place - len(_QUOTE)
        self.open = records.open_at != NONE


def _lines(file: ExportFile, begin: int, end: int) -> Iterator[tuple[int, bytes | None]]:
    """Yield the lines that begin in a stretch, many at a time, each time with their offset; None for an endless one."""
    whole = begin == file.body  # else a line begins where the one before it ends
    offset = begin if whole else begin - 1
    held = b""
    for piece in unpacking.stretch(file, offset, file.size):
        held += piece
        if not whole:
            rest = held.partition(_LINE_FEED)[2]
            whole = _LINE_FEED in held
            offset, held = offset + len(held) - len(rest), rest
        last = held.find(_LINE_FEED, max(0, end - 1 - offset))
        place = last if last != NONE else held.rfind(_LINE_FEED)
        if offset >= end or len(held) > LONGEST_RECORD > place:
            yield from () if offset >= end else [(offset, None)]
            return
        if place != NONE:
            yield offset, held[: place + 1]
            offset, held = offset + place + 1, held[place + 1 :]
        if last != NONE:
            return
    if held and offset < end:
        yield offset, held


def beginnings(looks: Sequence[Look | None], size: int) -> tuple[int, ...]:
    """Return where records begin that parts of a file of `size` may begin with; none where the last one has no end."""
    found: dict[int, None] = {}
    is_open = False
    for one in looks:
        if one is None:
            return ()
        begin = one.resumes if is_open else one.begin
        is_open = one.ends_open if is_open else one.stays_open
        if begin is not None and begin < size:
            found[begin] = None
    return () if is_open else tuple(found)


def settled(file: ExportFile, looks: Sequence[Look | None]) -> ExportFile | None:
    """Return the file with the encoding that its first bytes beyond ASCII speak for; None where they speak for none.

    The bytes are those that reading the file from its start would settle it by.
    """
    beyond = min((one.beyond_ascii for one in looks if one and one.beyond_ascii is not None), default=None)
    if file.dialect.encoding != ASCII or beyond is None:
        return file
    begin = beyond // CHUNK * CHUNK
    try:
        ends = (begin + CHUNK, begin + 2 * CHUNK)  # the first may cut the only character in two
        told = (encodings.settle(b"".join(unpacking.stretch(file, begin, end))) for end in ends)
        encoding = next((found for found in told if found != ASCII), ASCII)
    except EncodingError:
        return None
    return replace(file, dialect=replace(file.dialect, encoding=encoding))
