"""One card's sheet: metric scores, the weighted total, coverage, grade and rank of all its agents."""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from kpi_cli import exact
from kpi_cli.exact import Exact, Mask, product, total
from kpi_cli.periods import Period
from kpi_cli.rows import Agent
from kpi_cli.scheme.compiled import Band, Card, CardLine, Scoring
from kpi_cli.scoring import rules
from kpi_cli.scoring.cards import LINE_STATUSES, STATUSES, LineColumn, LineStatus, Note, Sheet, Status
from kpi_cli.scoring.notes import Notes, notes_of
from kpi_cli.scoring.noting import card_notes, line_notes

_FULL = Fraction(100)


class Evidence(Struct, frozen=True):
    """What was measured for one line of a card: a value and its n (missing where the formula has none) per agent.

    `remarks` are true of every agent's line, `notes` of some.
    """

    values: Exact
    counts: Exact
    remarks: tuple[Note, ...] = ()
    notes: Notes | None = None


class Scored(Struct, frozen=True):
    """The agents of one card in one period and what was measured of them; `has_data` where any row was used."""

    period: Period
    card: Card
    agents: Sequence[Agent]
    has_data: Mask
    evidence: Sequence[Evidence]


def sheet(scored: Scored, scoring: Scoring, bands: tuple[Band, ...]) -> Sheet:
    """Return the sheet of a card, its agents in the order they came in."""
    lines = [line_column(line, measured, scoring) for line, measured in _lines(scored)]
    totals, coverage = weighted_total(lines, scoring)
    covered = coverage.order(exact.constant(scoring.min_coverage, len(coverage))) >= 0
    graded = scored.has_data & totals.present & covered
    statuses = np.where(graded, _status(Status.SCORED), _status(Status.INCOMPLETE))
    statuses = np.where(scored.has_data, statuses, _status(Status.NO_DATA)).astype(np.int8)
    grades = band_positions(totals.only_where(graded), bands)
    ranks = rules.competition_ranks(totals.only_where(graded))
    return Sheet(
        period=scored.period,
        card=scored.card,
        bands=bands,
        agents=tuple(scored.agents),
        lines=tuple(lines),
        totals=totals.only_where(scored.has_data),
        grades=grades,
        paid_grades=grades,
        ranks=ranks,
        of=int(graded.sum()),
        coverage=coverage.only_where(scored.has_data),
        statuses=statuses,
        notes=card_notes(lines, scored.has_data, statuses == _status(Status.INCOMPLETE)),
    )


def unassigned(period: Period, agents: Sequence[Agent], bands: tuple[Band, ...]) -> Sheet:
    """Return the sheet of the agents whom no card takes."""
    rows = len(agents)
    none = np.full(rows, -1, dtype=np.int16)
    return Sheet(
        period=period,
        card=None,
        bands=bands,
        agents=tuple(agents),
        lines=(),
        totals=exact.missing(rows),
        grades=none,
        paid_grades=none,
        ranks=np.zeros(rows, dtype=np.int64),
        of=0,
        coverage=exact.missing(rows),
        statuses=np.full(rows, _status(Status.UNASSIGNED), dtype=np.int8),
    )


def line_column(line: CardLine, measured: Evidence, scoring: Scoring) -> LineColumn:
    """Score one metric: missing and small samples first, then rule, clamp, rounding."""
    metric, values = line.metric, measured.values
    counted = counted_values(metric.min_sample, measured)
    small = values.present & ~counted.present
    raw = rules.points(metric, counted, scoring)
    scores = exact.clamped(raw, scoring.floor, scoring.cap).half_up(scoring.metric_decimals)
    scores = scores.otherwise(_substitute(line, len(values), scoring))
    statuses = np.full(len(values), _line_status(LineStatus.NONE), dtype=np.int8)
    if metric.target is not None:
        met = rules.reaches(metric.target, counted)
        statuses = np.where(met, _line_status(LineStatus.MET), _line_status(LineStatus.MISSED)).astype(np.int8)
    statuses[~values.present] = _line_status(LineStatus.MISSING)
    statuses[small] = _line_status(LineStatus.SMALL_SAMPLE)
    notes = line_notes(metric, counted, small, measured.counts)
    if measured.notes is not None:
        notes = measured.notes.followed(notes)
    return LineColumn(line, values, measured.counts, raw, scores, statuses, notes, measured.remarks)


def counted_values(min_sample: int | None, measured: Evidence) -> Exact:
    """Return the values that count: those of too small a sample are missing."""
    if min_sample is None:
        return measured.values
    least = exact.constant(Fraction(min_sample), len(measured.values))
    return measured.values.only_where(~measured.counts.present | (measured.counts.order(least) >= 0))


def weighted_total(lines: Sequence[LineColumn], scoring: Scoring) -> tuple[Exact, Exact]:
    """Return Σ(score·weight)/Σ(weight) over the metrics with a score, rounded, and that weight's share in percent."""
    den = lcm(*(column.line.weight.denominator for column in lines))
    rows = len(lines[0].values) if lines else 0
    earned = weight = np.zeros(rows, dtype=np.int64)
    for column in lines:
        share = int(column.line.weight * den)
        earned = total(earned, product(column.scores.num, share))
        weight = total(weight, product(column.scores.present.astype(np.int64), share))
    whole = exact.constant(sum((column.line.weight for column in lines), Fraction(0)), rows)
    weights = Exact(weight, den, np.ones(rows, dtype=bool))
    points = Exact(earned, den * 10**scoring.metric_decimals, weight > 0)
    totals = (points / weights).half_up(scoring.total_decimals)
    floor = exact.constant(scoring.floor, rows)
    held = exact.pick(totals.order(floor) < 0, floor.half_up(scoring.total_decimals), totals)
    return held.only_where(weight > 0), weights * exact.constant(_FULL, rows) / whole


def band_positions(totals: Exact, bands: tuple[Band, ...]) -> NDArray[np.int16]:
    """Return the first band whose `min` each total reaches, best first; -1 without a total."""
    positions = np.full(len(totals), -1, dtype=np.int16)
    for position in reversed(range(len(bands))):
        lowest = bands[position].min
        reached = totals.present
        if lowest is not None:
            reached = reached & (totals.order(exact.constant(lowest, len(totals))) >= 0)
        positions[reached] = position
    return positions


def ordered(built: Sheet) -> Sheet:
    """Return the sheet in the order of the summary: rank, then id by code points; unranked last."""
    ids = [agent.id for agent in built.agents]
    by_id = np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64)
    ranks = np.where(built.ranks > 0, built.ranks, len(ids) + 1)
    order = by_id[np.argsort(ranks[by_id], kind="stable")]
    return replace(
        built,
        agents=tuple(built.agents[position] for position in order.tolist()),
        lines=tuple(line_at(column, order) for column in built.lines),
        totals=built.totals.take(order),
        grades=built.grades[order],
        paid_grades=built.paid_grades[order],
        ranks=built.ranks[order],
        coverage=built.coverage.take(order),
        statuses=built.statuses[order],
        notes=notes_of(built.notes, len(built)).take(order),
        payroll=built.payroll.take(order) if built.payroll is not None else None,
    )


def line_at(column: LineColumn, rows: NDArray[np.int64] | slice) -> LineColumn:
    """Return what the line says of the agents at some positions."""
    return replace(
        column,
        values=column.values.take(rows),
        counts=column.counts.take(rows),
        raw_scores=column.raw_scores.take(rows),
        scores=column.scores.take(rows),
        statuses=column.statuses[rows],
        notes=notes_of(column.notes, len(column.scores)).take(rows),
    )


def _lines(scored: Scored) -> list[tuple[CardLine, Evidence]]:
    """Pair lines with evidence; an agent without data has no values at all."""
    return [
        (
            line,
            replace(
                part,
                values=part.values.only_where(scored.has_data),
                counts=part.counts.only_where(scored.has_data),
            ),
        )
        for line, part in zip(scored.card.lines, scored.evidence, strict=True)
    ]


def _substitute(line: CardLine, rows: int, scoring: Scoring) -> Exact:
    """Return the score that stands in for a missing one, as `missing:` says; it is held within floor and cap."""
    match line.metric.missing:
        case "zero":
            substitute = exact.constant(max(Fraction(0), scoring.floor), rows)
        case "full":
            substitute = exact.constant(min(_FULL, scoring.cap), rows)
        case "skip" | "error":
            return Exact(np.zeros(rows, dtype=np.int64), 10**scoring.metric_decimals, np.zeros(rows, dtype=bool))
    return substitute.half_up(scoring.metric_decimals)


def _status(status: Status) -> int:
    return STATUSES.index(status)


def _line_status(status: LineStatus) -> int:
    return LINE_STATUSES.index(status)
