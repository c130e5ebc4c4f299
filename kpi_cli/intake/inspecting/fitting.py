"""Which preset an export fits: how many of its columns the header holds, and whether those that matter are there."""

import re
from collections.abc import Sequence

from kpi_cli.intake.files.headers import find_header
from kpi_cli.intake.inspecting.inspection import Fit
from kpi_cli.intake.inspecting.known import columns_of, headers_of
from kpi_cli.intake.presets import PRESETS
from kpi_cli.scheme.model.sources import ColumnModel, SourceModel

_ENOUGH, _FEWEST, _TOLD = 60, 3, 3
_WORD = re.compile(r"\w+")


def place_of(column: ColumnModel, name: str, header: Sequence[str]) -> tuple[int, ...]:
    """Return where a preset's column stands in a header; nothing where it does not, or where its header repeats."""
    found = [find_header(written, header) for written in headers_of(column, name)]
    if column.join:
        return tuple(places[0] for places in found) if all(len(places) == 1 for places in found) else ()
    first = next((places for places in found if places), [])
    return tuple(first) if len(first) == 1 else ()


def fits_of(header: Sequence[str]) -> tuple[Fit, ...]:
    """Return the presets that an export may be of, best first."""
    found = [_fit(name, preset, header) for name, preset in PRESETS.items()]
    likely = [fit for fit in found if fit.found >= min(_FEWEST, fit.of) and 2 * fit.found >= fit.of]
    return tuple(sorted(likely, key=lambda fit: (-fit.good, -fit.found * fit.found / fit.of, fit.preset)))[:_TOLD]


def _fit(name: str, preset: SourceModel, header: Sequence[str]) -> Fit:
    columns = columns_of(preset)
    there = {column for column, model in columns.items() if place_of(model, column, header)}
    good = _needed(preset, set(columns)) <= there and 100 * len(there) >= _ENOUGH * len(columns)
    return Fit(name, len(there), len(columns), good and len(there) >= min(_FEWEST, len(columns)))


def _needed(preset: SourceModel, columns: set[str]) -> set[str]:
    """Return the columns without which the preset reads nothing."""
    roles = {*(preset.agent or ()), preset.team, preset.key, preset.time}
    named = roles | set(_WORD.findall(preset.where or "")) | set(_WORD.findall(preset.duplicates or ""))
    return {name for name in named if name in columns}
