"""Which encoding a file is written in, and its bytes as UTF-8. What cannot be told surely is asked for."""

import codecs
import struct
from collections.abc import Iterable, Iterator

import pyarrow as pa

from kpi_cli.intake.files.blocks import Bytes
from kpi_cli.kernels import compiled

ASCII, UTF8, GB18030 = "ascii", "utf-8", "gb18030"
BY_RECORD = frozenset({ASCII, UTF8, GB18030})  # line feeds and quotes mean themselves in the bytes
_BOMS = ((codecs.BOM_UTF8, UTF8), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LONGEST = 4  # bytes of a character
_UNITS = (b"\xd0\xa1\xca\xb1", b"\xd4\xaa")  # 小时 and 元 in GB18030, which need not be imported for them
_FAMILY = {"gbk": GB18030, "gb2312": GB18030, "cp936": GB18030, "utf-8-sig": UTF8, "utf-16": "utf-16-le"}

_OF_NO_FILE = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape"})


_ENDS = frozenset({"unexpected end of data", "incomplete multibyte sequence"})  # as Python's decoders put it
_CUT = "it ends in the middle of a character"


class EncodingError(ValueError):
    """The bytes are not what they should be; `offset` is where, in the bytes that were looked at.

    `likely` is the encoding to try; None: the encoding is right, and the file is cut off.
    """

    def __init__(self, reason: str, offset: int, likely: str | None = "windows-1252") -> None:
        self.reason, self.offset, self.likely = reason, offset, likely
        super().__init__(reason)

    def shifted(self, before: int) -> "EncodingError":
        """Return the same error in a stream with so many bytes before those that were looked at."""
        return EncodingError(self.reason, before + self.offset, self.likely)


def bom_length(head: bytes) -> int:
    """Return the length of the byte order mark that the bytes begin with."""
    return next((len(mark) for mark, _ in _BOMS if head.startswith(mark)), 0)


def known_encoding(name: str) -> str | None:
    """Return how this program calls an encoding that a scheme declares; None when there is no such encoding."""
    try:
        found = codecs.lookup(name.strip()).name
        b"aa".decode(found, "ignore")  # base64 and its like are none of text
    except (LookupError, ValueError):
        return None
    return None if found in _OF_NO_FILE else _FAMILY.get(found, found)


def detect(head: bytes, declared: str | None = None) -> str:
    """Return the encoding of a file that begins with these bytes; `ascii` while nothing tells more.

    A byte order mark wins over what the scheme declares. Raises EncodingError when it must be asked for.
    """
    marked = next((name for mark, name in _BOMS if head.startswith(mark)), None)
    if marked or declared:
        return marked or declared or UTF8
    if head[:64].count(0) * 4 > len(head[:64]):
        reason = "it looks like UTF-16 without a byte order mark"
        raise EncodingError(reason, head.index(0), "utf-16-be" if head[:64:2].count(0) else "utf-16-le")
    return settle(head)


def settle(piece: bytes) -> str:
    """Return the encoding that the first bytes beyond ASCII speak for; the piece may end inside a character.

    Where nothing is beyond ASCII but the beginning of such a character, that is left for the next piece to tell.
    """
    if piece[: len(piece) - len(unfinished(piece))].isascii():
        return ASCII
    place = _first_fault(piece, UTF8)
    if place is None:
        return GB18030 if _only_units(piece) else UTF8
    if _first_fault(piece, GB18030) is not None or _unlikely_chinese(piece):
        reason = "it is neither UTF-8 nor GB18030"
        raise EncodingError(reason, place)
    return GB18030


def unfinished(piece: bytes) -> bytes:
    """Return the bytes at the end of a piece that begin a character of UTF-8; they may be others in GB18030."""
    decoder = codecs.getincrementaldecoder(UTF8)("ignore")
    decoder.decode(piece[-_LONGEST:])
    return decoder.getstate()[0]


def _only_units(piece: bytes) -> bool:
    """Whether nothing is beyond ASCII but Chinese units, whose bytes in GB18030 are rare letters in UTF-8 (`Ԫ`)."""
    for unit in _UNITS:
        piece = piece.replace(unit, b"")
    return piece.isascii()


def _first_fault(piece: bytes, encoding: str) -> int | None:
    """Return where a piece cannot be decoded, an unfinished character at its end aside."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(piece, final=False)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _unlikely_chinese(piece: bytes) -> bool:
    """Whether more characters lie outside GB2312 than in it, as when Western accents pass for GBK by chance."""
    text = codecs.getincrementaldecoder(GB18030)().decode(piece, final=False)
    beyond = [character for character in text if not character.isascii()]
    common = sum(all(byte >= 0xA1 for byte in character.encode(GB18030)) for character in beyond)  # noqa: PLR2004 - where both bytes of GB2312 begin
    return 2 * common < len(beyond)


def checked_utf8(block: Bytes) -> Bytes:
    """Return the bytes themselves; raise EncodingError where they are not UTF-8."""
    if compiled is not None and compiled.is_utf8(block):
        return block
    ends = pa.py_buffer(struct.pack("=2i", 0, len(block)))  # not by `pa.array`, which imports pandas
    try:
        pa.StringArray.from_buffers(1, ends, pa.py_buffer(block)).validate(full=True)
    except pa.ArrowInvalid:
        _decoded(block, UTF8)
        raise
    return block


def to_utf8(block: Bytes, encoding: str) -> Bytes:
    """Return whole characters of one of the encodings BY_RECORD as UTF-8; raise EncodingError."""
    if encoding == GB18030 and not bytes(block).isascii():
        return _decoded(block, GB18030).encode()
    return checked_utf8(block)


def _decoded(block: Bytes, encoding: str) -> str:
    try:
        return codecs.decode(block, encoding)
    except UnicodeDecodeError as error:
        if error.end == len(block) and error.reason in _ENDS:
            raise EncodingError(_CUT, error.start, None) from error
        name = {UTF8: "UTF-8", GB18030: "GB18030"}.get(encoding, encoding)
        reason = f"a byte is not {name} though the text before it is"
        raise EncodingError(reason, error.start) from error


def transcoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield a stream in any other encoding as UTF-8; raise EncodingError with the offset in the stream."""
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode()
            done += len(chunk)
    except UnicodeDecodeError as error:
        reason = f"a byte is not {encoding}"
        raise EncodingError(reason, done + error.start) from error
    try:
        yield decoder.decode(b"", final=True).encode()
    except UnicodeDecodeError as error:
        raise EncodingError(_CUT, done - len(error.object) + error.start, None) from error
