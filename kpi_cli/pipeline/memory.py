"""A worker's memory while it reads: what one block has freed serves the next, instead of going back to the system.

Dask starts its workers with a fixed `MALLOC_TRIM_THRESHOLD_`, which also stops the C library from adapting its other
limits: every larger array is then mapped anew and cleared by the system, as much work again as the reading itself.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CDLL
from threading import Lock

_FIXED = "MALLOC_TRIM_THRESHOLD_"
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # as malloc.h numbers them
_PLENTY = 256 * 1024 * 1024
_LARGEST, _USUAL = 32 * 1024 * 1024, 128 * 1024  # from what size on memory is mapped: at most, and by default
_changing = Lock()
_keepers: list[None] = []  # one for each thread that keeps memory now


@contextmanager
def kept() -> Iterator[None]:
    """Keep freed memory at hand, then give it back; does something only where glibc was told a fixed threshold."""
    fixed = os.environ.get(_FIXED, "")
    library = CDLL(None) if sys.platform == "linux" and fixed.isdigit() else None
    if library is None or not hasattr(library, "mallopt"):
        yield
        return
    with _changing:
        _keepers.append(None)
        _limit(library, _PLENTY, _LARGEST)
    try:
        yield
    finally:
        with _changing:
            _keepers.pop()
            if not _keepers:
                _limit(library, int(fixed), _USUAL)
        library.malloc_trim(0)


def _limit(library: CDLL, trimmed: int, mapped: int) -> None:
    library.mallopt(_TRIM_THRESHOLD, trimmed)
    library.mallopt(_MMAP_THRESHOLD, mapped)
