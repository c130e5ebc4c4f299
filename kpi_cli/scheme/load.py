"""From a file to a scheme: read, shaped, compiled and checked, with every problem reported at once."""

from pathlib import Path as FilePath

from msgspec import Struct

from kpi_cli.problems import Exit, KpiError, Problem, Span
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scheme.compiling.inheritance import Presets
from kpi_cli.scheme.compiling.whole import Draft
from kpi_cli.scheme.examining import Examined, examine_document
from kpi_cli.scheme.seasons import check_seasons
from kpi_cli.scheme.yamlfile import read_yaml

_EXPORTS = frozenset({".csv", ".tsv", ".xls", ".xlsx", ".ods", ".parquet", ".zip", ".gz", ".zst"})


class Loaded(Struct, frozen=True):
    """A scheme without errors, what may yet be worth a look, and what `advice` is given on."""

    scheme: Scheme
    warnings: tuple[Problem, ...]
    draft: Draft


def load_scheme(path: str | FilePath, presets: Presets | None = None) -> Loaded:
    """Load a scheme from a file.

    Raises KpiError: USAGE with every problem of the scheme, or when there is no such file; FILES when the file
    cannot be read.
    """
    name = str(path)
    return load_text(decode(_bytes(name), name), name, presets)


def load_text(text: str, file: str, presets: Presets | None = None) -> Loaded:
    """Load a scheme from text; `file` is the name that problems give. Raises KpiError as load_scheme does."""
    found = examine(text, file, presets)
    if found.scheme is None or found.draft is None or found.errors:
        raise KpiError(found.problems, Exit.USAGE)
    return Loaded(found.scheme, tuple(sorted(found.problems, key=lambda problem: problem.position)), found.draft)


def examine(text: str, file: str, presets: Presets | None = None) -> Examined:
    """Return the scheme, as far as there is one, and every problem of the text."""
    reading = read_yaml(text, file)
    if reading.document is None:
        return Examined(None, reading.problems)
    known = {} if presets is None else presets  # whether there are any need not be asked: that looks at their files
    found = examine_document(reading.document, text, known)
    seasonal = check_seasons(reading.document, found, text, known)
    return Examined(found.scheme, (*reading.problems, *found.problems, *seasonal), found.draft)


def decode(content: bytes, file: str) -> str:
    """Return the text of a file, which must be UTF-8. Raises KpiError."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        begin = content.rfind(b"\n", 0, error.start) + 1
        text = content[begin:].partition(b"\n")[0].decode("utf-8", errors="replace").rstrip("\r")
        column = len(content[begin : error.start].decode("utf-8", errors="replace")) + 1
        is_utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
        message = "the scheme is in UTF-16, not in UTF-8" if is_utf16 else "the scheme is not in UTF-8"
        problem = Problem(
            "yaml-encoding",
            message,
            Span(file, content.count(b"\n", 0, begin) + 1, column, text),
            "save it as UTF-8 in your editor",
        )
        raise KpiError(problem, Exit.USAGE) from error


def _bytes(path: str) -> bytes:
    help_text = "the scheme comes first, then the data: kpi score SCHEME DATA..."
    if FilePath(path).is_dir():
        help_text = "the first argument is the scheme, a YAML file, and the data follow: kpi score SCHEME DATA..."
        raise KpiError(Problem("unreadable-file", f"`{path}` is a folder, not a scheme", help=help_text), Exit.FILES)
    if FilePath(path).suffix.lower() in _EXPORTS:
        raise KpiError(Problem("not-a-scheme", f"`{path}` is data, not a scheme", help=help_text), Exit.USAGE)
    try:
        return FilePath(path).read_bytes()
    except FileNotFoundError as error:
        problem = Problem("no-such-file", f"there is no file `{path}`", help="name the scheme's YAML file")
        raise KpiError(problem, Exit.USAGE) from error
    except OSError as error:
        problem = Problem("unreadable-file", f"`{path}` cannot be read: {error.strerror or error}")
        raise KpiError(problem, Exit.FILES) from error
