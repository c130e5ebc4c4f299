"""How much may be wrong before nothing is scored: rejected rows, rows without an agent, unknown persons, no row."""

from collections.abc import Sequence
from fractions import Fraction

from kpi_cli.intake.people.identity import is_ruined, person_key
from kpi_cli.intake.rows.rejecting import RUINED
from kpi_cli.numbers import plain
from kpi_cli.periods import Period
from kpi_cli.problems import Problem
from kpi_cli.rows import Reject, SourceReport
from kpi_cli.scheme.compiled import Limits, Source

SHOWN = 5
_AS_TEXT = "export again and read the file as it is, or format the column as text before the ids go into Excel"


def exceeded(
    source: Source, period: Period, report: SourceReport, limits: Limits, *, background: bool = False
) -> list[Problem]:
    """Return a problem for each limit that a source exceeds in a period; in the `background` rejects alone count."""
    found = []
    account, where = report.account, f"source `{source.name}` in {period.name}"
    ruined = [reject for reject in report.rejects if reject.reason == RUINED]
    if ruined:
        found.append(_ruined(source, where, ruined))
    if _beyond(account.rejected - len(ruined), account.in_period, limits.rejected):
        examples = "; ".join(map(_shown, report.rejects[:SHOWN]))
        message = f"{where}: {_share(account.rejected, account.in_period, limits.rejected)} rejected: {examples}"
        help_text = "mend the cells or the columns' types; `--rejects FILE` lists them all; or raise limits.rejected"
        found.append(Problem("too-many-rejected", message, source.span, help_text))
    if background:
        return found
    if _beyond(account.unattributed, account.in_period, limits.unattributed):
        message = f"{where}: {_share(account.unattributed, account.in_period, limits.unattributed)} without an agent"
        help_text = f"see whether `agent: {', '.join(source.agent)}` is the right column; or raise limits.unattributed"
        found.append(Problem("too-many-unattributed", message, source.span, help_text))
    persons = len({person_key(name) for name in report.unknown})
    if persons > limits.unknown_agents:
        names = ", ".join(report.unknown[: 4 * SHOWN]) + (", ..." if persons > 4 * SHOWN else "")
        are = "agent is" if persons == 1 else "agents are"
        rows = f"{account.unknown_agent} row" + ("" if account.unknown_agent == 1 else "s")
        message = f"{where}: {persons} {are} not on the roster ({rows}): {names}"
        help_text = "add them to the roster for the days of their rows, or to roster.ignore if they are no persons"
        help_text += "; or raise limits.unknown_agents"
        if ruined_id := next(filter(is_ruined, report.unknown), None):
            help_text = f"`{ruined_id}` is what Excel makes of a long id: {_AS_TEXT}; {help_text}"
        found.append(Problem("unknown-agents", message, source.span, help_text))
    return found


def nothing_read(source: Source, period: Period, report: SourceReport) -> list[Problem]:
    """Return a problem when the source has no row in the period and its scheme says that is one."""
    account = report.account
    if source.empty != "error" or account.in_period:
        return []
    message = f"source `{source.name}` has no row in {period.name} ({account.outside_period} rows lie outside it)"
    help_text = "see whether the right files were given; `empty: zero` or `empty: missing` allows it"
    return [Problem("no-rows", message, source.span, help_text)]


def _ruined(source: Source, where: str, rejects: Sequence[Reject]) -> Problem:
    """Refuse ids that are not unique any more, however few: one row would pass for the duplicate of another."""
    keys = f"{len(rejects)} key" + ("" if len(rejects) == 1 else "s")
    examples = "; ".join(f"{reject.file} record {reject.record} `{reject.value}`" for reject in rejects[:SHOWN])
    message = (
        f"{where}: Excel has rounded {keys} in column `{rejects[0].column}`, whose last digits are lost: {examples}"
    )
    return Problem("ruined-id", message, source.span, _AS_TEXT)


def _beyond(count: int, of: int, limit: Fraction) -> bool:
    return count > limit * of


def _share(count: int, of: int, limit: Fraction) -> str:
    percent = plain(Fraction(100 * count, of), 2)
    return f"{count} of {of} rows ({percent}%, the limit is {plain(limit * 100, 2)}%) are"


def _shown(reject: Reject) -> str:
    cell = f"{reject.column} `{reject.value}`: " if reject.column else ""
    return f"{reject.file} record {reject.record}: {cell}{reject.reason}"
