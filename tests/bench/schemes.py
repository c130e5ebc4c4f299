"""Schemes of 1 to 40 metrics over the ticket file, and the same metrics in DuckDB's SQL.

The forty are five measures times eight cuts of the rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path

MOST = 40
WHOLE = 100  # percent of the total that the weights share out


@dataclass(frozen=True, slots=True)
class Measure:
    """One aggregate in both languages; `kpi` takes a cut as its last argument, SQL as a FILTER behind it."""

    name: str
    formula: str
    sql: str
    unit: str
    target: str
    empty: str = "NULL"

    def in_kpi(self, cut: str) -> str:
        return f"{self.formula[:-1]}, where={cut})" if cut else self.formula

    def in_sql(self, cut: str) -> str:
        kept = cut.replace("tickets.", "").replace("==", "=").replace('"', "'")
        return f"coalesce({self.sql} FILTER (WHERE {kept}), {self.empty})" if cut else self.sql


MEASURES = (
    Measure("response", "mean(tickets.first_response)", "avg(first_response)", "duration", "≤ 240s"),
    Measure("csat", "share(tickets.rating >= 4)", "avg((rating >= 4)::INTEGER)", "percent", "≥ 85%"),
    Measure("revenue", "sum(tickets.amount)", "sum(amount)", "money", "≥ 5000", "0"),
    Measure("slowest", "max(tickets.handle)", "max(handle)", "duration", "≤ 3h"),
    Measure("volume", "count(tickets)", "count(*)", "count", "≥ 100", "0"),
)
CUTS = {
    "all": "",
    "urgent": 'tickets.priority == "urgent"',
    "high": 'tickets.priority == "high"',
    "normal": 'tickets.priority == "normal"',
    "large": "tickets.amount >= 100",
    "small": "tickets.amount < 20",
    "reopened": "tickets.reopens > 0",
    "clean": "tickets.reopens == 0",
}


@dataclass(frozen=True, slots=True)
class Metric:
    """A measure of one cut of the rows."""

    name: str
    measure: Measure
    cut: str


def metrics(number: int) -> tuple[Metric, ...]:
    """The first `number` of the forty, a new measure each time before a new cut."""
    if not 1 <= number <= MOST:
        message = f"between 1 and {MOST} metrics, not {number}"
        raise ValueError(message)
    every = (Metric(f"{measure.name}_{name}", measure, cut) for (name, cut), measure in product(CUTS.items(), MEASURES))
    return tuple(islice(every, number))


def select(number: int) -> dict[str, str]:
    return {metric.name: metric.measure.in_sql(metric.cut) for metric in metrics(number)}


def listing(number: int, line: Callable[[int, Metric], str]) -> str:
    return "".join(line(place, metric) for place, metric in enumerate(metrics(number)))


def definition(_place: int, metric: Metric) -> str:
    measure = metric.measure
    formula = measure.in_kpi(metric.cut)
    return f"  {metric.name}:\n    formula: {formula}\n    unit: {measure.unit}\n    target: {measure.target}\n"


def write(path: Path, number: int) -> None:
    """A scheme of `number` metrics, with the sources and grades of scheme.yaml; weights sum to 100."""
    text = Path(__file__).with_name("scheme.yaml").read_text(encoding="utf-8")
    head, grades = text[: text.index("metrics:")], text[text.index("grades:") :]
    share, rest = divmod(WHOLE, number)
    weights = listing(number, lambda place, metric: f"        {metric.name}: {share + (place < rest)}\n")
    cards = f"scorecards:\n  support:\n    weights:\n      work:\n{weights}\n"
    path.write_text(f"{head}metrics:\n{listing(number, definition)}\n{cards}{grades}", encoding="utf-8")
