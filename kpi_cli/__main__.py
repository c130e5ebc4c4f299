"""`python -m kpi_cli`, and what the command `kpi` runs."""

import atexit
import gc
import os
import signal
import sys
from types import FrameType

TERMINATED = 143  # as a shell has it: 128 and the number of the signal
_ARENA_MAX, _TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -8, -1, -2, -3  # of GNU's <malloc.h>
_MALLOC = {_ARENA_MAX: 1, _TRIM_THRESHOLD: 1 << 28, _TOP_PAD: 1 << 25, _MMAP_THRESHOLD: 1 << 25}


def run() -> None:
    """Run the command line."""
    codes: list[int] = []
    if not atexit._ncallbacks():  # noqa: SLF001 - the first comes last, and would cut off whoever came before (a tracer)
        atexit.register(_leave, codes)
    signal.signal(signal.SIGTERM, _terminate)
    _hurry()
    from kpi_cli.cli.app import app  # noqa: PLC0415 - after `_hurry`, for imports are most of what a command does
    from kpi_cli.cli.streams import prepare  # noqa: PLC0415 - the same

    prepare()
    try:
        app(prog_name="kpi")
    except SystemExit as end:
        if isinstance(end.code, int):
            codes.append(end.code)
        raise


def _hurry() -> None:
    """Spare a short command a fifth of its time: looking for garbage where there is none, and for plugins."""
    gc.set_threshold(250_000, 50, 100)  # imports make more than 100,000 objects, and nearly all of them stay
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads wait busily for matrices, and there are none
    if sys.platform == "linux":  # where it was measured: a fifth less memory, at the same speed
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
        _keep_memory()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # others' plugins have no say in how a scheme is read


def _keep_memory() -> None:
    """Have all threads use again what any of them has freed, and give nothing back: a new page costs a microsecond."""
    import ctypes  # noqa: PLC0415 - after `gc` has been told; numpy imports it anyway

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option, value in _MALLOC.items():
            mallopt(option, value)


def _leave(codes: list[int]) -> None:
    """End at once, when all else has ended: to take everything apart again is a twentieth of a short command."""
    if codes:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None and not stream.closed:
                try:
                    stream.flush()
                except OSError:
                    return  # the interpreter has its way of telling this
        os._exit(codes[0])


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    """End by way of every `finally`, so that nothing half-written stays behind."""
    sys.exit(TERMINATED)


if __name__ == "__main__":
    run()
