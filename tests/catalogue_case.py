"""One metric of the catalogue with a handful of rows, and what must come of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from headed import clean, head, named
from made_metrics import quoted

ROSTER = "id,name,team\na,Ann,one\nb,Bob,one\nc,Cid,two\n"


@dataclass(frozen=True, slots=True)
class Example:
    """A row of the table of metrics. `score` is the rule as YAML; `rows` are texts by source, as `headed` reads them.

    `value`, `n` and `points` are those of agent `a`, worked out by hand. `sources` and `metrics` are further YAML.
    """

    id: str
    formula: str
    unit: str
    target: str
    rows: Mapping[str, str]
    value: str
    n: str
    points: str
    score: str = ""
    better: str = ""
    scope: str = "agent"
    sources: str = ""
    metrics: str = ""
    status: str = ""  # `met` or `missed`; empty where there is no target

    @property
    def said(self) -> str:
        """The third column of the table: unit, target and rule."""
        rule = self.score.removeprefix("{rule: ").split(",")[0].removesuffix("}")
        return ", ".join(part for part in (self.unit, self.target or "–", rule) if part)

    @property
    def files(self) -> dict[str, str]:
        return named({"roster": ROSTER, **self.rows})

    @property
    def scheme(self) -> str:
        return head({"roster": ROSTER, **self.rows}, self.sources) + "\n".join(
            [
                "metrics:",
                *(f"  {line}" for line in clean(self.metrics).splitlines()),
                f"  m: {{{', '.join(self._keys())}}}",
                f"scorecards: {{all: {{scope: {self.scope}, weights: {{m: 100}}}}}}",
                "grades: [{grade: A, coefficient: 1}]",
            ]
        )

    def _keys(self) -> list[str]:
        keys = {"unit": self.unit, "target": self.target, "score": self.score, "better": self.better}
        return [f"formula: {quoted(self.formula)}", *(f"{key}: {value}" for key, value in keys.items() if value)]
