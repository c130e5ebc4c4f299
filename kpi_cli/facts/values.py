"""From finished aggregates to metric values: the part of a formula that stands above its aggregates."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import assert_never

from msgspec import Struct, field

from kpi_cli import exact
from kpi_cli.exact import Exact, Mask
from kpi_cli.facts.aggregates import Measured
from kpi_cli.facts.partials import column_sums, counts_by
from kpi_cli.rows import Codes
from kpi_cli.scheme.formula import tree
from kpi_cli.scheme.formula.tree import Operator, ValueExpression


class Population(Struct, frozen=True):
    """Those who have values in one period: agents, or teams. `teams` is each one's team, -1 for none.

    `here` tells who was there in the period and counts in sums and means of the team (None: everybody).
    """

    size: int
    teams: Codes
    team_count: int
    period_days: int
    here: Mask | None = None


class Values(Struct, frozen=True):
    """The metric values of a population, each worked out once; `previous` holds those of the period before."""

    formulas: Mapping[str, ValueExpression]
    measured: Callable[[tree.Aggregate], Measured]
    population: Population
    previous: "Values | None" = None
    done: dict[str, Measured] = field(default_factory=dict)

    def metric(self, name: str) -> Measured:
        """Return a metric's value and evidence for everyone."""
        if name not in self.done:
            self.done[name] = self.value(self.formulas[name])
        return self.done[name]

    def value(self, expression: ValueExpression) -> Measured:
        """Return an expression's value and evidence for everyone."""
        match expression:
            case tree.Constant(value=value):
                return self._everywhere(value)
            case tree.PeriodDays():
                return self._everywhere(Fraction(self.population.period_days))
            case tree.Aggregate():
                return self.measured(expression)
            case tree.MetricValue(metric=name):
                return self.metric(name)
            case tree.Previous(metric=name):
                return Measured(self._before(name), None)
            case tree.OfTeam(how=how, metric=name):
                return Measured(self._of_team(self.metric(name).values, mean=how == "mean"), None)
            case tree.Extreme(how=how, operands=operands):
                measured = [self.value(operand) for operand in operands]
                values = reduce(_larger if how == "max" else _smaller, (part.values for part in measured))
                return Measured(values, reduce(_fewer, (part.counts for part in measured)))
            case tree.Negative(operand=operand):
                part = self.value(operand)
                return Measured(-part.values, part.counts)
            case tree.Arithmetic(operator=sign, left=left, right=right):
                return _arithmetic(sign, self.value(left), self.value(right))
            case _:
                assert_never(expression)

    def _everywhere(self, value: object) -> Measured:
        if not isinstance(value, Fraction):
            message = "a checked formula has numbers only above its aggregates"
            raise TypeError(message)
        return Measured(exact.constant(value, self.population.size), None)

    def _before(self, name: str) -> Exact:
        if self.previous is None:
            return exact.missing(self.population.size)
        return self.previous.metric(name).values

    def _of_team(self, values: Exact, *, mean: bool) -> Exact:
        teams, count = self.population.teams, self.population.team_count
        here = self.population.here
        counted = values.present & (teams >= 0) & (True if here is None else here)
        sums = column_sums(teams[counted], values.take(counted), count).exact(count)
        members = exact.integers(counts_by(teams[counted], count))
        result = sums / members if mean else sums.only_where(members.num > 0)
        return result.take(teams).only_where(teams >= 0) if count else exact.missing(self.population.size)


def _arithmetic(sign: Operator, left: Measured, right: Measured) -> Measured:
    match sign:
        case Operator.PLUS:
            return Measured(left.values + right.values, _fewer(left.counts, right.counts))
        case Operator.MINUS:
            return Measured(left.values - right.values, _fewer(left.counts, right.counts))
        case Operator.TIMES:
            return Measured(left.values * right.values, _fewer(left.counts, right.counts))
        case Operator.OVER:
            counts = left.counts if right.counts is None else right.counts
            return Measured(left.values / right.values, counts)
        case _:
            assert_never(sign)


def _fewer(left: Exact | None, right: Exact | None) -> Exact | None:
    if left is None or right is None:
        return right if left is None else left
    return exact.pick(left.order(right) <= 0, left, right)


def _smaller(left: Exact, right: Exact) -> Exact:
    return _of_both(exact.pick(left.order(right) <= 0, left, right), left, right)


def _larger(left: Exact, right: Exact) -> Exact:
    return _of_both(exact.pick(left.order(right) >= 0, left, right), left, right)


def _of_both(chosen: Exact, left: Exact, right: Exact) -> Exact:
    return chosen.only_where(left.present & right.present)
