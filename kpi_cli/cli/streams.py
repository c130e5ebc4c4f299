"""Standard output carries data, standard error speaks to people; both are UTF-8 on every system."""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TextIO

DUMB = frozenset({"dumb", "unknown"})


def prepare() -> None:
    """Make the standard streams UTF-8 with plain line ends; what cannot be encoded is written as an escape."""
    for stream, newline in ((sys.stdout, "\n"), (sys.stderr, None)):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace", newline=newline)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person sees this stream."""
    return stream is not None and not stream.closed and stream.isatty()


def may_colour(stream: TextIO | None) -> bool:
    """Whether colour is welcome: on a terminal that can, unless `NO_COLOR` says no."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in DUMB


def width_of(stream: TextIO | None) -> int | None:
    """Return the width in cells: `COLUMNS`, else the terminal's; None where lines may be as long as they take."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    if stream is None or not is_terminal(stream):
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except OSError:
        return 80


def write_data(content: str | Iterable[bytes]) -> None:
    """Write to standard output, as UTF-8 bytes, and flush, so that a full disk or a closed pipe shows here."""
    if sys.stdout is None:
        message = "standard output is closed"
        raise OSError(message)
    sys.stdout.flush()
    for piece in pieces(content):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def pieces(content: str | Iterable[bytes]) -> Iterable[bytes]:
    """Return what is to be written as bytes: text in UTF-8, what cannot be encoded as an escape."""
    return [content.encode("utf-8", errors="backslashreplace")] if isinstance(content, str) else content


def say(text: str) -> None:
    """Tell a person something on standard error. Nobody may be listening, which is no reason to fail."""
    if not text or sys.stderr is None:
        return
    try:
        sys.stderr.write(text if text.endswith("\n") else f"{text}\n")
        sys.stderr.flush()
    except OSError:
        _to_nowhere(sys.stderr)


def silence() -> None:
    """Let what is still buffered go nowhere: whoever read our output has left, and needs no complaint."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            _to_nowhere(stream)


def _to_nowhere(stream: TextIO) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with suppress(OSError, ValueError):  # not a real stream
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
