"""The work behind `kpi explain`: run as `score` does, then show the arithmetic of some scorecards."""

import sys

from kpi_cli.cli.asking import Asked
from kpi_cli.cli.edge import show_problems
from kpi_cli.cli.formats import text_or_json
from kpi_cli.cli.scoring import Conditions, Engine, computed
from kpi_cli.cli.streams import may_colour, width_of
from kpi_cli.cli.writing import STANDARD_OUTPUT, check_target, deliver
from kpi_cli.pipeline import Question
from kpi_cli.reports.explain import explain_json, explain_text
from kpi_cli.reports.page import Page


def explain(asked: Asked, question: Question, format_: str | None, output: str | None, *, rows: bool = False) -> None:
    """Explain scorecards, down to the source rows if these are asked for. Raises KpiError."""
    as_json = text_or_json(format_, output)
    check_target(output or STANDARD_OUTPUT, (asked.scheme, *asked.data))
    outcome = computed(asked, Conditions(), Engine(output=output), traced=question if rows else None)
    page = Page(width_of(sys.stdout), may_colour(sys.stdout)) if output is None else Page(None)
    content = explain_json(outcome, question) if as_json else explain_text(outcome, question, page)
    deliver(content, output)
    show_problems(outcome.warnings)
