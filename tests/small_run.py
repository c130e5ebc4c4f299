"""A scheme and its files as text, run in process: rows of the summary and of the detail by name, notes and money."""

import csv
import io
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from in_process import TODAY

from kpi_cli.periods import parse_period
from kpi_cli.pipeline import Outcome, Request, run
from kpi_cli.problems import KpiError
from kpi_cli.reports.csvfile import detail_csv, summary_csv
from kpi_cli.scheme.load import load_text
from kpi_cli.scoring.cards import Note, NoteCode, PaySlip

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """What a run came to. Cells are those of the CSV files."""

    outcome: Outcome

    @property
    def summary(self) -> list[Row]:
        return rows(summary_csv(self.outcome.sheets, self.outcome.scheme))

    @property
    def detail(self) -> list[Row]:
        return rows(detail_csv(self.outcome.sheets, self.outcome.scheme))

    def of(self, agent: str, *columns: str) -> list[str]:
        """The cells of an agent's only summary line."""
        (row,) = (row for row in self.summary if row["agent_id"] == agent)
        return [row[column] for column in columns]

    def column(self, name: str) -> dict[str, str]:
        """One column of the summary by agent."""
        return {row["agent_id"]: row[name] for row in self.summary}

    def line(self, agent: str, metric: str, *columns: str) -> list[str]:
        """The cells of an agent's only detail line of a metric."""
        (row,) = (row for row in self.detail if (row["agent_id"], row["metric"]) == (agent, metric))
        return [row[column] for column in columns]

    def slip(self, agent: str) -> PaySlip | None:
        """The money of an agent with one line."""
        (found,) = (
            sheet.slip(place)
            for sheet in self.outcome.sheets
            for place, person in enumerate(sheet.agents)
            if person.id == agent
        )
        return found

    def notes(self, agent: str, code: NoteCode) -> list[tuple[str, ...]]:
        """What the notes of one kind on an agent's card are about."""
        found = (note for sheet in self.outcome.sheets for note in _notes(sheet.agents, sheet.notes, agent))
        return [note.about for note in found if note.code is code]


def _notes(agents: tuple[object, ...], notes: Mapping[int, tuple[Note, ...]], agent: str) -> list[Note]:
    places = [place for place, person in enumerate(agents) if getattr(person, "id", None) == agent]
    return [note for place in places for note in notes.get(place, ())]


def rows(text: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def ran(scheme: str, files: Mapping[str, str], *periods: str) -> Done:
    """Run a scheme's text over files (by name) for the periods; October 2026 if none is given."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_text(content, encoding="utf-8", newline="")
        asked = tuple(parse_period(period, TODAY) for period in periods or ("2026-10",))
        loaded = load_text(scheme, str(Path(folder) / "scheme.yaml")).scheme
        return Done(run(Request(scheme=loaded, data=(folder,), periods=asked)))


def refusal(scheme: str, files: Mapping[str, str], *periods: str) -> KpiError:
    """Return why the run, or the scheme, is refused."""
    try:
        ran(scheme, files, *periods)
    except KpiError as error:
        return error
    message = "it should have been refused"
    raise AssertionError(message)
