"""A whole scheme around what was found in exports, to begin with, and the commands that come next.

Metrics are suggested, targets are not: until the owner sets some, scores are ranks among the agents, and every grade
pays the same.
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kpi_cli.intake.inspecting import patterns
from kpi_cli.intake.inspecting.inspection import Inspection
from kpi_cli.intake.inspecting.measures import Measure, measures_of
from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.reports.sourceyaml import sources_yaml
from kpi_cli.scheme.units import Unit

_MOST = 8  # metrics on the first card: what is more is a comment's work
_HUNDRED: Final = 100
_FILE = "scheme.yaml"
_TARGETS: Final = {
    Unit.DURATION: "≤ 5min",
    Unit.PERCENT: "≥ 90%",
    Unit.COUNT: "≥ 200",
    Unit.MONEY: "≥ 10000",
    Unit.NUMBER: "≥ 4.5",
}
_TARGETS_BY_NAME: Final = {"first_response": "≤ 30s", "wait": "≤ 30s", "avg_response": "≤ 60s", "resolution": "≤ 24h"}


def scheme_yaml(inspections: Sequence[Inspection]) -> str:
    """Return a scheme that passes as it is; raise KpiError (DATA) where no export says who did what."""
    measures = measures_of(inspections)
    chosen = _chosen(measures)
    if not chosen:
        help_text = "inspect an export with a row for each case, or for each agent, together with the others"
        raise KpiError(Problem("nothing-to-measure", "no export here credits persons", help=help_text), Exit.DATA)
    weights = _weights([each.name for each in chosen])
    parts = [
        "# A beginning, written by `kpi inspect`: every `# decide:` is yours, and so are targets, weights and grades.",
        "kpi: 1",
        "name: My first scorecard",
        "timezone: UTC  # decide: the zone of your days, such as Asia/Shanghai or Europe/Berlin",
        "",
        sources_yaml(inspections),
        "metrics:  # ranks until you set targets",
        *map(_metric, chosen),
        *map(_aside, _further(measures, chosen)),
        "",
        "scorecards:",
        f"  all: {{weights: {{{', '.join(f'{name}: {weight}' for name, weight in weights.items())}}}}}",
        "",
        "grades:  # every grade pays the same until you say otherwise",
        "  - {grade: A, min: 90, coefficient: 1}",
        "  - {grade: B, min: 75, coefficient: 1}",
        "  - {grade: C, coefficient: 1, action: coaching}",
    ]
    return "\n".join(parts) + "\n"


def _chosen(measures: Mapping[str, Sequence[Measure]]) -> list[Measure]:
    """Return the first of each source, then the second of each, and so on, as many as a card bears."""
    ready = [[each for each in found if each.waits_for is None] for found in measures.values()]
    turns = (found[place] for place in range(max(map(len, ready), default=0)) for found in ready if place < len(found))
    return list(turns)[:_MOST]


def _further(measures: Mapping[str, Sequence[Measure]], chosen: Sequence[Measure]) -> Iterator[Measure]:
    yield from (each for found in measures.values() for each in found if each not in chosen)


def _weights(names: Sequence[str]) -> Mapping[str, int]:
    each, more = divmod(_HUNDRED, len(names))
    return {name: each + (place < more) for place, name in enumerate(names)}


def _metric(measure: Measure) -> str:
    formula = f'"{measure.formula}"' if "," in measure.formula or "{" in measure.formula else measure.formula
    rule = f"better: {measure.better}, score: {{rule: rank, top: 100, bottom: 60}}"
    return f"  {measure.name}: {{formula: {formula}, unit: {measure.unit}, {rule}}}"


def _aside(measure: Measure) -> str:
    waits = f"  # once `{measure.waits_for}` is decided" if measure.waits_for else ""
    return f"  # {_metric(measure).strip()}{waits}"


def metric_with_target(measure: Measure) -> str:
    """Return a metric as its owner may write it, with a target to be changed."""
    formula = f'"{measure.formula}"' if "," in measure.formula else measure.formula
    target = _TARGETS_BY_NAME.get(measure.name) or _TARGETS.get(measure.unit, "≥ 1")
    target = target.replace("≥", "≤") if measure.better == "lower" else target
    waits = f"  # once `{measure.waits_for}` is decided" if measure.waits_for else ""
    return f"{measure.name}: {{formula: {formula}, unit: {measure.unit}, target: {target}}}{waits}"


def next_steps(inspections: Sequence[Inspection], data: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what to run next, each command with what it is for."""
    if not _chosen(measures_of(inspections)):
        return
    asked, named = shlex.join(data), shlex.join(_named(inspections, data))
    periods = [each.period for each in inspections if each.period]
    period = f" --period {max(periods)}" if periods else " --period YYYY-MM"
    yield (
        f"kpi inspect {asked} --format scheme > {_FILE}",
        "these entries in a whole scheme, with metrics to begin with",
    )
    yield f"kpi check {_FILE} {named}", "after settling what is not guessed: what is still wrong, and where"
    yield f"kpi score {_FILE} {named}{period}", "the scores"


def _named(inspections: Sequence[Inspection], data: Sequence[str]) -> list[str]:
    """Return DATA as it was given; a single file that no pattern finds goes to its source by name."""
    (first, *others) = inspections
    label = first.files[0].label
    alone = not others and len(first.files) == 1 and len(data) == 1 and not first.entry.is_roster
    return [f"{first.entry.name}={data[0]}"] if alone and not patterns.fits(first.entry.files, label) else list(data)
