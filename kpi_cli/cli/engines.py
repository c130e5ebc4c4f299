"""Where data are read: on this machine, or by the workers of a Dask cluster."""

import os
from typing import Final

from kpi_cli.cli.formats import refuse
from kpi_cli.problems import did_you_mean
from kpi_cli.reports.safe import visible

LOCAL: Final = "local"
DASK: Final = "dask"
ADDRESS: Final = "DASK_SCHEDULER_ADDRESS"  # Dask's own name for it


def scheduler_of(engine: str, scheduler: str | None) -> str | None:
    """Return the address of the scheduler to ask; None: this machine reads. Raises KpiError."""
    if engine not in (LOCAL, DASK):
        known = (LOCAL, DASK)
        refuse(f"no engine `{visible(engine)}`", did_you_mean(engine, known) or f"one of {', '.join(known)}")
    if engine == LOCAL:
        if scheduler is not None:
            refuse("`--scheduler` is for `--engine dask`", "add `--engine dask`, or leave it out")
        return None
    address = scheduler or os.environ.get(ADDRESS)
    if not address:
        help_text = f"add `--scheduler tcp://HOST:8786`, or set {ADDRESS}; `dask scheduler` starts one"
        refuse("`--engine dask` needs the address of a Dask scheduler", help_text)
    return address
