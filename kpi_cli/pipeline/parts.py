"""Files -> the parts of them that workers read: a file each, or ranges of whole records of a big one."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from kpi_cli.intake.files import parquet, parting, unpacking
from kpi_cli.intake.files.blocks import ExportFile, Form
from kpi_cli.intake.files.parting import Look
from kpi_cli.intake.rows.sharing import Place

PART_BLOCKS = 16  # a part is of about so many blocks; files of less than two parts are not cut
_PACKED_BY = 4  # Parquet holds in a byte what CSV spells out in about so many


class Part(Struct, frozen=True):
    """What one worker reads at a time; `size` in bytes, as they lie on disk."""

    place: Place
    file: ExportFile
    size: int


def is_copy(file: ExportFile) -> bool:
    """Whether the file holds what came by a pipe, which no other machine sees."""
    return not file.label.startswith(file.path.as_posix())


def stretches(file: ExportFile, size: int) -> tuple[tuple[int, int], ...]:
    """Return stretches of about `size` bytes of a file that is worth being cut; none of any other."""
    whole = file.size - file.body
    if whole < 2 * size or not parting.is_divisible(file):
        return ()
    count = whole // size
    edges = [file.body + whole * number // count for number in range(count)]
    return tuple(pairwise([*edges, file.size]))


def parts_of(number: int, file: ExportFile, looks: Sequence[Look | None], size: int) -> list[Part]:
    """Return the parts of a file, given what its stretches show; one part where they do not show where to cut."""
    known = replace(file, path=file.path.resolve())
    ranges = _row_groups(file, size) if file.form is Form.PARQUET else []
    if looks and (settled := parting.settled(known, looks)) is not None:
        known, ranges = settled, list(pairwise((*parting.beginnings(looks, file.size), file.size)))
    if not ranges:
        return [Part((number, 0), known, file.size)]
    unit = file.size / sum(end - begin for begin, end in ranges)
    return [
        Part((number, index), replace(known, body=begin, end=end), int(unit * (end - begin)))
        for index, (begin, end) in enumerate(ranges)
    ]


def _row_groups(file: ExportFile, size: int) -> list[tuple[int, int]]:
    """Return ranges of row groups; none where there are too few, or the file would have to be unpacked for each."""
    with unpacking.content(file) as found:
        if found.packed:
            return []
    groups = len(parquet.row_groups(file))
    count = min(groups, file.size * _PACKED_BY // size)
    return list(pairwise(groups * number // count for number in range(count + 1))) if count > 1 else []


def ordered(parts: Iterator[Part]) -> tuple[Part, ...]:
    """Return parts in the order of files and of what stands in them."""
    return tuple(sorted(parts, key=lambda part: part.place))
