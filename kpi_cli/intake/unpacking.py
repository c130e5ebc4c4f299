"""Files on disk -> the bytes inside: plain, gzip, zip with one file in it, or Zstandard, told by their first bytes."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

import pyarrow as pa

from kpi_cli.intake.metering import Meter, Metered
from kpi_cli.problems import Exit, KpiError, Problem

CHUNK = 1024 * 1024
PACKINGS = (".gz", ".zip", ".zst")  # what a pattern need not spell out
_GZIP, _ZIP, _ZSTANDARD = b"\x1f\x8b", b"PK\x03\x04", b"\x28\xb5\x2f\xfd"
_NO_TEXT = {
    b"PAR1": "a Parquet file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
}


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def chunks(label: str, path: Path, meter: Meter | None = None) -> Generator[bytes, None, None]:
    """Yield the unpacked bytes, all pieces but the last of CHUNK bytes.

    Raises KpiError: FILES when the file cannot be read, DATA when it is damaged or holds no text.
    """
    with _telling(label), path.open("rb", buffering=0) as opened:
        watched = Metered(opened, meter) if meter else opened
        stream = _unpacked(label, io.BufferedReader(watched, CHUNK))
        while piece := _full(stream):
            yield piece
        if isinstance(watched, Metered):
            watched.drain()


def no_table(label: str, what: str) -> KpiError:
    """Return the error of a file that holds no delimited text."""
    help_text = "export it as CSV, or save it as `CSV UTF-8` from the spreadsheet"
    return KpiError(Problem("not-a-table", f"`{label}` is {what}, not CSV", help=help_text), Exit.DATA)


def unreadable(label: str, error: OSError) -> Problem:
    """Return the problem of a file or folder that the system does not let us read."""
    reason = error.strerror or str(error)
    return Problem("unreadable-file", f"`{label}` cannot be read: {reason}", help="check that you may read it")


@contextmanager
def _telling(label: str) -> Iterator[None]:
    try:
        yield
    except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _damaged(label, error) from error
    except OSError as error:
        if error.errno is None:  # Arrow's word for a broken Zstandard frame
            raise _damaged(label, error) from error
        raise KpiError(unreadable(label, error), Exit.FILES) from error


def _damaged(label: str, error: Exception) -> KpiError:
    problem = Problem("damaged-file", f"`{label}` is damaged: {error}", help="export or copy it again")
    return KpiError(problem, Exit.DATA)


def _unpacked(label: str, file: io.BufferedReader) -> _Readable:
    magic = file.read(4)
    file.seek(0)
    if magic.startswith(_GZIP):
        return gzip.GzipFile(fileobj=file)
    if magic == _ZIP:
        return _only_member(label, file)
    if magic == _ZSTANDARD:
        packed: _Readable = pa.CompressedInputStream(pa.PythonFile(file), "zstd")
        return packed
    if magic in _NO_TEXT:
        raise no_table(label, _NO_TEXT[magic])
    return file


def _only_member(label: str, file: io.BufferedReader) -> IO[bytes]:
    archive = zipfile.ZipFile(file)
    if "xl/workbook.xml" in archive.namelist():
        raise no_table(label, "an Excel workbook")
    members = [member for member in archive.infolist() if not _is_clutter(member)]
    if len(members) != 1 or members[0].flag_bits & 1:
        what = f"{len(members)} files" if len(members) != 1 else "a file under a password"
        problem = Problem("zip-members", f"`{label}` holds {what}, not one file", help="unpack it and name the files")
        raise KpiError(problem, Exit.DATA)
    return archive.open(members[0])


def _is_clutter(member: zipfile.ZipInfo) -> bool:
    return member.is_dir() or member.filename.startswith("__MACOSX/")


def _full(stream: _Readable) -> bytes:
    piece = stream.read(CHUNK)
    while piece and len(piece) < CHUNK and (more := stream.read(CHUNK - len(piece))):
        piece += more
    return piece
