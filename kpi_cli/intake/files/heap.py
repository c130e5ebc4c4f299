"""Memory that columns leave behind, kept for the next ones."""

from functools import cache

import numpy as np

_LARGEST = 31 << 20  # of glibc's own limit of 32 MiB


@cache
def keep_freed() -> None:
    """Let the allocator keep what is freed, where it is glibc's; elsewhere this does nothing.

    Its habit is to give large arrays back to the system at once and to ask for them anew, every page of them to be
    cleared each time. It drops the habit for all sizes below that of the largest array it has seen come and go.
    """
    np.empty(_LARGEST, dtype=np.uint8)
