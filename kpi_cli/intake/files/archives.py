"""Zip archives of exports: which of their files hold data, under names that can be read."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import IO, cast

from kpi_cli.intake.files.blocks import Member
from kpi_cli.intake.files.remote import FilePath

DATA_ENDINGS = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet", ".zip"})
_PACKED = frozenset({".gz", ".zst"})
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_WORKBOOK_PARTS = frozenset({"xl/workbook.xml", "xl/workbook.bin"})
_OPEN_DOCUMENT = frozenset({"mimetype", "content.xml"})


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether the archive is a spreadsheet: Excel's and OpenDocument's are zip files."""
    names = {name.replace("\\", "/").lower() for name in archive.namelist()}
    return bool(_WORKBOOK_PARTS & names) or names >= _OPEN_DOCUMENT


def members_in(path: FilePath) -> tuple[Member, ...]:
    """Return the files of an archive that hold data; none where it is a workbook, damaged, or no archive."""
    try:
        with path.open("rb") as stream, zipfile.ZipFile(cast("IO[bytes]", stream)) as archive:
            return () if is_workbook(archive) else data_members(archive.infolist())
    except (zipfile.BadZipFile, OSError):
        return ()


def data_members(entries: Sequence[zipfile.ZipInfo]) -> tuple[Member, ...]:
    """Return the entries that hold data: those with an export's ending, or else the only one there is."""
    found = [
        Member(name, index, entry.file_size)
        for index, entry in enumerate(entries)
        if not entry.is_dir() and not _is_clutter(name := _name(entry))
    ]
    data = tuple(member for member in found if _ending(member.name) in DATA_ENDINGS)
    return data if data or len(found) != 1 else tuple(found)


def opened(archive: zipfile.ZipFile, member: Member) -> io.BufferedIOBase | None:
    """Return the bytes of a member, unpacked as they are read; None when it is under a password."""
    entry = archive.infolist()[member.index]
    return None if entry.flag_bits & _ENCRYPTED else cast("io.BufferedIOBase", archive.open(entry))


def _ending(name: str) -> str:
    path = PurePosixPath(name.lower())
    return PurePosixPath(path.stem).suffix if path.suffix in _PACKED else path.suffix


def _is_clutter(name: str) -> bool:
    return any(part.startswith((".", "~$")) or part == "__MACOSX" for part in PurePosixPath(name).parts)


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry; where its encoding is not stated, UTF-8 or else what Chinese Windows writes."""
    if entry.flag_bits & _UTF8_NAME or entry.filename.isascii():
        return entry.filename
    raw = entry.filename.encode("cp437")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename
