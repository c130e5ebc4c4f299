"""After the grade: quotas, gates, awards and pay of one card's sheet."""

from datetime import date
from fractions import Fraction

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from kpi_cli import exact
from kpi_cli.exact import Exact
from kpi_cli.facts.aggregates import Measured
from kpi_cli.facts.values import Values
from kpi_cli.pipeline.presence import Presence
from kpi_cli.scheme.compiled import Card, Metric, Pay, Scheme
from kpi_cli.scheme.formula.tree import ValueExpression
from kpi_cli.scheme.formula.walking import metrics_named
from kpi_cli.scoring.cards import Note, NoteCode, Sheet
from kpi_cli.scoring.conditions import Bench
from kpi_cli.scoring.gates import with_gates, with_quotas
from kpi_cli.scoring.notes import notes_of
from kpi_cli.scoring.pay import payroll, with_awards

_EPOCH = date(1970, 1, 1)


class Rewarding(Struct, frozen=True):
    """What one card's rewards hang on. Values and presence are everybody's; the sheet speaks of those `chosen`."""

    scheme: Scheme
    card: Card
    values: Values
    presence: Presence
    chosen: NDArray[np.int64]

    def rewarded(self, sheet: Sheet) -> Sheet:
        """Return the sheet with quotas, gates, awards and money."""
        sheet = with_quotas(sheet)
        sheet = with_gates(sheet, self.scheme.gates, self._bench(sheet))
        sheet, awards = with_awards(sheet, self.scheme.awards, self._bench(sheet))
        sheet = self._with_stretch_notes(sheet)
        pay = self.scheme.pay
        if pay is None:
            return sheet
        amounts = self._amounts(pay)
        return replace(sheet, payroll=payroll(sheet, pay, amounts, self._bench(sheet), awards))

    def _bench(self, sheet: Sheet) -> Bench:
        return Bench(sheet, self._value, self._metric)

    def _metric(self, name: str) -> Metric:
        """Return a metric as this card has it."""
        on_card = {line.metric.name: line.metric for line in self.card.lines}
        return on_card.get(name, self.scheme.metrics[name])

    def _value(self, expression: ValueExpression) -> Exact:
        """Return an expression's value for the sheet's agents; a metric with too small a sample is missing in it."""
        judged = {name: self._judged(name) for name in metrics_named(expression)}
        return replace(self.values, done=judged).value(expression).values.take(self.chosen)

    def _judged(self, name: str) -> Measured:
        measured, least = self.values.metric(name), self._metric(name).min_sample
        if least is None or measured.counts is None:
            return measured
        enough = measured.counts.order(exact.constant(Fraction(least), len(measured.counts))) >= 0
        return Measured(measured.values.only_where(enough), measured.counts)

    def _amounts(self, pay: Pay) -> Exact:
        """Return the roster's amounts; of an agent with several stretches each counts by its days."""
        column = self.presence.people.columns.get(pay.amount)
        if not isinstance(column, Exact):
            return exact.missing(len(self.chosen))
        part = self.presence.of_period() if pay.prorate == "calendar_days" else self.presence.of_person()
        return (column * part).take(self.chosen)

    def _with_stretch_notes(self, sheet: Sheet) -> Sheet:
        """Say on the cards of joiners and leavers since or until when they were there."""
        notes = notes_of(sheet.notes, len(sheet))
        for name, code in (("joined", NoteCode.JOINED), ("left", NoteCode.LEFT)):
            dates = self.presence.dates(name)
            if dates is None:
                continue
            days = dates.take(self.chosen)
            low, high = ((day - _EPOCH).days for day in (sheet.period.first, sheet.period.last))
            within = days.present & (days.days > low if name == "joined" else days.days >= low) & (days.days <= high)
            found, kinds = np.unique(days.days[within], return_inverse=True)
            told = [Note(code, (date.fromordinal(_EPOCH.toordinal() + day).isoformat(),)) for day in found.tolist()]
            notes = notes.with_each(within, kinds, told)
        return replace(sheet, notes=notes)
