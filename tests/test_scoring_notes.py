"""Notes as a column: read as a mapping, put together row by row."""

import numpy as np

from kpi_cli.exact import Mask
from kpi_cli.scoring.cards import Note, NoteCode
from kpi_cli.scoring.notes import Notes, no_notes, notes_of

JOINED, LEFT, QUOTA = Note(NoteCode.JOINED), Note(NoteCode.LEFT), Note(NoteCode.QUOTA, ("S", "1"))


def rows(*truths: int) -> Mask:
    return np.array(truths, dtype=bool)


def told(notes: Notes) -> list[tuple[Note, ...]]:
    return [notes.get(row, ()) for row in range(len(notes.codes))]


def test_nothing_is_said_about_a_row_that_is_not_in_the_mapping() -> None:
    notes = no_notes(3).where(rows(0, 1, 0), JOINED)
    assert dict(notes) == {1: (JOINED,)}
    assert (0 in notes, 1 in notes, 3 in notes, -2 in notes) == (False, True, False, False)
    assert (len(notes), list(notes), bool(no_notes(2))) == (1, [1], False)


def test_notes_stand_in_the_order_in_which_they_were_made() -> None:
    notes = no_notes(4).where(rows(1, 1, 0, 0), JOINED).where(rows(1, 0, 1, 0), LEFT).where(rows(0, 0, 0, 0), QUOTA)
    assert told(notes) == [(JOINED, LEFT), (JOINED,), (LEFT,), ()]


def test_each_row_has_its_own_kind() -> None:
    notes = no_notes(4).where(rows(1, 0, 0, 1), JOINED).with_each(rows(1, 0, 1, 1), np.array([1, 0, 0]), [LEFT, QUOTA])
    assert told(notes) == [(JOINED, QUOTA), (), (LEFT,), (JOINED, LEFT)]


def test_notes_of_both_follow_each_other() -> None:
    first, second = no_notes(3).where(rows(1, 0, 0), LEFT), no_notes(3).where(rows(1, 1, 0), JOINED)
    assert told(first.followed(second)) == [(LEFT, JOINED), (JOINED,), ()]
    assert told(no_notes(3).followed(second)) == told(second.followed(no_notes(3))) == [(JOINED,), (JOINED,), ()]


def test_rows_are_taken_with_their_notes() -> None:
    notes = no_notes(3).where(rows(1, 0, 0), LEFT)
    assert told(notes.take(np.array([2, 0, 0]))) == [(), (LEFT,), (LEFT,)]


def test_a_mapping_becomes_a_column() -> None:
    notes = notes_of({2: (LEFT, QUOTA), 0: (JOINED,), 1: ()}, 4)
    assert told(notes) == [(JOINED,), (), (LEFT, QUOTA), ()]
    assert dict(notes) == {0: (JOINED,), 2: (LEFT, QUOTA)}
    assert notes_of(notes, 4) is notes
