"""What is worth saying about an agent's metrics: stand-ins, small samples, steps reached, and metrics left out."""

from collections.abc import Sequence

import numpy as np

from kpi_cli.exact import Exact, Mask
from kpi_cli.scheme.compiled import Metric
from kpi_cli.scheme.rules import Steps
from kpi_cli.scoring.cards import LineColumn, Note, NoteCode
from kpi_cli.scoring.notes import Notes, extended, no_notes
from kpi_cli.scoring.rules import sort_keys, steps_reached

_STAND_INS = {"zero": NoteCode.COUNTED_ZERO, "full": NoteCode.COUNTED_FULL}


def line_notes(metric: Metric, counted: Exact, small: Mask, counts: Exact) -> Notes:
    """Return the notes on one metric: `counted` are the values that count, `small` tells of too small a sample."""
    notes = no_notes(len(counted))
    if small.any():
        notes = _small_samples(metric, small, counts)
    if metric.missing in _STAND_INS:
        notes = notes.where(~counted.present, Note(_STAND_INS[metric.missing]))
    if isinstance(metric.rule, Steps):
        notes = notes.followed(_steps(metric.rule, counted))
    return notes


def _small_samples(metric: Metric, small: Mask, counts: Exact) -> Notes:
    sizes = counts.take(small)
    _, first, kinds = np.unique(sort_keys(sizes), return_index=True, return_inverse=True)
    told = [Note(NoteCode.SMALL_SAMPLE, (str(sizes.at(row)), str(metric.min_sample))) for row in first.tolist()]
    return no_notes(len(small)).with_each(small, kinds, told)


def _steps(rule: Steps, values: Exact) -> Notes:
    reached = steps_reached(rule, values)
    notes = no_notes(len(values))
    for place, step in enumerate(rule.steps):
        if step.name:
            notes = notes.where(reached == place, Note(NoteCode.STEP, (step.name,)))
    return notes


def card_notes(lines: Sequence[LineColumn], has_data: Mask, incomplete: Mask) -> Notes:
    """Return for each agent with data which metrics have no score, and whether too few have one for a grade."""
    codes = no_notes(len(has_data)).codes
    names: tuple[tuple[str, ...], ...] = ((),)
    for column in lines:
        codes, names = extended(codes, names, ~column.scores.present & has_data, column.line.metric.name)
    told = [
        (Note(code, absent),) if absent else ()
        for code in (NoteCode.REWEIGHTED, NoteCode.LOW_COVERAGE)
        for absent in names
    ]
    low = np.int32(len(names)) * (incomplete & (codes > 0))
    return Notes(codes + low.astype(np.int32), tuple(told))
