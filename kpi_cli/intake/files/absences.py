"""The problems of files that are not where they should be, each naming what was looked for and how to name it."""

from collections.abc import Iterator, Mapping, Sequence

from kpi_cli.intake.files.choosing import Taker
from kpi_cli.periods import Period
from kpi_cli.problems import Problem, did_you_mean
from kpi_cli.scheme.compiled import Empty

_SHOWN = 8  # periods named in one sentence


def gaps(
    taker: Taker, empty: Empty, looked_in: Sequence[str], missing: Mapping[Period, tuple[Period, ...]]
) -> Iterator[Problem]:
    """Yield a problem for each period that is covered only in part, and for those without a file unless they may be."""
    bare = [period for period, parts in missing.items() if parts == (period,)]
    for period, parts in missing.items():
        if period not in bare:
            yield _partly(taker, period, parts)
    if bare and empty == "error":
        yield _no_file(taker, bare, looked_in)


def _partly(taker: Taker, period: Period, parts: Sequence[Period]) -> Problem:
    message = f"source `{taker.name}` has files for only a part of {period.name}: {_names(parts)} missing"
    help_text = f"add {_spelled(taker.pattern, parts[0])}, or one file for the whole of {period.name}"
    return Problem("period-files-missing", message, taker.span, help_text)


def _no_file(taker: Taker, periods: Sequence[Period], looked_in: Sequence[str]) -> Problem:
    assign = f"name one: `{taker.name}=FILE`"
    if taker.pattern is None:
        message = f"source `{taker.name}` has no file, and no `files` to find one by"
        return Problem("source-without-file", message, taker.span, assign)
    spelled = _spelled(taker.pattern, periods[0]) if taker.periodic else f"`{taker.pattern}`"
    of = f" for {_names(periods)}" if taker.periodic else ""
    message = f"source `{taker.name}` has no file{of}: nothing in {_places(looked_in)} is called {spelled}"
    help_text = f"{assign}, correct `files`, or set `empty: zero` or `empty: missing` if there may be none"
    return Problem("source-without-file", message, taker.span, help_text)


def no_roster(taker: Taker, looked_in: Sequence[str], period: Period | None) -> Problem:
    """Return the problem of a roster that is nowhere."""
    spelled = _spelled(taker.pattern, period) if period else f"`{taker.pattern}`"
    message = f"there is no roster: nothing in {_places(looked_in)} or beside the scheme is called {spelled}"
    return Problem("roster-without-file", message, taker.span, "name it: `roster=FILE`, or correct `files`")


def no_date(taker: Taker, label: str) -> Problem:
    """Return the problem of a file that should be dated by its name and is not."""
    message = f"source `{taker.name}` dates rows by the file's name, and `{label}` holds no date"
    help_text = "rename it (2026-10-05, 20261005 or 2026年10月5日 in the name), or give the source a `time` column"
    return Problem("file-without-date", message, taker.span, help_text)


def undated(taker: Taker, label: str) -> Problem:
    """Return the problem of a file that could be of any of several periods."""
    message = f"`{label}` does not say which period of source `{taker.name}` it holds"
    return Problem("which-period", message, taker.span, f"name it as `{taker.pattern}`, or score one period at a time")


def whose_stdin(names: Sequence[str]) -> Problem:
    """Return the problem of standard input that several sources could take."""
    message = f"standard input could be {' or '.join(names)}" if names else "no source takes standard input"
    return Problem("whose-stdin", message, help=f"say which: `{names[0] if names else 'SOURCE'}=-`")


def untaken(label: str, takers: Sequence[Taker]) -> Problem:
    """Return the problem of a file that was named and that nothing takes."""
    patterns = {taker.pattern: taker.name for taker in takers if taker.pattern}
    listed = ", ".join(f"`{pattern}` ({name})" for pattern, name in patterns.items())
    near = did_you_mean(label.rsplit("/", 1)[-1], patterns)
    assign = f"rename it, or say what it is: `{takers[0].name if takers else 'SOURCE'}={label}`"
    message = f"nothing takes `{label}`: the scheme's files are {listed or 'not named'}"
    return Problem("untaken-file", message, help=f"{near} {assign}" if near else assign)


def _spelled(pattern: str | None, period: Period) -> str:
    values = {"{period}": period.name, "{start}": period.first.isoformat(), "{end}": period.last.isoformat()}
    spelled = pattern or ""
    for placeholder, value in values.items():
        spelled = spelled.replace(placeholder, value)
    return f"`{spelled}`"


def _names(periods: Sequence[Period]) -> str:
    shown = ", ".join(period.name for period in periods[:_SHOWN])
    return f"{shown} and {len(periods) - _SHOWN} more" if len(periods) > _SHOWN else shown


def _places(looked_in: Sequence[str]) -> str:
    shown = ", ".join(f"`{place}`" for place in looked_in[:_SHOWN])
    return f"{shown} and {len(looked_in) - _SHOWN} more" if len(looked_in) > _SHOWN else shown
