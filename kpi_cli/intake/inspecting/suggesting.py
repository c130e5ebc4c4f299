"""What was found -> an entry for `sources:` that passes as it is, and the questions it leaves to its owner."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from kpi_cli.intake.inspecting import fitting, headerwords, openpoints, ournames, patterns
from kpi_cli.intake.inspecting.drafting import ASKED, Draft, Found
from kpi_cli.intake.inspecting.inspection import ColumnEntry, Entry, Fit, Question, Role
from kpi_cli.intake.inspecting.known import columns_of
from kpi_cli.intake.inspecting.settled import Settled
from kpi_cli.intake.presets import PRESETS
from kpi_cli.scheme.model.sources import ColumnModel, SourceModel

_SECOND = frozenset({"agent_name", "team"})  # named before it is known whether they are taken


def suggested(found: Found, fits: Sequence[Fit], taken: Sequence[str]) -> tuple[Entry, Mapping[int, str]]:
    """Return the entry of an export, and the names of its columns by place."""
    draft = Draft(found)
    fit = next((fit.preset for fit in fits if fit.good), None)
    preset = PRESETS[fit] if fit else None
    if preset is None:
        _write_roles(draft)
        _write_others(draft)
    else:
        _write_preset(draft, preset)
    if preset is None or preset.timezone is None:
        openpoints.ask_for_zone(draft)
    timed = Role.TIME in draft.roles or (preset is not None and preset.time is not None)
    files = patterns.with_time(found.labels) if timed else openpoints.periodic(draft)
    order = {name: place for place, name in draft.names.items()}
    columns = dict(sorted(draft.columns.items(), key=lambda each: order.get(each[0], -1)))
    named = found.sheet if found.titled else None
    name = ournames.source_name(named or (found.labels[0] if len(found.labels) == 1 else files), taken)
    return Entry(name, files, fit, draft.roles, columns, found.sheet, tuple(draft.questions)), draft.names


def _write_roles(draft: Draft) -> None:
    roles = draft.found.roles
    if roles.agents:
        draft.roles[Role.AGENT] = draft.add(roles.agents[0], "agent")
        openpoints.ask_which_agent(draft)
    elif roles.team is not None:
        draft.roles[Role.TEAM] = draft.add(roles.team, "team")
    else:
        openpoints.ask_for_agent(draft)
    if roles.agents and roles.team is not None:
        draft.name(roles.team, "team")
    if roles.times:
        draft.roles[Role.TIME] = draft.add(roles.times[0])
        openpoints.ask_which_time(draft)
    _write_key(draft)
    openpoints.ask_about_bots(draft, "")


def _write_key(draft: Draft) -> None:
    roles, header = draft.found.roles, draft.found.header
    if len(roles.key) == 1:
        draft.roles[Role.KEY] = draft.add(roles.key[0], "id")
    elif roles.key:
        draft.add_row_key()
    elif roles.conflicting is not None:
        name = draft.add(roles.conflicting, "id")
        why = f"`{header[roles.conflicting]}` stands in several rows that differ: which of them counts?"
        draft.ask("key", why, ("key", name), "with `duplicates: latest(column)` or `earliest(column)`")
    elif draft.found.sample.rows:
        why = "no column is different in every row, so a row exported twice counts twice"
        draft.ask("key", why, ("key", "COLUMN"))


def _write_others(draft: Draft) -> None:
    found = draft.found
    for column in found.sample.columns:
        place, question = column.place, found.question_of(column.place)
        reason = found.left_out(place)
        if reason == ASKED and question is not None:
            draft.questions.append(replace(question, key=draft.name(place)))
        elif (place not in draft.names or draft.names[place] in _SECOND) and reason is None:
            draft.add(place)


def _write_preset(draft: Draft, preset: SourceModel) -> None:
    found, columns = draft.found, columns_of(preset)
    for name, model in columns.items():
        places = fitting.place_of(model, name, found.header)
        if len(places) == 1:
            draft.names.setdefault(places[0], name)
            if question := _left_open(found.settled[places[0]], model):
                draft.questions.append(replace(question, key=name))
    if not preset.agent and preset.team is None:
        for place in found.roles.agents[:1]:
            draft.names.pop(place, None)
            draft.roles[Role.AGENT] = draft.add(place, "agent")
        if not found.roles.agents:
            openpoints.ask_for_agent(draft)
    if preset.time is None and found.roles.times and headerwords.time_rank(found.header[found.roles.times[0]]) <= 1:
        draft.names.pop(found.roles.times[0], None)
        draft.roles[Role.TIME] = draft.add(found.roles.times[0])
    if preset.key in columns:
        _check_key(draft, preset.key or "", columns[preset.key or ""])
    openpoints.ask_about_bots(draft, preset.where or "")


def _left_open(settled: Settled, model: ColumnModel) -> Question | None:
    """Return a question that the preset's own column does not answer."""
    question = settled.question
    if question is None or not isinstance(question.value, ColumnEntry) or question.value.type != model.type:
        return None
    answered = model.unit or model.format or model.map or set(question.value.missing) & set(model.missing or ())
    return None if answered else question


def _check_key(draft: Draft, name: str, model: ColumnModel) -> None:
    places = fitting.place_of(model, name, draft.found.header)
    if not places or not (count := draft.found.sample.conflicts(places)):
        return
    if len(draft.found.roles.key) > 1:
        draft.add_row_key()
        return
    why = f"{count} rows differ from another one with the same `{name}`: which of them counts?"
    draft.ask("key", why, ("duplicates", f"latest({_latest(draft)})"), "or `earliest(column)`")


def _latest(draft: Draft) -> str:
    times = [draft.names[place] for place in draft.found.roles.times if place in draft.names]
    return next((name for name in times if name == "updated_at"), times[0] if times else "COLUMN")
