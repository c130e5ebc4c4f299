"""What a grade comes to in money: every cell exact, rounded half up to 0.01, and only then added."""

from collections.abc import Sequence
from fractions import Fraction
from typing import assert_never

import numpy as np
from msgspec.structs import replace

from kpi_cli import exact
from kpi_cli.exact import Exact
from kpi_cli.numbers import plain
from kpi_cli.scheme.compiled import Award, BonusRule, Pay
from kpi_cli.scoring.cards import Note, NoteCode, Payroll, Sheet
from kpi_cli.scoring.conditions import Bench
from kpi_cli.scoring.notes import notes_of

_PERCENT = Fraction(1, 100)
_CENTS = 2


def payroll(sheet: Sheet, pay: Pay, amounts: Exact, bench: Bench, awards: Exact) -> Payroll:
    """Return the money of each agent; `amounts` are the roster's, already prorated where the scheme says so."""
    coefficients = exact.from_fractions(
        [Fraction(sheet.bands[grade].coefficient) if grade >= 0 else None for grade in sheet.paid_grades]
    )
    performance_base = _part(amounts, pay.performance)
    performance_pay = (performance_base * coefficients).half_up(_CENTS)
    bonus = _bonus(pay.bonus, _part(amounts, pay.bonus_share), bench)
    bonus_pay = (bonus + awards).half_up(_CENTS).only_where(performance_pay.present)
    return Payroll(
        currency=pay.currency,
        amount=amounts,
        base=_part(amounts, pay.base),
        performance_base=performance_base,
        performance_pay=performance_pay,
        bonus_pay=bonus_pay,
        variable_pay=performance_pay + bonus_pay,
    )


def with_awards(sheet: Sheet, awards: Sequence[Award], bench: Bench) -> tuple[Sheet, Exact]:
    """Return the sheet with a note for each award won, and the money that awards bring each agent."""
    rows = len(sheet)
    money, notes = exact.constant(Fraction(0), rows), notes_of(sheet.notes, rows)
    for award in awards:
        won = bench.judge(award.when).values & (sheet.grades >= 0)
        amount = exact.constant(award.amount or Fraction(0), rows)
        money += exact.pick(won, amount, exact.constant(Fraction(0), rows))
        about = (award.name, "" if award.amount is None else plain(award.amount, _CENTS))
        notes = notes.where(won, Note(NoteCode.AWARD, about))
    return replace(sheet, notes=notes), money


def _part(amounts: Exact, percent: Fraction) -> Exact:
    return (amounts * exact.constant(percent * _PERCENT, len(amounts))).half_up(_CENTS)


def _bonus(rule: BonusRule | None, whole: Exact, bench: Bench) -> Exact:
    """Return what is earned of the bonus part; a metric without a value does not earn."""
    rows = len(whole)
    none = exact.constant(Fraction(0), rows)
    if rule is None:
        return none
    met = [bench.met(name).values for name in rule.metrics]
    match rule.rule:
        case "all_met":
            return exact.pick(np.logical_and.reduce(met), whole, none) if met else none
        case "each_met":
            hits = exact.integers(np.sum(met, axis=0).astype(np.int64)) if met else none
            return whole * hits * exact.constant(Fraction(1, max(len(met), 1)), rows)
        case "formula":
            return whole * bench.value(rule.formula).otherwise(none) if rule.formula is not None else none
        case _:
            assert_never(rule.rule)
