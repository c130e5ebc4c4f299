"""What scoring comes to: for each card and period a sheet of columns, and one agent's card as a view of it."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from fractions import Fraction

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from kpi_cli.exact import Exact
from kpi_cli.periods import Period
from kpi_cli.rows import Agent
from kpi_cli.scheme.compiled import Band, Card, CardLine


class LineStatus(StrEnum):
    """What became of one metric of one agent; without a target there is nothing to meet."""

    MET = "met"
    MISSED = "missed"
    MISSING = "missing"
    SMALL_SAMPLE = "small_sample"
    NONE = ""


class Status(StrEnum):
    """What became of one agent's card."""

    SCORED = "scored"
    HELD = "held"
    INCOMPLETE = "incomplete"
    NO_DATA = "no_data"
    UNASSIGNED = "unassigned"


class NoteCode(StrEnum):
    """What a card has to say beside its numbers; reports put it into words."""

    REWEIGHTED = "reweighted"  # metrics without a score: the others carry their weight
    PREVIOUS = "previous"  # the period a value was compared with
    NO_PREVIOUS = "no_previous"
    SMALL_SAMPLE = "small_sample"
    COUNTED_ZERO = "counted_zero"  # `missing: zero`
    COUNTED_FULL = "counted_full"  # `missing: full`
    LOW_COVERAGE = "low_coverage"
    STEP = "step"  # the name of the step reached
    GATE = "gate"
    GATE_NOT_JUDGED = "gate_not_judged"
    QUOTA = "quota"
    JOINED = "joined"
    LEFT = "left"
    AWARD = "award"  # its name, and the amount if it has one


class Note(Struct, frozen=True):
    """A remark and the names or numbers it is about."""

    code: NoteCode
    about: tuple[str, ...] = ()


LINE_STATUSES = tuple(LineStatus)
STATUSES = tuple(Status)


class LineColumn(Struct, frozen=True, eq=False):
    """One metric of a card for all its agents.

    `values` are in base units, as measured (a small sample is shown too); `counts` is the evidence n; `raw_scores`
    are exact, before clamping and rounding; `scores` are rounded to `decimals.metric`, missing where not scored.
    """

    line: CardLine
    values: Exact
    counts: Exact
    raw_scores: Exact
    scores: Exact
    statuses: NDArray[np.int8]  # positions in LINE_STATUSES
    notes: Mapping[int, tuple[Note, ...]] = field(default_factory=dict)
    remarks: tuple[Note, ...] = ()  # true of every agent's line


class Detail(Struct, frozen=True):
    """One metric of one agent's card. `points` are score times weight over 100."""

    line: CardLine
    value: Fraction | None
    count: Fraction | None
    raw_score: Fraction | None
    score: Fraction | None
    points: Fraction | None
    status: LineStatus
    notes: tuple[Note, ...] = ()


class Summary(Struct, frozen=True):
    """One agent's result. `band` is the band the score earns, `paid_band` what is left of it after gates."""

    period: Period
    agent: Agent
    card: Card | None
    score: Fraction | None
    band: Band | None
    paid_band: Band | None
    rank: int | None
    of: int | None
    coverage: Fraction | None  # percent of weight
    status: Status
    notes: tuple[Note, ...] = ()


class Payroll(Struct, frozen=True, eq=False):
    """Money columns of a sheet's agents, in the scheme's currency, rounded to 0.01; missing without an amount.

    `performance_base` is the amount times the performance split, `performance_pay` that times the coefficient;
    `bonus_pay` is the bonus part earned plus awards. `variable_pay` adds what is shown.
    """

    currency: str
    amount: Exact
    base: Exact
    performance_base: Exact
    performance_pay: Exact
    bonus_pay: Exact
    variable_pay: Exact

    def take(self, order: NDArray[np.int64]) -> "Payroll":
        """Return the rows in another order."""
        return Payroll(
            currency=self.currency,
            amount=self.amount.take(order),
            base=self.base.take(order),
            performance_base=self.performance_base.take(order),
            performance_pay=self.performance_pay.take(order),
            bonus_pay=self.bonus_pay.take(order),
            variable_pay=self.variable_pay.take(order),
        )

    def slip(self, index: int) -> "PaySlip | None":
        """Return one agent's money; None without an amount."""
        amount, base, pay_base, pay, bonus, variable = (
            column.at(index)
            for column in (
                self.amount,
                self.base,
                self.performance_base,
                self.performance_pay,
                self.bonus_pay,
                self.variable_pay,
            )
        )
        if amount is None or base is None or pay_base is None:
            return None
        return PaySlip(self.currency, amount, base, pay_base, pay, bonus, variable)


class PaySlip(Struct, frozen=True):
    """One agent's money; what hangs on the grade is None without one."""

    currency: str
    amount: Fraction
    base: Fraction
    performance_base: Fraction
    performance_pay: Fraction | None
    bonus_pay: Fraction | None
    variable_pay: Fraction | None


class Sheet(Struct, frozen=True, eq=False):
    """All agents of one card in one period, in the order of the summary: by rank, then id; unranked last.

    `card` is None for the agents that no card takes. `grades` and `paid_grades` are positions in the scheme's
    bands (-1: none), `ranks` are 0 where unranked.
    """

    period: Period
    card: Card | None
    bands: tuple[Band, ...]
    agents: tuple[Agent, ...]
    lines: tuple[LineColumn, ...]
    totals: Exact  # rounded to decimals.total; missing without a score
    grades: NDArray[np.int16]
    paid_grades: NDArray[np.int16]
    ranks: NDArray[np.int64]
    of: int
    coverage: Exact
    statuses: NDArray[np.int8]  # positions in STATUSES
    notes: Mapping[int, tuple[Note, ...]] = field(default_factory=dict)
    payroll: Payroll | None = None
    seasons: tuple[str, ...] = ()  # whose rules held

    def __len__(self) -> int:
        return len(self.agents)

    def summaries(self) -> Iterator[Summary]:
        """Yield the results in order."""
        return (self.summary(index) for index in range(len(self)))

    def summary(self, index: int) -> Summary:
        """Return one agent's result."""
        rank = int(self.ranks[index])
        return Summary(
            period=self.period,
            agent=self.agents[index],
            card=self.card,
            score=self.totals.at(index),
            band=self._band(self.grades, index),
            paid_band=self._band(self.paid_grades, index),
            rank=rank or None,
            of=self.of if rank else None,
            coverage=self.coverage.at(index),
            status=STATUSES[self.statuses[index]],
            notes=self.notes.get(index, ()),
        )

    def slip(self, index: int) -> PaySlip | None:
        """Return one agent's money, where the scheme pays."""
        return self.payroll.slip(index) if self.payroll is not None else None

    def details(self, index: int) -> Iterator[Detail]:
        """Yield one agent's lines in the card's order."""
        return (self._detail(column, index) for column in self.lines)

    def _band(self, positions: NDArray[np.int16], index: int) -> Band | None:
        position = int(positions[index])
        return self.bands[position] if position >= 0 else None

    @staticmethod
    def _detail(column: LineColumn, index: int) -> Detail:
        score = column.scores.at(index)
        return Detail(
            line=column.line,
            value=column.values.at(index),
            count=column.counts.at(index),
            raw_score=column.raw_scores.at(index),
            score=score,
            points=None if score is None else score * column.line.weight / 100,
            status=LINE_STATUSES[column.statuses[index]],
            notes=(*column.remarks, *column.notes.get(index, ())),
        )
