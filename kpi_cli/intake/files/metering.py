"""Watching a file while it is read: how many bytes went by, and their hash, as they lie on disk."""

import hashlib
import io
from collections.abc import Callable


class Meter:
    """Tells `progress` how many bytes were read, piece by piece, and hashes them when asked to."""

    def __init__(self, progress: Callable[[int], None] | None = None, *, hashing: bool = False) -> None:
        self._progress, self._digest = progress, hashlib.sha256() if hashing else None

    def feed(self, piece: bytes | memoryview) -> None:
        """Take note of the next bytes."""
        if self._digest:
            self._digest.update(piece)
        if self._progress:
            self._progress(len(piece))

    def advance(self, count: int) -> None:
        """Tell of bytes that need not be seen."""
        if self._progress:
            self._progress(count)

    @property
    def hashing(self) -> bool:
        """Whether every byte must be seen."""
        return self._digest is not None

    @property
    def sha256(self) -> str | None:
        """The hash of the bytes so far, in hexadecimal; None when hashing was not asked for."""
        return self._digest.hexdigest() if self._digest else None


class Metered(io.RawIOBase):
    """A file whose bytes are shown to a meter once and in order, wherever its reader seeks."""

    def __init__(self, file: io.FileIO, meter: Meter) -> None:
        self._file, self._meter, self._seen = file, meter, 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move as the file does."""
        return self._file.seek(offset, whence)

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override] # BufferedReader hands a memoryview
        """Read as the file does, and show what is new to the meter."""
        begin = self._file.tell()
        count = self._file.readinto(buffer)
        if begin <= self._seen < begin + count:
            self._meter.feed(buffer[self._seen - begin : count])
            self._seen = begin + count
        return count

    def drain(self) -> None:
        """Show the meter the bytes that the reader had no need of."""
        self.seek(self._seen)
        while self.read(io.DEFAULT_BUFFER_SIZE):
            pass


class Passing(io.RawIOBase):
    """A stream read from start to end as raw bytes, shown to a meter if there is one."""

    def __init__(self, stream: io.BufferedIOBase, meter: Meter | None = None) -> None:
        self._stream, self._meter = stream, meter

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override] # BufferedReader hands a memoryview
        """Read as the stream does, and show it to the meter."""
        piece = self._stream.read(len(buffer))
        buffer[: len(piece)] = piece
        if self._meter:
            self._meter.feed(piece)
        return len(piece)

    def drain(self) -> None:
        """Show the meter the bytes that the reader had no need of."""
        while self.read(io.DEFAULT_BUFFER_SIZE):
            pass
