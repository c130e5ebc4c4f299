"""Columns of tables for people, before anybody knows how wide the page is; numbers in the units people speak."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np
from msgspec import Struct, field

from kpi_cli.exact import Exact, constant
from kpi_cli.numbers import fixed, plain
from kpi_cli.reports.cells import fixed_texts, note_texts, summary_cells
from kpi_cli.reports.figures import scale_for, target_figure, value_figure
from kpi_cli.reports.words import status_word, words_of
from kpi_cli.scheme.compiled import Scheme
from kpi_cli.scoring.cards import STATUSES, Detail, LineColumn, LineStatus, Sheet, Status

MARKS = {
    LineStatus.MET: "✓",
    LineStatus.MISSED: "✗",
    LineStatus.MISSING: "–",
    LineStatus.SMALL_SAMPLE: "n!",
    LineStatus.NONE: "",
}


class Field(Struct, frozen=True):
    """A column. `least` is the width its texts may be cut to (None: never cut); the highest `drop` goes first."""

    title: str
    texts: Sequence[str]
    right: bool = False
    least: int | None = None
    drop: int = 0  # 0 is never dropped
    styles: Sequence[str] = field(default_factory=tuple)  # one a text, or none


def summary_fields(sheet: Sheet, scheme: Scheme, *, wide: bool = False, with_notes: bool = False) -> list[Field]:
    """Return the summary: rank, agent, team, the parts, total and grade.

    The parts are each dimension's points or, on a card without dimensions, each metric's score; `wide` shows
    each metric's value and score instead.
    """
    words, cells = words_of(scheme.language), summary_cells(sheet, scheme)
    named = cells["agent_name"] != cells["agent_id"]
    fields = [
        Field(words.rank, cells["rank"], right=True),
        Field(words.name, cells["agent_name"], least=14) if named else Field(words.name, cells["agent_id"]),
        *([Field(words.agent, cells["agent_id"], drop=2)] if named else []),
        *([Field(words.team, cells["team"], least=6, drop=8)] if any(cells["team"]) else []),
        *(_wide_fields(sheet, scheme) if wide else _part_fields(sheet, scheme)),
        Field(words.score, cells["score"], right=True, drop=0 if sheet.card else 9),
        Field(words.grade, cells["grade"], drop=0 if sheet.card else 9, styles=_grade_styles(sheet)),
        Field(words.coefficient, cells["coefficient"], right=True, drop=1),
        *_status_fields(sheet, scheme),
    ]
    if with_notes and sheet.notes:
        fields.append(Field(words.notes, note_texts(sheet.notes, len(sheet), scheme)))
    return [entry for entry in fields if any(entry.texts) or not entry.drop]


def _status_fields(sheet: Sheet, scheme: Scheme) -> list[Field]:
    statuses = [STATUSES[position] for position in sheet.statuses.tolist()]
    if all(status is Status.SCORED for status in statuses):
        return []
    texts = [status_word(status, scheme.language) for status in statuses]
    styles = ["" if status is Status.SCORED else "yellow" for status in statuses]
    return [Field(words_of(scheme.language).status, texts, drop=6, styles=styles)]


def _part_fields(sheet: Sheet, scheme: Scheme) -> list[Field]:
    dimensions = _dimensions(sheet)
    if not dimensions:
        return [_score_field(column, scheme) for column in sheet.lines]
    decimals = max(scheme.scoring.total_decimals, 1)
    parts = ((name, weight, _points(sheet, name)) for name, weight in dimensions.items())
    return [
        Field(f"{name} /{plain(weight)}", fixed_texts(points, decimals), right=True, drop=7)
        for name, weight, points in parts
    ]


def _score_field(column: LineColumn, scheme: Scheme) -> Field:
    texts = fixed_texts(column.scores, scheme.scoring.metric_decimals)
    return Field(column.line.metric.label, texts, right=True, drop=7)


def _dimensions(sheet: Sheet) -> dict[str, Fraction]:
    """Return the dimensions of a card with the weight of their metrics; none unless every metric is in one."""
    weights: dict[str, Fraction] = {}
    for column in sheet.lines:
        name = column.line.dimension
        if name is None:
            return {}
        weights[name] = weights.get(name, Fraction(0)) + column.line.weight
    return weights


def _wide_fields(sheet: Sheet, scheme: Scheme) -> list[Field]:
    fields = []
    cards = [list(sheet.details(row)) for row in range(len(sheet))]
    for position, column in enumerate(sheet.lines):
        scores = fixed_texts(column.scores, scheme.scoring.metric_decimals)
        values = (value_text(card[position]) for card in cards)
        texts = [f"{value} → {score}" if score else value for value, score in zip(values, scores, strict=True)]
        fields.append(Field(column.line.metric.label, texts, right=True, drop=7))
    return fields


def _points(sheet: Sheet, dimension: str) -> Exact:
    """Return the weighted points of a dimension; missing where none of its metrics has a score."""
    rows = len(sheet)
    nothing = constant(Fraction(0), rows)
    points, present = nothing, np.zeros(rows, dtype=bool)
    for column in sheet.lines:
        if column.line.dimension == dimension:
            weighted = column.scores * constant(column.line.weight / 100, rows)
            points, present = points + weighted.otherwise(nothing), present | weighted.present
    return points.only_where(present)


def _grade_styles(sheet: Sheet) -> list[str]:
    kept = np.where(sheet.paid_grades >= 0, sheet.paid_grades, sheet.grades).tolist()
    palette = [grade_style(position, len(sheet.bands)) for position in range(len(sheet.bands))]
    return [*(palette[position] if position >= 0 else "" for position in kept)]


def grade_style(position: int, bands: int) -> str:
    """Return the colour of a grade: green at the top, red at the bottom, whatever the grades are called."""
    colours = ("bold green", "green", "cyan", "yellow", "red")
    return colours[round(position * (len(colours) - 1) / max(bands - 1, 1))]


def card_fields(details: Iterable[Detail], scheme: Scheme) -> list[Field]:
    """Return one agent's card: a row a metric, values and targets in the unit they read best in."""
    details, words = list(details), words_of(scheme.language)
    dimensions = [detail.line.dimension or "" for detail in details]
    decimals = scheme.scoring.metric_decimals
    fields = [
        Field(words.dimension, _first_of_each(dimensions), least=4, drop=3),
        Field(words.metric, [detail.line.metric.label for detail in details], least=16),
        Field(words.value, [value_text(detail) for detail in details], right=True),
        Field(words.target, [target_text(detail) for detail in details], drop=1),
        Field(words.count, [_plain(detail.count) for detail in details], right=True, drop=2),
        Field(words.metric_score, [_fixed(detail.score, decimals) for detail in details], right=True),
        Field(words.weight, [plain(detail.line.weight) for detail in details], right=True, drop=1),
        Field(words.points, [_plain(detail.points) for detail in details], right=True),
        Field("", [MARKS[detail.status] for detail in details], styles=[_mark_style(entry) for entry in details]),
    ]
    return [entry for entry in fields if any(entry.texts)]


def value_text(detail: Detail) -> str:
    """Return the value as people say it, or nothing when there is none."""
    metric = detail.line.metric
    if detail.value is None:
        return ""
    return value_figure(detail.value, metric.target, scale_for(metric.unit, metric.target, detail.value))


def target_text(detail: Detail) -> str:
    """Return the target as people say it, or nothing when there is none."""
    metric = detail.line.metric
    return target_figure(metric.target, scale_for(metric.unit, metric.target)) if metric.target else ""


def _first_of_each(texts: list[str]) -> list[str]:
    return [text if not row or texts[row - 1] != text else "" for row, text in enumerate(texts)]


def _mark_style(detail: Detail) -> str:
    return {LineStatus.MET: "green", LineStatus.MISSED: "red", LineStatus.NONE: ""}.get(detail.status, "yellow")


def _plain(value: Fraction | None) -> str:
    return "" if value is None else plain(value)


def _fixed(value: Fraction | None, decimals: int) -> str:
    return "" if value is None else fixed(value, decimals)
