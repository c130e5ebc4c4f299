"""Files are written whole or not at all: into a temporary file beside the target, then renamed over it."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from kpi_cli.cli.streams import pieces, write_data
from kpi_cli.problems import Exit, KpiError, Problem

STANDARD_OUTPUT = "-"


def check_target(path: str, inputs: Iterable[str] = ()) -> None:
    """Raise KpiError for a file that cannot be written, or must not be, before any work is done for it."""
    target = Path(path)
    if path == STANDARD_OUTPUT:
        return
    if target.is_dir():
        raise _refused(path, "it is a folder", "name a file in it")
    if not _real(target).parent.is_dir():
        raise _refused(path, f"there is no folder `{_real(target).parent}`", "make the folder first")
    for source in inputs:
        if target.exists() and Path(source).exists() and target.samefile(source):
            message = f"`{path}` is read here, so it cannot be written"
            raise KpiError(Problem("output-is-input", message, help="write to another file"), Exit.USAGE)


def check_rejects(path: str | None, output: str | None, inputs: Iterable[str]) -> None:
    """Raise KpiError for a file of rejected rows that cannot be written, or must not be."""
    if path is None:
        return
    if path == STANDARD_OUTPUT:
        _misused("`--rejects -`: standard output carries the results", "name a file")
    if output is not None and _real(Path(path)) == _real(Path(output)):
        _misused(f"`{path}` cannot hold both the results and the rejected rows", "name two files")
    check_target(path, inputs)


def deliver(content: str | Iterable[bytes], path: str | None) -> None:
    """Write to standard output, or to a file. Raises KpiError if the file cannot be written.

    Of pieces, none is made before the one in front of it is written: what may fail is the first.
    """
    if path is None or path == STANDARD_OUTPUT:
        write_data(content)
        return
    try:
        _write_whole(_real(Path(path)), pieces(content))
    except OSError as failure:
        raise _refused(path, failure.strerror or str(failure)) from failure


def _real(target: Path) -> Path:
    """Return the file itself: a link stays a link to what is written."""
    return Path(os.path.realpath(target))


def _write_whole(target: Path, data: Iterable[bytes]) -> None:
    if target.exists() and not target.is_file():
        with target.open("wb") as device:  # or a pipe: nothing to rename over
            device.writelines(data)
        return
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)  # noqa: PTH105 - Path.replace says no more
    except BaseException:  # an interruption too: nothing half-written stays, and it goes on its way
        Path(name).unlink(missing_ok=True)
        raise


def _misused(message: str, help_text: str) -> NoReturn:
    raise KpiError(Problem("usage", message, help=help_text), Exit.USAGE)


def _refused(path: str, reason: str, help_text: str | None = None) -> KpiError:
    return KpiError(Problem("output", f"cannot write `{path}`: {reason}", help=help_text), Exit.FILES)
