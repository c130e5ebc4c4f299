"""Columns of sources and of the roster: where each is found, how its cells are read, and what options do not fit."""

from collections.abc import Mapping

from kpi_cli.scheme.compiled import ColumnType, SourceColumn
from kpi_cli.scheme.compiling.findings import Findings
from kpi_cli.scheme.formula.tree import Kind
from kpi_cli.scheme.formula.vocabulary import SourceNames
from kpi_cli.scheme.model.sources import ColumnModel
from kpi_cli.scheme.plain import Path
from kpi_cli.scheme.units import Unit

MOMENTS = frozenset({ColumnType.DATETIME, ColumnType.DATE})
_DECIMALS = ("0,0", "0.0")
SAMPLES = {"number": _DECIMALS, "percent": _DECIMALS, "duration": ("%M:%S", "%H:%M", *_DECIMALS)}  # what settles doubts
_DURATION_UNITS = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds", "毫秒"), "ms"),
    **dict.fromkeys(("s", "sec", "second", "seconds", "秒"), "s"),
    **dict.fromkeys(("min", "minute", "minutes", "分钟", "分"), "min"),
    **dict.fromkeys(("h", "hour", "hours", "小时", "时"), "h"),
    **dict.fromkeys(("d", "day", "days", "天", "日"), "d"),
}
_PERCENT_UNITS = {"%": "%", "percent": "%", "fraction": "fraction"}
_KINDS: Mapping[ColumnType, tuple[Kind, Unit | None]] = {
    ColumnType.TEXT: (Kind.TEXT, None),
    ColumnType.NUMBER: (Kind.NUMBER, None),
    ColumnType.PERCENT: (Kind.NUMBER, Unit.PERCENT),
    ColumnType.DURATION: (Kind.DURATION, Unit.DURATION),
    ColumnType.DATETIME: (Kind.MOMENT, None),
    ColumnType.DATE: (Kind.DATE, None),
    ColumnType.BOOLEAN: (Kind.TRUTH, None),
}


def names_of(source: str, columns: Mapping[str, SourceColumn]) -> SourceNames:
    """Return the columns as formulas see them."""
    return SourceNames(source, {name: _KINDS[column.type] for name, column in columns.items()})


def compile_column(findings: Findings, name: str, model: str | ColumnModel, path: Path) -> SourceColumn:
    """Compile one column; `path` is where it is written."""
    span = findings.document.key(path)
    if isinstance(model, str):
        return SourceColumn(name, (model,), span=span)
    _check_options(findings, model, path)
    return SourceColumn(
        name=name,
        headers=model.join or model.found_in or (name,),
        joined=model.join is not None,
        type=ColumnType(model.type),
        unit=_unit(findings, model, path),
        map=model.map,
        format=model.format,
        missing=model.missing or (),
        signed=model.signed,
        span=span,
    )


def _unit(findings: Findings, model: ColumnModel, path: Path) -> str | None:
    """Return the unit in its one spelling; a unit that the type does not have is noted."""
    if model.unit is None:
        return None
    units = {"duration": _DURATION_UNITS, "percent": _PERCENT_UNITS}.get(model.type)
    if units is None:
        message = f"a column of type {model.type} has no unit"
        findings.error_at_key("column-option", message, (*path, "unit"), "units go with duration and percent")
        return None
    found = units.get(model.unit.strip())
    if found is None:
        findings.unknown(
            "unknown-unit", model.unit, dict.fromkeys(units.values()), findings.document.value((*path, "unit"))
        )
    return found


def _check_options(findings: Findings, model: ColumnModel, path: Path) -> None:
    """Note options that contradict each other or the type."""
    if model.join and model.found_in:
        message = "`join` and `from` both say where the column is found"
        findings.error_at_key("column-option", message, (*path, "join"), "keep one of them")
    if model.format and ColumnType(model.type) not in MOMENTS and model.format not in SAMPLES.get(model.type, ()):
        message = f"`format` says how times are written, but the type is {model.type}"
        findings.error_at_key("column-option", message, (*path, "format"), "add `type: datetime` or `type: date`")
    if model.signed and model.type != "duration":
        message = f"`signed` is for durations, but the type is {model.type}"
        findings.error_at_key("column-option", message, (*path, "signed"), "numbers may be negative without it")
