"""The scheme as the rest of the program sees it: checked, resolved, exact and frozen.

Numbers are `Fraction`s in base units (seconds, fractions); scores, weights and coverage are in points or percent.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from fractions import Fraction
from typing import Literal, TypeAlias

from msgspec import Struct, field

from kpi_cli.periods import Period
from kpi_cli.problems import Span
from kpi_cli.scheme.cases import Cases
from kpi_cli.scheme.formula.tree import Condition, RowExpression, ValueExpression
from kpi_cli.scheme.plain import Plain
from kpi_cli.scheme.rules import Rule
from kpi_cli.scheme.targets import Target
from kpi_cli.scheme.units import Unit

Empty: TypeAlias = Literal["error", "zero", "missing"]
MissingRule: TypeAlias = Literal["skip", "zero", "full", "error"]
Scope: TypeAlias = Literal["agent", "team"]


class ColumnType(StrEnum):
    """How the cells of a column are read."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DURATION = "duration"
    DATETIME = "datetime"
    DATE = "date"
    BOOLEAN = "boolean"


class SourceColumn(Struct, frozen=True):
    """Where a column of ours is found in an export, and how its cells are read.

    `headers` are candidates of which the first that exists counts; when `joined`, all of them are read as one
    cell with a space between. `unit` is `ms s min h d` for durations, `%` or `fraction` for percent.
    """

    name: str
    headers: tuple[str, ...]
    joined: bool = False
    type: ColumnType = ColumnType.TEXT
    unit: str | None = None
    map: Mapping[str, str] | None = None
    format: str | None = None
    missing: tuple[str, ...] = ()
    signed: bool = False
    span: Span | None = None


class Duplicates(Struct, frozen=True):
    """Which of several rows with one key counts: the one with the latest or the earliest `column`."""

    keep: Literal["latest", "earliest"]
    column: str


class Source(Struct, frozen=True):
    """One kind of export. `time` is a column, `file` (dated by the file's name) or None.

    `agent` holds column names; several of them credit several agents. `total_rows` None means the usual words.
    `cases` are made of the rows of another source, of which each must have the columns `required` there. `unasked` are
    further columns of its preset: nobody reads them, but they help to tell which row is the header.
    """

    name: str
    span: Span
    files: str | None = None
    key: str | None = None
    agent: tuple[str, ...] = ()
    team: str | None = None
    time: str | None = None
    timeless: bool = False
    timezone: str | None = None
    where: RowExpression | None = None
    columns: Mapping[str, SourceColumn] = field(default_factory=dict)
    empty: Empty = "error"
    order: tuple[str, ...] = ()
    duplicates: Duplicates | None = None
    credit: Literal["each", "split"] = "each"
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    total_rows: tuple[str, ...] | None = None
    like: str | None = None
    preset: str | None = None
    cases: Cases | None = None
    required: tuple[str, ...] = ()
    unasked: tuple[SourceColumn, ...] = ()


class RosterSpec(Struct, frozen=True):
    """Who is scored, in which role and team. `agent` is the column of the id."""

    files: str
    agent: str
    columns: Mapping[str, SourceColumn]
    span: Span
    ignore: tuple[str, ...] = ()
    match_names: bool = False
    encoding: str | None = None
    sheet: str | None = None


class Metric(Struct, frozen=True):
    """What is measured and how its value becomes points."""

    name: str
    label: str
    expression: ValueExpression
    unit: Unit
    target: Target | None
    rule: Rule
    min_sample: int | None
    missing: MissingRule
    better: Literal["higher", "lower"] | None
    span: Span
    formula: str = ""  # as written


class CardLine(Struct, frozen=True):
    """One metric on one card, the card's own target, rule, missing and min_sample applied; weight in percent."""

    metric: Metric
    dimension: str | None
    weight: Fraction
    scope: Scope
    span: Span


class Card(Struct, frozen=True):
    """A scorecard. `applies` speaks of the roster's columns; None takes whom no other card takes."""

    name: str
    label: str
    applies: RowExpression | None
    lines: tuple[CardLine, ...]
    scope: Scope
    dimensions: Mapping[str, Fraction] | None
    span: Span


class Band(Struct, frozen=True):
    """A grade: totals from `min` up (None: all below), its coefficient as written, its quota `at_most` (0..1)."""

    grade: str
    min: Fraction | None
    coefficient: str
    label: str
    action: str
    at_most: Fraction | None
    span: Span


class Scoring(Struct, frozen=True):
    """How scores are held and rounded. `min_coverage` in percent of weight."""

    cap: Fraction
    floor: Fraction
    curve: Literal["ratio", "linear"]
    metric_decimals: int
    total_decimals: int
    min_coverage: Fraction


class Gate(Struct, frozen=True):
    """What no score can buy back: a highest grade, or a hold. `when_missing` says what an unjudged gate does."""

    when: Condition
    text: str
    max_grade: str | None
    hold: bool
    reason: str
    when_missing: Literal["pass", "hold"]
    span: Span


class Award(Struct, frozen=True):
    """A prize for those who fulfil `when`: an amount of money, or a title alone."""

    name: str
    when: Condition
    text: str
    amount: Fraction | None
    span: Span


class Season(Struct, frozen=True):
    """Periods in which other values hold at some paths of the scheme (plain data, every scalar text).

    `index` is its number in the scheme. What holds in a period is asked of `seasons.in_season`.
    """

    name: str
    periods: tuple[Period, ...]
    changes: Mapping[str, Plain]
    index: int
    span: Span


class Calendar(Struct, frozen=True):
    """Opening time: `hours` as (from, to) with 24:00 as time.max, `days` 1 Monday .. 7 Sunday.

    Both ends of each stretch of `exclude` are closed.
    """

    name: str
    hours: tuple[tuple[time, time], ...]
    days: frozenset[int]
    holidays: str | None
    exclude: tuple[tuple[date, date], ...]
    span: Span


class BonusRule(Struct, frozen=True):
    """Who earns the bonus part: by targets met, or by a formula that gives the share or amount."""

    metrics: tuple[str, ...]
    rule: Literal["all_met", "each_met", "formula"]
    formula: ValueExpression | None
    span: Span


class Pay(Struct, frozen=True):
    """How grades become money. `amount` is a roster column; the split is in percent."""

    amount: str
    currency: str
    base: Fraction
    performance: Fraction
    bonus_share: Fraction
    bonus: BonusRule | None
    prorate: Literal["none", "calendar_days"]
    approval: Literal["required", "none"]
    span: Span


class Limits(Struct, frozen=True):
    """How much may be wrong before nothing is scored: shares of the rows of a period, and a number of persons."""

    rejected: Fraction = Fraction(1, 100)
    unattributed: Fraction = Fraction(5, 100)
    unknown_agents: int = 0


class Scheme(Struct, frozen=True):
    """A whole scheme. `metrics` stand in dependency order, `bands` best first, `cards` as written."""

    path: str
    text: str
    name: str
    language: Literal["zh", "en"]
    timezone: str
    roster: RosterSpec | None
    sources: Mapping[str, Source]
    metrics: Mapping[str, Metric]
    cards: tuple[Card, ...]
    scoring: Scoring
    bands: tuple[Band, ...]
    gates: tuple[Gate, ...] = ()
    seasons: tuple[Season, ...] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    pay: Pay | None = None
    awards: tuple[Award, ...] = ()
    limits: Limits = field(default_factory=Limits)
    output_bom: bool = False
    anonymous_ranking: bool = False

    @property
    def sha256(self) -> str:
        """The hash of the scheme's text, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()
