"""Problems as values: made where they are found, shown once, at the edge of the command line.

A problem says what is wrong, where, and how to mend it. A bug is no problem: it keeps its traceback.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from enum import IntEnum, StrEnum

from msgspec import Struct


class Exit(IntEnum):
    """What the shell is told. From `USAGE` up nothing has been written."""

    DONE = 0
    CONDITION = 1  # done, but what the caller asked to fail on holds
    USAGE = 2  # wrong usage, or a scheme with errors
    DATA = 3  # the data cannot be scored safely
    LEDGER = 4
    FILES = 5  # a file or folder cannot be read or written
    BUG = 70


class Severity(StrEnum):
    """Errors stop the work; warnings stop it only under `--strict`."""

    ERROR = "error"
    WARNING = "warning"


class Span(Struct, frozen=True):
    """A place in a text file: 1-based line and column (in characters), and the line itself."""

    file: str
    line: int
    column: int
    text: str = ""
    width: int = 1

    def shifted(self, characters: int, width: int = 1) -> "Span":
        """Return the place `characters` further right on the same line."""
        return Span(self.file, self.line, self.column + characters, self.text, width)


class Problem(Struct, frozen=True):
    """One thing that is wrong. `code` is stable; `message` names the thing; `help` says how to mend it."""

    code: str
    message: str
    span: Span | None = None
    help: str | None = None
    severity: Severity = Severity.ERROR

    @property
    def position(self) -> tuple[str, int, int]:
        """The order in which problems are shown: by file, line and column."""
        return (self.span.file, self.span.line, self.span.column) if self.span else ("", 0, 0)


class KpiError(Exception):
    """One or more problems that stop the work, and the exit code they deserve."""

    def __init__(self, problems: Problem | Iterable[Problem], exit_code: Exit) -> None:
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(sorted(problems, key=lambda p: p.position))
        )
        self.exit_code = exit_code
        super().__init__("; ".join(problem.message for problem in self.problems))

    def __reduce__(self) -> tuple[type["KpiError"], tuple[tuple[Problem, ...], Exit]]:
        """Travel between processes as what it was made from."""
        return KpiError, (self.problems, self.exit_code)


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the nearest known name, or None when none is near; `cutoff` is 1 for equal names alone."""
    spellings = {candidate.casefold(): candidate for candidate in known}
    near = get_close_matches(name.casefold(), spellings, n=1, cutoff=cutoff)
    return spellings[near[0]] if near else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Return a question naming the nearest known name, or None when none is near.

    >>> did_you_mean("raitng", ["rating", "paid"])
    'did you mean `rating`?'
    """
    near = nearest(name, known)
    return f"did you mean `{near}`?" if near is not None else None
