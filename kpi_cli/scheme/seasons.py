"""Seasons: in some periods other values hold at some paths of the scheme, and everything else stays."""

from collections.abc import Iterator
from itertools import combinations

from msgspec import Struct
from msgspec.structs import replace

from kpi_cli.periods import Period, overlapping
from kpi_cli.problems import Exit, KpiError, Problem, Severity
from kpi_cli.scheme.changes import changed
from kpi_cli.scheme.compiled import Scheme, Season
from kpi_cli.scheme.compiling.inheritance import Presets
from kpi_cli.scheme.examining import Examined, examine_document
from kpi_cli.scheme.yamlfile import Document, read_yaml


class InSeason(Struct, frozen=True):
    """The scheme that holds in a period, the seasons that made it so, and those the period only partly lies in."""

    scheme: Scheme
    names: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()


def in_season(scheme: Scheme, period: Period, presets: Presets | None = None) -> InSeason:
    """Return the scheme as it holds in a period. Seasons apply to periods that lie wholly inside a listed one.

    Raises KpiError with USAGE where two seasons at once make no sound scheme; each alone has been checked.
    """
    applying = [season for season in scheme.seasons if any(period.within(listed) for listed in season.periods)]
    partly = [season for season in scheme.seasons if season not in applying and _touches(season, period)]
    warnings = tuple(_only_partly(season, period) for season in partly)
    if not applying:
        return InSeason(scheme, (), warnings)
    reading = read_yaml(scheme.text, scheme.path)
    if reading.document is None:
        raise KpiError(reading.problems, Exit.USAGE)
    document = reading.document
    for season in applying:
        document = _changed(document, season)[0]
    examined = examine_document(document, scheme.text, presets or {})
    if examined.scheme is None or examined.errors:
        raise KpiError(examined.errors, Exit.USAGE)
    return InSeason(examined.scheme, tuple(season.name for season in applying), warnings)


def check_seasons(document: Document, found: Examined, text: str, presets: Presets) -> Iterator[Problem]:
    """Yield what is wrong with the scheme of each season alone, and with two seasons that contradict each other.

    Nothing is said of a season whose paths lead into a part with a slip that is told already.
    """
    if found.scheme is None:
        return
    for season in found.scheme.seasons:
        if _leads_into_doubt(document, season, found):
            continue
        variant, problems = _changed(document, season)
        yield from problems
        for problem in examine_document(variant, text, presets).problems:
            if problem not in found.problems and problem.severity is Severity.ERROR:
                yield replace(problem, message=f"in season {season.name}: {problem.message}")
    yield from _clashes(found.scheme)


def _leads_into_doubt(document: Document, season: Season, found: Examined) -> bool:
    """Whether a path leads into a part that is in doubt, or to a name that may be one of those taken out."""
    for change in season.changes:
        first, last = document.lines(tuple(change.split(".")[:2]))
        for doubt in found.doubts:
            if (doubt.gone is not None and not last) or (doubt.lines[0] <= last and first <= doubt.lines[1]):
                return True
    return False


def _changed(document: Document, season: Season) -> tuple[Document, tuple[Problem, ...]]:
    return changed(document, season.changes, ("seasons", season.index, "set"))


def _clashes(scheme: Scheme) -> Iterator[Problem]:
    for one, other in combinations(scheme.seasons, 2):
        both = sorted(set(one.changes) & set(other.changes))
        if both and any(overlapping([a, b]) for a in one.periods for b in other.periods):
            message = f"the seasons {one.name} and {other.name} both set `{both[0]}` in one period"
            yield Problem("season-clash", message, other.span, "let one of them set it")


def _touches(season: Season, period: Period) -> bool:
    return any(overlapping([period, listed]) is not None for listed in season.periods)


def _only_partly(season: Season, period: Period) -> Problem:
    message = f"{period.name} lies only partly in the season {season.name}, so the ordinary rules hold"
    return Problem("season-partly", message, season.span, "score the season's own period", Severity.WARNING)
