"""Exports written for a test, what `kpi inspect` makes of them, and the smallest scheme around its entry."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from kpi_cli.intake.inspecting.inspection import ColumnEntry, Inspection, Question, Role, SeenColumn
from kpi_cli.intake.inspecting.looking import inspect
from kpi_cli.intake.inspecting.openpoints import UNKNOWN
from kpi_cli.intake.presets import PRESETS
from kpi_cli.periods import parse_period
from kpi_cli.pipeline import Request, run
from kpi_cli.reports.sourceyaml import question_line, sources_yaml
from kpi_cli.scheme.load import Loaded, load_text

TODAY = date(2026, 11, 15)
REST = """
kpi: 1
name: test
timezone: UTC
{roster}metrics:
  handled: {{formula: '{formula}', unit: count, score: {{rule: rank, top: 100, bottom: 60}}, better: higher}}
scorecards:
  all: {{{scope}weights: {{handled: 100}}}}
grades:
  - {{grade: A, coefficient: 1}}
"""
WORK = 'sources: {work: {files: "work-{period}.csv", agent: agent, columns: {agent: agent}}}'
TEAMS = "roster: {files: roster.csv, agent: id, columns: {id: id, team: team}}\n"


def written(folder: Path, content: str | bytes, name: str = "chats.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def inspection_of(*paths: Path) -> Inspection:
    (found,) = inspect([str(path) for path in paths]).inspections
    return found


def of(folder: Path, content: str | bytes, name: str = "chats.csv") -> Inspection:
    return inspection_of(written(folder, content, name))


def column(found: Inspection, header: str) -> SeenColumn:
    return next(each for each in found.columns if each.header == header)


def entries(found: Inspection) -> Mapping[str, ColumnEntry]:
    return found.entry.columns


def asked(found: Inspection, about: str) -> Question:
    """The one question about something."""
    (question,) = [each for each in found.questions if each.about == about]
    return question


def agents_offered(found: Inspection) -> set[str]:
    """Every header that is offered as the agent, in whatever way."""
    offered = {each.header for each in found.candidates if each.role is Role.AGENT}
    named = found.entry.columns.get(found.entry.roles.get(Role.AGENT, ""))
    offered |= set(named.headers) if named else set()
    for question in found.questions:
        if question.about == "agent" and question.key == "agent":
            value = question.value
            offered |= set(value.headers if isinstance(value, ColumnEntry) else found.entry.columns[value].headers)
    return offered - {UNKNOWN, "HEADER"}


def has_agent(found: Inspection) -> bool:
    """Whether somebody would be credited."""
    agent = found.entry.columns.get("agent")
    preset = PRESETS.get(found.entry.preset or "")
    by_preset = preset is not None and bool(preset.agent)
    return by_preset or (Role.AGENT in found.entry.roles and agent != ColumnEntry((UNKNOWN,)))


def of_teams(found: Inspection) -> bool:
    preset = PRESETS.get(found.entry.preset or "")
    return Role.TEAM in found.entry.roles or (preset is not None and preset.team is not None and not preset.agent)


def around(found: Inspection, formula: str = "count({})") -> str:
    """The rest of the smallest scheme with an entry."""
    scope, roster = ("scope: team, ", TEAMS) if of_teams(found) else ("", "")
    source = "work" if found.entry.is_roster else found.entry.name
    rest = REST.format(scope=scope, roster=roster, formula=formula.format(source))
    return f"{rest}{WORK}\n" if found.entry.is_roster else rest


def checked(found: Inspection, settled: Sequence[str] = (), formula: str = "count({})") -> Loaded:
    """Load the smallest scheme with the entry as it is printed, and some keys of it as its owner settled them."""
    name, begin, indent = (found.entry.name, "\n  ", "    ") if not found.entry.is_roster else ("roster", "\n", "  ")
    head = f"{begin}{name}:\n"
    text = f"\n{sources_yaml([found])}".replace(head, "".join([head, *(f"{indent}{each}\n" for each in settled)]))
    return load_text(text + around(found, formula), "scheme.yaml", PRESETS)


def scored(found: Inspection, path: Path, period: str, formula: str = "count({})") -> set[str]:
    """Score the export by its entry, the zone of its times settled as printed; return the agents."""
    zones = [question_line(each) for each in found.questions if each.key == "timezone"]
    scheme = checked(found, zones, formula).scheme
    data = (f"{found.entry.name}={path}",)
    outcome = run(Request(scheme=scheme, data=data, periods=(parse_period(period, TODAY),)))
    return {agent.id for sheet in outcome.sheets for agent in sheet.agents}
