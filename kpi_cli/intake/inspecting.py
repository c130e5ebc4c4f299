"""Files nobody has described -> what they are: the work behind `kpi inspect`.

Known headers help to find the header row and the sheet; all else is told by the cells. Files with the same header are
one source.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kpi_cli.intake import encodings, headerwords, unpacking
from kpi_cli.intake.arguments import Candidate as Argument
from kpi_cli.intake.arguments import candidates
from kpi_cli.intake.blocks import ExportFile, Form, InputFile
from kpi_cli.intake.candidates import bots_in, find_roles, told
from kpi_cli.intake.evidence import Evidence
from kpi_cli.intake.expecting import Expected
from kpi_cli.intake.fitting import fits_of
from kpi_cli.intake.headers import header_key
from kpi_cli.intake.inspection import Inspection, Question, SeenColumn, SeenFile
from kpi_cli.intake.known import headers_in
from kpi_cli.intake.opening import open_export
from kpi_cli.intake.sampling import MOST_ROWS, Sample, sampled
from kpi_cli.intake.settling import Settled, settle
from kpi_cli.intake.sniffing import Layout, sniff
from kpi_cli.intake.suggesting import Found, left_out, suggested
from kpi_cli.intake.workbooks import DELIMITER, open_workbook
from kpi_cli.problems import Exit, KpiError, Problem, Severity
from kpi_cli.scheme.compiled import ColumnType, SourceColumn

_NAME = "export"
_SURE = 2  # known headers that a row must hold more than the row that looks like a header
_BESIDE = 2  # how far a time of day may stand from its date
_WESTERN = "windows-1252"


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was found, and what of a folder could not be looked at."""

    inspections: tuple[Inspection, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Opened:
    file: ExportFile
    bom: bool
    sheet: str | None
    only_by_sheet: bool = False
    question: Question | None = None


def inspect(data: Sequence[str], most: int = MOST_ROWS) -> Inspected:
    """Look at files, and at those in folders; raise KpiError for what is named and cannot be read."""
    opened, errors, warnings = [], [], []
    for argument in candidates(data, ()):
        try:
            opened.append(_open(InputFile(argument.label, argument.path, member=argument.member)))
        except KpiError as error:
            (errors if argument.named else warnings).append(error)
    if errors:
        raise KpiError([each for error in errors for each in error.problems], max(error.exit_code for error in errors))
    if not opened:
        raise _nothing(data, [each for error in warnings for each in error.problems])
    found: list[Inspection] = []
    for group in _grouped(opened):
        found.append(_inspection(group, most, [each.entry.name for each in found]))
    skipped = (replace(each, severity=Severity.WARNING) for error in warnings for each in error.problems)
    return Inspected(tuple(found), tuple(skipped))


def _nothing(data: Sequence[str], reasons: Sequence[Problem]) -> KpiError:
    named = ", ".join(f"`{each}`" for each in data)
    problem = Problem("nothing-to-inspect", f"no export in {named}", help="name a file, or a folder that holds some")
    return KpiError([*reasons, problem], Exit.DATA)


def _grouped(opened: Iterable[_Opened]) -> list[list[_Opened]]:
    groups: dict[tuple[object, ...], list[_Opened]] = {}
    for each in opened:
        key = (tuple(header_key(cell) for cell in each.file.header), each.file.dialect.delimiter == ";", each.question)
        groups.setdefault(key, []).append(each)
    return list(groups.values())


def _open(found: InputFile) -> _Opened:
    if unpacking.form_of(found) is Form.WORKBOOK:
        return _open_workbook(found)
    if unpacking.form_of(found) is Form.PARQUET:
        return _Opened(open_export(found, Expected(_NAME)), bom=False, sheet=None)
    head = next(unpacking.chunks(found), b"")
    encoding = _western(head)
    text = encodings.to_utf8(b"", "utf-8") if encoding else b""
    del text
    plain = open_export(found, Expected(_NAME, encoding=encoding))
    known = open_export(found, Expected(_NAME, wanted, encoding=encoding)) if (wanted := _wanted(_as_text(head, plain))) else plain
    file = known if _is_better(known, plain, wanted) else plain
    return _Opened(file, encodings.bom_length(head) > 0, None, question=_encoding_question(encoding))
