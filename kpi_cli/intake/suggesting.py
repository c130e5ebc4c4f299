"""What was found -> an entry for `sources:` that passes as it is, and the questions it leaves to its owner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kpi_cli.intake import fitting, headerwords, ournames, patterns
from kpi_cli.intake.candidates import Roles, bots_in
from kpi_cli.intake.inspection import ColumnEntry, Entry, Fit, Question, Role
from kpi_cli.intake.known import columns_of, headers_of
from kpi_cli.intake.presets import PRESETS
from kpi_cli.intake.sampling import Sample
from kpi_cli.intake.settled import Settled
from kpi_cli.scheme.compiled import ColumnType
from kpi_cli.scheme.model.sources import ColumnModel, SourceModel

UNKNOWN = "?"  # a header that nobody has: the entry passes, and data are refused until it is settled
_FEW, _FEW_SHARE = 50, 5
_AMBIGUOUS_TIME = 2
_ZONES = {
    **dict.fromkeys(("EST", "EDT", "ET"), "America/New_York"),
    **dict.fromkeys(("CST", "CDT", "CT"), "America/Chicago"),
    **dict.fromkeys(("MST", "MDT"), "America/Denver"),
    **dict.fromkeys(("PST", "PDT", "PT"), "America/Los_Angeles"),
    **dict.fromkeys(("CET", "CEST"), "Europe/Berlin"),
    **dict.fromkeys(("BST", "WET"), "Europe/London"),
    **dict.fromkeys(("AEST", "AEDT"), "Australia/Sydney"),
    **{"IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "HKT": "Asia/Hong_Kong", "SGT": "Asia/Singapore"},
}


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of an export: all that an entry is made of."""

    labels: tuple[str, ...]
    sample: Sample
    settled: Mapping[int, Settled]
    roles: Roles
    joined: tuple[int, ...]
    sheet: str | None = None

    @property
    def header(self) -> tuple[str, ...]:
        """The cells of the header row."""
        return tuple(column.header for column in self.sample.columns)

    def entry_of(self, place: int) -> ColumnEntry:
        """Return how a column is read; the first of a date and a time of day is read with the second."""
        if place in self.joined[:1]:
            return ColumnEntry(tuple(self.header[each] for each in self.joined), ColumnType.DATETIME)
        return self.settled[place].entry


@dataclass(slots=True)
class _Draft:
    """An entry that is being written."""

    found: Found
    names: dict[int, str] = field(default_factory=dict)
    columns: dict[str, ColumnEntry] = field(default_factory=dict)
    roles: dict[Role, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    def name(self, place: int, wanted: str | None = None) -> str:
        """Return our name for a column, new names all different."""
        if place not in self.names:
            entry = self.found.entry_of(place)
            question = self.found.settled[place].question
            kind = question.value.type if question and isinstance(question.value, ColumnEntry) else entry.type
            wanted = wanted or ournames.column_name(self.found.header[place], kind, place)
            self.names[place] = ournames.unused(wanted, self.names.values())
        return self.names[place]

    def add(self, place: int, wanted: str | None = None) -> str:
        """Put a column into the entry; return its name."""
        name = self.name(place, wanted)
        self.columns[name] = self.found.entry_of(place)
        return name

    def ask(self, about: str, why: str, line: tuple[str, str | ColumnEntry], hint: str = "") -> None:
        """Leave something to the owner; `line` is the key and the value that would settle it."""
        self.questions.append(Question(about, why, *line, hint))


def suggested(found: Found, fits: Sequence[Fit], taken: Sequence[str]) -> tuple[Entry, Mapping[int, str]]:
    """Return the entry of an export, and the names of its columns by place."""
    draft = _Draft(found)
    preset = next((fit.preset for fit in fits if fit.good), None)
    if preset is None:
        _write_roles(draft)
        _write_others(draft)
    else:
        _write_preset(draft, PRESETS[preset])
    if preset is None or PRESETS[preset].timezone is None:
        _ask_for_zone(draft)
    timed = Role.TIME in draft.roles or (preset is not None and PRESETS[preset].time is not None)
    files = patterns.with_time(found.labels) if timed else _periodic(draft)
    order = {name: place for place, name in draft.names.items()}
    columns = dict(sorted(draft.columns.items(), key=lambda each: order.get(each[0], -1)))
    name = ournames.source_name(found.labels[0], taken)
    entry = Entry(name, files, preset, draft.roles, columns, found.sheet, tuple(draft.questions))
    return entry, draft.names


def left_out(found: Found, place: int) -> str | None:
    """Return why a column does not belong into an entry; None where it does."""
    column, settled = found.sample.columns[place], found.settled[place]
    if not column.header:
        return "it has no header"
    if found.header.count(column.header) > 1:
        return "its header stands there more than once"
    if not column.cells:
        return "it is empty"
    if settled.question is not None:
        return "see the question"
    if settled.entry.type is not ColumnType.TEXT:
        return None
    if headerwords.is_private(column.header, column.examples):
        return "it tells who a customer is"
    if column.long * 10 > column.sampled:
        return "it is free text"
    few = column.distinct() <= max(_FEW, found.sample.rows // _FEW_SHARE)
    return None if few or headerwords.is_id(column.header) else "it is free text"


def _write_roles(draft: _Draft) -> None:
    found, roles = draft.found, draft.found.roles
    if roles.agents:
        draft.roles[Role.AGENT] = draft.add(roles.agents[0], "agent")
        _ask_which_agent(draft)
    elif roles.team is not None:
        draft.roles[Role.TEAM] = draft.add(roles.team, "team")
    else:
        _ask_for_agent(draft)
    if roles.agents and roles.team is not None:
        draft.name(roles.team, "team")
    _write_time(draft)
    if len(roles.key) == 1:
        draft.roles[Role.KEY] = draft.add(roles.key[0], "id")
    elif roles.key:
        _write_row_key(draft)
    _ask_for_key(draft)
    _ask_about_bots(draft, "")


def _write_row_key(draft: _Draft) -> None:
    draft.roles[Role.KEY] = "row"
    draft.columns["row"] = ColumnEntry(tuple(draft.found.header[place] for place in draft.found.roles.key))
    draft.names[-1] = "row"


def _ask_which_agent(draft: _Draft) -> None:
    roles, header = draft.found.roles, draft.found.header
    for place in roles.alike:
        draft.name(place, "agent_name")
    if len(roles.agents) > 1:
        named = " and ".join(f"`{header[place]}`" for place in roles.agents)
        others = [draft.add(place) for place in roles.agents[1:]]
        why = f"{named} may name who gets the credit, and not always the same person"
        more = f"or {', '.join(others[1:])}" if others[1:] else ""
        draft.ask("agent", why, ("agent", others[0]), more)


def _ask_for_agent(draft: _Draft) -> None:
    found = draft.found
    draft.roles[Role.AGENT] = "agent"
    draft.columns["agent"] = ColumnEntry((UNKNOWN,))
    draft.names[-2] = "agent"
    why = "no header says who did the work"
    if not found.roles.weak:
        draft.ask("agent", why, ("agent", ColumnEntry(("HEADER",))), "or `team:` for rows of whole teams")
    for place in found.roles.weak:
        header = found.header[place]
        draft.ask("agent", f"{why}; `{header}` may, or may name somebody else", ("agent", ColumnEntry((header,))))


def _write_time(draft: _Draft) -> None:
    found, times = draft.found, draft.found.roles.times
    if not times:
        return
    draft.roles[Role.TIME] = draft.add(times[0])
    ranks = [headerwords.time_rank(found.header[place]) for place in times[:2]]
    if len(ranks) == _AMBIGUOUS_TIME and ranks[0] == ranks[1] and ranks[0] > 1:
        other, header = draft.name(times[1]), found.header
        why = f"`{header[times[0]]}` or `{header[times[1]]}` may say which period a row belongs to"
        draft.ask("time", why, ("time", other))


def _ask_for_key(draft: _Draft) -> None:
    roles, header = draft.found.roles, draft.found.header
    if roles.conflicting is not None:
        name = draft.add(roles.conflicting, "id")
        why = f"`{header[roles.conflicting]}` stands in several rows that differ: which of them counts?"
        hint = "with `duplicates: latest(column)` or `earliest(column)`"
        draft.ask("key", why, ("key", name), hint)
    elif not roles.key:
        draft.ask("key", "no column is different in every row, so a row exported twice counts twice", ("key", "COLUMN"))


def _ask_about_bots(draft: _Draft, where: str) -> None:
    places = draft.found.roles.agents[:1]
    bots = bots_in(draft.found.sample, places[0]) if places else ()
    if bots:
        listed = ", ".join('"' + bot.replace('"', "") + '"' for bot in bots)
        condition = f"agent not in [{listed}]"
        why = f"{', '.join(f'`{bot}`' for bot in bots)} among the agents is no person"
        value = f"({where}) and {condition}" if where else condition
        draft.ask("agent", why, ("where", value), "or name it under `ignore:` of the roster")


def _write_others(draft: _Draft) -> None:
    found = draft.found
    for column in found.sample.columns:
        place, settled = column.place, found.settled[column.place]
        if place in found.joined[1:]:
            continue
        if settled.question is not None and column.header and found.header.count(column.header) == 1:
            draft.questions.append(replace(settled.question, key=draft.name(place)))
        elif place not in draft.names or draft.names[place] in {"agent_name", "team"}:
            if left_out(found, place) is None:
                draft.add(place)


def _write_preset(draft: _Draft, preset: SourceModel) -> None:
    found, columns = draft.found, columns_of(preset)
    for name, model in columns.items():
        places = fitting.place_of(model, name, found.header)
        if len(places) == 1 and places[0] not in draft.names:
            draft.names[places[0]] = name
        if len(places) == 1 and (open_one := _left_open(found.settled[places[0]], model, name)):
            draft.questions.append(replace(open_one, key=name))
    if not preset.agent and preset.team is None:
        for place in found.roles.agents[:1]:
            draft.names.pop(place, None)
            draft.roles[Role.AGENT] = draft.add(place, "agent")
        if not found.roles.agents:
            _ask_for_agent(draft)
    if preset.time is None and found.roles.times and headerwords.time_rank(found.header[found.roles.times[0]]) <= 1:
        draft.names.pop(found.roles.times[0], None)
        draft.roles[Role.TIME] = draft.add(found.roles.times[0])
    if preset.key in columns:
        _check_key(draft, preset.key or "", columns[preset.key or ""])
    _ask_about_bots(draft, preset.where or "")


def _left_open(settled: Settled, model: ColumnModel, name: str) -> Question | None:
    """Return a question that the preset's own column does not answer."""
    question = settled.question
    if question is None or not isinstance(question.value, ColumnEntry) or question.value.type != model.type:
        return None
    if model.unit or model.format or model.map or set(question.value.missing) & set(model.missing or ()):
        return None
    return replace(question, value=replace(question.value, headers=headers_of(model, name)))


def _check_key(draft: _Draft, name: str, model: ColumnModel) -> None:
    places = fitting.place_of(model, name, draft.found.header)
    if not places or not (count := draft.found.sample.conflicts(places)):
        return
    if len(draft.found.roles.key) > 1:
        _write_row_key(draft)
    else:
        why = f"{count} rows differ from another one with the same `{name}`: which of them counts?"
        draft.ask("key", why, ("duplicates", f"latest({_latest(draft)})"), "or `earliest(column)`")


def _latest(draft: _Draft) -> str:
    times = [draft.names[place] for place in draft.found.roles.times if place in draft.names]
    return next((name for name in times if name == "updated_at"), times[0] if times else "column")


def _ask_for_zone(draft: _Draft) -> None:
    """Ask which zone a short name such as `CST` means: several have the same."""
    found = draft.found
    for column in found.sample.columns:
        if column.short_zones and found.settled[column.place].entry.type is ColumnType.DATETIME:
            short, cell = next(iter(column.short_zones.items()))
            why = f"`{cell}`: several zones are called {short}"
            draft.ask(column.header, why, ("timezone", _ZONES.get(short, "Area/City")), "or another one")
            return


def _periodic(draft: _Draft) -> str:
    """Return the pattern of files whose rows do not say when, and ask what their names do not say."""
    pattern = patterns.without_time(draft.found.labels)
    if pattern.by_day:
        draft.roles[Role.TIME] = "file"
        why = "no row says when, the file's name does: is it the day of the rows, or of the download?"
        draft.ask("time", why, ("time", "file"), "or name the files by their period")
    elif not pattern.dated:
        why = "neither the rows nor the file's name say when: put the period into the name, as in 2026-10"
        draft.ask("time", why, ("timeless", "true"), "if the rows belong to every period")
    return pattern.files
