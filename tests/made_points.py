"""Cards whose points a test sets directly: the metrics x, y and z of a sheet are their own scores."""

from collections.abc import Mapping

from headed import BANDS, clean, head, named
from small_run import Done, ran, refusal

from kpi_cli.problems import KpiError

METRICS = """\
metrics:
  x: {formula: sum(sheet.x), target: ≥ 90, score: {rule: as_is}}
  y: {formula: mean(sheet.y), target: ≥ 90, score: {rule: as_is}}
"""
X_ALONE = "scorecards: {all: {weights: {x: 100}}}\n"
X_AND_Y = "scorecards: {all: {weights: {x: 50, y: 50}}}\n"


def scheme(files: Mapping[str, str], rules: str, cards: str = X_ALONE, bands: str = BANDS) -> str:
    return f"{head(files)}{METRICS}{cards}{bands}{clean(rules)}"


def sheet(*lines: str) -> dict[str, str]:
    """One line an agent, `id,x,y`."""
    return {"sheet": "agent,x:number,y:number\n" + "".join(f"{line}\n" for line in lines)}


def scored(files: Mapping[str, str], rules: str = "", cards: str = X_ALONE, bands: str = BANDS) -> Done:
    return ran(scheme(files, rules, cards, bands), named(files))


def refused(files: Mapping[str, str], rules: str = "", cards: str = X_ALONE, bands: str = BANDS) -> KpiError:
    return refusal(scheme(files, rules, cards, bands), named(files))


def codes(error: KpiError) -> list[str]:
    return [problem.code for problem in error.problems]
