"""What an entry cannot say for sure of agents, time and zone: each becomes a question with the line that settles it."""

from kpi_cli.intake.inspecting import headerwords, patterns
from kpi_cli.intake.inspecting.candidates import bots_in
from kpi_cli.intake.inspecting.drafting import Draft
from kpi_cli.intake.inspecting.inspection import ColumnEntry, Role
from kpi_cli.scheme.compiled import ColumnType

UNKNOWN = "?"
"""A header that nobody has: an entry with it passes, and data are refused until it is settled."""
_ZONES = {
    **dict.fromkeys(("EST", "EDT", "ET"), "America/New_York"),
    **dict.fromkeys(("CST", "CDT", "CT"), "America/Chicago"),
    **dict.fromkeys(("MST", "MDT"), "America/Denver"),
    **dict.fromkeys(("PST", "PDT", "PT"), "America/Los_Angeles"),
    **dict.fromkeys(("CET", "CEST"), "Europe/Berlin"),
    **dict.fromkeys(("BST", "WET"), "Europe/London"),
    **dict.fromkeys(("AEST", "AEDT"), "Australia/Sydney"),
    "HKT": "Asia/Hong_Kong",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "SGT": "Asia/Singapore",
}


def ask_which_agent(draft: Draft) -> None:
    """Ask where several columns name persons, and not always the same ones."""
    roles, header = draft.found.roles, draft.found.header
    for place in roles.alike:
        draft.name(place, "agent_name")
    if len(roles.agents) > 1:
        named = " and ".join(f"`{header[place]}`" for place in roles.agents)
        others = [draft.add(place) for place in roles.agents[1:]]
        why = f"{named} may name who gets the credit, and not always the same person"
        each = f"`agent: [agent, {', '.join(others)}]` to credit each of them"
        draft.ask("agent", why, ("agent", others[0]), f"or {', '.join([*others[1:], each])}")


def ask_for_agent(draft: Draft) -> None:
    """Ask where no header says who did the work."""
    found = draft.found
    draft.roles[Role.AGENT] = "agent"
    draft.columns["agent"] = ColumnEntry((UNKNOWN,))
    why = "no header says who did the work"
    halves = _whole_names(draft)
    if halves:
        why = f"{why}; {' and '.join(f'`{each}`' for each in halves)} may, or may name somebody else"
        draft.ask("agent", why, ("agent", ColumnEntry(halves)))
    elif not found.roles.weak:
        draft.ask("agent", why, ("agent", ColumnEntry(("HEADER",))), "or `team:` for rows of whole teams")
    for place in found.roles.weak:
        header = found.header[place]
        why_weak = f"{why}; `{header}` may, or may name somebody else"
        draft.ask("agent", why_weak, ("agent", ColumnEntry((header,))))


def _whole_names(draft: Draft) -> tuple[str, ...]:
    """Return the headers of first and last names, where each row is another person's: not of the customers of cases."""
    found = draft.found
    halves = headerwords.halves_of_name(found.header)
    places = [found.header.index(each) for each in halves]
    alone = not found.roles.weak and not any(map(headerwords.of_customers, found.header))
    return halves if halves and alone and found.sample.distinct(places) == found.sample.rows else ()


def ask_about_bots(draft: Draft, where: str) -> None:
    """Ask about agents that no person is called like; `where` is the preset's own condition."""
    places = draft.found.roles.agents[:1]
    bots = bots_in(draft.found.sample, places[0]) if places else ()
    if bots:
        listed = ", ".join('"' + bot.replace("\\", "").replace('"', "") + '"' for bot in bots)
        condition = f"agent not in [{listed}]"
        why = f"{', '.join(f'`{bot}`' for bot in bots)} among the agents is no person"
        line = ("where", f"({where}) and {condition}" if where else condition)
        draft.ask("agent", why, line, "or name it under `ignore:` of the roster")


def ask_which_time(draft: Draft) -> None:
    """Ask where several moments may say which period a row belongs to, and no header speaks for one."""
    header, times = draft.found.header, draft.found.roles.times
    if len(times) < 2:  # noqa: PLR2004 - nothing to choose from
        return
    rank, other = (headerwords.time_rank(header[place]) for place in times[:2])
    if rank == other > 1:
        why = f"`{header[times[0]]}` or `{header[times[1]]}` may say which period a row belongs to"
        draft.ask("time", why, ("time", draft.add(times[1])))


def ask_for_zone(draft: Draft) -> None:
    """Ask which zone a short name such as `CST` means: several have the same."""
    for column in draft.found.sample.columns:
        if column.short_zones and draft.found.settled[column.place].entry.type is ColumnType.DATETIME:
            short, cell = next(iter(column.short_zones.items()))
            why = f"`{cell}`: several zones are called {short}"
            draft.ask(column.header, why, ("timezone", _ZONES.get(short, "Area/City")), "or another one")
            return


def periodic(draft: Draft) -> str:
    """Return the pattern of files whose rows do not say when, and ask what their names do not say."""
    pattern = patterns.without_time(draft.found.labels)
    if pattern.by_day or (not pattern.dated and not pattern.named):
        draft.roles[Role.TIME] = "file"
        if draft.roles.get(Role.KEY) == draft.roles.get(Role.AGENT, ""):  # who has a row in the file of each day
            del draft.roles[Role.KEY]
    if pattern.by_day:
        why = "no row says when, the file's name does: is it the day of the rows, or of the download?"
        draft.ask("time", why, ("time", "file"), "or name the files by their period")
    elif not pattern.dated and not pattern.named:
        why = "neither the rows nor the files' names say when: put the day into each name, written as 2026-10-05"
        monthly = f'a month as 2026-10, with `files: "{patterns.by_period(draft.found.labels)}"`'
        draft.ask("time", why, ("timeless", "true"), f"only if the rows belong to every period; {monthly}")
    elif not pattern.dated:
        why = "neither the rows nor the file's name say when: put the period into the name, written as 2026-10"
        plain = patterns.with_time(draft.found.labels)
        draft.ask("time", why, ("timeless", "true"), f'and `files: "{plain}"`, if the rows belong to every period')
    return pattern.files
