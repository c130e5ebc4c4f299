"""What a run cannot know for sure about the people and files it was given: each doubt is a warning, named."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from kpi_cli.intake.files.blocks import InputFile
from kpi_cli.intake.files.inputs import Inputs
from kpi_cli.intake.files.metering import Meter
from kpi_cli.intake.files.unpacking import observe
from kpi_cli.intake.people.registry import Registry
from kpi_cli.periods import Period
from kpi_cli.pipeline.crowding import some
from kpi_cli.pipeline.plan import sources_of_metric
from kpi_cli.problems import Problem, Severity
from kpi_cli.regexes import regex
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scoring.cards import STATUSES, LineColumn, NoteCode, Sheet, Status

_TOTALS = regex(
    r"汇\s*总|均\s*值|平\s*均|合\s*计|总\s*计|小\s*计|总\s*和|\b(?:(?:grand|sub)?\s*totals?|averages?)\b", re.IGNORECASE
)
_NOBODY = regex(
    r"\s*(?:no agent|no assignee|not assigned|unassigned|nobody|system|\(?none\)?|未\s*分配|无\s*人|系统)\s*",
    re.IGNORECASE,
)
_NO_PERSONS = (  # the code, words one of which stands in each of them, which they are, what they may be, and what helps
    (
        "agent-like-total",
        ("total", "average", "总", "计", "均"),
        _TOTALS.search,
        "no person but a total",
        "name such rows in `total_rows` of the source, or give the scheme a roster",
    ),
    (
        "agent-like-nobody",
        ("no agent", "assign", "nobody", "system", "none", "分", "人", "系"),
        _NOBODY.fullmatch,
        "nobody at all",
        "write `missing: [...]` with it on the column of the agent, or give the scheme a roster that ignores it",
    ),
)
_MEASURED = [place for place, status in enumerate(STATUSES) if status not in {Status.NO_DATA, Status.UNASSIGNED}]


def doubts(scheme: Scheme, registry: Registry) -> Iterator[Problem]:
    """Yield warnings about those whom the rows were credited to."""
    yield from _blurred(scheme, registry)
    yield from _no_persons(registry)


def cardless(scheme: Scheme, sheets: Sequence[Sheet]) -> Iterator[Problem]:
    """Yield a warning where there are agents, and none whom a card is for."""
    if any(len(sheet) for sheet in sheets) and all(sheet.card is None for sheet in sheets):
        help_text = "compare the `for` of the cards with the roster"
        message = "no scorecard is for any of the agents"
        yield Problem("no-card", message, scheme.cards[0].span, help_text, Severity.WARNING)


def silent(scheme: Scheme, sheets: Iterable[Sheet], gaps: Collection[tuple[Period, str]]) -> Iterator[Problem]:
    """Yield a warning for each metric that nobody on a card has a value of, where there are rows to measure it by."""
    for sheet in sheets:
        measured = np.isin(sheet.statuses, _MEASURED)
        for column in sheet.lines if measured.any() else ():
            name = column.line.metric.name
            lacking = any((sheet.period, source) in gaps for source in sources_of_metric(scheme, name))
            if not column.values.present[measured].any() and not lacking and not _compared(column):
                card = f" on `{sheet.card.name}`" if sheet.card else ""
                message = f"`{name}` has no value for anybody{card} in {sheet.period.name}"
                help_text = "do its conditions name texts as the export spells them? `kpi inspect` shows these"
                yield Problem("no-values", message, column.line.span, help_text, Severity.WARNING)


def _compared(column: LineColumn) -> bool:
    """Whether lines say that there is nothing to compare with."""
    return any(note.code is NoteCode.NO_PREVIOUS for notes in column.notes.values() for note in notes)


def _blurred(scheme: Scheme, registry: Registry) -> Iterator[Problem]:
    """Yield a warning where rows without a day are of agents who have several stretches in the period."""
    if scheme.roster is not None and registry.undated:
        message = f"rows without a day of {some(registry.undated)} count for the last of their stretches alone"
        help_text = "give the source a `time`, or the agent an id for each stretch"
        yield Problem("undated-stretch", message, scheme.roster.span, help_text, Severity.WARNING)


def _no_persons(registry: Registry) -> Iterator[Problem]:
    """Yield a warning where, for want of a roster, a total of the shop has become an agent, or a word for nobody."""
    names = () if registry.has_roster else registry.met(teams=False)
    everybody = "\n".join(names).lower()
    for code, signs, is_one, what, help_text in _NO_PERSONS:
        likely = any(sign in everybody for sign in signs)  # millions of names are told in no time
        found = sorted(filter(is_one, names)) if likely else ()
        if found:
            are = "is" if len(found) == 1 else "are"
            yield Problem(code, f"{some(found)} {are} scored, and may be {what}", None, help_text, Severity.WARNING)


def copies(scheme: Scheme, inputs: Inputs) -> Iterator[Problem]:
    """Yield a warning for each file that is another one over again, where no key tells that its rows are the same."""
    for name, files in inputs.files.items():
        for first, second in _alike(files) if scheme.sources[name].key is None else ():
            message = f"`{second.label}` is the same as `{first.label}`: all its rows count twice in `{name}`"
            help_text = f"leave one of them away, or give `{name}` a `key`"
            yield Problem("same-file", message, scheme.sources[name].span, help_text, Severity.WARNING)


def _alike(files: Sequence[InputFile]) -> Iterator[tuple[InputFile, InputFile]]:
    sizes: dict[int, list[InputFile]] = {}
    for file in files:
        if isinstance(file.path, Path):
            sizes.setdefault(file.size, []).append(file)
    for alike in sizes.values():
        known: dict[str | None, InputFile] = {}
        for file in alike if len(alike) > 1 else ():
            first = known.setdefault(_sha256(file), file)
            if first is not file:
                yield first, file


def _sha256(file: InputFile) -> str | None:
    meter = Meter(hashing=True)
    observe(file, meter)
    return meter.sha256
