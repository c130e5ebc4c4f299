"""The work behind `kpi init`: a ready scheme, its sample and the editor's JSON Schema, all of them or none."""

import os
import shlex
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from kpi_cli.cli.starters import SAMPLE, SAMPLE_PERIOD, Starter, starters, starting_files
from kpi_cli.cli.streams import say, write_data
from kpi_cli.problems import Exit, KpiError, Problem, did_you_mean
from kpi_cli.reports.safe import visible

SCHEMA = "kpi.schema.json"  # as the schemes' first lines name it


def show_starters() -> None:
    """List the ready schemes: name, and what it is for."""
    found = starters().values()
    width = max(len(starter.name) for starter in found)
    write_data("".join(f"{starter.name:<{width}}  {starter.title}\n" for starter in found))


def start(folder: str, name: str) -> None:
    """Write a ready scheme and what it needs into a folder, and say how to go on.

    Raises KpiError (USAGE) for an unknown name, and when something is there already that would be written over.
    """
    starter = _found(name)
    files = {Path(folder, inner): content for inner, content in _contents(starter)}
    _must_not_overwrite(Path(folder), files)
    _create({path: content for path, content in files.items() if not os.path.lexists(path)})
    scheme, sample = Path(folder, starter.path.name), Path(folder, SAMPLE)
    say(f"ready: {_shown(scheme)}, sample exports in {_shown(sample)}, {_shown(Path(folder, SCHEMA))} for editors; try")
    say(f"  kpi score {_argument(scheme)} {_argument(sample)} --period {SAMPLE_PERIOD}")


def _found(name: str) -> Starter:
    known = starters()
    starter = known.get(name.removesuffix(".yaml"))
    if starter is None:
        help_text = did_you_mean(name, known) or "`kpi init --list` shows them"
        raise KpiError(Problem("unknown-starter", f"no ready scheme `{visible(name)}`", help=help_text), Exit.USAGE)
    return starter


def _contents(starter: Starter) -> Iterable[tuple[str, bytes]]:
    from kpi_cli.scheme.jsonschema import schema_text  # noqa: PLC0415 - pydantic is not needed for a list

    yield from starting_files(starter)
    yield SCHEMA, schema_text().encode("utf-8")


def _must_not_overwrite(folder: Path, files: Mapping[Path, bytes]) -> None:
    """Raise KpiError if a file would be lost. The same sample lying there from an earlier start is left alone."""
    if folder.exists() and not folder.is_dir():
        raise KpiError(Problem("not-a-folder", f"`{_shown(folder)}` is a file, not a folder"), Exit.USAGE)
    scheme = next(iter(files))
    there = [path for path, content in files.items() if os.path.lexists(path) and not _same(path, content)]
    if scheme not in there and os.path.lexists(scheme):
        there.insert(0, scheme)
    if there:
        message = f"there is already {', '.join(f'`{_shown(path)}`' for path in there)}: nothing was written"
        raise KpiError(Problem("would-overwrite", message, help="name a new folder: `kpi init FOLDER`"), Exit.USAGE)


def _same(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _create(files: Mapping[Path, bytes]) -> None:
    """Create files and the folders they lie in, all or none; a file that has come in between is not touched."""
    made: list[Path] = []
    try:
        for path, content in files.items():
            for folder in reversed([path.parent, *path.parent.parents]):
                if not folder.exists():
                    folder.mkdir()
                    made.append(folder)
            with path.open("xb") as file:
                made.append(path)
                file.write(content)
    except BaseException:  # an interruption too: all files or none, and it goes on its way
        for path in reversed(made):
            with suppress(OSError):  # the reason for stopping is what is told
                path.rmdir() if path.is_dir() else path.unlink()
        raise


def _shown(path: Path) -> str:
    return visible(path.as_posix())


def _argument(path: Path) -> str:
    """Write a path so that a shell takes it for what it is."""
    text = path.as_posix()
    return shlex.quote(f"./{text}" if text.startswith("-") else text)
