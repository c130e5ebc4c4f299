"""The agents of exports held against the roster beside them: by id or by name, and who is not listed."""

from collections.abc import Sequence

from msgspec.structs import replace

from kpi_cli.intake.inspecting.inspection import Inspection
from kpi_cli.intake.people.identity import person_key

_SHOWN = 3


def matched(inspections: Sequence[Inspection]) -> list[Inspection]:
    """Return the inspections, of several rosters first the one that lists most of the agents.

    Its entry gets `match_names` where exports name agents by their names, and every export says how many it lists.
    """
    sources = [each for each in inspections if not each.entry.is_roster]
    agents = [each.people["agents"] for each in sources]
    rosters = sorted(
        (each for each in inspections if each.entry.is_roster),
        key=lambda roster: -sum(len(each & frozenset().union(*roster.people.values())) for each in agents),
    )
    if not rosters:
        return sources
    people = rosters[0].people
    ids, names = people["id"] | people["aliases"], people["name"]
    by_name = any(len(each & names) > len(each & ids) for each in agents) and bool(ids - names)
    listed = ids | names if by_name or not people["id"] else ids
    first = replace(rosters[0], entry=replace(rosters[0].entry, match_names=by_name))
    told = (replace(each, notes=(*each.notes, *_note(each, listed))) for each in sources)
    return [first, *rosters[1:], *told]


def _note(inspection: Inspection, listed: frozenset[str]) -> tuple[str, ...]:
    agents = inspection.people["agents"] - {person_key(each) for each in inspection.bots}
    if not agents:
        return ()
    absent = sorted(agents - listed)
    shown = ", ".join(f"`{each}`" for each in absent[:_SHOWN]) + (", ..." if len(absent) > _SHOWN else "")
    note = f"{len(agents) - len(absent)} of {len(agents)} agents are in the roster"
    return (note + (f", not {shown}" if absent else ""),)
