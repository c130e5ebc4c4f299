"""How the points of a card became a total, a grade and a rank, and what lies within reach."""

from collections.abc import Iterator
from fractions import Fraction

from kpi_cli.numbers import fixed
from kpi_cli.reports.payslip import pay_workings
from kpi_cli.reports.words import sentences, status_word
from kpi_cli.reports.workings import Setting, ceiling, equals, number
from kpi_cli.scheme.compiled import Band
from kpi_cli.scoring.cards import Detail, Sheet, Status, Summary

_FULL = Fraction(100)


def total_workings(sheet: Sheet, row: int, setting: Setting) -> Iterator[tuple[str, str]]:
    """Yield what is said about the whole card, each with the word before it."""
    summary, details = sheet.summary(row), list(sheet.details(row))
    if summary.score is not None:
        yield setting.said("总分", "total"), _total(summary, details, setting)
    if summary.band is not None and summary.score is not None:
        yield setting.said("等级", "grade"), _grade(summary, sheet.bands, setting)
        yield from _gain(summary, details, sheet.bands, setting)
    if summary.rank:
        yield setting.said("名次", "rank"), f"{summary.rank} / {summary.of}"
    yield from pay_workings(sheet, row, setting)
    if summary.status is not Status.SCORED:
        yield setting.said("状态", "status"), status_word(summary.status, setting.language)
    if summary.notes:
        yield setting.said("备注", "notes"), sentences(summary.notes, setting.scheme)


def _total(summary: Summary, details: list[Detail], setting: Setting) -> str:
    scored = [detail for detail in details if detail.points is not None]
    weight = sum((detail.line.weight for detail in scored), Fraction(0))
    points = sum((detail.points for detail in scored if detail.points is not None), Fraction(0))
    terms = " + ".join(number(detail.points) for detail in scored if detail.points is not None)
    score = fixed(summary.score or Fraction(0), setting.scoring.total_decimals)
    whole = sum((detail.line.weight for detail in details), Fraction(0))
    if weight == whole:
        return f"{terms} {equals(points)} → {score}"
    exact = points * _FULL / weight if weight else Fraction(0)
    share = f"{number(weight)}%"
    why = setting.said(f"（有得分的权重只占 {share}，按其重新分摊）", f" (only {share} of the weight has a score)")
    summed = f"({terms})" if len(scored) > 1 else terms
    return f"{summed} / {share} {equals(exact)} → {score}{why}"


def _grade(summary: Summary, bands: tuple[Band, ...], setting: Setting) -> str:
    earned, kept = summary.band, summary.paid_band
    if earned is None:
        return ""
    parts = [_reached(earned, setting)]
    if kept is None:
        parts.append(setting.said("暂不发放系数", "no coefficient while held"))
    elif kept != earned:
        parts.append(setting.said(f"限为 {kept.grade}", f"held down to {kept.grade}"))
    if kept is not None:
        parts.append(setting.said(f"系数 {kept.coefficient}", f"coefficient {kept.coefficient}"))
    if above := _next(earned, bands):
        lacking = number((above.min or Fraction(0)) - (summary.score or Fraction(0)))
        parts.append(setting.said(f"距 {above.grade} 还差 {lacking}", f"{lacking} below {above.grade}"))
    return setting.said("，", ", ").join(parts)


def _reached(band: Band, setting: Setting) -> str:
    if band.min is None:
        return band.grade
    least = number(band.min)
    return setting.said(f"{band.grade}（≥ {least}）", f"{band.grade} (from {least})")


def _next(band: Band, bands: tuple[Band, ...]) -> Band | None:
    position = bands.index(band)
    return bands[position - 1] if position else None


def _gain(
    summary: Summary, details: list[Detail], bands: tuple[Band, ...], setting: Setting
) -> Iterator[tuple[str, str]]:
    """Yield the line that could add most to the total, while a better grade is left to reach."""
    weight = sum((detail.line.weight for detail in details if detail.score is not None), Fraction(0))
    rooms = [
        ((ceiling(detail, setting.scoring) - detail.score) * detail.line.weight / weight, detail)
        for detail in details
        if detail.score is not None
    ]
    room, line = max(rooms, key=lambda entry: entry[0], default=(Fraction(0), None))
    if line is None or room <= 0 or summary.band is None or _next(summary.band, bands) is None:
        return
    label, most = line.line.metric.label, number(room)
    yield (
        setting.said("潜力", "to gain"),
        setting.said(f"{label}，最多再加 {most} 分", f"most in {label}: up to {most} points"),
    )
