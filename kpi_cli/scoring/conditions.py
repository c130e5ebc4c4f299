"""Conditions of gates and awards: true, false, or missing where they cannot be judged, for all agents of a card."""

import operator
from collections.abc import Callable
from functools import reduce
from typing import assert_never

import numpy as np
from msgspec import Struct

from kpi_cli import exact
from kpi_cli.columns import Truths
from kpi_cli.exact import Exact
from kpi_cli.expressions import COMPARISONS
from kpi_cli.scheme.compiled import Metric
from kpi_cli.scheme.formula import tree
from kpi_cli.scheme.formula.tree import Condition, Operand, Relation, ValueExpression
from kpi_cli.scoring.cards import Sheet
from kpi_cli.scoring.rules import reaches


class Bench(Struct, frozen=True):
    """What conditions are judged by: the sheet so far, and the values of its agents.

    `value` gives an expression's value for the sheet's agents in their order, small samples missing; `metric` the
    metric as the card has it.
    """

    sheet: Sheet
    value: Callable[[ValueExpression], Exact]
    metric: Callable[[str], Metric]

    def judge(self, condition: Condition) -> Truths:
        """Return for each agent whether the condition holds; missing where it cannot be judged."""
        match condition:
            case tree.Comparison(relation=relation, left=left, right=right):
                return self._compared(relation, left, right)
            case tree.Every(parts=parts):
                return reduce(operator.and_, map(self.judge, parts))
            case tree.Some(parts=parts):
                return reduce(operator.or_, map(self.judge, parts))
            case tree.Negation(operand=operand):
                return ~self.judge(operand)
            case tree.Met(metric=name):
                return self.met(name)
            case tree.Streak():
                unknown = np.zeros(len(self.sheet), dtype=bool)  # closed periods are the ledger's
                return Truths(unknown, unknown)
            case _:
                assert_never(condition)

    def _compared(self, relation: Relation, left: Operand, right: Operand) -> Truths:
        if isinstance(left, tree.Constant) and isinstance(right, tree.Result):
            return self._compared(_MIRRORED[relation], right, left)
        if isinstance(left, tree.Result) and left.name == "grade":
            return self._graded(relation, right)
        first, second = self._number(left), self._number(right)
        present = first.present & second.present
        holds = np.asarray(COMPARISONS[relation](first.order(second), 0), dtype=bool)
        return Truths(holds & present, present)

    def _graded(self, relation: Relation, wanted: Operand) -> Truths:
        """Compare grades by their place among the bands: a better grade is more."""
        names = [band.grade for band in self.sheet.bands]
        grade = wanted.value if isinstance(wanted, tree.Constant) else None
        place = names.index(grade) if isinstance(grade, str) and grade in names else len(names)
        present = self.sheet.grades >= 0
        holds = np.asarray(COMPARISONS[relation](-self.sheet.grades, -place), dtype=bool)
        return Truths(holds & present, present)

    def _number(self, operand: Operand) -> Exact:
        if isinstance(operand, tree.Result):
            return self._result(operand)
        return self.value(operand)  # type: ignore[arg-type]  # narrowing makes mypy lose the recursive alias

    def _result(self, result: tree.Result) -> Exact:
        sheet = self.sheet
        ranks = Exact(sheet.ranks, 1, sheet.ranks > 0)
        of = Exact(np.full(len(sheet), sheet.of, dtype=np.int64), 1, sheet.ranks > 0)
        match result.name:
            case "score":
                return sheet.totals
            case "coverage":
                return sheet.coverage
            case "rank":
                return ranks
            case "of":
                return of
            case "rank_share":
                return ranks / of
            case "grade":
                return exact.missing(len(sheet))  # a grade is compared with a grade's name only
            case _:
                assert_never(result.name)

    def met(self, name: str) -> Truths:
        """Return whether each agent meets a metric's target; missing without a value."""
        values = self.value(tree.MetricValue(name))
        target = self.metric(name).target
        if target is None:
            return Truths(np.zeros(len(values), dtype=bool), np.zeros(len(values), dtype=bool))
        return Truths(reaches(target, values), values.present)


_MIRRORED = {
    Relation.EQUAL: Relation.EQUAL,
    Relation.UNEQUAL: Relation.UNEQUAL,
    Relation.LESS: Relation.MORE,
    Relation.AT_MOST: Relation.AT_LEAST,
    Relation.MORE: Relation.LESS,
    Relation.AT_LEAST: Relation.AT_MOST,
}
