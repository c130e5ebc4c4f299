"""The work behind `kpi check`. Without data neither numpy nor pyarrow is loaded."""

import json
from collections.abc import Mapping, Sequence

from kpi_cli.cli.asking import Asked, loaded
from kpi_cli.cli.edge import show_problems
from kpi_cli.cli.formats import text_or_json
from kpi_cli.cli.writing import deliver
from kpi_cli.periods import today_in
from kpi_cli.problems import Exit, KpiError, Problem
from kpi_cli.reports.problemsjson import problems_document
from kpi_cli.scheme.advice import advice


def check(asked: Asked, format_: str | None, *, strict: bool) -> Exit:
    """Show every problem of a scheme and, if given, of its data; return what they amount to."""
    as_json = text_or_json(format_)
    problems, code = _found(asked)
    if as_json:
        deliver(_dumped(problems_document(problems)), None)
    else:
        show_problems(problems)
    return Exit.CONDITION if strict and problems and code is Exit.DONE else code


def _dumped(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _found(asked: Asked) -> tuple[Sequence[Problem], Exit]:
    """Return what was found; problems are what `check` is for, so they do not stop it."""
    advised: tuple[Problem, ...] = ()
    try:
        found = loaded(asked)
        advised = advice(found.draft)
        of_data, code = _found_in_data(asked) if asked.data else (found.warnings, Exit.DONE)
    except KpiError as stop:
        of_data, code = stop.problems, stop.exit_code
    return sorted((*advised, *of_data), key=lambda problem: problem.position), code


def _found_in_data(asked: Asked) -> tuple[Sequence[Problem], Exit]:
    """Return what is said of the scheme when its data are scored, and of the data."""
    from kpi_cli.cli.scoring import Conditions, Engine, computed  # noqa: PLC0415 - numpy only where there is data
    from kpi_cli.lab.datalints import data_lints  # noqa: PLC0415 - the same

    outcome = computed(asked, Conditions(), Engine())
    return (*outcome.warnings, *data_lints(outcome, today_in(outcome.scheme.timezone))), Exit.DONE
