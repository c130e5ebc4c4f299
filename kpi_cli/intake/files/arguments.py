"""DATA arguments -> the files they name: files, folders and what lies in them, SOURCE=FILE, standard input."""

import atexit
import os
import stat
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from select import select
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from kpi_cli.intake.files.archives import members_in
from kpi_cli.intake.files.blocks import Member
from kpi_cli.intake.files.remote import FilePath, Remote, found_at, is_url, on_disk
from kpi_cli.intake.files.unpacking import CHUNK, unreadable
from kpi_cli.problems import Exit, KpiError, Problem, did_you_mean

STDIN = "-"
ROSTER = "roster"
ARCHIVE = ".zip"
_PATIENCE = 0.25  # seconds


class Candidate(Struct, frozen=True):
    """A file that DATA leads to. `source` when it was assigned to one; `named` unless it was found in a folder.

    Of an archive each `member` is a candidate; `archive` is the label of the whole, `beside` names all its members.
    """

    label: str
    path: FilePath
    source: str | None = None
    named: bool = True
    member: Member | None = None
    archive: str | None = None
    beside: tuple[PurePath, ...] = ()

    @property
    def name(self) -> PurePath:
        """The path by whose name patterns take the file."""
        return PurePath(self.label)

    @property
    def whole(self) -> str:
        """The label of the file on disk."""
        return self.archive or self.label

    @property
    def is_stdin(self) -> bool:
        """Whether the file holds what came by standard input."""
        return self.whole == STDIN

    @property
    def place(self) -> tuple[FilePath, int | None]:
        """What tells one file from another, wherever its names lead."""
        return self.path.resolve(), self.member.index if self.member else None


def candidates(data: Sequence[str], sources: Sequence[str]) -> list[Candidate]:
    """Return the files that the arguments lead to, in order of their paths, under every name that leads to them.

    Raises KpiError: USAGE for paths and sources that do not exist, FILES for what cannot be read.
    """
    reader = _Arguments(frozenset({*sources, ROSTER}))
    read = [member for argument in data for candidate in reader.read(argument) for member in _members(candidate)]
    if reader.problems:
        raise KpiError(reader.problems, reader.exit_code)
    in_order = sorted(read, key=lambda each: each.named)  # what is named as well as found counts as named
    found = {(each.label, each.place, each.source): each for each in in_order}
    return sorted(found.values(), key=lambda each: (each.label, each.source or ""))


class _Arguments:
    """Reads arguments and gathers what is wrong with them."""

    def __init__(self, sources: frozenset[str]) -> None:
        self._sources = sources
        self._stdin: Path | None = None
        self.problems: list[Problem] = []
        self.exit_code = Exit.USAGE

    def read(self, argument: str) -> Iterator[Candidate]:
        source, equals, target = argument.partition("=")
        if equals and (name := unicodedata.normalize("NFKC", source)) in self._sources:
            yield from self._read_target(target, name)
        elif equals and source.isidentifier() and not os.path.lexists(argument):
            help_text = did_you_mean(source, self._sources) or f"sources are {', '.join(sorted(self._sources))}"
            message = f"`{argument}`: the scheme has no source `{source}`"
            self.problems.append(Problem("unknown-source", message, help=help_text))
        else:
            yield from self._read_target(argument, None)

    def _read_target(self, target: str, source: str | None) -> Iterator[Candidate]:
        if target == STDIN:
            if sys.stdin is None:  # as where the caller has closed it
                closed = Problem("unreadable-file", "standard input is closed", help="pipe the rows in, or name a file")
                raise KpiError(closed, Exit.FILES)
            self._stdin = self._stdin or _copied(sys.stdin.buffer)
            yield Candidate(STDIN, self._stdin, source)
            return
        path = Path(target)
        if is_url(target):
            if (there := on_disk(target)) is None:
                yield from self._found_at(target, source)
                return
            path = there
        try:
            mode = path.stat().st_mode if target else 0
        except (FileNotFoundError, NotADirectoryError, ValueError):
            mode = 0
        except OSError as error:
            self._add_unreadable(target, error)
            return
        if stat.S_ISDIR(mode):
            yield from self._found_in(path, source)
        elif mode:
            yield self._file(path, mode, source)
        else:
            self._add_absent(target)

    def _found_at(self, url: str, source: str | None) -> Iterator[Candidate]:
        try:
            found = found_at(url)
        except KpiError as error:
            self.problems.extend(error.problems)
            self.exit_code = max(self.exit_code, error.exit_code)
            return
        top = len(PurePath(url).parts)
        for each in (url,) if found is None else found:
            if not any(map(_is_hidden, PurePath(each).parts[top:])):
                yield Candidate(each, Remote(each), source, named=found is None)

    def _file(self, path: Path, mode: int, source: str | None) -> Candidate:
        if stat.S_ISREG(mode):
            return Candidate(path.as_posix(), path, source)
        with path.open("rb") as pipe:  # read once and for all, as standard input is
            return Candidate(path.as_posix(), _copied(pipe), source)

    def _found_in(self, top: Path, source: str | None) -> Iterator[Candidate]:
        seen = set()
        walk = os.walk(top, onerror=lambda error: self._add_unreadable(top.as_posix(), error), followlinks=True)
        for root, folders, names in walk:
            real = Path(root).resolve()
            folders[:] = sorted(name for name in folders if not _is_hidden(name)) if real not in seen else []
            seen.add(real)
            paths = (Path(root, name) for name in sorted(names) if not _is_hidden(name))
            yield from (
                Candidate(path.as_posix(), path, source, named=False) for path in paths if self._is_export(path)
            )

    def _is_export(self, path: Path) -> bool:
        """Whether what lies in a folder is a file, or a link to one that is gone: whoever takes it is to hear of it."""
        try:
            return stat.S_ISREG(path.stat().st_mode)
        except FileNotFoundError:
            return path.is_symlink()
        except OSError as error:
            self._add_unreadable(path.as_posix(), error)
            return False

    def _add_absent(self, target: str) -> None:
        folder = Path(target).parent
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        help_text = did_you_mean(Path(target).name, names) or "check the path and the folder you are in"
        self.problems.append(Problem("no-such-path", f"`{target}` does not exist", help=help_text))

    def _add_unreadable(self, label: str, error: OSError) -> None:
        self.problems.append(unreadable(str(error.filename or label), error))
        self.exit_code = Exit.FILES


def _members(candidate: Candidate) -> Iterator[Candidate]:
    """Yield the members of an archive that hold data, or the candidate itself."""
    is_copy = candidate.path.as_posix() != candidate.label  # of a pipe, whose name says nothing
    members = members_in(candidate.path) if is_copy or candidate.label.lower().endswith(ARCHIVE) else ()
    if not members:
        yield candidate
    beside = tuple(PurePath(candidate.label, member.name) for member in members)
    for member, name in zip(members, beside, strict=True):
        # a path is told in short, a URL as it stands
        is_path = isinstance(candidate.path, Path)
        label = name.as_posix() if is_path else f"{candidate.label}/{PurePath(member.name).as_posix()}"
        yield replace(candidate, label=label, member=member, archive=candidate.label, beside=beside)


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name == "__MACOSX"


def _copied(stream: BinaryIO) -> Path:
    """Copy what can be read only once to a file of its own, private and gone when the program ends."""
    with tempfile.NamedTemporaryFile(prefix="kpi-", delete=False) as copy:
        path = Path(copy.name)
        atexit.register(path.unlink, missing_ok=True)
        # unbuffered: a read that gets anything returns, so that an interruption is heard while a pipe stays open
        copy.writelines(_pieces(getattr(stream, "raw", stream)))
    return path


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what comes in, never waiting long in one call: an interruption just before a read would not end it."""
    can_wait = os.name == "posix"  # elsewhere only sockets can be waited for
    while True:
        while can_wait and not select([stream], [], [], _PATIENCE)[0]:
            continue
        piece = stream.read(CHUNK)
        if not piece:
            return
        yield piece
