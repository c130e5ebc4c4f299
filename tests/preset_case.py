"""A made-up export, what is measured in it, and each agent's values, worked out by hand."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Case:
    """`formulas` begin with their unit; `values` are those of October 2026, in base units, nothing where there is none.

    `more` are lines of the source that its user writes; `roster` puts agents into teams.
    """

    preset: str
    formulas: tuple[str, ...]
    values: dict[str, tuple[str, ...]]
    more: tuple[str, ...] = ()
    sample: str = ""
    zone: str = "UTC"
    roster: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return f"{self.sample or self.preset}.csv"


def weighted(unit: str, column: str) -> str:
    return f"{unit} weighted_mean(x.{column}, by=x.volume)"
