"""Files named by URL, on whatever storage fsspec has a backend for, with the few abilities of a path that are needed.

Who may read them is set up as the backend has it, in the environment or in its own files: a URL holds no secrets.
"""

import importlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, cast
from urllib.parse import urlsplit

from msgspec import Struct

from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.regexes import regex

_URL = regex(r"[A-Za-z][A-Za-z0-9+.:-]+://")
_ON_DISK = "file"


class Stat(NamedTuple):
    """What is known of a remote file; when it was written is not."""

    st_size: int
    st_mtime_ns: int = 0


class Remote(Struct, frozen=True):
    """A file that a URL names."""

    url: str

    def open(self, mode: str = "rb", buffering: int = -1) -> io.RawIOBase:  # noqa: ARG002 - as `Path` has it
        """Open the file for reading bytes, at any place. Raises KpiError."""
        with _telling(self.url):
            system, path = _located(self.url)
            return cast("io.RawIOBase", system.open(path, mode))

    def stat(self) -> Stat:
        """Return the size. Raises KpiError."""
        with _telling(self.url):
            system, path = _located(self.url)
            return Stat(int(system.info(path)["size"]))

    def exists(self) -> bool:
        """Say yes: opening the file will tell, and why not."""
        return True

    def resolve(self) -> "Remote":
        """Return the file itself: its URL means the same everywhere."""
        return self

    def as_posix(self) -> str:
        """Return the URL."""
        return self.url


FilePath: TypeAlias = Path | Remote


def is_url(text: str) -> bool:
    """Whether a text names something by URL."""
    return _URL.match(text) is not None


def on_disk(url: str) -> Path | None:
    """Return the path that a `file:` URL stands for; None for any other."""
    from urllib.request import url2pathname  # noqa: PLC0415 - loads much, and few name a file so

    parts = urlsplit(url)
    return Path(url2pathname(parts.path)) if parts.scheme.lower() == _ON_DISK else None


def found_at(url: str) -> tuple[str, ...] | None:
    """Return the files in a folder, with all that lies below it, by URL; None where the URL names a file.

    Raises KpiError: USAGE where there is nothing, or no backend for the storage; FILES for all that it says besides.
    """
    with _telling(url):
        system, path = _located(url)
        if system.info(path)["type"] != "directory":
            return None
        return tuple(system.unstrip_protocol(name) for name in sorted(system.find(path)))


def _located(url: str) -> tuple[Any, str]:
    core: Any = importlib.import_module("fsspec.core")
    system, path = core.url_to_fs(url)
    return system, str(path)


@contextmanager
def _telling(url: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        missing = error.name == "fsspec" or str(error).startswith("No module named 'fsspec")
        help_text = "install it: pip install 'kpi-cli[dask]'" if missing else "install what it names with pip"
        reason = "reading by URL needs fsspec" if missing else str(error)
        raise _refused(url, reason, help_text, Exit.USAGE) from error
    except FileNotFoundError as error:
        problem = Problem("no-such-path", f"`{url}` does not exist", help="check the address")
        raise KpiError(problem, Exit.USAGE) from error
    except ValueError as error:  # of an address that no storage has
        raise _refused(url, str(error), "check the address", Exit.USAGE) from error
    except Exception as error:  # every storage raises errors of its own kind, and nothing but a storage is called here
        reason = str(error) or type(error).__name__
        raise _refused(url, reason, "check the address, and that you may read there", Exit.FILES) from error


def _refused(url: str, reason: str, help_text: str, code: Exit) -> KpiError:
    return KpiError(Problem("unreadable-url", f"`{url}` cannot be read: {reason}", help=help_text), code)
