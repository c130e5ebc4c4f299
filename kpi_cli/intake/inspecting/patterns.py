"""Names of files -> the pattern under which a source finds them, this month's and the next one's."""

import re
from collections.abc import Sequence
from pathlib import PurePath
from string import digits

from msgspec import Struct

from kpi_cli.intake.files.naming import first_date, matches
from kpi_cli.intake.files.unpacking import PACKINGS
from kpi_cli.intake.inspecting.ournames import DATED

_DAY = r"\d{4}-\d{2}-\d{2}"
_PERIOD = re.compile(rf"(?<!\d)(?:{_DAY}\.\.{_DAY}|\d{{4}}-(?:W\d{{2}}|Q[1-4]|H[12])|{_DAY}|\d{{4}}-\d{{2}})(?![\d-])")
_START_END = re.compile(rf"(?<!\d)({_DAY})([^\d.]+)({_DAY})(?!\d)")
_SPECIAL = re.compile(r"[\[\]{}*?]")


class Pattern(Struct, frozen=True):
    """What stands under `files`; `dated` by what its files say which period they hold: their names, or nothing.

    `named` says that a single file without a date should be called so: under the name it has it is not found.
    """

    files: str
    dated: bool
    by_day: bool = False
    named: bool = False


def with_time(labels: Sequence[str]) -> str:
    """Return the pattern of files whose rows say when: what is a date in their names may be any."""
    return _common([DATED.sub("*", _plain(label)) for label in labels])


def without_time(labels: Sequence[str]) -> Pattern:
    """Return the pattern of files that hold a period each, as their names say."""
    names = [_plain(label) for label in labels]
    ranged = [_START_END.sub(r"{start}\2{end}", name, count=1) for name in names]
    if all("{start}" in name for name in ranged):
        common = _common(ranged)
        return Pattern(common if "{start}" in common and "{end}" in common else "*{start}*{end}*", dated=True)
    if all(re.fullmatch(rf"[^\d]*{_DAY}[^\d]*", name) and first_date(PurePath(name)) for name in names):
        return Pattern(with_time(labels), dated=True, by_day=True)
    periodic = [_PERIOD.sub("{period}", name, count=1) for name in names]
    if all("{period}" in name for name in periodic):
        common = _common(periodic)
        return Pattern(common if "{period}" in common else "*{period}*", dated=True)
    if all(first_date(PurePath(name)) for name in names):  # 20261001-20261031
        return Pattern(with_time(labels), dated=True, by_day=True)
    if len(names) == 1:
        return Pattern(by_period(labels), dated=False, named=True)
    return Pattern(with_time(labels), dated=False)


def by_period(labels: Sequence[str]) -> str:
    """Return the pattern that files would have if the period stood in their names."""
    stem, dot, ending = with_time(labels).rpartition(".")
    base = (stem if dot else ending).rstrip("*-_ ")
    return f"{base or '*'}-{{period}}{dot}{ending if dot else ''}"


def period_of(labels: Sequence[str]) -> str | None:
    """Return the last period that a file's name bears, or the month of the last date in one."""
    paths = [PurePath(label) for label in labels]
    found = [period[0] for path in paths if (period := _PERIOD.search(path.name))]
    months = [f"{day:%Y-%m}" for path in paths if (day := first_date(path))]
    return max(found or months, default=None)


def fits(files: str, label: str) -> bool:
    """Whether a source finds a file under its pattern, some period aside."""
    return matches(files, PurePath(label))


def _plain(label: str) -> str:
    """Return a file's name without its packing, and without what a pattern would take for a wildcard."""
    name = _unpacked(label)
    return _SPECIAL.sub("?", "export.csv" if name == "-" else name)


def _unpacked(label: str) -> str:
    path = PurePath(label)
    return path.stem if path.suffix in PACKINGS and PurePath(path.stem).suffix else path.name


def _common(names: Sequence[str]) -> str:
    """Return a pattern that fits all of the patterns."""
    if len(set(names)) == 1:
        return names[0]
    start = _alike(names)
    end = _alike([name[len(start) :][::-1] for name in names])[::-1]
    if any(name[len(start) :][:1].isdigit() for name in names):  # a number is alike as a whole, or not at all
        start = start.rstrip(digits)
    if any(name[: len(name) - len(end)][-1:].isdigit() for name in names):
        end = end.lstrip(digits)
    return re.sub(r"\*+", "*", f"{start}*{end}")


def _alike(names: Sequence[str]) -> str:
    """Return what all names begin with."""
    first, last = min(names), max(names)
    same = (place for place, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(same, min(len(first), len(last)))]
