"""The work behind `kpi score`: run, narrow to what is shown, render, write, account for every row."""

import sys
from collections.abc import Iterator

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from kpi_cli.cli.asking import Asked, expected, loaded, periods_of
from kpi_cli.cli.edge import show_problems
from kpi_cli.cli.engines import scheduler_of
from kpi_cli.cli.formats import refuse, results_format
from kpi_cli.cli.progress import shown_progress
from kpi_cli.cli.streams import is_terminal, may_colour, say, width_of
from kpi_cli.cli.writing import STANDARD_OUTPUT, check_rejects, check_target, deliver
from kpi_cli.pipeline import BLOCK_SIZE, Outcome, Question, Request, run
from kpi_cli.problems import Exit, KpiError, did_you_mean
from kpi_cli.reports.accounting import accounting_lines
from kpi_cli.reports.anonymous import published
from kpi_cli.reports.formats import Format
from kpi_cli.reports.render import View, rendered
from kpi_cli.reports.safe import visible
from kpi_cli.reports.selection import Filters, narrowed
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scoring.cards import Sheet


class Conditions(Struct, frozen=True):
    """What the caller asked to fail on."""

    strict: bool = False
    fail_below: str | None = None


class Shown(Struct, frozen=True):
    """What is shown, how, and where to."""

    format: str | None = None
    output: str | None = None
    filters: Filters = field(default_factory=Filters)
    detail: bool = False
    wide: bool = False
    bom: bool = False


class Engine(Struct, frozen=True):
    """How the work is done, and what it leaves behind: `output` are the results, `rejects` the rows left out."""

    output: str | None = None
    rejects: str | None = None
    block_size: int | None = None


def score(asked: Asked, shown: Shown, conditions: Conditions, engine: Engine) -> Exit:
    """Score and deliver. Raises KpiError; nothing is written then."""
    format_ = results_format(shown.format, shown.output)
    if shown.detail and shown.wide:
        refuse("`--detail` and `--wide` are two different tables", "choose one of them")
    check_target(shown.output or STANDARD_OUTPUT, (asked.scheme, *asked.data))
    check_rejects(engine.rejects, shown.output, (asked.scheme, *asked.data))
    outcome = computed(asked, conditions, engine, hash_inputs=format_ is Format.JSON)
    visible_part = narrowed(outcome, shown.filters)
    page = published(visible_part, outcome, shown.filters, format_)
    deliver(rendered(page, format_, _view(shown)), shown.output)
    between = "\n" if is_terminal(sys.stdout) and shown.output is None else ""
    say(between + "\n".join(accounting_lines(outcome)))
    show_problems(outcome.warnings)
    return judged(visible_part, conditions)


def computed(
    asked: Asked,
    conditions: Conditions,
    engine: Engine,
    *,
    hash_inputs: bool = False,
    traced: Question | None = None,
) -> Outcome:
    """Run the scheme over the data; the scheme's warnings are among the outcome's. Raises KpiError."""
    found = loaded(asked)
    _must_be_a_grade(conditions.fail_below, found.scheme)
    with shown_progress() as progress:
        request = Request(
            scheme=found.scheme,
            data=tuple(asked.data),
            periods=periods_of(asked, found.scheme),
            expect=expected(asked, found.scheme),
            rejects=engine.rejects,
            output=engine.output,
            hash_inputs=hash_inputs,
            block_size=engine.block_size or BLOCK_SIZE,
            scheduler=scheduler_of(asked.engine, asked.scheduler),
            progress=progress,
            traced=traced,
        )
        try:
            outcome = run(request)
        except KpiError as stop:
            raise KpiError((*found.warnings, *stop.problems), stop.exit_code) from stop
    return replace(outcome, warnings=(*found.warnings, *outcome.warnings))


def _must_be_a_grade(grade: str | None, scheme: Scheme) -> None:
    grades = [band.grade for band in scheme.bands]
    if grade is not None and grade not in grades:
        hint = did_you_mean(grade, grades) or f"the grades are {', '.join(grades)}"
        refuse(f"no grade `{visible(grade)}` in the scheme", hint)


def _view(shown: Shown) -> View:
    on_stdout = shown.output is None or shown.output == STANDARD_OUTPUT
    return View(
        detail=shown.detail,
        wide=shown.wide,
        bom=shown.bom,
        width=width_of(sys.stdout) if on_stdout else None,
        colour=on_stdout and may_colour(sys.stdout),
    )


def judged(outcome: Outcome, conditions: Conditions) -> Exit:
    """Return whether a condition that the caller asked to fail on holds, and say which."""
    below = [name for sheet in outcome.sheets for name in _below(sheet, conditions.fail_below)]
    if below:
        say(f"below {conditions.fail_below}: {', '.join(visible(name) for name in below)}")
    warned = conditions.strict and bool(outcome.warnings)
    return Exit.CONDITION if below or warned else Exit.DONE


def _below(sheet: Sheet, grade: str | None) -> Iterator[str]:
    names = [band.grade for band in sheet.bands]
    if grade in names:
        kept = np.where(sheet.paid_grades >= 0, sheet.paid_grades, sheet.grades)
        for row in np.flatnonzero(kept > names.index(grade)).tolist():
            yield f"{sheet.agents[row].name} {names[int(kept[row])]}"
