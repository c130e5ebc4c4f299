"""What stands between a total and what it pays: quotas of grades, and gates that no score can buy back."""

from collections.abc import Sequence
from math import floor

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from kpi_cli.exact import Mask
from kpi_cli.scheme.compiled import Gate
from kpi_cli.scoring.cards import STATUSES, Note, NoteCode, Sheet, Status
from kpi_cli.scoring.conditions import Bench
from kpi_cli.scoring.notes import notes_of

_HELD = STATUSES.index(Status.HELD)


def with_quotas(sheet: Sheet) -> Sheet:
    """Hold each grade to its share of the ranked, rounded down; ties on the last place all fall to the next grade."""
    grades, notes = sheet.grades.copy(), notes_of(sheet.notes, len(sheet))
    for position, band in enumerate(sheet.bands[:-1]):
        if band.at_most is None:
            continue
        members = grades == position
        allowed = floor(band.at_most * sheet.of)
        fallen = members & (_members_up_to(sheet.ranks, members) > allowed)
        grades[fallen] = position + 1
        notes = notes.where(fallen, Note(NoteCode.QUOTA, (band.grade, str(allowed))))
    return replace(sheet, grades=grades, paid_grades=grades, notes=notes)


def _members_up_to(ranks: NDArray[np.int64], members: Mask) -> NDArray[np.int64]:
    """Return how many of the members rank as high as each agent, or higher."""
    return np.searchsorted(np.sort(ranks[members]), ranks, side="right")


def with_gates(sheet: Sheet, gates: Sequence[Gate], bench: Bench) -> Sheet:
    """Lower grades to the lowest `max_grade` of the gates that fire, and hold where one holds; score and rank stay."""
    paid, statuses, notes = sheet.paid_grades.copy(), sheet.statuses.copy(), notes_of(sheet.notes, len(sheet))
    names = [band.grade for band in sheet.bands]
    graded = sheet.grades >= 0
    for gate in gates:
        truth = bench.judge(gate.when)
        fired, unjudged = truth.values & graded, ~truth.present & graded
        if gate.max_grade is not None:
            paid[fired] = np.maximum(paid[fired], names.index(gate.max_grade))
        statuses[(fired & gate.hold) | (unjudged & (gate.when_missing == "hold"))] = _HELD
        notes = notes.where(fired, Note(NoteCode.GATE, (gate.reason or gate.text, gate.max_grade or "")))
        notes = notes.where(unjudged, Note(NoteCode.GATE_NOT_JUDGED, (gate.reason or gate.text,)))
    return replace(sheet, paid_grades=paid, statuses=statuses, notes=notes)
