"""From the words of a command line to a request: the scheme, the periods, what was expected."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from kpi_cli.cli.engines import LOCAL
from kpi_cli.intake.presets import PRESETS
from kpi_cli.periods import Period, last_month, parse_period, today_in
from kpi_cli.problems import Exit, KpiError, Problem, did_you_mean
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scheme.load import Loaded, load_scheme


class Asked(Struct, frozen=True):
    """The arguments that commands over data share, as they were written."""

    scheme: str
    data: Sequence[str]
    periods: Sequence[str] = ()
    expect: Sequence[str] = ()
    engine: str = LOCAL
    scheduler: str | None = None


def loaded(asked: Asked) -> Loaded:
    """Load the scheme with the presets it may name. Raises KpiError."""
    return load_scheme(asked.scheme, PRESETS)


def periods_of(asked: Asked, scheme: Scheme) -> tuple[Period, ...]:
    """Return the periods asked for, in order and each once; by default the last complete month in the scheme's zone."""
    today = today_in(scheme.timezone)
    periods = [parse_period(text, today) for text in asked.periods] or [last_month(today)]
    return tuple(sorted(dict.fromkeys(periods), key=lambda period: period.sort_key))


def expected(asked: Asked, scheme: Scheme) -> Mapping[str, int]:
    """Read `SOURCE=N`. Raises KpiError with everything that is wrong."""
    problems = [problem for text in asked.expect for problem in _wrong(text, scheme.sources)]
    if problems:
        raise KpiError(problems, Exit.USAGE)
    pairs = (text.partition("=") for text in asked.expect)
    return {source.strip(): int(count) for source, _, count in pairs}


def _wrong(text: str, sources: Iterable[str]) -> list[Problem]:
    source, equals, count = text.partition("=")
    if not equals or not count.strip().isdecimal():
        return [Problem("expect", f"`--expect {text}` is not SOURCE=N", help="for example `--expect tickets=8319`")]
    if source.strip() not in sources:
        return [Problem("unknown-source", f"no source `{source.strip()}`", help=did_you_mean(source, sources))]
    return []
