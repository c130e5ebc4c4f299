"""Files on disk -> the bytes inside: plain, gzip, Zstandard or a member of a zip archive, told by their first bytes."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import cast

import pyarrow as pa
from msgspec import Struct

from kpi_cli.intake.files import archives
from kpi_cli.intake.files.blocks import Form, Located, Member
from kpi_cli.intake.files.metering import Meter, Metered, Passing
from kpi_cli.problems import Exit, KpiError, Problem

try:
    from lzma import LZMAError
except ImportError:  # a Python that was built without it, which zip members may be packed with
    LZMAError = zlib.error  # type: ignore[assignment, misc]

CHUNK = 1024 * 1024
PACKINGS = (".gz", ".zip", ".zst")  # what a pattern need not spell out
_GZIP, _ZIP, _ZSTANDARD = b"\x1f\x8b", b"PK\x03\x04", b"\x28\xb5\x2f\xfd"
_EMPTY_ZIP = b"PK\x05\x06"
_COMPOUND, _PARQUET, _SECRET_PARQUET = b"\xd0\xcf\x11\xe0", b"PAR1", b"PARE"
_NO_TABLE = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"BZh9": "a bzip2 archive",
    b"\xfd7zX": "an xz archive",
    b"SQLi": "an SQLite database",
    b"ARRO": "a Feather file",
}
_LAYERS = 5  # packings one inside the other, which is more than anybody has met
HELD = 1 << 30  # bytes that may be held in memory, of what cannot be read from start to end


class Content(Struct, frozen=True):
    """What a file is with its packing taken off, and its bytes; `packed` unless they lie on disk as they are."""

    form: Form
    stream: io.BufferedIOBase
    packed: bool


@contextmanager
def content(file: Located, meter: Meter | None = None) -> Iterator[Content]:
    """Open a file, or a member of an archive, and take off its packing.

    The meter sees the bytes of the file as it lies on disk, or of the member; all of them when the block ends without
    an error. Raises KpiError: FILES when the file cannot be read, DATA when it is damaged or no table.
    """
    with _telling(file.label), file.path.open("rb", buffering=0) as opened:
        watched = _watched(file, cast("io.FileIO", opened), meter)  # what is remote can do the same
        yield _unpacked(file.label, io.BufferedReader(watched, CHUNK), 0 if file.member is None else 1)
        if meter and isinstance(watched, Metered | Passing):
            watched.drain()


def chunks(file: Located, meter: Meter | None = None) -> Generator[bytes, None, None]:
    """Yield the bytes of a text file, all pieces but the last of CHUNK bytes; raise KpiError as `content` does."""
    with content(file, meter) as found:
        if found.form is not Form.TEXT:
            raise no_table(file.label, f"a {found.form} where text was expected")
        while piece := _full(found.stream):
            yield piece


def stretch(file: Located, begin: int, end: int) -> Iterator[bytes]:
    """Yield some bytes of a file that lies on disk unpacked; raise KpiError as `content` does."""
    with _telling(file.label), file.path.open("rb", buffering=0) as opened:
        opened.seek(begin)
        while begin < end and (piece := opened.read(min(CHUNK, end - begin))):
            begin += len(piece)
            yield piece


def form_of(file: Located) -> Form:
    """Return what a file is; raise KpiError as `content` does."""
    with content(file) as found:
        return found.form


def observe(file: Located, meter: Meter) -> None:
    """Show a file to the meter that is read by other means; without a hash to make, its size will do."""
    if meter.hashing:
        with content(file, meter):
            pass
    else:
        meter.advance(file.size)


def no_table(label: str, what: str) -> KpiError:
    """Return the error of a file that holds no table."""
    help_text = "export it as CSV or .xlsx, or save it as `CSV UTF-8` from the spreadsheet"
    return KpiError(Problem("not-a-table", f"`{label}` is {what}, not a table", help=help_text), Exit.DATA)


def unreadable(label: str, error: OSError) -> Problem:
    """Return the problem of a file or folder that the system does not let us read."""
    reason = error.strerror or str(error)
    return Problem("unreadable-file", f"`{label}` cannot be read: {reason}", help="check that you may read it")


def locked(label: str) -> KpiError:
    """Return the error of a file under a password."""
    help_text = "export it without a password, or open it and save it without one"
    return KpiError(Problem("password", f"`{label}` is under a password", help=help_text), Exit.DATA)


def damaged(label: str, reason: object) -> KpiError:
    """Return the error of a file that is not whole."""
    problem = Problem("damaged-file", f"`{label}` is damaged: {reason}", help="export or copy it again")
    return KpiError(problem, Exit.DATA)


_DAMAGED = (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, LZMAError, EOFError, NotImplementedError)


@contextmanager
def _telling(label: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise damaged(label, error) from error
    except OSError as error:
        if error.errno is None:  # Arrow's word for a broken Zstandard frame
            raise damaged(label, error) from error
        raise KpiError(unreadable(label, error), Exit.FILES) from error


def _watched(file: Located, opened: io.FileIO, meter: Meter | None) -> io.RawIOBase:
    if file.member is None:
        return Metered(opened, meter) if meter else opened
    archive = zipfile.ZipFile(io.BufferedReader(opened, CHUNK))
    return Passing(_member(file.label, archive, file.member), meter)


def _unpacked(label: str, file: io.BufferedIOBase, layers: int) -> Content:
    """Take off the packings of a file; `layers` of them have been taken off before."""
    if layers > _LAYERS:
        message = f"`{label}` is packed more than {_LAYERS} times over"
        raise KpiError(Problem("packed-too-often", message, help="unpack it, and name what is inside"), Exit.DATA)
    stream = file if file.seekable() else io.BufferedReader(Passing(file), CHUNK)
    magic = _first(stream)
    if magic.startswith(_GZIP):
        return _unpacked(label, gzip.GzipFile(fileobj=stream, mode="rb"), layers + 1)
    if magic == _ZSTANDARD:
        return _unpacked(label, pa.CompressedInputStream(pa.PythonFile(stream), "zstd"), layers + 1)
    if magic in {_ZIP, _EMPTY_ZIP}:
        return _zipped(label, stream, layers)
    if magic == _SECRET_PARQUET:
        raise locked(label)
    if magic in _NO_TABLE:
        raise no_table(label, _NO_TABLE[magic])
    form = {_COMPOUND: Form.WORKBOOK, _PARQUET: Form.PARQUET}.get(magic, Form.TEXT)
    return Content(form, stream, packed=layers > 0)


def _first(stream: io.BufferedIOBase) -> bytes:
    if isinstance(stream, io.BufferedReader):
        if not stream.seekable():
            return stream.peek(4)[:4]
        stream.raw.seek(0)
        magic = stream.raw.read(4) or b""  # without filling the buffer for four bytes
        stream.raw.seek(0)
        return magic
    magic = stream.read(4)
    stream.seek(0)
    return magic


def _zipped(label: str, stream: io.BufferedIOBase, layers: int) -> Content:
    source = stream if stream.seekable() else held(label, stream)
    archive = zipfile.ZipFile(source)
    if archives.is_workbook(archive):
        source.seek(0)
        return Content(Form.WORKBOOK, source, packed=layers > 0)
    members = archives.data_members(archive.infolist())
    if len(members) != 1:
        what = f"{len(members)} files of data" if members else "no file of data"
        problem = Problem("zip-members", f"`{label}` holds {what}, not one", help="unpack it and name the files")
        raise KpiError(problem, Exit.DATA)
    return _unpacked(label, _member(label, archive, members[0]), layers + 1)


def held(label: str, stream: io.BufferedIOBase, most: int = HELD) -> io.BytesIO:
    """Return the bytes of a stream that cannot go back, in memory; raise KpiError (DATA) where there are too many."""
    found = io.BytesIO(stream.read(most + 1))
    if found.getbuffer().nbytes > most:
        message = f"`{label}` is packed, and what is inside is larger than {most >> 20} MiB"
        raise KpiError(Problem("packed-too-large", message, help="unpack it, and name what is inside"), Exit.DATA)
    return found


def _member(label: str, archive: zipfile.ZipFile, member: Member) -> io.BufferedIOBase:
    stream = archives.opened(archive, member)
    if stream is None:
        raise locked(label)
    return stream


def _full(stream: io.BufferedIOBase) -> bytes:
    piece = stream.read(CHUNK)
    while piece and len(piece) < CHUNK and (more := stream.read(CHUNK - len(piece))):
        piece += more
    return piece
