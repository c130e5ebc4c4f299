"""What a grade comes to in money: every cell exact, rounded half up to 0.01, and only then added."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from kpi_cli import exact
from kpi_cli.exact import Exact, Mask
from kpi_cli.scheme.compiled import Award, Pay
from kpi_cli.scoring.cards import Sheet
from kpi_cli.scoring.conditions import Bench

_PERCENT = Fraction(1, 100)
_CENTS = 2


@dataclass(frozen=True, slots=True)
class Payroll:
    """Money columns of a sheet's agents, in the scheme's currency, rounded to 0.01; missing without an amount.

    `performance_base` is the amount times the performance split, `performance_pay` that times the coefficient;
    `bonus_pay` is the bonus part earned plus awards. `variable_pay` adds what is shown.
    """

    amount: Exact
    base: Exact
    performance_base: Exact
    performance_pay: Exact
    bonus_pay: Exact
    variable_pay: Exact
    bonus_met: tuple[tuple[str, ...], ...]  # of the bonus metrics, those met, per agent

    def take(self, order: NDArray[np.int64]) -> "Payroll":
        """Return the rows in another order."""
        return Payroll(
            amount=self.amount.take(order),
            base=self.base.take(order),
            performance_base=self.performance_base.take(order),
            performance_pay=self.performance_pay.take(order),
            bonus_pay=self.bonus_pay.take(order),
            variable_pay=self.variable_pay.take(order),
            bonus_met=tuple(self.bonus_met[int(index)] for index in order),
        )


def payroll(sheet: Sheet, pay: Pay, amounts: Exact, bench: Bench, awards: Exact) -> Payroll:
    """Return the money of each agent; `amounts` are the roster's, already prorated where the scheme says so."""
    rows = len(sheet)
    coefficients = exact.from_fractions(
        [Fraction(sheet.bands[grade].coefficient) if grade >= 0 else None for grade in sheet.paid_grades]
    )
    performance_base = _part(amounts, pay.performance)
    performance_pay = (performance_base * coefficients).half_up(_CENTS)
    met = _metrics_met(pay, bench, rows)
    earned = _bonus(pay, _part(amounts, pay.bonus_share), bench, met)
    bonus_pay = (earned + awards).half_up(_CENTS).only_where(performance_pay.present)
    return Payroll(
        amount=amounts,
        base=_part(amounts, pay.base),
        performance_base=performance_base,
        performance_pay=performance_pay,
        bonus_pay=bonus_pay,
        variable_pay=performance_pay + bonus_pay,
        bonus_met=tuple(tuple(name for name, hit in met.items() if hit[index]) for index in range(rows)),
    )


def award_amounts(awards: Sequence[Award], bench: Bench) -> tuple[Exact, tuple[tuple[str, ...], ...]]:
    """Return the money that awards bring each agent, and the names of the awards won."""
    rows = len(bench.sheet)
    graded = bench.sheet.grades >= 0
    won = [(award, bench.judge(award.when).values & graded) for award in awards]
    amounts = [
        exact.pick(mask, exact.constant(award.amount or Fraction(0), rows), exact.constant(Fraction(0), rows))
        for award, mask in won
    ]
    names = tuple(tuple(award.name for award, mask in won if mask[index]) for index in range(rows))
    return reduce(Exact.__add__, amounts, exact.constant(Fraction(0), rows)), names


def _part(amounts: Exact, percent: Fraction) -> Exact:
    return (amounts * exact.constant(percent * _PERCENT, len(amounts))).half_up(_CENTS)


def _metrics_met(pay: Pay, bench: Bench, rows: int) -> dict[str, Mask]:
    names = pay.bonus.metrics if pay.bonus is not None else ()
    return {name: bench.met(name).values if rows else np.zeros(0, dtype=bool) for name in names}


def _bonus(pay: Pay, whole: Exact, bench: Bench, met: dict[str, Mask]) -> Exact:
    rows = len(whole)
    none = exact.constant(Fraction(0), rows)
    if pay.bonus is None:
        return none
    match pay.bonus.rule:
        case "all_met":
            everything = np.logical_and.reduce(list(met.values())) if met else np.zeros(rows, dtype=bool)
            return exact.pick(everything, whole, none)
        case "each_met":
            hits = exact.integers(np.sum(list(met.values()), axis=0).astype(np.int64))
            return whole * hits * exact.constant(Fraction(1, max(len(met), 1)), rows)
        case "formula":
            if pay.bonus.formula is None:
                return none
            return whole * bench.value(pay.bonus.formula).otherwise(none)
