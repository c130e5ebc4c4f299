"""What need not be said: problems of metrics that only follow from a column of cases whose formula has faults."""

import re
from collections.abc import Iterator, Mapping

from kpi_cli.scheme.compiled import Source
from kpi_cli.scheme.compiling.findings import Findings
from kpi_cli.scheme.model.metrics import MetricModel

_OF_KIND = frozenset({"bad-argument", "bad-target", "kind-clash", "unit-clash", "unit-mismatch"})


def forget_followups(findings: Findings, metrics: Mapping[str, MetricModel], sources: Mapping[str, Source]) -> None:
    """Drop what was found in metrics only because nobody knows the kind of a column that they name."""
    names = [f"{re.escape(source)}\\s*\\.\\s*{re.escape(column)}\\b" for source, column in _broken(sources)]
    if not names:
        return
    broken = re.compile(rf"\b(?:{'|'.join(names)})")
    lines = [findings.document.lines(("metrics", name)) for name, it in metrics.items() if broken.search(it.formula)]
    findings.problems[:] = [
        problem
        for problem in findings.problems
        if problem.code not in _OF_KIND
        or problem.span is None
        or not any(first <= problem.span.line <= last for first, last in lines)
    ]


def _broken(sources: Mapping[str, Source]) -> Iterator[tuple[str, str]]:
    for source in sources.values():
        if source.cases is not None:
            sound = {source.cases.by, *source.cases.columns}
            yield from ((source.name, column) for column in source.columns if column not in sound)
