"""What is asked of a run and what comes out of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kpi_cli.periods import Period
from kpi_cli.problems import Problem
from kpi_cli.rows import Input, SourceReport
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scoring.cards import Sheet

BLOCK_SIZE = 4 << 20


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be scored. `data` are the DATA arguments as written; `expect` are rows read, by source.

    `scheduler` is the address of the Dask scheduler whose workers are to read the data; None: this machine reads.
    """

    scheme: Scheme
    data: tuple[str, ...]
    periods: tuple[Period, ...]
    expect: Mapping[str, int] = field(default_factory=dict)
    rejects: str | None = None
    hash_inputs: bool = False
    block_size: int = BLOCK_SIZE
    scheduler: str | None = None
    progress: Callable[[int, int], None] | None = None  # bytes done, bytes in all


@dataclass(frozen=True, slots=True)
class Outcome:
    """Sheets by period, then card in the scheme's order; the account of every row; what was read.

    `untaken` are the files of DATA that nothing took.
    """

    scheme: Scheme
    sheets: tuple[Sheet, ...]
    reports: Mapping[Period, tuple[SourceReport, ...]]
    inputs: tuple[Input, ...]
    warnings: tuple[Problem, ...]
    untaken: tuple[str, ...] = ()
