"""What a card comes to in money, step by step: every amount rounded to 0.01, and only then added."""

from collections.abc import Iterator
from fractions import Fraction

from kpi_cli.numbers import fixed, plain
from kpi_cli.reports.workings import Setting
from kpi_cli.scheme.compiled import Pay
from kpi_cli.scoring.cards import PaySlip, Sheet

_CENTS = 2
FIELDS = ("base", "performance_base", "performance_pay", "bonus_pay", "variable_pay")


def pay_document(slip: PaySlip | None) -> dict[str, str | None] | None:
    """Return the money of a card as text with two decimals; None where there is no amount."""
    if slip is None:
        return None
    amounts = {name: _money(getattr(slip, name)) for name in FIELDS}
    return {"currency": slip.currency, "amount": _money(slip.amount), **amounts}


def pay_workings(sheet: Sheet, row: int, setting: Setting) -> Iterator[tuple[str, str]]:
    """Yield how the amount became pay, each line with the word before it."""
    slip, pay = sheet.slip(row), setting.scheme.pay
    if slip is None or pay is None:
        return
    yield setting.said("固定工资", "base"), f"{_share(slip.amount, pay.base)} = {_money(slip.base)} {slip.currency}"
    yield setting.said("绩效工资", "performance"), _performance(sheet, row, slip, pay)
    if slip.bonus_pay is not None:
        yield setting.said("奖金", "bonus"), _bonus(slip, pay, setting)
    if slip.variable_pay is not None:
        total = (
            f"{_money(slip.performance_pay)} + {_money(slip.bonus_pay)} = {_money(slip.variable_pay)} {slip.currency}"
        )
        yield setting.said("浮动合计", "variable"), total


def _performance(sheet: Sheet, row: int, slip: PaySlip, pay: Pay) -> str:
    start = f"{_share(slip.amount, pay.performance)} = {_money(slip.performance_base)}"
    band = sheet.summary(row).paid_band
    if band is None or slip.performance_pay is None:
        return start
    return f"{start} × {band.coefficient} = {_money(slip.performance_pay)} {slip.currency}"


def _bonus(slip: PaySlip, pay: Pay, setting: Setting) -> str:
    """Say what was paid of the bonus part, and by which rule."""
    part = _share(slip.amount, pay.bonus_share)
    whole = f"{part} = {_money(slip.amount * pay.bonus_share / 100)}"
    rule = pay.bonus.rule if pay.bonus is not None else None
    words = {
        "all_met": setting.said("全部达标才发", "all targets met"),
        "each_met": setting.said("每项达标各占一份", "a part for each target met"),
        "formula": setting.said("按公式", "by formula"),
        None: setting.said("无奖金规则", "no rule"),
    }
    paid = setting.said("实发（含奖项）", "paid, awards included")
    return f"{whole} ({words[rule]}); {paid} {_money(slip.bonus_pay)} {slip.currency}"


def _share(amount: Fraction, percent: Fraction) -> str:
    return f"{_money(amount)} × {plain(percent)}%"


def _money(amount: Fraction | None) -> str | None:
    return None if amount is None else fixed(amount, _CENTS)
