"""What is asked of a run and what comes out of it."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import Struct, field

from kpi_cli.intake.files.opening import BLOCK_SIZE
from kpi_cli.periods import Period
from kpi_cli.pipeline.trace import Trace
from kpi_cli.problems import Problem
from kpi_cli.rows import Agent, Input, SourceReport
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scoring.cards import Sheet

Traces: TypeAlias = Mapping[tuple[Period, Agent, str], tuple[Trace, ...]]
"""What a metric of an agent is made of in a period."""


class Question(Struct, frozen=True):
    """Whose card is explained, and which metrics of it (names or labels; none: all of them and the total)."""

    agents: tuple[str, ...]
    metrics: tuple[str, ...] = ()


class Request(Struct, frozen=True):
    """What is to be scored. `data` are the DATA arguments as written; `expect` are rows read, by source.

    Rows that cannot be read are listed in the file `rejects`, the results will be written to `output`: neither may be
    a file that is read. `scheduler` is the address of the Dask scheduler whose workers are to read the data; None:
    this machine reads. The rows behind what is `traced` are looked up in the data once the scores are there.
    """

    scheme: Scheme
    data: tuple[str, ...]
    periods: tuple[Period, ...]
    expect: Mapping[str, int] = field(default_factory=dict)
    rejects: str | None = None
    output: str | None = None
    hash_inputs: bool = False
    block_size: int = BLOCK_SIZE
    scheduler: str | None = None
    progress: Callable[[int, int], None] | None = None  # bytes done, bytes in all
    traced: Question | None = None


class Outcome(Struct, frozen=True):
    """Sheets by period, then card in the scheme's order; the account of every row; what was read.

    `untaken` are the files of DATA that nothing took. `traces` are the rows that were asked for.
    """

    scheme: Scheme
    sheets: tuple[Sheet, ...]
    reports: Mapping[Period, tuple[SourceReport, ...]]
    inputs: tuple[Input, ...]
    warnings: tuple[Problem, ...]
    untaken: tuple[str, ...] = ()
    traces: Traces = field(default_factory=dict)
